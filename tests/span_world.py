"""Parameters of SPAN for tests, and the algorithm once more in fractions: it shares no code with the core."""

import math
import random
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from plimsoll import _core
from plimsoll.engine.span_contracts import Listing
from plimsoll.engine.span_file import SpanParameters

S = _core.span
MARCH, JUNE, SEPTEMBER = 20260300, 20260600, 20260900
LAST = 99_999_999
DAY = date(2026, 2, 2)

_MOVES = (0, 1, -1, 2, -2, 3, -3)
POINTS = [
    S.ScanPoint(price=third / 3, volatility=volatility, weight=1.0, paired=2 * number + (1 if volatility > 0 else 0))
    for number, third in enumerate(_MOVES)
    for volatility in (1.0, -1.0)
]
POINTS += [
    S.ScanPoint(price=2.0, volatility=0.0, weight=0.35, paired=14),
    S.ScanPoint(price=-2.0, volatility=0.0, weight=0.35, paired=15),
]


def leg(commodity: str, side: str, ratio: float = 1.0, **place: Any) -> Any:
    """Give a leg of a spread."""
    terms = {"tier": 0, "period": 0, "rate": None, **place}
    return S.SpreadLeg(commodity=commodity, side=S.Side[side], ratio=ratio, **terms)


def spread(priority: int, method: str, rate: float, *legs: Any) -> Any:
    """Give a spread."""
    return S.Spread(priority=priority, method=S.SpreadRate[method], rate=rate, legs=list(legs))


def commodity(code: str, **changes: Any) -> Any:
    """Give a commodity without charges."""
    fields: dict[str, Any] = {
        "code": code,
        "currency": "USD",
        "option_minimum": S.OptionMinimum.gross,
        "price_risk": S.PriceRisk.normal,
        "price_scan_range": 0.0,
        "caps_option_value": False,
        "unsupported": "",
    }
    lists = ("scan_tiers", "spread_tiers", "credit_tiers", "option_tiers", "spreads", "delivery", "ratios")
    return S.Commodity(**{**fields, **{name: [] for name in lists}, **changes})


def contract(code: str, period: int, losses: Iterable[float], kind: str = "future", **changes: Any) -> Any:
    """Give a contract, premium-style if it is an option."""
    option = kind in ("call", "put")
    strike = changes.get("strike", 0.0)
    word = f"{kind[0].upper()} {strike:g}" if option else "FUT"
    fields = {
        "id": f"EX {code} {word} {period // 100}",
        "commodity": code,
        "kind": S.ContractKind[kind],
        "strike": strike,
        "period": period,
        "expiry": None,
        "multiplier": 50.0,
        "price": 100.0,
        "delta": 1.0,
        "scale": 1.0,
        "premium_style": option,
        "losses": list(losses),
    }
    return S.Contract(**{**fields, **changes})


def listed(core: Any) -> SpanParameters:
    """Give parameters whose products are called after their commodity."""
    listings = {}
    for one in core.contracts:
        option = one.kind in (S.ContractKind.call, S.ContractKind.put)
        listings[one.id] = Listing(
            "EX", one.commodity, "OOF" if option else "FUT", "EQTY" if option else "FUT", "", one.period
        )
    return SpanParameters(core, "EX", listings)


def parameter_set(commodities: list[Any], contracts: list[Any], **spreads: Any) -> Any:
    """Give a set of the test's day."""
    return S.ParameterSet(
        set_id=f"EX {DAY}",
        date=DAY,
        scan_points=POINTS,
        delta_points=[],
        commodities=commodities,
        contracts=contracts,
        **{"super_spreads": [], "inter_spreads": [], **spreads},
    )


