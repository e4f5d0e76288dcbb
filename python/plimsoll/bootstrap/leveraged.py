"""Margin of leveraged retail products, leverage of accounts, and funds that are reset daily."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.margin import MARKS, basis_of
from plimsoll.bootstrap.runs import Run
from plimsoll.engine.book import Book
from plimsoll.engine.leverage import LeverageRequest, fund_path, leverage_book
from plimsoll.engine.leveraged import LeveragedOutcome, LeveragedRun, cfd_run, perpetual_run
from plimsoll.engine.leveraged_files import cfd_accounts, index_closes, perpetual_accounts
from plimsoll.engine.leveraged_pack import cfd_pack, perpetual_pack
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.stress import StressSubject
from plimsoll.engine.valuation import mark
from plimsoll.vocabulary.errors import BadInput


def perpetual(app: Application, path: Path, pack: str, moves: Mapping[str, float]) -> tuple[LeveragedRun, Run]:
    """Margin a file of accounts of perpetual contracts and keep the result."""
    found = perpetual_run(perpetual_accounts(path), perpetual_pack(pack), moves)
    return found, _kept(app, "margin-perpetual", found)


def cfd(app: Application, path: Path, pack: str) -> tuple[LeveragedRun, Run]:
    """Margin a file of accounts of contracts for difference and keep the result."""
    found = cfd_run(cfd_accounts(path), cfd_pack(pack))
    return found, _kept(app, "margin-cfd", found)


def leverage(
    app: Application, book: Book, snapshot: Snapshot, account: str | None, **asked_for: Any
) -> tuple[tuple[LeveragedOutcome, ...], Run]:
    """Give the leverage of every account of a book, or of one, and keep the result; asked for is a LeverageRequest.

    Raises
    ------
    BadInput
        If the book has no such account, or a beta is one of an unknown underlying.
    """
    known = [each.account_id for each in book.accounts]
    if account is not None and account not in known:
        raise BadInput(
            "unknown_account", field="account", value=account, allowed=", ".join(known), fix="name one of these"
        )
    kept = tuple(each for each in book.accounts if account in (None, each.account_id))
    asked = replace(book, accounts=kept)
    request, pack = LeverageRequest(**asked_for), shipped_pack()
    valuation = mark(asked, snapshot, MARKS, threads=app.threads)
    subject = StressSubject.of(asked, valuation, snapshot, pack, MARKS, app.threads)
    outcomes = leverage_book(subject, request)
    digests = {"book": book.digest, "snapshot": snapshot.digest, "pack": pack.digest}
    document = {
        "book_id": book.book_id,
        "valuation_date": snapshot.valuation_date.isoformat(),
        "betas": dict(request.betas),
        "stressed_move": request.stressed_move,
        "digests": digests,
        "basis": basis_of(snapshot, pack),
        "accounts": [outcome.to_dict() for outcome in outcomes],
    }
    app.log.info("leverage done", book=book.book_id, accounts=len(outcomes))
    return outcomes, app.runs.record("leverage", document, {}, digests)


def fund(path: Path, multiple: float, net_assets: float, fee: float, rate: float) -> dict[str, Any]:
    """Give what daily rebalancing does to a fund over a table of closes, with the dates of the closes."""
    days, closes = index_closes(path)
    found = fund_path(closes, multiple=multiple, net_assets=net_assets, annual_fee=fee, annual_rate=rate)
    rows = [{"date": day, **row} for day, row in zip(days[1:], found["days"], strict=False)]
    return {"multiple": multiple, "net_assets": net_assets, **found, "days": rows}


def _kept(app: Application, stage: str, found: LeveragedRun) -> Run:
    app.log.info(f"{stage} done", accounts=len(found.outcomes), failed=found.failed)
    return app.runs.record(stage, found.to_dict(), {}, dict(found.digests))
