"""Stage 4, risk: tails of every account on a day, and the backtest over the whole history."""

from dataclasses import asdict, dataclass

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.runs import Run
from plimsoll.data.market import Market
from plimsoll.engine.book import Book
from plimsoll.models.market.backtest import BacktestRun, backtest_run, linear_cases
from plimsoll.models.market.settings import MODELS
from plimsoll.models.market.value_at_risk import RiskRun, value_at_risk_run
from plimsoll.validation.inputs import BacktestSeries, TailReproduction

BACKTEST_BOOK = "demo-2020"


@dataclass(frozen=True, slots=True)
class Backtested:
    """A backtest and the forms in which validation reads it."""

    run: BacktestRun
    series: tuple[BacktestSeries, ...]
    reproductions: tuple[TailReproduction, ...]


def measure(app: Application, book: Book, market: Market) -> tuple[RiskRun, Run]:
    """Give value at risk and expected shortfall of every account at the book's date, and keep them."""
    found = value_at_risk_run(book, market, threads=app.threads)
    run = app.runs.record("risk", found.to_dict(), {"accounts": found.table()}, dict(found.evidence))
    app.log.info("risk measured", book=book.book_id, accounts=len(found.accounts), refused=len(found.refused))
    return found, run


def backtest(app: Application, book: Book, market: Market) -> Backtested:
    """Backtest a book over the whole history; nothing is recorded."""
    run = backtest_run(book, market, threads=app.threads, progress=app.progress)
    found = [run.series(account, model) for account in run.accounts for model in MODELS]
    names = BacktestSeries.__dataclass_fields__
    return Backtested(
        run=run,
        series=tuple(BacktestSeries(**{name: getattr(item, name) for name in names}) for item in found),
        reproductions=tuple(TailReproduction(**asdict(case)) for case in linear_cases(run, book, market)),
    )


def record(app: Application, tested: Backtested) -> Run:
    """Keep a backtest: its statistics and every day of it."""
    run = tested.run
    tables = {"days": run.table(), "statistics": run.statistics_table()}
    app.log.info("backtest done", book=run.book_id, days=len(run.dates), accounts=len(run.accounts))
    return app.runs.record("backtest", run.to_dict(), tables, dict(run.evidence))
