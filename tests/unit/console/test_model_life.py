"""The life of a model by the commands alone, by people with keys of their own: nothing of the demonstration."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console_world import Ran, passphrases, plimsoll, refused
from governance_world import results
from plimsoll.governance.policy import shipped_document
from plimsoll.report.build import report_digest

pytestmark = pytest.mark.xdist_group("console_governance")

MODEL = "strategy-margin"
PEOPLE = {"omar": "owner", "dana": "developer", "vic": "validator", "ann": "approver"}
MEANINGS = {"developer": "authored", "validator": "validated", "approver": "approved"}


@dataclass(frozen=True)
class House:
    """A workspace whose people act by the command line, each with a passphrase of its own."""

    workspace: Path

    def by(self, name: str, *words: object) -> Ran:
        return plimsoll(self.workspace, *words, "--as", name, "--json", env=passphrases(name))

    def move(self, name: str, action: str, *words: object) -> str:
        ran = self.by(name, "model", "move", MODEL, self.version(), action, *words)
        assert ran.exit_code == 0, ran.stderr
        return str(ran.document["state"])

    def version(self) -> str:
        (version,) = plimsoll(self.workspace, "model", "list", "--json").document["versions"]
        return str(version["content"]["version"])

    def report(self, document: str, red: str = "") -> Path:
        """A report about this version, with every test that the policy asks for."""
        made: dict[str, Any] = json.loads(document)
        cover = next(model for model in made["cover"]["models"] if model["model_id"] == MODEL)
        made["cover"]["models"] = [{**cover, "version": self.version()}]
        made["results"] = [result.to_dict() for result in results(red, MODEL)]
        made["digest"] = report_digest(made)
        path = self.workspace.parent / "report.json"
        path.write_text(json.dumps(made))
        return path

    def sign(self, report: Path, *roles: str) -> None:
        names = {role: name for name, role in PEOPLE.items()}
        for role in roles:
            ran = self.by(names[role], "sign", report, "--role", role, "--meaning", MEANINGS[role])
            assert ran.exit_code == 0, ran.stderr


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Keys, a roster under a root of one's own, and one model registered and in validation."""
    workspace = tmp_path / "w"
    public = {
        name: plimsoll(workspace, "sign", "key", name, "--json", env=passphrases(name)).document["public_key"]
        for name in ("root", *PEOPLE)
    }
    people = [{"name": name, "public_key": public[name], "roles": [role]} for name, role in PEOPLE.items()]
    (tmp_path / "members.json").write_text(json.dumps({"members": people}))
    ran = plimsoll(workspace, "sign", "roster", tmp_path / "members.json", "--json", env=passphrases("root"))
    assert (ran.exit_code, ran.document["demo"]) == (0, False)
    (workspace / "mlflow.sqlite").write_bytes(b"no database, but long enough to be looked at" * 20)
    record = {**shipped_document("inventory", MODEL), "owner": "omar", "developer": "dana", "dependencies": []}
    (tmp_path / "record.json").write_text(json.dumps(record))
    found = House(workspace)
    assert found.by("omar", "model", "register", tmp_path / "record.json").exit_code == 0
    assert found.by("dana", "model", "propose", MODEL).document["state"] == "proposed"
    assert found.move("omar", "start_development") == "in_development"
    assert found.move("dana", "submit") == "submitted"
    assert found.move("vic", "begin_validation") == "in_validation"
    return found


def test_three_people_bring_a_model_into_use_and_their_signatures_carry_no_mark(
    house: House, report_document: str
) -> None:
    report = house.report(report_document)
    house.sign(report, "developer", "validator", "approver")
    assert house.move("vic", "validate", "--report", report) == "pending_approval"
    assert house.move("ann", "approve", "--report", report) == "approved"
    assert house.move("omar", "put_in_use") == "in_use"
    root = json.loads((house.workspace.parent / "members.json").read_text())
    assert all("DEMO" not in str(member) for member in root["members"])
    found = plimsoll(house.workspace, "sign", "verify", report, "--json").document["signatures"]
    assert [(item["name"], item["role"], item["mark"]) for item in found] == [
        ("dana", "developer", ""),
        ("vic", "validator", ""),
        ("ann", "approver", ""),
    ]
    assert plimsoll(house.workspace, "audit", "verify").exit_code == 0
    assert "DEMO" not in plimsoll(house.workspace, "audit", "log", "--last", "100", "--json").stdout


def test_a_red_test_becomes_a_finding_of_the_validator_and_a_condition_of_the_approver(
    house: House, report_document: str
) -> None:
    report = house.report(report_document, red="IM-GLD-01")
    house.sign(report, "developer", "validator", "approver")
    house.move("vic", "validate", "--report", report)
    words = ("model", "move", MODEL, house.version(), "approve", "--as", "ann", "--report", report)
    code, failure = refused(house.workspace, *words, env=passphrases("ann"))
    assert (code, failure["code"]) == (1, "finding_blocks")
    assert house.move("ann", "approve_with_conditions", "--report", report) == "approved_with_conditions"
    shown = plimsoll(house.workspace, "model", "show", MODEL, "--json").document
    assert [finding["test_id"] for finding in shown["findings"]] == ["IM-GLD-01"]
    assert shown["versions"][0]["conditions"] == [finding["finding_id"] for finding in shown["findings"]]


def test_a_validator_sends_a_version_back_with_a_reason(house: House) -> None:
    words = ("model", "move", MODEL, house.version(), "send_back", "--as", "vic")
    code, failure = refused(house.workspace, *words, env=passphrases("vic"))
    assert (code, failure["code"]) == (1, "reason_missing")
    assert house.move("vic", "send_back", "--reason", "the document is thin") == "in_development"


def test_a_version_that_stands_is_not_proposed_again(house: House) -> None:
    again = house.by("dana", "model", "propose", MODEL)
    assert (again.exit_code, again.document["state"]) == (0, "in_validation")


def test_nobody_takes_a_step_of_another(house: House) -> None:
    words = ("model", "move", MODEL, house.version(), "validate", "--as", "dana")
    code, failure = refused(house.workspace, *words, env=passphrases("dana"))
    assert (code, failure["code"]) == (3, "role_not_held")


def test_a_person_reads_where_the_version_stands(house: House) -> None:
    ran = plimsoll(house.workspace, "model", "propose", MODEL, "--as", "dana", env=passphrases("dana"))
    assert ran.stdout == f"{MODEL} {house.version()} is in validation\n"
