"""`plimsoll report`: build, diff."""

from collections.abc import Sequence
from pathlib import Path

import click

from plimsoll.bootstrap import Application, comparison
from plimsoll.bootstrap import data as market_data
from plimsoll.bootstrap import report as stage
from plimsoll.bootstrap import report_files as files
from plimsoll.bootstrap import validation as validations
from plimsoll.console import differences
from plimsoll.console.command import command
from plimsoll.console.view import View


@click.group(name="report", no_args_is_help=True)
def report() -> None:
    """Build the validation report, or compare two of them."""


@command(report, "build", "plimsoll report build --out out --pdf")
@click.argument("run_id", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True, help="Folder."
)
@click.option("--pdf", is_flag=True, help="Render report.pdf too; needs the extra `pdf`.")
def build(app: Application, run_id: str | None, out: Path, pdf: bool) -> View:
    """Build report.json and one self-contained report.html of a kept validation run, the last one without an id."""
    wanted = files.required() if pdf else files.Renderings.html
    run = validations.recorded(app, run_id)
    market = market_data.market(app)
    built = stage.build(app, run, validations.gather(app, market), market, out, wanted)
    return view(built, stage.other_code(run))


@command(report, "diff", "plimsoll report diff before/report.json out/report.json")
@click.argument("before")
@click.argument("after")
def diff(app: Application, before: str, after: str) -> View:
    """Compare two reports, each a report.json, its folder, or the id of a kept run; exit 1 when they differ.

    Envelopes are not compared: who signed, ids and times make no difference.
    """
    return differences.view(comparison.compare(app, before, after))


def view(built: files.Built, other_code: Sequence[str]) -> View:
    """Give what was built, and before it each way in which the code of the run is not the code of the report."""
    paths = {"json": str(built.json_path), "html": str(built.html_path)}
    paths |= {} if built.pdf_path is None else {"pdf": str(built.pdf_path)}
    document = {
        "digest": built.digest,
        **paths,
        "basis": built.document["basis"],
        "code_differences": list(other_code),
    }
    warnings = [f"WARNING the run was made by other code than this report; {line}" for line in other_code]
    return View(document, (), (*warnings, *paths.values(), f"digest {built.digest}"))
