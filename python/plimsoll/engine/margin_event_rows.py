"""Event files as tables: one row a part of an account, brought into the form of the document."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plimsoll.engine.tables import Row, number, read_rows
from plimsoll.vocabulary.errors import BadInput

_REQUIRED = ("account_id", "rule", "part")
_ENTRY = ("event_id", "kind", "time", "together_with", "cash")
_POSITION = (
    "trade_id",
    "underlying",
    "quantity",
    "type",
    "exercise",
    "strike",
    "expiry",
    "multiplier",
    "entry_price",
    "mark",
)
_NUMBERS = ("quantity", "strike", "multiplier", "entry_price", "mark")
_OF_PART = {
    "day": ("day", "deficit", "equity", "end_level", "net_deposits", "extraordinary"),
    "count": ("day", "trades", "day_trades"),
    "call": ("call_id", "action", "kind", "day", "amount", "until", "who", "why"),
}
_PRICES = {"spot_of": "spots", "mark_of": "marks"}
_COLUMNS = (*_ENTRY, "position_kind", *_POSITION, *_PRICES, "price", *(n for names in _OF_PART.values() for n in names))


def events_table(path: Path) -> Mapping[str, Any]:
    """Give the event document v1 that a CSV or Parquet table stands for.

    Rows of one ``event_id`` are one entry with a position or a new price each. What a cell holds is for the schema to
    judge, so that it is the refusal of its account.

    Raises
    ------
    BadInput
        If the file cannot be read, a column is missing or unknown, or a row is of no known part.
    """
    accounts: dict[str, dict[str, Any]] = {}
    for row in read_rows(path, _REQUIRED, tuple(dict.fromkeys(_COLUMNS))):
        account_id, rule, part = (str(row.get(name, "")) for name in _REQUIRED)
        account = accounts.setdefault(account_id, {"account_id": account_id, "rule": rule})
        if part == "entry":
            _add_entry(account.setdefault("entries", []), row)
        elif part in _OF_PART:
            account.setdefault(f"{part}s", []).append(_part(row, _OF_PART[part]))
        else:
            raise BadInput(
                "unknown_part",
                field="part",
                value=part,
                allowed=", ".join(("entry", *_OF_PART)),
                fix="say what the row is",
            )
    return {"schema": "plimsoll/margin-events/v1", "accounts": [*accounts.values()]}


def _add_entry(entries: list[dict[str, Any]], row: Row) -> None:
    head = {name: row[name] for name in _ENTRY if name in row}
    known = next((entry for entry in entries if entry.get("event_id") == head.get("event_id")), None)
    entry = known if known is not None else head
    if known is None:
        entries.append(entry)
    if "position_kind" in row:
        position = {name: number(row[name]) if name in _NUMBERS else row[name] for name in _POSITION if name in row}
        entry.setdefault("positions", []).append({"kind": row["position_kind"], **position})
    for column, prices in _PRICES.items():
        if column in row:
            entry.setdefault(prices, {})[str(row[column])] = number(row.get("price"))


def _part(row: Row, names: Sequence[str]) -> dict[str, Any]:
    found = {name: row[name] for name in names if name in row}
    for name in ("trades", "day_trades"):
        text = found.get(name)
        if isinstance(text, str) and text.isdecimal():
            found[name] = int(text)
    if "extraordinary" in found:
        found["extraordinary"] = {"true": True, "false": False}.get(
            str(found["extraordinary"]).lower(), row["extraordinary"]
        )
    return found
