"""`plimsoll validation`: plan, run, replay, status."""

from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import data as market_data
from plimsoll.bootstrap import validation as stage
from plimsoll.console.command import command
from plimsoll.console.view import Table, View, number


@click.group(name="validation", no_args_is_help=True)
def validation() -> None:
    """Validate the registered models by the plan that the policy pack asks for."""


@command(validation, "plan", "plimsoll validation plan")
def plan(_app: Application) -> View:
    """Show which tests the policy pack requires for each model, and their thresholds."""
    made = stage.plan()
    rows = [(t.model_id, t.definition.test_id, t.definition.title) for t in made.tests]
    rows += [(w.model_id, w.test_id, f"waived: {w.reason}") for w in made.waived]
    title = f"Plan of {made.policy_pack_id}, revision {made.policy_pack_revision}"
    return View(made.to_dict(), (Table(title, ("model", "test", "title"), rows),))


@command(validation, "run", "plimsoll validation run")
def run(app: Application) -> View:
    """Run the plan on inputs made anew from the stored data; exit 1 when a test is red."""
    found = stage.validate(app, stage.gather(app, market_data.market(app)))
    return _view(found)


@command(validation, "status", "plimsoll validation status")
@click.argument("run_id", required=False)
def status(app: Application, run_id: str | None) -> View:
    """Show a kept validation run, the last one without an id."""
    return _view(stage.recorded(app, run_id))


@command(validation, "replay", "plimsoll validation replay")
@click.argument("run_id", required=False)
def replay(app: Application, run_id: str | None) -> View:
    """Run a kept validation again from its manifest: prints BIT-EQUAL, or what differs (exit 1)."""
    found = stage.replay(app, run_id)
    return View(found.to_dict(), (), found.lines(), exit_code=0 if found.bit_equal else 1)


def results_table(results: Any) -> Table:
    """Give the results of a run as a table."""
    rows = [(r.model_id, r.test_id, r.title, r.rag.value, number(r.value, 6), f"{r.n:,}", r.reason) for r in results]
    return Table("Validation", ("model", "test", "title", "colour", "statistic", "n", "what it says"), rows)


def _view(found: Any) -> View:
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in found.counts().items())
    lines = [f"{found.run_id}: {counts}"]
    lines += [f"finding to raise: {f.model_id} {f.test_id}: {f.title}" for f in found.draft_findings]
    return View(found.to_dict(), (results_table(found.results),), lines, exit_code=stage.exit_code(found))
