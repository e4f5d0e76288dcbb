"""The wheel where it is installed, without a compiler and without this repository: run by ``make test-wheel``."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREFIX = ROOT / "build" / "wheel-check" / "venv"
COMPILERS = ("g++", "gcc", "c++", "cc", "clang++", "clang", "cmake", "ninja", "make", "pip")


def run_inside(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the installation from a folder, with nothing but the installation on its path."""
    program = str(PREFIX / "bin" / words[0])
    surroundings = {"PATH": str(PREFIX / "bin"), "HOME": str(folder), "LANG": "C.UTF-8", **environment}
    return subprocess.run([program, *words[1:]], cwd=folder, env=surroundings, capture_output=True, text=True)


@pytest.mark.parametrize("tool", COMPILERS)
def test_the_installation_sees_no_compiler(tool: str) -> None:
    assert shutil.which(tool, path=str(PREFIX / "bin")) is None


def test_the_smoke_test_passes_from_an_empty_folder(tmp_path: Path) -> None:
    done = run_inside(tmp_path, "python", str(ROOT / "tools" / "smoke_test.py"))
    print(done.stdout, end="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("smoke test passed\n")
    assert [file.name for file in tmp_path.iterdir() if file.name not in {".cache", ".config"}] == []


def test_exactly_what_is_locked_is_installed(tmp_path: Path) -> None:
    code = (
        "import json; from importlib import metadata\n"
        "print(json.dumps({one.name: one.version for one in metadata.distributions()}))"
    )
    normal = {name.lower().replace("_", "-").replace(".", "-"): version for name, version in json.loads(
        run_inside(tmp_path, "python", "-c", code).stdout
    ).items()}  # fmt: skip
    locked = dict(
        line.rstrip(" \\").split("==")
        for group in ("runtime", "data")
        for line in (ROOT / "requirements" / f"{group}.txt").read_text().splitlines()
        if re.match(r"[a-z0-9.-]+==", line)
    )
    normal.pop("plimsoll")
    assert normal == {name.replace(".", "-"): version for name, version in locked.items()}
