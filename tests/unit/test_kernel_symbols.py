"""No function of a kernel's instruction set can stand in for one of the same name elsewhere."""

import re
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).resolve().parents[2] / "build" / "python"
SETS = ("baseline", "avx2", "avx512")


@pytest.mark.parametrize("name", SETS)
def test_what_stays_out_of_line_carries_the_name_of_its_set(name: str) -> None:
    """Of two weak symbols of one name the linker keeps either: a copy with AVX-512 in it must have a name of its own.

    The objects are those of the release build that `make develop` installs.
    """
    objects = list(BUILD.rglob(f"plimsoll_kernels_{name}.dir/**/*.o"))
    assert objects, f"no object of {name} under build/python: run make develop"
    listed = subprocess.run(["nm", "-C", *map(str, objects)], capture_output=True, text=True, check=True).stdout
    weak = re.findall(r"^[0-9a-f]* +[WVu] (.*)$", listed, re.MULTILINE)
    # DW.ref.* holds the address of a function of the compiler's runtime: data, and the same in every file.
    assert [symbol for symbol in weak if f"plimsoll_{name}" not in symbol and not symbol.startswith("DW.ref.")] == []
    assert "plimsoll::" not in listed
