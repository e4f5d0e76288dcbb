"""VAL-GRK-01 and VAL-GRK-02: Greeks held against difference quotients of prices."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.draw import DrawnOption
from plimsoll.validation.outcome import Measurement, NotApplicable, Outcome, percentile
from plimsoll.validation.subject import Valued, bulk_options, closed_form, grid, spread_options, tree

_NAMES = ("delta", "gamma", "vega", "theta", "rho")
# Six-point central differences on the points -3h..3h; their error is of order h^6.
_FIRST = (-1.0 / 60.0, 3.0 / 20.0, -3.0 / 4.0, 0.0, 3.0 / 4.0, -3.0 / 20.0, 1.0 / 60.0)
_SECOND = (1.0 / 90.0, -3.0 / 20.0, 3.0 / 2.0, -49.0 / 18.0, 3.0 / 2.0, -3.0 / 20.0, 1.0 / 90.0)
_OFFSETS = (-3, -2, -1, 0, 1, 2, 3)
# At these steps the h^6 term and the rounding of a price of order 100 are both below 1e-9 of the Greek's scale.
_RELATIVE_SPOT_STEP = 4e-3
_VOLATILITY_STEP = 2e-3
_RATE_STEP = 2e-3
# A day is the step of theta, the least by which QuantLib's dates move; over at least 90 days h^6 is 2e-12.
_DAY = 1.0 / 365.0
_SPOT_WIDTHS = 0.05

_Pricer = Callable[[Sequence[DrawnOption]], list[float]]
_Move = Callable[[DrawnOption, float], DrawnOption]


def closed_form_greeks(definition: TestDefinition, context: Context) -> Outcome:
    """Measure the largest difference between a closed-form Greek and the difference quotient of closed-form prices."""
    options = [_smooth(option) for option in spread_options(int(definition.setting("options")))]

    def prices(moved: Sequence[DrawnOption]) -> list[float]:
        return [value.price for value in bulk_options(moved, "european", closed_form(), context.threads)]

    values = bulk_options(options, "european", closed_form(), context.threads)
    quotients = difference_quotients(options, prices)
    errors = {name: _errors(name, options, values, quotients) for name in _NAMES}
    worst = max(errors, key=lambda name: max(errors[name]))
    return Measurement(
        value=max(errors[worst]),
        n=len(options) * len(_NAMES),
        reason=f"the worst Greek is {worst}, off by {max(errors[worst]):.1e} of its scale",
        detail={"table": [{"greek": name, "largest": max(errors[name])} for name in _NAMES]},
    )


def american_greeks(definition: TestDefinition, context: Context) -> Outcome:
    """Measure how far the American Greeks of tree and grid are from difference quotients of the challenger's prices."""
    try:
        from plimsoll.validation.quantlib_challenger import ACCURATE, HIGH_PRECISION, challenger_prices
    except ModuleNotFoundError:
        return NotApplicable("QuantLib is not installed; pip install 'plimsoll[challenger]'")
    wanted = int(definition.setting("options"))
    drawn = [_smooth(option) for option in spread_options(4 * wanted)]
    subject = bulk_options(drawn, "american", tree(definition), context.threads)
    options = [option for option, value in zip(drawn, subject, strict=True) if _is_held(option, value)][:wanted]

    def prices(moved: Sequence[DrawnOption], scheme: str = ACCURATE) -> list[float]:
        answers = challenger_prices(moved, {"time_steps": 0, "space_steps": 0}, context.threads, scheme)
        return [float("nan") if answer.price is None else answer.price for answer in answers]

    quotients = difference_quotients(options, prices, three_points=True)
    few = options[:: -(-len(options) // int(definition.setting("checked_options")))]
    exact = difference_quotients(few, lambda moved: prices(moved, HIGH_PRECISION), three_points=True)
    error = _challenger_error(options, quotients, few, exact)
    table: list[dict[str, Any]] = []
    for label, method in (("tree", tree(definition)), ("grid", grid(definition))):
        values = bulk_options(options, "american", method, context.threads)
        for name in _NAMES:
            errors = [e for e in _errors(name, options, values, quotients) if e == e]
            table.append(
                {
                    "method": label,
                    "greek": name,
                    "n": len(errors),
                    "median": percentile(errors, 0.5),
                    "p95": percentile(errors, 0.95),
                    "max": max(errors),
                }
            )
    worst = max(table, key=lambda row: float(row["p95"]))
    return Measurement(
        value=float(worst["p95"]),
        n=len(options) * len(_NAMES),
        reason=f"the worst is {worst['greek']} of the {worst['method']}: 95th percentile {worst['p95']:.2e} of its scale, "
        f"maximum {worst['max']:.2e}, over {worst['n']} options; the challenger's own quotients are good to {error:.0e}, "
        f"measured on {len(few)} options",
        detail={"table": table, "challenger_error": error},
    )


def _challenger_error(
    options: Sequence[DrawnOption],
    quotients: Mapping[str, list[float]],
    few: Sequence[DrawnOption],
    exact: Mapping[str, list[float]],
) -> float:
    """Give the most by which the quick scheme's quotients are off from those of the precise one, as a share of scale."""
    place = {option.name: k for k, option in enumerate(options)}
    errors = [
        abs(quotients[name][place[option.name]] - best) / max(abs(best), _greek_scale(name, option))
        for name in _NAMES
        for option, best in zip(few, exact[name], strict=True)
    ]
    return max(error for error in errors if error == error)


def difference_quotients(
    options: Sequence[DrawnOption], prices: _Pricer, three_points: bool = False
) -> Mapping[str, list[float]]:
    """Give delta, gamma, vega, theta and rho of each option as quotients of prices that ``prices`` gives for moved options."""
    first = (0.0, 0.0, -0.5, 0.0, 0.5, 0.0, 0.0) if three_points else _FIRST
    second = (0.0, 0.0, 1.0, -2.0, 1.0, 0.0, 0.0) if three_points else _SECOND
    offsets = [offset for offset, weight in zip(_OFFSETS, second, strict=True) if weight != 0.0]

    def quotient(rows: list[list[float]], weights: Sequence[float], steps: Sequence[float]) -> list[float]:
        used = [weights[k + 3] for k in offsets]
        return [
            sum(w * p for w, p in zip(used, row, strict=True)) / step for row, step in zip(rows, steps, strict=True)
        ]

    moves: tuple[_Move, ...] = (
        lambda o, k: replace(o, spot=o.spot * (1.0 + k * _RELATIVE_SPOT_STEP)),
        lambda o, k: replace(o, volatility=o.volatility + k * _VOLATILITY_STEP),
        lambda o, k: replace(o, rate=o.rate + k * _RATE_STEP),
        lambda o, k: replace(o, days=o.days - int(k)),
    )
    flat = prices([move(option, float(k)) for move in moves for option in options for k in offsets])
    width = len(offsets)
    rows = [flat[start : start + width] for start in range(0, len(flat), width)]
    by_spot, by_volatility, by_rate, by_day = (
        rows[part * len(options) : (part + 1) * len(options)] for part in range(len(moves))
    )

    spot_steps = [_RELATIVE_SPOT_STEP * option.spot for option in options]
    return {
        "delta": quotient(by_spot, first, spot_steps),
        "gamma": quotient(by_spot, second, [step * step for step in spot_steps]),
        "vega": quotient(by_volatility, first, [_VOLATILITY_STEP] * len(options)),
        "theta": quotient(by_day, first, [_DAY] * len(options)),
        "rho": quotient(by_rate, first, [_RATE_STEP] * len(options)),
    }


def _smooth(option: DrawnOption) -> DrawnOption:
    """Keep the option where a difference quotient can resolve it: at least 20 % volatility over at least 90 days."""
    return replace(option, volatility=max(option.volatility, 0.20), days=max(option.days, 90))


def _is_held(option: DrawnOption, value: Valued) -> bool:
    """Tell whether the option is worth clearly more alive than exercised: at the boundary gamma jumps."""
    sign = 1.0 if option.option_type == "call" else -1.0
    return value.price > max(sign * (option.spot - option.strike), 0.0) + _SPOT_WIDTHS * option.strike


def _errors(
    name: str, options: Sequence[DrawnOption], values: Sequence[Valued], quotients: Mapping[str, list[float]]
) -> list[float]:
    pairs = zip(options, values, quotients[name], strict=True)
    return [abs(float(getattr(v, name)) - q) / max(abs(q), _greek_scale(name, option)) for option, v, q in pairs]


def _greek_scale(name: str, option: DrawnOption) -> float:
    """Give the size that a Greek has at the money: a smaller Greek is compared with this."""
    root = math.sqrt(option.years())
    deviation = option.volatility * root
    return {
        "delta": 1.0,
        "gamma": 0.4 / (option.spot * deviation),
        "vega": 0.4 * option.spot * root,
        "theta": 0.2 * option.spot * option.volatility / root,
        "rho": 0.5 * option.strike * option.years(),
    }[name]