def random_set(random_: random.Random) -> Any:
    """Draw three commodities with every kind of parameter; all numbers are sums of eighths, so that sums are exact."""

    def quarters(most: int) -> float:
        return random_.randrange(4 * most) / 4

    commodities, contracts = [], []
    for code in "XYZ":
        tiers = [
            S.Tier(number=1, first=MARCH, last=JUNE, rate=0.0),
            S.Tier(number=2, first=SEPTEMBER, last=LAST, rate=0.0),
        ]
        months = [(a, b) for a in (1, 2) for b in (1, 2)]
        random_.shuffle(months)
        commodities.append(
            commodity(
                code,
                option_minimum=random_.choice([S.OptionMinimum.gross, S.OptionMinimum.larger_side]),
                price_risk=random_.choice([S.PriceRisk.normal, S.PriceRisk.capped, S.PriceRisk.scan_range]),
                price_scan_range=quarters(1000),
                caps_option_value=random_.random() < 0.5,
                scan_tiers=tiers if random_.random() < 0.5 else [],
                spread_tiers=tiers,
                credit_tiers=tiers if random_.random() < 0.5 else [],
                option_tiers=[
                    S.Tier(number=1, first=0, last=MARCH, rate=quarters(50)),
                    S.Tier(number=2, first=JUNE, last=LAST, rate=quarters(50)),
                ],
                spreads=[
                    spread(
                        n,
                        "flat",
                        quarters(60),
                        leg(code, "a", tier=a),
                        leg(code, "b", random_.choice([1.0, 2.0]), tier=b),
                    )
                    for n, (a, b) in enumerate(months)
                ],
                delivery=[S.DeliveryRate(period=MARCH, in_spreads=quarters(20), outright=quarters(30))],
                ratios=[S.ClassRatio(account_class=S.AccountClass.hedger, maintenance=1.0, initial=1.25)],
            )
        )
        for period in (MARCH, JUNE, SEPTEMBER):
            arrays = [[random_.randrange(-4000, 4001) / 4 for _ in range(16)] for _ in range(3)]
            delta = random_.randrange(1, 8) / 8
            contracts += [
                contract(code, period, arrays[0], price=quarters(200)),
                contract(code, period, arrays[1], "call", strike=90.0, delta=delta, price=quarters(20), scale=0.5),
                contract(code, period, arrays[2], "put", strike=80.0, delta=delta - 1, price=quarters(20)),
            ]
    tier = 1 if commodities[0].credit_tiers else 0
    inter = [
        spread(1, "weighted", 0.75, leg("X", "a", tier=tier), leg("Y", "b", 2.0)),
        spread(2, "flat", quarters(40), leg("Y", "a"), leg("Z", "b", rate=quarters(40))),
        spread(3, "weighted", 0.5, leg("X", "a"), leg("Y", "b"), leg("Z", "b", 4.0, rate=0.25)),
    ]
    above = [spread(1, "weighted", 0.25, leg("X", "a", period=JUNE), leg("Z", "a"))]
    return parameter_set(commodities, contracts, inter_spreads=inter, super_spreads=above)


def cents(amount: Fraction) -> int:
    """Round half away from zero to whole cents."""
    size = math.floor(abs(amount) * 100 + Fraction(1, 2))
    return size if amount >= 0 else -size


