"""Margin calls of books: entries of a day, the clock of deficits and the states of calls; one outcome an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plimsoll import _core
from plimsoll.engine.book import Book
from plimsoll.engine.margin import Marks, core_account, market_view, search_limits
from plimsoll.engine.margin_call_pack import MarginCallPack
from plimsoll.engine.margin_events import AccountEvents, MarginEvents, ledger_events
from plimsoll.engine.margin_pack import MarginPack
from plimsoll.engine.margin_records import dollars
from plimsoll.engine.refusals import InvalidValue, NotInForce
from plimsoll.engine.snapshot import Snapshot
from plimsoll.vocabulary.errors import PlimsollError

_AMOUNTS = (
    "deficit", "equity", "start_level", "end_level", "net_deposits", "outstanding", "amount", "missing",
    "equity_shortfall", "buying_power",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallsOutcome:
    """The day, deficits and calls of an account as plain data with amounts as text, or why there are none."""

    account_id: str
    rule: str
    day: Mapping[str, Any] | None
    clock: Mapping[str, Any] | None
    day_trader: Mapping[str, Any] | None
    calls: Sequence[Mapping[str, Any]]
    refusal: PlimsollError | None = None

    @property
    def restriction(self) -> str:
        """The tightest thing that a call or the clock forbids: none, closing_only or freeze."""
        frozen = self.clock is not None and self.clock["frozen"]
        found = {str(call["restriction"]) for call in self.calls} | ({"freeze"} if frozen else set())
        return next((name for name in ("freeze", "closing_only") if name in found), "none")

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain data."""
        return {
            "account_id": self.account_id,
            "rule": self.rule,
            "day": self.day,
            "clock": self.clock,
            "day_trader": self.day_trader,
            "calls": list(self.calls),
            "restriction": self.restriction,
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class CallRun:
    """What every account is margined with: the market of the day, both packs, the business days."""

    book: Book
    snapshot: Snapshot
    marks: Marks
    pack: MarginPack
    call_pack: MarginCallPack
    business_days: Sequence[date]


def calls_of_book(run: CallRun, events: MarginEvents) -> tuple[CallsOutcome, ...]:
    """Give the intraday deficit, the clock and the calls of each account of an event file, in its order.

    The positions of the book and the prices of the snapshot are those at the start of the day; a bad account is
    refused and no other.
    """
    outcomes = []
    for account in events.accounts:
        try:
            outcomes.append(_outcome(run, account))
        except PlimsollError as failure:
            outcomes.append(CallsOutcome(account.account_id, account.rule, None, None, None, (), failure))
    return tuple(outcomes)


def _outcome(run: CallRun, events: AccountEvents) -> CallsOutcome:
    if events.refusal is not None:
        raise events.refusal
    known = {account.account_id: account for account in run.book.accounts}
    if events.account_id not in known:
        raise InvalidValue(
            "invalid_value",
            field="account_id",
            value=events.account_id,
            allowed=", ".join(known),
            fix="name an account of the book",
        )
    start = core_account(known[events.account_id], run.marks, run.pack)
    ledger = _core.margin.DayLedger(
        start=start, market=market_view(run.snapshot), events=ledger_events(events.entries, start)
    )
    today = run.snapshot.valuation_date
    day = _core.margin.intraday_deficit(ledger, run.pack.core, run.call_pack.choices, search_limits())
    clock = trader = None
    if events.rule == "intraday":
        clock = _clock(run, events, day)
    else:
        trader = _trader(run, events, ledger, day)
    calls = _core.margin.call_states(list(events.calls), today, list(run.business_days), run.call_pack.calls)
    return CallsOutcome(
        account_id=events.account_id,
        rule=events.rule,
        day=in_dollars(day.to_dict()),
        clock=clock,
        day_trader=trader,
        calls=tuple(in_dollars(call.to_dict()) for call in calls),
    )


def _clock(run: CallRun, events: AccountEvents, day: _core.margin.DayDeficit) -> dict[str, Any]:
    today = _core.margin.IntradayDay(
        day=day.day,
        deficit=day.deficit,
        equity=day.equity,
        end_level=day.end_level,
        net_deposits=day.net_deposits,
        extraordinary=events.extraordinary,
    )
    days = [*events.days, today]
    return in_dollars(_core.margin.intraday_clock(days, list(run.business_days), run.call_pack.intraday).to_dict())


def _trader(
    run: CallRun, events: AccountEvents, ledger: _core.margin.DayLedger, day: _core.margin.DayDeficit
) -> dict[str, Any]:
    rules = run.call_pack.intraday
    if day.day > rules.phase_in_until:
        raise NotInForce(
            "not_in_force",
            field="rule",
            value=events.rule,
            allowed=f"the intraday rule after {rules.phase_in_until}",
            fix="write intraday",
        )
    # The rule looks at the account as it closed the day before: the start of this one.
    (start,) = _core.margin.margin_accounts([ledger.start], ledger.market, run.pack.core, search_limits())
    found = _core.margin.day_trader(
        list(events.counts), list(run.business_days), start["equity"], day.start_level, rules
    )
    return in_dollars(found.to_dict())


def in_dollars(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give a record of the core with its amounts, which are whole cents, as text in dollars."""
    return {name: _shown(name, value) for name, value in record.items()}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [in_dollars(item) if isinstance(item, Mapping) else item for item in value]
    return str(dollars(value)) if name in _AMOUNTS else value
