"""Rows of a book whose barrier or extremum is watched over part of the life."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from plimsoll.engine.exotics import BarrierSide, BarrierState, Knock, LookbackStrike
from plimsoll.engine.option_type import OptionType
from plimsoll.engine.windows import BarrierWindow, PartialLookback, PartialTimeBarrier

NUMBERS = ("fraction",)
WORDS = ("window", "cover")
KINDS = ("partial_time_barrier", "partial_lookback")
OPTIONAL = {
    "partial_time_barrier": ("direction", "knocked_on"),
    "partial_lookback": ("strike", "fraction", "extremum"),
}


def product_with_window(row: Mapping[str, Any]) -> PartialTimeBarrier | PartialLookback:
    """Give the product of a row of one of ``KINDS`` that the schema has let pass."""
    underlying, type_ = row["underlying"], OptionType(row["type"])
    cover, expiry = date.fromisoformat(row["cover"]), date.fromisoformat(row["expiry"])
    if row["kind"] == "partial_lookback":
        numbers = {name: float(row[name]) for name in OPTIONAL["partial_lookback"] if name in row}
        return PartialLookback(underlying, type_, LookbackStrike(row["strike_kind"]), cover, expiry, **numbers)
    return PartialTimeBarrier(
        *(underlying, type_, float(row["strike"]), Knock(row["knock"]), BarrierWindow(row["window"])),
        *(float(row["barrier"]), cover, expiry),
        direction=BarrierSide(row["direction"]) if "direction" in row else None,
        state=BarrierState(row["state"]),
        knocked_on=date.fromisoformat(row["knocked_on"]) if "knocked_on" in row else None,
    )
