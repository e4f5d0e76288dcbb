"""`plimsoll converge`."""

from pathlib import Path

import click

from plimsoll.bootstrap import Application, studies
from plimsoll.bootstrap import valuation as stage
from plimsoll.console.command import make_command
from plimsoll.console.view import Table, View, number


@make_command("converge", "plimsoll converge demo-2020 --trade A04-002 --method pde --plot converge.svg")
@click.argument("book")
@click.option("--trade", "trade_id", required=True, metavar="ID", help="The trade of the book.")
@click.option("--method", type=click.Choice(studies.SIZED_METHODS), default="tree", show_default=True)
@click.option("--snapshot", metavar="FILE|DATE", help="The market; the stored one of the book's date by default.")
@click.option("--first", type=click.IntRange(4, 2**31 - 1), help="Steps (25) or paths (1024) of the first level.")
@click.option(
    "--levels", type=click.IntRange(3, 14), default=6, show_default=True, help="Number of doublings, and one."
)
@click.option(
    "--extrapolation",
    type=click.Choice(studies.EXTRAPOLATIONS),
    default="none",
    show_default=True,
    help="Of lattice and grid; without it the order is clean.",
)
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw it into this file, .svg or .png.")
def converge(
    app: Application,
    book: str,
    trade_id: str,
    method: str,
    snapshot: str | None,
    first: int | None,
    levels: int,
    extrapolation: str,
    plot: Path | None,
) -> View:
    """Value one trade of BOOK at doubling steps or paths and measure the order of convergence.

    The order p of error = c / size^p is fitted to the change from each size to its double, or to the standard error of a
    simulation, with the standard error of the fit. Beside each price stands its distance from the most accurate method.
    """
    if plot is not None:
        studies.plot_form(plot)  # before the levels, which may take long
    read = stage.book_named(book)
    found = studies.converge(
        read, stage.snapshot_named(app, snapshot, read), trade_id, method, extrapolation, first, levels
    )
    if plot is not None:
        studies.plot(found, plot)
    against = f"{found.reference.method} {number(found.reference.price, 8)}"
    columns = (found.size_is, "price", "standard error", "change", f"against {found.reference.method}")
    rows = [
        (
            f"{level.size:,}",
            number(level.price, 8),
            number(level.standard_error, 6),
            "-" if level.change is None else f"{level.change:+.3e}",
            f"{level.difference:+.3e}",
        )
        for level in found.levels
    ]
    title = f"{found.trade_id} by {type(found.method).__name__}, against {against}"
    return View(
        {**found.to_dict(), "plot": None if plot is None else str(plot)},
        (Table(title, columns, rows),),
        (_order(found), *([] if plot is None else [str(plot)])),
    )


def _order(found: studies.Convergence) -> str:
    if found.order is None:
        return f"order not measured: the changes are below rounding after {found.fitted} levels"
    error = "" if found.order_error is None else f" ± {found.order_error:.2f}"
    return f"measured order {found.order:.2f}{error} from {found.fitted} levels"
