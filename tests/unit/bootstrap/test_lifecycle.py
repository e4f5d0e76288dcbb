"""The life of the shipped models' versions: new content is a new version, reds are findings, findings decide."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from governance_world import results
from plimsoll.bootstrap import Application, lifecycle, open_application
from plimsoll.bootstrap.governance import by_role, demo_identities, open_desk
from plimsoll.governance.desk import Desk
from plimsoll.governance.findings import Severity
from plimsoll.governance.lifecycle import VersionRecord
from plimsoll.governance.objections import open_finding
from plimsoll.governance.ports import Signer
from plimsoll.governance.roster import Role
from plimsoll.governance.signing import Subject, sign
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.testing import TestResult

MODELS = ("american-option-valuation", "fhs-var-es", "strategy-margin")
RED = {"american-option-valuation": "VAL-REP-01", "fhs-var-es": "MR-VAR-01", "strategy-margin": "IM-GLD-01"}


@dataclass(frozen=True)
class Office:
    app: Application
    desk: Desk
    signers: dict[Role, Signer]

    def submit(self) -> list[VersionRecord]:
        return lifecycle.submit(self.app, self.desk, self.signers)

    def states(self) -> dict[str, str]:
        versions = self.desk.state().versions
        return {f"{model} {version}": record.state.value for (model, version), record in versions.items()}

    def validate(self, found: tuple[TestResult, ...], number: int = 1) -> int:
        """Validate, sign and conclude, as the voyage does; gives the number of new findings."""
        versions = self.submit()
        validator = self.signers[Role.validator]
        lifecycle.begin_validation(self.desk, versions, validator)
        lifecycle.begin_validation(self.desk, versions, validator)
        raised = lifecycle.raise_findings(self.desk, versions, found, validator)
        report = digest_of({"report": number})
        subject = Subject("validation report", report, tuple(record.key for record in versions))
        for role, meaning in ((Role.developer, "authored"), (Role.validator, "validated"), (Role.approver, "approved")):
            sign(self.desk, subject, role, meaning, self.signers[role])
        lifecycle.conclude(self.desk, versions, found, report, self.signers)
        return raised


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_application(tmp_path / "w", threads=1) as app, open_desk(app) as desk:
        keys = demo_identities(app, desk, os.urandom)
        yield Office(app, desk, {role: by_role(desk, keys, role) for role in Role})


def all_results(red: bool = False) -> tuple[TestResult, ...]:
    return tuple(result for model in MODELS for result in results(RED[model] if red else "", model))


def test_the_shipped_models_are_submitted_once(office: Office) -> None:
    first = office.submit()
    assert [record.key[0] for record in first] == list(MODELS)
    assert set(office.states().values()) == {"submitted"}
    assert [record.key for record in office.submit()] == [record.key for record in first]
    assert len(office.states()) == 3


def test_green_tests_and_three_signatures_approve(office: Office) -> None:
    assert office.validate(all_results()) == 0
    assert set(office.states().values()) == {"approved"}


def test_an_approved_version_comes_up_for_review(office: Office) -> None:
    office.validate(all_results())
    assert office.validate(all_results(), number=2) == 0
    assert len(office.states()) == 3
    assert set(office.states().values()) == {"approved"}


def test_a_red_test_is_a_finding_and_a_condition(office: Office) -> None:
    assert office.validate(all_results(red=True)) == 3
    assert set(office.states().values()) == {"approved_with_conditions"}
    assert {finding.test_id for finding in office.desk.state().findings.values()} == set(RED.values())


def test_a_critical_finding_rejects_and_the_next_submission_is_a_new_version(office: Office) -> None:
    first, *_ = versions = office.submit()
    validator = office.signers[Role.validator]
    lifecycle.begin_validation(office.desk, versions, validator)
    words = {"title": "Prices below intrinsic value", "description": "on every put"}
    open_finding(office.desk, *first.key, validator, severity=Severity.critical, **words)
    office.validate(all_results())
    states = office.states()
    assert states.pop(" ".join(first.key)) == "rejected"
    assert set(states.values()) == {"approved"}
    again = office.submit()[0]
    assert [int(part) for part in again.key[1].split(".")] > [int(part) for part in first.key[1].split(".")]


def test_changed_content_is_a_new_version(office: Office, ingested_workspace: Path) -> None:
    before = {record.key for record in office.submit()}
    shutil.copytree(ingested_workspace / "datasets", office.app.workspace.datasets, dirs_exist_ok=True)
    after = {record.key for record in office.submit()}
    assert not before & after
    assert len(office.states()) == 6
