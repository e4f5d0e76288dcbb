"""`plimsoll model`: who may register what, and what the inventory was at a time."""

import json
from pathlib import Path

import pytest

from console_world import edit_log, passphrase_file, passphrases, plimsoll, refused
from governance_world import MODEL_ID, VERSION
from plimsoll.bootstrap import open_application
from plimsoll.bootstrap.governance import by_role, demo_identities, open_desk
from plimsoll.governance.findings import Severity
from plimsoll.governance.objections import open_finding
from plimsoll.governance.policy import shipped_document
from plimsoll.governance.progression import move
from plimsoll.governance.roster import Role

pytestmark = pytest.mark.xdist_group("console_governance")


@pytest.fixture
def desk(desk_workspace: Path) -> Path:
    """A workspace of one's own whose MLflow database is broken, so that no test waits for MLflow."""
    (desk_workspace / "mlflow.sqlite").write_bytes(b"no database, but long enough to be looked at" * 20)
    return desk_workspace


def record(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps({**shipped_document("inventory", MODEL_ID), **changes}))
    return path


def test_a_model_is_registered_in_ones_own_name(desk: Path, tmp_path: Path) -> None:
    words = ("model", "register", record(tmp_path / "new.json", model_id="swaption-valuation"), "--as", "olga.owner")
    ran = plimsoll(desk, *words, "--json", env=passphrase_file(desk, "olga.owner"))
    assert ran.exit_code == 0
    assert (ran.document["model_id"], ran.document["registered_by"]) == ("swaption-valuation", "olga.owner")
    ran = plimsoll(desk, *words, env=passphrase_file(desk, "olga.owner"))
    assert ran.stdout == "swaption-valuation stands in the inventory: tier 1, owner olga.owner\n"
    shown = plimsoll(desk, "model", "list").stdout
    assert [line.split("│")[3].strip() for line in shown.splitlines() if "swaption" in line] == ["registered"]


def test_where_mlflow_is_broken_the_log_says_so_and_the_model_stands(desk: Path) -> None:
    ran = plimsoll(desk, "model", "register", MODEL_ID, "--as", "olga.owner", env=passphrase_file(desk, "olga.owner"))
    assert ran.exit_code == 0
    lines = [json.loads(text) for path in (desk / "logs").iterdir() for text in path.read_text().splitlines()]
    (warning,) = [line for line in lines if line["level"] == "warning"]
    assert warning["event"] == "mlflow projection skipped"
    assert warning["outcome"]["status"] == "broken"


def test_the_inventory_lists_models_with_their_versions(desk: Path) -> None:
    ran = plimsoll(desk, "model", "list", "--json")
    assert ran.exit_code == 0
    assert {item["model_id"] for item in ran.document["models"]} == {MODEL_ID, "fhs-var-es", "strategy-margin"}
    assert {item["state"] for item in ran.document["versions"]} == {"submitted"}
    assert plimsoll(desk, "model", "list").stdout.count("submitted") == 3


def test_the_inventory_is_shown_as_it_was(desk: Path) -> None:
    before = plimsoll(desk, "model", "list", "--as-of", "2020-01-01T00:00:00Z", "--json")
    assert before.exit_code == 0
    assert before.document == {"models": [], "versions": []}
    after = plimsoll(desk, "model", "list", "--as-of", "2999-01-01T00:00:00+01:00", "--json")
    assert len(after.document["models"]) == 3


@pytest.mark.parametrize("time", ["yesterday", "2026-11-22T12:00:00"])
def test_a_time_needs_its_zone(desk: Path, time: str) -> None:
    code, failure = refused(desk, "model", "list", "--as-of", time)
    assert (code, failure["field"]) == (2, "time")


