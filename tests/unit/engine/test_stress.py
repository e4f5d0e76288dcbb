"""The Python face of shocks: structs are values, what the core refuses is an exception with five fields."""

import pickle
from typing import Any

import pytest

from plimsoll import _core
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.refusals import InvalidValue, MissingQuote
from plimsoll.engine.stress import Shock, SpotSearch, StressSubject, UnderlyingShock
from plimsoll.engine.valuation import value
from stress_world import TREE, market, small_book

STILL = {
    "underlying": "AAA", "spot_relative": 0.0, "volatility_relative": 0.0, "volatility_shift": 0.0, "skew_shift": 0.0,
    "rate_bp": 0.0, "dividend_yield_bp": 0.0, "dividends_relative": 0.0,
}  # fmt: skip
LIMIT = {"inside": -0.3, "beyond": -0.31, "excess_inside": 10, "excess_beyond": -10}
MARGIN = {"equity": 1, "initial": 2, "maintenance": 3, "excess": 4, "call": 5, "shortfall": 6}
STRUCTS: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
    (UnderlyingShock, STILL, {**dict.fromkeys(STILL, 0.5), "underlying": "BBB"}),
    (Shock, {"moves": [], "volatility_floor": 0.05}, {"moves": [UnderlyingShock(**STILL)], "volatility_floor": 0.1}),
    (SpotSearch, {"lowest": -0.9, "highest": 1.0, "step": 0.1, "tolerance": 0.01},
     {"lowest": -0.8, "highest": 2.0, "step": 0.2, "tolerance": 0.02}),
    (_core.margin.StressedMargin, MARGIN, {name: 10 * cents for name, cents in MARGIN.items()}),
    (_core.margin.SpotLimit, LIMIT, {"inside": 0.3, "beyond": 0.31, "excess_inside": 20, "excess_beyond": -20}),
    (_core.margin.SpotLimits, {"excess": 1, "down": None, "up": None},
     {"excess": 2, "down": _core.margin.SpotLimit(**LIMIT), "up": _core.margin.SpotLimit(**LIMIT)}),
]  # fmt: skip
FIELDS = [(struct, fields, name, other[name]) for struct, fields, other in STRUCTS for name in fields]


@pytest.mark.parametrize(
    ("struct", "fields", "name", "other"), FIELDS, ids=[f"{s.__name__}.{n}" for s, _, n, _ in FIELDS]
)
def test_a_field_is_read_where_it_was_written_and_counts_everywhere(
    struct: Any, fields: dict[str, Any], name: str, other: Any
) -> None:
    plain, changed = struct(**fields), struct(**{**fields, name: other})
    assert pickle.loads(pickle.dumps(changed)) == changed != plain
    assert getattr(plain, name) == fields[name]
    assert getattr(changed, name) == other
    assert plain.digest != changed.digest
    assert all(getattr(changed, same) == fields[same] for same in fields if same != name)


def subject() -> StressSubject:
    book, on = small_book(), market()
    return StressSubject.of(book, value(book, on, TREE), on, shipped_pack(), TREE, 1)


def shock(**moves: Any) -> Shock:
    return Shock(moves=[UnderlyingShock(**{**STILL, **moves})], volatility_floor=0.05)


def test_a_shock_that_moves_nothing_gives_the_same_snapshot() -> None:
    assert subject().apply(shock()).digest == market().digest
    moved = subject().apply(shock(spot_relative=-0.2))
    assert moved.underlying("AAA").spot == 80.0
    assert moved.digest != market().digest


def test_the_core_refuses_what_makes_no_sense() -> None:
    with pytest.raises(InvalidValue) as negative:
        subject().apply(shock(spot_relative=-1.5))
    assert (negative.value.field, negative.value.value) == ("shock.AAA.spot_relative", "-1.5")
    with pytest.raises(MissingQuote) as unknown:
        subject().apply(shock(underlying="TULIP"))
    assert unknown.value.allowed == "one of: AAA, BBB, SP500"
    with pytest.raises(InvalidValue) as search:
        subject().spot_limits(SpotSearch(lowest=-2.0, highest=1.0, step=0.1, tolerance=0.01))
    assert search.value.field == "search.lowest"


def test_a_parallel_shock_moves_every_underlying() -> None:
    moved = subject().apply(_core.scenario.parallel_spot_shock(market().core, 0.1))
    assert [each.spot for each in moved.underlyings] == pytest.approx([110.0, 55.0, 1100.0])


def test_profits_are_those_of_the_whole_book() -> None:
    after = [subject().apply(shock(underlying="SP500", spot_relative=-0.1))]
    assert [str(profit) for profit in subject().profits(after)] == ["-5000.00"]
