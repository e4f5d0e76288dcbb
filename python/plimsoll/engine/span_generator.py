"""Makes parameters of SPAN of our own for the contracts of a book: risk arrays by valuation, all else from a pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from plimsoll import _core
from plimsoll._core import span as _span
from plimsoll.engine.book import Book
from plimsoll.engine.documents import flaws, read_json
from plimsoll.engine.margin import refusal_of
from plimsoll.engine.margin_pack import assumed_in, shipped_document
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.refusals import NotInForce, Unsupported
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.span_contracts import Listing, period_text
from plimsoll.engine.span_file import CLASSES, SpanParameters
from plimsoll.engine.trades import American, European, Future, Stock, Trade
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import PlimsollError

DEFAULT_PACK = "assumed-2026-11"
_FOLDER = "packs/span"
_LAST_PERIOD = 99_999_999
#: Price moves of scenarios 1 to 14 in thirds of the range; each stands twice, for volatility up and down.
_THIRDS = (0, 1, -1, 2, -2, 3, -3)


@dataclass(frozen=True, slots=True)
class SpanPack:
    """Scan ranges, charges and ratios as dated data, each with its source and status."""

    document: Mapping[str, Any]
    digest: str

    @property
    def pack_id(self) -> str:
        """Name of the pack with its revision."""
        return f"{self.document['pack_id']}-{self.document['revision']}"

    @property
    def kinds(self) -> list[str]:
        """The kinds of underlyings that the pack has scan ranges for."""
        return sorted(self.document["scan_ranges"])

    def assumed(self) -> list[str]:
        """Give the path of each number whose status is ASSUMED."""
        return assumed_in(self.document)

    def number(self, *path: str) -> float:
        """Give a number of the pack by its path."""
        found: Any = self.document
        for name in path:
            found = found[name]
        return float(found["value"])

    def require(self, day: date) -> None:
        """Refuse a day on which the pack is not in force.

        Raises
        ------
        NotInForce
            If the day is before or after.
        """
        first, last = (date.fromisoformat(self.document[name]) for name in ("in_force_from", "in_force_until"))
        if not first <= day <= last:
            raise NotInForce(
                "not_in_force",
                field="pack",
                value=self.pack_id,
                allowed=f"a pack in force on {day}; this one is from {first} to {last}",
                fix="choose the pack of that date",
            )


@dataclass(frozen=True, slots=True)
class Generated:
    """Parameters for the contracts of a book, and by trade id the refusals of those that have none."""

    parameters: SpanParameters
    refusals: Mapping[str, PlimsollError]


def shipped_span_pack(name: str = DEFAULT_PACK) -> SpanPack:
    """Read a pack that is shipped with the package.

    Raises
    ------
    BadInput
        If there is no such pack.
    """
    return read_span_pack(shipped_document(_FOLDER, name))


def read_span_pack(source: Mapping[str, Any] | Path | str) -> SpanPack:
    """Read a pack from a document v1 or the path of a JSON file.

    Raises
    ------
    BadInput
        If the file cannot be read, a field is missing or unknown, or a number has the wrong type.
    """
    document = source if isinstance(source, Mapping) else read_json(Path(source))
    for _, failure in flaws(document, "span-pack-v1"):
        raise failure
    return SpanPack(document, digest_of(document))


def generate(book: Book, snapshot: Snapshot, pack: SpanPack, method: MethodSpec, *, threads: int = 1) -> Generated:
    """Make the parameters that the contracts of a book need.

    Parameters
    ----------
    book : Book
        Its stocks, futures and options are the contracts; what is no such trade gets no parameters.
    snapshot : Snapshot
        The market that the arrays are made in.
    pack : SpanPack
        Scan ranges and charges.
    method : MethodSpec
        How options are valued in each scenario.
    threads : int
        Threads of the valuation; the bits of the results do not depend on it.

    Returns
    -------
    Generated
        With a refusal for each trade that cannot be valued.

    Raises
    ------
    NotInForce
        If the pack is not in force on the snapshot's date.
    """
    pack.require(snapshot.valuation_date)
    trades = _contracts_of(book)
    unlisted = {name: kind for name, kind in _kinds(snapshot).items() if kind not in pack.kinds}
    trades = {key: trade for key, trade in trades.items() if trade.product.underlying not in unlisted}
    names = {market.name for market in snapshot.core.underlyings}
    settings = _settings(pack, snapshot, {trade.product.underlying for trade in trades.values()} & names)
    answers = _span.scan_contracts(
        [trade.to_core() for trade in trades.values()], snapshot.core, settings, method.to_core(), threads
    )
    listed: list[tuple[Trade, _span.ScannedContract]] = []
    refused: dict[_Key, PlimsollError] = {}
    for (key, trade), answer in zip(trades.items(), answers, strict=True):
        if isinstance(answer, _core.Error):
            refused[key] = refusal_of(answer)
        else:
            listed.append((trade, answer))
    by_trade: dict[str, PlimsollError] = {}
    for trade in (position.trade for position in book.positions if position.trade is not None):
        if _key(trade) in refused:
            by_trade[trade.trade_id] = refused[_key(trade)]
        elif trade.product.underlying in unlisted:
            by_trade[trade.trade_id] = _without_range(trade, unlisted[trade.product.underlying], pack)
    return Generated(_parameters(listed, snapshot, pack, settings), by_trade)


def _kinds(snapshot: Snapshot) -> dict[str, str]:
    """Give the kind of each underlying as the pack names it: a share of a fund is scanned as stock."""
    return {name: "equity" if kind == "exchange_traded_fund" else kind for name, kind in snapshot.kinds.items()}


def _without_range(trade: Trade, kind: str, pack: SpanPack) -> Unsupported:
    return Unsupported(
        "unsupported",
        field=f"positions[{trade.trade_id}].underlying",
        value=f"{trade.product.underlying}, of kind {kind}",
        allowed=f"an underlying of a kind that {pack.pack_id} has scan ranges for: {', '.join(pack.kinds)}",
        fix="give the risk-parameter file of the clearing house by --parameters",
    )


def _parameters(
    listed: list[tuple[Trade, _span.ScannedContract]], snapshot: Snapshot, pack: SpanPack, settings: _span.ScanSettings
) -> SpanParameters:
    spots = {market.name: market.spot for market in snapshot.core.underlyings}
    kinds = _kinds(snapshot)
    contracts, listings = [], {}
    for trade, scanned in listed:
        unit = pack.number("delta_unit", kinds[trade.product.underlying])
        listing = _listing(trade, pack)
        contract = _contract(trade, scanned, listing, trade.multiplier / unit)
        contracts.append(contract)
        listings[contract.id] = listing
    organisation = pack.document["organisation"]
    core = _span.ParameterSet(
        set_id=f"{organisation} {snapshot.valuation_date.isoformat()}",
        date=snapshot.valuation_date,
        scan_points=settings.scan_points,
        delta_points=settings.delta_points,
        commodities=[
            _commodity(name, pack, kinds[name], spots[name])
            for name in sorted({trade.product.underlying for trade, _ in listed})
        ],
        contracts=contracts,
        super_spreads=[],
        inter_spreads=[],
    )
    return SpanParameters(core, organisation, listings)


_Key = tuple[object, ...]


def _key(trade: Trade) -> _Key:
    return trade.product, trade.multiplier


def _contracts_of(book: Book) -> dict[_Key, Trade]:
    trades: dict[_Key, Trade] = {}
    for position in book.positions:
        if position.trade is not None and isinstance(position.trade.product, American | European | Future | Stock):
            trades.setdefault(_key(position.trade), position.trade)
    return trades


def _settings(pack: SpanPack, snapshot: Snapshot, names: set[str]) -> _span.ScanSettings:
    spots = {market.name: market.spot for market in snapshot.core.underlyings}
    kinds = _kinds(snapshot)
    return _span.ScanSettings(
        scan_points=_scan_points(pack),
        delta_points=_delta_points(pack),
        ranges=[
            _span.ScanRange(
                underlying=name,
                price=pack.number("scan_ranges", kinds[name], "price") * spots[name],
                volatility=pack.number("scan_ranges", kinds[name], "volatility"),
            )
            for name in sorted(names)
        ],
        look_ahead_days=int(pack.number("look_ahead_days")),
        volatility_floor=0.01,
    )


def _scan_points(pack: SpanPack) -> list[_span.ScanPoint]:
    points: list[_span.ScanPoint] = []
    for thirds in _THIRDS:
        up, down = len(points), len(points) + 1
        for volatility, paired in ((1.0, down), (-1.0, up)):
            points.append(_span.ScanPoint(price=thirds / 3, volatility=volatility, weight=1.0, paired=paired))
    extreme, covered = pack.number("extreme_move"), pack.number("covered_fraction")
    for price in (extreme, -extreme):
        points.append(_span.ScanPoint(price=price, volatility=0.0, weight=covered, paired=len(points)))
    return points


def _delta_points(pack: SpanPack) -> list[_span.DeltaPoint]:
    weights = pack.document["delta_weights"]["value"]
    return [
        _span.DeltaPoint(price=thirds / 3, weight=float(weights[abs(thirds)])) for thirds in (-3, -2, -1, 0, 1, 2, 3)
    ]


def _listing(trade: Trade, pack: SpanPack) -> Listing:
    product = trade.product
    exchange = pack.document["organisation"]
    size = f"{trade.multiplier!r}".removesuffix(".0")
    if isinstance(product, Stock):
        return Listing(exchange, product.underlying, "PHY", "EQTY")
    period = _period_of(trade)
    if isinstance(product, Future):
        return Listing(exchange, f"{product.underlying} x{size}", "FUT", "FUT", "", period)
    style = "EURO" if isinstance(product, European) else "AMER"
    return Listing(exchange, f"{product.underlying} {style} x{size}", "OOP", "EQTY", style, period)


def _period_of(trade: Trade) -> int:
    expiry = getattr(trade.product, "expiry", None)
    return 0 if expiry is None else int(f"{expiry:%Y%m%d}")


def _contract(trade: Trade, scanned: _span.ScannedContract, listing: Listing, scale: float) -> _span.Contract:
    product = trade.product
    assert isinstance(product, American | European | Future | Stock)
    kind, strike, words = _span.ContractKind.physical, 0.0, [listing.kind]
    if isinstance(product, Future):
        kind = _span.ContractKind.future
    if isinstance(product, American | European):
        kind = _span.ContractKind[product.type.value]
        strike = product.strike
        words = [product.type.value[0].upper(), f"{strike!r}".removesuffix(".0")]
    expiry = None if isinstance(product, Stock) else product.expiry
    period = _period_of(trade)
    return _span.Contract(
        id=" ".join((listing.exchange, listing.product, *words, period_text(period))).strip(),
        commodity=product.underlying,
        kind=kind,
        strike=strike,
        period=period,
        expiry=expiry,
        multiplier=trade.multiplier,
        price=scanned.price,
        delta=scanned.delta,
        scale=scale,
        premium_style=isinstance(product, American | European),
        losses=scanned.losses,
    )


def _commodity(name: str, pack: SpanPack, kind: str, spot: float) -> _span.Commodity:
    range_ = pack.number("scan_ranges", kind, "price") * spot * pack.number("delta_unit", kind)
    legs = [
        _span.SpreadLeg(commodity=name, tier=0, period=0, side=side, ratio=1.0, rate=None)
        for side in (_span.Side.a, _span.Side.b)
    ]
    charge = _span.Spread(
        priority=1, method=_span.SpreadRate.flat, rate=pack.number("month_spread") * range_, legs=legs
    )
    minimum = pack.number("short_option_minimum") * range_
    return _span.Commodity(
        code=name,
        currency=pack.document["currency"],
        option_minimum=_span.OptionMinimum.gross,
        price_risk=_span.PriceRisk.normal,
        price_scan_range=range_,
        caps_option_value=False,
        scan_tiers=[],
        spread_tiers=[],
        credit_tiers=[],
        option_tiers=[_span.Tier(number=1, first=0, last=_LAST_PERIOD, rate=minimum)],
        spreads=[charge],
        delivery=[],
        ratios=[
            _span.ClassRatio(account_class=made, maintenance=1.0, initial=pack.number("initial_ratio", made.name))
            for made in CLASSES.values()
        ],
        unsupported="",
    )
