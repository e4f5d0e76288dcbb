"""Reads the published XML risk-parameter format of SPAN (file format 4.00) into the core's parameters."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from plimsoll._core import span as _span
from plimsoll.engine.span_xml import Element, elements
from plimsoll.vocabulary.errors import BadInput

#: Portfolios of products by the name of their element: the type that a link calls them by, and what they hold.
PORTFOLIOS = {
    "phyPf": ("PHY", "phy"),
    "equityPf": ("EQUITY", "equity"),
    "futPf": ("FUT", "fut"),
    "oopPf": ("OOP", "opt"),
    "oofPf": ("OOF", "opt"),
    "ooePf": ("OOE", "opt"),
}
PRICE_RISK = {
    "NORMAL": _span.PriceRisk.normal,
    "SCANRANGE_CAP": _span.PriceRisk.capped,
    "SCANRANGE": _span.PriceRisk.scan_range,
}
MINIMUM = {"GROSS": _span.OptionMinimum.gross, "MAX": _span.OptionMinimum.larger_side}
METHODS = {"F": _span.SpreadRate.flat, "W": _span.SpreadRate.weighted}
CLASSES = {
    "M": _span.AccountClass.member,
    "H": _span.AccountClass.hedger,
    "S": _span.AccountClass.speculator,
}
_SIDES = {"A": _span.Side.a, "B": _span.Side.b}
_LAST_PERIOD = 99_999_999
_Choice = TypeVar("_Choice")


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a contract is listed: exchange, product code, how its value settles, how it is exercised (AMER, EURO)."""

    exchange: str
    product: str
    kind: str
    value_method: str
    exercise: str = ""


@dataclass(frozen=True, slots=True)
class SpanParameters:
    """The parameters of one clearing house on one day: as the core takes them, and where each contract is listed.

    ``notes`` says what the file holds that is not used.
    """

    core: _span.ParameterSet
    organisation: str
    listings: Mapping[str, Listing]
    notes: tuple[str, ...] = ()
    prepared: _span.PreparedSet = field(init=False)

    def __post_init__(self) -> None:
        """Check the parameters once for all accounts."""
        object.__setattr__(self, "prepared", _span.PreparedSet.prepare(self.core))

    @property
    def date(self) -> date:
        """The business day that the parameters are of."""
        return self.core.date

    @property
    def digest(self) -> str:
        """Digest of the parameters in their own order, whatever the order of the file."""
        return self.prepared.parameters.digest


def read_span_file(path: Path) -> SpanParameters:
    """Read a risk-parameter file.

    Parameters
    ----------
    path : Path
        An XML file with one ``spanFile/pointInTime/clearingOrg``.

    Returns
    -------
    SpanParameters
        Risk arrays as published: the covered fraction of the extreme scenarios is in them.

    Raises
    ------
    BadInput
        If the file cannot be read or is no such file, with the element at fault.
    """
    portfolios: list[tuple[str, Element]] = []
    commodities: list[Element] = []
    root = Element("", "")
    for element in elements(path, "exchange", "ccDef"):
        if element.name == "exchange":
            exchange = element.word("exch")
            portfolios += [(exchange, portfolio) for portfolio in element.each(*PORTFOLIOS)]
        elif element.name == "ccDef":
            commodities.append(element)
        else:
            root = element
    house = _only(_only(_root(root, path), "pointInTime"), "clearingOrg")
    moment = _only(root, "pointInTime")
    day = moment.day("date")
    if day is None:
        raise moment.flaw("date", moment.word("date"), "a date YYYYMMDD")
    return _Reading(house, portfolios, commodities).parameters(day)


def _root(root: Element, path: Path) -> Element:
    if root.name != "spanFile":
        raise BadInput(
            "not_span", field=str(path), value=root.name, allowed="spanFile as the root element", fix="check the file"
        )
    return root


