"""Margin calls of a day: what an event file says happened in the accounts of a book."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from plimsoll.bootstrap import margin as stage
from plimsoll.bootstrap.application import Application
from plimsoll.data.calendar import EXCHANGE, expected_days
from plimsoll.engine.book import Book
from plimsoll.engine.margin import Marks
from plimsoll.engine.margin_call_pack import MarginCallPack, shipped_call_pack
from plimsoll.engine.margin_calls import CallRun, CallsOutcome, calls_of_book
from plimsoll.engine.margin_events import MarginEvents, read_events
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.valuation import mark

# Twice the fifteen business days for which a deficit may be outstanding, in calendar days, holidays included.
_AHEAD = timedelta(days=60)


def run(
    app: Application, book: Book, snapshot: Snapshot, events: Path
) -> tuple[tuple[CallsOutcome, ...], dict[str, Any]]:
    """Give the outcome of each account of an event file, and the document with what it stands on; nothing is recorded."""
    happened, pack, call_pack = read_events(events), shipped_pack(), shipped_call_pack()
    marks = Marks.of_valuation(mark(book, snapshot, stage.MARKS, threads=app.threads))
    found = calls_of_book(CallRun(book, snapshot, marks, pack, call_pack, _business_days(happened, snapshot)), happened)
    return found, {
        "book_id": book.book_id,
        "day": snapshot.valuation_date.isoformat(),
        "pack_id": pack.pack_id,
        "call_pack_id": call_pack.pack_id,
        "digests": _digests(book, snapshot, happened, call_pack),
        "basis": {**stage.basis_of(snapshot, pack), "assumed_call_rules": call_pack.assumed()},
        "failed": sum(outcome.refusal is not None for outcome in found),
        "accounts": [outcome.to_dict() for outcome in found],
    }


def _business_days(events: MarginEvents, snapshot: Snapshot) -> list[Any]:
    named = [
        row.day for account in events.accounts for rows in (account.days, account.counts, account.calls) for row in rows
    ]
    first = min([snapshot.valuation_date, *named])
    return expected_days(EXCHANGE, first, max([snapshot.valuation_date, *named]) + _AHEAD)


def _digests(book: Book, snapshot: Snapshot, events: MarginEvents, call_pack: MarginCallPack) -> dict[str, str]:
    return {"book": book.digest, "snapshot": snapshot.digest, "events": events.digest, "call_pack": call_pack.digest}
