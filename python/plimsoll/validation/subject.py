"""The valuation model under test, as its users call it through the bulk call of the core."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from plimsoll._core import numerics
from plimsoll.engine.bulk import value_options
from plimsoll.engine.methods import ClosedForm, CrankNicolson, LeisenReimer, MethodSpec
from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.draw import DIMENSIONS, DrawnOption, draw_options
from plimsoll.vocabulary.errors import CheckFailed

_NAMES = ("price", "delta", "gamma", "vega", "theta", "rho")
# The range that the model claims, as in VAL-REP-01, without cash dividends: the bulk call has none.
_SPREAD = {
    "moneyness": [0.5, 2.0],
    "days": [1, 1095],
    "volatility": [0.05, 1.5],
    "rate": [-0.01, 0.10],
    "dividend_yield": [0.0, 0.15],
    "cash_dividend_share": 0.0,
    "dividend_share_of_spot": [0.0, 0.0],
    "dividend_every_days": 91,
}
_ANY_DAY = date(2008, 9, 2)


@dataclass(frozen=True, slots=True)
class Valued:
    """Price and Greeks of one option, per unit."""

    price: float
    delta: float
    gamma: float
    vega: float
    theta: float
    rho: float

    def bits(self) -> bytes:
        """Give the bits of all six numbers."""
        return struct.pack("<6d", self.price, self.delta, self.gamma, self.vega, self.theta, self.rho)


def closed_form() -> ClosedForm:
    """Give the exact formula."""
    return ClosedForm()


def tree(definition: TestDefinition) -> LeisenReimer:
    """Give the tree with the steps that the test sets."""
    return LeisenReimer(steps=int(definition.setting("tree_steps")))


def grid(definition: TestDefinition) -> CrankNicolson:
    """Give the grid with the steps that the test sets."""
    steps = definition.setting("grid")
    return CrankNicolson(space_steps=int(steps["space_steps"]), time_steps=int(steps["time_steps"]))


def unit_points(count: int, dimensions: int) -> list[list[float]]:
    """Give the first points of a Sobol sequence, the origin left out, so that no input sits in a corner of its range."""
    rows: list[list[float]] = numerics.sobol_points(count, dimensions).tolist()
    return rows


def spread_options(count: int) -> list[DrawnOption]:
    """Give options without cash dividends, spread evenly over the range that the model claims."""
    return list(draw_options(unit_points(count, DIMENSIONS), _SPREAD, _ANY_DAY))


def bulk_prices(options: Sequence[DrawnOption], exercise: str, method: MethodSpec, threads: int) -> list[float]:
    """Give prices alone; otherwise as :func:`bulk_options`."""
    results = value_options(_columns(options, exercise), method, threads=threads, greeks=False)
    _refuse_gaps(options, results)
    return [float(price) for price in results["price"]]


def bulk_options(options: Sequence[DrawnOption], exercise: str, method: MethodSpec, threads: int) -> list[Valued]:
    """Value options through the bulk call of the core.

    Parameters
    ----------
    options : sequence of DrawnOption
        Cash dividends count; their times are whole days, Act/365 fixed, from the day before which nothing is paid.
    exercise : str
        ``european`` or ``american``.
    method : MethodSpec
        A method of :mod:`plimsoll.engine.methods`.
    threads : int
        Number of threads; the bits do not depend on it.

    Raises
    ------
    CheckFailed
        If the core refuses an option: a test draws only what the model claims to value.
    """
    results = value_options(_columns(options, exercise), method, threads=threads)
    _refuse_gaps(options, results)
    return [Valued(*(float(results[name][index]) for name in _NAMES)) for index in range(len(options))]


def _refuse_gaps(options: Sequence[DrawnOption], results: Mapping[str, Any]) -> None:
    status = results["status"]
    for index, option in enumerate(options):
        if int(status[index]) != 0:
            raise CheckFailed(
                "option_refused",
                field=option.name,
                value=f"status {int(status[index])}",
                allowed="a price for every option inside the claimed range",
                fix="narrow the range that the model claims, or mend the method",
            )


def _columns(options: Sequence[DrawnOption], exercise: str) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "type": np.array([0 if option.option_type == "call" else 1 for option in options], dtype=np.uint8),
        "exercise": np.full(len(options), 0 if exercise == "european" else 1, dtype=np.uint8),
        "spot": np.array([option.spot for option in options]),
        "strike": np.array([option.strike for option in options]),
        "years": np.array([option.years() for option in options]),
        "rate": np.array([option.rate for option in options]),
        "dividend_yield": np.array([option.dividend_yield for option in options]),
        "volatility": np.array([option.volatility for option in options]),
    }
    if any(option.dividends for option in options):
        counts = [0, *(len(option.dividends) for option in options)]
        columns["dividend_offsets"] = np.cumsum(np.array(counts, dtype=np.int64))
        paid = [(option, dividend) for option in options for dividend in option.dividends]
        columns["dividend_years"] = np.array([(d.ex_date - o.valuation_date).days / 365.0 for o, d in paid])
        columns["dividend_amounts"] = np.array([dividend.amount for _, dividend in paid])
    return columns
