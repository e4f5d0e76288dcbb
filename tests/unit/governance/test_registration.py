from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from governance_world import (
    DEVELOPER,
    MEMBERS,
    MODEL_ID,
    OWNER,
    ROOT,
    World,
    content,
    key,
    member,
    model,
    open_world,
    world_with_roster,
)
from plimsoll.governance.inventory import Model, VersionContent
from plimsoll.governance.lifecycle import State
from plimsoll.governance.registration import propose_version, publish_roster, register
from plimsoll.governance.roster import Role
from plimsoll.vocabulary.errors import BadInput, CheckFailed, NotPermitted


@pytest.fixture
def world(tmp_path: Path) -> World:
    return world_with_roster(tmp_path)


def test_a_model_is_registered_with_its_tier_and_policy(world: World) -> None:
    record = register(world.desk, model(), DEVELOPER)
    assert record.tier == 1
    assert record.policy["pack_id"] == "us-sr26-2"
    assert record.registered_by == "dora.developer"
    assert world.desk.state().to_dict()["models"] == [record.to_dict()]
    assert record.to_dict()["uses_prohibited"]


def test_a_model_changed_is_registered_anew_and_the_old_record_stays_as_of_then(world: World) -> None:
    first = register(world.desk, model(), DEVELOPER)
    second = register(world.desk, replace(model(), exposure="low"), DEVELOPER)
    assert (first.tier, second.tier) == (1, 3)
    assert world.desk.state_as_of(first.registered_at).model(MODEL_ID) == first
    assert world.desk.state().model(MODEL_ID) == second


def test_as_of_before_anything_is_nothing(world: World) -> None:
    assert world.desk.state_as_of("2026-01-01T00:00:00Z").roster is None
    with pytest.raises(BadInput, match="not_a_time"):
        world.desk.state_as_of("then")


def test_the_same_record_twice_is_refused(world: World) -> None:
    register(world.desk, model(), DEVELOPER)
    with pytest.raises(CheckFailed, match="already_registered"):
        register(world.desk, model(), DEVELOPER)


def test_a_name_without_its_key_registers_nothing(world: World) -> None:
    with pytest.raises(NotPermitted, match="key_of_another"):
        register(world.desk, model(), key("dora.developer", "eve"))
    assert world.desk.state().models == {}


@pytest.mark.parametrize("change", [{"exposure": "vast"}, {"purpose_class": "fun"}, {"model_class": "oracle"}])
def test_a_level_that_the_policy_does_not_know_is_refused(world: World, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=f"unknown_level; {next(iter(change))}"):
        register(world.desk, replace(model(), **change), DEVELOPER)


def test_a_version_is_proposed_once(world: World) -> None:
    register(world.desk, model(), DEVELOPER)
    assert propose_version(world.desk, content(), DEVELOPER).state is State.proposed
    with pytest.raises(CheckFailed, match="version_exists"):
        propose_version(world.desk, content(), DEVELOPER)
    assert world.desk.state().to_dict()["versions"][0]["content_hash"] == content().content_hash


def test_a_version_of_an_unknown_model_is_refused(world: World) -> None:
    with pytest.raises(BadInput, match="unknown_model"):
        propose_version(world.desk, content(), DEVELOPER)


def test_a_roster_is_published_by_the_root_alone(tmp_path: Path) -> None:
    world = open_world(tmp_path)
    with pytest.raises(NotPermitted, match="not_the_root"):
        publish_roster(world.desk, OWNER, MEMBERS)
    assert publish_roster(world.desk, ROOT, MEMBERS).revision == 1
    assert publish_roster(world.desk, ROOT, MEMBERS[:3]).revision == 2
    with pytest.raises(NotPermitted, match="not_the_root"):
        publish_roster(world.desk, key("root", "other"), MEMBERS)


def test_a_roster_in_which_two_names_share_a_key_is_not_published(world: World) -> None:
    twin = member("twin", Role.approver, seed="dora.developer")
    with pytest.raises(NotPermitted, match="public_key_twice_in_roster") as caught:
        publish_roster(world.desk, ROOT, [*MEMBERS, twin])
    assert caught.value.exit_code == 3
    assert len(world.journal.read()[0]) == 1


def test_the_system_notes_runs_but_no_governed_acts(world: World) -> None:
    entry = world.desk.note("run.finished", "run-000001", {"rows": 3})
    assert (entry.actor, entry.signature) == ("system", "")
    for kind in ("roster.published", "model.registered", "version.moved", "finding.moved", "report.signed"):
        with pytest.raises(NotPermitted, match="kind_is_reserved"):
            world.desk.note(kind, "x", {})


def test_a_model_reads_back_from_its_plain_data() -> None:
    assert Model.from_dict(model().to_dict()) == model()
    ranged = replace(model(), validated_range={"volatility": (0.05, 1.5)})
    assert Model.from_dict(ranged.to_dict()) == ranged != model()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"owner": ""}, "missing_field; owner"),
        ({"purpose": None}, "missing_field; purpose"),
        ({"limits": []}, "missing_field; limits"),
        ({"limits": "none"}, "missing_field; limits"),
        ({"uses_prohibited": [""]}, "missing_field; uses_prohibited"),
        ({"dependencies": None}, "missing_field; dependencies"),
        ({"dependencies": [{"kind": "data", "target": "x"}]}, "missing_field; materiality"),
        ({"colour": "blue"}, "unknown_field; colour"),
        ({"validated_range": {"volatility": [1.5, 0.05]}}, "wrong_range; validated_range.volatility"),
        ({"validated_range": {"volatility": ["0.05", "1.5"]}}, "wrong_range; validated_range.volatility"),
        ({"validated_range": {"volatility": [0.05]}}, "wrong_range; validated_range.volatility"),
        ({"validated_range": 1.5}, "wrong_range; validated_range"),
    ],
)
def test_a_model_record_that_lacks_or_invents_something_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        Model.from_dict({**model().to_dict(), **change})


def test_a_version_reads_back_from_its_plain_data() -> None:
    assert VersionContent.from_dict(content().to_dict()) == content()
    assert content().content_hash != content(code="sha256:other").content_hash


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": "1.0"}, "bad_version"),
        ({"version": "1.0.x"}, "bad_version"),
        ({"code": ""}, "missing_field; code"),
        ({"datasets": []}, "missing_field; datasets"),
        ({"datasets": {"us_stocks": ""}}, "missing_field; us_stocks"),
    ],
)
def test_a_version_that_lacks_something_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        VersionContent.from_dict({**content().to_dict(), **change})
