"""Options in a second money, and with a barrier on a second asset, as their users write them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from plimsoll import _core
from plimsoll.engine.exotics import BarrierSide, BarrierState, Knock
from plimsoll.engine.option_type import OptionType
from plimsoll.engine.several import Exercise


@dataclass(frozen=True, slots=True)
class Quanto:
    """An option on a foreign asset that pays ``conversion`` units of domestic money for each foreign one.

    ``other`` is the exchange rate: domestic money for one unit of the foreign.
    """

    underlying: str
    other: str
    type: OptionType
    exercise: Exercise
    strike: float
    conversion: float
    expiry: date

    def to_core(self) -> _core.QuantoTerms:
        """Give the core's terms."""
        return _core.QuantoTerms(
            underlying=self.underlying,
            other=self.other,
            type=OptionType(self.type).to_core(),
            exercise=Exercise(self.exercise).to_core(),
            strike=self.strike,
            conversion=self.conversion,
            expiry=self.expiry,
        )


@dataclass(frozen=True, slots=True)
class QuantoBarrier:
    """A quanto that a barrier on the asset begins or ends; monitored without a gap, and without a rebate."""

    underlying: str
    other: str
    type: OptionType
    strike: float
    direction: BarrierSide
    knock: Knock
    barrier: float
    conversion: float
    expiry: date
    state: BarrierState = BarrierState.alive
    knocked_on: date | None = None

    def to_core(self) -> _core.QuantoBarrierTerms:
        """Give the core's terms."""
        return _core.QuantoBarrierTerms(conversion=self.conversion, **_barrier_terms(self))


@dataclass(frozen=True, slots=True)
class OutsideBarrier:
    """An option on the underlying that a barrier on the other begins or ends; monitored without a gap."""

    underlying: str
    other: str
    type: OptionType
    strike: float
    direction: BarrierSide
    knock: Knock
    barrier: float
    expiry: date
    state: BarrierState = BarrierState.alive
    knocked_on: date | None = None

    def to_core(self) -> _core.TwoAssetBarrierTerms:
        """Give the core's terms."""
        return _core.TwoAssetBarrierTerms(**_barrier_terms(self))


def _barrier_terms(option: QuantoBarrier | OutsideBarrier) -> dict[str, Any]:
    """Give what the core's terms of both options with a barrier have in common."""
    return {
        "underlying": option.underlying,
        "other": option.other,
        "type": OptionType(option.type).to_core(),
        "strike": option.strike,
        "direction": BarrierSide(option.direction).to_core(),
        "knock": Knock(option.knock).to_core(),
        "barrier": option.barrier,
        "expiry": option.expiry,
        "state": BarrierState(option.state).to_core(),
        "knocked_on": option.knocked_on,
    }
