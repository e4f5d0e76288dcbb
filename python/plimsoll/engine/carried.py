"""Options on what costs nothing to hold, and contracts in two moneys, as their users write them."""

from dataclasses import dataclass
from datetime import date

from plimsoll import _core
from plimsoll.engine.option_type import OptionType
from plimsoll.engine.several import Exercise


@dataclass(frozen=True, slots=True)
class FutureOption:
    """An option, ended by ``expiry``, on the future of the underlying that ends on ``future_expiry``."""

    underlying: str
    type: OptionType
    exercise: Exercise
    strike: float
    expiry: date
    future_expiry: date

    def to_core(self) -> _core.FutureOptionTerms:
        """Give the core's terms."""
        return _core.FutureOptionTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            exercise=Exercise(self.exercise).to_core(),
            strike=self.strike,
            expiry=self.expiry,
            future_expiry=self.future_expiry,
        )


@dataclass(frozen=True, slots=True)
class CurrencyForward:
    """The duty to buy one unit of ``notional_currency`` at the strike; strike and value are in ``price_currency``."""

    underlying: str
    notional_currency: str
    price_currency: str
    strike: float
    expiry: date

    def to_core(self) -> _core.CurrencyForwardTerms:
        """Give the core's terms."""
        return _core.CurrencyForwardTerms(
            underlying=self.underlying,
            notional_currency=self.notional_currency,
            price_currency=self.price_currency,
            strike=self.strike,
            expiry=self.expiry,
        )


@dataclass(frozen=True, slots=True)
class CurrencyOption:
    """An option on one unit of ``notional_currency``; strike, premium and value are in ``price_currency``."""

    underlying: str
    notional_currency: str
    price_currency: str
    type: OptionType
    exercise: Exercise
    strike: float
    expiry: date

    def to_core(self) -> _core.CurrencyOptionTerms:
        """Give the core's terms."""
        return _core.CurrencyOptionTerms(
            underlying=self.underlying,
            notional_currency=self.notional_currency,
            price_currency=self.price_currency,
            type=OptionType(self.type).to_core(),
            exercise=Exercise(self.exercise).to_core(),
            strike=self.strike,
            expiry=self.expiry,
        )


Carried = FutureOption | CurrencyForward | CurrencyOption
