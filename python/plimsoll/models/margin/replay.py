"""Replay of a book through a span of days: settlement, variation, margin, calls and shortfalls at each close."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from plimsoll.engine.book import Account, Book, Position
from plimsoll.engine.margin import Marks, margin_book
from plimsoll.engine.margin_pack import MarginPack
from plimsoll.engine.margin_records import AccountOutcome
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.refusals import InvalidValue
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.engine.trades import American, European, Future, OptionType
from plimsoll.engine.valuation import mark
from plimsoll.models.margin.calls import Call, deposit_due, due_date, outstanding, overdue, update
from plimsoll.models.margin.replay_records import AccountDay, Event, MarginReplay
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import PlimsollError
from plimsoll.vocabulary.progress import Progress

_CENT = Decimal("0.01")


@dataclass(slots=True)
class _State:
    """An account as the replay carries it from close to close."""

    account: Account
    cash: Decimal
    calls: tuple[Call, ...] = ()
    in_shortfall: bool = False
    events: list[Event] = field(default_factory=list)

    def move(self, day: date, kind: str, amount: Decimal, trade_id: str = "") -> None:
        """Move cash and write it down."""
        self.cash += amount
        self.events.append(Event(day, self.account.account_id, kind, amount, None, trade_id))

    def today(self) -> Account:
        """Give the account with the cash of today."""
        return replace(self.account, cash=str(self.cash))


def replay(
    name: str,
    book: Book,
    snapshots: Sequence[Mapping[str, Any]],
    pack: MarginPack,
    method: MethodSpec,
    progress: Progress,
    *,
    threads: int = 1,
) -> MarginReplay:
    """Margin a book at the close of each day of a span; one row for each account and day, and the log of events.

    Options that expire are settled in cash at their intrinsic value at the close of the expiry day, or of the first
    day after it; before that nobody exercises. Futures pay their variation daily. Nothing is traded or sold; whether
    customers pay calls is the pack's policy. Debit balances bear no interest.

    Parameters
    ----------
    name : str
        Name of the replay, for instance ``2008``.
    book : Book
        Accounts as of the first day or before.
    snapshots : sequence of snapshot documents
        One a session, in order of their dates.
    pack : MarginPack
        Rules and call policy.
    method : MethodSpec
        How options are marked.
    progress : Progress
        Hears of each day.
    threads : int
        Threads of the valuation; the bits of the results do not depend on it.

    Raises
    ------
    BadInput
        If a document is not a snapshot.
    InvalidValue
        If the days are not in order.
    """
    sessions = _sessions(snapshots)
    states = [_State(account, _cash(account)) for account in book.accounts]
    days: list[AccountDay] = []
    digests: list[str] = []
    progress.stage(f"margin replay {name}", len(sessions))
    for document, day in zip(snapshots, sessions, strict=True):
        snapshot = read_snapshot(document)
        digests.append(snapshot.digest)
        days.extend(_close(states, book, snapshot, pack, method, threads, sessions, day))
        progress.advance(1)
    progress.done()
    made_of = {"book": book.digest, "snapshots": digest_of(digests), "pack": pack.digest}
    made_of["method"] = digest_of(method.to_dict())
    events = tuple(sorted(_all_events(states), key=lambda event: event.day))
    return MarginReplay(name, book.book_id, pack.pack_id, made_of, tuple(_with_losses(days, len(states))), events)


def _cash(account: Account) -> Decimal:
    # A refused account is refused each day; what stands as its cash may be no amount.
    return Decimal(0 if account.refusal else account.cash).quantize(_CENT)


def _sessions(snapshots: Sequence[Mapping[str, Any]]) -> list[date]:
    days = [date.fromisoformat(str(document.get("valuation_date", ""))) for document in snapshots]
    for earlier, later in pairwise(days):
        if later <= earlier:
            raise InvalidValue(
                "invalid_value",
                field="snapshots.valuation_date",
                value=later.isoformat(),
                allowed=f"a day after {earlier.isoformat()}",
                fix="give one snapshot a session, in order of their dates",
            )
    return days


def _all_events(states: Iterable[_State]) -> list[Event]:
    return [event for state in states for event in state.events]


def _close(
    states: list[_State],
    book: Book,
    snapshot: Snapshot,
    pack: MarginPack,
    method: MethodSpec,
    threads: int,
    sessions: Sequence[date],
    day: date,
) -> list[AccountDay]:
    """Settle what ends, pay variation and deposits, then margin every account at the close of the day."""
    for state in states:
        _settle(state, snapshot, day)
    marks = Marks.of_valuation(mark(_book_of(states, book), snapshot, method, threads=threads))
    deposits = []
    for state in states:
        _pay_variation(state, marks, day)
        deposits.append(deposit_due(state.calls, pack.calls, day))
        if deposits[-1] > 0:
            state.move(day, "deposit", deposits[-1])
    due = due_date(sessions, day, pack.calls.due_business_days)
    margins = margin_book(_book_of(states, book), snapshot, marks, pack)
    return [
        _account_day(state, outcome, deposit, day, due)
        for state, outcome, deposit in zip(states, margins.outcomes, deposits, strict=True)
    ]


def _account_day(state: _State, outcome: AccountOutcome, deposit: Decimal, day: date, due: date | None) -> AccountDay:
    account_id = state.account.account_id
    if outcome.margin is not None:
        state.calls, events = update(state.calls, outcome.margin.call, account_id, day, due)
        state.events.extend(events)
        shortfall = outcome.margin.shortfall
        if (shortfall > 0) != state.in_shortfall:
            state.in_shortfall = shortfall > 0
            kind = "shortfall_began" if state.in_shortfall else "shortfall_ended"
            state.events.append(Event(day, account_id, kind, shortfall))
    return AccountDay(
        account_id=account_id,
        day=day,
        cash=state.cash,
        margin=outcome.margin,
        refusal=outcome.refusal,
        deposit=deposit,
        open_calls=outstanding(state.calls),
        overdue=overdue(state.calls),
        next_day_loss=None,
    )


def _book_of(states: Iterable[_State], book: Book) -> Book:
    return replace(book, accounts=tuple(state.today() for state in states))


def _settle(state: _State, snapshot: Snapshot, day: date) -> None:
    """Close options and futures whose last day has come, in cash; a position without a price stays and is refused."""
    kept: list[Position] = []
    for position in state.account.positions:
        amount = _settlement(position, snapshot, day)
        if amount is None:
            kept.append(position)
        else:
            state.move(day, "settled", amount, position.trade_id)
    state.account = replace(state.account, positions=tuple(kept))


def _settlement(position: Position, snapshot: Snapshot, day: date) -> Decimal | None:
    trade = position.trade
    if trade is None or not isinstance(trade.product, European | American | Future) or trade.product.expiry > day:
        return None
    try:
        spot = snapshot.spot(trade.product.underlying)
    except PlimsollError:
        return None
    units = trade.quantity * trade.multiplier
    if isinstance(trade.product, Future):
        entry = spot if position.entry_price is None else position.entry_price
        return _cents(units * (spot - entry))
    side = 1.0 if trade.product.type is OptionType.call else -1.0
    return _cents(units * max(0.0, side * (spot - trade.product.strike)))


def _pay_variation(state: _State, marks: Marks, day: date) -> None:
    positions = []
    for position in state.account.positions:
        mark = marks.prices.get(position.trade_id)
        trade = position.trade
        if trade is not None and isinstance(trade.product, Future) and mark is not None:
            entry = mark if position.entry_price is None else position.entry_price
            amount = _cents(trade.quantity * trade.multiplier * (mark - entry))
            if amount != 0:
                state.move(day, "variation", amount, position.trade_id)
            position = replace(position, entry_price=mark)
        positions.append(position)
    state.account = replace(state.account, positions=tuple(positions))


def _cents(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(_CENT, rounding=ROUND_HALF_UP)


def _with_losses(days: list[AccountDay], accounts: int) -> list[AccountDay]:
    """Give each day the fall of equity to the next close; days come account by account within each date."""
    done = []
    for index, today in enumerate(days):
        tomorrow = days[index + accounts] if index + accounts < len(days) else None
        if tomorrow is not None and today.margin is not None and tomorrow.margin is not None:
            loss = today.margin.equity - tomorrow.margin.equity + tomorrow.deposit
            today = replace(today, next_day_loss=loss)
        done.append(today)
    return done
