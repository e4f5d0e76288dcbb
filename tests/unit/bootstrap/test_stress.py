"""The stage stress: the history that replays read, the line that sums a run up, the last run of each book."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from plimsoll.bootstrap import data, margin, open_application, stress, valuation
from plimsoll.engine.snapshot import read_snapshot
from stress_world import scenario, stressed

pytestmark = pytest.mark.xdist_group("console_market")


def test_the_history_gives_what_is_stored_and_nothing_else(
    ingested_workspace: Path, copied: Callable[[Path], Path]
) -> None:
    with open_application(copied(ingested_workspace), threads=1) as app:
        market = data.market(app)
        history = stress.history(app, market)
        day = date(2018, 2, 5)
        row, column = market.row(day), market.underlyings.index("JPM")
        assert history.close("JPM", day) == market.closes[row, column]
        assert history.assumed_volatility("JPM", day) == market.atm_volatility[row, column]
        assert history.vix(day) == 37.32
        assert [history.close("TULIP", day), history.close("JPM", date(2018, 2, 4))] == [None, None]
        assert history.vix(date(2008, 9, 29)) is None
        assert stress.latest(app) == []
        book = valuation.book_named("demo-2020")
        packs = stress.packs_named(["hypothetical-2026-11"])
        on = read_snapshot(market.snapshot(book.as_of))
        found, kept = stress.run(app, book, on, market, packs, ["rates-up-300", "usd-up-15"])
        assert stress.summary(found) == (
            "demo-2020: 1 scenarios, worst rates-up-300 7,335 USD, 0 accounts short, 1 not applicable"
        )
        assert [run.run_id for run in stress.latest(app)] == [kept.run_id]
        # What stood before the shock is what the stage margin finds, to the cent.
        margined, _ = margin.run(app, book, on)
        before = {row["account_id"]: row for row in kept.table("accounts").to_pylist()}
        for account in margined.margins:
            row = before[account.account_id]
            assert (row["equity_before"], row["excess_before"]) == (account.equity, account.maintenance.excess)


def test_a_run_to_which_nothing_applies_says_so() -> None:
    unheld = [{"factor": "gold", "move": "-9.15 %", "status": "V"}]
    assert stress.summary(stressed(scenario("gold", unheld=unheld))) == "test: no scenario applies, 1 not applicable"
