"""The clock port: time is an argument, never looked up."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from plimsoll.vocabulary.errors import BadInput


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Give the present time in UTC."""


class SystemClock:
    """The machine's clock; only the composition root makes one."""

    def now(self) -> datetime:
        """Give the present time in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that starts at a given time and moves one step per reading.

    Parameters
    ----------
    start : datetime
        First reading; must carry a time zone.
    step : timedelta
        What each reading adds to the next.
    """

    def __init__(self, start: datetime, step: timedelta = timedelta(0)) -> None:
        self._next = as_utc(start)
        self._step = step

    def now(self) -> datetime:
        """Give the present reading and move on by one step."""
        reading = self._next
        self._next = reading + self._step
        return reading


def as_utc(time: datetime) -> datetime:
    """Give the same instant in UTC.

    Raises
    ------
    BadInput
        If the time carries no zone.
    """
    if time.tzinfo is None:
        raise BadInput(
            "time_without_zone",
            field="time",
            value=time.isoformat(),
            allowed="a time with a zone",
            fix="add the zone, for instance +00:00",
        )
    return time.astimezone(UTC)


def utc_text(time: datetime) -> str:
    """Give a time as ``YYYY-MM-DDTHH:MM:SS.ffffffZ``, which sorts as it flows."""
    return as_utc(time).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_utc(text: str) -> datetime:
    """Read an ISO 8601 time with a zone.

    Raises
    ------
    BadInput
        If the text is no such time.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "not_a_time",
            field="time",
            value=text,
            allowed="ISO 8601 with a zone",
            fix="write it as 2026-11-22T16:40:00Z",
        ) from error
    return as_utc(time)
