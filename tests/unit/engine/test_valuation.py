import math
import subprocess
import sys
from datetime import date
from typing import Any

import numpy as np
import pytest

import plimsoll
from engine_documents import asian, book, exotics, future, option, snapshot, stock, underlying
from plimsoll import (
    American,
    Asian,
    BaroneAdesiWhaley,
    BestMethod,
    Binomial,
    BinomialMoves,
    BjerksundStensland,
    BoundaryEdition,
    ClosedForm,
    CrankNicolson,
    European,
    Extrapolation,
    Future,
    IntegralEquation,
    JuQuadratic,
    LastStep,
    LeisenReimer,
    MonteCarlo,
    OptionType,
    Stock,
    Trade,
    Trinomial,
    best_method,
    default_method,
    read_book,
    read_snapshot,
    value,
)
from plimsoll.engine.bulk import STATUS_NAMES, value_options
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.refusals import ExpiredProduct, InvalidValue, MissingQuote, Unsupported, refusal
from plimsoll.vocabulary.errors import BadInput, CheckFailed

MARKET = read_snapshot(snapshot())
EXPIRY = date(2026, 7, 17)
TREE = LeisenReimer(steps=101)


def call(**changes: Any) -> Trade:
    terms = {"underlying": "ABC", "type": OptionType.call, "strike": 100.0, "expiry": EXPIRY} | changes
    return Trade.of(European(**terms))


def black_scholes_call(spot: float, strike: float, years: float, rate: float, yield_: float, vol: float) -> float:
    def cdf(x: float) -> float:
        return 0.5 * math.erfc(-x / math.sqrt(2.0))

    width = vol * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate - yield_) * years) / width + 0.5 * width
    return spot * math.exp(-yield_ * years) * cdf(d1) - strike * math.exp(-rate * years) * cdf(d1 - width)


def test_one_trade_gives_price_greeks_by_name_flags_and_evidence() -> None:
    result = value(call(), MARKET, ClosedForm())
    years = (EXPIRY - date(2026, 1, 5)).days / 365.0
    assert result.price == pytest.approx(black_scholes_call(100, 100, years, 0.03, 0.01, 0.25), abs=1e-12)
    assert set(result.sensitivities) == {"delta", "gamma", "vega", "theta", "rho"}
    assert result.standard_error is None
    assert result.flags == ("assumed_dividends", "assumed_volatility")
    assert result.evidence.snapshot_digest == MARKET.digest
    assert result.evidence.trade_digest == call().to_core().digest
    assert result.evidence.seed is None
    assert result.to_dict()["evidence"]["library_version"] == plimsoll.__version__


@pytest.mark.parametrize("method", [TREE, CrankNicolson(), LeisenReimer(201, Extrapolation.none)])
def test_lattice_and_grid_agree_with_the_formula(method: MethodSpec) -> None:
    exact = value(call(), MARKET, ClosedForm())
    result = value(call(), MARKET, method)
    assert result.price == pytest.approx(exact.price, abs=2e-4)
    assert result.sensitivities["delta"] == pytest.approx(exact.sensitivities["delta"], abs=1e-3)


def test_simulation_gives_standard_errors_and_the_same_bits_on_two_threads() -> None:
    one = value(call(), MARKET, MonteCarlo(paths=8192, seed=7))
    two = value(call(), MARKET, MonteCarlo(paths=8192, seed=7, threads=2))
    assert one == two
    assert one.evidence.seed == 7
    assert one.standard_error is not None
    assert one.sensitivity_standard_errors is not None
    assert abs(one.price - value(call(), MARKET, ClosedForm()).price) < 5 * one.standard_error
    assert set(one.to_dict()["sensitivity_standard_errors"]) == set(one.sensitivities)


def test_at_expiry_an_option_is_worth_its_payoff() -> None:
    assert value(call(strike=90.0, expiry=date(2026, 1, 5)), MARKET, TREE).price == 10.0


def test_after_expiry_an_option_is_refused_as_expired() -> None:
    with pytest.raises(ExpiredProduct) as caught:
        value(call(expiry=date(2026, 1, 4)), MARKET, TREE)
    assert (caught.value.field, caught.value.value) == ("expiry", "2026-01-04")
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("trade", "method", "kind", "field"),
    [
        (call(underlying="NONE"), TREE, MissingQuote, "underlying"),
        (call(strike=-1.0), TREE, InvalidValue, "strike"),
        (call(strike=math.nan), TREE, InvalidValue, "strike"),
        (Trade.of(American("ABC", OptionType.put, 100.0, EXPIRY)), ClosedForm(), Unsupported, "method"),
        (call(), LeisenReimer(steps=100), InvalidValue, "steps"),
    ],
)
def test_one_bad_trade_raises_the_typed_exception(
    trade: Trade, method: MethodSpec, kind: type[CheckFailed], field: str
) -> None:
    with pytest.raises(kind) as caught:
        value(trade, MARKET, method)
    assert caught.value.field == field
    assert caught.value.allowed
    assert caught.value.fix


