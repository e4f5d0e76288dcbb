"""Stage 5, margin: requirements of every account on a day, and the replay of a crisis day by day."""

import dataclasses
from datetime import date, timedelta
from typing import Any

from plimsoll.bootstrap import artifacts, data, facts, models
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.runs import Run
from plimsoll.bootstrap.valuation import VALIDATED_STEPS
from plimsoll.bootstrap.watch import watched
from plimsoll.data.market import Market
from plimsoll.engine.book import Book
from plimsoll.engine.margin_pack import MarginPack, shipped_pack
from plimsoll.engine.margin_records import BookMargin
from plimsoll.engine.methods import Extrapolation, LeisenReimer
from plimsoll.engine.portfolio_margin import PortfolioMarginPack
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.models.margin.replay import replay as replay_days
from plimsoll.models.margin.replay_records import MarginReplay
from plimsoll.models.margin.strategy_margin import MODEL_ID, margin_book
from plimsoll.models.margin.strategy_margin import explain as explain_account
from plimsoll.vocabulary.errors import BadInput

#: Last days of the crises that the shipped books live through.
EPISODES = {"demo-2008": date(2008, 10, 31), "demo-2020": date(2020, 4, 30)}
_SESSIONS = timedelta(days=70)
MARKS = LeisenReimer(steps=VALIDATED_STEPS, extrapolation=Extrapolation.richardson)


@watched(Stage.margin, facts.of_margin)
@step("margin")
def run(app: Application, book: Book, snapshot: Snapshot, pack: MarginPack | None = None) -> tuple[BookMargin, Run]:
    """Margin every account of a book and keep the result with its explain trees."""
    pack = pack or shipped_pack()
    app.lineage.reads(artifacts.book(book), artifacts.snapshot(snapshot), artifacts.margin_pack(pack))
    app.lineage.reads(models.artifact(MODEL_ID))
    found = margin_book(book, snapshot, pack, MARKS, threads=app.threads)
    document = {**found.to_dict(), "basis": basis_of(snapshot, pack)}
    kept = app.runs.record("margin", document, {"accounts": found.to_table()}, dict(found.digests))
    app.log.info("margin done", book=book.book_id, accounts=len(found.outcomes), failed=found.failed)
    return found, kept


def basis_of(snapshot: Snapshot, pack: MarginPack | PortfolioMarginPack) -> dict[str, Any]:
    """Say what a result rests on: adjusted prices, assumed market quantities, assumed parameters of the pack."""
    return {**data.basis_of(snapshot), "assumed_parameters": pack.assumed()}


def explain(app: Application, book: Book, snapshot: Snapshot, account_id: str) -> dict[str, Any]:
    """Give why an account's figures are what they are: each rule, input and cent.

    Raises
    ------
    BadInput
        If the book has no such account.
    PlimsollError
        The refusal of the account, if it was refused.
    """
    require_account(book, account_id)
    pack = shipped_pack()
    found = explain_account(margin_book(book, snapshot, pack, MARKS, threads=app.threads), account_id)
    return {**found, "basis": basis_of(snapshot, pack)}


def require_account(book: Book, account_id: str) -> None:
    """Refuse an account that the book does not have."""
    known = [account.account_id for account in book.accounts]
    if account_id not in known:
        raise BadInput(
            "unknown_account", field="account", value=account_id, allowed=", ".join(known), fix="name one of these"
        )


@watched(Stage.margin_replay, facts.of_margin_replay)
@step("margin-replay")
def replay(app: Application, book: Book, market: Market, last: date | None = None) -> MarginReplay:
    """Margin a book at the close of each day from its own date to the last; nothing is recorded."""
    end = last or EPISODES.get(book.book_id, book.as_of + _SESSIONS)
    days = market.days(book.as_of, end)
    if not days:
        raise BadInput(
            "no_sessions",
            field="to",
            value=end,
            allowed=f"a day after {book.as_of} in the history, which ends on {market.dates[-1]}",
            fix="choose a later day",
        )
    name = book.book_id.removeprefix("demo-")
    snapshots, pack = [market.snapshot(day) for day in days], shipped_pack()
    app.lineage.reads(artifacts.book(book), artifacts.market_history(market), artifacts.margin_pack(pack))
    app.lineage.reads(models.artifact(MODEL_ID))
    found = replay_days(name, book, snapshots, pack, MARKS, app.progress, threads=app.threads)
    found = dataclasses.replace(found, basis=basis_of(read_snapshot(snapshots[0]), pack))
    app.lineage.makes(artifacts.run("margin-replay", found.summary()))
    app.lineage.notes(digests=dict(found.digests))
    return found


def record(app: Application, found: MarginReplay) -> Run:
    """Keep a replay: its summary, every account day and every event."""
    tables = {"days": found.days_table(), "events": found.events_table()}
    app.log.info("margin replay done", replay=found.name, days=len(found.days), refused=found.refused)
    return app.runs.record("margin-replay", found.summary(), tables, dict(found.digests))
