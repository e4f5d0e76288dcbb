"""Products and trades as their users write them: by underlying, strike and calendar dates."""

from dataclasses import dataclass
from datetime import date
from typing import Self, TypeAlias

from plimsoll import _core
from plimsoll.engine.carried import Carried
from plimsoll.engine.exotics import Barrier, Digital, DoubleBarrier, DoubleTouch, Lookback, SoftBarrier, Touch
from plimsoll.engine.option_type import OptionType as OptionType
from plimsoll.engine.options_on_dates import Chooser, Compound, Extendible, ForwardStart
from plimsoll.engine.quanto import OutsideBarrier, Quanto, QuantoBarrier
from plimsoll.engine.several import Basket, CorrelationOption, Exchange, ExtremeOption, Spread
from plimsoll.engine.windows import PartialLookback, PartialTimeBarrier


@dataclass(frozen=True, slots=True)
class European:
    """An option that may be exercised on its expiry alone."""

    underlying: str
    type: OptionType
    strike: float
    expiry: date

    def to_core(self) -> _core.OptionTerms:
        """Give the core's terms."""
        return _option_terms(self, _core.Exercise.european)


@dataclass(frozen=True, slots=True)
class American:
    """An option that may be exercised on any day up to its expiry."""

    underlying: str
    type: OptionType
    strike: float
    expiry: date

    def to_core(self) -> _core.OptionTerms:
        """Give the core's terms."""
        return _option_terms(self, _core.Exercise.american)


def _option_terms(option: European | American, exercise: _core.Exercise) -> _core.OptionTerms:
    return _core.OptionTerms(
        underlying=option.underlying,
        type=OptionType(option.type).to_core(),
        exercise=exercise,
        strike=option.strike,
        expiry=option.expiry,
    )


@dataclass(frozen=True, slots=True)
class Asian:
    """An option on the arithmetic mean of the spot on its fixings; ``fixed`` holds those before the valuation date."""

    underlying: str
    type: OptionType
    strike: float
    fixings: tuple[date, ...]
    fixed: tuple[float, ...]
    expiry: date

    def to_core(self) -> _core.AsianTerms:
        """Give the core's terms."""
        return _core.AsianTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            strike=self.strike,
            fixings=list(self.fixings),
            fixed=list(self.fixed),
            expiry=self.expiry,
        )


@dataclass(frozen=True, slots=True)
class Stock:
    """One share."""

    underlying: str

    def to_core(self) -> _core.StockTerms:
        """Give the core's terms."""
        return _core.StockTerms(underlying=self.underlying)


@dataclass(frozen=True, slots=True)
class Future:
    """One unit of the underlying on the expiry; its price is the forward of that date."""

    underlying: str
    expiry: date

    def to_core(self) -> _core.FutureTerms:
        """Give the core's terms."""
        return _core.FutureTerms(underlying=self.underlying, expiry=self.expiry)


OnDates: TypeAlias = ForwardStart | Chooser | Compound | Extendible
Exotic: TypeAlias = Digital | Touch | DoubleTouch | Barrier | DoubleBarrier | SoftBarrier | Lookback | OnDates
OnPair: TypeAlias = Exchange | Spread | Basket | ExtremeOption | CorrelationOption
OnSeveral: TypeAlias = OnPair | Quanto | QuantoBarrier | OutsideBarrier
Windowed: TypeAlias = PartialTimeBarrier | PartialLookback
ProductTerms: TypeAlias = European | American | Asian | Stock | Future | Exotic | OnSeveral | Carried | Windowed


def underlyings_of(product: ProductTerms) -> tuple[str, ...]:
    """Give the names of all underlyings of a product."""
    return (product.underlying, product.other) if isinstance(product, OnSeveral) else (product.underlying,)


def text_of_underlyings(product: ProductTerms) -> str:
    """Give the name of a product's underlying, or of all of them in one text."""
    return ", ".join(underlyings_of(product))


@dataclass(frozen=True, slots=True)
class Trade:
    """A position in one contract.

    The quantity is signed from the account's side, positive for long; the multiplier is the number of units of the
    underlying in one contract.
    """

    trade_id: str
    product: ProductTerms
    quantity: float
    multiplier: float

    @classmethod
    def of(
        cls, product: ProductTerms, *, quantity: float = 1.0, multiplier: float = 1.0, trade_id: str = "trade"
    ) -> Self:
        """Make a trade of a product, one unit of it when nothing else is said."""
        return cls(trade_id, product, quantity, multiplier)

    def to_core(self) -> _core.Trade:
        """Give the core's trade."""
        return _core.Trade(
            id=self.trade_id, quantity=self.quantity, multiplier=self.multiplier, terms=self.product.to_core()
        )
