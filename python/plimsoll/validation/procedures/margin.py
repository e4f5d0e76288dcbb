"""IM-GLD-01, IM-MAX-01, IM-TRE-01 and IM-COV-01: requirements against the rule book, brute force and the next day."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plimsoll import _core
from plimsoll.validation.catalogue import TestDefinition, load_cases
from plimsoll.validation.context import Context
from plimsoll.validation.outcome import Measurement, NotApplicable, Outcome
from plimsoll.validation.reference.margin import strategy_margin
from plimsoll.validation.reference.table import Row
from plimsoll.validation.reference.verdict import CaseResult, Verdict
from plimsoll.vocabulary.digest import digest_of

_CENTS = 100
_MULTIPLIER = 100
_STRIKES = tuple(range(50, 151, 5))
_EXAMPLES = 6


def golden_cases(definition: TestDefinition, _context: Context) -> Outcome:
    """Count the golden cases that the model does not meet to the cent."""
    document = load_cases(str(definition.setting("cases")))
    rows = []
    for case in document["cases"]:
        result = strategy_margin(Row(case["case_id"], case["row"]))
        rows.append(_golden_row(case, result))
    missed = [row for row in rows if row["verdict"] != Verdict.passed.value]
    return Measurement(
        value=float(len(missed)),
        n=len(rows),
        reason=(
            f"all {len(rows)} cases to the cent"
            if not missed
            else f"{len(missed)} of {len(rows)} cases are off, first {missed[0]['case_id']}: {missed[0]['title']}"
        ),
        evidence={"cases": digest_of(document)},
        detail={"table": rows},
    )


def _golden_row(case: Mapping[str, Any], result: CaseResult) -> dict[str, Any]:
    requirement = next((c for c in result.comparisons if c.quantity == "requirement"), None)
    return {
        "case_id": case["case_id"],
        "title": case["title"],
        "verdict": result.verdict.value,
        "expected": None if requirement is None else requirement.expected,
        "computed": None if requirement is None else requirement.to_dict()["computed"],
        "source": case["source"],
    }


@dataclass(frozen=True, slots=True)
class Leg:
    """Contracts of one series; the quantity is signed."""

    option_type: str
    strike: int
    quantity: int


def maximum_loss(definition: TestDefinition, _context: Context) -> Outcome:
    """Measure the largest difference between the model's maximum loss and that of a scan of the payoff, in cents."""
    groups = list(balanced_groups(int(definition.setting("groups")), int(definition.setting("seed"))))
    rows = []
    for number, legs in enumerate(groups, start=1):
        core = [
            (_core.OptionType[leg.option_type], float(leg.strike), float(_MULTIPLIER * leg.quantity)) for leg in legs
        ]
        ours = round(_CENTS * _core.margin.maximum_loss(core)[0])
        rows.append({"group": number, "legs": _words(legs), "ours_cents": ours, "scan_cents": scanned_loss(legs)})
    off = sorted(rows, key=lambda row: -abs(int(str(row["ours_cents"])) - int(str(row["scan_cents"]))))
    worst = abs(int(str(off[0]["ours_cents"])) - int(str(off[0]["scan_cents"])))
    return Measurement(
        value=float(worst),
        n=len(rows),
        reason=f"{len(rows)} balanced groups of two to eight legs; the largest difference is {worst} cents",
        evidence={"groups": digest_of(rows)},
        detail={"examples": off[:_EXAMPLES]},
    )


def balanced_groups(count: int, seed: int) -> Iterator[tuple[Leg, ...]]:
    """Draw option groups in which calls and puts each hold as many long as short contracts."""
    draw = random.Random(seed)  # noqa: S311 (a test plan, not a secret)
    for _ in range(count):
        legs = []
        for option_type in draw.sample(("call", "put"), draw.randint(1, 2)):
            for _pair in range(draw.randint(1, 2)):
                contracts = draw.randint(1, 9)
                bought, sold = draw.sample(_STRIKES, 2)
                legs.extend([Leg(option_type, bought, contracts), Leg(option_type, sold, -contracts)])
        yield tuple(legs)


def scanned_loss(legs: Sequence[Leg]) -> int:
    """Give the largest loss at expiry in cents over every half dollar from 0 to twice the highest strike.

    The payoff is linear between strikes, which are whole dollars, so the scan meets every kink; integers throughout.
    """
    top = 2 * 2 * max(leg.strike for leg in legs)
    losses = [-sum(_intrinsic_cents(leg, half_dollars) for leg in legs) for half_dollars in range(top + 1)]
    return max(0, *losses)


def _intrinsic_cents(leg: Leg, half_dollars: int) -> int:
    distance = 50 * half_dollars - _CENTS * leg.strike
    worth = max(distance, 0) if leg.option_type == "call" else max(-distance, 0)
    return _MULTIPLIER * leg.quantity * worth


def _words(legs: Sequence[Leg]) -> str:
    return ", ".join(f"{leg.quantity:+d} {leg.option_type} {leg.strike}" for leg in legs)


def tree_sums(_definition: TestDefinition, context: Context) -> Outcome:
    """Count the parents of requirement trees whose amount is not the sum of their children."""
    if not context.margin_trees:
        return NotApplicable("no requirement tree was handed over")
    nodes = [node for tree in context.margin_trees for node in _parents(tree)]
    bad = [node for node in nodes if node["amount"] != sum(child["amount"] for child in node["children"])]
    return Measurement(
        value=float(len(bad)),
        n=len(nodes),
        reason=(
            f"all {len(nodes)} parents in {len(context.margin_trees)} trees are the sum of their children"
            if not bad
            else f"{len(bad)} of {len(nodes)} parents are not, first: {bad[0]['name']}"
        ),
        evidence={"trees": digest_of(list(context.margin_trees))},
    )


def _parents(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if node["children"]:
        yield node
    for child in node["children"]:
        yield from _parents(child)


def coverage(_definition: TestDefinition, context: Context) -> Outcome:
    """Give the share of account days on which the next day's loss exceeded the maintenance requirement."""
    rows = []
    exceeded_days = account_days = 0
    for replay in context.margin_replays:
        tested = [day for day in replay.days if day.next_day_loss is not None]
        exceeded = [day for day in tested if day.next_day_loss is not None and day.next_day_loss > day.maintenance]
        account_days += len(tested)
        exceeded_days += len(exceeded)
        worst = max(exceeded, key=lambda day: (day.next_day_loss or 0) - day.maintenance, default=None)
        rows.append(
            {
                "replay": replay.name,
                "account_days": len(tested),
                "exceeded": len(exceeded),
                "accounts_exceeded": len({day.account_id for day in exceeded}),
                "calls": sum(1 for day in replay.days if day.call > 0),
                "shortfalls": sum(1 for day in replay.days if day.shortfall > 0),
                "worst_account": "" if worst is None else worst.account_id,
                "worst_day": "" if worst is None else worst.day.isoformat(),
                "worst_uncovered_cents": 0 if worst is None else (worst.next_day_loss or 0) - worst.maintenance,
            }
        )
    if not account_days:
        return NotApplicable("no replay with the next day's loss was handed over")
    share = exceeded_days / account_days
    return Measurement(
        value=share,
        n=account_days,
        reason=f"the next day's loss exceeded the maintenance requirement on {exceeded_days} of {account_days} account days",
        effect=share,
        evidence={f"margin_replay/{replay.name}": replay.digest() for replay in context.margin_replays},
        detail={"table": rows},
    )
