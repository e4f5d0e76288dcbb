"""One position of a book: the terms of each kind, from a document or from the columns of a table."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from plimsoll.engine import carried_rows, exotics, options_on_dates, window_rows
from plimsoll.engine.documents import schema, short
from plimsoll.engine.exotics import BarrierSide, BarrierState, Knock, LookbackStrike, Payout, Settlement
from plimsoll.engine.option_type import OptionType
from plimsoll.engine.options_on_dates import ExtendedBy
from plimsoll.engine.refusals import refusal
from plimsoll.engine.several_rows import KINDS, NUMBERS, WORDS, product_on_two
from plimsoll.engine.tables import Row, items, number
from plimsoll.engine.trades import American, Asian, European, Future, ProductTerms, Stock
from plimsoll.vocabulary.errors import PlimsollError

POSITION_COLUMNS = ("trade_id", "kind", "underlying", "quantity")
_EXOTIC_NUMBERS = (
    *("amount", "paid_strike", "level", "barrier", "rebate", "lower", "upper", "extremum", "moneyness", "start_spot"),
    *("call_strike", "put_strike", "daughter_strike", "extended_strike", "premium"),
)
_EXOTIC_WORDS = (
    *("payout", "direction", "knock", "settlement", "strike_kind", "state", "knocked_on", "start", "choice", "chosen"),
    *("call_expiry", "put_expiry", "daughter_type", "daughter_expiry", "extended_by", "extended_expiry"),
)
TERM_COLUMNS = (
    *("type", "exercise", "strike", "expiry", "multiplier", "entry_price", "fixings", "fixed", "note"),
    *_EXOTIC_NUMBERS,
    *_EXOTIC_WORDS,
    *NUMBERS,
    *WORDS,
    *carried_rows.NUMBERS,
    *carried_rows.WORDS,
    *window_rows.NUMBERS,
    *window_rows.WORDS,
)
_NUMBER_COLUMNS = (
    "quantity",
    "strike",
    "multiplier",
    "entry_price",
    *_EXOTIC_NUMBERS,
    *NUMBERS,
    *carried_rows.NUMBERS,
    *window_rows.NUMBERS,
)

#: What the rows of a kind may have beside the terms that the schema requires of them.
_OPTIONAL_TERMS: dict[str, tuple[str, ...]] = {
    "stock": ("multiplier",),
    "digital": ("amount", "paid_strike"),
    "touch": ("amount", "knocked_on"),
    "barrier": ("payout", "amount", "knocked_on"),
    "double_barrier": ("payout", "amount", "knocked_on"),
    "lookback": ("strike",),
    "double_touch": ("knocked_on",),
    "forward_start": ("start_spot",),
    "chooser": ("chosen",),
    "extendible": ("premium",),
    **window_rows.OPTIONAL,
    "quanto_barrier": ("knocked_on",),
    "outside_barrier": ("knocked_on",),
}


def terms_by_kind() -> dict[str, list[str]]:
    """Give by kind the terms that its rows must have, as the schema says."""
    rules = schema("book-v1")["$defs"]["position"]["allOf"]
    return {
        rule["if"]["properties"]["kind"]["const"]: rule["then"]["required"]
        for rule in rules
        if list(rule["if"]["properties"]) == ["kind"]  # the others ask for a term beside another term
    }


def term_of_another_kind(row: Mapping[str, Any]) -> PlimsollError | None:
    """Give the refusal of a position that the schema has let pass if it has a term that its kind does not price."""
    kind = row["kind"]
    known = (*POSITION_COLUMNS, *terms_by_kind().get(kind, ()), *_OPTIONAL_TERMS.get(kind, ()), "note")
    unknown = next((name for name in row if name not in known), None)
    if unknown is None:
        return None
    return refusal(
        "unknown_field",
        f"positions[{short(row['trade_id'])}].{unknown}",
        short(repr(row[unknown])),
        f"the terms of kind {kind}: {', '.join(known)}",
        f"remove {unknown}, or give the kind of the trade that has it",
    )


def position_document(row: Row) -> dict[str, Any]:
    """Give the document of a position for the row of a table."""
    position = {name: row[name] for name in (*POSITION_COLUMNS, *TERM_COLUMNS) if name in row}
    for name in _NUMBER_COLUMNS:
        if name in position:
            position[name] = number(position[name])
    for name in ("fixings", "fixed"):
        if name in position:
            position[name] = items(position[name])
    if isinstance(position.get("fixed"), list):
        position["fixed"] = [number(value) for value in position["fixed"]]
    return position


def product_of(row: Mapping[str, Any]) -> ProductTerms:
    """Give the product of a position that the schema has let pass."""
    underlying, kind = row["underlying"], row["kind"]
    if kind == "stock":
        return Stock(underlying)
    if kind == "chooser":
        return _chooser(row)
    if kind in KINDS:
        return product_on_two(row)
    if kind in window_rows.KINDS:
        return window_rows.product_with_window(row)
    if kind in carried_rows.KINDS:
        return carried_rows.carried_product(row)
    expiry = date.fromisoformat(row["expiry"])
    if kind == "future":
        return Future(underlying, expiry)
    if kind in ("touch", "double_touch"):
        return _touch(row, expiry) if kind == "touch" else _double_touch(row, expiry)
    type_ = OptionType(row["type"])
    if kind in ("digital", "lookback"):
        return _digital(row, type_, expiry) if kind == "digital" else _lookback(row, type_, expiry)
    if kind in ("forward_start", "compound", "extendible"):
        return _on_dates(row, type_, expiry)
    if kind in ("barrier", "double_barrier", "soft_barrier"):
        return _barrier(row, type_, expiry)
    strike = float(row["strike"])
    if kind == "asian":
        fixings = tuple(date.fromisoformat(day) for day in row["fixings"])
        return Asian(underlying, type_, strike, fixings, tuple(map(float, row["fixed"])), expiry)
    option = European if row["exercise"] == "european" else American
    return option(underlying, type_, strike, expiry)


def _number(row: Mapping[str, Any], name: str) -> float | None:
    return float(row[name]) if name in row else None


def _knocked_on(row: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(row["knocked_on"]) if "knocked_on" in row else None


def _digital(row: Mapping[str, Any], type_: OptionType, expiry: date) -> exotics.Digital:
    return exotics.Digital(
        row["underlying"],
        type_,
        Payout(row["payout"]),
        float(row["strike"]),
        expiry,
        amount=_number(row, "amount"),
        paid_strike=_number(row, "paid_strike"),
    )


def _touch(row: Mapping[str, Any], expiry: date) -> exotics.Touch:
    return exotics.Touch(
        row["underlying"],
        Payout(row["payout"]),
        BarrierSide(row["direction"]),
        Knock(row["knock"]),
        Settlement(row["settlement"]),
        float(row["level"]),
        expiry,
        amount=_number(row, "amount"),
        state=BarrierState(row["state"]),
        knocked_on=_knocked_on(row),
    )


def _double_touch(row: Mapping[str, Any], expiry: date) -> exotics.DoubleTouch:
    return exotics.DoubleTouch(
        row["underlying"],
        float(row["amount"]),
        Knock(row["knock"]),
        float(row["lower"]),
        float(row["upper"]),
        expiry,
        state=BarrierState(row["state"]),
        knocked_on=_knocked_on(row),
    )


def _chooser(row: Mapping[str, Any]) -> options_on_dates.Chooser:
    return options_on_dates.Chooser(
        row["underlying"],
        date.fromisoformat(row["choice"]),
        float(row["call_strike"]),
        date.fromisoformat(row["call_expiry"]),
        float(row["put_strike"]),
        date.fromisoformat(row["put_expiry"]),
        chosen=OptionType(row["chosen"]) if "chosen" in row else None,
    )


def _on_dates(
    row: Mapping[str, Any], type_: OptionType, expiry: date
) -> options_on_dates.ForwardStart | options_on_dates.Compound | options_on_dates.Extendible:
    underlying = row["underlying"]
    if row["kind"] == "forward_start":
        moneyness, start = float(row["moneyness"]), date.fromisoformat(row["start"])
        return options_on_dates.ForwardStart(underlying, type_, moneyness, start, expiry, _number(row, "start_spot"))
    strike = float(row["strike"])
    if row["kind"] == "compound":
        return options_on_dates.Compound(
            *(underlying, type_, strike, expiry, OptionType(row["daughter_type"]), float(row["daughter_strike"])),
            date.fromisoformat(row["daughter_expiry"]),
        )
    return options_on_dates.Extendible(
        *(underlying, type_, ExtendedBy(row["extended_by"]), strike, expiry, float(row["extended_strike"])),
        date.fromisoformat(row["extended_expiry"]),
        premium=_number(row, "premium") or 0.0,
    )


def _lookback(row: Mapping[str, Any], type_: OptionType, expiry: date) -> exotics.Lookback:
    return exotics.Lookback(
        row["underlying"],
        type_,
        LookbackStrike(row["strike_kind"]),
        float(row["extremum"]),
        expiry,
        strike=_number(row, "strike"),
    )


def _barrier(
    row: Mapping[str, Any], type_: OptionType, expiry: date
) -> exotics.Barrier | exotics.DoubleBarrier | exotics.SoftBarrier:
    underlying, strike, knock = row["underlying"], float(row["strike"]), Knock(row["knock"])
    if row["kind"] == "soft_barrier":
        side, lower, upper = BarrierSide(row["direction"]), float(row["lower"]), float(row["upper"])
        return exotics.SoftBarrier(underlying, type_, strike, side, knock, lower, upper, expiry, float(row["extremum"]))
    payout, state = Payout(row.get("payout", "difference")), BarrierState(row["state"])
    if row["kind"] == "double_barrier":
        return exotics.DoubleBarrier(
            underlying,
            type_,
            strike,
            knock,
            float(row["lower"]),
            float(row["upper"]),
            expiry,
            payout=payout,
            amount=_number(row, "amount"),
            state=state,
            knocked_on=_knocked_on(row),
        )
    return exotics.Barrier(
        underlying,
        type_,
        strike,
        BarrierSide(row["direction"]),
        knock,
        float(row["barrier"]),
        expiry,
        rebate=float(row["rebate"]),
        payout=payout,
        amount=_number(row, "amount"),
        state=state,
        knocked_on=_knocked_on(row),
    )
