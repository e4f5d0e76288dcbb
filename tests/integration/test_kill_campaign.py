"""Three kills of the campaign, in the first seconds of the voyage; `make kill` has the others."""

import shutil
from pathlib import Path
from random import Random

import pytest

from kill_campaign.campaign import line_of, place, run_chain, verify
from kill_campaign.ledger import Ledger, doubled, read_ledger
from kill_campaign.moments import Part, chain, sample
from kill_campaign.strike import ask
from plimsoll.bootstrap.voyage import LegName

pytestmark = pytest.mark.slow

#: About what the legs take; a moment that comes late finds a command that has ended, which loses nothing either.
LENGTHS = {leg.value: 1.0 if leg is LegName.data else 2.0 for leg in LegName}


def test_three_kills_lose_nothing_and_the_next_commands_go_on(tmp_path: Path) -> None:
    home = place(tmp_path / "chain")
    moments = sample(Random(20081010), shutil.which("strace") is not None)
    rows, last = run_chain(home, moments, LENGTHS, lambda row: print(line_of(row)))
    assert [row["flaws"] for row in rows] == [[], [], []]
    assert any(row["killed"] for row in rows)
    for words in (("data", "ingest"), ("data", "features")):
        assert ask(home, *words)[0] == 0
    assert list(verify(home, last, read_ledger(home.workspace))) == []


def test_the_campaign_sees_what_is_lost_and_what_stands_twice(desk_workspace: Path) -> None:
    before = read_ledger(desk_workspace)
    assert list(before.lost_in(before)) == []
    assert list(doubled(before.entries)) == []
    after = Ledger(before.entries[:-1], {**before.files, "keys/root.pem": "another"}, frozenset())
    assert list(before.lost_in(after)) == [
        f"the {len(before.entries)} entries of the log are no longer the first of its {len(after.entries)}",
        "keys/root.pem is changed",
        "state.sqlite is gone",
    ]
    assert any("stands 2 times" in line for line in doubled((*before.entries, before.entries[-1])))


def test_the_moments_of_a_chain_follow_from_the_seed_and_reach_every_kind_of_command() -> None:
    assert chain(Random(1), True) == chain(Random(1), True)
    commands = {moment.command for seed in range(20) for moment in chain(Random(seed), False)}
    assert commands >= {"demo", "data ingest", "data features", "validation run", "stress run", "report build", "sign"}
    assert not any(moment.calls for moment in chain(Random(1), False))


def test_every_chain_has_a_voyage_killed_in_every_leg_but_takes_turns_in_the_two_last() -> None:
    legs = [{moment.legs[0] for moment in chain(Random(seed), True) if moment.is_voyage} for seed in range(20)]
    last = {LegName.replay, LegName.mlflow}
    assert all(found - last == set(LegName) - last and len(found & last) == 1 for found in legs)
    assert set().union(*legs) == set(LegName)


def test_the_early_and_the_late_moments_make_up_the_chain() -> None:
    early, late, whole = (chain(Random(7), True, part) for part in (Part.early, Part.late, Part.whole))
    assert early + late == whole
    assert {moment.command for moment in late} >= {"demo", "stress run", "report build", "sign"}
