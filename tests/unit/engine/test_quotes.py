"""Tables of option quotes: every row has an outcome, parity implies the rest, and models are fitted to what is left."""

from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plimsoll import _core
from plimsoll.engine import calibration, surfaces
from plimsoll.engine.quotes import QuoteChain, read_quotes
from plimsoll.engine.refusals import InvalidValue
from plimsoll.vocabulary.errors import BadInput

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "quotes.csv"
HEADER = "valuation_date,spot,expiry,strike,type,bid,ask"


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "quotes.csv"
    path.write_text("\n".join((header, *rows)) + "\n")
    return path


@pytest.fixture(scope="module")
def example() -> QuoteChain:
    return read_quotes(EXAMPLE)


def test_the_example_implies_its_forwards(example: QuoteChain) -> None:
    assert Counter(outcome.end for outcome in example.outcomes) == {"used": 33, "in_the_money": 33}
    for implied in example.reading.forwards:
        # The spot of 100 carries two per cent; prices in cents at eleven strikes tell the forward to some cents.
        assert implied.forward == pytest.approx(100.0 * (1.0 + 0.02 * implied.years), abs=0.05)
    assert example.expiry(1) == "2026-06-19"
    assert example.to_dict()["rows"] == {"in_the_money": 33, "used": 33}
    assert example.refused == ()


def test_the_same_table_as_parquet_and_with_other_names(example: QuoteChain, tmp_path: Path) -> None:
    rows = [line.split(",") for line in EXAMPLE.read_text().split()[1:]]
    columns: dict[str, Any] = {
        "trade_date": [date.fromisoformat(row[0]) for row in rows],
        "spot_close": [float(row[1]) for row in rows],
        "expiry": [date.fromisoformat(row[2]) for row in rows],
        "strike": [float(row[3]) for row in rows],
        "right": [row[4][0].upper() for row in rows],
        "bid": [float(row[5]) for row in rows],
        "ask": [float(row[6]) for row in rows],
    }
    pq.write_table(pa.table(columns), tmp_path / "quotes.parquet")
    again = read_quotes(tmp_path / "quotes.parquet")
    assert again.reading.chain == example.reading.chain
    assert again.today == example.today


def test_a_bad_row_is_refused_and_spoils_no_other(example: QuoteChain, tmp_path: Path) -> None:
    lines = EXAMPLE.read_text().split()[1:]
    bad = {
        "x,100.0,2026-03-20": "valuation_date",
        "2026-01-05,100.0,soon,80,put,1,2": "expiry",
        "2026-01-05,100.0,2026-03-20,eighty,put,1,2": "strike",
        "2026-01-05,100.0,2026-03-20,80,straddle,1,2": "type",
        "2026-01-05,100.0,2026-03-20,82,put,2,1": "bid",
        "2026-01-05,100.0,2026-03-20,83,put,1,": "ask",
        "2026-01-05,100.0,2026-03-20,84,put,1,nan": "ask",
        "2026-01-05,100.0,2026-03-20,-1,put,1,2": "strike",
        "2026-01-05,100.0,2026-01-05,80,put,1,2": "expiry",
        "2026-01-05,100.0,2026-03-20,75,put,1,2": "strike",
        "2026-01-05,100.0,2026-09-20,75,put,1,2": "expiry",
        "2026-01-05,100.0,2026-03-20,20,put,30,31": "price",
        "2026-01-05,100.0,2026-03-20,72,put,-0.1,0.1": "bid",
        "2026-01-05,100.0,2026-03-20,71,put,nan,0.1": "bid",
        "2026-01-05,100.0,2026-03-20,70,put,-inf,0.1": "bid",
        "2026-01-05,100.0,2026-03-20,69,put,,-0.1": "ask",
    }
    flawed = list(bad)[1:]
    unbid = ("2026-01-05,100.0,2026-03-20,74,put,0,0.1", "2026-01-05,100.0,2026-03-20,73,put,,0.1")
    quotes = read_quotes(table(tmp_path, *lines, *flawed, *unbid))
    assert quotes.reading.chain == example.reading.chain
    fields = [outcome.refusal.field for outcome in quotes.refused if outcome.refusal is not None]
    assert fields == [bad[line] for line in flawed]
    assert [outcome.row for outcome in quotes.refused] == list(range(67, 67 + len(flawed)))
    assert [outcome.end for outcome in quotes.outcomes[-2:]] == ["no_bid", "no_bid"]
    codes = {o.end: o.refusal.code for o in quotes.refused if o.refusal is not None}
    assert (codes["expired"], codes["no_parity"], codes["crossed"]) == (
        *("expired_product", "missing_quote"),
        "invalid_value",
    )
    assert quotes.refused[0].to_dict()["refusal"]["value"] == "soon"


