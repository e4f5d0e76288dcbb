"""Stage 5, margin by SPAN: requirements of every account under a clearing house's parameters, or under our own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plimsoll.bootstrap import artifacts, facts
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.margin import MARKS
from plimsoll.bootstrap.runs import Run
from plimsoll.bootstrap.watch import watched
from plimsoll.engine.book import Book
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.span_book import ACCOUNT_CLASSES as ACCOUNT_CLASSES
from plimsoll.engine.span_book import BookSpan, span_book
from plimsoll.engine.span_file import read_span_file
from plimsoll.engine.span_generator import Generated, SpanPack, generate, shipped_span_pack
from plimsoll.engine.span_writer import span_file_text
from plimsoll.vocabulary.errors import BadInput


@watched(Stage.margin, facts.of_span)
@step("margin-span")
def by_file(app: Application, book: Book, path: Path, account_class: str) -> tuple[BookSpan, Run]:
    """Margin a book by the parameters of a file."""
    parameters = read_span_file(path)
    app.lineage.reads(artifacts.book(book), artifacts.span_parameters(parameters))
    return _kept(app, span_book(book, parameters, account_class), {"assumed_parameters": []})


@dataclass(frozen=True, slots=True)
class OwnParameters:
    """Parameters that were made from a snapshot, and what they were made with."""

    made: Generated
    snapshot: Snapshot
    pack: SpanPack

    def text(self) -> str:
        """Give them as a risk-parameter file."""
        return span_file_text(self.made.parameters)


def own_parameters(app: Application, book: Book, snapshot: Snapshot) -> OwnParameters:
    """Make the parameters that a book needs from a snapshot.

    Raises
    ------
    NotInForce
        If the pack of scan ranges is not in force on the snapshot's date.
    """
    pack = shipped_span_pack()
    return OwnParameters(generate(book, snapshot, pack, MARKS, threads=app.threads), snapshot, pack)


@watched(Stage.margin, facts.of_span)
@step("margin-span")
def by_own(app: Application, book: Book, own: OwnParameters, account_class: str) -> tuple[BookSpan, Run]:
    """Margin a book by parameters of our own."""
    app.lineage.reads(artifacts.book(book), artifacts.snapshot(own.snapshot), artifacts.span_pack(own.pack))
    found = span_book(book, own.made.parameters, account_class, own.snapshot.valuation_date, own.made.refusals)
    return _kept(app, found, {"pack": own.pack.pack_id, "assumed_parameters": own.pack.assumed()})


def _kept(app: Application, found: BookSpan, basis: dict[str, Any]) -> tuple[BookSpan, Run]:
    document = {**found.to_dict(), "basis": basis}
    kept = app.runs.record("margin-span", document, {"accounts": found.to_table()}, dict(found.digests))
    app.log.info("margin by SPAN done", book=found.book_id, accounts=len(found.outcomes), failed=found.failed)
    return found, kept


def account_named(found: BookSpan, account_id: str) -> str:
    """Give the id of an account of the book.

    Raises
    ------
    BadInput
        If the book has no such account.
    """
    known = [outcome.account_id for outcome in found.outcomes]
    if account_id not in known:
        raise BadInput(
            "unknown_account", field="account", value=account_id, allowed=", ".join(known), fix="name one of these"
        )
    return account_id
