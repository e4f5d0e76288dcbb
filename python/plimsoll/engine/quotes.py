"""Listed option quotes from CSV and Parquet tables, each row with what became of it."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from plimsoll import _core
from plimsoll.engine.documents import short
from plimsoll.engine.refusals import refusal
from plimsoll.engine.tables import Row, number, read_rows
from plimsoll.vocabulary.errors import BadInput, PlimsollError

_OPTIONAL = (
    *("type", "right", "bid", "ask", "price", "valuation_date", "trade_date", "spot", "spot_close", "underlying"),
    *("root", "last", "volume", "open_interest", "bid_size", "ask_size"),
)
_TYPES = {word: kind for kind in ("call", "put") for word in (kind, kind[0])}
#: What is wrong with a row that a chain cannot use: code, field, what is allowed, what to do. The other ends are none.
_FLAWS = {
    "no_price": (
        *("missing_quote", "ask", "a bid and an ask that are finite and not below zero, or a price"),
        "give the price, or leave the row out",
    ),
    "crossed": ("invalid_value", "bid", "a bid not above the ask", "leave the stale quote out"),
    "bad_strike": ("invalid_value", "strike", "a finite number above zero", "correct the strike"),
    "expired": ("expired_product", "expiry", "a date after the valuation date", "leave the row out"),
    "duplicate": ("invalid_value", "strike", "one row for each expiry, strike and type", "leave one of the rows out"),
    "no_parity": (
        *("missing_quote", "expiry", "a call and a put at two strikes or more, which imply forward and discount"),
        "give the pairs, or --rate, which needs one",
    ),
    "out_of_bounds": ("invalid_value", "price", "a price that the forward does not arbitrage", "leave the quote out"),
    "no_time_value": (
        *("invalid_value", "price", "an American price above what exercise now pays"),
        "leave the quote out: it tells no volatility",
    ),
}


@dataclass(frozen=True, slots=True)
class QuoteOutcome:
    """What became of one row, counted from one; with a refusal where it is flawed."""

    row: int
    cells: Mapping[str, Any]
    end: str
    refusal: PlimsollError | None

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain data."""
        refused = self.refusal.to_dict() if self.refusal is not None else None
        return {"row": self.row, **self.cells, "end": self.end, "refusal": refused}


@dataclass(frozen=True, slots=True)
class QuoteChain:
    """A table of quotes read: the core's chain, which row each of its quotes was, and every row's outcome.

    ``left_out`` are by expiry the rows whose pairs miss parity too far to imply the forward, the worst pair first.
    """

    today: date
    exercise: str
    reading: _core.ChainReading
    outcomes: tuple[QuoteOutcome, ...]
    rows: tuple[tuple[int, ...], ...]
    left_out: tuple[tuple[int, ...], ...]
    spot: float | None

    @property
    def refused(self) -> tuple[QuoteOutcome, ...]:
        """The rows that are flawed."""
        return tuple(outcome for outcome in self.outcomes if outcome.refusal is not None)

    def expiry(self, place: int) -> str:
        """Give the date of an expiry of the chain."""
        return str(self.outcomes[self.rows[place][0] - 1].cells["expiry"])

    def to_dict(self) -> dict[str, Any]:
        """Give what the quotes imply, how many of them ended how, and the refused rows, as plain data."""
        forwards = [
            {
                "expiry": self.expiry(place),
                "years": implied.years,
                "forward": implied.forward,
                "discount": implied.discount,
                "pairs": implied.pairs,
                "left_out": list(self.left_out[place]),
                "mean_miss_of_parity": implied.miss,
                "misses_beyond_spread": implied.misses_beyond_spread,
                "quotes": len(self.rows[place]),
                "volatility_at_forward": _core.volatility_at_forward(self.reading.chain[place]),
            }
            for place, implied in enumerate(self.reading.forwards)
        ]
        return {
            "valuation_date": self.today.isoformat(),
            "exercise": self.exercise,
            "rows": dict(sorted(Counter(outcome.end for outcome in self.outcomes).items())),
            "expiries": forwards,
            "refused": [outcome.to_dict() for outcome in self.refused],
        }


def read_quotes(
    path: Path,
    today: date | None = None,
    exercise: str = "european",
    spot: float | None = None,
    rate: float | None = None,
) -> QuoteChain:
    """Read a table of listed options and imply forward and discount factor of each expiry from parity.

    Parameters
    ----------
    path : Path
        A ``.csv`` or ``.parquet`` file: expiry, strike, type (call, put, C or P; or ``right``), and bid and ask, or
        price; valuation_date (or ``trade_date``) and spot (or ``spot_close``) may be columns.
    today : date, optional
        The valuation date, where no column says it.
    exercise : str
        ``european`` or ``american``; American prices are made European ones, which needs spot and rate.
    spot, rate : float, optional
        Price of the underlying; continuous rate, which else parity implies.

    Returns
    -------
    QuoteChain
        With an outcome for each row; a bad row spoils no other.

    Raises
    ------
    BadInput
        If the file cannot be read, a column is missing or unknown, or a number is missing that all rows need.
    """
    if path.suffix not in (".csv", ".parquet"):
        raise BadInput(
            *("unknown_extension",), field=str(path), value=path.suffix, allowed=".csv or .parquet", fix="give a table"
        )
    table = read_rows(path, ("expiry", "strike"), _OPTIONAL)
    _require_columns(path, table)
    day = today or date.fromisoformat(_same(table, ("valuation_date", "trade_date"), "--date"))
    if spot is None and any(name in row for row in table[:1] for name in ("spot", "spot_close")):
        spot = float(_same(table, ("spot", "spot_close"), "--spot"))
    chain = _chain(table, day, exercise, spot, rate)
    if chain.reading.chain:
        return chain
    raise BadInput(
        *("no_quotes",), field=str(path), value=f"{len(table)} rows", allowed="quotes that imply a forward",
        fix="give calls and puts at the same strikes, with bids",
    )  # fmt: skip


