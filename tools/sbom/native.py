"""The C++ part: the extension of a wheel, and all that is linked into it."""

import hashlib
import re
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from sbom.licences import expression

ROOT = Path(__file__).resolve().parents[2]
_GCC_LICENCE = "GPL-3.0-or-later WITH GCC-exception-3.1"


@dataclass(frozen=True, slots=True)
class Extension:
    """What was read out of the compiled extension."""

    name: str
    sha256: str
    content: bytes
    compiler: str
    needed: tuple[str, ...]

    @property
    def reference(self) -> str:
        """How the document refers to the file."""
        return f"file:plimsoll/{self.name}"

    @property
    def compiler_version(self) -> str:
        """The version of the compiler, the last word of what it says of itself."""
        return self.compiler.split()[-1]


def read_extension(wheel: Path) -> Extension:
    """Read the extension of a wheel: its digest, who compiled it and what it needs to load."""
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        member = next(name for name in archive.namelist() if re.fullmatch(r"plimsoll/_core\..*\.so", name))
        content = archive.read(member)
        file = Path(folder, "_core.so")
        file.write_bytes(content)
        dynamic = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True).stdout
        comment = subprocess.run(["readelf", "-p", ".comment", file], capture_output=True, text=True, check=True).stdout
    compilers = re.findall(r"^ +\[ *[0-9a-f]+\] +(.*\S)", comment, re.MULTILINE)
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic)
    name = member.rpartition("/")[2]
    return Extension(name, hashlib.sha256(content).hexdigest(), content, compilers[0], tuple(sorted(needed)))


def _instruction_sets(content: bytes) -> dict[str, str]:
    """Give the flags of each instruction set that the build names and whose kernels are in the extension."""
    text = (ROOT / "cmake" / "PlimsollTargets.cmake").read_text()
    flags = dict(re.findall(r"set\(flags_(\w+) ([^)]*)\)", text))
    return {name: flags[name].strip('"') for name in sorted(flags) if name.encode() + b"\0" in content}


def _robin_map_version() -> str:
    header = "nanobind/ext/robin_map/include/tsl/robin_growth_policy.h"
    text = Path(str(metadata.distribution("nanobind").locate_file(header))).read_text()
    return ".".join(re.findall(r"#define TSL_RH_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", text))


def _library(name: str, version: str, spdx: str, purl: str | None, **properties: str) -> dict[str, object]:
    stated = {"plimsoll:linked": "static", **{f"plimsoll:{key}": value for key, value in properties.items()}}
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": purl or f"static:{name}@{version}",
        "name": name,
        "version": version,
        "scope": "required",
        "licenses": expression(spdx),
        "properties": [{"name": key, "value": value} for key, value in sorted(stated.items())],
    }
    return {**component, "purl": purl} if purl else component


def native_components(extension: Extension, version: str) -> list[dict[str, object]]:
    """Give the extension and each part that is in its file: the core, its kernels, nanobind and what compilers add."""
    compiler, nanobind = extension.compiler_version, metadata.version("nanobind")
    file: dict[str, object] = {
        "type": "file",
        "bom-ref": extension.reference,
        "name": extension.name,
        "version": version,
        "scope": "required",
        "licenses": expression("Apache-2.0"),
        "hashes": [{"alg": "SHA-256", "content": extension.sha256}],
        "properties": [
            {"name": "plimsoll:compiler", "value": extension.compiler},
            *({"name": "plimsoll:needs", "value": library} for library in extension.needed),
        ],
    }
    kernels = [
        _library(f"plimsoll-kernels-{name}", version, "Apache-2.0", None, flags=flags or "none", compiler=compiler)
        for name, flags in _instruction_sets(extension.content).items()
    ]
    robin_map, standard = _robin_map_version(), "libstdc++ templates compiled in"
    return [
        file,
        _library("plimsoll-core", version, "Apache-2.0", None, compiler=extension.compiler, standard="C++20"),
        *kernels,
        _library("nanobind", nanobind, "BSD-3-Clause", f"pkg:github/wjakob/nanobind@v{nanobind}"),
        _library("robin-map", robin_map, "MIT", f"pkg:github/Tessil/robin-map@v{robin_map}", part_of="nanobind"),
        _library(standard, compiler, _GCC_LICENCE, None, part_of="g++"),
        _library("libgcc start-up and helper objects", compiler, _GCC_LICENCE, None, part_of="g++"),
    ]
