"""Every field of every bound struct: one list gives the constructor, repr, equality, pickle, plain data and digest."""

import pickle
from datetime import date
from typing import Any

import pytest

from plimsoll import _core

OPTION = _core.OptionTerms(
    underlying="ABC",
    type=_core.OptionType.call,
    exercise=_core.Exercise.european,
    strike=1.5,
    expiry=date(2026, 1, 5),
)
GREEKS = _core.Greeks(delta=1.0, gamma=2.0, vega=3.0, theta=4.0, rho=5.0)
NO_GREEKS = _core.Greeks(delta=0.0, gamma=0.0, vega=0.0, theta=0.0, rho=0.0)
EVIDENCE = _core.Evidence(
    trade_digest="a", snapshot_digest="b", method_digest="c", method="d", library_version="e", seed=None, isa="f"
)
OBSERVED, ASSUMED = _core.Status.observed, _core.Status.assumed

# For each struct: its fields with a value and another one; each field is changed alone.
STRUCTS: dict[type, dict[str, tuple[Any, Any]]] = {
    _core.Error: {
        "code": (_core.ErrorCode.invalid_value, _core.ErrorCode.integrity),
        "field": ("strike", "spot"),
        "value": ("-1", "-2"),
        "allowed": (">= 0", "> 0"),
        "fix": ("mend it", "leave it"),
    },
    _core.OptionTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "strike": (1.5, 2.5),
        "expiry": (date(2026, 1, 5), date(1969, 12, 31)),
    },
    _core.AsianTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "fixings": ([date(2026, 1, 5)], []),
        "fixed": ([1.0], [2.0]),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
    },
    _core.StockTerms: {"underlying": ("ABC", "XYZ")},
    _core.FutureTerms: {"underlying": ("ABC", "XYZ"), "expiry": (date(2026, 1, 5), date(2026, 1, 6))},
    _core.Trade: {
        "id": ("T1", "T2"),
        "quantity": (1.0, -1.0),
        "multiplier": (100.0, 50.0),
        "terms": (OPTION, _core.StockTerms(underlying="ABC")),
    },
    _core.European: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.75),
    },
    _core.American: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.75),
    },
    _core.ArithmeticAsian: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "fixings": ([0.1, 0.2], [0.1]),
        "expiry": (0.5, 0.75),
        "past_count": (1, 2),
        "past_sum": (90.0, 91.0),
    },
    _core.Digital: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.cash, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "cash": (1.0, 2.0),
        "paid_strike": (0.0, 1.0),
        "expiry": (0.5, 0.75),
    },
    _core.Touch: {
        "payout": (_core.Payout.cash, _core.Payout.asset),
        "cash": (1.0, 2.0),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "settlement": (_core.Settlement.at_hit, _core.Settlement.at_expiry),
        "level": (1.5, 2.5),
        "expiry": (0.5, 0.75),
    },
    _core.Barrier: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.difference, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "cash": (1.0, 2.0),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "barrier": (1.0, 2.0),
        "rebate": (0.0, 1.0),
        "expiry": (0.5, 0.75),
    },
    _core.DoubleBarrier: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.difference, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "cash": (1.0, 2.0),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "lower": (1.0, 1.1),
        "upper": (2.0, 3.0),
        "expiry": (0.5, 0.75),
    },
    _core.SoftBarrier: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "lower": (1.0, 1.1),
        "upper": (2.0, 3.0),
        "expiry": (0.5, 0.75),
    },
    _core.Lookback: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "kind": (_core.LookbackStrike.floating, _core.LookbackStrike.fixed),
        "strike": (1.5, 2.5),
        "extremum": (1.0, 2.0),
        "expiry": (0.5, 0.75),
    },
    _core.Stock: {},
    _core.Future: {"expiry": (0.5, 0.75)},
    _core.CashDividend: {"ex_date": (date(2026, 1, 5), date(2026, 1, 6)), "amount": (1.0, 2.0)},
    _core.UnderlyingMarket: {
        "name": ("ABC", "XYZ"),
        "spot": (100.0, 101.0),
        "price_basis": (_core.PriceBasis.raw, _core.PriceBasis.adjusted),
        "rate": (_core.Curve.flat(0.01), _core.Curve.flat(0.02)),
        "rate_status": (OBSERVED, ASSUMED),
        "dividend_yield": (_core.Curve.flat(0.03), _core.Curve.flat(0.04)),
        "dividend_status": (OBSERVED, ASSUMED),
        "dividends": ([_core.CashDividend(ex_date=date(2026, 1, 5), amount=1.0)], []),
        "surface": (_core.VolatilitySurface.flat(0.2), _core.VolatilitySurface.flat(0.3)),
        "volatility_status": (OBSERVED, ASSUMED),
    },
    _core.ClosedForm: {},
    _core.LeisenReimer: {
        "steps": (101, 103),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
    },
    _core.CrankNicolson: {
        "space_steps": (100, 200),
        "time_steps": (50, 60),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
    },
    _core.IntegralEquation: {
        "nodes": (12, 13),
        "points": (14, 15),
        "steps": (4, 5),
        "price_points": (36, 37),
    },
    _core.BaroneAdesiWhaley: {},
    _core.BjerksundStensland: {"edition": (_core.BoundaryEdition.flat_1993, _core.BoundaryEdition.two_steps_2002)},
    _core.JuQuadratic: {},
    _core.Binomial: {
        "moves": (_core.BinomialMoves.jarrow_rudd, _core.BinomialMoves.tian),
        "steps": (100, 200),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
        "last_step": (_core.LastStep.payoff, _core.LastStep.black_scholes),
    },
    _core.Trinomial: {
        "steps": (100, 200),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
        "last_step": (_core.LastStep.payoff, _core.LastStep.black_scholes),
    },
    _core.RainbowLattice: {
        "steps": (100, 200),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
    },
    _core.Rainbow: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "underlying": (_core.RainbowUnderlying.best_of, _core.RainbowUnderlying.spread),
        "strike": (90.0, 95.0),
        "quantity_one": (1.0, 2.0),
        "quantity_two": (3.0, 4.0),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "exercise_dates": (0, 9),
        "expiry": (0.5, 0.75),
    },
    _core.Shout: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (90.0, 95.0),
        "expiry": (0.5, 0.75),
    },
    _core.TwoAssetBlackScholes: {
        "spot_one": (100.0, 101.0),
        "spot_two": (90.0, 91.0),
        "yield_one": (0.01, 0.02),
        "yield_two": (0.03, 0.04),
        "volatility_one": (0.2, 0.25),
        "volatility_two": (0.3, 0.35),
        "correlation": (0.5, -0.5),
        "rate": (0.05, 0.06),
    },
    _core.TwoAssetGreeks: {
        name: (float(place), -1.0)
        for place, name in enumerate(
            (
                "price",
                "delta_one",
                "delta_two",
                "gamma_one",
                "gamma_two",
                "cross_gamma",
                "vega_one",
                "vega_two",
                "by_correlation",
                "theta",
                "rho",
            )
        )
    },
    _core.MonteCarlo: {"paths": (1024, 2048), "seed": (1, 2**64 - 1), "threads": (1, 2)},
    _core.Greeks: {
        "delta": (1.0, 9.0),
        "gamma": (2.0, 9.0),
        "vega": (3.0, 9.0),
        "theta": (4.0, 9.0),
        "rho": (5.0, 9.0),
    },
    _core.Evidence: {
        "trade_digest": ("a", "z"),
        "snapshot_digest": ("b", "z"),
        "method_digest": ("c", "z"),
        "method": ("d", "z"),
        "library_version": ("e", "z"),
        "seed": (None, 7),
        "isa": ("f", "z"),
    },
    _core.Valuation: {
        "price": (1.0, 2.0),
        "greeks": (GREEKS, NO_GREEKS),
        "standard_error": (None, 0.5),
        "greek_standard_errors": (None, GREEKS),
        "error_estimate": (None, 1e-6),
        "flags": ([_core.Flag.assumed_rate], []),
        "evidence": (
            EVIDENCE,
            _core.Evidence(
                trade_digest="a",
                snapshot_digest="b",
                method_digest="c",
                method="d",
                library_version="e",
                seed=1,
                isa="f",
            ),
        ),
    },
    _core.BlackScholes: {
        "spot": (100.0, 101.0),
        "rate": (0.01, 0.02),
        "dividend_yield": (0.03, 0.04),
        "volatility": (0.2, 0.3),
    },
    _core.PricedGreeks: {"price": (1.0, 2.0), "greeks": (GREEKS, NO_GREEKS)},
    _core.MonteCarloResult: {
        "price": (1.0, 2.0),
        "standard_error": (0.1, 0.2),
        "greeks": (GREEKS, NO_GREEKS),
        "greek_errors": (GREEKS, NO_GREEKS),
        "variance_gain": (1.0, 3.0),
    },
    _core.Position: {
        "value": (1.0, 2.0),
        "greeks": (GREEKS, NO_GREEKS),
    },
}
FIELDS = [(struct, name) for struct, fields in STRUCTS.items() for name in fields]


