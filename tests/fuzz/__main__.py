"""``python -m fuzz TARGET [options of libFuzzer]``: run one target under libFuzzer, guided by the readers' coverage."""

import sys
from pathlib import Path

import atheris

TARGET = sys.argv[1]
with atheris.instrument_imports(include=["plimsoll", "json", "csv"]):
    from fuzz.readers import TARGETS, seeds


def main() -> None:
    """Write the seeds where libFuzzer finds them, and begin."""
    corpus = Path(sys.argv[2])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(TARGET)):
        (corpus / f"seed-{number:03d}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[TARGET])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