def test_a_book_gives_one_outcome_a_position_and_a_bad_one_ends_nothing() -> None:
    positions = [
        stock(),
        option(),
        future(),
        option("O2", strike="high"),
        option("O3", expiry="2025-01-17"),
        stock("S2", underlying="NONE"),
        asian(),
        option("O4", strike=float("nan")),
    ]
    valued = value(read_book(book(*positions)), MARKET, TREE, threads=2)
    assert [outcome.trade_id for outcome in valued.outcomes] == ["S1", "O1", "F1", "O2", "O3", "S2", "A1", "O4"]
    codes = [outcome.refusal.code if outcome.refusal else None for outcome in valued.outcomes]
    expected = [None, None, None, "invalid_value", "expired_product", "missing_quote", "unsupported", "invalid_value"]
    assert codes == expected
    assert valued.failed == 5
    first, put = valued.outcomes[:2]
    assert first.value == -20000.0
    assert put.valuation is not None
    assert put.position_sensitivities is not None
    assert put.value == -200.0 * put.valuation.price
    assert put.position_sensitivities["delta"] == -200.0 * put.valuation.sensitivities["delta"]
    document = valued.to_dict()
    assert (document["valued"], document["failed"]) == (3, 5)
    assert document["method"] == {"kind": "LeisenReimer", "steps": 101, "extrapolation": "richardson"}


def test_a_refused_underlying_refuses_its_trades_with_its_own_reason() -> None:
    market = read_snapshot(
        snapshot(ABC=underlying(volatility={"kind": "flat", "value": -0.2, "status": "ASSUMED"}), XYZ=underlying(40.0))
    )
    valued = value(read_book(book()), market, TREE)
    assert [outcome.refusal is None for outcome in valued.outcomes] == [False, False, True]
    bad = valued.outcomes[1].refusal
    assert bad is not None
    assert (bad.field, bad.value) == ("underlyings.ABC.volatility", "-0.2")


def test_threads_change_no_bit_and_a_second_run_repeats_the_first() -> None:
    read = read_book(book(*[option(f"O{i}", strike=80.0 + i) for i in range(40)]))
    assert value(read, MARKET, TREE, threads=1) == value(read, MARKET, TREE, threads=2) == value(read, MARKET, TREE)


def test_trades_without_a_book_give_outcomes_too() -> None:
    trades = [Trade.of(Stock("ABC")), Trade.of(Future("XYZ", EXPIRY), quantity=-2.0, multiplier=50.0, trade_id="f")]
    valued = value(trades, MARKET, ClosedForm())
    assert [outcome.kind for outcome in valued.outcomes] == ["Stock", "Future"]
    assert valued.outcomes[0].value == 100.0
    assert valued.outcomes[1].value is None
    assert valued.outcomes[1].refusal is None
    assert valued.outcomes[1].valuation is not None
    assert valued.to_table()["value"].to_pylist() == [100.0, None]


def test_a_future_is_worth_its_variation_since_entry() -> None:
    read = read_book(book(future(), future("F2", quantity=-3), future("F3", entry_price=39.5 + 1e-9)))
    long, short, _ = valued = value(read, MARKET, ClosedForm()).outcomes
    forward = 40.0 * math.exp((0.03 - 0.01) * (date(2026, 6, 19) - date(2026, 1, 5)).days / 365.0)
    assert long.valuation is not None
    assert long.valuation.price == pytest.approx(forward, abs=1e-12)
    assert long.value == pytest.approx((forward - 39.5) * 50, abs=1e-10)
    assert short.value == pytest.approx(-3 * (forward - 39.5) * 50, abs=1e-10)
    assert long.position_sensitivities is not None
    assert long.position_sensitivities["delta"] == 50.0 * long.valuation.sensitivities["delta"]
    assert all(outcome.refusal is None for outcome in valued)


def test_a_refused_row_keeps_what_could_be_read_of_it() -> None:
    valued = value(read_book(book(option("O2", strike="high"), option("O3", quantity="two"), "nothing")), MARKET, TREE)
    shown = [(o["underlying"], o["quantity"], o["multiplier"]) for o in valued.to_dict()["outcomes"]]
    assert shown == [("ABC", -2.0, 100.0), ("ABC", None, 100.0), (None, None, None)]
    assert valued.to_table()["quantity"].to_pylist() == [-2.0, None, None]
    assert valued.to_table()["underlying"].to_pylist() == ["ABC", "ABC", None]


