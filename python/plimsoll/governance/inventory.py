"""The inventory: what a model is for, who answers for it, and what a version of it consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that a model leans on.

    ``kind`` is feeder (another model), data, overlay or shared_code; ``target`` names it; ``materiality`` says what
    would go wrong without it.
    """

    kind: str
    target: str
    materiality: str

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"kind": self.kind, "target": self.target, "materiality": self.materiality}


@dataclass(frozen=True, slots=True)
class Model:
    """One model of the inventory.

    ``exposure`` and ``purpose_class`` are levels of the policy pack; together they give the tier. ``validated_range``
    holds the least and greatest value of each quantity within which the model was validated, where it has such a range.
    """

    model_id: str
    name: str
    model_class: str
    owner: str
    developer: str
    purpose: str
    purpose_class: str
    exposure: str
    exposure_measure: str
    uses_allowed: tuple[str, ...]
    uses_prohibited: tuple[str, ...]
    assumptions: tuple[str, ...]
    limits: tuple[str, ...]
    dependencies: tuple[Dependency, ...]
    validated_range: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "model_id": self.model_id,
            "name": self.name,
            "model_class": self.model_class,
            "owner": self.owner,
            "developer": self.developer,
            "purpose": self.purpose,
            "purpose_class": self.purpose_class,
            "exposure": self.exposure,
            "exposure_measure": self.exposure_measure,
            "uses_allowed": list(self.uses_allowed),
            "uses_prohibited": list(self.uses_prohibited),
            "assumptions": list(self.assumptions),
            "limits": list(self.limits),
            "dependencies": [dependency.to_dict() for dependency in self.dependencies],
            "validated_range": {name: list(bounds) for name, bounds in self.validated_range.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Model":
        """Read a model record.

        Raises
        ------
        BadInput
            If a field is missing, empty or unknown.
        """
        texts = {name: _text(data, name) for name in _TEXT_FIELDS}
        lists = {name: _texts(data, name) for name in _LIST_FIELDS}
        dependencies = data.get("dependencies")
        if not isinstance(dependencies, list):
            raise _missing("dependencies", "a list of kind, target, materiality; it may be empty")
        unknown = sorted(set(data) - {*_TEXT_FIELDS, *_LIST_FIELDS, *_OTHER_FIELDS, "schema"})
        if unknown:
            raise BadInput(
                "unknown_field",
                field=", ".join(unknown),
                allowed=", ".join((*_TEXT_FIELDS, *_LIST_FIELDS, *_OTHER_FIELDS)),
                fix="remove the field or correct its name",
            )
        return cls(
            model_id=texts["model_id"],
            name=texts["name"],
            model_class=texts["model_class"],
            owner=texts["owner"],
            developer=texts["developer"],
            purpose=texts["purpose"],
            purpose_class=texts["purpose_class"],
            exposure=texts["exposure"],
            exposure_measure=texts["exposure_measure"],
            uses_allowed=lists["uses_allowed"],
            uses_prohibited=lists["uses_prohibited"],
            assumptions=lists["assumptions"],
            limits=lists["limits"],
            dependencies=tuple(
                Dependency(_text(item, "kind"), _text(item, "target"), _text(item, "materiality"))
                for item in dependencies
            ),
            validated_range=_ranges(data.get("validated_range", {})),
        )


_TEXT_FIELDS = (
    "model_id", "name", "model_class", "owner", "developer", "purpose", "purpose_class", "exposure", "exposure_measure",
)  # fmt: skip
_LIST_FIELDS = ("uses_allowed", "uses_prohibited", "assumptions", "limits")
_OTHER_FIELDS = ("dependencies", "validated_range")


@dataclass(frozen=True, slots=True)
class VersionContent:
    """What a version of a model consists of: code, parameters, data and environment, each by digest.

    ``version`` counts as major.minor.patch.
    """

    model_id: str
    version: str
    code: str
    parameters: str
    environment: str
    datasets: Mapping[str, str]

    @property
    def content_hash(self) -> str:
        """Digest over all of it; approval binds to this."""
        return digest_of(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "model_id": self.model_id,
            "version": self.version,
            "code": self.code,
            "parameters": self.parameters,
            "environment": self.environment,
            "datasets": dict(self.datasets),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "VersionContent":
        """Read a version's content.

        Raises
        ------
        BadInput
            If a field is missing or empty, or the version does not count as major.minor.patch.
        """
        datasets = data.get("datasets")
        if not isinstance(datasets, Mapping):
            raise _missing("datasets", "a mapping of dataset name to digest; it may be empty")
        version = _text(data, "version")
        parts = version.split(".")
        if len(parts) != 3 or not all(part.isdecimal() for part in parts):
            raise BadInput(
                "bad_version", field="version", value=version, allowed="major.minor.patch", fix="write it as 1.0.0"
            )
        return cls(
            model_id=_text(data, "model_id"),
            version=version,
            code=_text(data, "code"),
            parameters=_text(data, "parameters"),
            environment=_text(data, "environment"),
            datasets={str(name): _text(datasets, name) for name in datasets},
        )


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _missing(name, "text that is not empty")
    return value


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name)
    if not isinstance(value, list) or not value:
        raise _missing(name, "a list with at least one text")
    return tuple(_text({name: item}, name) for item in value)


def _ranges(data: Any) -> dict[str, tuple[float, float]]:
    found = dict(data) if isinstance(data, Mapping) else {"validated_range": data}
    for name, bounds in found.items():
        numbers = isinstance(bounds, list) and all(isinstance(bound, int | float) for bound in bounds)
        if not numbers or len(bounds) != 2 or not bounds[0] <= bounds[1]:
            raise BadInput(
                "wrong_range",
                field=f"validated_range.{name}",
                value=bounds,
                allowed="[least, greatest]",
                fix="give two numbers in order",
            )
    return {str(name): (float(low), float(high)) for name, (low, high) in found.items()}


def _missing(name: str, allowed: str) -> BadInput:
    return BadInput("missing_field", field=name, allowed=allowed, fix=f"give {name} in the record")
