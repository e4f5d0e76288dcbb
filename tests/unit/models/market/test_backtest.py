"""The backtest of a book over a history."""

from dataclasses import replace

import numpy as np
import pytest

from plimsoll.engine import statistics
from plimsoll.models.market.backtest import BacktestRun, backtest_run, linear_cases
from plimsoll.models.market.coverage import ForecastSeries, crisis_rows, statistics_of
from plimsoll.models.market.history import MarketHistory
from plimsoll.models.market.positions import restrike
from plimsoll.models.market.settings import MODELS, BacktestSettings, RiskSettings
from plimsoll.models.market.simulation import Simulation
from plimsoll.models.market.value_at_risk import value_at_risk_run
from plimsoll.validation.inputs import BacktestSeries, TailReproduction
from plimsoll.validation.procedures.reproduction import value_at_risk_again
from plimsoll.vocabulary.errors import BadInput
from risk_world import DAYS, FIRST, SETTINGS, WINDOW, small_book, small_market


class Heard:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.total = self.advanced = 0
        self.ended = False

    def stage(self, _name: str, total: int) -> None:
        self.total = total

    def advance(self, count: int) -> None:
        self.advanced += count

    def done(self) -> None:
        self.ended = True


@pytest.fixture(scope="module")
def run() -> BacktestRun:
    return backtest_run(small_book(), small_market(), SETTINGS)


def test_every_day_after_the_window_has_a_forecast_and_a_profit(run: BacktestRun) -> None:
    days = DAYS - 1 - WINDOW
    assert len(run.dates) == days
    assert run.dates[-1] == small_market().dates[-1]
    assert run.value_at_risk.shape == (3, 2, days)
    assert run.profit.shape == (2, days)


def test_the_forecast_of_the_day_after_the_book_is_that_of_the_day_run(run: BacktestRun) -> None:
    book = small_book()
    once = value_at_risk_run(book, small_market(), SETTINGS.risk)
    index = run.dates.index(book.as_of) + 1
    found = [run.value_at_risk[model, account, index] for account in (0, 1) for model in (0, 1, 2)]
    assert found == [row.value_at_risk for row in once.accounts]


def test_profits_are_those_of_the_notional_on_the_day(run: BacktestRun) -> None:
    market, book = small_market(), small_book()
    row = market.dates.index(book.as_of)
    held = (150 * market.closes[row, 0], -2 * market.closes[row, 1])
    moves = market.closes[WINDOW + 1 :] / market.closes[WINDOW:-1] - 1.0
    assert run.profit[0] == pytest.approx(moves @ np.array(held), rel=1e-9, abs=1e-9)


def test_bits_depend_neither_on_threads_nor_on_the_chunk_and_progress_is_heard(run: BacktestRun) -> None:
    heard = Heard()
    again = backtest_run(small_book(), small_market(), replace(SETTINGS, chunk=33), threads=2, progress=heard)
    assert again.value_at_risk.tobytes() == run.value_at_risk.tobytes()
    assert again.profit.tobytes() == run.profit.tobytes()
    assert again.to_dict() == run.to_dict()
    assert again.table().equals(run.table())
    assert (heard.total, heard.advanced, heard.ended) == (len(run.dates), len(run.dates), True)


def test_no_forecast_reads_ahead(run: BacktestRun) -> None:
    changed = small_market()
    cut = 400  # the close of this day and all later ones are others
    changed.closes[cut:] *= 1.1
    changed.daily_volatility[cut:] *= 2.0
    other = backtest_run(small_book(), changed, SETTINGS)
    before = cut - WINDOW  # forecasts made at closes before the cut
    assert other.value_at_risk[:, :, :before].tobytes() == run.value_at_risk[:, :, :before].tobytes()
    assert (other.value_at_risk[:, :, before:] != run.value_at_risk[:, :, before:]).any()


def test_interpolation_stays_within_a_hundred_thousandth_of_the_spot(run: BacktestRun) -> None:
    assert run.interpolation.largest < 1e-5
    assert run.interpolation.median <= run.interpolation.percentile_99 <= run.interpolation.largest
    assert run.interpolation.forecasts == 4
    assert run.interpolation.worst


def test_fewer_nodes_interpolate_worse() -> None:
    history = MarketHistory.of(small_market())
    struck = restrike(small_book(), history)
    coarse, fine = (
        Simulation(history, struck, RiskSettings(window=WINDOW, nodes=nodes), 1).interpolation_error(7).max()
        for nodes in (5, 16)
    )
    assert fine < coarse


def test_the_table_has_a_row_per_model_account_and_day(run: BacktestRun) -> None:
    table = run.table()
    assert table.num_rows == 3 * 2 * len(run.dates)
    row = table.slice(len(run.dates) + 5, 1).to_pylist()[0]
    assert (row["model"], row["account_id"], row["date"]) == ("historical", "OPTIONS", run.dates[5])
    assert row["value_at_risk"] == run.value_at_risk[0, 1, 5]
    assert row["profit"] == run.profit[1, 5]
    hits = sum(table.column("hit").to_pylist())
    assert hits == sum(sum(run.series(a, m).hits) for a in run.accounts for m in MODELS)


