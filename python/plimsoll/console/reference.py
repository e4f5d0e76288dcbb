"""`plimsoll reference`: check."""

from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import reference as stage
from plimsoll.console.command import command
from plimsoll.console.view import Table, View


@click.group(name="reference", no_args_is_help=True)
def reference() -> None:
    """Check published values against our methods."""


@command(reference, "check", "plimsoll reference check core/tests/reference/european_black_scholes.csv")
@click.argument("table", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--companions", type=click.Path(path_type=Path, file_okay=False), help="Folder of tables that this one refers to."
)
def check(app: Application, table: Path, companions: Path | None) -> View:
    """Run each row of TABLE (its stem is the topic) by the methods that apply; exit 1 when a row fails."""
    found = stage.check(app, table, companions)
    counts = ("cases", "passed", "failed", "unsupported", "disputed")
    summary = Table(found["topic"], counts, (tuple(str(found[name]) for name in counts),))
    rows = [_row(case) for case in found["worst"]]
    columns = ("case", "verdict", "share of tolerance", "method", "printed", "computed", "note")
    worst = Table("Furthest from the printed value", columns, rows)
    return View(found, (summary, worst) if rows else (summary,), exit_code=stage.exit_code(found))


def _row(case: dict[str, Any]) -> tuple[str, ...]:
    first = case["comparisons"][0] if case["comparisons"] else {}
    share = case["share_of_tolerance"]
    return (
        case["case_id"],
        case["verdict"],
        "-" if share is None else f"{share:.3f}",
        *(str(first.get(name, "-")) for name in ("method", "expected", "computed")),
        case["note"],
    )
