"""VAL-REP-01: our tree and our grid against QuantLib with an unrelated method."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.draw import DIMENSIONS, DrawnOption, draw_options
from plimsoll.validation.outcome import Measurement, NotApplicable, Outcome, percentile
from plimsoll.validation.subject import bulk_options, bulk_prices, grid, tree, unit_points
from plimsoll.validation.units import tolerance_unit
from plimsoll.vocabulary.digest import digest_of

_BINS = (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 0.5, float("inf"))


@dataclass(frozen=True, slots=True)
class _Case:
    option: DrawnOption
    ours: float
    challenger: float
    challenger_method: str
    unit: float

    @property
    def units(self) -> float:
        return abs(self.ours - self.challenger) / self.unit


def replication(definition: TestDefinition, context: Context) -> Outcome:
    """Measure the difference between our prices and QuantLib's over the range that the model claims.

    The worst case of each method is explained by a third opinion: QuantLib's grid at four times the resolution.
    """
    try:
        import plimsoll.validation.quantlib_challenger as challenger
    except ModuleNotFoundError:
        return NotApplicable("QuantLib is not installed; pip install 'plimsoll[challenger]'")
    points = unit_points(int(definition.setting("options")), DIMENSIONS)
    options = draw_options(points, definition.setting("ranges"), context.valuation_date)
    answers = challenger.challenger_prices(options, definition.setting("challenger_grid"), context.threads)
    failures = [answer.to_dict() for answer in answers if answer.price is None]
    table: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    worst_cases: list[dict[str, Any]] = []
    valued = bulk_options(options, "american", tree(definition), context.threads)
    units = [tolerance_unit(value, option.strike) for value, option in zip(valued, options, strict=True)]
    prices = {
        "tree": [value.price for value in valued],
        "grid": bulk_prices(options, "american", grid(definition), context.threads),
    }
    for label, ours in prices.items():
        cases = _cases(options, ours, answers, units)
        table.append(_row(label, cases))
        groups.extend(_row(f"{label}, {name}", part) for name, part in _parts(cases) if part)
        worst_cases.append(_explained(label, definition, cases, challenger))
    worst = max(table, key=lambda row: float(row["p99_units"]))
    return Measurement(
        value=float(worst["p99_units"]),
        n=len(options) - len(failures),
        reason=(
            f"99th percentile {worst['p99_units']:.4f}, largest {worst['max_units']:.4f} units ({worst['method']}); "
            f"QuantLib {challenger.quantlib_version()} failed on {len(failures)} of {len(options)} options"
        ),
        effect=float(worst["max_units"]),
        evidence={"options": digest_of([o.to_dict() for o in options]), "challenger": digest_of(list(answers))},
        detail={"table": table, "groups": groups, "worst_cases": worst_cases, "challenger_failures": failures},
    )


def _cases(
    options: Sequence[DrawnOption], ours: Sequence[float], answers: Sequence[Any], units: Sequence[float]
) -> list[_Case]:
    return [
        _Case(option, price, answer.price, answer.method, unit)
        for option, price, answer, unit in zip(options, ours, answers, units, strict=True)
        if answer.price is not None
    ]


def _parts(cases: list[_Case]) -> list[tuple[str, list[_Case]]]:
    return [
        ("no cash dividends", [case for case in cases if not case.option.dividends]),
        ("cash dividends", [case for case in cases if case.option.dividends]),
    ]


def _row(label: str, cases: list[_Case]) -> dict[str, Any]:
    units = [case.units for case in cases]
    differences = [abs(case.ours - case.challenger) for case in cases]
    return {
        "method": label,
        "n": len(cases),
        "p50_units": percentile(units, 0.50),
        "p99_units": percentile(units, 0.99),
        "max_units": max(units),
        "p99_price": percentile(differences, 0.99),
        "max_price": max(differences),
        "histogram": [sum(1 for u in units if low <= u < high) for low, high in pairwise(_BINS)],
        "histogram_edges": [edge for edge in _BINS if edge != float("inf")],
    }


def _explained(label: str, definition: TestDefinition, cases: list[_Case], challenger: Any) -> dict[str, Any]:
    """Give the worst case with both prices, a third opinion, and which of the two it sides with."""
    worst = max(cases, key=lambda case: case.units)
    third = challenger.finite_difference_price(worst.option, definition.setting("third_opinion_grid"))
    facts = {
        "method": label,
        "option": worst.option.to_dict(),
        "ours": worst.ours,
        "challenger": worst.challenger,
        "challenger_method": worst.challenger_method,
        "unit": worst.unit,
        "units": worst.units,
        "third_method": "QuantLib finite differences at four times the resolution, extrapolated",
        "third": third.price,
    }
    return {**facts, "explanation": _explanation(label, worst, third.price)}


def _explanation(label: str, worst: _Case, third: float | None) -> str:
    if third is None:
        return "QuantLib's grid failed on this option, so there is no third opinion."
    ours, theirs = abs(worst.ours - third), abs(worst.challenger - third)
    side = "the challenger" if theirs <= ours else "our price"
    text = f"The third opinion is {ours:.2e} from our price and {theirs:.2e} from the challenger: it sides with {side}."
    if theirs > ours:
        return text
    sign = 1.0 if worst.option.option_type == "call" else -1.0
    alive = worst.challenger - max(sign * (worst.option.spot - worst.option.strike), 0.0)
    lattice = "lattice" if label == "tree" else "grid"
    return (
        f"{text} Held, the option is worth {alive:.2e} more than exercised. Our {lattice} lets the holder exercise on its "
        "dates alone; extrapolation removes the first order of that error, but not cleanly where the exercise boundary "
        "or an ex-date falls between two dates."
    )
