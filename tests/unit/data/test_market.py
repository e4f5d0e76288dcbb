"""The market on a day: stored closes, and assumptions that say that they are assumptions."""

import dataclasses
import gzip
import json
import math
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from plimsoll.data.assumptions import MarketParameters, read_market_parameters
from plimsoll.data.books import load_book
from plimsoll.data.features import Arithmetic
from plimsoll.data.ingest import ingest
from plimsoll.data.market import Market, build_snapshot, load_market
from plimsoll.data.sources import SOURCES, Source
from plimsoll.data.store import read_manifest
from plimsoll.models.market.history import MarketHistory
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.progress import SilentProgress


@pytest.fixture(scope="module")
def parameters() -> MarketParameters:
    """Give the shipped assumptions."""
    return read_market_parameters()


@pytest.fixture(scope="module")
def market(ingested: Path, parameters: MarketParameters, arithmetic: Arithmetic) -> Market:
    """Give the market history of the real datasets."""
    return load_market(ingested, parameters, arithmetic)


def test_the_history_is_aligned_and_starts_after_the_seed(market: Market) -> None:
    shape = (len(market.dates), len(market.underlyings))
    assert shape == (8313 - 250, 21)
    assert market.closes.shape == market.atm_volatility.shape == market.dividend_yields.shape == shape
    assert market.rates.shape == (shape[0],)
    assert (market.dates[0], market.dates[-1]) == (date(1990, 12, 27), date(2022, 12, 28))


def test_the_premium_is_fitted_to_vix_and_kept_with_its_digest(market: Market, ingested: Path) -> None:
    fit = market.premium_fit
    assert (fit.observations, fit.first_date, fit.last_date) == (1257, "2014-01-03", "2018-12-31")
    # Independently: the ratio of means computed with pandas is 1.2345 to four decimals.
    assert fit.premium == pytest.approx(1.2345, abs=5e-5)
    assert fit.inputs["vix"] == read_manifest(ingested, "vix").logical_digest
    assert (ingested / "fits" / f"{fit.digest().removeprefix('sha256:')}.json").is_file()


def test_a_snapshot_marks_what_is_assumed_and_how_prices_stand(market: Market) -> None:
    document = market.snapshot(date(2008, 9, 2))
    assert document["valuation_date"] == "2008-09-02"
    stock, index = document["underlyings"]["AAPL"], document["underlyings"]["SP500"]
    assert (stock["spot"], stock["kind"], stock["price_basis"]) == (5.045, "equity", "adjusted")
    assert (index["spot"], index["kind"], index["price_basis"]) == (1277.58, "broad_index", "raw")
    for underlying in document["underlyings"].values():
        assert {underlying[part]["status"] for part in ("rate", "dividend_yield", "volatility")} == {"ASSUMED"}
        assert underlying["cash_dividends"] == []


def test_no_dividends_are_put_on_adjusted_series(market: Market) -> None:
    for day in (date(2008, 9, 2), date(2020, 3, 16)):
        for underlying in market.snapshot(day)["underlyings"].values():
            assert (underlying["dividend_yield"]["value"] == 0.0) == (underlying["price_basis"] == "adjusted")


def test_a_snapshot_carries_the_digests_of_its_inputs(market: Market, ingested: Path) -> None:
    source = market.snapshot(date(2008, 9, 2))["source"]
    assert source["us_stocks"] == read_manifest(ingested, "us_stocks").logical_digest
    assert source["premium_fit"] == market.premium_fit.digest()
    assert set(source) == {"us_stocks", "sp500", "vix", "premium_fit", "assumed-market-2026-11"}


def test_volatility_is_ewma_times_premium_between_its_bounds(
    market: Market, parameters: MarketParameters, arithmetic: Arithmetic
) -> None:
    column = market.underlyings.index("SP500")
    row = market.row(date(2008, 10, 10))
    returns = arithmetic.log_returns(market.closes[: row + 1, column])
    ewma = arithmetic.ewma_volatility(returns, 0.97, market.daily_volatility[0, column])
    # The filter starts at the first date of the market and again where the returns begin: a weight of 0.97^4600 apart.
    annual = ewma[-1] * math.sqrt(252) * market.premium_fit.premium
    assert market.atm_volatility[row, column] == pytest.approx(annual, rel=1e-12)
    assert market.atm_volatility.min() > parameters.least_volatility
    assert market.atm_volatility.max() < parameters.greatest_volatility


