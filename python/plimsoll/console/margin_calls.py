"""`plimsoll margin calls`: intraday deficits, margin calls, their due days, states and what they forbid."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import margin_calls as stage
from plimsoll.bootstrap import valuation as books
from plimsoll.console.command import make_command
from plimsoll.console.view import Table, View

_EXAMPLE = (
    "plimsoll margin calls examples/margin_calls/book.json examples/margin_calls/events.json"
    " --snapshot examples/margin_calls/market.json"
)


@make_command("calls", _EXAMPLE)
@click.argument("book")
@click.argument("events", type=click.Path(path_type=Path))
@click.option("--snapshot", metavar="FILE|DATE", help="Prices at the start of the day; the stored one by default.")
def calls(app: Application, book: str, events: Path, snapshot: str | None) -> View:
    """Give deficits and calls of each account in EVENTS, which BOOK holds as of the start of the day."""
    read = books.book_named(book)
    found, document = stage.run(app, read, books.snapshot_named(app, snapshot, read), events)
    columns = ("account", "call", "kind", "amount", "missing", "since", "due", "state", "restriction")
    accounts = document["accounts"]
    rows = [row for account in accounts for row in _rows(account)]
    title = f"{document['book_id']} on {document['day']}, {document['call_pack_id']}"
    refused = [f"{each.account_id} refused: {each.refusal}" for each in found if each.refusal is not None]
    lines = [line for account in accounts for line in _lines(account)]
    return View(document, (Table(title, columns, rows),), [*lines, *refused], exit_code=1 if refused else 0)


def _rows(account: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for deficit in () if account["clock"] is None else account["clock"]["deficits"]:
        frozen = "freeze" if deficit["frozen_from"] is not None else "none"
        missing = deficit["deficit"] if deficit["state"] == "outstanding" else "0.00"
        yield (
            account["account_id"], "-", "intraday deficit", deficit["deficit"], missing, deficit["day"],
            deficit["cure_by"], deficit["state"], frozen,
        )  # fmt: skip
    for call in account["calls"]:
        yield (
            account["account_id"], call["call_id"], call["kind"], call["amount"], call["missing"], call["issued"],
            call["due"], call["state"], call["restriction"],
        )  # fmt: skip


def _lines(account: Mapping[str, Any]) -> Iterator[str]:
    name, day, trader = account["account_id"], account["day"], account["day_trader"]
    if day is not None:
        order = " after " + ", ".join(day["order"]) if day["order"] else ""
        yield f"{name}: deficit of the day {day['deficit']}{order}; restriction: {account['restriction']}"
    if trader is not None:
        power = f"since {trader['since']}, buying power {trader['buying_power']}"
        yield f"{name}: pattern day trader {'no' if trader['since'] is None else power}"
    for call in account["calls"]:
        for entry in call["record"]:
            yield f"{call['call_id']}: {entry['action']} on {entry['day']} by {entry['who']}: {entry['why']}"
