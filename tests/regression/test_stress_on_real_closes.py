"""Replays on the stored closes are the closes' own returns, and those of the S&P 500 are the published ones."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from plimsoll.bootstrap import data, open_application, stress
from plimsoll.bootstrap.valuation import book_named
from plimsoll.data.market import Market
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.models.stress.records import StressRun
from plimsoll.models.stress.shocks import ResolvedScenario

pytestmark = pytest.mark.xdist_group("console_market")

#: Percent, from the source of the pack: closes of the S&P 500 as published.
PUBLISHED = {
    "1991-01-17": 3.7, "1998-ltcm": -19.3, "2008-09-29": -8.81, "2008-10-15": -9.03, "2008-ten-days": -25.9,
    "2008-10-13": 11.58, "2010-05-06": -3.24, "2011-08-08": -6.66, "2015-08-24": -3.94, "2018-02-05": -4.10,
    "2020-03-16": -11.98, "2020-crash": -33.9, "2020-03-24": 9.38, "2021-01-27": -2.57,
    "2008-12-01": -8.93, "2020-03-09": -7.60, "2020-03-12": -9.51,
}  # fmt: skip


@pytest.fixture(scope="module")
def replayed(market_copy: Path) -> Iterator[tuple[Market, StressRun]]:
    """The replays on the book of 2008."""
    with open_application(market_copy) as app:
        market = data.market(app)
        book = book_named("demo-2008")
        snapshot = read_snapshot(market.snapshot(book.as_of))
        found, _ = stress.run(app, book, snapshot, market, stress.packs_named(["historical-2026-11"]))
        yield market, found


@pytest.fixture(scope="module")
def market_copy(ingested_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of this module's own: a run is recorded in it."""
    root = tmp_path_factory.mktemp("stress") / "workspace"
    shutil.copytree(ingested_workspace, root)
    return root


def resolved(found: StressRun) -> dict[str, ResolvedScenario]:
    return {outcome.scenario_id: outcome.resolved for outcome in found.outcomes}


def test_every_spot_move_of_2008_is_the_return_of_its_own_closes(replayed: tuple[Market, StressRun]) -> None:
    market, found = replayed
    scenario = resolved(found)["2008-09-29"]
    begin, end = market.row(date(2008, 9, 26)), market.row(date(2008, 9, 29))
    spots = {item.underlying: item.amount for item in scenario.applied if item.factor == "spot_relative"}
    assert spots == {
        name: float(market.closes[end, column]) / float(market.closes[begin, column]) - 1.0
        for column, name in enumerate(market.underlyings)
    }
    assert scenario.not_applied == ()


def test_the_index_moves_as_published(replayed: tuple[Market, StressRun]) -> None:
    moves = {
        name: item.amount
        for name, scenario in resolved(replayed[1]).items()
        for item in scenario.applied
        if (item.underlying, item.factor) == ("SP500", "spot_relative")
    }
    for name, percent in PUBLISHED.items():
        decimals = 1 if round(percent, 1) == percent and name not in ("2018-02-05", "2020-03-09") else 2
        assert 100.0 * moves[name] == pytest.approx(percent, abs=0.5001 * 10.0**-decimals), name


def test_vix_doubled_on_the_fifth_of_february_2018(replayed: tuple[Market, StressRun]) -> None:
    scenario = resolved(replayed[1])["2018-02-05"]
    moves = {item.amount for item in scenario.applied if item.factor == "volatility_relative"}
    assert moves == {37.32 / 17.31 - 1.0}


def test_every_account_of_the_book_is_margined_after_every_replay(replayed: tuple[Market, StressRun]) -> None:
    found = replayed[1]
    assert (found.failed, found.refused, found.not_applicable) == ((), {}, ())
    assert [outcome.is_hindsight for outcome in found.outcomes][:3] == [False, False, False]
    assert sum(outcome.is_hindsight for outcome in found.outcomes) == 19
    # The straddles of A06 and the puts of A13, both written without cover, end below zero in the crash of 2020; options
    # that are paid in full (A14) lose what they cost and no more.
    crash = next(outcome for outcome in found.outcomes if outcome.scenario_id == "2020-crash")
    assert [account.account_id for account in crash.accounts if account.is_above("shortfall")] == ["A06", "A13"]
    assert found.worst is crash
