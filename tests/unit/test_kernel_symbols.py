"""No function of a kernel's instruction set can stand in for one of the same name elsewhere."""

import re
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).resolve().parents[2] / "build" / "python"
SETS = ("baseline", "avx2", "avx512")


def symbols(*objects: Path) -> dict[str, str]:
    """What the objects define and ask for: each name with the letter of its kind."""
    listed = subprocess.run(["nm", "-C", *map(str, objects)], capture_output=True, text=True, check=True).stdout
    return {name: kind for kind, name in re.findall(r"^[0-9a-f ]+ (\S) (.*)$", listed, re.MULTILINE)}


def strangers(found: dict[str, str], name: str) -> list[str]:
    """Those of which the linker keeps any copy that it meets, and whose name does not tell the set."""
    # DW.ref.* holds the address of a function of the compiler's runtime: data, and the same in every file.
    weak = [symbol for symbol, kind in found.items() if kind in "WVu" and not symbol.startswith("DW.ref.")]
    return [symbol for symbol in weak if f"plimsoll_{name}" not in symbol]


def test_the_build_whose_objects_are_read_is_the_release_build() -> None:
    assert "CMAKE_BUILD_TYPE:STRING=Release" in (BUILD / "CMakeCache.txt").read_text().splitlines()


@pytest.mark.parametrize("name", SETS)
def test_what_stays_out_of_line_carries_the_name_of_its_set(name: str) -> None:
    """Of two weak symbols of one name the linker keeps either: a copy with AVX-512 in it must have a name of its own.

    The objects are those of the release build that `make develop` installs.
    """
    objects = list(BUILD.rglob(f"plimsoll_kernels_{name}.dir/**/*.o"))
    assert objects, f"no object of {name} under build/python: run make develop"
    found = symbols(*objects)
    code = [symbol for symbol, kind in found.items() if kind in "tTW" and f"plimsoll_{name}::" in symbol]
    assert len(code) > 10, f"no code of {name} in its objects: is it left to link time?"
    assert strangers(found, name) == []
    assert [symbol for symbol in found if "plimsoll::" in symbol] == []


def test_a_function_that_the_linker_may_take_from_another_set_is_seen(tmp_path: Path) -> None:
    source = tmp_path / "shared.cpp"
    source.write_text(
        "template <class T> struct Shared { [[gnu::noinline]] static T twice(T x) { return x + x; } };\n"
        "namespace plimsoll_avx2 { template <class T> [[gnu::noinline]] T thrice(T x) { return x + x + x; } }\n"
        "double kernel(double x) { return Shared<double>::twice(x) + plimsoll_avx2::thrice(x); }\n"
    )
    built = ["g++", "-O3", "-std=c++20", "-c", str(source), "-o", str(tmp_path / "shared.o")]
    subprocess.run(built, check=True)
    found = symbols(tmp_path / "shared.o")
    assert strangers(found, "avx2") == ["Shared<double>::twice(double)"]
    assert len(strangers(found, "avx512")) == 2