PRICED = "valuation_date,spot,expiry,strike,type,price"


def lone_prices() -> list[str]:
    """Give the rows of the example with the middles alone."""
    lines = (line.split(",") for line in EXAMPLE.read_text().split()[1:])
    return [",".join((*cells[:5], f"{(float(cells[5]) + float(cells[6])) / 2:.2f}")) for cells in lines]


def test_lone_prices_need_no_spread(tmp_path: Path) -> None:
    rows = [*lone_prices(), "2026-01-05,100.0,2026-03-20,72,put,-1"]
    quotes = read_quotes(table(tmp_path, *rows, header=PRICED))
    assert len(quotes.reading.chain) == 3
    (refused,) = quotes.refused
    assert refused.refusal is not None
    assert (refused.end, refused.refusal.field, refused.refusal.value) == ("no_price", "price", "-1")


def test_a_stale_lone_price_does_not_move_the_forward(example: QuoteChain, tmp_path: Path) -> None:
    rows = lone_prices()
    place = rows.index("2026-01-05,100.0,2026-03-20,100,call,3.82")
    clean = read_quotes(table(tmp_path, *rows, header=PRICED))
    assert clean.left_out == ((), (39, 40), ())  # the call that is stale in the example
    stale = [*rows[:place], rows[place].replace("3.82", "9.90"), *rows[place + 1 :]]
    quotes = read_quotes(table(tmp_path, "x,x,x,x,straddle,1", *stale, header=PRICED), date(2026, 1, 5), spot=100.0)
    # One of eleven pairs in cents less; with the stale one the forward was 100.96.
    assert quotes.reading.forwards[0].forward == pytest.approx(clean.reading.forwards[0].forward, abs=0.005)
    assert quotes.reading.forwards[0].forward == pytest.approx(example.reading.forwards[0].forward, abs=0.01)
    # Rows are those of the table, in which an unreadable one stands first: the call and its put.
    assert quotes.left_out == ((place + 2, place + 3), (40, 41), ())
    told = quotes.to_dict()["expiries"][0]
    assert (told["pairs"], told["left_out"], told["misses_beyond_spread"]) == (10, [place + 2, place + 3], False)


@pytest.mark.parametrize(
    ("header", "row", "code", "field"),
    [
        ("expiry,type,bid,ask", "2026-03-20,call,1,2", "missing_column", "strike"),
        ("expiry,strike,bid,ask", "2026-03-20,100,1,2", "missing_column", "type"),
        ("expiry,strike,type,bid", "2026-03-20,100,call,1", "missing_column", "ask"),
        ("expiry,strike,type,ask", "2026-03-20,100,call,1", "missing_column", "bid"),
        ("expiry,strike,type,bid,ask,delta", "2026-03-20,100,call,1,2,0.5", "unknown_column", "delta"),
        ("expiry,strike,type,bid,ask", "2026-03-20,100,call,1,2", "inconsistent_column", "valuation_date"),
        (HEADER, "2026-01-05,x,2026-03-20,100,call,1,2", "inconsistent_column", "spot"),
        (HEADER, "2026-01-05,-1,2026-03-20,100,call,1,2", "invalid_value", "--spot"),
        (HEADER, "2026-01-05,100,2026-03-20,100,call,1,2", "no_quotes", ""),
    ],
)
def test_a_table_without_what_all_rows_need_is_refused(
    header: str, row: str, code: str, field: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as refused:
        read_quotes(table(tmp_path, row, header=header))
    assert refused.value.code == code
    assert field in refused.value.field


def test_a_column_that_differs_shows_its_values(tmp_path: Path) -> None:
    rows = [f"{day},100,2026-03-20,100,call,1,2" for day in ("2026-01-05", "2026-01-06", "")]
    for kept, value in ((rows[:2], "2026-01-05, 2026-01-06"), (rows[1:], "blank, 2026-01-06"), (rows[2:], "not given")):
        with pytest.raises(BadInput) as refused:
            read_quotes(table(tmp_path, *kept))
        assert refused.value.value == value


def test_files_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "quotes.json", "unknown_extension"), (table(tmp_path), "no_rows")):
        with pytest.raises(BadInput) as refused:
            read_quotes(path)
        assert refused.value.code == code


