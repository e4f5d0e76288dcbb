"""`plimsoll compare`."""

from typing import Any

import click

from plimsoll.bootstrap import Application, studies
from plimsoll.bootstrap import valuation as stage
from plimsoll.console.command import make_command
from plimsoll.console.refused import refused_table
from plimsoll.console.view import Table, View, number


@make_command("compare", "plimsoll compare demo-2008 --seed 1")
@click.argument("book")
@click.option("--snapshot", metavar="FILE|DATE", help="The market; the stored one of the book's date by default.")
@click.option("--paths", type=click.IntRange(2, 2**63 - 1), help="Paths of the simulation.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Seed of the simulation.")
def compare(app: Application, book: str, snapshot: str | None, paths: int | None, seed: int | None) -> View:
    """Value each position of BOOK by every method that its product has, side by side.

    Each price stands with the error that its method states (a standard error, an estimate, what fewer steps of a lattice or
    grid change, or rounding) and with z, its distance from the most accurate method in errors of both. |z| > 3 is flagged;
    the exit code is 1 where the widest is more than chance explains among so many, or a position, or a method that values
    its product, is refused. The reference is not held against itself, and the named approximations state no error: they
    have no z, and a position that nothing else values has no second method.
    """
    read = stage.book_named(book)
    found = studies.compare(app, read, stage.snapshot_named(app, snapshot, read), paths, seed)
    columns = ("trade", "product", "method", "price", "stated error", "error is", "difference", "z", "flag")
    rows = [_row(trade, each) for trade in found.trades for each in trade.prices]
    verdict = "disagreement beyond chance" if found.disagrees else "no disagreement beyond chance"
    priced = sum(each.price is not None for trade in found.trades for each in trade.prices)
    lines = (
        f"{priced} prices of {len(found.trades)} trades, {found.without_z} without z; {found.alone} trades with no second method",
        f"{len(found.flagged)} flagged; {verdict} ({found.limit:.2f})",
    )
    tables = (Table(f"{found.book_id} on {found.valuation_date}", columns, rows), *refused_table(found.refused))
    return View(found.to_dict(), tables, lines, exit_code=1 if found.disagrees or found.refused else 0)


def _row(trade: Any, each: Any) -> tuple[str, ...]:
    return (
        trade.trade_id,
        trade.kind,
        each.method,
        number(each.price, 6),
        "-" if each.error is None else f"{each.error:.1e}",
        each.error_is,
        "-" if each.difference is None else f"{each.difference:+.1e}",
        number(each.z, 2),
        _flag(trade, each),
    )


def _flag(trade: Any, each: Any) -> str:
    if each.refusal is not None:
        return "refused"
    if each.is_reference:
        return "reference" if trade.has_second_method else "no second method"
    return "differs" if each.flagged else ""
