"""A log that was deleted: what verifies it, and who refuses to begin another in its place."""

import json
from pathlib import Path

import pytest

from console_world import passphrase_file, passphrases, plimsoll, refused

pytestmark = pytest.mark.xdist_group("console_governance")

AS_VALIDATOR = ("--as", "vera.validator", "--role", "validator", "--meaning", "validated")


@pytest.fixture
def lost(desk_workspace: Path, report: Path) -> tuple[Path, Path]:
    """A workspace whose log is gone, and the report that was signed in it, in `out` beside it."""
    target = desk_workspace.parent / "out" / "report.json"
    target.parent.mkdir()
    report.rename(target)
    env = passphrase_file(desk_workspace, "vera.validator")
    assert plimsoll(desk_workspace, "sign", target, *AS_VALIDATOR, env=env).exit_code == 0
    for path in desk_workspace.glob("state.sqlite*"):
        path.unlink()
    return desk_workspace, target


def test_a_deleted_log_is_named_by_any_head(lost: tuple[Path, Path]) -> None:
    workspace, report = lost
    head = report.with_name("report.signatures.json")
    for words in ((), ("--head", head)):
        ran = plimsoll(workspace, "audit", "verify", *words, "--json")
        assert (ran.exit_code, ran.document["ok"], ran.document["first_bad"]) == (4, False, 1)
        told = plimsoll(workspace, "audit", "verify", *words).stdout
        assert told.startswith("audit log broken: first bad entry 1: missing, a seal covers the entries to ")
    assert not (workspace / "state.sqlite").exists()


def test_a_deleted_log_is_named_by_keys_alone(lost: tuple[Path, Path]) -> None:
    workspace, report = lost
    report.with_name("report.signatures.json").unlink()
    code, failure = refused(workspace, "audit", "verify")
    assert (code, failure["code"]) == (4, "audit_log_missing")
    assert failure["value"].startswith("first bad entry 1: missing")


@pytest.mark.parametrize("marker", [True, False])
def test_nobody_begins_another_log_over_the_old_keys(lost: tuple[Path, Path], tmp_path: Path, marker: bool) -> None:
    workspace, report = lost
    if not marker:
        (workspace / "recorded-root.json").unlink()
    people = tmp_path / "members.json"
    people.write_text(json.dumps({"members": []}))
    for words, name in ((("sign", report, *AS_VALIDATOR), "vera.validator"), (("sign", "roster", people), "root")):
        code, failure = refused(workspace, *words, env=passphrase_file(workspace, name))
        assert (code, failure["code"]) == (4, "audit_log_missing")
    assert refused(workspace, "audit", "log")[0] == 4
    assert refused(workspace, "sign", "verify", report)[0] == 4
    (workspace / "state.sqlite").touch()
    assert refused(workspace, "sign", "roster", people, env=passphrase_file(workspace, "root"))[0] == 4


def test_a_new_workspace_has_no_log_and_keys_alone_may_begin_one(tmp_path: Path) -> None:
    workspace, people = tmp_path / "w", tmp_path / "members.json"
    assert refused(workspace, "audit", "verify")[0] == 2
    env = passphrases("root")
    assert plimsoll(workspace, "sign", "key", "root", env=env).exit_code == 0
    people.write_text(json.dumps({"members": []}))
    assert plimsoll(workspace, "sign", "roster", people, env=env).exit_code == 0
