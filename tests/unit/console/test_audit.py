"""`plimsoll audit`: the log as people and machines read it, and what an edit of it says."""

import json
import re
from pathlib import Path

import pytest

from console_world import edit_log, flip_a_byte, passphrase_file, plimsoll, refused
from plimsoll.governance.roster import Role

pytestmark = pytest.mark.xdist_group("console_governance")

AS_VALIDATOR = ("--as", "vera.validator", "--role", "validator", "--meaning", "validated")


@pytest.fixture
def sealed(desk_workspace: Path, report: Path) -> Path:
    """A workspace whose log a signature seals; the report lies where reports lie."""
    target = desk_workspace / "reports" / "report.json"
    report.rename(target)
    env = passphrase_file(desk_workspace, "vera.validator")
    assert plimsoll(desk_workspace, "sign", target, *AS_VALIDATOR, env=env).exit_code == 0
    return desk_workspace


def test_the_log_tells_who_did_what_when(sealed: Path) -> None:
    ran = plimsoll(sealed, "audit", "log", "--json")
    assert ran.exit_code == 0
    entries = ran.document["entries"]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[0]["kind"] == "roster.published"
    assert (entries[-1]["kind"], entries[-1]["actor"]) == ("report.signed", "vera.validator")
    assert entries[-1]["previous"] == entries[-2]["hash"]
    shown = plimsoll(sealed, "audit", "log", "--last", 2).stdout
    assert "report.signed" in shown
    assert "roster.published" not in shown


def test_the_log_shows_no_fewer_than_one_entry(sealed: Path) -> None:
    ran = plimsoll(sealed, "audit", "log", "--last", "0")
    assert ran.exit_code == 2
    assert "--last" in ran.stderr


def test_a_whole_log_verifies(sealed: Path) -> None:
    ran = plimsoll(sealed, "audit", "verify", "--json")
    assert ran.exit_code == 0
    found = ran.document
    assert (found["ok"], found["first_bad"], found["sealed_to"]) == (True, None, found["entries"])
    assert re.search(
        r"audit log whole: \d+ entries, sealed to \d+, head sha256:", plimsoll(sealed, "audit", "verify").stdout
    )


def test_a_person_reads_which_entry_is_bad(sealed: Path) -> None:
    edit_log(sealed, "UPDATE audit_entry SET actor = 'mallory' WHERE seq = 2")
    ran = plimsoll(sealed, "audit", "verify")
    assert ran.exit_code == 4
    assert ran.stdout.startswith("audit log broken: first bad entry 2: ")


def test_a_tail_cut_with_its_seals_shows_against_a_kept_head(sealed: Path, tmp_path: Path) -> None:
    head = tmp_path / "head.json"
    assert plimsoll(sealed, "audit", "log", "--head", head).exit_code == 0
    assert json.loads(head.read_text())["schema"] == "plimsoll/audit-head/v1"
    assert plimsoll(sealed, "audit", "verify", "--head", head).exit_code == 0
    (sealed / "reports" / "report.signatures.json").unlink()
    edit_log(sealed, "DELETE FROM audit_entry WHERE kind = 'report.signed'")
    edit_log(sealed, "DELETE FROM audit_seal")
    ran = plimsoll(sealed, "audit", "verify", "--head", head, "--json")
    assert ran.exit_code == 4
    assert ran.document["first_bad"] == ran.document["entries"] + 1


def test_an_edited_entry_shows_before_any_signature_is_tried(sealed: Path) -> None:
    (sealed / "reports" / "z.signatures.json").write_text("never read")
    edit_log(sealed, "UPDATE audit_entry SET actor = 'mallory' WHERE seq = 1")
    ran = plimsoll(sealed, "audit", "verify", "--json")
    assert (ran.exit_code, ran.document["first_bad"]) == (4, 1)


