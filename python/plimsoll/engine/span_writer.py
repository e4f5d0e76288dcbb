"""Writes parameters of SPAN in the published XML risk-parameter format, so that reading them gives the same again."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from xml.sax.saxutils import escape

from plimsoll._core import span as _span
from plimsoll.engine.documents import short
from plimsoll.engine.span_contracts import PORTFOLIOS, Listing, period_text
from plimsoll.engine.span_file import CLASSES, METHODS, MINIMUM, PRICE_RISK, SpanParameters
from plimsoll.vocabulary.errors import BadInput

_LAST_PERIOD = 99_999_999
_ELEMENTS = {kind: (name, held) for name, (kind, held) in PORTFOLIOS.items()}
_Item = tuple[str, "str | float | Iterable[_Item]"]
#: The element of a scenario's fraction and the number that takes it whole.
_WHOLE = 1


def span_file_text(parameters: SpanParameters) -> str:
    """Give the text of a risk-parameter file.

    Raises
    ------
    BadInput
        If a name cannot stand in XML.
    """
    core = parameters.prepared.parameters
    ids = {key: number for number, key in enumerate(sorted({_portfolio(parameters, c) for c in core.contracts}), 1)}
    house: list[_Item] = [
        ("ec", parameters.organisation),
        *_account_types(),
        ("pointDef", [("r", 1), *_points(core)]),
        *(("ccDef", _commodity(commodity, ids)) for commodity in core.commodities),
        ("interSpreads", [_spread(spread) for spread in core.inter_spreads]),
        ("superSpreads", [_spread(spread) for spread in core.super_spreads]),
        *_exchanges(parameters, ids),
    ]
    moment: list[_Item] = [("date", f"{core.date:%Y%m%d}"), ("isSetl", 1), ("clearingOrg", house)]
    file: list[_Item] = [("fileFormat", "4.00"), ("pointInTime", moment)]
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_written("spanFile", file, 0))


def _written(name: str, content: "str | float | Iterable[_Item]", depth: int) -> Iterator[str]:
    room = " " * depth
    if isinstance(content, str | int | float):
        yield f"{room}<{name}>{_text(name, content)}</{name}>\n"
        return
    yield f"{room}<{name}>\n"
    for inner, value in content:
        yield from _written(inner, value, depth + 1)
    yield f"{room}</{name}>\n"


def _text(name: str, value: str | float) -> str:
    if not isinstance(value, str):
        return repr(value)
    if not value.isprintable() or value != value.strip():
        raise BadInput(
            "invalid_value",
            field=name,
            value=short(repr(value)),
            allowed="printable characters without a blank at either end",
            fix="rename it",
        )
    return escape(value)


_Portfolio = tuple[str, str, str, str]


def _portfolio(parameters: SpanParameters, contract: _span.Contract) -> _Portfolio:
    listing = parameters.listings[contract.id]
    return listing.exchange, listing.kind, listing.product, contract.commodity


def _account_types() -> Iterator[_Item]:
    for number, (word, maintenance) in _rates():
        yield (
            "pbRateDef",
            [("r", number), ("isCust", 1), ("acctType", word), ("isM", int(maintenance)), ("pbc", "CORE")],
        )


def _rates() -> Iterator[tuple[int, tuple[str, bool]]]:
    return enumerate(((word, maintenance) for word in CLASSES for maintenance in (True, False)), 1)


def _points(core: _span.ParameterSet) -> Iterator[_Item]:
    for number, point in enumerate(core.scan_points, 1):
        yield (
            "scanPointDef",
            [
                ("point", number),
                ("priceScanDef", [("mult", point.price)]),
                ("volScanDef", [("mult", point.volatility)]),
                ("weight", point.weight),
                ("pairedPoint", point.paired + 1),
            ],
        )
    for number, delta in enumerate(core.delta_points, 1):
        yield (
            "deltaPointDef",
            [("point", number), ("priceScanDef", [("mult", delta.price)]), ("weight", delta.weight)],
        )


def _commodity(commodity: _span.Commodity, ids: Mapping[_Portfolio, int]) -> Iterator[_Item]:
    yield "cc", commodity.code
    yield "currency", commodity.currency
    yield "riskExponent", 0
    yield "capAnov", int(commodity.caps_option_value)
    yield "wfprMeth", _word(PRICE_RISK, commodity.price_risk)
    yield "somMeth", _word(MINIMUM, commodity.option_minimum)
    for key, number in ids.items():
        exchange, kind, product, code = key
        if code == commodity.code:
            yield (
                "pfLink",
                [("exch", exchange), ("pfId", number), ("pfCode", product), ("pfType", kind), ("sc", _WHOLE)],
            )
    given = {ratio.account_class: ratio for ratio in commodity.ratios}
    for number, (word, maintenance) in _rates():
        if CLASSES[word] in given:
            ratio = given[CLASSES[word]]
            yield "adjRate", [("r", number), ("baseR", 0), ("val", ratio.maintenance if maintenance else ratio.initial)]
    yield "scanTiers", _tiers(commodity.scan_tiers)
    yield "intraTiers", _tiers(commodity.spread_tiers)
    yield "interTiers", _tiers(commodity.credit_tiers)
    yield "somTiers", _tiers(commodity.option_tiers, with_rates=True)
    for rate in commodity.delivery:
        yield (
            "spotRate",
            [("r", 1), ("pe", period_text(rate.period)), ("sprd", rate.in_spreads), ("outr", rate.outright)],
        )
    for spread in commodity.spreads:
        yield _spread(spread)


def _tiers(tiers: Iterable[_span.Tier], *, with_rates: bool = False) -> list[_Item]:
    made: list[_Item] = []
    for tier in tiers:
        range_: list[_Item] = [("sPe", period_text(tier.first))] if tier.first else []
        range_ += [("ePe", period_text(tier.last, last=True))] if tier.last != _LAST_PERIOD else []
        rate: list[_Item] = [("rate", [("r", 1), ("val", tier.rate)])] if with_rates else []
        made.append(("tier", [("tn", tier.number), *range_, *rate]))
    return made


def _spread(spread: _span.Spread) -> _Item:
    legs: list[_Item] = []
    for leg in spread.legs:
        place: _Item = ("pe", period_text(leg.period)) if leg.period else ("tn", leg.tier)
        own: list[_Item] = [] if leg.rate is None else [("rate", [("r", 1), ("val", leg.rate)])]
        side = "A" if leg.side == _span.Side.a else "B"
        content: list[_Item] = [("cc", leg.commodity), place, ("rs", side), ("i", leg.ratio), *own]
        legs.append(("pLeg" if leg.period else "tLeg", content))
    head: list[_Item] = [("spread", spread.priority), ("chargeMeth", _word(METHODS, spread.method))]
    return "dSpread", [*head, ("rate", [("r", 1), ("val", spread.rate)]), *legs]


def _word(words: Mapping[str, object], value: object) -> str:
    return next(word for word, meaning in words.items() if meaning == value)


def _exchanges(parameters: SpanParameters, ids: Mapping[_Portfolio, int]) -> Iterator[_Item]:
    core = parameters.prepared.parameters
    ranges = {commodity.code: commodity.price_scan_range for commodity in core.commodities}
    held: dict[_Portfolio, list[_span.Contract]] = {}
    for contract in core.contracts:
        held.setdefault(_portfolio(parameters, contract), []).append(contract)
    futures = {
        (contract.commodity, contract.period): (key[0], ids[key], number)
        for key, contracts in held.items()
        if key[1] == "FUT"
        for number, contract in enumerate(contracts, 1)
    }
    for exchange, group in groupby(sorted(ids), key=lambda key: key[0]):
        portfolios: list[_Item] = [("exch", exchange)]
        for key in group:
            listing = parameters.listings[held[key][0].id]
            content: list[_Item] = [("pfId", ids[key]), ("pfCode", key[2]), ("valueMeth", listing.value_method)]
            content += [("exercise", listing.exercise)] if listing.exercise else []
            scan: _Item = ("scanRate", [("r", 1), ("priceScan", ranges[key[3]])])
            if _ELEMENTS[listing.kind][1] == "opt":
                content += _series(held[key], parameters.listings, scan, futures)
            else:
                content += _contracts(held[key], parameters.listings, scan)
            portfolios.append((_ELEMENTS[listing.kind][0], content))
        yield "exchange", portfolios


def _contracts(contracts: list[_span.Contract], listings: Mapping[str, Listing], scan: _Item) -> Iterator[_Item]:
    for number, contract in enumerate(contracts, 1):
        listing = listings[contract.id]
        name = _ELEMENTS[listing.kind][1]
        yield name, [("cId", number), *_dates(contract, listing), *_terms(contract), scan, _array(contract)]


def _series(
    contracts: list[_span.Contract],
    listings: Mapping[str, Listing],
    scan: _Item,
    futures: Mapping[tuple[str, int], tuple[str, int, int]],
) -> Iterator[_Item]:
    def key(contract: _span.Contract) -> tuple[int, int, str]:
        return contract.period, listings[contract.id].period, str(contract.expiry)

    for _, group in groupby(sorted(contracts, key=key), key=key):
        series = list(group)
        listing = listings[series[0].id]
        options: list[_Item] = []
        for contract in series:
            side = "C" if contract.kind == _span.ContractKind.call else "P"
            options.append(("opt", [("o", side), ("k", contract.strike), *_terms(contract), _array(contract)]))
        under: list[_Item] = []
        if series[0].period != listing.period:
            under = [("undC", _future_under(series[0], listing, futures))]
        yield "series", [*_dates(series[0], listing), *under, scan, *options]


def _future_under(
    contract: _span.Contract, listing: Listing, futures: Mapping[tuple[str, int], tuple[str, int, int]]
) -> list[_Item]:
    place = futures.get((contract.commodity, contract.period))
    if place is None or listing.kind != "OOF":
        raise BadInput(
            "invalid_value",
            field=f"contracts[{contract.id}].period",
            value=period_text(contract.period),
            allowed="its own month, or for an option on a future that of a future of its commodity",
            fix="add the future that the option is on",
        )
    return [("exch", place[0]), ("pfId", place[1]), ("cId", place[2])]


def _dates(contract: _span.Contract, listing: Listing) -> list[_Item]:
    settles: list[_Item] = [("setlDate", f"{contract.expiry:%Y%m%d}")] if contract.expiry else []
    return [("pe", period_text(listing.period) or "000000"), *settles]


def _terms(contract: _span.Contract) -> list[_Item]:
    return [("p", contract.price), ("cvf", contract.multiplier), ("sc", contract.scale)]


def _array(contract: _span.Contract) -> _Item:
    return "ra", [("r", 1), *(("a", loss) for loss in contract.losses), ("d", contract.delta)]
