"""Options with a barrier, an extremum or a jump as their users write them: by calendar dates and what has happened."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plimsoll import _core
from plimsoll.engine.option_type import OptionType
from plimsoll.engine.refusals import refusal


class Payout(StrEnum):
    """What an option in the money pays: spot less strike, a fixed amount, or the underlying itself."""

    difference = "difference"
    cash = "cash"
    asset = "asset"

    def to_core(self) -> _core.Payout:
        """Give the core's value of the same name."""
        return _core.Payout[self.name]


class BarrierSide(StrEnum):
    """The side of the spot on which a barrier lies."""

    down = "down"
    up = "up"

    def to_core(self) -> _core.BarrierSide:
        """Give the core's value of the same name."""
        return _core.BarrierSide[self.name]


class Knock(StrEnum):
    """Whether touching the barrier begins the contract or ends it."""

    knock_in = "knock_in"
    knock_out = "knock_out"

    def to_core(self) -> _core.Knock:
        """Give the core's value of the same name."""
        return _core.Knock[self.name]


class Settlement(StrEnum):
    """When a touch pays."""

    at_hit = "at_hit"
    at_expiry = "at_expiry"

    def to_core(self) -> _core.Settlement:
        """Give the core's value of the same name."""
        return _core.Settlement[self.name]


class LookbackStrike(StrEnum):
    """Whether the extremum takes the place of the strike or of the spot."""

    floating = "floating"
    fixed = "fixed"

    def to_core(self) -> _core.LookbackStrike:
        """Give the core's value of the same name."""
        return _core.LookbackStrike[self.name]


class BarrierState(StrEnum):
    """Whether the spot has touched the barrier since the trade began."""

    alive = "alive"
    knocked = "knocked"

    def to_core(self) -> _core.BarrierState:
        """Give the core's value of the same name."""
        return _core.BarrierState[self.name]


def needed(number: float | None, name: str, chosen: StrEnum, asks: StrEnum) -> float:
    """Give a number that a choice may ask for, or zero where it does not; refuse one that is missing or not read."""
    # The core has a number in every place; where the choice does not ask for it, it reads none, so zero stands there.
    field = "strike_kind" if isinstance(asks, LookbackStrike) else "payout"
    allowed = f"a number where {field} is {asks.value}"
    if number is None and chosen == asks:
        raise refusal("missing_field", name, "nothing", allowed, f"give {name}")
    if number and chosen != asks:
        fix = f"remove {name}, or give the {field} {asks.value}"
        raise refusal("invalid_value", name, str(number), f"{allowed}, and none where it is {chosen}", fix)
    return 0.0 if number is None else number


@dataclass(frozen=True, slots=True)
class Digital:
    """An option that pays ``amount``, the underlying, or spot less ``paid_strike`` where the spot ends beyond the strike."""

    underlying: str
    type: OptionType
    payout: Payout
    strike: float
    expiry: date
    amount: float | None = None
    paid_strike: float | None = None

    def to_core(self) -> _core.DigitalTerms:
        """Give the core's terms."""
        return _core.DigitalTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            payout=Payout(self.payout).to_core(),
            strike=self.strike,
            amount=needed(self.amount, "amount", self.payout, Payout.cash),
            paid_strike=needed(self.paid_strike, "paid_strike", self.payout, Payout.difference),
            expiry=self.expiry,
        )


@dataclass(frozen=True, slots=True)
class Touch:
    """A one-touch (``knock_in``) pays if the spot touches the level, a no-touch (``knock_out``) if it never does."""

    underlying: str
    payout: Payout
    direction: BarrierSide
    knock: Knock
    settlement: Settlement
    level: float
    expiry: date
    amount: float | None = None
    state: BarrierState = BarrierState.alive
    knocked_on: date | None = None

    def to_core(self) -> _core.TouchTerms:
        """Give the core's terms."""
        # A touch has no difference to pay, which the core refuses by the payout and not by the amount beside it.
        is_difference = self.payout == Payout.difference
        return _core.TouchTerms(
            underlying=self.underlying,
            payout=Payout(self.payout).to_core(),
            amount=0.0 if is_difference else needed(self.amount, "amount", self.payout, Payout.cash),
            direction=BarrierSide(self.direction).to_core(),
            knock=Knock(self.knock).to_core(),
            settlement=Settlement(self.settlement).to_core(),
            level=self.level,
            expiry=self.expiry,
            state=BarrierState(self.state).to_core(),
            knocked_on=self.knocked_on,
        )


