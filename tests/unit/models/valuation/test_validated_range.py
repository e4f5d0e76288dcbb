"""The validated range of the option valuation: data of the inventory, a flag on each value outside."""

from typing import Any

import pytest

from books import book, option, snapshot, underlying
from plimsoll.engine.book import read_book
from plimsoll.engine.methods import BestMethod, LeisenReimer
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.engine.valuation import value
from plimsoll.governance.policy import shipped_models
from plimsoll.models.valuation import validated_range
from plimsoll.validation.catalogue import load_catalogue

(LIMITS,) = [m.validated_range for m in shipped_models() if m.model_id == validated_range.MODEL_ID]
STOCK = {"trade_id": "stock", "kind": "stock", "underlying": "AAA", "quantity": 100}
TREE = LeisenReimer(201)


def market(volatility: float) -> Snapshot:
    return read_snapshot(
        snapshot(AAA=underlying(volatility={"kind": "flat", "value": volatility, "status": "ASSUMED"}))
    )


def flags(volatility: float, *positions: dict[str, Any]) -> dict[str, list[str]]:
    subject, quotes = read_book(book(*positions)), market(volatility)
    plain = value(subject, quotes, TREE)
    marked = validated_range.mark(plain, subject, quotes, LIMITS)
    assert [outcome.value for outcome in marked.outcomes] == [outcome.value for outcome in plain.outcomes]
    return {
        outcome.trade_id: [flag for flag in outcome.valuation.flags if "outside" in flag]
        for outcome in marked.outcomes
        if outcome.valuation is not None
    }


def test_the_range_of_the_record_is_the_range_that_is_drawn_for_the_replication() -> None:
    drawn = load_catalogue().definition("VAL-REP-01").setting("ranges")
    assert {name: list(bounds) for name, bounds in LIMITS.items()} == {name: drawn[name] for name in LIMITS}
    assert set(LIMITS) == {"moneyness", "days", "volatility", "rate", "dividend_yield"}


@pytest.mark.parametrize(
    ("volatility", "expected"),
    [
        (0.04, ["volatility_outside_validated_range"]),
        (0.05, []),
        (1.5, []),
        (1.51, ["volatility_outside_validated_range"]),
    ],
)
def test_an_option_valued_with_a_volatility_beyond_the_range_is_flagged(volatility: float, expected: list[str]) -> None:
    assert flags(volatility, STOCK, option("near")) == {"stock": [], "near": expected}


def test_each_quantity_outside_has_its_flag() -> None:
    found = flags(2.0, option("far", strike=250.0, expiry="2024-03-15"))
    assert found["far"] == [f"{name}_outside_validated_range" for name in ("moneyness", "days", "volatility")]


def test_a_strike_of_zero_has_no_moneyness_inside() -> None:
    assert flags(0.3, option("free", strike=0.0))["free"] == ["moneyness_outside_validated_range"]


def test_refused_expired_and_unquoted_options_are_left_out() -> None:
    bad, gone = option("bad", strike=-1.0), option("gone", expiry="2020-01-02")
    assert flags(2.0, STOCK, bad, gone, option("unknown", underlying="ZZZ")) == {"stock": []}


def test_the_volatility_is_read_where_the_model_reads_it() -> None:
    skewed = {"kind": "skewed", "atm": 0.3, "skew": -0.4, "status": "ASSUMED"}
    dividend = {"ex_date": "2020-05-15", "amount": 3.0}
    curved = read_snapshot(snapshot(AAA=underlying(volatility=skewed, cash_dividends=[dividend])))
    subject = read_book(book(option("low", strike=80.0, exercise="american")))
    trades = [position.trade for position in subject.positions if position.trade is not None]
    found = validated_range.conditions(trades, curved)["low"]
    flat = {"kind": "flat", "value": found["volatility"], "status": "ASSUMED"}
    even = read_snapshot(snapshot(AAA=underlying(volatility=flat, cash_dividends=[dividend])))
    assert found["volatility"] > 0.3
    assert value(subject, curved, TREE).outcomes[0].value == value(subject, even, TREE).outcomes[0].value


def test_a_product_that_the_record_prohibits_is_flagged() -> None:
    touch = {
        "trade_id": "touch", "kind": "touch", "underlying": "AAA", "payout": "cash", "amount": 1.0, "direction": "up",
        "knock": "knock_in", "settlement": "at_hit", "level": 120.0, "state": "alive", "expiry": "2020-09-18",
        "quantity": 1, "multiplier": 1,
    }  # fmt: skip
    subject, quotes = read_book(book(STOCK, option("near"), touch)), market(0.3)
    marked = validated_range.mark(value(subject, quotes, BestMethod()), subject, quotes, LIMITS)
    found = [outcome.valuation.flags for outcome in marked.outcomes if outcome.valuation is not None]
    assert ["product_outside_validated_range" in each for each in found] == [False, False, True]
