"""The state of an account's margin calls: issued, reduced by the market, met, overdue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from plimsoll.engine.margin_pack import CallPolicy
from plimsoll.models.margin.replay_records import NOTHING, Event

ON_DUE_DATE = "on_due_date"


@dataclass(frozen=True, slots=True)
class Call:
    """An open call; ``due`` is None when its due date lies after the replay."""

    amount: Decimal
    issued: date
    due: date | None
    overdue: bool = False


def outstanding(calls: Sequence[Call]) -> Decimal:
    """Give what all open calls ask for together."""
    return sum((call.amount for call in calls), NOTHING)


def overdue(calls: Sequence[Call]) -> Decimal:
    """Give the part that is past its due date."""
    return sum((call.amount for call in calls if call.overdue), NOTHING)


def deposit_due(calls: Sequence[Call], policy: CallPolicy, day: date) -> Decimal:
    """Give what the customer pays in on the day: all calls that fall due, if the policy says that customers pay."""
    if policy.deposit != ON_DUE_DATE:
        return NOTHING
    return sum((call.amount for call in calls if call.due == day), NOTHING)


def due_date(sessions: Sequence[date], issued: date, business_days: int) -> date | None:
    """Give the session so many sessions after the one of issue, None if the replay ends before."""
    index = sessions.index(issued) + business_days
    return sessions[index] if index < len(sessions) else None


def update(
    calls: Sequence[Call], needed: Decimal, account_id: str, day: date, due: date | None
) -> tuple[tuple[Call, ...], list[Event]]:
    """Bring the open calls to what is needed at the close of a day, oldest first.

    Parameters
    ----------
    calls : sequence of Call
        Open before the close, oldest first.
    needed : Decimal
        What is missing to the maintenance requirement now.
    account_id, day, due
        Whose calls these are, today, and the due date of a call that is issued today.

    Returns
    -------
    tuple
        The open calls after the close, and what happened.
    """
    events: list[Event] = []
    open_calls = list(calls)
    surplus = outstanding(open_calls) - needed
    while surplus > 0:
        oldest = open_calls[0]
        cut = min(surplus, oldest.amount)
        surplus -= cut
        if cut == oldest.amount:
            open_calls.pop(0)
            events.append(Event(day, account_id, "call_met", cut, oldest.due))
        else:
            open_calls[0] = replace(oldest, amount=oldest.amount - cut)
            events.append(Event(day, account_id, "call_reduced", cut, oldest.due))
    if surplus < 0:
        open_calls.append(Call(-surplus, day, due))
        events.append(Event(day, account_id, "call_issued", -surplus, due))
    for index, call in enumerate(open_calls):
        if call.due is not None and call.due <= day and not call.overdue:
            open_calls[index] = replace(call, overdue=True)
            events.append(Event(day, account_id, "call_overdue", call.amount, call.due))
    return tuple(open_calls), events
