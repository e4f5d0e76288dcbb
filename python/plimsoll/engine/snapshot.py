"""Snapshots of the market on one date, from a document, a JSON file, or a CSV or Parquet table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from plimsoll import _core
from plimsoll.engine.correlations import CorrelationRepair, read_correlations
from plimsoll.engine.documents import flaws, read_json, require_known_extension, short
from plimsoll.engine.refusals import refusal, refusal_of_part
from plimsoll.engine.status import status_of
from plimsoll.engine.tables import Row, number, read_rows
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, CheckFailed, PlimsollError

_REQUIRED = ("valuation_date", "underlying", "kind", "spot", "price_basis", "rate", "rate_status", "dividend_yield")
_REQUIRED_TOO = ("dividend_yield_status", "volatility", "volatility_status")
_OPTIONAL = ("skew", "leverage")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The market on one date.

    ``refusals`` holds, by name, the underlyings whose numbers make no sense: their trades are refused, the others are
    valued. ``source`` holds the digests of what the numbers were made from. ``correlation_repairs`` tells of each set of
    underlyings whose correlations were moved to the nearest that returns can have together. ``leverages`` holds the stated
    multiple of each fund that is leveraged or inverse.
    """

    core: _core.Snapshot
    kinds: Mapping[str, str]
    refusals: Mapping[str, PlimsollError]
    source: Mapping[str, str]
    correlation_repairs: tuple[CorrelationRepair, ...] = ()
    leverages: Mapping[str, float] = field(default_factory=dict)

    @property
    def valuation_date(self) -> date:
        """The date as of which everything is valued."""
        return self.core.valuation_date

    @property
    def digest(self) -> str:
        """SHA-256 of every number in it."""
        if not self.leverages:
            return self.core.digest
        return digest_of({"snapshot": self.core.digest, "leverages": dict(self.leverages)})

    def spot(self, underlying: str) -> float:
        """Give the price of one unit.

        Raises
        ------
        MissingQuote
            If the snapshot lacks the underlying.
        """
        return self.core.underlying(underlying).spot


def read_snapshot(source: Mapping[str, Any] | Path | str) -> Snapshot:
    """Read a snapshot.

    Parameters
    ----------
    source : mapping, Path or str
        A snapshot document v1, or the path of a ``.json``, ``.csv`` or ``.parquet`` file.

    Returns
    -------
    Snapshot
        With a refusal for each underlying whose numbers make no sense.

    Raises
    ------
    BadInput
        If the file cannot be read, its extension is none of those, a column is missing, or the document is not a
        snapshot.
        So too if a correlation makes no sense, is there twice or is one of an underlying that is not there, or if no
        returns can have all of them and ``indefinite_correlations`` does not ask for a repair.
    """
    document = source if isinstance(source, Mapping) else snapshot_document(Path(source))
    refusals: dict[str, PlimsollError] = {}
    for path, failure in flaws(document, "snapshot-v1"):
        match path:
            case ("underlyings", str(name), *_):
                refusals.setdefault(name, refusal_of_part(failure))
            case _:
                raise failure
    day = date.fromisoformat(document["valuation_date"])
    markets: list[_core.UnderlyingMarket] = []
    good = {name: item for name, item in document["underlyings"].items() if name not in refusals}
    for name, underlying in good.items():
        try:
            market = _market(name, underlying)
            _core.Snapshot.make(day, [market])
        except PlimsollError as error:
            refusals[name] = _placed(error, name)
        else:
            markets.append(market)
    try:
        correlations, repairs = read_correlations(document, frozenset(refusals))
        core = _core.Snapshot.make(day, markets, correlations)
    except CheckFailed as flaw:
        # They belong to no trade: nothing is computed.
        raise BadInput(flaw.code, field=flaw.field, value=flaw.value, allowed=flaw.allowed, fix=flaw.fix) from flaw
    return Snapshot(
        core=core,
        kinds=MappingProxyType({name: item["kind"] for name, item in good.items()}),
        refusals=MappingProxyType(refusals),
        source=MappingProxyType(dict(document.get("source", {}))),
        correlation_repairs=repairs,
        leverages=MappingProxyType(
            {name: float(item["leverage"]) for name, item in good.items() if "leverage" in item}
        ),
    )


def _placed(error: PlimsollError, name: str) -> PlimsollError:
    place = error.field if error.field.startswith(f"{name}.") else f"{name}.{error.field}"
    return type(error)(
        error.code, field=f"underlyings.{place}", value=error.value, allowed=error.allowed, fix=error.fix
    )