def made(struct: type, **changes: Any) -> Any:
    return struct(**{name: values[0] for name, values in STRUCTS[struct].items()} | changes)


def test_every_bound_struct_is_walked() -> None:
    described = {
        bound
        for bound in vars(_core).values()
        if isinstance(bound, type) and "to_dict" in vars(bound) and "__setstate__" in vars(bound)
    }
    assert described - {_core.Curve, _core.VolatilitySurface} == set(STRUCTS)


@pytest.mark.parametrize(("struct", "name"), FIELDS, ids=[f"{s.__name__}.{n}" for s, n in FIELDS])
def test_a_field_is_read_where_it_was_written_and_counts_everywhere(struct: type, name: str) -> None:
    value, other = STRUCTS[struct][name]
    plain, changed = made(struct), made(struct, **{name: other})
    assert getattr(plain, name) == value
    assert getattr(changed, name) == other
    for unchanged in set(STRUCTS[struct]) - {name}:
        assert getattr(changed, unchanged) == getattr(plain, unchanged)
    assert plain != changed
    assert plain.digest != changed.digest
    assert plain.to_dict() != changed.to_dict()
    assert f"{name}={other!r}" in repr(changed)
    with pytest.raises(AttributeError):
        setattr(plain, name, other)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda s: s.__name__)
