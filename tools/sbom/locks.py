"""The Python part: what the hash-locked requirements name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sbom.licences import licences_of_distribution

#: Groups whose packages are there when plimsoll runs; those of the first are there always.
RUN_GROUPS = ("runtime", "mlops", "challenger", "rigging", "data")
#: Groups whose packages are only there when it is built and tested.
MAKE_GROUPS = ("build", "dev")

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s\\;]+)")
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"^ +#(?: via)? +(?P<parent>[A-Za-z0-9._-]+)$")


@dataclass(slots=True)
class Pin:
    """A locked package: the digests of the files that may be installed for it, and what asked for it."""

    name: str
    version: str
    digests: list[str] = field(default_factory=list)
    parents: set[str] = field(default_factory=set)
    groups: list[str] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """The package URL, by which the document refers to it."""
        return f"pkg:pypi/{canonical(self.name)}@{self.version}"


def canonical(name: str) -> str:
    """Give a package name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(text: str) -> list[Pin]:
    """Read the pins of one lock in the form that `uv pip compile --generate-hashes` writes."""
    pins: list[Pin] = []
    for line in text.splitlines():
        if pin := _PIN.match(line):
            pins.append(Pin(pin["name"], pin["version"]))
        elif via := _VIA.match(line):
            pins[-1].parents.add(canonical(via["parent"]))
        if digest := _DIGEST.search(line):
            pins[-1].digests.append(digest[1])
    return pins


def locked(folder: Path, groups: Iterable[str]) -> list[Pin]:
    """Read the locks of groups as one list by name; a package of several groups is one pin."""
    pins: dict[str, Pin] = {}
    for group in groups:
        for pin in read_lock((folder / f"{group}.txt").read_text()):
            known = pins.setdefault(canonical(pin.name), pin)
            if known.version != pin.version:
                raise SystemExit(f"sbom: {pin.name} is locked as {known.version} and as {pin.version}")
            known.parents |= pin.parents
            known.groups.append(group)
    return [pins[name] for name in sorted(pins)]


def asked_for(folder: Path, groups: Iterable[str]) -> set[str]:
    """Give the names that the `.in` files of groups ask for themselves."""
    text = "\n".join((folder / f"{group}.in").read_text() for group in groups)
    return {canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)", text, re.MULTILINE)}


def component_of(pin: Pin) -> dict[str, object]:
    """Give a pin as a component: required, optional, or excluded from what runs."""
    scope = "optional" if set(pin.groups) & set(RUN_GROUPS) else "excluded"
    digests = [{"alg": "SHA-256", "content": digest} for digest in sorted(pin.digests)]
    return {
        "type": "library",
        "bom-ref": pin.reference,
        "name": pin.name,
        "version": pin.version,
        "scope": "required" if "runtime" in pin.groups else scope,
        "licenses": licences_of_distribution(pin.name),
        "purl": pin.reference,
        # One package is many files, one for each platform; any of these may be the one that was installed.
        "externalReferences": [{"type": "distribution", "url": pin.reference, "hashes": digests}],
        "properties": [{"name": "plimsoll:requirements", "value": group} for group in sorted(pin.groups)],
    }


def dependencies_of(pins: list[Pin]) -> dict[str, set[str]]:
    """Give what each locked package asked for, by reference."""
    references = {canonical(pin.name): pin.reference for pin in pins}
    wants: dict[str, set[str]] = {reference: set() for reference in references.values()}
    for pin in pins:
        for parent in pin.parents & references.keys():
            wants[references[parent]].add(pin.reference)
    return wants
