"""The bill of materials: ``tools/sbom`` on the locks, the extension and the packages of this machine."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from plimsoll import _core
from sbom import debian, document, licences, locks, native

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = Path(str(_core.__file__))
MOMENT = 1_767_225_600  # 2026-01-01
STATUS = """Package: python3
Status: install ok installed
Architecture: amd64
Version: 3.11.2-1+b1
Source: python3-defaults (0.1)
Pre-Depends: python3-minimal (= 3.11.2-1+b1)
Depends: python3.11 (>= 3.11.2-1~) | python3.12, awk, missing
Description: with
 a second line

Package: python3-minimal
Status: install ok installed
Architecture: amd64
Version: 1

Package: python3.11
Status: install ok installed
Architecture: amd64
Version: 1
Depends: python3 (>= 3)

Package: mawk
Status: install ok installed
Architecture: amd64
Version: 1
Provides: awk

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("wheel") / "plimsoll-0-cp311-cp311-linux_x86_64.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(EXTENSION, f"plimsoll/{EXTENSION.name}")
    return file


@pytest.fixture(scope="module")
def parts(wheel: Path) -> document.Parts:
    return document.gather(wheel)


@pytest.fixture(scope="module")
def text(parts: document.Parts) -> str:
    return document.text_of(document.document_of(parts, MOMENT))


def pins_by_hand() -> dict[str, str]:
    lines = [line for lock in (ROOT / "requirements").glob("*.txt") for line in lock.read_text().splitlines()]
    return dict(line.rstrip(" \\").split("==") for line in lines if re.match(r"[A-Za-z0-9._-]+==", line))


def test_it_is_a_cyclonedx_document_of_version_1_6(text: str) -> None:
    assert json.loads(text)["specVersion"] == "1.6"
    assert document.flaws_of(text) == []


def test_a_document_that_departs_from_the_schema_is_seen(text: str) -> None:
    changed = json.loads(text)
    changed["components"][0]["type"] = "thing"
    del changed["components"][1]["name"]
    assert len(document.flaws_of(json.dumps(changed))) == 2


def test_each_locked_package_is_in_it_with_its_version_and_all_its_digests(text: str) -> None:
    found = {one["name"]: one for one in json.loads(text)["components"] if one["bom-ref"].startswith("pkg:pypi/")}
    assert {name: one["version"] for name, one in found.items()} == pins_by_hand()
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    digests = [entry["content"] for entry in found["duckdb"]["externalReferences"][0]["hashes"]]
    section = lock.partition("duckdb==")[2].partition("# via")[0]
    assert sorted(digests) == sorted(re.findall(r"sha256:([0-9a-f]{64})", section))
    assert all(one["externalReferences"][0]["hashes"] for one in found.values())


def test_two_runs_give_the_same_bytes(wheel: Path, text: str) -> None:
    again = document.text_of(document.document_of(document.gather(wheel), MOMENT))
    assert again == text


def test_another_content_is_another_document(parts: document.Parts) -> None:
    serials = {str(document.document_of(parts, moment)["serialNumber"]) for moment in (MOMENT, MOMENT + 1)}
    assert len(serials) == 2
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", serial) for serial in serials)


def test_every_component_states_a_licence(parts: document.Parts) -> None:
    assert [one["name"] for one in parts.components if not one["licenses"]] == []


def test_what_runs_is_told_from_what_builds_and_tests(parts: document.Parts) -> None:
    scopes = {str(one["name"]): one["scope"] for one in parts.components}
    assert (scopes["numpy"], scopes["mlflow-skinny"], scopes["pytest"]) == ("required", "optional", "excluded")
    assert (scopes["libstdc++6"], scopes["g++-12"]) == ("required", "excluded")


def test_the_extension_is_in_it_with_its_digest_and_what_is_linked_into_it(parts: document.Parts) -> None:
    file, *inside = parts.native
    assert file["hashes"] == [{"alg": "SHA-256", "content": sha256(EXTENSION.read_bytes()).hexdigest()}]
    names = {str(one["name"]) for one in inside}
    kernels = {f"plimsoll-kernels-{name}" for name in ("baseline", "avx2", "avx512")}
    assert {"plimsoll-core", "nanobind", "robin-map"} | kernels <= names
    assert {str(one["bom-ref"]) for one in inside} < parts.dependencies[str(file["bom-ref"])]


def test_the_libraries_that_the_extension_loads_are_named_as_its_dependencies(parts: document.Parts) -> None:
    needs = parts.dependencies[str(parts.native[0]["bom-ref"])]
    packages = {reference.partition("@")[0] for reference in needs if reference.startswith("pkg:deb/")}
    assert packages == {"pkg:deb/debian/libc6", "pkg:deb/debian/libgcc-s1", "pkg:deb/debian/libstdc%2B%2B6"}


