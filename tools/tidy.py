"""Run clang-tidy on what changed: every body of the core and of ``bindings``, every header through its own unit.

A unit is skipped when it was clean before and nothing that it includes from this repository, no check and no version
has changed since. The keys of clean units are kept in ``.cache/clang-tidy``.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "lint"
CLEAN = ROOT / ".cache" / "clang-tidy"
GENERATED = BUILD / "headers"


def units() -> dict[Path, list[str]]:
    """List the files to check with their compile commands."""
    wanted = (ROOT / "core" / "src", ROOT / "core" / "kernels", ROOT / "core" / "bench", ROOT / "bindings", GENERATED)
    chosen = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        file = Path(entry["file"])
        if any(file.is_relative_to(folder) for folder in wanted):
            chosen[file] = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
    return chosen


def key_of(command: list[str], settings: bytes) -> str:
    """Digest everything of this repository that the unit is made of."""
    words = command[: command.index("-o")] + command[command.index("-o") + 2 :]
    words = [word for word in words if word != "-c"]
    made_of = subprocess.run([*words, "-MM"], capture_output=True, text=True, check=False, cwd=BUILD)
    if made_of.returncode != 0:
        return hashlib.sha256(os.urandom(16)).hexdigest()
    digest = hashlib.sha256(settings)
    for name in sorted(set(re.sub(r"\\\n", " ", made_of.stdout.split(":", 1)[1]).split())):
        file = (BUILD / name).resolve()
        if file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / ".venv"):
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def check(file: Path, command: list[str], settings: bytes) -> tuple[str, str]:
    """Check one unit; return its state (``clean``, ``cached``, ``dirty``) and what clang-tidy said."""
    key = key_of(command, settings)
    if (CLEAN / key).exists():
        return "cached", ""
    # A header is reported by its own unit, once, and not by everybody who includes it.
    header = str(file.relative_to(GENERATED))[: -len(".cpp")] if file.is_relative_to(GENERATED) else "-none-"
    run = subprocess.run(
        [
            "clang-tidy",
            "--quiet",
            f"-p={BUILD}",
            f"--header-filter=core/include/{re.escape(header)}$",
            "--extra-arg=-Wno-unknown-warning-option",
            "--extra-arg=-Wno-ignored-optimization-argument",
            str(file),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode == 0:
        (CLEAN / key).touch()
        return "clean", ""
    return "dirty", run.stdout + (run.stderr if not run.stdout.strip() else "")


def main(patterns: list[str]) -> int:
    """Check all units, or those whose path holds one of the patterns; return 1 when clang-tidy found something."""
    CLEAN.mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    settings = version + (ROOT / ".clang-tidy").read_bytes() + Path(__file__).read_bytes()
    began = time.monotonic()
    chosen = {
        file: command for file, command in units().items() if not patterns or any(p in str(file) for p in patterns)
    }
    states: dict[str, int] = {"clean": 0, "cached": 0, "dirty": 0}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for state, words in pool.map(lambda item: check(*item, settings), sorted(chosen.items())):
            states[state] += 1
            if words:
                print(words, flush=True)
    counts = ", ".join(f"{number} {state}" for state, number in states.items())
    print(f"clang-tidy: {len(chosen)} units: {counts}; {time.monotonic() - began:.0f} s")
    return 1 if states["dirty"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
