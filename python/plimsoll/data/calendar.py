"""The days on which a dataset should have a row, and the moment when a session closes."""

import warnings
from datetime import UTC, date, datetime, timedelta
from typing import Any

from plimsoll.vocabulary.errors import BadInput

EXCHANGE = "XNYS"
_SATURDAY = 5


def expected_days(calendar: str, first: date, last: date) -> list[date]:
    """Give the days from first to last on which the calendar has a row.

    Parameters
    ----------
    calendar : str
        ``XNYS`` for sessions of the New York Stock Exchange, ``weekdays`` for Monday to Friday.
    first, last : date
        Both included.

    Raises
    ------
    BadInput
        If the calendar is unknown.
    """
    if calendar == EXCHANGE:
        return list(session_closes(first, last))
    if calendar == "weekdays":
        days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        return [day for day in days if day.weekday() < _SATURDAY]
    raise BadInput(
        "unknown_calendar",
        field="calendar",
        value=calendar,
        allowed=f"{EXCHANGE}, weekdays",
        fix="name one of these in the source",
    )


def session_closes(first: date, last: date) -> dict[date, datetime]:
    """Give the close in UTC of each session of the New York Stock Exchange from first to last, early closes included.

    References
    ----------
    exchange_calendars, calendar XNYS; start and end are passed because its default span depends on today.
    """
    calendar = _exchange(first, last)
    return {
        label.date(): close.to_pydatetime().astimezone(UTC)
        for label, close in calendar.closes.loc[first.isoformat() : last.isoformat()].items()
    }


def _exchange(first: date, last: date) -> Any:
    # Imported here: pandas behind it costs half a second that most commands do not need.
    import exchange_calendars

    margin = timedelta(days=10)
    with warnings.catch_warnings():
        # exchange_calendars 4.13 uses a call that pandas 3.1 announces to change; its result is the one wanted.
        warnings.simplefilter("ignore", DeprecationWarning)
        return exchange_calendars.get_calendar(EXCHANGE, start=first - margin, end=last + margin)