def _only(element: Element, name: str) -> Element:
    found = list(element.each(name))
    if len(found) != 1:
        raise element.flaw(name, str(len(found)), f"exactly one {name}")
    return found[0]


class _Reading:
    """One reading: what the parts of the file need to know of each other."""

    def __init__(self, house: Element, portfolios: list[tuple[str, Element]], commodities: list[Element]) -> None:
        self._house = house
        self._portfolios = portfolios
        self._commodities = commodities
        self._links = {
            (link.word("exch"), link.word("pfId"), link.word("pfType")): (commodity.word("cc"), link.number("sc", 1.0))
            for commodity in commodities
            for link in commodity.each("pfLink")
        }
        self._ranges: dict[str, tuple[tuple[int, int], float]] = {}
        self._notes: list[str] = []

    def parameters(self, day: date) -> SpanParameters:
        organisation = self._house.word("ec")
        listings: dict[str, Listing] = {}
        contracts = []
        for listing, contract in self._contracts():
            listings[contract.id] = listing
            contracts.append(contract)
        scan_points, delta_points = self._points()
        try:
            return SpanParameters(
                core=_span.ParameterSet(
                    set_id=f"{organisation} {day.isoformat()}",
                    date=day,
                    scan_points=scan_points,
                    delta_points=delta_points,
                    commodities=[self._commodity(element) for element in self._commodities],
                    contracts=contracts,
                    super_spreads=self._credits("superSpreads"),
                    inter_spreads=self._credits("interSpreads"),
                ),
                organisation=organisation,
                listings=listings,
                notes=tuple(self._notes),
            )
        except BadInput:
            raise
        except Exception as error:
            raise _as_bad_input(error) from error

    def _points(self) -> tuple[list[_span.ScanPoint], list[_span.DeltaPoint]]:
        layouts = [_scan_points(definition) for definition in self._house.each("pointDef")]
        if not layouts:
            raise self._house.flaw("pointDef", "", "the definition of 16 scenarios")
        shapes = {tuple((point.price == 0.0, point.paired) for point in layout) for layout in layouts}
        if len(shapes) > 1:
            raise self._house.flaw("pointDef", str(len(layouts)), "one pairing of the scenarios for all contracts")
        definition = next(self._house.each("pointDef"))
        deltas = [
            _span.DeltaPoint(price=_move(point, "priceScanDef"), weight=point.number("weight"))
            for point in definition.each("deltaPointDef")
        ]
        return layouts[0], deltas

    def _contracts(self) -> Iterator[tuple[Listing, _span.Contract]]:
        unlinked = 0
        for exchange, portfolio in self._portfolios:
            kind, _ = PORTFOLIOS[portfolio.name]
            link = self._links.get((exchange, portfolio.word("pfId"), kind))
            if link is None:
                unlinked += 1
                continue
            value_method = portfolio.word("valueMeth", "FUT")
            exercise = portfolio.word("exercise", "")
            listing = Listing(exchange, portfolio.word("pfCode"), kind, value_method, exercise)
            for element, series in _held_in(portfolio):
                yield listing, self._contract(element, series, portfolio, listing, link)
        if unlinked:
            self._notes.append(f"{unlinked} portfolios belong to no combined commodity and are left out")

    def _contract(
        self,
        element: Element,
        series: Element | None,
        portfolio: Element,
        listing: Listing,
        link: tuple[str, float],
    ) -> _span.Contract:
        terms = element if series is None else series
        array = element.find("ra")
        if array is None:
            raise element.flaw("ra", "", "a risk array")
        period = terms.period("pe", 0)
        kind, strike, words = _what(element, series, listing)
        multiplier = next((p.number("cvf") for p in (element, terms, portfolio) if p.find("cvf")), 1.0)
        scan = terms.find("scanRate/priceScan")
        if scan is not None:
            future = kind == _span.ContractKind.future
            self._look_at_range(link[0], (0 if future else 1, period), terms.number("scanRate/priceScan"))
        return _span.Contract(
            id=" ".join((listing.exchange, listing.product, *words, period_text(period))).strip(),
            commodity=link[0],
            kind=kind,
            strike=strike,
            period=period,
            expiry=terms.day("setlDate") or terms.day("pe"),
            multiplier=multiplier,
            price=element.number("p", 0.0),
            delta=array.number("d", element.number("d", 1.0)),
            scale=link[1] * element.number("sc", terms.number("sc", 1.0)),
            premium_style=series is not None and listing.value_method != "FUT",
            losses=[_number(array, loss) for loss in array.each("a")],
        )

    def _look_at_range(self, commodity: str, rank: tuple[int, int], price_scan: float) -> None:
        # The range of a commodity is that of its nearest future; without one, that of what is nearest.
        known = self._ranges.get(commodity)
        if known is None or rank < known[0]:
            self._ranges[commodity] = (rank, price_scan)

    def _commodity(self, element: Element) -> _span.Commodity:
        code = element.word("cc")
        spreads, unread = [], []
        for spread in element.each("dSpread"):
            made = _spread(spread)
            spreads += [made] if made else []
            unread += [] if made else [spread.word("chargeMeth")]
        if element.word("riskExponent", "0").strip("0"):
            unread.append("riskExponent " + element.word("riskExponent"))
        return _span.Commodity(
            code=code,
            currency=element.word("currency"),
            option_minimum=_choice(element, "somMeth", MINIMUM, "GROSS"),
            price_risk=_choice(element, "wfprMeth", PRICE_RISK, "NORMAL"),
            price_scan_range=self._ranges[code][1] if code in self._ranges else 0.0,
            caps_option_value=element.whole("capAnov", 0) == 1,
            scan_tiers=_tiers(element, "scanTiers"),
            spread_tiers=_tiers(element, "intraTiers"),
            credit_tiers=_tiers(element, "interTiers"),
            option_tiers=_tiers(element, "somTiers", whole_too=True),
            spreads=spreads,
            delivery=[
                _span.DeliveryRate(
                    period=rate.period("pe"), in_spreads=rate.number("sprd"), outright=rate.number("outr")
                )
                for rate in element.each("spotRate")
            ],
            ratios=self._ratios(element),
            unsupported=f"risk exponent 0 and flat charges between months; here {unread[0]}" if unread else "",
        )

    def _ratios(self, element: Element) -> list[_span.ClassRatio]:
        rates = {rate.whole("r"): rate for rate in element.each("adjRate")}

        def factor(number: int, seen: frozenset[int] = frozenset()) -> float:
            rate = rates.get(number)
            if rate is None or number in seen:
                return 1.0
            return rate.number("val") * factor(rate.whole("baseR", 0), seen | {number})

        found: dict[tuple[str, int], float] = {}
        for definition in self._house.each("pbRateDef"):
            if definition.word("pbc", "CORE") == "CORE" and definition.whole("r") in rates:
                key = (definition.word("acctType"), definition.whole("isM"))
                found.setdefault(key, factor(definition.whole("r")))
        return [
            _span.ClassRatio(
                account_class=made, maintenance=found.get((word, 1), 1.0), initial=found.get((word, 0), 1.0)
            )
            for word, made in CLASSES.items()
            if (word, 0) in found or (word, 1) in found
        ]

    def _credits(self, name: str) -> list[_span.Spread]:
        credits = []
        for group in self._house.each(name):
            for spread in group.children:
                made = _spread(spread) if spread.name == "dSpread" else None
                if made:
                    credits.append(made)
                else:
                    method = spread.word("chargeMeth", spread.name)
                    self._notes.append(
                        f"{name} {spread.word('spread')} is of method {method}, not F or W: its credit is not given"
                    )
        return credits


