"""`plimsoll margin span`: requirements by SPAN, from a clearing house's file or from parameters of our own."""

from pathlib import Path

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import span as stage
from plimsoll.bootstrap import valuation as books
from plimsoll.console.command import command
from plimsoll.console.files import write_text
from plimsoll.console.tree_lines import tree_lines
from plimsoll.console.view import Table, View
from plimsoll.vocabulary.errors import BadInput

_PARTS = ("scan_risk", "spread_charge", "delivery_charge", "credit", "option_value")


def hang_on(group: click.Group) -> None:
    """Add the command to the group of margin."""
    command(group, "span", "plimsoll margin span demo-2020 --explain A03")(span)


@click.argument("book")
@click.option(
    "--parameters",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Risk-parameter file (XML) of the clearing house; our own, made from the snapshot, by default.",
)
@click.option("--snapshot", metavar="FILE|DATE", help="Market of our own parameters; the book's date by default.")
@click.option(
    "--account-class",
    type=click.Choice(stage.ACCOUNT_CLASSES),
    default="speculator",
    show_default=True,
    help="Whose ratio of initial to maintenance applies.",
)
@click.option(
    "--write", "written", type=click.Path(path_type=Path, dir_okay=False), help="Write our own parameters as a file."
)
@click.option("--explain", metavar="ACCOUNT", help="Show why an account's figures are what they are.")
def span(
    app: Application,
    book: str,
    parameters: Path | None,
    snapshot: str | None,
    account_class: str,
    written: Path | None,
    explain: str | None,
) -> View:
    """Give the requirement of each account of BOOK by SPAN: scan risk, spreads, deliveries, credits, option value."""
    read = books.book_named(book)
    if parameters is None:
        own = stage.own_parameters(app, read, books.snapshot_named(app, snapshot, read))
        if written is not None:
            write_text(written, own.text(), "write")
        found, kept = stage.by_own(app, read, own, account_class)
    else:
        _refuse_both(snapshot, written)
        found, kept = stage.by_file(app, read, parameters, account_class)
    named = None if explain is None else stage.account_named(found, explain)
    rows = [
        (o.account_id, *(f"{o.margin.figure(name):.2f}" for name in _PARTS), str(o.margin.amount),
         str(o.margin.initial_amount))
        for o in found.outcomes if o.margin is not None
    ]  # fmt: skip
    columns = ("account", "scan", "spreads", "delivery", "credit", "option value", "maintenance", "initial")
    lines = [f"{o.account_id} refused: {o.refusal}" for o in found.outcomes if o.refusal is not None]
    for outcome in found.outcomes:
        if outcome.account_id == named and outcome.margin is not None:
            document = outcome.margin.to_dict()
            lines += [*tree_lines(document["maintenance_tree"], 0), *tree_lines(document["initial_tree"], 0)]
    table = Table(f"{found.book_id} on {found.valuation_date}, {found.set_id}, {account_class}", columns, rows)
    return View(kept.document, (table,), [*lines, *found.notes], exit_code=1 if found.failed else 0)


def _refuse_both(snapshot: str | None, written: Path | None) -> None:
    for name, given in (("snapshot", snapshot), ("write", written)):
        if given is not None:
            raise BadInput(
                "option_of_another",
                field=name,
                value=given,
                allowed="with our own parameters alone, without --parameters",
                fix=f"leave out --{name} or --parameters",
            )
