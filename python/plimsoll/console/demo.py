"""`plimsoll demo`: the whole voyage."""

import os
from pathlib import Path

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import voyage as stage
from plimsoll.console.command import make_command
from plimsoll.console.validation import results_table
from plimsoll.console.view import Table, View


@make_command("demo", "plimsoll demo --out out")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True, help="Folder."
)
@click.option("--replay/--no-replay", default=True, show_default=True, help="Run the validation again and compare.")
def demo(app: Application, out: Path, replay: bool) -> View:
    """Sail from market data to a signed validation report: every stage, then a summary and where things lie."""
    found = stage.sail(app, out, os.urandom, replay)
    legs = Table("The voyage", ("stage", "what came of it", "seconds"), [_leg(leg) for leg in found.legs])
    lines = [f"{name + ':':<22}{path}" for name, path in found.artifacts.items()]
    tables = (results_table(found.run.results), legs)
    return View(
        found.to_dict(),
        tables,
        [*lines, *found.notes, f"report digest: {found.report_digest}"],
        exit_code=0 if found.ok else 1,
    )


def _leg(leg: stage.Leg) -> tuple[str, ...]:
    return leg.name, leg.summary, f"{leg.seconds:.1f}"
