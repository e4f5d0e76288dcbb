"""The whole document: three parts, who needs what, one serial number that its content gives."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from sbom import debian, locks, native

ROOT = Path(__file__).resolve().parents[2]
HOST = Path("/")
Component = dict[str, object]


@dataclass(frozen=True, slots=True)
class Parts:
    """The components by where they come from, and what needs what."""

    python: list[Component]
    native: list[Component]
    system: list[Component]
    dependencies: dict[str, set[str]]

    @property
    def components(self) -> list[Component]:
        """All of them, in the order of the document."""
        return sorted((*self.python, *self.native, *self.system), key=lambda one: str(one["bom-ref"]))


def version_of_source() -> str:
    """Give the version in the one place that holds it."""
    header = (ROOT / "core/include/plimsoll/base/version.hpp").read_text()
    return header.partition('version = "')[2].partition('"')[0]


def system_part(extension: native.Extension, root: Path, is_image: bool) -> tuple[list[Component], set[str]]:
    """Give the Debian packages, and the references of those that the extension loads.

    On a machine that builds: what the extension and Python need to run, and, excluded from what runs, what compiled it.
    In an image: every package.
    """
    packages = debian.read_status((root / "var/lib/dpkg/status").read_text())
    owners = {owner for library in extension.needed if (owner := debian.owner_of(library, root))}
    run = sorted(packages) if is_image else debian.closure(packages, (*debian.RUN_PACKAGES, *sorted(owners)))
    make = [] if is_image else debian.closure(packages, debian.BUILD_PACKAGES)
    scopes = dict.fromkeys(make, "excluded") | dict.fromkeys(run, "required")
    components = [debian.component_of(packages[name], scope, root) for name, scope in sorted(scopes.items())]
    distribution = debian.distribution_of(root)
    return components, {packages[owner].reference(distribution) for owner in owners}


def gather(wheel: Path, image: Path | None = None) -> Parts:
    """Read all three parts: for a wheel with what made it, or for an image with what is in it."""
    extension = native.read_extension(wheel)
    groups = locks.RUN_GROUPS if image else (*locks.RUN_GROUPS, *locks.MAKE_GROUPS)
    pins = locks.locked(ROOT / "requirements", groups)
    system, loaded = system_part(extension, image or HOST, is_image=image is not None)
    inside = native.native_components(extension, version_of_source())
    needs = locks.dependencies_of(pins)
    needs[extension.reference] = loaded | {str(part["bom-ref"]) for part in inside[1:]}
    asked_for = locks.asked_for(ROOT / "requirements", locks.RUN_GROUPS)
    direct = {pin.reference for pin in pins if locks.canonical(pin.name) in asked_for}
    needs[subject()["bom-ref"]] = direct | {extension.reference}
    return Parts([locks.component_of(pin) for pin in pins], inside, system, needs)


def subject() -> dict[str, str]:
    """Give what the document is about."""
    version = version_of_source()
    reference = f"pkg:pypi/plimsoll@{version}"
    return {"type": "application", "bom-ref": reference, "name": "plimsoll", "version": version, "purl": reference}


def document_of(parts: Parts, moment: int) -> dict[str, object]:
    """Give the document; its serial number is made of its content, so that equal content is one document."""
    licence = {"license": {"id": "Apache-2.0"}}
    needs = {str(component["bom-ref"]): set[str]() for component in parts.components} | parts.dependencies
    body: dict[str, object] = {
        "metadata": {
            "timestamp": datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": {"components": [{"type": "application", "name": "tools/sbom of plimsoll"}]},
            "component": dict[str, object](subject(), licenses=[licence]),
            "licenses": [licence],
        },
        "components": parts.components,
        "dependencies": [{"ref": name, "dependsOn": sorted(needs[name])} for name in sorted(needs)],
    }
    content = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    head: dict[str, object] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"urn:sha256:{content}").urn,
        "version": 1,
    }
    return {**head, **body}


def flaws_of(text: str) -> list[str]:
    """Say where a document departs from the schema of CycloneDX 1.6, in its strict form and offline."""
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text, all_errors=True)
    return [] if found is None else [str(flaw) for flaw in found]


def text_of(document: dict[str, object]) -> str:
    """Write a document; the same document gives the same bytes."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def summary(parts: Parts) -> Iterable[str]:
    """Count the components by part and scope."""
    for name, components in (("Python", parts.python), ("C++", parts.native), ("system", parts.system)):
        scopes = [str(component["scope"]) for component in components]
        counts = (f"{scopes.count(scope)} {scope}" for scope in ("required", "optional", "excluded") if scope in scopes)
        yield f"sbom: {name}: {len(components)} components ({', '.join(counts)})"
