"""The validation plan: which tests a policy pack asks of which model, which are waived, and with what thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plimsoll.validation.catalogue import Catalogue, Scale, TestDefinition
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput


@dataclass(frozen=True, slots=True)
class PlannedTest:
    """One test of the plan, on one model, with the thresholds that it will be held against."""

    model_id: str
    definition: TestDefinition
    scale_override: Scale | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "model_id": self.model_id,
            "definition": self.definition.to_dict(),
            "scale_override": None if self.scale_override is None else self.scale_override.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "PlannedTest":
        """Read what :meth:`to_dict` wrote."""
        override = data["scale_override"]
        return cls(
            model_id=data["model_id"],
            definition=TestDefinition.from_dict(data["definition"]),
            scale_override=None if override is None else Scale.from_dict(override),
        )


@dataclass(frozen=True, slots=True)
class WaivedTest:
    """A required test that will not be run, and why."""

    model_id: str
    test_id: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"model_id": self.model_id, "test_id": self.test_id, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be tested, by which edition of the catalogue and of the policy pack."""

    policy_pack_id: str
    policy_pack_revision: int
    policy_pack_digest: str
    catalogue_digest: str
    tests: tuple[PlannedTest, ...]
    waived: tuple[WaivedTest, ...] = field(default=())

    def models(self) -> tuple[str, ...]:
        """Name the models of the plan in the order of the plan."""
        return tuple(dict.fromkeys(test.model_id for test in self.tests))

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "schema": "plimsoll/validation-plan/v1",
            "policy_pack_id": self.policy_pack_id,
            "policy_pack_revision": self.policy_pack_revision,
            "policy_pack_digest": self.policy_pack_digest,
            "catalogue_digest": self.catalogue_digest,
            "tests": [test.to_dict() for test in self.tests],
            "waived": [test.to_dict() for test in self.waived],
        }

    def digest(self) -> str:
        """Give the digest of the plan."""
        return digest_of(self.to_dict())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Plan":
        """Read what :meth:`to_dict` wrote, definitions and thresholds included: a replay is held to the old ruler."""
        return cls(
            policy_pack_id=data["policy_pack_id"],
            policy_pack_revision=data["policy_pack_revision"],
            policy_pack_digest=data["policy_pack_digest"],
            catalogue_digest=data["catalogue_digest"],
            tests=tuple(PlannedTest.from_dict(test) for test in data["tests"]),
            waived=tuple(WaivedTest(**entry) for entry in data["waived"]),
        )


def plan(policy_pack: Mapping[str, Any], catalogue: Catalogue) -> Plan:
    """Make the plan that a policy pack asks for.

    Parameters
    ----------
    policy_pack : Mapping
        ``pack_id``, ``revision`` and ``required_tests`` (model id to test ids); optionally ``thresholds`` (test id to
        scale) and ``waivers`` (a list of ``model_id``, ``test_id``, ``reason``).
    catalogue : Catalogue
        The definitions of the tests.

    Returns
    -------
    Plan
        The tests in the order of the pack.

    Raises
    ------
    BadInput
        If the pack lacks a field, names an unknown test, or waives without a reason.
    """
    for name in ("pack_id", "revision", "required_tests"):
        if name not in policy_pack:
            raise BadInput(
                "missing_field",
                field=name,
                allowed="a policy pack with pack_id, revision and required_tests",
                fix="complete the policy pack",
            )
    waived = tuple(_waived(entry) for entry in policy_pack.get("waivers", ()))
    waived_keys = {(entry.model_id, entry.test_id) for entry in waived}
    overrides = {test_id: Scale.from_dict(data) for test_id, data in policy_pack.get("thresholds", {}).items()}
    tests = tuple(
        PlannedTest(model_id, catalogue.definition(test_id), overrides.get(test_id))
        for model_id, test_ids in policy_pack["required_tests"].items()
        for test_id in test_ids
        if (model_id, test_id) not in waived_keys
    )
    return Plan(
        policy_pack_id=str(policy_pack["pack_id"]),
        policy_pack_revision=int(policy_pack["revision"]),
        policy_pack_digest=digest_of(policy_pack),
        catalogue_digest=catalogue.digest(),
        tests=tests,
        waived=waived,
    )


def _waived(entry: Mapping[str, Any]) -> WaivedTest:
    reason = str(entry.get("reason", "")).strip()
    if not reason:
        raise BadInput(
            "waiver_without_reason",
            field="waivers.reason",
            value=entry.get("test_id", ""),
            allowed="a reason in words",
            fix="say why the test is not run, or run it",
        )
    return WaivedTest(model_id=str(entry["model_id"]), test_id=str(entry["test_id"]), reason=reason)
