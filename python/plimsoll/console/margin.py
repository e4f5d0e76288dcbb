"""`plimsoll margin`: run, explain, replay, whatif."""

from datetime import datetime

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import data as market_data
from plimsoll.bootstrap import margin as stage
from plimsoll.bootstrap import valuation as books
from plimsoll.console import leverage, leveraged, margin_span
from plimsoll.console import portfolio_margin as portfolio
from plimsoll.console.command import command
from plimsoll.console.margin_calls import calls
from plimsoll.console.margin_simm import simm, variation
from plimsoll.console.tree_lines import tree_lines
from plimsoll.console.view import Table, View
from plimsoll.console.what_if import whatif

_SNAPSHOT = click.option(
    "--snapshot", metavar="FILE|DATE", help="The market; the stored one of the book's date by default."
)
_REGIME = click.option(
    "--regime",
    type=click.Choice(["strategy", "portfolio"]),
    default="strategy",
    show_default=True,
    help="Regulation T and FINRA 4210 by strategies, or portfolio margin, 4210(g).",
)


@click.group(name="margin", no_args_is_help=True)
def margin() -> None:
    """Margin accounts by Regulation T and FINRA 4210."""


margin.add_command(whatif)


@command(margin, "run", "plimsoll margin run demo-2020")
@click.argument("book")
@_SNAPSHOT
@_REGIME
def run(app: Application, book: str, snapshot: str | None, regime: str) -> View:
    """Give initial and maintenance margin, equity, excess and call of each account of BOOK."""
    read = books.book_named(book)
    market = books.snapshot_named(app, snapshot, read)
    if regime == "portfolio":
        return portfolio.run(app, read, market)
    found, kept = stage.run(app, read, market)
    rows = [
        (m.account_id, str(m.equity), str(m.initial.amount), str(m.maintenance.amount), str(m.maintenance.excess),
         str(m.call), "; ".join(sorted({w["code"] for w in m.warnings})) or "-")
        for m in found.margins
    ]  # fmt: skip
    columns = ("account", "equity", "initial", "maintenance", "excess", "call", "warnings")
    refused = [f"{o.account_id} refused: {o.refusal}" for o in found.outcomes if o.refusal is not None]
    table = Table(f"{found.book_id} on {found.valuation_date}, {found.pack_id}", columns, rows)
    return View(kept.document, (table,), refused, exit_code=1 if refused else 0)


@command(margin, "explain", "plimsoll margin explain demo-2020 A03")
@click.argument("book")
@click.argument("account")
@_SNAPSHOT
@_REGIME
def explain(app: Application, book: str, account: str, snapshot: str | None, regime: str) -> View:
    """Explain each cent of an account: the rule that it comes from and what went in."""
    read = books.book_named(book)
    market = books.snapshot_named(app, snapshot, read)
    if regime == "portfolio":
        return portfolio.explain(app, read, market, account)
    found = stage.explain(app, read, market, account)
    lines: list[str] = []
    for part in ("equity", "initial", "maintenance"):
        lines += [part, *tree_lines(found[part], 1)]
    lines += [f"excess {found['excess']}, call {found['call']}"]
    return View(found, (), [*lines, *(f"{w['code']}: {w['underlying']}: {w['text']}" for w in found["warnings"])])


@command(margin, "replay", "plimsoll margin replay demo-2008")
@click.argument("book")
@click.option(
    "--to", "last", type=click.DateTime(formats=["%Y-%m-%d"]), help="Last day; the end of the crisis by default."
)
def replay(app: Application, book: str, last: datetime | None) -> View:
    """Margin BOOK at each close from its date on: calls, deposits, shortfalls."""
    replayed = stage.replay(app, books.book_named(book), market_data.market(app), None if last is None else last.date())
    kept = stage.record(app, replayed)
    rows = [
        (s.account_id, str(s.calls_issued), str(s.calls_met), str(s.calls_overdue), str(s.largest_call),
         str(s.largest_shortfall), str(s.days_in_shortfall), str(s.least_excess))
        for s in replayed.summaries()
    ]  # fmt: skip
    columns = ("account", "calls", "met", "overdue", "largest call", "largest shortfall", "days short", "least excess")
    first, end = replayed.days[0].day, replayed.days[-1].day
    table = Table(f"{replayed.book_id}, {first} to {end}", columns, rows)
    document = {**replayed.to_dict(), "run_id": kept.run_id}
    return View(document, (table,), (kept.run_id,), exit_code=1 if replayed.refused else 0)


margin_span.hang_on(margin)
leveraged.add_to(margin)
leverage.add_to(margin)
margin.add_command(simm)
margin.add_command(variation)
margin.add_command(calls)