def test_american_quotes_need_a_rate_and_imply_the_same_volatility(tmp_path: Path) -> None:
    market = _core.BlackScholes(spot=100.0, rate=0.04, dividend_yield=0.0, volatility=0.25)
    rows = []
    for strike in (90, 95, 100, 105, 110):
        for kind in ("call", "put"):
            option = _core.StrikeLadder(type=_core.OptionType[kind], expiry=0.2, strikes=[float(strike)])
            european = _core.contour(option, market)[0].price
            rows.append(f"2026-01-05,100.0,2026-03-19,{strike},{kind},{european:.8f},{european:.8f}")
    path = table(tmp_path, *rows)
    with pytest.raises(BadInput) as refused:
        read_quotes(path, exercise="american")
    assert (refused.value.code, refused.value.field) == ("missing_field", "--rate")
    # Calls without a yield are held to expiry; puts quoted at European prices look cheap, so their volatility is below.
    chain = read_quotes(path, exercise="american", rate=0.04).reading.chain[0]
    volatility = _core.american_implied_volatility(_core.OptionType.call, 105.0, 0.2, market, chain.prices[-2])
    assert volatility == pytest.approx(0.25, abs=2e-3)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> QuoteChain:
    kept = [line for line in EXAMPLE.read_text().split()[1:] if ",2026-12-18," in line]
    return read_quotes(table(tmp_path_factory.mktemp("year"), *kept))


@pytest.mark.parametrize("model", calibration.MODELS)
def test_every_model_is_fitted_with_its_report(example: QuoteChain, year: QuoteChain, model: str) -> None:
    # The series of variance gamma is the longer the nearer the expiry.
    fits = calibration.fit(year if model == "variance_gamma" else example, model)
    assert len(fits) == (3 if model in ("sabr", "svi") else 1)
    for fit in fits:
        assert fit.refusal is None
        assert fit.converged
        assert fit.newton_step < 1e-8
        document = fit.to_dict(sensitivities=True)
        assert set(document["by_quote"]) == {parameter.name for parameter in fit.parameters}
        assert set(document["residuals"]) == {str(row) for row in fit.rows}
        assert all((p.standard_error is None) == p.at_bound for p in fit.parameters)
    assert sum(len(fit.rows) for fit in fits) == (11 if model == "variance_gamma" else 33)


def test_a_smile_says_where_its_density_is_negative() -> None:
    # The slice of Vogt (Gatheral & Jacquier, 2014, example 3.1), quoted as far as its flaw reaches.
    vogt = _core.Svi(level=-0.041, wing_slope=0.1331, correlation=0.306, shift=0.3586, curvature=0.4153)
    expiry = _core.QuotedExpiry(
        years=1.0, forward=1.0, discount=1.0, types=[], strikes=[0.5, 2.5], prices=[], weights=[]
    )
    flaws = list(calibration._flaws(vogt, expiry))
    assert min(flaw["strike"] for flaw in flaws) > 1.7
    assert all(flaw["density"] < 0.0 for flaw in flaws)


def test_slices_that_cross_in_time_are_reported(example: QuoteChain, tmp_path: Path) -> None:
    assert [fit.crossings for fit in calibration.fit(example, "svi")] == [(), (), ()]
    lines = EXAMPLE.read_text().split()[1:]
    # June's prices two days before March's: the later slice has less total variance wherever both are quoted.
    near = [line for line in lines if ",2026-03-20," in line]
    later = [line.replace("2026-06-19", "2026-03-18") for line in lines if ",2026-06-19," in line]
    first, second = calibration.fit(read_quotes(table(tmp_path, *later, *near)), "svi")
    assert first.crossings == ()
    strikes = [crossing["strike"] for crossing in second.crossings]
    assert len(strikes) > 10
    assert strikes == sorted(strikes)
    assert strikes[0] >= 75.0
    assert strikes[-1] <= 125.0 * 1.01  # over the forward, which is another one
    assert all(crossing["variance"] < crossing["variance_before"] for crossing in second.crossings)
    assert second.to_dict()["calendar_crossings"] == list(second.crossings)


