"""What is in the wheel and in the sdist of ``dist/``: run by ``make test-wheel``, which builds them."""

import base64
import hashlib
import re
import subprocess
import tarfile
import tomllib
import zipfile
from datetime import UTC, datetime
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python" / "plimsoll"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
#: What a Debian 12 has: glibc 2.36 and the libstdc++ of g++ 12.
GLIBC, GLIBCXX = (2, 36), (3, 4, 30)
LIBRARIES = {"libc.so.6", "libgcc_s.so.1", "libm.so.6", "libstdc++.so.6", "ld-linux-x86-64.so.2"}


def version() -> str:
    header = (ROOT / "core/include/plimsoll/base/version.hpp").read_text()
    found = re.search(r'version = "([0-9.]+)"', header)
    assert found
    return found[1]


def only(folder: Path, pattern: str) -> Path:
    files = sorted(folder.glob(pattern))
    assert len(files) == 1, f"{pattern} in {folder}: {files}"
    return files[0]


@pytest.fixture(scope="module")
def wheel() -> zipfile.ZipFile:
    return zipfile.ZipFile(only(ROOT / "dist", "plimsoll-*.whl"))


@pytest.fixture(scope="module")
def extension(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    name = next(name for name in wheel.namelist() if name.endswith(".so"))
    file = tmp_path_factory.mktemp("extension") / "_core.so"
    file.write_bytes(wheel.read(name))
    return file


def information(wheel: zipfile.ZipFile, name: str) -> str:
    return wheel.read(f"plimsoll-{version()}.dist-info/{name}").decode()


def metadata(wheel: zipfile.ZipFile) -> Message:
    return Parser().parsestr(information(wheel, "METADATA"))


def sources() -> set[str]:
    """The files of the package as they are committed: no bytecode, no build product."""
    files = (file.relative_to(PACKAGE.parent) for file in PACKAGE.rglob("*") if file.is_file())
    left_out = ("__pycache__", "_core")
    return {str(file) for file in files if not set(file.parts) & set(left_out) and file.suffix not in {".so", ".pyc"}}


def test_the_wheel_holds_every_source_the_extension_its_types_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert sources() <= inside
    built = sorted(inside - sources())
    assert [name for name in built if name.endswith(".so")] == ["plimsoll/_core.cpython-311-x86_64-linux-gnu.so"]
    types = {name for name in built if name.endswith(".pyi")}
    assert {"plimsoll/_core/__init__.pyi", "plimsoll/_core/margin.pyi", "plimsoll/_core/risk.pyi"} <= types
    assert [name for name in built if not name.endswith((".so", ".pyi"))] == []


@pytest.mark.parametrize(
    "name",
    [
        "plimsoll/py.typed",
        "plimsoll/packs/schemas/book-v1.json",
        "plimsoll/packs/books/demo-2020.json",
        "plimsoll/report/templates/report.html.j2",
    ],
)
def test_the_wheel_holds_what_is_no_module(wheel: zipfile.ZipFile, name: str) -> None:
    assert wheel.read(name) == (PACKAGE.parent / name).read_bytes()


def test_no_test_goes_with_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if re.search(r"(^|/)(tests?|conftest|test_[^/]*)(/|\.py$)", name)] == []


def test_the_wheel_says_what_the_project_says(wheel: zipfile.ZipFile) -> None:
    stated = metadata(wheel)
    assert (stated["Name"], stated["Version"]) == ("plimsoll", version())
    assert stated["License-Expression"] == "Apache-2.0"
    assert stated["Requires-Python"] == PROJECT["requires-python"]
    assert stated.get_all("Classifier") == PROJECT["classifiers"]
    assert set(stated.get_all("Provides-Extra") or ()) == set(PROJECT["optional-dependencies"])
    always = [entry for entry in stated.get_all("Requires-Dist") or () if "extra ==" not in entry]
    assert len(always) == len(PROJECT["dependencies"])
    assert information(wheel, "licenses/LICENSE") == (ROOT / "LICENSE").read_text()
    assert "plimsoll = plimsoll.console.main:main" in information(wheel, "entry_points.txt")


