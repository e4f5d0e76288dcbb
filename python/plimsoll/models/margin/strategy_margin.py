"""The model "strategy-margin": values a book, then margins each of its accounts by Regulation T and FINRA 4210."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plimsoll.engine.book import Book, read_book
from plimsoll.engine.margin import Marks
from plimsoll.engine.margin import margin_book as margin_marked_book
from plimsoll.engine.margin_pack import MarginPack
from plimsoll.engine.margin_records import BookMargin, tree_in_dollars
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.refusals import InvalidValue
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.engine.valuation import mark

MODEL_ID = "strategy-margin"

Source = Mapping[str, Any] | Path | str


def margin_book(
    book: Book | Source, snapshot: Snapshot | Source, pack: MarginPack, method: MethodSpec, *, threads: int = 1
) -> BookMargin:
    """Value a book and margin its accounts.

    Parameters
    ----------
    book : Book, document or path
        The accounts.
    snapshot : Snapshot, document or path
        The market.
    pack : MarginPack
        The rules' numbers.
    method : MethodSpec
        How options are marked where there is no closing price.
    threads : int
        Threads of the valuation; the bits of the results do not depend on it.

    Returns
    -------
    BookMargin
        One outcome for each account.

    Raises
    ------
    BadInput
        If a file cannot be read or a document is not what it should be.
    """
    read = book if isinstance(book, Book) else read_book(book)
    market = snapshot if isinstance(snapshot, Snapshot) else read_snapshot(snapshot)
    marks = Marks.of_valuation(mark(read, market, method, threads=threads))
    return margin_marked_book(read, market, marks, pack)


def explain(margin: BookMargin, account_id: str) -> dict[str, Any]:
    """Give why an account's figures are what they are, with each rule, input and cent, amounts as text in dollars.

    Raises
    ------
    InvalidValue
        If the book has no such account.
    PlimsollError
        The refusal of the account, if it was refused.
    """
    outcome = next((outcome for outcome in margin.outcomes if outcome.account_id == account_id), None)
    if outcome is None:
        raise InvalidValue(
            "invalid_value",
            field="account_id",
            value=account_id,
            allowed=", ".join(other.account_id for other in margin.outcomes),
            fix="name one of these",
        )
    if outcome.margin is None:
        assert outcome.refusal is not None
        raise outcome.refusal
    found = outcome.margin
    return {
        "model_id": MODEL_ID,
        "pack_id": margin.pack_id,
        "digests": dict(margin.digests),
        "account_id": account_id,
        "valuation_date": found.valuation_date.isoformat(),
        "equity": tree_in_dollars(found.equity_tree),
        "options_without_loan_value": tree_in_dollars(found.maintenance.uncounted_options),
        "initial": tree_in_dollars(found.initial.tree),
        "maintenance": tree_in_dollars(found.maintenance.tree),
        "excess": str(found.maintenance.excess),
        "call": str(found.call),
        "pairings": [dict(pairing) for pairing in found.maintenance.pairings],
        "warnings": [dict(warning) for warning in found.warnings],
    }
