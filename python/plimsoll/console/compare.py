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
    the exit code is 1 where the widest is more than chance explains among so many, or a position is refused. The named
    approximations state no error, so they have a distance and no z.
    """
    read = stage.book_named(book)
    found = studies.compare(app, read, stage.snapshot_named(app, snapshot, read), paths, seed)
    columns = ("trade", "product", "method", "price", "stated error", "error is", "difference", "z", "flag")
    rows = [_row(trade, each) for trade in found.trades for each in trade.prices]
    refused = [(trade.trade_id, trade.refusal) for trade in found.trades if trade.refusal is not None]
    verdict = "disagreement beyond chance" if found.disagrees else "no disagreement beyond chance"
    line = (
        f"{len(rows)} prices of {len(found.trades)} trades; {len(found.flagged)} flagged; {verdict} ({found.limit:.2f})"
    )
    tables = (Table(f"{found.book_id} on {found.valuation_date}", columns, rows), *refused_table(refused))
    return View(found.to_dict(), tables, (line,), exit_code=1 if found.disagrees or refused else 0)


def _row(trade: Any, each: Any) -> tuple[str, ...]:
    return (
        trade.trade_id,
        trade.kind,
        each.method,
        number(each.price, 6),
        "-" if each.error is None else f"{each.error:.1e}",
        each.error_is,
        f"{each.difference:+.1e}",
        number(each.z, 2),
        "differs" if each.flagged else "",
    )