def test_a_struct_survives_pickling_and_equals_its_twin(struct: type) -> None:
    plain = made(struct)
    copy = pickle.loads(pickle.dumps(plain))
    assert copy == plain == made(struct)
    assert hash(copy) == hash(plain)
    assert copy.digest == plain.digest
    assert plain != "something else"
    assert set(plain.to_dict()) == set(STRUCTS[struct])


@pytest.mark.parametrize("struct", [s for s, fields in STRUCTS.items() if fields], ids=lambda s: s.__name__)
def test_every_field_must_be_given_by_name(struct: type) -> None:
    with pytest.raises(TypeError):
        struct()


def test_curves_and_surfaces_are_values_that_refuse_nonsense() -> None:
    curve = _core.Curve.from_zero_rates([0.5, 1.0], [0.01, 0.03])
    surface = _core.VolatilitySurface.skewed(0.2, -0.1)
    for value in (curve, surface):
        assert pickle.loads(pickle.dumps(value)) == value
        assert value.digest.startswith("sha256:")
    assert curve.zero_rate(0.75) == pytest.approx(0.02, abs=1e-15)
    assert curve.discount_factor(0.0) == 1.0
    assert curve.shifted(0.01).rates == [0.02, 0.04]
    assert surface.shifted(0.1).atm == pytest.approx(0.3, abs=1e-15)
    assert surface.volatility(100.0, 100.0, 1.0) == 0.2
    with pytest.raises(Exception, match="invalid_value"):
        _core.Curve.flat(float("nan"))


def test_a_snapshot_is_a_value_and_a_change_gives_another() -> None:
    market = made(_core.UnderlyingMarket)
    snapshot = _core.Snapshot.make(date(2026, 1, 5), [market])
    assert pickle.loads(pickle.dumps(snapshot)) == snapshot
    assert hash(pickle.loads(pickle.dumps(snapshot))) == hash(snapshot)
    assert snapshot.underlyings == [market]
    assert snapshot.underlying("ABC") == market
    assert "2026-01-05" in repr(snapshot)
    changed = snapshot.replaced(made(_core.UnderlyingMarket, spot=101.0))
    assert changed != snapshot
    assert changed.digest != snapshot.digest
    assert snapshot.underlying("ABC").spot == 100.0
    with pytest.raises(Exception, match="missing_quote"):
        snapshot.underlying("NONE")
    with pytest.raises(TypeError):
        _core.Snapshot.make("2026-01-05", [market])
