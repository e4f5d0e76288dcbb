"""MR-APX-01: what a tree of few steps changes in the values at risk that it serves."""

from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.outcome import Measurement, NotApplicable, Outcome


def revaluation(definition: TestDefinition, context: Context) -> Outcome:
    """Give the largest relative distance of a value at risk to that by the governed tree, over accounts and days."""
    model = str(definition.setting("model"))
    tested = [item for item in context.revaluations if item.model == model]
    if not tested:
        return NotApplicable("no backtest measured its tree against the governed one", n=0)
    worst = max(tested, key=lambda item: item.relative)
    days = sum(item.days for item in tested)
    return Measurement(
        value=worst.relative,
        n=days,
        reason=(
            f"{worst.steps} steps against {worst.governed_steps}: account {worst.account_id} on {worst.day}, "
            f"{worst.reported:.2f} against {worst.governed:.2f}; {days} account days"
        ),
        evidence={f"revaluation/{item.account_id}/{item.model}": item.digest() for item in tested},
        detail={"table": [item.to_dict() for item in sorted(tested, key=lambda item: -item.relative)]},
    )
