"""``python -m fuzz TARGET [options of libFuzzer]``: run one target under libFuzzer, guided by the readers' coverage."""

import sys
from pathlib import Path
from types import FunctionType

import atheris

from fuzz.readers import TARGETS, seeds

TARGET = sys.argv[1]
WATCHED = ("plimsoll.engine", "plimsoll.validation.reference", "plimsoll.vocabulary.digest")


def watch() -> None:
    """Count the branches of the readers' own functions; an editable install hides them from atheris' import hook."""
    for name, module in list(sys.modules.items()):
        if name.startswith(WATCHED):
            for thing in list(vars(module).values()):
                if isinstance(thing, FunctionType) and thing.__module__ == name:
                    atheris.instrument_func(thing)


def main() -> None:
    """Write the seeds where libFuzzer finds them, and begin."""
    watch()
    corpus = Path(sys.argv[2])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(TARGET)):
        (corpus / f"seed-{number:03d}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], one_input)
    atheris.Fuzz()


def one_input(data: bytes) -> None:
    """Give the target an input; whether it was read is nothing to libFuzzer."""
    TARGETS[TARGET](data)


if __name__ == "__main__":
    main()