def test_a_model_is_shown_in_full_with_its_findings(desk: Path) -> None:
    with open_application(desk) as app, open_desk(app) as governance:
        signers = demo_identities(app, governance, lambda size: b"never drawn" * size)
        validator = by_role(governance, signers, Role.validator)
        move(governance, MODEL_ID, VERSION, "begin_validation", validator)
        open_finding(
            governance, MODEL_ID, VERSION, validator, severity=Severity.high, title="Deep dividends", description="why"
        )
    shown = plimsoll(desk, "model", "show", MODEL_ID)
    assert shown.exit_code == 0
    assert "high: Deep dividends (open)" in shown.stdout
    assert "kind data; target us_stocks" in shown.stdout
    document = plimsoll(desk, "model", "show", MODEL_ID, "--json").document
    assert [finding["title"] for finding in document["findings"]] == ["Deep dividends"]
    assert [version["state"] for version in document["versions"]] == ["in_validation"]
    assert plimsoll(desk, "model", "show", "strategy-margin", "--json").document["findings"] == []


def test_an_unknown_model_is_answered_with_the_known(desk: Path) -> None:
    code, failure = refused(desk, "model", "show", "tulip-valuation")
    assert (code, failure["code"], failure["value"]) == (2, "unknown_model", "tulip-valuation")
    assert MODEL_ID in failure["allowed"]
    env = passphrase_file(desk, "olga.owner")
    code, failure = refused(desk, "model", "register", "tulip-valuation", "--as", "olga.owner", env=env)
    assert (code, failure["code"]) == (2, "unknown_model")
    assert MODEL_ID in failure["allowed"]


def test_an_empty_inventory_says_what_to_do(tmp_path: Path) -> None:
    assert plimsoll(tmp_path / "w", "model", "list").exit_code == 0
    code, failure = refused(tmp_path / "w", "model", "show", MODEL_ID)
    assert (code, failure["allowed"]) == (2, "a registered model")


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        (None, "unreadable_file", "record"),
        ("{", "unreadable_file", "record"),
        ("[]", "wrong_record", "record"),
        ("{}", "missing_field", "model_id"),
        (json.dumps({**shipped_document("inventory", MODEL_ID), "colour": "blue"}), "unknown_field", "colour"),
        (json.dumps({**shipped_document("inventory", MODEL_ID), "exposure": "huge"}), "unknown_level", "exposure"),
        (json.dumps({**shipped_document("inventory", MODEL_ID), "model_class": "art"}), "unknown_level", "model_class"),
        (json.dumps({**shipped_document("inventory", MODEL_ID), "limits": []}), "missing_field", "limits"),
    ],
)
def test_a_wrong_record_is_not_registered(desk: Path, tmp_path: Path, text: str | None, code: str, field: str) -> None:
    path = tmp_path / "record.json"
    if text is not None:
        path.write_text(text)
    env = passphrase_file(desk, "olga.owner")
    exit_code, failure = refused(desk, "model", "register", path, "--as", "olga.owner", env=env)
    assert (exit_code, failure["code"], failure["field"]) == (2, code, field)


def test_only_members_of_the_roster_register(desk: Path, tmp_path: Path) -> None:
    path = record(tmp_path / "record.json", model_id="other")
    code, failure = refused(desk, "model", "register", path, "--as", "olga.owner")
    assert (code, failure["code"]) == (3, "passphrase_missing")
    code, failure = refused(desk, "model", "register", path, "--as", "olga.owner", env=passphrases("olga.owner"))
    assert (code, failure["code"]) == (3, "wrong_passphrase")
    code, failure = refused(desk, "model", "register", path, "--as", "nobody", env=passphrases("nobody"))
    assert (code, failure["code"]) == (3, "no_such_key")
    assert plimsoll(desk, "sign", "key", "mallory", env=passphrases("mallory")).exit_code == 0
    code, failure = refused(desk, "model", "register", path, "--as", "mallory", env=passphrases("mallory"))
    assert (code, failure["code"]) == (3, "not_in_roster")


def test_a_passphrase_file_that_others_can_read_is_refused(desk: Path) -> None:
    (desk / "keys" / "olga.owner.passphrase").chmod(0o644)
    env = passphrase_file(desk, "olga.owner")
    code, failure = refused(desk, "model", "register", MODEL_ID, "--as", "olga.owner", env=env)
    assert (code, failure["code"]) == (3, "passphrase_file_open_to_others")


def test_an_edited_log_has_no_inventory(desk: Path) -> None:
    edit_log(desk, "UPDATE audit_entry SET payload = '{' WHERE kind = 'model.registered'")
    assert refused(desk, "model", "list")[0] == 4
