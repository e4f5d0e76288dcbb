"""`plimsoll risk`: run, backtest."""

from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import data as market_data
from plimsoll.bootstrap import risk as stage
from plimsoll.bootstrap import valuation as books
from plimsoll.console.command import command
from plimsoll.console.view import Table, View, number


@click.group(name="risk", no_args_is_help=True)
def risk() -> None:
    """Measure value at risk and expected shortfall, and hold them against history."""


@command(risk, "run", "plimsoll risk run demo-2020")
@click.argument("book")
def run(app: Application, book: str) -> View:
    """Measure each account of BOOK, and all together (row book), at its date: 1-day VaR 99 % and ES 97.5 %, three models."""
    found, kept = stage.measure(app, books.book_named(book), market_data.market(app))
    rows = [
        (a.account_id, a.model, number(a.value_at_risk, 2), number(a.value_at_risk_error, 2),
         number(a.expected_shortfall, 2), number(a.expected_shortfall_error, 2))
        for a in found.rows
    ]  # fmt: skip
    columns = ("account", "model", "VaR 99 %", "standard error", "ES 97.5 %", "standard error")
    lines = [f"refused: {item.to_dict()}" for item in found.refused]
    table = Table(f"{found.book_id} at the close of {found.as_of}, losses over one day", columns, rows)
    return View(kept.document, (table,), [*lines, _basis(kept)], exit_code=1 if found.refused else 0)


@command(risk, "backtest", "plimsoll risk backtest demo-2020")
@click.argument("book")
def backtest(app: Application, book: str) -> View:
    """Forecast and revalue BOOK, struck anew each day, over the whole history, and test the forecasts."""
    market = market_data.market(app)
    tested = stage.backtest(app, books.book_named(book), market)
    kept = stage.record(app, tested, market)
    rows = [
        (s.account_id, s.model, s.test, f"{s.n:,}", number(s.statistic), number(s.p_value), s.verdict)
        for s in tested.statistics
    ]
    columns = ("account", "model", "test", "n", "statistic", "p value", "verdict")
    title = f"{tested.book_id}, {tested.dates[0]} to {tested.dates[-1]}"
    lines = (_basis(kept), kept.run_id)
    return View({**kept.document, "run_id": kept.run_id}, (Table(title, columns, rows),), lines)


def _basis(kept: Any) -> str:
    basis = kept.document["basis"]
    return f"ASSUMED: {', '.join(basis['assumed'])}; adjusted closes: {len(basis['adjusted_prices'])} underlyings"
