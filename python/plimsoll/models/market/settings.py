"""What the risk model and its backtest are run with; nothing is assumed elsewhere."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from plimsoll._core import risk as _risk
from plimsoll.engine.methods import Extrapolation, LeisenReimer
from plimsoll.engine.statistics import STUDENT_T
from plimsoll.vocabulary.digest import digest_of

MODEL_ID = "fhs-var-es"

#: The three ways from one window to a tail, in the order of the core.
MODELS = ("historical", "filtered_historical", "student_t")

Crisis: TypeAlias = tuple[str, date, date]


@dataclass(frozen=True, slots=True)
class RiskSettings:
    """How forecasts are made.

    ``window`` counts days; ``decay`` and ``days_per_year`` belong to the volatility filter and must be those behind the
    market's volatilities; ``nodes`` and ``grid_width`` (in daily volatilities) set the points at which a position is
    revalued in full; ``lattice_steps`` and ``lattice_extrapolation`` value American options whose early exercise is worth
    something, with fewer steps than a single price needs: every backtest measures what that changes.
    """

    window: int = 500
    value_at_risk_level: float = 0.99
    expected_shortfall_level: float = 0.975
    decay: float = 0.97
    days_per_year: float = 252.0
    nodes: int = 16
    grid_width: float = 5.0
    lattice_steps: int = 51
    lattice_extrapolation: Extrapolation = Extrapolation.none

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as plain data."""
        return asdict(self)

    def digest(self) -> str:
        """Give the digest of the settings."""
        return digest_of(self.to_dict())

    @property
    def tail_probability(self) -> float:
        """Share of days that may exceed the value at risk; 1 - 0.99 is not 0.01 in binary, so it is rounded."""
        return round(1.0 - self.value_at_risk_level, 12)

    @property
    def shortfall_tail_probability(self) -> float:
        """Share of days in the tail that the expected shortfall averages."""
        return round(1.0 - self.expected_shortfall_level, 12)

    def backtest(self) -> _risk.BacktestSettings:
        """Give the core's settings of the tails."""
        levels = _risk.TailLevels(
            value_at_risk=self.value_at_risk_level, expected_shortfall=self.expected_shortfall_level
        )
        return _risk.BacktestSettings(
            window=self.window, nodes=self.nodes, grid_width=self.grid_width, levels=levels, student_t=STUDENT_T
        )

    def revaluation(self) -> _risk.RevaluationSettings:
        """Give the core's settings of the revaluation."""
        lattice = LeisenReimer(self.lattice_steps, self.lattice_extrapolation).to_core()
        return _risk.RevaluationSettings(decay=self.decay, days_per_year=self.days_per_year, lattice=lattice)

    def governed(self) -> "RiskSettings":
        """Give the same settings with the tree that the option valuation was validated with."""
        tree = LeisenReimer()
        return replace(self, lattice_steps=tree.steps, lattice_extrapolation=tree.extrapolation)


@dataclass(frozen=True, slots=True)
class BacktestSettings:
    """How the forecasts are held against what happened.

    ``z2_degrees_of_freedom`` is the shape of the profits under which the expected-shortfall statistic is simulated;
    ``accuracy_every`` is the number of forecasts between two at which the interpolation is held against full
    revaluation in every scenario, and the tree against the governed one; ``governed_in_full_every`` is that between two
    at which the governed tree values every scenario itself. ``chunk`` forecasts are computed between two reports of
    progress.
    """

    risk: RiskSettings = RiskSettings()
    crises: tuple[Crisis, ...] = (
        ("2008", date(2008, 9, 1), date(2008, 12, 31)),
        ("2020", date(2020, 2, 19), date(2020, 4, 30)),
    )
    traffic_light_days: int = 250
    z2_degrees_of_freedom: float = 5.0
    z2_simulations: int = 2000
    seed: int = 20081010
    accuracy_every: int = 500
    governed_in_full_every: int = 8000
    chunk: int = 256

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as plain data."""
        crises = [
            {"name": name, "first": first.isoformat(), "last": last.isoformat()} for name, first, last in self.crises
        ]
        return {
            "risk": self.risk.to_dict(),
            "crises": crises,
            "traffic_light_days": self.traffic_light_days,
            "z2_degrees_of_freedom": self.z2_degrees_of_freedom,
            "z2_simulations": self.z2_simulations,
            "seed": self.seed,
            "accuracy_every": self.accuracy_every,
            "governed_in_full_every": self.governed_in_full_every,
        }

    def digest(self) -> str:
        """Give the digest of everything that a figure depends on; the chunk is not part of it."""
        return digest_of(self.to_dict())