def _chain(table: list[Row], day: date, exercise: str, spot: float | None, rate: float | None) -> QuoteChain:
    flaws: dict[int, PlimsollError] = {}
    listed: list[_core.ListedQuote] = []
    places: list[int] = []
    for place, row in enumerate(table):
        try:
            listed.append(_listed(row))
            places.append(place)
        except PlimsollError as error:
            flaws[place] = error
    try:
        reading = _core.read_chain(listed, day, _core.Exercise[exercise], spot, rate)
    except PlimsollError as error:
        raise BadInput(
            error.code, field=f"--{error.field}", value=error.value, allowed=error.allowed, fix=error.fix
        ) from error
    ends = dict(zip(places, reading.ends, strict=True))
    outcomes = tuple(_outcome(place, row, ends.get(place), flaws.get(place)) for place, row in enumerate(table))
    rows = tuple(tuple(places[index] + 1 for index in expiry) for expiry in reading.rows)
    left_out = tuple(tuple(places[index] + 1 for index in implied.left_out) for implied in reading.forwards)
    return QuoteChain(day, exercise, reading, outcomes, rows, left_out, spot)


def _require_columns(path: Path, table: list[Row]) -> None:
    present = {name for row in table for name in row}
    if not table:
        raise BadInput("no_rows", field=str(path), value="0 rows", allowed="at least one", fix="add the quotes")
    prices = "bid and ask, or price"
    needed = (("type", "right", "type, or right"), ("ask", "price", prices), ("bid", "price", prices))
    for name, other, allowed in needed:
        if not present & {name, other}:
            raise BadInput(
                "missing_column", field=name, value=short(", ".join(sorted(present))), allowed=allowed,
                fix="add the column",
            )  # fmt: skip


def _same(table: list[Row], names: tuple[str, ...], option: str) -> str:
    """Give the one value that a column has on every row."""
    found = {str(next((row[name] for name in names if name in row), "")) for row in table}
    value = next(iter(found)) if len(found) == 1 else ""
    try:
        (date.fromisoformat if option == "--date" else float)(value)
    except ValueError as error:
        seen = ", ".join(each or "blank" for each in sorted(found)) if any(found) else "not given"
        raise BadInput(
            *("inconsistent_column",), field=names[0], value=short(seen),
            allowed="one value, the same on every row", fix=f"give the column, or {option}",
        ) from error  # fmt: skip
    return value


def _listed(row: Row) -> _core.ListedQuote:
    kind = _TYPES.get(str(row.get("type", row.get("right", ""))).strip().lower())
    if kind is None:
        raise _refused("type", row.get("type", row.get("right", "")), "call, put, C or P", "correct the type")
    try:
        expiry = date.fromisoformat(str(row.get("expiry", "")))
    except ValueError as error:
        raise _refused("expiry", row.get("expiry", ""), "a date YYYY-MM-DD", "correct the date") from error
    lone = "price" in row and "ask" not in row
    bid, ask = (_cell(row, "price"),) * 2 if lone else (_cell(row, "bid"), _cell(row, "ask"))
    return _core.ListedQuote(type=_core.OptionType[kind], strike=_cell(row, "strike"), expiry=expiry, bid=bid, ask=ask)


def _cell(row: Row, name: str) -> float:
    """Give the number of a cell, NaN for a blank one; a NaN that is written out is no number."""
    if name not in row:
        return math.nan
    value = number(row[name])
    if isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value):
        return float(value)
    raise _refused(name, value, "a number", "correct the cell")


def _refused(field: str, value: object, allowed: str, fix: str) -> PlimsollError:
    return refusal("invalid_value", field, short(str(value)), allowed, fix)


def _outcome(place: int, row: Row, end: str | None, flaw: PlimsollError | None) -> QuoteOutcome:
    kept: dict[str, Any] = {
        name: row[name] for name in ("expiry", "strike", "type", "right", "bid", "ask", "price") if name in row
    }
    if flaw is None and end in _FLAWS:
        code, field, allowed, fix = _FLAWS[end]
        if end == "no_price":
            field = _priceless(row)
        flaw = refusal(code, field, short(str(row.get(field, row.get("price", "not given")))), allowed, fix)
    return QuoteOutcome(place + 1, MappingProxyType(kept), end or "unreadable", flaw)


def _priceless(row: Row) -> str:
    """Give the cell for whose sake a row has no price: the bid if that is below zero or without end, else the ask."""
    if "ask" not in row and "price" in row:
        return "price"
    bid = _cell(row, "bid")
    return "bid" if bid < 0.0 or math.isinf(bid) else "ask"
