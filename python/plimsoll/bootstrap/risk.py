"""Stage 4, risk: tails of every account and of the book on a day, and the backtest over the whole history."""

from typing import Any

from plimsoll.bootstrap import artifacts, facts, models
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.data import basis
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.runs import Run
from plimsoll.bootstrap.watch import watched
from plimsoll.data.market import Market
from plimsoll.engine.book import Book
from plimsoll.models.market.backtest import BacktestRun, backtest_run
from plimsoll.models.market.settings import MODEL_ID
from plimsoll.models.market.value_at_risk import RiskRun, value_at_risk_run

BACKTEST_BOOK = "demo-2020"


@watched(Stage.risk, facts.of_risk)
@step("risk")
def measure(app: Application, book: Book, market: Market) -> tuple[RiskRun, Run]:
    """Give value at risk and expected shortfall of every account and of the book at its date, and keep them."""
    app.lineage.reads(artifacts.book(book), artifacts.market_history(market), models.artifact(MODEL_ID))
    found = value_at_risk_run(book, market, threads=app.threads)
    run = app.runs.record(
        "risk", {**found.to_dict(), "basis": basis(market)}, {"accounts": found.table()}, dict(found.evidence)
    )
    app.log.info("risk measured", book=book.book_id, accounts=len(found.accounts), refused=len(found.refused))
    return found, run


@watched(Stage.backtest, facts.of_backtest)
@step("backtest")
def backtest(app: Application, book: Book, market: Market) -> BacktestRun:
    """Backtest a book over the whole history; nothing is recorded."""
    app.lineage.reads(artifacts.book(book), artifacts.market_history(market), models.artifact(MODEL_ID))
    found = backtest_run(book, market, threads=app.threads, progress=app.progress)
    document = backtest_document(found, market)
    app.lineage.makes(artifacts.run("backtest", document))
    app.lineage.notes(digests=dict(found.evidence), seed=artifacts.seed(document))
    return found


def backtest_document(run: BacktestRun, market: Market) -> dict[str, Any]:
    """Give a backtest as it is recorded: its statistics and what they rest on."""
    return {**run.to_dict(), "basis": basis(market)}


def record(app: Application, run: BacktestRun, market: Market) -> Run:
    """Keep a backtest: its statistics and every day of it."""
    tables = {"days": run.table(), "statistics": run.statistics_table()}
    app.log.info("backtest done", book=run.book_id, days=len(run.dates), accounts=len(run.accounts))
    return app.runs.record("backtest", backtest_document(run, market), tables, dict(run.evidence))
