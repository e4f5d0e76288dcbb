"""`plimsoll audit verify` after each way in which someone who can write the file may change the log."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import pytest

from console_world import edit_log, govern, passphrase_file, plimsoll, refused
from governance_log import rehash
from plimsoll.bootstrap import open_application
from plimsoll.governance.ports import Entry
from plimsoll.storage.guards import SQLITE_GUARDS
from plimsoll.storage.reader import read_log

pytestmark = pytest.mark.xdist_group("console_governance")

AS_VALIDATOR = ("--as", "vera.validator", "--role", "validator", "--meaning", "validated")


@pytest.fixture
def sealed(desk_workspace: Path, report: Path) -> Path:
    """A workspace whose log a signature seals; the signed report lies in `out` beside it."""
    target = desk_workspace.parent / "out" / "report.json"
    target.parent.mkdir()
    report.rename(target)
    env = passphrase_file(desk_workspace, "vera.validator")
    assert plimsoll(desk_workspace, "sign", target, *AS_VALIDATOR, env=env).exit_code == 0
    return desk_workspace


def signatures(workspace: Path) -> Path:
    return workspace.parent / "out" / "report.signatures.json"


def verified(workspace: Path, *words: object) -> dict[str, Any]:
    """What the verification of a broken log says, to a program and to a person alike."""
    ran = plimsoll(workspace, "audit", "verify", *words, "--json")
    assert ran.exit_code == 4
    assert ran.document["ok"] is False
    told = plimsoll(workspace, "audit", "verify", *words)
    assert told.exit_code == 4
    if ran.document["first_bad"] is not None:
        first = f"audit log broken: first bad entry {ran.document['first_bad']}: {ran.document['reason']}"
        assert told.stdout.splitlines()[0] == first
    return ran.document


def length(workspace: Path) -> int:
    return len(read_log(workspace / "state.sqlite")[0])


def rewrite(workspace: Path, entries: tuple[Entry, ...]) -> None:
    edit_log(workspace, "DELETE FROM audit_entry")
    for entry in entries:
        edit_log(workspace, f"INSERT INTO audit_entry VALUES ({', '.join('?' * 11)})", *astuple(entry))


@pytest.mark.parametrize("field", ["time", "actor", "key_id", "kind", "subject", "payload", "previous", "hash"])
def test_an_edited_row_is_named(sealed: Path, field: str) -> None:
    edit_log(sealed, f"UPDATE audit_entry SET {field} = {field} || 'x' WHERE seq = 3")
    assert verified(sealed)["first_bad"] == 3


def test_a_row_deleted_in_the_middle_is_named(sealed: Path) -> None:
    edit_log(sealed, "DELETE FROM audit_entry WHERE seq = 4")
    found = verified(sealed)
    assert (found["first_bad"], found["reason"]) == (4, "missing, the next is numbered 5")


def test_two_swapped_entries_are_named_at_the_first(sealed: Path) -> None:
    for change in ("seq = 1000 WHERE seq = 5", "seq = 5 WHERE seq = 6", "seq = 6 WHERE seq = 1000"):
        edit_log(sealed, f"UPDATE audit_entry SET {change}")
    found = verified(sealed)
    assert (found["first_bad"], found["reason"]) == (5, "does not follow from the entry before")


def test_a_cut_tail_is_named_by_the_seal_that_covers_it(sealed: Path) -> None:
    last = length(sealed)
    signatures(sealed).unlink()
    edit_log(sealed, "DELETE FROM audit_entry WHERE seq > 9")
    found = verified(sealed)
    assert (found["first_bad"], found["reason"]) == (10, f"missing, a seal covers the entries to {last}")


def test_a_tail_cut_with_its_seals_is_named_by_the_signatures_beside_the_report(sealed: Path) -> None:
    last = length(sealed)
    edit_log(sealed, "DELETE FROM audit_entry WHERE seq > 9")
    edit_log(sealed, "DELETE FROM audit_seal")
    found = verified(sealed)
    assert found["first_bad"] == 10
    assert found["reason"] == f"missing, a seal covers the entries to {last} (against {signatures(sealed)})"
    assert found["heads"] == [{"path": str(signatures(sealed)), "ok": False, "first_bad": 10}]


@pytest.mark.parametrize("place", ["reports/2026/report.signatures.json", "reports/audit-head.json"])
def test_a_tail_cut_with_its_seals_is_named_by_a_head_anywhere_in_the_workspace(sealed: Path, place: str) -> None:
    kept = sealed / place
    kept.parent.mkdir(exist_ok=True)
    signatures(sealed).rename(kept)
    assert plimsoll(sealed, "audit", "verify").exit_code == 0
    edit_log(sealed, "DELETE FROM audit_entry WHERE seq > 9")
    edit_log(sealed, "DELETE FROM audit_seal")
    assert verified(sealed)["heads"] == [{"path": str(kept), "ok": False, "first_bad": 10}]


def test_a_folder_of_reports_elsewhere_is_named_by_its_option(sealed: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    signatures(sealed).parent.rename(elsewhere)
    edit_log(sealed, "DELETE FROM audit_entry WHERE seq > 9")
    edit_log(sealed, "DELETE FROM audit_seal")
    ran = plimsoll(sealed, "audit", "verify", "--json")
    assert (ran.exit_code, ran.document["heads"]) == (0, [])
    assert verified(sealed, "--out", elsewhere)["first_bad"] == 10


def empty(workspace: Path) -> None:
    edit_log(workspace, "DELETE FROM audit_entry")
    edit_log(workspace, "DELETE FROM audit_seal")


def test_a_log_emptied_with_its_seals_is_named_by_the_keys_that_lie_beside_it(sealed: Path) -> None:
    signatures(sealed).unlink()
    empty(sealed)
    code, failure = refused(sealed, "audit", "verify")
    assert (code, failure["code"], failure["field"]) == (4, "audit_log_emptied", str(sealed / "state.sqlite"))
    assert failure["value"] == "no entries beside 5 keys; heads tried: none found"


def test_an_empty_log_beside_runs_alone_is_whole_since_a_run_enters_nothing_in_it(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    assert plimsoll(workspace, "model", "list").exit_code == 0
    with open_application(workspace) as app:
        app.runs.record("risk", {})
    assert plimsoll(workspace, "audit", "verify").exit_code == 0


def test_an_emptied_log_is_named_by_the_signatures_beside_the_report(sealed: Path) -> None:
    empty(sealed)
    assert verified(sealed)["first_bad"] == 1


def test_a_log_in_which_nothing_was_ever_done_is_whole_and_says_what_it_was_held_against(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    assert plimsoll(workspace, "model", "list").exit_code == 0
    ran = plimsoll(workspace, "audit", "verify", "--json")
    assert (ran.exit_code, ran.document["ok"], ran.document["heads"]) == (0, True, [])
    assert ran.document["searched"] == [str(workspace), str(tmp_path / "out")]
    (warning,) = ran.document["warnings"]
    assert warning.endswith("only against a head kept elsewhere: --head FILE")
    assert warning in plimsoll(workspace, "audit", "verify").stdout


def test_a_chain_rewritten_with_all_hashes_recomputed_is_named_at_its_first_changed_entry(sealed: Path) -> None:
    signatures(sealed).unlink()
    entries, _ = read_log(sealed / "state.sqlite")
    changed = [*entries[:2], replace(entries[2], subject="another model"), *entries[3:]]
    rewrite(sealed, rehash(changed, 0))
    assert verified(sealed)["first_bad"] == 3
    edit_log(sealed, "DELETE FROM audit_seal")
    assert verified(sealed)["first_bad"] == 3


def test_a_log_written_anew_under_keys_of_the_forger_is_named_by_the_signatures_beside_the_report(
    sealed: Path, tmp_path: Path
) -> None:
    forged = govern(tmp_path / "forged")
    shutil.copyfile(forged / "state.sqlite", sealed / "state.sqlite")
    for path in sealed.glob("state.sqlite-*"):
        path.unlink()
    found = verified(sealed)
    assert found["first_bad"] == 1
    assert found["reason"] == f"differs from what was sealed (against {signatures(sealed)})"


def test_every_head_is_tried_and_said_and_the_earliest_bad_entry_is_named(sealed: Path) -> None:
    head = sealed.parent / "out" / "audit-head.json"
    assert plimsoll(sealed, "audit", "log", "--head", head).exit_code == 0
    for role, name in (("developer", "dora.developer"), ("approver", "alan.approver")):
        words = ("--as", name, "--role", role, "--meaning", {"developer": "authored", "approver": "approved"}[role])
        report = sealed.parent / "out" / "report.json"
        assert plimsoll(sealed, "sign", report, *words, env=passphrase_file(sealed, name)).exit_code == 0
    ran = plimsoll(sealed, "audit", "verify", "--json")
    assert [(check["path"], check["ok"]) for check in ran.document["heads"]] == [
        (str(head), True),
        (str(signatures(sealed)), True),
    ]
    assert f"held against {head}: ok\n" in plimsoll(sealed, "audit", "verify").stdout
    edit_log(sealed, "DELETE FROM audit_entry WHERE seq > ?", length(sealed) - 1)
    edit_log(sealed, "DELETE FROM audit_seal WHERE seq > ?", length(sealed))
    found = verified(sealed)
    assert found["first_bad"] == length(sealed) + 1
    assert [check["ok"] for check in found["heads"]] == [True, False]
    assert plimsoll(sealed, "audit", "verify", "--head", head).exit_code == 0


def trigger(workspace: Path, *statements: str) -> None:
    with closing(sqlite3.connect(workspace / "state.sqlite")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


NO_OP = "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END"
FOREIGN = 'CREATE TRIGGER "of a stranger" AFTER INSERT ON audit_entry BEGIN SELECT 1; END'


@pytest.mark.parametrize(
    ("statements", "flaws"),
    [
        *((("DROP TRIGGER " + name,), [f"{name} missing"]) for name in SQLITE_GUARDS),
        (("DROP TRIGGER audit_entry_no_update", NO_OP), ["audit_entry_no_update changed"]),
        ((FOREIGN,), ["of a stranger is none of ours"]),
    ],
)
def test_a_trigger_that_does_not_stand_as_it_was_made_is_named_until_it_is_put_back_and_recorded(
    sealed: Path, statements: tuple[str, ...], flaws: list[str]
) -> None:
    trigger(sealed, *statements)
    found = verified(sealed)
    assert (found["first_bad"], found["unguarded"]) == (None, flaws)
    told = plimsoll(sealed, "audit", "verify").stdout
    assert told.startswith(f"audit log unguarded: {flaws[0]}; its entries are as recorded: ")
    env = passphrase_file(sealed, "olga.owner")
    code, failure = refused(sealed, "sign", sealed.parent / "out" / "report.json", *AS_VALIDATOR,
                            env=passphrase_file(sealed, "vera.validator"))  # fmt: skip
    assert (code, failure["code"], failure["value"]) == (4, "append_only_guard_missing", flaws[0])
    assert verified(sealed)["unguarded"] == flaws
    ran = plimsoll(sealed, "audit", "guard", "--as", "olga.owner", "--json", env=env)
    assert (ran.exit_code, ran.document) == (0, {"restored": flaws})
    assert plimsoll(sealed, "audit", "verify").exit_code == 0
    entry = plimsoll(sealed, "audit", "log", "--last", "1", "--json").document["entries"][0]
    assert (entry["kind"], entry["actor"]) == ("audit.guards_restored", "olga.owner")
    assert flaws[0] in entry["payload"]


def test_triggers_that_stand_are_left_alone_and_nothing_is_recorded(sealed: Path) -> None:
    before = length(sealed)
    env = passphrase_file(sealed, "olga.owner")
    ran = plimsoll(sealed, "audit", "guard", "--as", "olga.owner", env=env)
    assert (ran.exit_code, ran.stdout) == (0, "every trigger stands as it was made\n")
    assert length(sealed) == before


def test_an_altered_log_gets_no_guards(sealed: Path) -> None:
    edit_log(sealed, "UPDATE audit_entry SET actor = 'mallory' WHERE seq = 2")
    trigger(sealed, "DROP TRIGGER audit_entry_no_update")
    env = passphrase_file(sealed, "olga.owner")
    code, failure = refused(sealed, "audit", "guard", "--as", "olga.owner", env=env)
    assert (code, failure["code"]) == (4, "audit_log_broken")
    assert verified(sealed)["unguarded"] == ["audit_entry_no_update missing"]


def test_a_stranger_puts_no_guards_back(sealed: Path) -> None:
    trigger(sealed, "DROP TRIGGER audit_entry_no_update")
    env = {"PLIMSOLL_PASSPHRASE_MALLORY": "a passphrase of mallory"}
    assert plimsoll(sealed, "sign", "key", "mallory", env=env).exit_code == 0
    code, failure = refused(sealed, "audit", "guard", "--as", "mallory", env=env)
    assert (code, failure["code"]) == (3, "not_in_roster")
    assert verified(sealed)["unguarded"] == ["audit_entry_no_update missing"]