def test_the_arrow_table_has_a_row_a_position_with_figures_or_refusal() -> None:
    table = value(read_book(book(stock(), option("O2", strike=-3.0))), MARKET, TREE).to_table()
    rows = table.to_pylist()
    assert rows[0]["price"] == 100.0
    assert rows[0]["position_delta"] == -200.0
    assert rows[0]["flags"] == []
    assert rows[0]["refusal_code"] is None
    assert rows[1]["price"] is None
    assert (rows[1]["refusal_code"], rows[1]["refusal_field"]) == ("invalid_value", "strike")
    assert table.schema.metadata[b"snapshot_digest"].decode() == MARKET.digest


def test_default_method_is_named_for_each_product_and_taken_by_nobody_unasked() -> None:
    put = American("ABC", OptionType.put, 100.0, EXPIRY)
    average = Asian("ABC", OptionType.call, 100.0, (EXPIRY,), (), EXPIRY)
    assert default_method(Trade.of(put), MARKET) == LeisenReimer(201, Extrapolation.richardson)
    assert default_method(call(), MARKET) == ClosedForm()
    assert default_method(Trade.of(average), MARKET) == MonteCarlo(65536, 1, 1)
    assert value(Trade.of(average), MARKET, default_method(Trade.of(average), MARKET)).standard_error is not None
    with pytest.raises(ExpiredProduct):
        default_method(call(expiry=date(2020, 1, 1)), MARKET)


def test_a_mixed_book_is_valued_each_trade_by_its_best_method() -> None:
    positions = [
        option(),
        option("O2", exercise="european"),
        asian(),
        stock(),
        future(),
        *exotics(),
        option("O3", strike=-1),
    ]
    valued = value(read_book(book(*positions)), MARKET, BestMethod(), threads=2)
    assert valued.method == {"kind": "BestMethod"}
    methods = [outcome.valuation.method if outcome.valuation else None for outcome in valued.outcomes]
    assert methods == ["IntegralEquation", "ClosedForm", "CrankNicolson", *["ClosedForm"] * 15, None]
    american, _, average = (outcome.valuation for outcome in valued.outcomes[:3])
    assert american is not None
    assert american.error_estimate is not None
    assert average is not None
    assert (average.evidence.seed, average.error_estimate is not None) == (None, True)
    trades = [position.trade for position in read_book(book(*positions)).positions]
    for trade, outcome in zip(trades, valued.outcomes, strict=True):
        if outcome.valuation is not None:
            assert trade is not None
            assert value(trade, MARKET, best_method(trade, MARKET)) == outcome.valuation
    assert value(trades[0], MARKET, BestMethod()) == american if trades[0] else False


def test_settings_of_every_method_survive_the_core() -> None:
    from plimsoll.engine.methods import method_of_core

    for method in (
        ClosedForm(),
        TREE,
        CrankNicolson(100, 50, Extrapolation.none),
        MonteCarlo(1024, 5, 2),
        IntegralEquation(9, 10, 3, 20),
        IntegralEquation.fast(),
        BaroneAdesiWhaley(),
        BjerksundStensland(BoundaryEdition.flat_1993),
        JuQuadratic(),
        Binomial(BinomialMoves.tian, 100, Extrapolation.none, LastStep.payoff),
        Trinomial(100, Extrapolation.none, LastStep.payoff),
    ):
        assert method_of_core(method.to_core()) == method
        assert method.to_dict()["kind"] == type(method).__name__


def test_the_sizes_of_the_integral_equation_are_those_of_the_core() -> None:
    assert IntegralEquation.accurate() == IntegralEquation()
    put = Trade.of(American("ABC", OptionType.put, 105.0, EXPIRY))
    exact = value(put, MARKET, IntegralEquation(nodes=32, points=48, steps=8, price_points=200))
    for method in (IntegralEquation.fast(), IntegralEquation.accurate(), IntegralEquation.high_precision()):
        found = value(put, MARKET, method)
        assert found.error_estimate is not None
        assert abs(found.price - exact.price) <= found.error_estimate
        assert found.to_dict()["error_estimate"] == found.error_estimate
    assert value(put, MARKET, TREE).error_estimate is None


def test_every_lattice_stays_near_the_exact_american_price_and_its_sensitivities() -> None:
    put = Trade.of(American("ABC", OptionType.put, 105.0, EXPIRY))
    exact = value(put, MARKET, IntegralEquation())
    for method in (*(Binomial(moves, 400) for moves in BinomialMoves), Trinomial(400)):
        found = value(put, MARKET, method)
        assert found.price == pytest.approx(exact.price, abs=3e-3)
        assert found.sensitivities["vega"] == pytest.approx(exact.sensitivities["vega"], abs=0.1)
        assert found.sensitivities["rho"] == pytest.approx(exact.sensitivities["rho"], abs=0.2)


