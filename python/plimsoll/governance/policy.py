"""Policy packs: tiers, required tests, due days and separated offices, as dated data."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from plimsoll.governance.findings import Severity
from plimsoll.governance.inventory import Model
from plimsoll.governance.roster import Role
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput

SCHEMA = "plimsoll/policy-pack/v1"


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """One edition of a policy, read from its document."""

    pack_id: str
    revision: int
    effective_from: str
    tiers: Mapping[str, Mapping[str, int]]
    required_tests_by_class: Mapping[str, tuple[str, ...]]
    due_days: Mapping[Severity, int]
    blocking_approval: tuple[Severity, ...]
    severity_of_red: Mapping[int, Severity]
    separation_of_duties: tuple[tuple[Role, Role], ...]
    meanings: Mapping[Role, tuple[str, ...]]
    document: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Digest of the document."""
        return digest_of(self.document)

    def reference(self) -> dict[str, Any]:
        """Name the edition: id, revision and digest."""
        return {"pack_id": self.pack_id, "revision": self.revision, "digest": self.digest}

    def tier(self, exposure: str, purpose: str) -> int:
        """Give the tier, 1 being the most material, of an exposure and a purpose.

        Raises
        ------
        BadInput
            If the pack does not know the level.
        """
        by_purpose = self.tiers.get(exposure)
        if by_purpose is None:
            raise _unknown("exposure", exposure, self.tiers)
        if purpose not in by_purpose:
            raise _unknown("purpose_class", purpose, by_purpose)
        return by_purpose[purpose]

    def revalidation_due_days(self, tier: int) -> int:
        """Give the days within which a model of a tier must be validated again.

        Raises
        ------
        BadInput
            If the pack does not know the tier.
        """
        days: Mapping[str, int] = self.document.get("revalidation_due_days_by_tier", {})
        if str(tier) not in days:
            raise _unknown("tier", str(tier), days)
        return int(days[str(tier)])

    def required_tests(self, model_class: str) -> tuple[str, ...]:
        """Give the ids of the tests that a model of this class must undergo.

        Raises
        ------
        BadInput
            If the pack does not know the class.
        """
        if model_class not in self.required_tests_by_class:
            raise _unknown("model_class", model_class, self.required_tests_by_class)
        return self.required_tests_by_class[model_class]

    def plan_document(self, models: Iterable[Model]) -> dict[str, Any]:
        """Give what a validation plan needs: the required tests of each model, thresholds and waivers."""
        return {
            "pack_id": self.pack_id,
            "revision": self.revision,
            "digest": self.digest,
            "required_tests": {model.model_id: list(self.required_tests(model.model_class)) for model in models},
            "thresholds": dict(self.document["thresholds"]),
            "waivers": list(self.document["waivers"]),
        }

    def waived(self, model_id: str) -> frozenset[str]:
        """Give the ids of the tests that the pack waives for a model."""
        return frozenset(waiver["test_id"] for waiver in self.document["waivers"] if waiver["model_id"] == model_id)


def read_policy_pack(document: Mapping[str, Any]) -> PolicyPack:
    """Read a policy pack from its document.

    Raises
    ------
    BadInput
        If the document has another schema or lacks a part.
    """
    if document.get("schema") != SCHEMA:
        raise BadInput(
            "wrong_schema", field="schema", value=document.get("schema"), allowed=SCHEMA, fix="give a policy pack"
        )
    try:
        findings = document["findings"]
        return PolicyPack(
            pack_id=str(document["pack_id"]),
            revision=int(document["revision"]),
            effective_from=str(document["effective_from"]),
            tiers={level: dict(row) for level, row in document["tiers"]["matrix"].items()},
            required_tests_by_class={name: tuple(tests) for name, tests in document["required_tests_by_class"].items()},
            due_days={Severity(name): int(days) for name, days in findings["due_days"].items()},
            blocking_approval=tuple(Severity(name) for name in findings["blocking_approval"]),
            severity_of_red={int(tier): Severity(name) for tier, name in findings["severity_of_red_by_tier"].items()},
            separation_of_duties=tuple((Role(one), Role(other)) for one, other in document["separation_of_duties"]),
            meanings={Role(role): tuple(words) for role, words in document["meanings"].items()},
            document={**document, "thresholds": document["thresholds"], "waivers": document["waivers"]},
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadInput(
            "bad_policy_pack", field=str(error), allowed=f"a complete {SCHEMA}", fix="complete the policy pack"
        ) from error


def shipped_policy_pack(name: str = "us-sr26-2") -> PolicyPack:
    """Read a policy pack that is shipped with the package.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    return read_policy_pack(shipped_document("policy", name))


def shipped_models() -> tuple[Model, ...]:
    """Read the inventory records that are shipped with the package, in order of their ids."""
    folder = files("plimsoll").joinpath("packs", "inventory")
    names = sorted(item.name.removesuffix(".json") for item in folder.iterdir() if item.name.endswith(".json"))
    return tuple(Model.from_dict(shipped_document("inventory", name)) for name in names)


def shipped_document(pack: str, name: str) -> dict[str, Any]:
    """Read one JSON document out of the packs.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    path = files("plimsoll").joinpath("packs", pack, f"{name}.json")
    if not path.is_file():
        raise BadInput("unknown_pack", field=pack, value=name, allowed="a shipped pack", fix="look into plimsoll/packs")
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _unknown(field: str, value: str, known: Iterable[str]) -> BadInput:
    return BadInput(
        "unknown_level", field=field, value=value, allowed=", ".join(known), fix="use a level of the policy pack"
    )
