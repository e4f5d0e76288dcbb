"""VAL-LIM-01: identities that hold whatever the model: parity, limits at zero, bounds of American prices."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from plimsoll.engine.methods import MethodSpec
from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.draw import DrawnOption
from plimsoll.validation.outcome import Measurement, Outcome
from plimsoll.validation.subject import bulk_prices, closed_form, grid, spread_options, tree

_Violations = list[float]
_GRID_PARITY = "put-call parity, grid"


def limits(definition: TestDefinition, context: Context) -> Outcome:
    """Measure the largest violation of any identity, relative to the larger of spot and strike.

    Parity holds to rounding for the closed form and the tree, whose probabilities make the forward exact. A grid meets
    it to the error of its steps: there the excess over ``grid_discretisation`` is the violation.
    """
    options = spread_options(int(definition.setting("options")))
    table = {
        "put-call parity, closed form": _parity(options, context, closed_form()),
        "put-call parity, tree": _parity(options, context, tree(definition)),
        _GRID_PARITY: _parity(options, context, grid(definition)),
        "volatility zero": _limit(
            options, context, lambda option: replace(option, volatility=0.0), _discounted_forward
        ),
        "expiry today": _limit(options, context, lambda option: replace(option, days=0), _exercise_value),
        "spot zero": _limit(options, context, lambda option: replace(option, spot=0.0), _discounted_forward),
        "strike zero": _limit(options, context, lambda option: replace(option, strike=0.0), _discounted_forward),
        "American bounds, tree": _american_bounds(options, context, tree(definition)),
        "American bounds, grid": _american_bounds(options, context, grid(definition)),
    }
    rows = [
        {
            "identity": name,
            "n": len(violations),
            "largest": max(violations),
            "allowed": float(definition.setting("grid_discretisation")) if name == _GRID_PARITY else 0.0,
        }
        for name, violations in table.items()
    ]
    return _measured(rows)


def _measured(rows: Sequence[Mapping[str, Any]]) -> Measurement:
    worst = max(rows, key=lambda row: float(row["largest"] - row["allowed"]))
    of_grid = next(row for row in rows if row["identity"] == _GRID_PARITY)
    excess = max(0.0, worst["largest"] - worst["allowed"])
    return Measurement(
        value=excess,
        n=sum(row["n"] for row in rows),
        reason=f"the largest violation is {excess:.1e} of max(spot, strike), in: {worst['identity']}; put-call parity of "
        f"the grid is off by {of_grid['largest']:.1e}, of which {of_grid['allowed']:.0e} is allowed to its steps",
        detail={"table": list(rows)},
    )


def _scale(option: DrawnOption) -> float:
    return max(option.spot, option.strike)


def _forward_parts(option: DrawnOption) -> tuple[float, float]:
    years = option.years()
    return (
        option.spot * math.exp(-option.dividend_yield * years),
        option.strike * math.exp(-option.rate * years),
    )


def _discounted_forward(option: DrawnOption) -> float:
    asset, cash = _forward_parts(option)
    return max(asset - cash, 0.0) if option.option_type == "call" else max(cash - asset, 0.0)


def _exercise_value(option: DrawnOption) -> float:
    sign = 1.0 if option.option_type == "call" else -1.0
    return max(sign * (option.spot - option.strike), 0.0)


def _parity(options: list[DrawnOption], context: Context, method: MethodSpec) -> _Violations:
    calls = bulk_prices([replace(o, option_type="call") for o in options], "european", method, context.threads)
    puts = bulk_prices([replace(o, option_type="put") for o in options], "european", method, context.threads)
    violations = []
    for option, call, put in zip(options, calls, puts, strict=True):
        asset, cash = _forward_parts(option)
        violations.append(abs(call - put - (asset - cash)) / _scale(option))
    return violations


def _limit(
    options: list[DrawnOption],
    context: Context,
    to_limit: Callable[[DrawnOption], DrawnOption],
    exact: Callable[[DrawnOption], float],
) -> _Violations:
    at_limit = [to_limit(option) for option in options]
    values = bulk_prices(at_limit, "european", closed_form(), context.threads)
    return [abs(value - exact(moved)) / _scale(moved) for value, moved in zip(values, at_limit, strict=True)]


def _american_bounds(options: list[DrawnOption], context: Context, method: MethodSpec) -> _Violations:
    american = bulk_prices(options, "american", method, context.threads)
    european = bulk_prices(options, "european", method, context.threads)
    violations = []
    for option, value, lower in zip(options, american, european, strict=True):
        # A call is never worth more than the share, or, with a negative rate, than the share kept to expiry and a
        # loan that costs less than nothing; the strike bound of a put grows in the same way.
        growth = math.exp(max(-option.rate, 0.0) * option.years())
        ceiling = option.spot if option.option_type == "call" else option.strike * growth
        floor = max(_exercise_value(option), lower)
        violations.append(max(floor - value, value - ceiling, 0.0) / _scale(option))
    return violations