def test_approximations_of_an_american_option_stay_near_the_exact_price() -> None:
    put = Trade.of(American("ABC", OptionType.put, 105.0, EXPIRY))
    exact = value(put, MARKET, IntegralEquation()).price
    assert value(put, MARKET, BaroneAdesiWhaley()).price == pytest.approx(exact, abs=0.05)
    assert value(put, MARKET, JuQuadratic()).price == pytest.approx(exact, abs=0.03)
    for edition in BoundaryEdition:
        assert exact - 0.05 < value(put, MARKET, BjerksundStensland(edition)).price <= exact


def test_rows_have_an_error_estimate_where_the_method_gives_one() -> None:
    assert (value_options(columns(), IntegralEquation(), error_estimate=True)["error_estimate"] < 1e-5).all()
    assert np.isnan(value_options(columns(), TREE, error_estimate=True)["error_estimate"]).all()
    given = columns() | {"spot": [100.0, math.nan, 100.0]}
    assert np.isnan(value_options(given, IntegralEquation(), error_estimate=True)["error_estimate"][1])
    formula = value_options(columns() | {"exercise": [0, 0, 1]}, ClosedForm(), error_estimate=True)
    assert np.isnan(formula["error_estimate"]).all()


def columns(rows: int = 3) -> dict[str, Any]:
    return {
        "type": np.zeros(rows, dtype=np.uint8),
        "exercise": np.ones(rows, dtype=np.uint8),
        "spot": np.full(rows, 100.0),
        "strike": np.linspace(90.0, 110.0, rows),
        "years": np.full(rows, 0.5),
        "rate": np.full(rows, 0.03),
        "dividend_yield": np.full(rows, 0.01),
        "volatility": np.full(rows, 0.25),
    }


def test_columns_give_what_trades_give() -> None:
    given = columns(1) | {"strike": [105.0], "years": [193 / 365], "type": [1]}
    result = value_options(given, TREE, threads=2)
    trade = value(Trade.of(American("ABC", OptionType.put, 105.0, EXPIRY)), MARKET, TREE)
    assert result["price"][0] == trade.price
    assert result["vega"][0] == trade.sensitivities["vega"]
    assert set(value_options(given, TREE, greeks=False)) == {"price", "status"}


def test_a_bad_row_has_a_status_that_is_named() -> None:
    given = columns()
    given["spot"][1] = math.nan
    result = value_options(given, TREE)
    assert [STATUS_NAMES[status] for status in result["status"]] == ["valued", "invalid_value", "valued"]
    assert math.isnan(result["price"][1])


def test_rows_may_have_cash_dividends() -> None:
    dividends = {"dividend_offsets": [0, 1, 1, 1], "dividend_years": [0.25], "dividend_amounts": [5.0]}
    plain, paying = value_options(columns(), TREE), value_options(columns() | dividends, TREE)
    assert paying["price"][0] < plain["price"][0]
    assert paying["price"][1] == plain["price"][1]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"colour": [1.0]}, "unknown_column", "colour"),
        ({"spot": ["dear"]}, "wrong_column", "spot"),
        ({"spot": [[1.0, 2.0, 3.0]]}, "wrong_column", "spot"),
        ({"type": [-1, 0, 0]}, "wrong_column", "type"),
    ],
)
def test_columns_that_are_no_table_are_bad_input(change: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        value_options(columns() | change, TREE)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_missing_column_is_named_and_unequal_ones_are_refused() -> None:
    given = columns()
    del given["rate"]
    with pytest.raises(BadInput) as caught:
        value_options(given, TREE)
    assert (caught.value.code, caught.value.field) == ("missing_column", "rate")
    with pytest.raises(InvalidValue) as refused:
        value_options(columns() | {"rate": [0.1]}, TREE)
    assert refused.value.field == "rate"


def test_an_unknown_code_is_still_a_refusal() -> None:
    assert type(refusal("integrity", "a", "b", "c", "d")) is CheckFailed


def test_public_names_are_looked_up_and_unknown_ones_are_not_there() -> None:
    for name in plimsoll.__all__:
        assert getattr(plimsoll, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        getattr(plimsoll, "nothing_of_that_name")  # noqa: B009


def test_import_is_quick_and_loads_no_library() -> None:
    script = "import sys, plimsoll; sys.exit(any(m in sys.modules for m in ('numpy', 'pyarrow', 'plimsoll._core')))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
