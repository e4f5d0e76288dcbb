"""What validation is handed about risk and margin."""

from dataclasses import replace
from datetime import date

import pytest

from plimsoll.validation.inputs import BacktestSeries, TailReproduction
from plimsoll.vocabulary.errors import BadInput
from report_records import sample_replays


def series() -> BacktestSeries:
    days = (date(2020, 3, 9), date(2020, 3, 10), date(2020, 3, 11))
    return BacktestSeries("A01", "fhs", 0.01, 0.025, days, (-11.0, -10.0, 5.0), (10.0,) * 3, (12.0,) * 3, (9.0,) * 3)


def test_an_exception_is_a_loss_beyond_the_value_at_risk_and_not_one_equal_to_it() -> None:
    assert series().hits() == [1, 0, 0]


def test_series_of_unequal_length_are_refused() -> None:
    with pytest.raises(BadInput, match="unequal_length; backtest A01/fhs"):
        replace(series(), profit=(1.0,))


def test_the_digest_of_a_series_changes_with_one_profit() -> None:
    assert series().digest() != replace(series(), profit=(-11.0, -10.0, 5.5)).digest()


def test_the_digest_of_a_replay_changes_with_one_cent() -> None:
    replay = sample_replays()[0]
    first, *rest = replay.days
    assert replay.digest() != replace(replay, days=(replace(first, call=first.call + 1), *rest)).digest()


def test_the_digest_of_a_reproduction_changes_with_one_close() -> None:
    one = TailReproduction("A01", "fhs", date(2020, 3, 9), 0.01, {"X": (1.0, 2.0)}, {"X": 100.0}, {"decay": 0.94}, 5.0)
    assert one.digest() != replace(one, closes={"X": (1.0, 2.1)}).digest()
