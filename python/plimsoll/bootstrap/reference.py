"""Published values against our methods."""

from pathlib import Path
from typing import Any

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.lineage import step
from plimsoll.validation import reference


@step("reference")
def check(app: Application, table: Path, companions: Path | None = None) -> dict[str, Any]:
    """Run every row of a reference table by the methods that apply, and keep the outcome."""
    outcome = reference.check(table, companions, app.progress)
    app.runs.record("reference", outcome)
    return outcome


def exit_code(outcome: dict[str, Any]) -> int:
    """Give 1 if a row failed, else 0."""
    return reference.exit_code(outcome)
