"""Stage 5, margin, by the portfolio rules: requirements of every account on a day, and why they are what they are."""

from typing import Any

from plimsoll.bootstrap import artifacts, facts
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.margin import MARKS, basis_of, require_account
from plimsoll.bootstrap.runs import Run
from plimsoll.bootstrap.watch import watched
from plimsoll.engine.book import Book as Book
from plimsoll.engine.margin import Marks
from plimsoll.engine.margin_records import tree_in_dollars
from plimsoll.engine.portfolio_margin import (
    BookPortfolioMargin,
    PortfolioMarginPack,
    portfolio_margin_book,
    shipped_portfolio_pack,
)
from plimsoll.engine.snapshot import Snapshot as Snapshot
from plimsoll.engine.valuation import mark


@watched(Stage.margin, facts.of_portfolio_margin)
@step("margin")
def run(
    app: Application, book: Book, snapshot: Snapshot, pack: PortfolioMarginPack | None = None
) -> tuple[BookPortfolioMargin, Run]:
    """Margin every account of a book by the portfolio rules and keep the result with its explain trees."""
    pack = pack or shipped_portfolio_pack()
    app.lineage.reads(artifacts.book(book), artifacts.snapshot(snapshot), artifacts.margin_pack(pack))
    found = _margined(app, book, snapshot, pack)
    document = {**found.to_dict(), "basis": basis_of(snapshot, pack)}
    kept = app.runs.record("margin", document, {"accounts": found.to_table()}, dict(found.digests))
    app.log.info("portfolio margin done", book=book.book_id, accounts=len(found.outcomes), failed=found.failed)
    return found, kept


def explain(app: Application, book: Book, snapshot: Snapshot, account_id: str) -> dict[str, Any]:
    """Give why an account's figures are what they are: each group, position and cent at the worst point.

    Raises
    ------
    BadInput
        If the book has no such account.
    PlimsollError
        The refusal of the account, if it was refused.
    """
    require_account(book, account_id)
    pack = shipped_portfolio_pack()
    found = _margined(app, book, snapshot, pack)
    outcome = next(outcome for outcome in found.outcomes if outcome.account_id == account_id)
    if outcome.margin is None:
        assert outcome.refusal is not None
        raise outcome.refusal
    margin = outcome.margin
    return {
        "regime": "portfolio",
        "pack_id": pack.pack_id,
        "digests": dict(found.digests),
        "account_id": account_id,
        "valuation_date": margin.valuation_date.isoformat(),
        "equity": tree_in_dollars(margin.equity_tree),
        "requirement": tree_in_dollars(margin.requirement_tree),
        "groups": [group.to_dict() for group in margin.groups],
        "excess": str(margin.amounts["excess"]),
        "call": str(margin.amounts["call"]),
        "warnings": [dict(warning) for warning in margin.warnings],
        "not_checked": pack.not_checked(),
        "basis": basis_of(snapshot, pack),
    }


def _margined(app: Application, book: Book, snapshot: Snapshot, pack: PortfolioMarginPack) -> BookPortfolioMargin:
    marks = Marks.of_valuation(mark(book, snapshot, MARKS, threads=app.threads))
    return portfolio_margin_book(book, snapshot, marks, pack, MARKS, threads=app.threads)
