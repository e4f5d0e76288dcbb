"""Options on two underlyings as their users write them: by names and calendar dates."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plimsoll import _core
from plimsoll.engine.option_type import OptionType


class Exercise(StrEnum):
    """When an option may be exercised: on its expiry alone, or on any day up to it."""

    european = "european"
    american = "american"

    def to_core(self) -> _core.Exercise:
        """Give the core's value of the same name."""
        return _core.Exercise[self.name]


class Extreme(StrEnum):
    """Which of two prices counts."""

    minimum = "minimum"
    maximum = "maximum"

    def to_core(self) -> _core.Extreme:
        """Give the core's value of the same name."""
        return _core.Extreme[self.name]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The right to receive ``received`` units of the underlying for ``delivered`` units of the other."""

    underlying: str
    other: str
    exercise: Exercise
    received: float
    delivered: float
    expiry: date

    def to_core(self) -> _core.ExchangeTerms:
        """Give the core's terms."""
        return _core.ExchangeTerms(
            underlying=self.underlying,
            other=self.other,
            exercise=Exercise(self.exercise).to_core(),
            received=self.received,
            delivered=self.delivered,
            expiry=self.expiry,
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """An option on what the underlying exceeds the other by; a European one may have a strike below zero."""

    underlying: str
    other: str
    type: OptionType
    exercise: Exercise
    strike: float
    expiry: date

    def to_core(self) -> _core.SpreadTerms:
        """Give the core's terms."""
        return _core.SpreadTerms(
            underlying=self.underlying,
            other=self.other,
            type=OptionType(self.type).to_core(),
            exercise=Exercise(self.exercise).to_core(),
            strike=self.strike,
            expiry=self.expiry,
        )


@dataclass(frozen=True, slots=True)
class Basket:
    """An option on ``weight`` units of the underlying and ``other_weight`` of the other together."""

    underlying: str
    other: str
    type: OptionType
    exercise: Exercise
    weight: float
    other_weight: float
    strike: float
    expiry: date

    def to_core(self) -> _core.BasketTerms:
        """Give the core's terms."""
        return _core.BasketTerms(
            underlying=self.underlying,
            other=self.other,
            type=OptionType(self.type).to_core(),
            exercise=Exercise(self.exercise).to_core(),
            weight=self.weight,
            other_weight=self.other_weight,
            strike=self.strike,
            expiry=self.expiry,
        )


@dataclass(frozen=True, slots=True)
class ExtremeOption:
    """An option on the smaller (worst-of) or the larger (best-of) of two prices."""

    underlying: str
    other: str
    type: OptionType
    of: Extreme
    exercise: Exercise
    strike: float
    expiry: date

    def to_core(self) -> _core.ExtremeTerms:
        """Give the core's terms."""
        return _core.ExtremeTerms(
            underlying=self.underlying,
            other=self.other,
            type=OptionType(self.type).to_core(),
            of=Extreme(self.of).to_core(),
            exercise=Exercise(self.exercise).to_core(),
            strike=self.strike,
            expiry=self.expiry,
        )


@dataclass(frozen=True, slots=True)
class CorrelationOption:
    """An option on the other at ``strike``, that pays only if the underlying ends on the same side of ``trigger``."""

    underlying: str
    other: str
    type: OptionType
    trigger: float
    strike: float
    expiry: date

    def to_core(self) -> _core.CorrelationTerms:
        """Give the core's terms."""
        return _core.CorrelationTerms(
            underlying=self.underlying,
            other=self.other,
            type=OptionType(self.type).to_core(),
            trigger=self.trigger,
            strike=self.strike,
            expiry=self.expiry,
        )


OnTwo = Exchange | Spread | Basket | ExtremeOption | CorrelationOption