def test_a_fit_that_is_refused_carries_its_refusal(tmp_path: Path) -> None:
    kept = [line for line in EXAMPLE.read_text().split()[1:] if ",2026-03-20,9" in line or ",2026-03-20,100," in line]
    quotes = read_quotes(table(tmp_path, *kept))
    (fit,) = calibration.fit(quotes, "svi")
    assert fit.refusal is not None
    assert fit.to_dict()["refusal"]["code"] == "missing_quote"


def test_one_level_of_variance_holds_the_exponent_of_a_surface(year: QuoteChain) -> None:
    (fit,) = calibration.fit(year, "ssvi")
    assert fit.held == ("exponent",)
    assert fit.converged
    expiry = year.reading.chain[0]
    later = _core.QuotedExpiry(**{**expiry_fields(expiry), "years": 2.0 * expiry.years})
    found, held, first = calibration._ssvi([expiry, later])
    assert held == ("exponent",)
    assert first is not None
    assert first.code == "not_converged"
    assert found.model.variances[1] == pytest.approx(found.model.variances[0])


def test_what_failed_before_a_fit_was_held_is_told(year: QuoteChain) -> None:
    expiry = year.reading.chain[0]
    chain = [expiry, _core.QuotedExpiry(**{**expiry_fields(expiry), "years": 2.0 * expiry.years})]
    names = ("first", "second", "correlation", "steepness", "exponent")
    rows = (*year.rows[0], *year.rows[0])
    fit = calibration._made(None, rows, chain, calibration._ssvi, names)
    assert fit.to_dict()["failed_first"]["code"] == "not_converged"
    # An exponent that no surface has refuses the second fit as well: both are told.
    lost = calibration._made(None, rows, chain, partial(calibration._ssvi, held_exponent=0.9), names).to_dict()
    assert (lost["failed_first"]["code"], lost["refusal"]["code"]) == ("not_converged", "invalid_value")


def bumped(chain: list[_core.QuotedExpiry], place: int, index: int, by: float) -> list[_core.QuotedExpiry]:
    """Give the chain with one price moved."""
    fields = expiry_fields(chain[place])
    prices = list(fields["prices"])
    prices[index] += by
    return [*chain[:place], _core.QuotedExpiry(**{**fields, "prices": prices}), *chain[place + 1 :]]


def test_parameters_move_with_twenty_noisy_quotes_as_new_fits_say(example: QuoteChain) -> None:
    chain = list(example.reading.chain)
    bounds = calibration._ssvi_bounds(_core.ssvi_start(chain), 1e-3, 0.5)
    fit = _core.calibrate(chain, _core.ssvi_start(chain), *bounds)
    assert fit.residual_deviation > 1.0  # half spreads: the fit is not exact, so the residuals' curvature counts
    for place, index in [(e, i) for e in range(3) for i in range(11)][:20]:
        step = 1e-4

        def moved(by: float, place: int = place, index: int = index) -> np.ndarray:
            again = _core.calibrate(bumped(chain, place, index, by), fit.model, *bounds)
            assert again.newton_step < 1e-12
            return np.array(again.parameters)

        narrow = (moved(step) - moved(-step)) / (2.0 * step)
        wide = (moved(2.0 * step) - moved(-2.0 * step)) / (4.0 * step)
        # Richardson: what is left is of fourth order in the step, and rounding of 1e-13 over it.
        difference = narrow + (narrow - wide) / 3.0 - fit.by_quote[:, 11 * place + index]
        assert np.all(np.abs(difference) <= 1e-4 * np.max(np.abs(fit.by_quote), axis=1))


def test_sensitivities_hold_what_parity_implies(tmp_path: Path) -> None:
    kept = [line for line in EXAMPLE.read_text().split()[1:] if ",2026-12-18," in line]
    (place,) = (i for i, line in enumerate(kept) if ",105,call," in line)

    def level(by: float) -> tuple[float, float]:
        cells = kept[place].split(",")
        moved = ",".join((*cells[:5], *(f"{float(cell) + by:.6f}" for cell in cells[5:])))
        quotes = read_quotes(table(tmp_path, *kept[:place], moved, *kept[place + 1 :]))
        (fit,) = calibration.fit(quotes, "svi")
        return fit.parameters[0].value, fit.parameters[0].by_quote[fit.rows.index(place + 1)]

    (up, _), (down, _), (_, held) = level(1e-4), level(-1e-4), level(0.0)
    # A new reading of the table moves forward and discount too, which is many times what a central difference errs by.
    assert abs((up - down) / 2e-4 - held) > 0.01 * abs(held)