def test_the_wheel_is_tagged_for_the_one_python_it_was_compiled_for(wheel: zipfile.ZipFile) -> None:
    assert "Tag: cp311-cp311-linux_x86_64" in information(wheel, "WHEEL")
    assert Path(str(wheel.filename)).name == f"plimsoll-{version()}-cp311-cp311-linux_x86_64.whl"


def test_the_record_names_each_file_with_its_digest(wheel: zipfile.ZipFile) -> None:
    rows = [line.split(",") for line in information(wheel, "RECORD").splitlines()]
    assert {row[0] for row in rows} == {name for name in wheel.namelist() if not name.endswith("/")}
    for name, digest, _ in rows:
        if digest:
            found = base64.urlsafe_b64encode(hashlib.sha256(wheel.read(name)).digest()).rstrip(b"=").decode()
            assert digest == f"sha256={found}"


def test_no_file_of_the_wheel_names_a_folder_of_this_machine(wheel: zipfile.ZipFile) -> None:
    folders = {str(folder).encode() for folder in (ROOT, Path.home(), ROOT / ".venv")} | {b"/tmp/", b"/home/"}
    found = {name for name in wheel.namelist() for folder in folders - {b"/"} if folder in wheel.read(name)}
    assert found == set()


def test_every_file_of_the_wheel_carries_the_time_of_the_commit(wheel: zipfile.ZipFile) -> None:
    printed = subprocess.run([ROOT / "tools/source_date.sh"], capture_output=True, text=True, check=True).stdout
    moment = datetime.fromtimestamp(int(printed), UTC)
    # A zip archive counts in steps of two seconds.
    whole = moment.replace(second=moment.second // 2 * 2).timetuple()[:6]
    assert {entry.date_time for entry in wheel.infolist()} == {whole}


def dynamic(extension: Path) -> str:
    return subprocess.run(["readelf", "-dW", extension], capture_output=True, text=True, check=True).stdout


def test_the_extension_looks_for_libraries_in_no_folder_of_its_own(extension: Path) -> None:
    assert not re.search(r"\((RPATH|RUNPATH)\)", dynamic(extension))


def test_the_extension_needs_only_the_libraries_of_the_system(extension: Path) -> None:
    assert set(re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic(extension))) <= LIBRARIES


def test_the_extension_loads_on_a_debian_12(extension: Path) -> None:
    listed = subprocess.run(["readelf", "-VW", extension], capture_output=True, text=True, check=True).stdout
    newest = {
        name: max(tuple(map(int, found.split("."))) for found in re.findall(rf"\b{name}_([0-9.]+)", listed))
        for name in ("GLIBC", "GLIBCXX")
    }
    print(f"newest symbols: {newest}")
    assert newest["GLIBC"] <= GLIBC
    assert newest["GLIBCXX"] <= GLIBCXX


def test_the_extension_shows_its_entry_point_and_none_of_the_core(extension: Path) -> None:
    listed = subprocess.run(["nm", "-DC", "--defined-only", extension], capture_output=True, text=True, check=True)
    functions = re.findall(r"^[0-9a-f]+ [TWi] (.+)$", listed.stdout, re.MULTILINE)
    assert "PyInit__core" in functions
    assert [name for name in functions if "plimsoll::" in name or "nanobind::" in name] == []


def test_the_sdist_holds_what_builds_the_wheel_and_no_test() -> None:
    with tarfile.open(only(ROOT / "dist", "plimsoll-*.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        times = {member.mtime for member in archive}
    assert {f"python/{name}" for name in sources()} <= names
    needed = {"CMakeLists.txt", "LICENSE", "README.md", "bindings/module.cpp", "core/kernels/kernels.cpp", "PKG-INFO"}
    assert needed <= names
    assert {name.partition("/")[0] for name in names} & {"tests", "docs", ".github", ".ci", "build", "dist"} == set()
    assert not any(name.startswith(("core/tests", "core/bench")) for name in names)
    assert len(times) == 1


def test_the_sdist_builds_into_the_same_wheel_in_another_folder() -> None:
    here, there = only(ROOT / "dist", "plimsoll-*.whl"), only(ROOT / "build/wheel-check/dist", "plimsoll-*.whl")
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in (here, there)}
    assert len(digests) == 1
