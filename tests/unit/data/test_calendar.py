"""Calendars: which days a dataset should have, and when a session closes."""

from datetime import UTC, date, datetime

import pytest

from plimsoll.data.calendar import expected_days, session_closes
from plimsoll.vocabulary.errors import BadInput


def test_sessions_leave_out_holidays_and_mourning_days() -> None:
    days = expected_days("XNYS", date(2001, 9, 7), date(2001, 9, 18))
    assert days == [date(2001, 9, 7), date(2001, 9, 10), date(2001, 9, 17), date(2001, 9, 18)]


def test_closes_are_in_utc_and_early_closes_are_early() -> None:
    closes = session_closes(date(2008, 11, 26), date(2008, 12, 1))
    assert closes[date(2008, 11, 26)] == datetime(2008, 11, 26, 21, 0, tzinfo=UTC)
    assert closes[date(2008, 11, 28)] == datetime(2008, 11, 28, 18, 0, tzinfo=UTC)


def test_weekdays_are_monday_to_friday() -> None:
    assert expected_days("weekdays", date(2020, 1, 3), date(2020, 1, 6)) == [date(2020, 1, 3), date(2020, 1, 6)]


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown_calendar"):
        expected_days("XMARS", date(2020, 1, 1), date(2020, 1, 2))
