"""Assumed parameters come from a dated pack, with their status."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.data.assumptions import MARKET_PACK, read_market_parameters, steps_of
from plimsoll.data.packs import read_pack
from plimsoll.vocabulary.errors import BadInput


def test_the_pack_says_that_it_is_assumed_and_why() -> None:
    document = read_pack("market", MARKET_PACK).document
    assert document["status"] == "ASSUMED"
    assert all("ssumed" in document[table]["words"] for table in ("rates", "index_dividend_yields"))


def test_parameters_carry_the_digest_of_their_pack() -> None:
    assert read_market_parameters().digest == read_pack("market", MARKET_PACK).digest


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(1980, 1, 1), 0.075),
        (date(2008, 8, 31), 0.02),
        (date(2008, 9, 1), 0.016),
        (date(2020, 3, 15), 0.007),
        (date(2020, 3, 16), 0.001),
        (date(2030, 1, 1), 0.042),
    ],
)
def test_rates_hold_from_their_date_to_the_next(day: date, rate: float) -> None:
    assert read_market_parameters().rates.at(day) == rate


@settings(deadline=None)
@given(st.dates(date(1985, 1, 1), date(2025, 1, 1)))
def test_levels_never_come_from_a_later_step(day: date) -> None:
    rates = read_market_parameters().rates
    known = [value for start, value in zip(rates.dates, rates.values, strict=True) if start <= day]
    assert rates.at(day) == (known or rates.values)[-1 if known else 0]


@pytest.mark.parametrize("days", [[], [date(2020, 1, 2), date(2020, 1, 2)]], ids=["empty", "twice the same"])
def test_steps_out_of_order_are_refused(days: list[date]) -> None:
    with pytest.raises(BadInput, match="steps_out_of_order"):
        steps_of("rates", {"steps": [[day.isoformat(), 0.01] for day in days]})


def test_steps_move_by_at_most_a_few_points() -> None:
    for steps in (read_market_parameters().rates, read_market_parameters().index_dividend_yields):
        assert all(0.0 <= value < 0.1 for value in steps.values)
        assert steps.dates[-1] - steps.dates[0] > timedelta(days=30 * 365)
