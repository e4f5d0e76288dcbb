"""What-if on one account of a book: nothing is recorded."""

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.margin import MARKS, require_account
from plimsoll.engine.book import Book
from plimsoll.engine.margin import Marks
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.portfolio_margin import shipped_portfolio_pack
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.valuation import mark
from plimsoll.engine.what_if import Question, WhatIf, ask, by_portfolio, by_strategies
from plimsoll.engine.what_if import read_question as read_question


def answer(
    app: Application,
    book: Book,
    snapshot: Snapshot,
    account_id: str,
    question: Question,
    *,
    portfolio: bool = False,
    limit: int | None = None,
) -> WhatIf:
    """Give an account before and after what is asked, by either regime; with a limit the largest size too.

    Raises
    ------
    BadInput
        If the book has no such account, or no trade to search the size of.
    PlimsollError
        The refusal of the account or of a change.
    """
    require_account(book, account_id)
    account = next(account for account in book.accounts if account.account_id == account_id)
    marks = Marks.of_valuation(mark(book, snapshot, MARKS, threads=app.threads))
    if portfolio:
        rules = shipped_portfolio_pack()
        return by_portfolio(ask(account, question, snapshot, marks, rules, MARKS), rules, MARKS, limit)
    pack = shipped_pack()
    return by_strategies(ask(account, question, snapshot, marks, pack, MARKS), pack, limit)
