"""`plimsoll margin whatif`: an account before and after, by leg, and the largest size of a trade."""

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import valuation as books
from plimsoll.bootstrap import what_if as stage
from plimsoll.console.command import make_command
from plimsoll.console.view import Table, View

_EXAMPLE = "plimsoll margin whatif demo-2020 A05 --trade '-2 AAPL call 80 2020-03-20 @2.50' --largest 1000"


@make_command("whatif", _EXAMPLE)
@click.argument("book")
@click.argument("account")
@click.option(
    "--trade", "trades", multiple=True, metavar="TRADE", help="For instance '100 AAA @95.50'; may be repeated."
)
@click.option("--price", "prices", multiple=True, metavar="NAME=PRICE", help="A new price; its options are revalued.")
@click.option("--cash", metavar="AMOUNT", help="Cash paid in, or drawn out if negative.")
@click.option(
    "--largest",
    type=click.IntRange(min=1, max=1_000_000_000),
    metavar="LIMIT",
    help="Search for the largest size of the last trade, up to LIMIT, that leaves an excess.",
)
@click.option("--regime", type=click.Choice(["strategy", "portfolio"]), default="strategy", show_default=True)
@click.option("--snapshot", metavar="FILE|DATE", help="The market; the stored one of the book's date by default.")
def whatif(
    app: Application,
    book: str,
    account: str,
    trades: tuple[str, ...],
    prices: tuple[str, ...],
    cash: str | None,
    largest: int | None,
    regime: str,
    snapshot: str | None,
) -> View:
    """Show ACCOUNT of BOOK before and after trades, prices and cash, and what each of its positions then adds."""
    question = stage.read_question(trades, prices, cash)
    read = books.book_named(book)
    market = books.snapshot_named(app, snapshot, read)
    found = stage.answer(app, read, market, account, question, portfolio=regime == "portfolio", limit=largest)
    rows = [(name, str(found.before[name]), str(found.after[name]), str(found.change[name])) for name in found.before]
    legs = [(trade_id, *map(str, amounts.values())) for trade_id, amounts in found.marginals.items()]
    names = ("initial", "maintenance") if regime == "strategy" else ("requirement",)
    tables = (
        Table(f"{account}, {regime} regime", ("figure", "before", "after", "change"), rows),
        Table("By position", ("position", *names), legs),
    )
    lines = []
    if found.largest is not None:
        size = found.largest
        beyond = "the limit" if size["reached_limit"] else f"one more leaves {size['next_excess']}"
        lines = [f"largest size {size['quantity']}: excess {size['excess']}; {beyond}"]
    return View({**found.to_dict(), "regime": regime}, tables, lines)