def _as_bad_input(error: Exception) -> BadInput | Exception:
    failure = {name: getattr(error, name, None) for name in ("code", "field", "value", "allowed", "fix")}
    if None in failure.values():
        return error
    code = str(failure.pop("code"))
    return BadInput(code, **{name: str(value) for name, value in failure.items()})


def period_text(period: int, *, last: bool = False) -> str:
    """Give a contract month as files write it: YYYYMM where there is no day, which ends a range with its 99th."""
    if period == 0:
        return ""
    return str(period // 100 if period % 100 == (99 if last else 0) else period).zfill(6)


def _number(array: Element, loss: Element) -> float:
    return Element("ra", array.path, children=[loss]).number("a")


def _held_in(portfolio: Element) -> Iterator[tuple[Element, Element | None]]:
    _, name = PORTFOLIOS[portfolio.name]
    if name != "opt":
        yield from ((contract, None) for contract in portfolio.each(name))
        return
    for series in portfolio.each("series"):
        yield from ((option, series) for option in series.each("opt"))


def _what(
    element: Element, series: Element | None, listing: Listing
) -> tuple[_span.ContractKind, float, tuple[str, ...]]:
    if series is None:
        future = listing.kind == "FUT"
        return _span.ContractKind.future if future else _span.ContractKind.physical, 0.0, (listing.kind,)
    kind = _choice(element, "o", {"C": _span.ContractKind.call, "P": _span.ContractKind.put}, None)
    strike = element.number("k")
    return kind, strike, (element.word("o"), f"{strike!r}".removesuffix(".0"))


def _choice(element: Element, name: str, choices: Mapping[str, _Choice], default: str | None) -> _Choice:
    word = element.word(name, default)
    if word not in choices:
        raise element.flaw(name, word, ", ".join(choices))
    return choices[word]


def _move(point: Element, name: str) -> float:
    definition = _only(point, name)
    if definition.find("numerator") is None:
        return definition.number("mult", 0.0)
    denominator = definition.number("denominator", 1.0)
    if denominator == 0.0:
        raise definition.flaw("denominator", "0", "a number other than 0")
    return definition.number("mult", 1.0) * definition.number("numerator") / denominator


def _scan_points(definition: Element) -> list[_span.ScanPoint]:
    points = sorted(definition.each("scanPointDef"), key=lambda point: point.whole("point"))
    return [
        _span.ScanPoint(
            price=_move(point, "priceScanDef"),
            volatility=_move(point, "volScanDef"),
            weight=point.number("weight"),
            paired=point.whole("pairedPoint") - 1,
        )
        for point in points
    ]


def _tiers(element: Element, name: str, *, whole_too: bool = False) -> list[_span.Tier]:
    # Tier 0 is the whole commodity; of the others only those with a range cut it.
    tiers = [tier for group in element.each(name) for tier in group.each("tier")]
    return [
        _span.Tier(
            number=tier.whole("tn"),
            first=tier.period("sPe", 0),
            last=tier.period("ePe", _LAST_PERIOD, last=True),
            rate=tier.number("rate/val", 0.0),
        )
        for tier in tiers
        if whole_too or tier.find("sPe") is not None
    ]


def _spread(element: Element) -> _span.Spread | None:
    method = METHODS.get(element.word("chargeMeth"))
    if method is None:
        return None
    return _span.Spread(
        priority=element.whole("spread"),
        method=method,
        rate=element.number("rate/val"),
        legs=[_leg(leg) for leg in element.each("tLeg", "pLeg")],
    )


def _leg(leg: Element) -> _span.SpreadLeg:
    read: Callable[[str], int] = leg.period if leg.name == "pLeg" else leg.whole
    number = read("pe" if leg.name == "pLeg" else "tn")
    return _span.SpreadLeg(
        commodity=leg.word("cc"),
        tier=number if leg.name == "tLeg" else 0,
        period=number if leg.name == "pLeg" else 0,
        side=_choice(leg, "rs", _SIDES, None),
        ratio=leg.number("i"),
        rate=leg.number("rate/val") if leg.find("rate/val") else None,
    )
