"""`plimsoll sign` with a roster that gives one identity two offices: the second signature is refused, nothing is lost."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from console_world import passphrase_file, plimsoll, refused
from plimsoll.bootstrap import open_application
from plimsoll.bootstrap.governance import open_desk
from plimsoll.storage.passphrases import variable_of
from plimsoll.storage.reader import verify_file

pytestmark = pytest.mark.xdist_group("console_governance")

MEANINGS = {"developer": "authored", "validator": "validated", "approver": "approved"}


def words(name: str, role: str) -> tuple[str, ...]:
    return ("--as", name, "--role", role, "--meaning", MEANINGS[role])


def members(workspace: Path, **roles: str) -> list[dict[str, Any]]:
    """The roster in force, in which the named first names hold one more role."""
    with open_application(workspace) as app, open_desk(app) as desk:
        assert desk.state().roster is not None
        found = [member.to_dict() for member in desk.state().roster.members]
    for member in found:
        member["roles"] += [role for name, role in roles.items() if member["name"].startswith(name)]
    return found


def publish(workspace: Path, people: list[dict[str, Any]]) -> tuple[Path, dict[str, str]]:
    """Write the roster file, and give the words and passphrases that sign it."""
    path = workspace.parent / "members.json"
    path.write_text(json.dumps({"members": people}))
    return path, passphrase_file(workspace, "root")


def sign(workspace: Path, report: Path, name: str, role: str) -> None:
    ran = plimsoll(workspace, "sign", report, *words(name, role), env=passphrase_file(workspace, name))
    assert ran.exit_code == 0, ran.stderr


def refused_and_nothing_lost(
    workspace: Path, report: Path, *command: object, env: Mapping[str, str]
) -> tuple[int, dict[str, str]]:
    """Run a command that must be refused, and make sure that log and signatures are to the byte what they were."""
    kept = report.with_suffix(".signatures.json")
    before = verify_file(workspace / "state.sqlite"), kept.read_bytes() if kept.is_file() else b""
    answer = refused(workspace, *command, env=env)
    assert (verify_file(workspace / "state.sqlite"), kept.read_bytes() if kept.is_file() else b"") == before
    assert before[0].ok
    assert plimsoll(workspace, "audit", "verify").exit_code == 0
    if kept.is_file():
        assert plimsoll(workspace, "sign", "verify", report).exit_code == 0
    return answer


def test_a_developer_who_is_an_approver_too_does_not_approve_its_own_work(desk_workspace: Path, report: Path) -> None:
    path, env = publish(desk_workspace, members(desk_workspace, dora="approver"))
    assert plimsoll(desk_workspace, "sign", "roster", path, env=env).exit_code == 0
    sign(desk_workspace, report, "dora.developer", "developer")
    sign(desk_workspace, report, "vera.validator", "validator")
    code, failure = refused_and_nothing_lost(
        desk_workspace, report, "sign", report, *words("dora.developer", "approver"),
        env=passphrase_file(desk_workspace, "dora.developer"),
    )  # fmt: skip
    assert code == 3
    assert failure == {
        "code": "self_approval",
        "field": "approver",
        "value": "dora.developer",
        "allowed": "an identity and key other than those of the developer (dora.developer)",
        "fix": "let another approver of the roster act",
    }
    sign(desk_workspace, report, "alan.approver", "approver")
    found = plimsoll(desk_workspace, "sign", "verify", report, "--json").document["signatures"]
    assert [item["name"] for item in found] == ["dora.developer", "vera.validator", "alan.approver"]


@pytest.mark.parametrize(
    ("name", "first", "second", "code"),
    [
        ("dora.developer", "developer", "validator", "one_identity_two_roles"),
        ("vera.validator", "validator", "approver", "self_approval"),
        ("alan.approver", "validator", "approver", "self_approval"),
    ],
)
def test_no_two_of_the_three_offices_are_one_identity(
    desk_workspace: Path, report: Path, name: str, first: str, second: str, code: str
) -> None:
    both = {"dora": "validator", "vera": "approver", "alan": "validator"}
    path, env = publish(desk_workspace, members(desk_workspace, **both))
    assert plimsoll(desk_workspace, "sign", "roster", path, env=env).exit_code == 0
    sign(desk_workspace, report, name, first)
    exit_code, failure = refused_and_nothing_lost(
        desk_workspace, report, "sign", report, *words(name, second), env=passphrase_file(desk_workspace, name)
    )
    assert (exit_code, failure["code"], failure["field"], failure["value"]) == (3, code, second, name)


def second_name(workspace: Path) -> dict[str, str]:
    """Give the developer's key a second name, with the file and passphrase that belong to it."""
    shutil.copy2(workspace / "keys" / "dora.developer.pem", workspace / "keys" / "nora.pem")
    return {f"{variable_of('nora')}_FILE": str(workspace / "keys" / "dora.developer.passphrase")}


def test_one_key_under_two_names_comes_into_no_roster(desk_workspace: Path, report: Path) -> None:
    sign(desk_workspace, report, "dora.developer", "developer")
    people = members(desk_workspace)
    dora = next(member for member in people if member["name"] == "dora.developer")
    path, env = publish(desk_workspace, [*people, {**dora, "name": "nora", "roles": ["approver"]}])
    code, failure = refused_and_nothing_lost(desk_workspace, report, "sign", "roster", path, env=env)
    assert (code, failure["code"], failure["field"]) == (3, "public_key_twice_in_roster", "public_key")
    assert failure["value"] == dora["public_key"]
    code, failure = refused_and_nothing_lost(
        desk_workspace, report, "sign", report, *words("nora", "approver"), env=second_name(desk_workspace)
    )
    assert (code, failure["code"], failure["value"]) == (3, "not_in_roster", "nora")


def test_one_key_under_a_new_name_in_a_later_roster_is_still_the_same(desk_workspace: Path, report: Path) -> None:
    sign(desk_workspace, report, "dora.developer", "developer")
    sign(desk_workspace, report, "vera.validator", "validator")
    people = members(desk_workspace)
    for member in people:
        if member["name"] == "dora.developer":
            member.update(name="nora", roles=["approver"])
    path, env = publish(desk_workspace, people)
    assert plimsoll(desk_workspace, "sign", "roster", path, env=env).exit_code == 0
    code, failure = refused_and_nothing_lost(
        desk_workspace, report, "sign", report, *words("nora", "approver"), env=second_name(desk_workspace)
    )
    assert (code, failure["code"], failure["value"]) == (3, "self_approval", "nora")
    assert failure["allowed"].endswith("(dora.developer)")


@pytest.mark.parametrize("spelling", ["dora.developer", "Dora.Developer", "dora developer"])
def test_one_person_listed_twice_comes_into_no_roster(desk_workspace: Path, report: Path, spelling: str) -> None:
    sign(desk_workspace, report, "dora.developer", "developer")
    env = {variable_of("nora"): "a passphrase for a second key"}
    other = plimsoll(desk_workspace, "sign", "key", "nora", "--json", env=env).document["public_key"]
    people = members(desk_workspace)
    again = {**people[0], "name": spelling, "public_key": other, "roles": ["approver"]}
    path, env = publish(desk_workspace, [*people, again])
    code, failure = refused_and_nothing_lost(desk_workspace, report, "sign", "roster", path, env=env)
    assert (code, failure["code"], failure["field"]) == (3, "name_twice_in_roster", "name")
    assert failure["value"] == "dora_developer"
