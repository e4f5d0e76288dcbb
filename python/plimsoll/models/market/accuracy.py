"""What the short cuts of a backtest change: interpolated scenarios, and a tree with fewer steps than the governed one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plimsoll.models.market.settings import MODELS, BacktestSettings
from plimsoll.models.market.simulation import Simulation

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class InterpolationError:
    """Distance of interpolated scenario profits to full revaluation, as a share of the spot.

    Every template was revalued in full in every scenario of ``forecasts`` days; ``worst`` says where it was largest.
    """

    forecasts: int
    profits: int
    largest: float
    median: float
    percentile_99: float
    worst: str

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TailDifference:
    """Where the value at risk of an account under a model differs most between the two trees, of the days looked at."""

    account_id: str
    model: str
    day: date
    reported: float
    governed: float

    @property
    def relative(self) -> float:
        """Distance as a share of the value at risk by the governed tree."""
        return abs(self.reported - self.governed) / abs(self.governed) if self.reported != self.governed else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {**asdict(self), "day": self.day.isoformat(), "relative": self.relative}


@dataclass(frozen=True, slots=True)
class LatticeDifference:
    """Distance of the scenario profits of the backtest's tree to those of the governed tree, as a share of the spot.

    Every template was revalued with both trees at the points of ``forecasts`` days, ``profits`` scenario profits in all.
    On ``in_full`` of those days the governed tree also valued every scenario itself: ``interpolation`` is the largest
    distance of its interpolated profits to that. ``tails`` has a row for each account and model.
    """

    steps: int
    governed_steps: int
    governed_extrapolation: str
    forecasts: int
    profits: int
    largest: float
    percentile_99: float
    worst: str
    in_full: int
    interpolation: float
    tails: tuple[TailDifference, ...]

    @property
    def largest_tail(self) -> TailDifference:
        """The value at risk that differs most."""
        return max(self.tails, key=lambda row: row.relative)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            **asdict(self),
            "tails": [row.to_dict() for row in self.tails],
            "largest_tail": self.largest_tail.to_dict(),
        }


def interpolation_error(simulation: Simulation, settings: BacktestSettings) -> InterpolationError:
    """Hold interpolated profits against full revaluation by the same tree, every scenario of one day in so many."""
    sampled = range(0, simulation.forecasts, settings.accuracy_every)
    errors = np.array([simulation.interpolation_error(forecast) for forecast in sampled])
    ordered = np.sort(errors, axis=None)
    return InterpolationError(
        forecasts=len(sampled),
        profits=errors.size * 2 * settings.risk.window,
        largest=float(ordered[-1]),
        median=float(ordered[len(ordered) // 2]),
        percentile_99=float(ordered[int(0.99 * (len(ordered) - 1))]),
        worst=_worst(simulation, sampled, errors),
    )


def lattice_difference(simulation: Simulation, settings: BacktestSettings) -> LatticeDifference:
    """Hold profits and values at risk of the backtest's tree against those of the governed tree."""
    governed = replace(simulation, settings=simulation.settings.governed())
    sampled = range(0, simulation.forecasts, settings.accuracy_every)
    both = [tuple(some.profiles(forecast, forecast + 1) for some in (simulation, governed)) for forecast in sampled]
    apart = np.array(
        [
            np.abs(simulation.template_scenarios(forecast, ours) - simulation.template_scenarios(forecast, theirs))
            for forecast, (ours, theirs) in zip(sampled, both, strict=True)
        ]
    )
    rank = int(0.99 * (apart.size - 1))
    in_full = range(0, simulation.forecasts, settings.governed_in_full_every)
    return LatticeDifference(
        steps=simulation.settings.lattice_steps,
        governed_steps=governed.settings.lattice_steps,
        governed_extrapolation=governed.settings.lattice_extrapolation.value,
        forecasts=len(sampled),
        profits=apart.size,
        largest=float(apart.max()),
        percentile_99=float(np.partition(apart, rank, axis=None)[rank]),
        worst=_worst(simulation, sampled, apart.max(axis=2)),
        in_full=len(in_full),
        interpolation=max(float(governed.interpolation_error(forecast).max()) for forecast in in_full),
        tails=_tails(simulation, sampled, both),
    )


def _worst(simulation: Simulation, sampled: Sequence[int], errors: Array) -> str:
    """Name the template and the day of the largest of errors by day and template."""
    row, column = np.unravel_index(int(errors.argmax()), errors.shape)
    template = simulation.book.templates[column]
    name = simulation.history.underlyings[template.underlying]
    day = simulation.history.dates[sampled[int(row)] + simulation.settings.window]
    return f"{name} {template.kind.name}, moneyness {template.moneyness:.3f}, {template.years:.3f} years, {day}"


def _tails(
    simulation: Simulation, sampled: Sequence[int], both: Sequence[tuple[Array, ...]]
) -> tuple[TailDifference, ...]:
    """Take the value at risk of each account and model on the day on which profiles by the two trees part it most."""
    pairs = [
        tuple(simulation.tails(forecast, forecast + 1, profiles).value_at_risk for profiles in pair)
        for forecast, pair in zip(sampled, both, strict=True)
    ]
    rows = []
    for account, name in enumerate(simulation.book.accounts):
        for model, model_name in enumerate(MODELS):
            every = (
                TailDifference(
                    account_id=name,
                    model=model_name,
                    day=simulation.history.dates[forecast + simulation.settings.window],
                    reported=float(ours[model, account, 0]),
                    governed=float(theirs[model, account, 0]),
                )
                for forecast, (ours, theirs) in zip(sampled, pairs, strict=True)
            )
            rows.append(max(every, key=lambda row: row.relative))
    return tuple(rows)
