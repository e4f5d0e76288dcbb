"""Options with a first date, as their users write them: what is set, chosen or extended there, and what came of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plimsoll import _core
from plimsoll.engine.option_type import OptionType


class ExtendedBy(StrEnum):
    """Who extends the option."""

    holder = "holder"
    writer = "writer"

    def to_core(self) -> _core.ExtendedBy:
        """Give the core's value of the same name."""
        return _core.ExtendedBy[self.name]


@dataclass(frozen=True, slots=True)
class ForwardStart:
    """An option whose strike is set on ``start``, at ``moneyness`` times the spot of that date.

    ``start_spot`` is that spot, of one that began before the valuation date.
    """

    underlying: str
    type: OptionType
    moneyness: float
    start: date
    expiry: date
    start_spot: float | None = None

    def to_core(self) -> _core.ForwardStartTerms:
        """Give the core's terms."""
        return _core.ForwardStartTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            moneyness=self.moneyness,
            start=self.start,
            expiry=self.expiry,
            start_spot=self.start_spot,
        )


@dataclass(frozen=True, slots=True)
class Chooser:
    """The right to choose, on the date ``choice``, between a call and a put; ``chosen`` is what the holder chose."""

    underlying: str
    choice: date
    call_strike: float
    call_expiry: date
    put_strike: float
    put_expiry: date
    chosen: OptionType | None = None

    def to_core(self) -> _core.ChooserTerms:
        """Give the core's terms."""
        return _core.ChooserTerms(
            underlying=self.underlying,
            choice=self.choice,
            call_strike=self.call_strike,
            call_expiry=self.call_expiry,
            put_strike=self.put_strike,
            put_expiry=self.put_expiry,
            chosen=None if self.chosen is None else OptionType(self.chosen).to_core(),
        )


@dataclass(frozen=True, slots=True)
class Compound:
    """An option (the mother) to buy or to sell an option (the daughter) at ``strike`` on ``expiry``."""

    underlying: str
    type: OptionType
    strike: float
    expiry: date
    daughter_type: OptionType
    daughter_strike: float
    daughter_expiry: date

    def to_core(self) -> _core.CompoundTerms:
        """Give the core's terms."""
        return _core.CompoundTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            strike=self.strike,
            expiry=self.expiry,
            daughter_type=OptionType(self.daughter_type).to_core(),
            daughter_strike=self.daughter_strike,
            daughter_expiry=self.daughter_expiry,
        )


@dataclass(frozen=True, slots=True)
class Extendible:
    """An option that may last until ``extended_expiry``, at ``extended_strike``.

    Its writer extends it where it ends out of the money, its holder where that is worth the ``premium``.
    """

    underlying: str
    type: OptionType
    extended_by: ExtendedBy
    strike: float
    expiry: date
    extended_strike: float
    extended_expiry: date
    premium: float = 0.0

    def to_core(self) -> _core.ExtendibleTerms:
        """Give the core's terms."""
        return _core.ExtendibleTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            extended_by=ExtendedBy(self.extended_by).to_core(),
            strike=self.strike,
            expiry=self.expiry,
            extended_strike=self.extended_strike,
            extended_expiry=self.extended_expiry,
            premium=self.premium,
        )
