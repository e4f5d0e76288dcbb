"""`plimsoll report`: build."""

from collections.abc import Sequence
from pathlib import Path

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import data as market_data
from plimsoll.bootstrap import report as stage
from plimsoll.bootstrap import validation as validations
from plimsoll.console.command import command
from plimsoll.console.view import View


@click.group(name="report", no_args_is_help=True)
def report() -> None:
    """Build the validation report."""


@command(report, "build", "plimsoll report build --out out")
@click.argument("run_id", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True, help="Folder."
)
def build(app: Application, run_id: str | None, out: Path) -> View:
    """Build report.json and one self-contained report.html of a kept validation run, the last one without an id."""
    run = validations.recorded(app, run_id)
    market = market_data.market(app)
    built = stage.build(app, run, validations.gather(app, market), market, out)
    return view(built, stage.other_code(run))


def view(built: stage.Built, other_code: Sequence[str]) -> View:
    """Give what was built, and before it each way in which the code of the run is not the code of the report."""
    paths = {"json": str(built.json_path), "html": str(built.html_path)}
    document = {
        "digest": built.digest,
        **paths,
        "basis": built.document["basis"],
        "code_differences": list(other_code),
    }
    warnings = [f"WARNING the run was made by other code than this report; {line}" for line in other_code]
    return View(document, (), (*warnings, *paths.values(), f"digest {built.digest}"))