class Naive:
    """The requirement of one portfolio, step by step as the documents tell it, in exact fractions."""

    def __init__(self, core: Any, held: Mapping[str, int], account_class: Any) -> None:
        self.core, self.account_class = core, account_class
        self.held = {c.id: (c, held[c.id]) for c in core.contracts if held.get(c.id, 0)}
        self.by_code = {c.code: c for c in core.commodities}
        self.codes = sorted({c.commodity for c, _ in self.held.values()})
        self.left: dict[str, dict[int, Fraction]] = {code: {} for code in self.codes}
        self.taken: dict[str, dict[int, Fraction]] = {code: {} for code in self.codes}
        for c, q in self.held.values():
            months = self.left[c.commodity]
            months[c.period] = months.get(c.period, Fraction(0)) + q * Fraction(c.delta) * Fraction(c.scale)
        self.leaves: dict[str, list[int]] = {code: [] for code in self.codes}
        self.credits = 0

    def losses(self, code: str, first: int, last: int, but: Iterable[Any] = ()) -> list[Fraction]:
        total = [Fraction(0)] * 16
        for c, q in self.held.values():
            inside = first <= c.period <= last and not any(t.first <= c.period <= t.last for t in but)
            if c.commodity == code and inside:
                total = [t + q * Fraction(loss) for t, loss in zip(total, c.losses, strict=True)]
        return total

    def price_risk(self, losses: list[Fraction]) -> Fraction:
        worst = max(losses)
        if worst <= 0:
            return Fraction(0)
        paired = losses[self.core.scan_points[losses.index(worst)].paired]
        return max(Fraction(0), (worst + paired) / 2 - (losses[0] + losses[1]) / 2)

    def scan_groups(self, code: str) -> list[list[Fraction]]:
        tiers = self.by_code[code].scan_tiers
        groups = [self.losses(code, t.first, t.last) for t in tiers]
        return [*groups, self.losses(code, 0, LAST, tiers)]

    def months_of(self, one: Any, tiers: Iterable[Any]) -> tuple[int, int]:
        if one.period:
            return one.period, one.period
        return next(((t.first, t.last) for t in tiers if t.number == one.tier), (0, LAST))

    def delta(self, one: Any, tiers: Iterable[Any], sign: int, net: bool) -> Fraction:
        first, last = self.months_of(one, tiers)
        own = [sign * d for month, d in self.left[one.commodity].items() if first <= month <= last]
        return max(Fraction(0), sum(own if net else [d for d in own if d > 0], Fraction(0)))

    def take(self, one: Any, tiers: Iterable[Any], sign: int, amount: Fraction) -> None:
        first, last = self.months_of(one, tiers)
        for month in sorted(self.left[one.commodity]):
            own = sign * self.left[one.commodity][month]
            if first <= month <= last and own > 0:
                part = min(own, amount)
                self.left[one.commodity][month] -= sign * part
                self.taken[one.commodity][month] = self.taken[one.commodity].get(month, Fraction(0)) + part
                amount -= part

    def form(self, made: Any, inside: bool) -> None:
        if any(one.commodity not in self.left for one in made.legs):
            return
        for way in (1, -1):
            signs = [way if one.side == S.Side.a else -way for one in made.legs]
            tiers = [
                self.by_code[one.commodity].spread_tiers if inside else self.by_code[one.commodity].credit_tiers
                for one in made.legs
            ]
            parts = list(zip(made.legs, tiers, signs, strict=True))
            count = min(self.delta(one, t, sign, not inside) / Fraction(one.ratio) for one, t, sign in parts)
            if count <= 0:
                continue
            for one, t, sign in parts:
                self.take(one, t, sign, count * Fraction(one.ratio))
            if inside:
                self.leaves[made.legs[0].commodity].append(cents(count * Fraction(made.rate)))
                continue
            for one in made.legs:
                rate = Fraction(made.rate if one.rate is None else one.rate)
                unit = self.per_delta(one) if made.method == S.SpreadRate.weighted else 1
                self.leaves[one.commodity].append(-cents(count * Fraction(one.ratio) * rate * unit))
                self.credits += 1

    def per_delta(self, one: Any) -> Fraction:
        home = self.by_code[one.commodity]
        range_ = Fraction(home.price_scan_range)
        if home.price_risk == S.PriceRisk.scan_range:
            return range_
        tier = next((t for t in home.credit_tiers if one.period and t.first <= one.period <= t.last), None)
        tier = next((t for t in home.credit_tiers if one.tier and t.number == one.tier), tier)
        first, last = (0, LAST) if tier is None else (tier.first, tier.last)
        net = sum(
            (
                q * Fraction(c.delta) * Fraction(c.scale)
                for c, q in self.held.values()
                if c.commodity == one.commodity and first <= c.period <= last
            ),
            Fraction(0),
        )
        groups = self.scan_groups(one.commodity) if tier is None else [self.losses(one.commodity, first, last)]
        unit = sum(map(self.price_risk, groups), Fraction(0)) / abs(net) if net else Fraction(0)
        return min(unit, range_) if home.price_risk == S.PriceRisk.capped else unit

    def minimum(self, code: str) -> Fraction:
        home, total = self.by_code[code], Fraction(0)
        for tier in home.option_tiers:
            sides = dict.fromkeys(("call", "put"), Fraction(0))
            for c, q in self.held.values():
                if c.commodity == code and q < 0 and c.kind.name in sides and tier.first <= c.period <= tier.last:
                    sides[c.kind.name] -= q * Fraction(c.scale)
            counted = sum(sides.values()) if home.option_minimum == S.OptionMinimum.gross else max(sides.values())
            total += counted * Fraction(tier.rate)
        return total

    def run(self) -> tuple[int, int]:
        """Give maintenance and initial requirement in cents."""
        for code in self.codes:
            self.leaves[code] += [cents(max(Fraction(0), *group)) for group in self.scan_groups(code)]
        for made in self.core.super_spreads:
            self.form(made, inside=False)
        for code in self.codes:
            for made in self.by_code[code].spreads:
                self.form(made, inside=True)
        for code in self.codes:
            for rate in self.by_code[code].delivery:
                charge = self.taken[code].get(rate.period, Fraction(0)) * Fraction(rate.in_spreads)
                charge += abs(self.left[code].get(rate.period, Fraction(0))) * Fraction(rate.outright)
                self.leaves[code].append(cents(charge))
        for made in self.core.inter_spreads:
            self.form(made, inside=False)
        return self.total("maintenance"), self.total("initial")

    def total(self, phase: str) -> int:
        total = 0
        for code in self.codes:
            home = self.by_code[code]
            ratio = next((getattr(r, phase) for r in home.ratios if r.account_class == self.account_class), 1.0)
            risk = max(sum(self.leaves[code]), cents(self.minimum(code)))
            risk += cents(Fraction(risk, 100) * (Fraction(ratio) - 1))
            value = cents(
                sum(
                    (
                        q * Fraction(c.price) * Fraction(c.multiplier)
                        for c, q in self.held.values()
                        if c.commodity == code and c.premium_style
                    ),
                    Fraction(0),
                )
            )
            total += risk - (min(value, risk) if home.caps_option_value else value)
        return max(0, total)
