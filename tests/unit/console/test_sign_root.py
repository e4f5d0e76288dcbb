"""`plimsoll sign verify`: whose root vouches for the signers, and a forgery under a root of one's own."""

import json
import os
import shutil
from pathlib import Path

import pytest

from console_world import edit_log, passphrase_file, passphrases, plimsoll, refused
from governance_world import VERSION, content
from plimsoll.bootstrap import open_application
from plimsoll.bootstrap.governance import open_desk, unlock
from plimsoll.governance.policy import shipped_models
from plimsoll.governance.progression import move
from plimsoll.governance.registration import propose_version, register

pytestmark = pytest.mark.xdist_group("console_governance")

AS_DEVELOPER = ("--as", "dora.developer", "--role", "developer", "--meaning", "authored")
FORGER = passphrases("root", "olga.owner", "dora.developer")


def root_of(workspace: Path) -> tuple[str, str]:
    """The public key and the id of the root that vouches for the roster of a workspace."""
    with open_application(workspace) as app, open_desk(app) as desk:
        roster = desk.state().roster
        return roster.root_key, roster.root_key_id


@pytest.fixture
def forged(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The report as somebody signs it with keys, a root and a roster of his own making, in names that are not his."""
    mine, people = tmp_path / "forger", tmp_path / "members.json"
    for name, passphrase in FORGER.items():
        monkeypatch.setenv(name, passphrase)
    public = {
        name: plimsoll(mine, "sign", "key", name, "--json").document["public_key"]
        for name in ("root", "olga.owner", "dora.developer")
    }
    members = [
        {"name": name, "public_key": public[name], "roles": [role], "valid_from": "2020-01-01T00:00:00Z"}
        for name, role in (("olga.owner", "owner"), ("dora.developer", "developer"))
    ]
    people.write_text(json.dumps({"members": members}))
    assert plimsoll(mine, "sign", "roster", people).exit_code == 0
    with open_application(mine) as app, open_desk(app) as desk:
        owner, developer = unlock(app, "olga.owner"), unlock(app, "dora.developer")
        for model in shipped_models():
            register(desk, model, owner)
            propose_version(desk, content(VERSION, model.model_id), developer)
            move(desk, model.model_id, VERSION, "start_development", owner)
            move(desk, model.model_id, VERSION, "submit", developer)
    assert plimsoll(mine, "sign", report, *AS_DEVELOPER).exit_code == 0
    for name in FORGER:
        monkeypatch.delenv(name)
    return report


def test_a_report_signed_under_a_root_of_ones_own_fails_where_the_workspace_has_a_roster(
    desk_workspace: Path, forged: Path, tmp_path: Path
) -> None:
    real, _ = root_of(desk_workspace)
    mine, _ = root_of(tmp_path / "forger")
    code, failure = refused(desk_workspace, "sign", "verify", forged)
    assert (code, failure["code"], failure["value"], failure["allowed"]) == (4, "other_root_key", mine, real)
    told = plimsoll(desk_workspace, "sign", "verify", forged)
    assert told.exit_code == 4
    assert "all valid" not in told.stdout


def test_a_report_signed_under_a_root_of_ones_own_fails_against_the_root_that_is_given(
    desk_workspace: Path, forged: Path, tmp_path: Path
) -> None:
    real, _ = root_of(desk_workspace)
    code, failure = refused(tmp_path / "elsewhere", "sign", "verify", forged, "--root-key", real)
    assert (code, failure["code"], failure["allowed"]) == (4, "other_root_key", real)


def test_without_any_root_to_compare_with_the_file_is_said_to_vouch_for_itself(forged: Path, tmp_path: Path) -> None:
    _, mine = root_of(tmp_path / "forger")
    ran = plimsoll(tmp_path / "elsewhere", "sign", "verify", forged, "--json")
    assert (ran.exit_code, ran.document["root_key_id"], ran.document["root_is"]) == (0, mine, "of the file itself")
    told = plimsoll(tmp_path / "elsewhere", "sign", "verify", forged).stdout
    assert f"vouched for by the file's own root {mine}: compare it with one you trust" in told


def test_the_workspace_by_default_is_the_one_in_the_folder(
    desk_workspace: Path, forged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from plimsoll.console.main import cli

    shutil.copytree(desk_workspace, desk_workspace.parent / ".plimsoll")
    monkeypatch.chdir(desk_workspace.parent)
    assert CliRunner().invoke(cli, ["sign", "verify", os.path.relpath(forged)]).exit_code == 4


def test_the_root_of_the_workspace_or_the_one_given_is_named(
    desk_workspace: Path, report: Path, tmp_path: Path
) -> None:
    env = passphrase_file(desk_workspace, "dora.developer")
    assert plimsoll(desk_workspace, "sign", report, *AS_DEVELOPER, env=env).exit_code == 0
    key, key_id = root_of(desk_workspace)
    ran = plimsoll(desk_workspace, "sign", "verify", report, "--json")
    assert (ran.document["root_key_id"], ran.document["root_is"]) == (key_id, "of the workspace")
    told = plimsoll(desk_workspace, "sign", "verify", report).stdout
    assert f"vouched for by the root {key_id}, that of the workspace" in told
    ran = plimsoll(tmp_path / "elsewhere", "sign", "verify", report, "--root-key", key, "--json")
    assert (ran.document["root_key_id"], ran.document["root_is"]) == (key_id, "given")
    told = plimsoll(tmp_path / "elsewhere", "sign", "verify", report, "--root-key", key).stdout
    assert f"vouched for by the root {key_id}, as given" in told


def test_a_workspace_without_a_roster_has_no_root_to_compare_with(
    desk_workspace: Path, report: Path, tmp_path: Path
) -> None:
    env = passphrase_file(desk_workspace, "dora.developer")
    assert plimsoll(desk_workspace, "sign", report, *AS_DEVELOPER, env=env).exit_code == 0
    elsewhere = tmp_path / "elsewhere"
    assert plimsoll(elsewhere, "model", "list").exit_code == 0
    assert plimsoll(elsewhere, "sign", "verify", report, "--json").document["root_is"] == "of the file itself"


def test_an_altered_log_names_no_root_but_a_given_one_still_serves(desk_workspace: Path, report: Path) -> None:
    env = passphrase_file(desk_workspace, "dora.developer")
    assert plimsoll(desk_workspace, "sign", report, *AS_DEVELOPER, env=env).exit_code == 0
    key, _ = root_of(desk_workspace)
    edit_log(desk_workspace, "UPDATE audit_entry SET actor = 'mallory' WHERE seq = 2")
    assert refused(desk_workspace, "sign", "verify", report)[1]["code"] == "audit_log_broken"
    assert plimsoll(desk_workspace, "sign", "verify", report, "--root-key", key).exit_code == 0
