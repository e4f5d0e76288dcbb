"""Options whose barrier or extremum is watched over part of their life, as their users write them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plimsoll import _core
from plimsoll.engine.exotics import BarrierSide, BarrierState, Knock, LookbackStrike, needed
from plimsoll.engine.option_type import OptionType


class BarrierWindow(StrEnum):
    """When a partial-time barrier is watched, and from which side."""

    start = "start"
    end_any_side = "end_any_side"
    end_from_side = "end_from_side"

    def to_core(self) -> _core.BarrierWindow:
        """Give the core's value of the same name."""
        return _core.BarrierWindow[self.name]


@dataclass(frozen=True, slots=True)
class PartialTimeBarrier:
    """An option that one barrier begins or ends while it is watched: until ``cover``, or from then on.

    ``direction`` of ``end_any_side`` is the side on which the barrier lay on ``cover``: none before that date.
    """

    underlying: str
    type: OptionType
    strike: float
    knock: Knock
    window: BarrierWindow
    barrier: float
    cover: date
    expiry: date
    direction: BarrierSide | None = None
    state: BarrierState = BarrierState.alive
    knocked_on: date | None = None

    def to_core(self) -> _core.PartialTimeBarrierTerms:
        """Give the core's terms."""
        return _core.PartialTimeBarrierTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            strike=self.strike,
            direction=None if self.direction is None else BarrierSide(self.direction).to_core(),
            knock=Knock(self.knock).to_core(),
            window=BarrierWindow(self.window).to_core(),
            barrier=self.barrier,
            cover=self.cover,
            expiry=self.expiry,
            state=BarrierState(self.state).to_core(),
            knocked_on=self.knocked_on,
        )


@dataclass(frozen=True, slots=True)
class PartialLookback:
    """An option on the extremum of the spot until ``cover`` (``floating``) or from then on (``fixed``).

    A floating one is struck at ``fraction`` times the extremum. ``extremum`` is that of what has been watched so far.
    """

    underlying: str
    type: OptionType
    strike_kind: LookbackStrike
    cover: date
    expiry: date
    extremum: float | None = None
    strike: float | None = None
    fraction: float | None = None

    def to_core(self) -> _core.PartialLookbackTerms:
        """Give the core's terms."""
        is_plain = self.fraction is None and self.strike_kind == LookbackStrike.floating
        return _core.PartialLookbackTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            strike_kind=LookbackStrike(self.strike_kind).to_core(),
            strike=needed(self.strike, "strike", self.strike_kind, LookbackStrike.fixed),
            fraction=needed(1.0 if is_plain else self.fraction, "fraction", self.strike_kind, LookbackStrike.floating),
            extremum=self.extremum,
            cover=self.cover,
            expiry=self.expiry,
        )