def test_the_project_depends_on_what_it_asks_for_and_on_no_tool(parts: document.Parts) -> None:
    direct = {reference.partition("@")[0] for reference in parts.dependencies[document.subject()["bom-ref"]]}
    assert {"pkg:pypi/click", "pkg:pypi/numpy", "pkg:pypi/typst"} <= direct
    assert direct & {"pkg:pypi/pytest", "pkg:pypi/cmake", "pkg:pypi/attrs"} == set()


def test_every_reference_leads_to_a_component(text: str) -> None:
    read = json.loads(text)
    known = {one["bom-ref"] for one in read["components"]} | {read["metadata"]["component"]["bom-ref"]}
    assert {one["ref"] for one in read["dependencies"]} == known
    assert {name for one in read["dependencies"] for name in one["dependsOn"]} <= known


def test_an_image_holds_all_its_packages_and_no_tool_that_built_it(wheel: Path, tmp_path: Path) -> None:
    for name, content in (("var/lib/dpkg/status", STATUS), ("etc/os-release", 'ID=debian\nVERSION_ID="12"\n')):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(content)
    found = document.gather(wheel, tmp_path)
    assert [one["name"] for one in found.system] == ["mawk", "python3", "python3-minimal", "python3.11"]
    assert {one["scope"] for one in (*found.python, *found.system)} == {"required", "optional"}


def test_the_command_writes_what_it_counts(wheel: Path, tmp_path: Path) -> None:
    out = tmp_path / "bom.json"
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT / "tools"), "SOURCE_DATE_EPOCH": str(MOMENT)}
    command = [sys.executable, "-m", "sbom", str(wheel), "--out", str(out)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True)
    counted = re.findall(r"(Python|C\+\+|system): (\d+) components", done.stdout)
    assert [part for part, _ in counted] == ["Python", "C++", "system"]
    assert sum(int(number) for _, number in counted) == len(json.loads(out.read_text())["components"])


def test_the_needs_of_a_package_are_followed_through_circles_alternatives_and_virtual_names() -> None:
    packages = debian.read_status(STATUS)
    assert "gone" not in packages
    assert packages["python3"].source == "python3-defaults"
    assert debian.closure(packages, ["python3", "absent"]) == ["mawk", "python3", "python3-minimal", "python3.11"]


def test_a_library_that_no_package_owns_has_no_owner(tmp_path: Path) -> None:
    assert debian.owner_of("libnone.so.1", tmp_path) is None


def test_a_package_locked_in_two_versions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one==1 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via two\n")
    (tmp_path / "b.txt").write_text("one==2 \\\n    --hash=sha256:" + "1" * 64 + "\n")
    assert locks.locked(tmp_path, ["a"])[0].parents == {"two"}
    with pytest.raises(SystemExit, match="one is locked as 1 and as 2"):
        locks.locked(tmp_path, ["a", "b"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("License-Expression: MIT OR Apache-2.0", [{"expression": "MIT OR Apache-2.0"}]),
        ("License: Apache 2.0", [{"license": {"id": "Apache-2.0"}}]),
        ("Classifier: License :: OSI Approved :: MIT License", [{"license": {"id": "MIT"}}]),
        ("License: BSD\nClassifier: License :: OSI Approved :: BSD License", [{"license": {"name": "BSD License"}}]),
        ("License: of our own", [{"license": {"name": "of our own"}}]),
    ],
)
def test_the_licence_of_a_python_package_is_what_its_metadata_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: str, expected: list[object]
) -> None:
    folder = tmp_path / "unheard_of-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: unheard-of\nVersion: 1\n{fields}\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert licences.licences_of_distribution("unheard-of") == expected


def test_a_python_package_that_states_no_licence_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "silent-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.4\nName: silent\nVersion: 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SystemExit, match="silent states no licence"):
        licences.licences_of_distribution("silent")


def test_the_licences_of_a_debian_package_are_those_its_copyright_file_names(tmp_path: Path) -> None:
    for package, words in (
        ("modern", "Format: 1.0\nLicense: GPL-2+\nLicense: Expat\nLicense: GPL-2+\n"),
        ("old", "License: in prose\nsee /usr/share/common-licenses/LGPL-2.1.\n"),
    ):
        folder = tmp_path / "usr/share/doc" / package
        folder.mkdir(parents=True)
        (folder / "copyright").write_text(words)
    assert licences.licences_of_debian("modern", "modern", tmp_path) == licences.named(["Expat", "GPL-2+"])
    assert licences.licences_of_debian("old", "old", tmp_path) == licences.named(["LGPL-2.1"])
    assert licences.licences_of_debian("none", "none", tmp_path)[0]["license"]
    assert licences.licences_of_debian("libc6", "glibc", tmp_path) == licences.expression("LGPL-2.1-or-later")


def test_the_compiler_is_read_out_of_the_extension(wheel: Path) -> None:
    assert shutil.which("readelf")
    extension = native.read_extension(wheel)
    assert re.search(r"\d+\.\d+", extension.compiler_version)
    assert "libstdc++.so.6" in extension.needed