def expiry_fields(expiry: _core.QuotedExpiry) -> dict[str, Any]:
    names = ("years", "forward", "discount", "types", "strikes", "prices", "weights")
    return {name: getattr(expiry, name) for name in names}


def test_the_stale_quote_is_found_and_mended(example: QuoteChain) -> None:
    cells = surfaces.find_arbitrage(example)
    assert surfaces.count_by_kind(cells) == {"butterfly": 1}
    assert (cells[0].expiry, cells[0].strike) == ("2026-06-19", 115.0)
    assert cells[0].to_dict()["against"] == [
        {"expiry": "2026-06-19", "strike": 110.0},
        {"expiry": "2026-06-19", "strike": 120.0},
    ]
    mended = surfaces.repair(example)
    assert [quote.strike for quote in mended.moved] == [115.0, 110.0, 120.0]
    stale = mended.moved[0]
    assert stale.after < stale.before
    assert stale.volatility_after is not None
    assert stale.volatility_before is not None
    assert stale.volatility_after < stale.volatility_before
    assert _core.find_arbitrage(_core.calls_of(list(mended.chain)), 1e-14) == []
    assert mended.to_dict()["moved"] == 3


def test_calls_for_other_quotes_than_a_chain_has_are_refused(example: QuoteChain) -> None:
    chain = list(example.reading.chain)
    with pytest.raises(InvalidValue, match="calls = 0"):
        _core.with_calls(chain, [])
    short = _core.QuotedExpiry(**{**expiry_fields(chain[0]), "prices": [1.0]})
    for work in (_core.calls_of, _core.call_weights):
        with pytest.raises(InvalidValue, match="prices = 1"):
            work([short])


def test_a_price_without_a_volatility_has_none() -> None:
    expiry = _core.QuotedExpiry(
        years=1.0, forward=1.0, discount=1.0, types=[_core.OptionType.call], strikes=[1.0], prices=[2.0], weights=[1.0]
    )
    assert surfaces._volatility(expiry, 0) is None


def test_local_volatilities_of_a_repaired_chain_and_of_a_fitted_surface(example: QuoteChain) -> None:
    plan = _core.LocalVolatilityPlan(
        spot=100.0,
        rate=0.03,
        dividend_yield=0.01,
        times=[0.1, 0.2, 0.45, 0.9],
        low_spot=60.0,
        high_spot=160.0,
        columns=41,
    )
    (fit,) = calibration.fit(example, "ssvi")
    by_model = _core.dupire(fit.model, plan).grid
    by_quotes = _core.dupire(_core.calls_of(list(surfaces.repair(example).chain)), plan).grid
    assert by_model.times == plan.times
    at_spot = [20 + 41 * row for row in range(4)]
    # Eleven strikes five apart tell the local volatility at the forward to some points.
    assert [by_quotes.volatilities[i] for i in at_spot] == pytest.approx(
        [by_model.volatilities[i] for i in at_spot], abs=0.05
    )


def test_the_value_of_another_option_moves_with_the_quotes_through_the_fit(year: QuoteChain) -> None:
    chain = list(year.reading.chain)
    ladder = _core.StrikeLadder(type=_core.OptionType.call, expiry=0.6, strikes=[103.0])
    names = calibration._FIELDS["merton"]

    def fitted(quotes: list[_core.QuotedExpiry]) -> Any:
        return calibration._paths(quotes, "merton")

    def priced(fit: Any) -> float:
        return _core.contour(ladder, fit.model)[0].price

    fit = fitted(chain)
    slopes = _core.contour(ladder, fit.model, greeks=True)[0].by_parameter
    by_quote = fit.value_by_quote([getattr(slopes, name) for name in names])
    largest = max(map(abs, by_quote))
    for index in (2, 5, 8):
        step = 1e-3
        narrow, wide = (
            (priced(fitted(bumped(chain, 0, index, h))) - priced(fitted(bumped(chain, 0, index, -h)))) / (2.0 * h)
            for h in (step, 2.0 * step)
        )
        assert abs(narrow + (narrow - wide) / 3.0 - by_quote[index]) <= 1e-4 * largest
    with pytest.raises(InvalidValue):
        fit.value_by_quote([1.0])
