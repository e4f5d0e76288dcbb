"""Entries of a day and the record of margin calls, from a document, a JSON file, or a CSV or Parquet table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from plimsoll import _core
from plimsoll.engine.documents import flaws, read_json, require_known_extension
from plimsoll.engine.margin_event_rows import events_table
from plimsoll.engine.margin_pack import cents
from plimsoll.engine.refusals import MissingField, refusal_of_part
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, PlimsollError

_TERMS = {
    "stock": (),
    "option": ("type", "exercise", "strike", "expiry", "multiplier"),
    "future": ("expiry", "multiplier", "entry_price"),
}
_Row = Mapping[str, Any]
_Series = tuple[object, ...]
_MICROSECONDS, _SECONDS, _MINUTES = 1_000_000, 60, 60


@dataclass(frozen=True, slots=True)
class AccountEvents:
    """What happened in one account, or the refusal that says why it cannot be read.

    ``entries`` are rows: an entry of a series that the account holds takes its mark, see :func:`ledger_events`.
    """

    account_id: str
    rule: str
    extraordinary: bool
    entries: Sequence[Mapping[str, Any]]
    days: Sequence[_core.margin.IntradayDay]
    counts: Sequence[_core.margin.TradeCount]
    calls: Sequence[_core.margin.CallEvent]
    refusal: PlimsollError | None = None


@dataclass(frozen=True, slots=True)
class MarginEvents:
    """The accounts of an event file in its order, and the digest of the document."""

    accounts: tuple[AccountEvents, ...]
    digest: str


def read_events(source: Mapping[str, Any] | Path | str) -> MarginEvents:
    """Read what happened in accounts on the day of a book.

    Raises
    ------
    BadInput
        If the file cannot be read, the document is none of ours or names an account twice; what is wrong within an
        account is the refusal of that account.
    """
    document = source if isinstance(source, Mapping) else _document(Path(source))
    bad: dict[int, PlimsollError] = {}
    for path, failure in flaws(document, "margin-events-v1"):
        match path:
            case ("accounts", int(index), *rest) if rest and rest[0] != "account_id":
                bad.setdefault(index, refusal_of_part(failure))
            case _:
                raise failure
    names = [account["account_id"] for account in document["accounts"]]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(
                "double_account",
                field="account_id",
                value=name,
                allowed="each account once",
                fix="put the entries of one account together",
            )
    accounts = tuple(_account(row, bad.get(index)) for index, row in enumerate(document["accounts"]))
    return MarginEvents(accounts, digest_of({"accounts": names} if bad else document))


def _document(path: Path) -> Any:
    require_known_extension(path)
    return events_table(path) if path.suffix in (".csv", ".parquet") else read_json(path)


def _account(row: Mapping[str, Any], bad: PlimsollError | None) -> AccountEvents:
    account_id = row["account_id"]
    if bad is not None:
        return _refused(account_id, bad)
    try:
        calls = [_call(call) for call in row.get("calls", ())]
    except PlimsollError as failure:
        return _refused(account_id, failure)
    days = [
        _core.margin.IntradayDay(
            day=date.fromisoformat(day["day"]),
            **{name: cents(day[name]) for name in ("deficit", "equity", "end_level", "net_deposits")},
            extraordinary=day.get("extraordinary", False),
        )
        for day in row.get("days", ())
    ]
    counts = [
        _core.margin.TradeCount(
            day=date.fromisoformat(count["day"]), trades=count["trades"], day_trades=count["day_trades"]
        )
        for count in row.get("counts", ())
    ]
    entries = row.get("entries", ())
    return AccountEvents(account_id, row["rule"], row.get("extraordinary", False), entries, days, counts, calls)


def _refused(account_id: str, failure: PlimsollError) -> AccountEvents:
    return AccountEvents(account_id, "", False, (), (), (), (), failure)


def ledger_events(rows: Sequence[_Row], start: _core.margin.Account) -> list[_core.margin.LedgerEvent]:
    """Give the entries of a day as the core takes them.

    A position without a mark takes that of the series in the account at the start of the day.

    Raises
    ------
    MissingField
        If a position lacks a term, or a mark that the account does not have.
    """
    marks = {_series_of_option(held): held.mark for held in start.options}
    marks |= {(held.underlying, held.expiry, held.multiplier): held.mark for held in start.futures}
    return [_entry(row, marks) for row in rows]


def _series_of_option(held: _core.margin.OptionPosition) -> _Series:
    return (held.underlying, held.expiry, held.multiplier, held.type, held.exercise, held.strike)


def _entry(row: _Row, marks: Mapping[_Series, float]) -> _core.margin.LedgerEvent:
    positions: Sequence[_Row] = row.get("positions", ())
    place = f"events[{row['event_id']}]"
    for position in positions:
        _require(f"{place}.positions[{position['trade_id']}]", position, _TERMS[position["kind"]])
    at = {kind: [p for p in positions if p["kind"] == kind] for kind in _TERMS}
    return _core.margin.LedgerEvent(
        event_id=row["event_id"],
        kind=_core.margin.LedgerKind[row["kind"]],
        time=_microseconds(row["time"]) if "time" in row else None,
        together_with=row.get("together_with", ""),
        cash=cents(row.get("cash", "0")),
        stocks=[
            _core.margin.StockPosition(
                trade_id=p["trade_id"], underlying=p["underlying"], quantity=float(p["quantity"])
            )
            for p in at["stock"]
        ],
        options=[_option(p, place, marks) for p in at["option"]],
        futures=[_future(p, place, marks) for p in at["future"]],
        spots=[_core.margin.PriceMark(of=name, price=float(price)) for name, price in row.get("spots", {}).items()],
        marks=[_core.margin.PriceMark(of=name, price=float(price)) for name, price in row.get("marks", {}).items()],
    )


def _microseconds(text: str) -> int:
    clock = time.fromisoformat(text)
    seconds = (clock.hour * _MINUTES + clock.minute) * _SECONDS + clock.second
    return seconds * _MICROSECONDS + clock.microsecond


def _option(row: _Row, place: str, marks: Mapping[_Series, float]) -> _core.margin.OptionPosition:
    type_, style, strike = _core.OptionType[row["type"]], _core.Exercise[row["exercise"]], float(row["strike"])
    expiry, multiplier = date.fromisoformat(row["expiry"]), float(row["multiplier"])
    return _core.margin.OptionPosition(
        trade_id=row["trade_id"],
        underlying=row["underlying"],
        type=type_,
        exercise=style,
        strike=strike,
        expiry=expiry,
        quantity=float(row["quantity"]),
        multiplier=multiplier,
        mark=_mark(row, place, marks.get((row["underlying"], expiry, multiplier, type_, style, strike))),
    )


def _future(row: _Row, place: str, marks: Mapping[_Series, float]) -> _core.margin.FuturePosition:
    expiry, multiplier = date.fromisoformat(row["expiry"]), float(row["multiplier"])
    return _core.margin.FuturePosition(
        trade_id=row["trade_id"],
        underlying=row["underlying"],
        expiry=expiry,
        quantity=float(row["quantity"]),
        multiplier=multiplier,
        entry_price=float(row["entry_price"]),
        mark=_mark(row, place, marks.get((row["underlying"], expiry, multiplier))),
    )


def _mark(row: _Row, place: str, held: float | None) -> float:
    if held is None:
        _require(f"{place}.positions[{row['trade_id']}]", row, ("mark",))
    return float(row["mark"]) if "mark" in row or held is None else held


def _call(row: Mapping[str, Any]) -> _core.margin.CallEvent:
    action = row["action"]
    needed = {"issue": ("kind", "amount"), "payment": ("amount",), "relief": ("amount",), "extend": ("until",)}
    _require(f"calls[{row['call_id']}]", row, needed.get(action, ()))
    day = date.fromisoformat(row["day"])
    return _core.margin.CallEvent(
        call_id=row["call_id"],
        action=_core.margin.CallAction[action],
        kind=_core.margin.CallKind[row.get("kind", "maintenance")],
        day=day,
        amount=cents(row.get("amount", "0")),
        until=date.fromisoformat(row["until"]) if "until" in row else day,
        who=row.get("who", ""),
        why=row.get("why", ""),
    )


def _require(place: str, row: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if name not in row:
            raise MissingField(
                "missing_field",
                field=f"{place}.{name}",
                value="none",
                allowed=f"{name} for this {'action' if 'action' in row else row['kind']}",
                fix="add it",
            )