@dataclass(frozen=True, slots=True)
class Barrier:
    """An option that one barrier begins or ends; monitored without a gap.

    The rebate is paid when a knock-out is knocked out, and at expiry if a knock-in never began.
    """

    underlying: str
    type: OptionType
    strike: float
    direction: BarrierSide
    knock: Knock
    barrier: float
    expiry: date
    rebate: float = 0.0
    payout: Payout = Payout.difference
    amount: float | None = None
    state: BarrierState = BarrierState.alive
    knocked_on: date | None = None

    def to_core(self) -> _core.BarrierTerms:
        """Give the core's terms."""
        return _core.BarrierTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            payout=Payout(self.payout).to_core(),
            strike=self.strike,
            amount=needed(self.amount, "amount", self.payout, Payout.cash),
            direction=BarrierSide(self.direction).to_core(),
            knock=Knock(self.knock).to_core(),
            barrier=self.barrier,
            rebate=self.rebate,
            expiry=self.expiry,
            state=BarrierState(self.state).to_core(),
            knocked_on=self.knocked_on,
        )


@dataclass(frozen=True, slots=True)
class DoubleBarrier:
    """An option that either of two barriers begins or ends; monitored without a gap."""

    underlying: str
    type: OptionType
    strike: float
    knock: Knock
    lower: float
    upper: float
    expiry: date
    payout: Payout = Payout.difference
    amount: float | None = None
    state: BarrierState = BarrierState.alive
    knocked_on: date | None = None

    def to_core(self) -> _core.DoubleBarrierTerms:
        """Give the core's terms."""
        return _core.DoubleBarrierTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            payout=Payout(self.payout).to_core(),
            strike=self.strike,
            amount=needed(self.amount, "amount", self.payout, Payout.cash),
            knock=Knock(self.knock).to_core(),
            lower=self.lower,
            upper=self.upper,
            expiry=self.expiry,
            state=BarrierState(self.state).to_core(),
            knocked_on=self.knocked_on,
        )


@dataclass(frozen=True, slots=True)
class DoubleTouch:
    """An amount at expiry if the spot touches one of two levels (``knock_in``), or neither (``knock_out``)."""

    underlying: str
    amount: float
    knock: Knock
    lower: float
    upper: float
    expiry: date
    state: BarrierState = BarrierState.alive
    knocked_on: date | None = None

    def to_core(self) -> _core.DoubleTouchTerms:
        """Give the core's terms."""
        return _core.DoubleTouchTerms(
            underlying=self.underlying,
            amount=self.amount,
            knock=Knock(self.knock).to_core(),
            lower=self.lower,
            upper=self.upper,
            expiry=self.expiry,
            state=BarrierState(self.state).to_core(),
            knocked_on=self.knocked_on,
        )


@dataclass(frozen=True, slots=True)
class SoftBarrier:
    """An option that is knocked in or out in proportion to how far the spot goes into a range.

    ``extremum`` is the lowest (``down``) or highest (``up``) spot since the trade began.
    """

    underlying: str
    type: OptionType
    strike: float
    direction: BarrierSide
    knock: Knock
    lower: float
    upper: float
    expiry: date
    extremum: float

    def to_core(self) -> _core.SoftBarrierTerms:
        """Give the core's terms."""
        return _core.SoftBarrierTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            strike=self.strike,
            direction=BarrierSide(self.direction).to_core(),
            knock=Knock(self.knock).to_core(),
            lower=self.lower,
            upper=self.upper,
            expiry=self.expiry,
            extremum=self.extremum,
        )


@dataclass(frozen=True, slots=True)
class Lookback:
    """An option on the extremum of the spot; ``extremum`` is the one since the trade began, ``strike`` of a fixed one."""

    underlying: str
    type: OptionType
    strike_kind: LookbackStrike
    extremum: float
    expiry: date
    strike: float | None = None

    def to_core(self) -> _core.LookbackTerms:
        """Give the core's terms."""
        return _core.LookbackTerms(
            underlying=self.underlying,
            type=OptionType(self.type).to_core(),
            strike_kind=LookbackStrike(self.strike_kind).to_core(),
            strike=needed(self.strike, "strike", self.strike_kind, LookbackStrike.fixed),
            extremum=self.extremum,
            expiry=self.expiry,
        )
