from datetime import UTC, datetime, timedelta, timezone

import pytest

from plimsoll.vocabulary.clock import FixedClock, SystemClock, as_utc, parse_utc, utc_text
from plimsoll.vocabulary.errors import BadInput

_START = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)


def test_a_fixed_clock_moves_one_step_per_reading() -> None:
    clock = FixedClock(_START, timedelta(seconds=2))
    assert [clock.now(), clock.now()] == [_START, _START + timedelta(seconds=2)]


def test_a_fixed_clock_without_step_stands_still() -> None:
    clock = FixedClock(_START)
    assert clock.now() == clock.now() == _START


def test_the_system_clock_reads_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_time_in_another_zone_is_the_same_instant_in_utc() -> None:
    assert as_utc(datetime(2026, 11, 22, 18, 40, tzinfo=timezone(timedelta(hours=2)))) == _START


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="time_without_zone"):
        as_utc(datetime(2026, 11, 22))


def test_text_of_a_time_reads_back() -> None:
    assert utc_text(_START) == "2026-11-22T16:40:00.000000Z"
    assert parse_utc(utc_text(_START)) == _START


def test_text_that_is_no_time_is_refused() -> None:
    with pytest.raises(BadInput, match="not_a_time"):
        parse_utc("yesterday")
