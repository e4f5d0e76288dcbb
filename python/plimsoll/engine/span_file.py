"""Reads the published XML risk-parameter format of SPAN (file format 4.00) into the core's parameters."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from plimsoll._core import span as _span
from plimsoll.engine.span_contracts import PORTFOLIOS, Draft, Listing, drafts
from plimsoll.engine.span_xml import Element, elements
from plimsoll.vocabulary.errors import BadInput, CheckFailed

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
    found: list[Draft] = []
    commodities: list[Element] = []
    root = Element("", "")
    for element in elements(path, "ccDef", *PORTFOLIOS):
        if element.name in PORTFOLIOS:
            found += drafts(element)  # its elements are dropped at once: a file of a clearing house has millions
        elif element.name == "ccDef":
            commodities.append(element)
        else:
            root = element
    moment = _root(root, path).only("pointInTime")
    house = moment.only("clearingOrg")
    day = moment.day("date")
    if day is None:
        raise moment.flaw("date", moment.word("date"), "a date YYYYMMDD")
    return _Reading(house, found, commodities).parameters(day)


def _root(root: Element, path: Path) -> Element:
    if root.name != "spanFile":
        raise BadInput(
            "not_span", field=str(path), value=root.name, allowed="spanFile as the root element", fix="check the file"
        )
    return root


class _Reading:
    """One reading: what the parts of the file need to know of each other."""

    def __init__(self, house: Element, found: list[Draft], commodities: list[Element]) -> None:
        self._house = house
        self._drafts = found
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
        contracts = list(self._contracts(listings))
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
        except CheckFailed as flaw:  # of the core: what no calculation could stand on
            raise BadInput(flaw.code, field=flaw.field, value=flaw.value, allowed=flaw.allowed, fix=flaw.fix) from flaw

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

    def _contracts(self, listings: dict[str, Listing]) -> Iterator[_span.Contract]:
        futures = {draft.place: draft.listing.period for draft in self._drafts if draft.listing.kind == "FUT"}
        unlinked = set()
        for draft in self._drafts:
            link = self._links.get(draft.link)
            if link is None:
                unlinked.add(draft.link)
                continue
            if draft.price_scan is not None:
                self._look_at_range(link[0], draft.rank, draft.price_scan)
            name = draft.fields["id"]
            while name in listings:  # two series of one month: positions that fit both are refused, not the file
                name += " again"
            listings[name] = draft.listing
            period = draft.listing.period if draft.underlying is None else futures.get(draft.underlying)
            if period is None:
                raise BadInput(
                    "invalid_value",
                    field=f"contracts[{name}].undC",
                    value=" ".join(draft.underlying or ()),
                    allowed="a future of the file",
                    fix="take the file as the clearing house published it",
                )
            yield draft.contract(*link, name, period)
        if unlinked:
            self._notes.append(f"{len(unlinked)} portfolios belong to no combined commodity and are left out")

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
            option_minimum=element.choice("somMeth", MINIMUM, "GROSS"),
            price_risk=element.choice("wfprMeth", PRICE_RISK, "NORMAL"),
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


def _move(point: Element, name: str) -> float:
    definition = point.only(name)
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
        side=leg.choice("rs", _SIDES),
        ratio=leg.number("i"),
        rate=leg.number("rate/val") if leg.find("rate/val") else None,
    )