def _market(name: str, underlying: Mapping[str, Any]) -> _core.UnderlyingMarket:
    if underlying["kind"] == "future":
        _refuse_carry(underlying)
    # A future costs nothing to hold: what it would earn at the rate it yields.
    carried = underlying["rate"] if underlying["kind"] == "future" else underlying["dividend_yield"]
    return _core.UnderlyingMarket(
        name=name,
        spot=float(underlying["spot"]),
        price_basis=_core.PriceBasis[underlying["price_basis"]],
        rate=_curve(underlying["rate"]),
        rate_status=status_of(underlying["rate"]),
        dividend_yield=_curve(carried),
        dividend_status=status_of(carried),
        dividends=[_dividend(item) for item in underlying.get("cash_dividends", ())],
        surface=_surface(underlying["volatility"]),
        volatility_status=status_of(underlying["volatility"]),
        quotation=_quotation(underlying),
    )


def _refuse_carry(future: Mapping[str, Any]) -> None:
    for name in ("dividend_yield", "cash_dividends"):
        if name in future:
            allowed = "none of a quoted future, whose price knows what its underlying pays"
            raise refusal("unknown_field", name, short(repr(future[name])), allowed, f"remove {name}")


def _quotation(underlying: Mapping[str, Any]) -> _core.Quotation:
    if underlying["kind"] != "future":
        return _core.Quotation.spot
    return _core.Quotation.normal_future if underlying["volatility"]["kind"] == "normal" else _core.Quotation.future


def _curve(item: Mapping[str, Any]) -> _core.Curve:
    if item["kind"] == "flat":
        return _core.Curve.flat(float(item["value"]))
    return _core.Curve.from_zero_rates([float(t) for t in item["years"]], [float(r) for r in item["rates"]])


def _surface(item: Mapping[str, Any]) -> _core.VolatilitySurface:
    if item["kind"] in ("flat", "normal"):
        return _core.VolatilitySurface.flat(float(item["value"]))
    return _core.VolatilitySurface.skewed(float(item["atm"]), float(item["skew"]))


def _dividend(item: Mapping[str, Any]) -> _core.CashDividend:
    return _core.CashDividend(ex_date=date.fromisoformat(item["ex_date"]), amount=float(item["amount"]))


def snapshot_document(path: Path) -> Mapping[str, Any]:
    """Give the snapshot document v1 that a file holds or stands for; a table has one row an underlying, flat values.

    Raises
    ------
    BadInput
        As in :func:`read_snapshot`.
    """
    require_known_extension(path)
    if path.suffix not in (".csv", ".parquet"):
        document = read_json(path)
        if isinstance(document, Mapping):
            return document
        raise BadInput(
            "wrong_schema",
            field=str(path),
            value=f"JSON of type {type(document).__name__}",
            allowed="a snapshot document v1",
            fix="see docs/formats.md",
        )
    rows = read_rows(path, (*_REQUIRED, *_REQUIRED_TOO), _OPTIONAL)
    days = {str(row.get("valuation_date")) for row in rows}
    if len(days) != 1:
        raise BadInput(
            "inconsistent_column",
            field="valuation_date",
            value=short(", ".join(sorted(days))) or "no rows",
            allowed="one date, the same on every row",
            fix="split the file by date",
        )
    names = [str(row.get("underlying", "")) for row in rows]
    twin = next((name for name, count in Counter(names).items() if count > 1), None)
    if twin is not None:
        raise BadInput("double_row", field="underlying", value=twin, allowed="each name once", fix="remove one row")
    underlyings = {name: _underlying_document(row) for name, row in zip(names, rows, strict=True)}
    return {"schema": "plimsoll/snapshot/v1", "valuation_date": days.pop(), "underlyings": underlyings}


def _underlying_document(row: Row) -> dict[str, Any]:
    volatility = {"kind": "flat", "value": number(row.get("volatility")), "status": row.get("volatility_status")}
    if "skew" in row:
        volatility = {
            "kind": "skewed",
            "atm": volatility["value"],
            "skew": number(row["skew"]),
            "status": volatility["status"],
        }
    leverage = {"leverage": number(row["leverage"])} if "leverage" in row else {}
    if row.get("kind") == "future" and not ("dividend_yield" in row or "dividend_yield_status" in row):
        return {
            "kind": "future",
            "spot": number(row.get("spot")),
            "price_basis": row.get("price_basis"),
            "rate": {"kind": "flat", "value": number(row.get("rate")), "status": row.get("rate_status")},
            "volatility": volatility,
        }
    return {
        **leverage,
        "kind": row.get("kind"),
        "spot": number(row.get("spot")),
        "price_basis": row.get("price_basis"),
        "rate": {"kind": "flat", "value": number(row.get("rate")), "status": row.get("rate_status")},
        "dividend_yield": {
            "kind": "flat",
            "value": number(row.get("dividend_yield")),
            "status": row.get("dividend_yield_status"),
        },
        "cash_dividends": [],
        "volatility": volatility,
    }
