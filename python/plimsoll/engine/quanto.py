"""Options in a second money, and with a barrier on a second asset, as their users write them."""

from dataclasses import dataclass
from datetime import date

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
        return _core.QuantoBarrierTerms(
            underlying=self.underlying,
            other=self.other,
            type=OptionType(self.type).to_core(),
            strike=self.strike,
            direction=BarrierSide(self.direction).to_core(),
            knock=Knock(self.knock).to_core(),
            barrier=self.barrier,
            conversion=self.conversion,
            expiry=self.expiry,
            state=BarrierState(self.state).to_core(),
            knocked_on=self.knocked_on,
        )


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
        return _core.TwoAssetBarrierTerms(
            underlying=self.underlying,
            other=self.other,
            type=OptionType(self.type).to_core(),
            strike=self.strike,
            direction=BarrierSide(self.direction).to_core(),
            knock=Knock(self.knock).to_core(),
            barrier=self.barrier,
            expiry=self.expiry,
            state=BarrierState(self.state).to_core(),
            knocked_on=self.knocked_on,
        )
