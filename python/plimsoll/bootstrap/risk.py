"""Stage 4, risk: tails of every account and of the book on a day, and the backtest over the whole history."""

from plimsoll.bootstrap import facts
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.data import basis
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.runs import Run
from plimsoll.bootstrap.watch import watched
from plimsoll.data.market import Market
from plimsoll.engine.book import Book
from plimsoll.models.market.backtest import BacktestRun, backtest_run
from plimsoll.models.market.value_at_risk import RiskRun, value_at_risk_run

BACKTEST_BOOK = "demo-2020"


@watched(Stage.risk, facts.of_risk)
def measure(app: Application, book: Book, market: Market) -> tuple[RiskRun, Run]:
    """Give value at risk and expected shortfall of every account and of the book at its date, and keep them."""
    found = value_at_risk_run(book, market, threads=app.threads)
    run = app.runs.record(
        "risk", {**found.to_dict(), "basis": basis(market)}, {"accounts": found.table()}, dict(found.evidence)
    )
    app.log.info("risk measured", book=book.book_id, accounts=len(found.accounts), refused=len(found.refused))
    return found, run


@watched(Stage.backtest, facts.of_backtest)
def backtest(app: Application, book: Book, market: Market) -> BacktestRun:
    """Backtest a book over the whole history; nothing is recorded."""
    return backtest_run(book, market, threads=app.threads, progress=app.progress)


def record(app: Application, run: BacktestRun, market: Market) -> Run:
    """Keep a backtest: its statistics and every day of it."""
    tables = {"days": run.table(), "statistics": run.statistics_table()}
    app.log.info("backtest done", book=run.book_id, days=len(run.dates), accounts=len(run.accounts))
    return app.runs.record("backtest", {**run.to_dict(), "basis": basis(market)}, tables, dict(run.evidence))