def test_every_statistic_is_there_for_every_account_and_model(run: BacktestRun) -> None:
    tests = {
        "kupiec",
        "christoffersen_independence",
        "christoffersen_conditional_coverage",
        "traffic_light_current",
        "traffic_light_worst",
        "acerbi_szekely_z2",
        "acerbi_szekely_z2_current",
        "acerbi_szekely_z2_worst",
    }
    for account in run.accounts:
        for model in MODELS:
            rows = [row for row in run.statistics if (row.account_id, row.model) == (account, model)]
            assert {row.test for row in rows} == tests
    assert run.statistics_table().num_rows == len(run.statistics)


def test_statistics_are_those_of_the_hits(run: BacktestRun) -> None:
    series = run.series("STOCK", "filtered_historical")
    row = next(r for r in run.statistics if (r.account_id, r.model, r.test) == ("STOCK", series.model, "kupiec"))
    test = statistics.kupiec_test(sum(series.hits), len(series.hits), 0.01)
    assert (row.statistic, row.p_value) == (test.statistic, test.p_value)


def test_a_crisis_that_the_history_lives_through_has_a_row(run: BacktestRun) -> None:
    assert {row.crisis for row in run.crises} == {"spring"}
    row = run.crises[0]
    profit = run.profit[0]
    inside = [i for i, day in enumerate(run.dates) if SETTINGS.crises[0][1] <= day <= SETTINGS.crises[0][2]]
    assert row.days == len(inside)
    assert row.worst_loss == -min(float(profit[i]) for i in inside)
    assert row.to_dict()["expected"] == pytest.approx(0.01 * len(inside))


def test_series_have_the_fields_that_validation_reads(run: BacktestRun) -> None:
    series = run.series("OPTIONS", "historical")
    names = BacktestSeries.__dataclass_fields__
    read = BacktestSeries(**{name: getattr(series, name) for name in names})
    assert tuple(read.hits()) == series.hits


def test_linear_accounts_can_be_computed_again_from_closes_alone() -> None:
    market, book = small_market(1500), small_book()
    run = backtest_run(book, market, replace(SETTINGS, accuracy_every=5000))
    cases = linear_cases(run, book, market, every=60)
    assert {case.account_id for case in cases} == {"STOCK"}
    assert {case.model for case in cases} == {"historical", "filtered_historical"}
    for case in cases:
        again = TailReproduction(**{name: getattr(case, name) for name in TailReproduction.__dataclass_fields__})
        # 1 250 closes let the filter forget its start to 1e-13.
        assert value_at_risk_again(again) == pytest.approx(case.reported, rel=1e-9)


def test_a_history_shorter_than_the_window_is_refused() -> None:
    with pytest.raises(BadInput, match="nothing_to_measure"):
        backtest_run(small_book(as_of=FIRST), small_market(100), SETTINGS)


def series(profit: list[float], risk: float = 1.0) -> ForecastSeries:
    n = len(profit)
    dates = small_market(n).dates
    flat = (risk,) * n
    return ForecastSeries("A", "m", 0.01, 0.025, dates, tuple(profit), flat, flat, flat)


def test_a_short_series_has_no_window_statistics() -> None:
    rows = statistics_of(series([-2.0] + [1.0] * 99), BacktestSettings(), [-1.0, 0.0, 1.0])
    assert [row.test for row in rows] == [
        "kupiec",
        "christoffersen_independence",
        "christoffersen_conditional_coverage",
        "acerbi_szekely_z2",
    ]


def test_expected_shortfall_is_not_tested_where_it_is_no_loss() -> None:
    rows = statistics_of(series([1.0] * 260, risk=-0.5), BacktestSettings(), None)
    assert not any(row.test.startswith("acerbi") for row in rows)


def test_without_simulations_the_whole_history_has_no_verdict() -> None:
    rows = statistics_of(series([1.0] * 100), BacktestSettings(), None)
    assert rows[-1].verdict == "not_applicable"
    assert rows[-1].p_value is None


def test_colours_follow_the_thresholds() -> None:
    often = series([-2.0 if day % 10 == 0 else 1.0 for day in range(500)])
    verdicts = {row.test: row.verdict for row in statistics_of(often, BacktestSettings(), [0.0])}
    assert verdicts["kupiec"] == "red"
    assert verdicts["traffic_light_current"] == "red"
    assert verdicts["acerbi_szekely_z2_current"] == "red"
    some = series([-1.1 if day % 25 == 0 else 1.0 for day in range(500)])
    verdicts = {row.test: row.verdict for row in statistics_of(some, BacktestSettings(), [0.0])}
    assert verdicts["traffic_light_current"] == "red"
    assert verdicts["acerbi_szekely_z2_current"] == "amber"
    few = series([-1.1 if day % 55 == 0 else 1.0 for day in range(500)])
    assert {row.test: row.verdict for row in statistics_of(few, BacktestSettings(), [0.0])}["kupiec"] == "amber"


def test_a_crisis_ratio_is_zero_where_nothing_was_forecast() -> None:
    settings = replace(BacktestSettings(), crises=(("all", FIRST, small_market(30).dates[-1]),))
    assert crisis_rows(series([-1.0] * 30, risk=0.0), settings)[0].worst_loss_over_value_at_risk == 0.0
