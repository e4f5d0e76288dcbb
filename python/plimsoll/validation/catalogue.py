"""The catalogue of validation tests: what each test measures and what colours its statistic, as data."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.testing import Rag

SCHEMA = "plimsoll/catalogue/v1"


class ScaleKind(StrEnum):
    """Which side of the thresholds is good."""

    at_most = "at_most"
    at_least = "at_least"


class ThresholdTag(StrEnum):
    """Where a threshold comes from: regulation, industry convention or the house."""

    regulatory = "R"
    industry = "I"
    house = "H"


@dataclass(frozen=True, slots=True)
class Scale:
    """Two thresholds that split a statistic into green, amber and red; a value on a threshold has the better colour."""

    kind: ScaleKind
    green: float
    amber: float
    tag: ThresholdTag

    def colour(self, value: float) -> Rag:
        """Give the colour of a statistic; NaN is red, because nothing can be said for it."""
        if self.kind is ScaleKind.at_most:
            within_green, within_amber = value <= self.green, value <= self.amber
        else:
            within_green, within_amber = value >= self.green, value >= self.amber
        if within_green:
            return Rag.green
        return Rag.amber if within_amber else Rag.red

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"kind": self.kind.value, "green": self.green, "amber": self.amber, "tag": self.tag.value}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Scale":
        """Read what :meth:`to_dict` wrote."""
        return cls(
            kind=ScaleKind(data["kind"]),
            green=float(data["green"]),
            amber=float(data["amber"]),
            tag=ThresholdTag(data["tag"]),
        )


@dataclass(frozen=True, slots=True)
class TestDefinition:
    """One test of the catalogue. The id never changes its meaning; ``rev`` rises with every change of the text or data.

    ``procedure`` names the function that runs it; ``settings`` are the numbers that the function needs and nobody
    else may supply.
    """

    __test__ = False

    test_id: str
    rev: int
    title: str
    question: str
    statistic: str
    unit: str
    scale: Scale
    source: str
    procedure: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def setting(self, name: str) -> Any:
        """Give one setting.

        Raises
        ------
        BadInput
            If the catalogue does not hold it.
        """
        if name not in self.settings:
            raise BadInput(
                "missing_setting",
                field=f"{self.test_id}.settings.{name}",
                allowed=f"one of {sorted(self.settings)}",
                fix="add the setting to the catalogue and raise the revision of the test",
            )
        return self.settings[name]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "test_id": self.test_id,
            "rev": self.rev,
            "title": self.title,
            "question": self.question,
            "statistic": self.statistic,
            "unit": self.unit,
            "scale": self.scale.to_dict(),
            "source": self.source,
            "procedure": self.procedure,
            "settings": dict(self.settings),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "TestDefinition":
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        BadInput
            If a field is missing.
        """
        try:
            return cls(
                test_id=data["test_id"],
                rev=data["rev"],
                title=data["title"],
                question=data["question"],
                statistic=data["statistic"],
                unit=data["unit"],
                scale=Scale.from_dict(data["scale"]),
                source=data["source"],
                procedure=data["procedure"],
                settings=dict(data.get("settings", {})),
            )
        except KeyError as error:
            raise BadInput(
                "missing_field",
                field=str(error.args[0]),
                value=data.get("test_id", ""),
                allowed="every field of a test definition",
                fix="complete the definition",
            ) from error


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All test definitions, by id."""

    tests: Mapping[str, TestDefinition]

    @classmethod
    def of(cls, definitions: Iterable[TestDefinition]) -> "Catalogue":
        """Collect definitions.

        Raises
        ------
        BadInput
            If two definitions share an id.
        """
        tests: dict[str, TestDefinition] = {}
        for definition in definitions:
            if definition.test_id in tests:
                raise BadInput(
                    "duplicate_test",
                    field="test_id",
                    value=definition.test_id,
                    allowed="one definition per id",
                    fix="raise the revision instead of adding a second definition",
                )
            tests[definition.test_id] = definition
        return cls(tests)

    def definition(self, test_id: str) -> TestDefinition:
        """Give one definition.

        Raises
        ------
        BadInput
            If the catalogue has no such test.
        """
        if test_id not in self.tests:
            raise BadInput(
                "unknown_test",
                field="test_id",
                value=test_id,
                allowed=", ".join(sorted(self.tests)),
                fix="add the test to the catalogue or take it out of the policy pack",
            )
        return self.tests[test_id]

    def digest(self) -> str:
        """Give the digest of everything that the catalogue says."""
        return digest_of([self.tests[test_id].to_dict() for test_id in sorted(self.tests)])


def load_catalogue() -> Catalogue:
    """Read the catalogue that is shipped with the package."""
    folder = files("plimsoll").joinpath("packs", "catalogue")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith("_tests.json"))
    documents = [json.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in names]
    return Catalogue.of(TestDefinition.from_dict(test) for document in documents for test in document["tests"])


def load_cases(name: str) -> Mapping[str, Any]:
    """Read golden cases: a file shipped beside the catalogue, e.g. ``margin_golden_cases``, or the path of another."""
    own = Path(name)
    shipped = files("plimsoll").joinpath("packs", "catalogue", f"{name}.json")
    text = (own if own.suffix == ".json" else shipped).read_text(encoding="utf-8")
    document: Mapping[str, Any] = json.loads(text)
    return document
