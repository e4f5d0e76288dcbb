"""The trades of the duels: from a point of the unit cube to the terms of a trade and the market of its underlying."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from duels.methods import ON_FUTURES, ON_TWO, OUTSIDE, QUANTOS
from plimsoll import (
    American,
    Asian,
    Barrier,
    BarrierSide,
    BarrierWindow,
    Basket,
    Chooser,
    Compound,
    CorrelationOption,
    CurrencyOption,
    Digital,
    DoubleBarrier,
    DoubleTouch,
    European,
    Exchange,
    Exercise,
    ExtendedBy,
    Extendible,
    Extreme,
    ExtremeOption,
    ForwardStart,
    FutureOption,
    Knock,
    Lookback,
    LookbackStrike,
    OptionType,
    OutsideBarrier,
    PartialLookback,
    PartialTimeBarrier,
    Payout,
    Quanto,
    QuantoBarrier,
    Settlement,
    Snapshot,
    SoftBarrier,
    Spread,
    Touch,
    Trade,
    read_snapshot,
)
from plimsoll.engine.trades import ProductTerms

TODAY = date(2026, 1, 5)
DIMENSIONS = 13
SPOT = 100.0
AMOUNT = 10.0
#: Of so many points one is a corner of the cube.
CORNER_EVERY = 8

Point = tuple[float, ...]
Choice = TypeVar("Choice")


def point(number: int) -> Point:
    """Give a point of the additive recurrence of Roberts (2018), or the corner of the cube that lies next to it."""
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (DIMENSIONS + 1))
    place = tuple((0.5 + number * root**-power) % 1.0 for power in range(1, DIMENSIONS + 1))
    return tuple(float(x > 0.5) for x in place) if number % CORNER_EVERY == 0 else place


def _between(x: float, low: float, high: float) -> float:
    return low + x * (high - low)


def _log_between(x: float, low: float, high: float) -> float:
    return low * (high / low) ** x


def _pick(x: float, choices: list[Choice]) -> Choice:
    return choices[min(int(x * len(choices)), len(choices) - 1)]


@dataclass(frozen=True)
class Place:
    """A market and what every trade has; the rest of the point is left to the product."""

    volatility: float
    rate: float
    dividend_yield: float
    expiry: date
    type: OptionType
    strike: float
    rest: Point

    @property
    def other_volatility(self) -> float:
        """Give the volatility of a second underlying: that of the first to half or twice as much."""
        return self.volatility * 2.0 ** _between(self.rest[4], -1.0, 1.0)

    @property
    def correlation(self) -> float:
        """Give its correlation with the first."""
        return _between(self.rest[5], -0.9, 0.9)

    @property
    def years(self) -> float:
        """Give the years to the expiry."""
        return (self.expiry - TODAY).days / 365.0

    def away(self, x: float) -> float:
        """Give a distance in log spot: from a tenth of a deviation to two and a half, 0.2 % at least."""
        return max(_between(x, 0.1, 2.5) * self.volatility * math.sqrt(self.years), 0.002)

    def beyond(self, side: BarrierSide, x: float) -> float:
        """Give a level on one side of the spot."""
        return SPOT * math.exp(self.away(x) if side is BarrierSide.up else -self.away(x))

    def other_market(self) -> dict[str, Any]:
        """Give the market of a second underlying, whose yield is that of the first turned round in its range."""
        volatility = {"kind": "flat", "value": self.other_volatility, "status": "OBSERVED"}
        dividend_yield = {"kind": "flat", "value": 0.08 - self.dividend_yield, "status": "OBSERVED"}
        return {**self.market(), "volatility": volatility, "dividend_yield": dividend_yield}

    def exchange_rate(self) -> dict[str, Any]:
        """Give the market of an exchange rate whose foreign money is that of the first underlying."""
        other = self.other_market()
        return {**other, "kind": "exchange_rate", "rate": other["dividend_yield"], "dividend_yield": other["rate"]}

    def future(self, kind: str) -> dict[str, Any]:
        """Give the market as that of a future, whose volatility is of one kind."""
        size = self.volatility * (SPOT if kind == "normal" else 1.0)
        carried = ("dividend_yield", "cash_dividends")
        quoted = {name: item for name, item in self.market().items() if name not in carried}
        return {**quoted, "kind": "future", "volatility": {"kind": kind, "value": size, "status": "OBSERVED"}}

    def market(self) -> dict[str, Any]:
        """Give the market as the document of an underlying."""
        return {
            "kind": "equity",
            "spot": SPOT,
            "price_basis": "raw",
            "rate": {"kind": "flat", "value": self.rate, "status": "OBSERVED"},
            "dividend_yield": {"kind": "flat", "value": self.dividend_yield, "status": "OBSERVED"},
            "cash_dividends": [],
            "volatility": {"kind": "flat", "value": self.volatility, "status": "OBSERVED"},
        }


def place_of(at: Point) -> Place:
    """Give the place of a point: volatilities from 5 to 60 %, a week to three years, strikes within 1.5 deviations."""
    volatility = _log_between(at[0], 0.05, 0.6)
    expiry = TODAY + timedelta(days=round(_log_between(at[1], 7.0, 1095.0)))
    deviation = volatility * math.sqrt((expiry - TODAY).days / 365.0)
    strike = SPOT * math.exp(_between(at[5], -1.5, 1.5) * deviation)
    type_ = _pick(at[4], [OptionType.call, OptionType.put])
    return Place(volatility, _between(at[2], -0.02, 0.1), _between(at[3], 0.0, 0.08), expiry, type_, strike, at[6:])


def _side(x: float) -> BarrierSide:
    return _pick(x, [BarrierSide.down, BarrierSide.up])


def _knock(x: float) -> Knock:
    return _pick(x, [Knock.knock_in, Knock.knock_out])


def _payout(name: str, x: float) -> tuple[Payout, float | None]:
    payout = _pick(x, [Payout.difference, Payout.difference, Payout.cash, Payout.asset])
    return payout, AMOUNT if payout is Payout.cash else None


def _asian(name: str, p: Place) -> ProductTerms:
    count = round(_log_between(p.rest[0], 1.0, 52.0))
    days = (p.expiry - TODAY).days
    fixings = tuple(sorted({TODAY + timedelta(days=-(-days * i // count)) for i in range(1, count + 1)}))
    return Asian(name, p.type, p.strike, fixings, (), p.expiry)


def _digital(name: str, p: Place) -> ProductTerms:
    payout = _pick(p.rest[0], [Payout.cash, Payout.asset, Payout.difference])
    paid = p.strike * _between(p.rest[1], 0.9, 1.1) if payout is Payout.difference else None
    return Digital(
        *(name, p.type, payout, p.strike, p.expiry), amount=AMOUNT if payout is Payout.cash else None, paid_strike=paid
    )


def _touch(name: str, p: Place) -> ProductTerms:
    side, knock = _side(p.rest[0]), _knock(p.rest[1])
    payout = _pick(p.rest[2], [Payout.cash, Payout.asset])
    at_hit = knock is Knock.knock_in and p.rest[3] < 0.5
    settlement = Settlement.at_hit if at_hit else Settlement.at_expiry
    amount = AMOUNT if payout is Payout.cash else None
    level = p.beyond(side, p.rest[4])
    return Touch(name, payout, side, knock, settlement, level, p.expiry, amount=amount)


def _barrier(name: str, p: Place) -> ProductTerms:
    side, knock = _side(p.rest[0]), _knock(p.rest[1])
    payout, amount = _payout(name, p.rest[2])
    rebate = 3.0 if p.rest[3] > 0.7 else 0.0
    level = p.beyond(side, p.rest[4])
    return Barrier(*(name, p.type, p.strike, side, knock, level, p.expiry), rebate=rebate, payout=payout, amount=amount)


def _double_barrier(name: str, p: Place) -> ProductTerms:
    payout, amount = _payout(name, p.rest[2])
    lower, upper = p.beyond(BarrierSide.down, p.rest[4]), p.beyond(BarrierSide.up, p.rest[5])
    return DoubleBarrier(
        *(name, p.type, p.strike, _knock(p.rest[1]), lower, upper, p.expiry), payout=payout, amount=amount
    )


def _soft_barrier(name: str, p: Place) -> ProductTerms:
    side, knock = _side(p.rest[0]), _knock(p.rest[1])
    lower, upper = sorted((p.beyond(side, p.rest[4]), p.beyond(side, 0.5 * p.rest[4])))
    extremum = SPOT if p.rest[3] < 0.5 else _between(p.rest[3], lower, upper)
    return SoftBarrier(name, p.type, p.strike, side, knock, lower, upper, p.expiry, extremum)


def _lookback(name: str, p: Place) -> ProductTerms:
    kind = _pick(p.rest[0], [LookbackStrike.fixed, LookbackStrike.floating])
    highest = (p.type is OptionType.call) == (kind is LookbackStrike.fixed)
    extremum = p.beyond(BarrierSide.up if highest else BarrierSide.down, p.rest[4]) if p.rest[1] < 0.7 else SPOT
    return Lookback(name, p.type, kind, extremum, p.expiry, strike=p.strike if kind is LookbackStrike.fixed else None)


def _double_touch(name: str, p: Place) -> ProductTerms:
    lower, upper = p.beyond(BarrierSide.down, p.rest[4]), p.beyond(BarrierSide.up, p.rest[5])
    return DoubleTouch(name, AMOUNT, _knock(p.rest[1]), lower, upper, p.expiry)


def _first(p: Place, x: float) -> date:
    return TODAY + timedelta(days=round(_between(x, 0.02, 0.98) * (p.expiry - TODAY).days))


def _later(p: Place, x: float) -> date:
    return p.expiry + timedelta(days=round(_between(x, 0.0, 1.0) * (p.expiry - TODAY).days))


def _forward_start(name: str, p: Place) -> ProductTerms:
    return ForwardStart(name, p.type, p.strike / SPOT, _first(p, p.rest[0]), p.expiry)


def _chooser(name: str, p: Place) -> ProductTerms:
    # One in three is simple.
    other = p.strike if p.rest[1] < 0.33 else p.strike * math.exp(_between(p.rest[2], -0.5, 0.5) * p.away(0.5))
    return Chooser(
        *(name, _first(p, p.rest[0]), p.strike, p.expiry, other),
        p.expiry if p.rest[1] < 0.33 else _later(p, p.rest[3]),
    )


def _compound(name: str, p: Place) -> ProductTerms:
    daughter = _pick(p.rest[1], [OptionType.call, OptionType.put])
    # About what the daughter is worth at the money: a fifth to twice as much.
    strike = _log_between(p.rest[2], 0.2, 2.0) * 0.4 * SPOT * p.volatility * math.sqrt(p.years)
    return Compound(name, p.type, strike, _first(p, p.rest[0]), daughter, p.strike, p.expiry)


def _extendible(name: str, p: Place) -> ProductTerms:
    by = _pick(p.rest[1], [ExtendedBy.holder, ExtendedBy.writer])
    premium = _between(p.rest[2], 0.0, 0.2) * SPOT * p.volatility * math.sqrt(p.years)
    other = p.strike * math.exp(_between(p.rest[3], -0.5, 0.5) * p.away(0.5))
    return Extendible(
        *(name, p.type, by, p.strike, _first(p, p.rest[0]), other, p.expiry),
        premium=premium if by is ExtendedBy.holder else 0.0,
    )


def _partial_time_barrier(name: str, p: Place) -> ProductTerms:
    side = _side(p.rest[0])
    window = _pick(p.rest[2], list(BarrierWindow))
    return PartialTimeBarrier(
        *(name, p.type, p.strike, _knock(p.rest[1]), window, p.beyond(side, p.rest[4]), _first(p, p.rest[3]), p.expiry),
        direction=None if window is BarrierWindow.end_any_side else side,
    )


def _partial_lookback(name: str, p: Place) -> ProductTerms:
    cover = _first(p, p.rest[3])
    if p.rest[0] < 0.5:
        return PartialLookback(name, p.type, LookbackStrike.fixed, cover, p.expiry, strike=p.strike)
    lowest = BarrierSide.down if p.type is OptionType.call else BarrierSide.up
    extremum = p.beyond(lowest, p.rest[4]) if p.rest[1] < 0.7 else SPOT
    fraction = math.exp(_between(p.rest[2], -0.5, 0.5) * p.away(0.5))
    return PartialLookback(name, p.type, LookbackStrike.floating, cover, p.expiry, extremum=extremum, fraction=fraction)


def _other(name: str) -> str:
    return f"{name}-other"


def _spread(name: str, p: Place) -> ProductTerms:
    return Spread(name, _other(name), p.type, Exercise.european, abs(p.strike - SPOT), p.expiry)


def _basket(name: str, p: Place) -> ProductTerms:
    weight = _between(p.rest[0], 0.1, 0.9)
    return Basket(name, _other(name), p.type, Exercise.european, weight, 1.0 - weight, p.strike, p.expiry)


def _extreme(name: str, p: Place) -> ProductTerms:
    of = _pick(p.rest[0], [Extreme.minimum, Extreme.maximum])
    return ExtremeOption(name, _other(name), p.type, of, Exercise.european, p.strike, p.expiry)


def _correlation(name: str, p: Place) -> ProductTerms:
    trigger = math.sqrt(SPOT * p.beyond(_side(p.rest[0]), p.rest[1]))  # half as far: both have to be beyond
    return CorrelationOption(name, _other(name), p.type, trigger, p.strike, p.expiry)


def _outside_barrier(name: str, p: Place) -> ProductTerms:
    side, knock = _side(p.rest[0]), _knock(p.rest[1])
    return OutsideBarrier(name, _other(name), p.type, p.strike, side, knock, p.beyond(side, p.rest[2]), p.expiry)


def _quanto_barrier(name: str, p: Place) -> ProductTerms:
    side, knock = _side(p.rest[0]), _knock(p.rest[1])
    # A knock-out that ends before it can pay is none.
    ends = knock is Knock.knock_out and (p.type is OptionType.call) == (side is BarrierSide.up)
    strike = SPOT * SPOT / p.beyond(side, p.rest[2]) if ends else p.strike
    return QuantoBarrier(name, _other(name), p.type, strike, side, knock, p.beyond(side, p.rest[2]), 1.5, p.expiry)


def _future_option(name: str, p: Place) -> ProductTerms:
    return FutureOption(name, p.type, Exercise.european, p.strike, p.expiry, _later(p, p.rest[0]))


PRODUCTS: dict[str, Callable[[str, Place], ProductTerms]] = {
    "European": lambda name, p: European(name, p.type, p.strike, p.expiry),
    "American": lambda name, p: American(name, p.type, p.strike, p.expiry),
    "ArithmeticAsian": _asian,
    "Digital": _digital,
    "Touch": _touch,
    "Barrier": _barrier,
    "DoubleBarrier": _double_barrier,
    "SoftBarrier": _soft_barrier,
    "Lookback": _lookback,
    "DoubleTouch": _double_touch,
    "ForwardStart": _forward_start,
    "Chooser": _chooser,
    "Compound": _compound,
    "Extendible": _extendible,
    "PartialTimeBarrier": _partial_time_barrier,
    "PartialLookback": _partial_lookback,
    "Exchange": lambda name, p: Exchange(name, _other(name), Exercise.european, 1.0, p.strike / SPOT, p.expiry),
    "Spread": _spread,
    "Basket": _basket,
    "ExtremeOption": _extreme,
    "CorrelationOption": _correlation,
    "OutsideBarrier": _outside_barrier,
    "FutureOption": _future_option,
    "NormalFutureOption": _future_option,
    "CurrencyOption": lambda name, p: CurrencyOption(name, "EUR", "USD", p.type, Exercise.american, p.strike, p.expiry),
    "Quanto": lambda name, p: Quanto(name, _other(name), p.type, Exercise.european, p.strike, 1.5, p.expiry),
    "QuantoBarrier": _quanto_barrier,
}


def chunk(product: str, numbers: range) -> tuple[list[Trade], Snapshot]:
    """Give the trades of these numbers and one snapshot with a market for each."""
    places = {f"{product}-{number}": place_of(point(number)) for number in numbers}
    trades = [Trade.of(PRODUCTS[product](name, place), trade_id=name) for name, place in places.items()]
    underlyings = {name: place.market() for name, place in places.items()}
    if product in ON_FUTURES:
        kind = "flat" if product == "FutureOption" else "normal"
        underlyings = {name: place.future(kind) for name, place in places.items()}
    pairs = []
    if product in (*ON_TWO, *OUTSIDE, *QUANTOS):
        other = Place.exchange_rate if product in QUANTOS else Place.other_market
        underlyings |= {_other(name): other(place) for name, place in places.items()}
        pairs = [
            {"first": name, "second": _other(name), "value": place.correlation, "status": "OBSERVED"}
            for name, place in places.items()
        ]
    document = {
        "schema": "plimsoll/snapshot/v1",
        "valuation_date": TODAY.isoformat(),
        "source": {"closes": "sha256:00"},
        "underlyings": underlyings,
        "correlations": pairs,
    }
    return trades, read_snapshot(document)