def test_a_bound_that_binds_moves_implied_volatility_and_leaves_the_filter_alone(
    market: Market, ingested: Path, parameters: MarketParameters, arithmetic: Arithmetic
) -> None:
    capped = load_market(ingested, dataclasses.replace(parameters, greatest_volatility=1.5), arithmetic)
    assert (market.atm_volatility > 1.5).any()
    assert capped.atm_volatility.max() == 1.5
    assert capped.daily_volatility.tobytes() == market.daily_volatility.tobytes()
    filtered, other = MarketHistory.of(capped), MarketHistory.of(market)
    assert filtered.volatility.tobytes() == other.volatility.tobytes()


def test_without_a_binding_bound_the_filter_is_implied_volatility_without_premium_and_year(market: Market) -> None:
    backed_out = market.atm_volatility / (market.premium_fit.premium * math.sqrt(252.0))
    assert market.daily_volatility == pytest.approx(backed_out, rel=1e-15 * 4)


def test_the_index_volatility_of_the_crash_has_the_level_of_the_time(market: Market) -> None:
    column = market.underlyings.index("SP500")
    # VIX closed at 69.95 and 20.65; one constant premium came within 0.100 and 0.047.
    assert market.atm_volatility[market.row(date(2008, 10, 10)), column] == pytest.approx(0.6995, abs=0.11)
    assert market.atm_volatility[market.row(date(2008, 8, 29)), column] == pytest.approx(0.2065, abs=0.06)


def test_the_first_volatility_is_that_of_the_seed(
    market: Market, ingested: Path, parameters: MarketParameters, arithmetic: Arithmetic
) -> None:
    longer = dataclasses.replace(parameters, seed_returns=251)
    other = load_market(ingested, longer, arithmetic)
    assert other.dates == market.dates[1:]


def test_two_loads_give_equal_snapshots(
    market: Market, ingested: Path, parameters: MarketParameters, arithmetic: Arithmetic
) -> None:
    again = build_snapshot(ingested, date(2020, 3, 16), parameters, arithmetic)
    assert digest_of(again) == digest_of(market.snapshot(date(2020, 3, 16)))
    assert json.loads(json.dumps(again)) == again


def test_there_is_a_market_on_every_day_of_both_episodes(market: Market) -> None:
    assert len(market.days(date(2008, 8, 29), date(2008, 10, 31))) == 45
    assert len(market.days(date(2020, 1, 31), date(2020, 4, 30))) == 63
    for name in ("demo-2008", "demo-2020"):
        assert market.row(date.fromisoformat(load_book(name)["as_of"])) > 0


@pytest.mark.parametrize("day", [date(2008, 9, 1), date(1990, 1, 2), date(2023, 1, 3)])
def test_a_day_without_a_market_is_refused(market: Market, day: date) -> None:
    with pytest.raises(BadInput) as caught:
        market.snapshot(day)
    assert (caught.value.code, caught.value.value) == ("no_market_on_date", day.isoformat())


def _made(package: Path, dataset: str, lines: list[str]) -> Source:
    path = f"{dataset}.csv.gz"
    (package / path).write_bytes(gzip.compress("\n".join(lines).encode()))
    name = {"us_stocks": "AAPL", "sp500": "SP500", "vix": "VIX"}[dataset]
    like = next(source for source in SOURCES if source.dataset == dataset)
    return dataclasses.replace(
        like, package="quotes_package", path=path, columns=(name,), names=(name,), date_format="%Y-%m-%d"
    )


@pytest.mark.parametrize(
    ("index_days", "code"),
    [(["2014-01-02", "2014-01-06"], "days_differ"), (["2014-01-02", "2014-01-03"], "history_too_short")],
)
def test_datasets_that_do_not_fit_are_refused(
    package: Path,
    tmp_path: Path,
    parameters: MarketParameters,
    arithmetic: Arithmetic,
    index_days: list[str],
    code: str,
) -> None:
    sources = (
        _made(package, "us_stocks", ["Date,AAPL", "2014-01-02,10", "2014-01-03,11"]),
        _made(package, "sp500", ["Date,SP500", *(f"{day},1800" for day in index_days)]),
        _made(package, "vix", ["Date,VIX", "2014-01-03,14"]),
    )
    ingest(tmp_path / "root", FixedClock(datetime(2026, 1, 1, tzinfo=UTC)), SilentProgress(), sources)
    with pytest.raises(BadInput) as caught:
        load_market(tmp_path / "root", parameters, arithmetic)
    assert caught.value.code == code
