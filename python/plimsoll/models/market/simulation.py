"""The numbers of a run: profiles of the templates, tails of the accounts and what was earned, all from the core."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plimsoll._core import risk as _risk
from plimsoll.models.market.history import MarketHistory
from plimsoll.models.market.positions import RestruckBook
from plimsoll.models.market.settings import RiskSettings

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tails:
    """Figures for model x account x forecast, positive for a loss, and how the Student-t fits ended."""

    value_at_risk: Array
    expected_shortfall: Array
    shortfall_value_at_risk: Array
    degrees_of_freedom: Array
    fits: dict[str, int]


@dataclass(frozen=True, slots=True)
class Simulation:
    """A book on a history with settings; forecast f is made at the close of date ``f + window``."""

    history: MarketHistory
    book: RestruckBook
    settings: RiskSettings
    threads: int

    @property
    def forecasts(self) -> int:
        """Forecasts whose outcome is known."""
        return len(self.history.returns) - self.settings.window

    def template_profits(self, first: int, last: int, returns: Array) -> Array:
        """Revalue every template in full after each return, forecasts x underlyings x k."""
        rows = slice(first + self.settings.window, last + self.settings.window)
        history = self.history
        return _risk.template_profits(
            self.book.templates,
            history.volatility[rows],
            history.rates[rows],
            history.dividend_yields[rows],
            history.premium,
            history.skews,
            np.ascontiguousarray(returns),
            self.settings.revaluation(),
            self.threads,
        )

    def profiles(self, first: int, last: int) -> Array:
        """Revalue every template at the nodes of its grid: forecasts x templates x nodes."""
        nodes = _risk.node_returns(self.history.returns, self.history.volatility, first, last, self.settings.backtest())
        return self.template_profits(first, last, nodes)

    def tails(self, first: int, last: int, profiles: Array | None = None) -> Tails:
        """Forecast the tails of every account, from the templates' profiles where these are known already."""
        found: dict[str, Any] = _risk.tail_history(
            self.history.returns,
            self.history.volatility,
            self.profiles(first, last) if profiles is None else profiles,
            self.book.underlying_of,
            self.book.weights,
            first,
            last,
            self.settings.backtest(),
            self.threads,
        )
        fits = {name: int(found[name]) for name in found if name.startswith("fits_")}
        return Tails(
            found["value_at_risk"],
            found["expected_shortfall"],
            found["shortfall_value_at_risk"],
            found["degrees_of_freedom"],
            fits,
        )

    def profits(self, first: int, last: int) -> Array:
        """Give what each account earned on the day after each forecast, by full revaluation: accounts x forecasts."""
        rows = slice(first + self.settings.window, last + self.settings.window)
        earned = self.template_profits(first, last, self.history.returns[rows][:, :, None])
        return _risk.account_profits(np.ascontiguousarray(earned[:, :, 0]), self.book.weights)

    def scenarios(self, forecast: int) -> tuple[Array, Array]:
        """Give each account's profit in each scenario of one forecast, as the returns were and filtered."""
        historical, filtered = _risk.scenario_profits(
            self.history.returns,
            self.history.volatility,
            self.profiles(forecast, forecast + 1),
            self.book.underlying_of,
            self.book.weights,
            forecast,
            self.settings.backtest(),
        )
        return historical, filtered

    def template_scenarios(self, forecast: int, profiles: Array) -> Array:
        """Give each template's interpolated profit in every scenario of one forecast, as the returns were, then filtered."""
        found = _risk.scenario_profits(
            self.history.returns,
            self.history.volatility,
            profiles,
            self.book.underlying_of,
            np.eye(len(self.book.templates)),
            forecast,
            self.settings.backtest(),
        )
        return np.concatenate(found, axis=1)

    def interpolation_error(self, forecast: int) -> Array:
        """Give per template the largest distance of the interpolated profit to full revaluation in any scenario."""
        settings = self.settings.backtest()
        returns = np.concatenate(
            _risk.scenario_returns(self.history.returns, self.history.volatility, forecast, settings)
        )
        full = self.template_profits(forecast, forecast + 1, returns.T[None, :, :])[0]
        interpolated = self.template_scenarios(forecast, self.profiles(forecast, forecast + 1))
        return np.asarray(np.abs(interpolated - full).max(axis=1))
