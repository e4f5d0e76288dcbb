"""The system part: Debian packages, read from the records of dpkg under a root."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sbom.licences import licences_of_debian

#: What an image installs on its base (tools/system_packages.sh image), and what compiles the wheel
#: (tools/system_packages.sh run).
RUN_PACKAGES = ("libstdc++6", "python3", "tzdata")
BUILD_PACKAGES = ("ccache", "g++", "libc6-dev", "make", "python3-dev", "python3-venv")


@dataclass(frozen=True, slots=True)
class Package:
    """An installed Debian package."""

    name: str
    version: str
    architecture: str
    source: str
    depends: tuple[tuple[str, ...], ...]
    provides: tuple[str, ...]

    def reference(self, distribution: str) -> str:
        """Give the package URL."""
        version = quote(self.version, safe="")
        return f"pkg:deb/debian/{quote(self.name)}@{version}?arch={self.architecture}&distro={distribution}"


def _names(relation: str) -> tuple[tuple[str, ...], ...]:
    """Read a relation field: one tuple of alternatives for each thing that is needed, versions and architectures off."""
    clauses = filter(None, (clause.strip() for clause in relation.split(",")))
    return tuple(tuple(re.split(r"[\s(:\[]", one.strip(), maxsplit=1)[0] for one in c.split("|")) for c in clauses)


def read_status(text: str) -> dict[str, Package]:
    """Read the installed packages of a dpkg status file by name."""
    packages: dict[str, Package] = {}
    for stanza in text.split("\n\n"):
        fields: dict[str, str] = dict(re.findall(r"^([A-Za-z-]+): (.*)$", stanza, re.MULTILINE))
        if not fields.get("Status", "").endswith(" installed"):
            continue
        needs = ", ".join(filter(None, (fields.get("Pre-Depends", ""), fields.get("Depends", ""))))
        packages[fields["Package"]] = Package(
            fields["Package"],
            fields["Version"],
            fields["Architecture"],
            fields.get("Source", fields["Package"]).split()[0],
            _names(needs),
            tuple(choices[0] for choices in _names(fields.get("Provides", ""))),
        )
    return packages


def closure(packages: dict[str, Package], roots: Iterable[str]) -> list[str]:
    """Give the names of the roots that are installed and of all that they need, sorted.

    Of alternatives the first that is installed is taken.
    """
    provider = {virtual: name for name, package in sorted(packages.items()) for virtual in package.provides}
    waiting = [name for name in roots if name in packages]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for choices in packages[name].depends:
            installed = (choice if choice in packages else provider.get(choice) for choice in choices)
            waiting.extend(list(filter(None, installed))[:1])
    return sorted(found)


def owner_of(library: str, root: Path) -> str | None:
    """Give the package that a shared library belongs to, or None when no package owns one of that name."""
    owned = re.compile(rf"^/(?:usr/)?lib(?:64)?(?:/x86_64-linux-gnu)?/{re.escape(library)}$", re.MULTILINE)
    for record in sorted((root / "var/lib/dpkg/info").glob("*.list")):
        if owned.search(record.read_text()):
            return record.stem.partition(":")[0]
    return None


def distribution_of(root: Path) -> str:
    """Give the name and number of the distribution, `debian-12`."""
    fields: dict[str, str] = dict(
        re.findall(r'^(\w+)="?([^"\n]*)"?$', (root / "etc/os-release").read_text(), re.MULTILINE)
    )
    return f"{fields.get('ID', 'unknown')}-{fields.get('VERSION_ID', 'unknown')}"


def component_of(package: Package, scope: str, root: Path) -> dict[str, object]:
    """Give an installed package as a component."""
    reference = package.reference(distribution_of(root))
    return {
        "type": "library",
        "bom-ref": reference,
        "name": package.name,
        "version": package.version,
        "scope": scope,
        "licenses": licences_of_debian(package.name, package.source, root),
        "purl": reference,
        "properties": [{"name": "plimsoll:source-package", "value": package.source}],
    }
