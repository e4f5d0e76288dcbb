"""What a replay gives: one row for each account and day, and a log of events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plimsoll.engine.margin_records import AccountMargin
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import PlimsollError

if TYPE_CHECKING:
    import pyarrow as pa

NOTHING = Decimal("0.00")
_PRECISION, _SCALE = 18, 2


@dataclass(frozen=True, slots=True)
class AccountDay:
    """One account at the close of one day; ``margin`` is None when it was refused.

    ``open_calls`` is what is still asked for, ``overdue`` the part past its due date; ``deposit`` what the customer
    paid in on the day; ``next_day_loss`` is the fall of equity to the next close, deposits left out, None on the last
    day and beside a refusal.
    """

    account_id: str
    day: date
    cash: Decimal
    margin: AccountMargin | None
    refusal: PlimsollError | None
    deposit: Decimal
    open_calls: Decimal
    overdue: Decimal
    next_day_loss: Decimal | None

    def amounts(self) -> dict[str, Decimal | None]:
        """Give every amount of the day by name, in dollars."""
        margin = self.margin
        return {
            "cash": self.cash,
            "equity": None if margin is None else margin.equity,
            "equity_with_loan_value": None if margin is None else margin.maintenance.equity_with_loan_value,
            "initial": None if margin is None else margin.initial.amount,
            "maintenance": None if margin is None else margin.maintenance.amount,
            "excess": None if margin is None else margin.maintenance.excess,
            "call": None if margin is None else margin.call,
            "deposit": self.deposit,
            "open_calls": self.open_calls,
            "overdue": self.overdue,
            "shortfall": None if margin is None else margin.shortfall,
            "next_day_loss": self.next_day_loss,
        }

    def to_dict(self) -> dict[str, Any]:
        """Give the day as plain data, amounts as text in dollars."""
        return {
            "account_id": self.account_id,
            "day": self.day.isoformat(),
            **{name: None if amount is None else str(amount) for name, amount in self.amounts().items()},
            "warnings": [] if self.margin is None else [dict(warning) for warning in self.margin.warnings],
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an account.

    Kinds: ``variation`` of a future, ``settled`` at expiry, ``call_issued``, ``call_reduced``, ``call_met``,
    ``call_overdue``, ``deposit``, ``shortfall_began``, ``shortfall_ended``. The amount is signed from the account's
    side where money moves, otherwise the size of the call or shortfall.
    """

    day: date
    account_id: str
    kind: str
    amount: Decimal
    due: date | None = None
    trade_id: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the event as plain data."""
        return {
            "day": self.day.isoformat(),
            "account_id": self.account_id,
            "kind": self.kind,
            "amount": str(self.amount),
            "due": None if self.due is None else self.due.isoformat(),
            "trade_id": self.trade_id,
        }


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """A replay of one account in one line."""

    account_id: str
    calls_issued: int
    calls_met: int
    calls_overdue: int
    largest_call: Decimal
    largest_shortfall: Decimal
    days_in_shortfall: int
    least_excess: Decimal | None
    refused_days: int

    def to_dict(self) -> dict[str, Any]:
        """Give the summary as plain data."""
        return {
            "account_id": self.account_id,
            "calls_issued": self.calls_issued,
            "calls_met": self.calls_met,
            "calls_overdue": self.calls_overdue,
            "largest_call": str(self.largest_call),
            "largest_shortfall": str(self.largest_shortfall),
            "days_in_shortfall": self.days_in_shortfall,
            "least_excess": None if self.least_excess is None else str(self.least_excess),
            "refused_days": self.refused_days,
        }


@dataclass(frozen=True, slots=True)
class MarginReplay:
    """A book margined day by day, and what it stands on; ``basis`` says what is adjusted and what is assumed."""

    name: str
    book_id: str
    pack_id: str
    digests: Mapping[str, str]
    days: tuple[AccountDay, ...]
    events: tuple[Event, ...]
    basis: Mapping[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """Number of account days without a result."""
        return sum(day.refusal is not None for day in self.days)

    def summaries(self) -> tuple[AccountSummary, ...]:
        """Give one line for each account, in the order of the book."""
        accounts = dict.fromkeys(day.account_id for day in self.days)
        return tuple(self._summary(account_id) for account_id in accounts)

    def _summary(self, account_id: str) -> AccountSummary:
        days = [day for day in self.days if day.account_id == account_id]
        margins = [day.margin for day in days if day.margin is not None]
        kinds = [event.kind for event in self.events if event.account_id == account_id]
        return AccountSummary(
            account_id=account_id,
            calls_issued=kinds.count("call_issued"),
            calls_met=kinds.count("call_met"),
            calls_overdue=kinds.count("call_overdue"),
            largest_call=max((margin.call for margin in margins), default=NOTHING),
            largest_shortfall=max((margin.shortfall for margin in margins), default=NOTHING),
            days_in_shortfall=sum(margin.shortfall > 0 for margin in margins),
            least_excess=min((margin.maintenance.excess for margin in margins), default=None),
            refused_days=len(days) - len(margins),
        )

    def digest(self) -> str:
        """Give the digest of every day and event."""
        return digest_of({"days": [d.to_dict() for d in self.days], "events": [e.to_dict() for e in self.events]})

    def to_dict(self) -> dict[str, Any]:
        """Give the replay as plain data: its summary, its days and its events."""
        return {
            **self.summary(),
            "days": [day.to_dict() for day in self.days],
            "events": [event.to_dict() for event in self.events],
        }

    def summary(self) -> dict[str, Any]:
        """Give the replay as plain data without its days and events, which are tables too."""
        return {
            "name": self.name,
            "book_id": self.book_id,
            "pack_id": self.pack_id,
            "digests": dict(self.digests),
            "basis": dict(self.basis),
            "accounts": [summary.to_dict() for summary in self.summaries()],
        }

    def days_table(self) -> "pa.Table":
        """Give the account days as an Arrow table; amounts are decimals in dollars."""
        import pyarrow as pa

        columns = {
            "day": pa.array([day.day for day in self.days], pa.date32()),
            "account_id": pa.array([day.account_id for day in self.days], pa.string()),
        }
        amounts = [day.amounts() for day in self.days]
        for name in AccountDay.amounts(self.days[0]) if self.days else ():
            columns[name] = pa.array([row[name] for row in amounts], pa.decimal128(_PRECISION, _SCALE))
        codes = [None if day.refusal is None else day.refusal.code for day in self.days]
        columns["refusal_code"] = pa.array(codes, pa.string())
        return pa.table(columns).replace_schema_metadata(dict(self.digests))

    def events_table(self) -> "pa.Table":
        """Give the event log as an Arrow table."""
        import pyarrow as pa

        return pa.table(
            {
                "day": pa.array([event.day for event in self.events], pa.date32()),
                "account_id": pa.array([event.account_id for event in self.events], pa.string()),
                "kind": pa.array([event.kind for event in self.events], pa.string()),
                "amount": pa.array([event.amount for event in self.events], pa.decimal128(_PRECISION, _SCALE)),
                "due": pa.array([event.due for event in self.events], pa.date32()),
                "trade_id": pa.array([event.trade_id for event in self.events], pa.string()),
            }
        ).replace_schema_metadata(dict(self.digests))