def test_a_damaged_signature_file_beside_a_report_breaks_integrity(sealed: Path) -> None:
    (sealed / "reports" / "z.signatures.json").write_text("{")
    code, failure = refused(sealed, "audit", "verify")
    assert (code, failure["code"]) == (4, "file_damaged")
    assert failure["value"].endswith("z.signatures.json")


def test_the_root_key_must_be_the_one_that_is_asked_for(sealed: Path) -> None:
    roster = json.loads(plimsoll(sealed, "audit", "log", "--last", 100, "--json").stdout)["entries"][0]
    assert roster["kind"] == "roster.published"
    ran = plimsoll(sealed, "audit", "verify", "--root-key", "ab" * 32, "--json")
    assert (ran.exit_code, ran.document["first_bad"]) == (4, 1)


@pytest.mark.parametrize("text", ["not json", "[]", '{"schema": "plimsoll/report/v1"}'])
def test_what_is_no_head_is_refused(sealed: Path, tmp_path: Path, text: str) -> None:
    head = tmp_path / "head.json"
    head.write_text(text)
    assert refused(sealed, "audit", "verify", "--head", head)[0] == 2


def test_a_head_with_a_forged_signature_is_refused(sealed: Path, tmp_path: Path) -> None:
    head = tmp_path / "head.json"
    assert plimsoll(sealed, "audit", "log", "--head", head).exit_code == 0
    document = json.loads(head.read_text())
    signature = document["sign_offs"][0]["signatures"][0]
    signature["sig"] = ("B" if signature["sig"][0] == "A" else "A") + signature["sig"][1:]
    head.write_text(json.dumps(document))
    assert refused(sealed, "audit", "verify", "--head", head)[0] == 4


def test_a_head_that_is_not_there_is_unreadable(sealed: Path, tmp_path: Path) -> None:
    code, failure = refused(sealed, "audit", "verify", "--head", tmp_path / "none.json")
    assert (code, failure["code"], failure["field"]) == (2, "unreadable_file", "head")


def test_a_head_that_cannot_be_written_is_said_so(sealed: Path, tmp_path: Path) -> None:
    code, failure = refused(sealed, "audit", "log", "--head", tmp_path / "no" / "folder" / "head.json")
    assert (code, failure["code"]) == (2, "file_not_writable")


@pytest.mark.parametrize("command", ["log", "verify"])
def test_an_empty_workspace_has_no_log(tmp_path: Path, command: str) -> None:
    code, failure = refused(tmp_path / "w", "audit", command)
    assert (code, failure["code"]) == (2, "unreadable_file")
    assert failure["value"].endswith("state.sqlite")


def test_a_damaged_database_breaks_integrity(sealed: Path) -> None:
    path = sealed / "state.sqlite"
    path.write_bytes(b"\x00" * 4096)
    code, failure = refused(sealed, "audit", "log")
    assert (code, failure["code"]) == (4, "unsound_database")
    assert refused(sealed, "audit", "verify")[0] == 4


def test_bytes_that_are_no_text_are_shown_and_named(sealed: Path) -> None:
    edit_log(sealed, "UPDATE audit_entry SET subject = CAST(x'ff41' AS TEXT) WHERE seq = 2")
    shown = plimsoll(sealed, "audit", "log", "--json")
    assert shown.exit_code == 0
    assert shown.document["entries"][1]["subject"].endswith("A")
    assert plimsoll(sealed, "audit", "log").exit_code == 0
    ran = plimsoll(sealed, "audit", "verify", "--json")
    assert (ran.exit_code, ran.document["first_bad"]) == (4, 2)


def test_any_flipped_byte_of_the_log_is_found(sealed: Path) -> None:
    path = sealed / "state.sqlite"
    sound = path.read_bytes()
    place = sound.index(b"vera.validator") / len(sound)
    flip_a_byte(path, place + 0.5 / len(sound))
    assert path.read_bytes() != sound
    assert plimsoll(sealed, "audit", "verify").exit_code == 4


def test_roles_of_the_log_are_those_of_the_roster() -> None:
    assert {role.value for role in Role} == {"owner", "developer", "validator", "approver"}
