"""Rows of a book whose underlying costs nothing to hold, or that are in two moneys."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from plimsoll.engine.carried import Carried, CurrencyForward, CurrencyOption, FutureOption
from plimsoll.engine.exotics import BarrierSide, BarrierState, Knock
from plimsoll.engine.option_type import OptionType
from plimsoll.engine.quanto import OutsideBarrier, Quanto, QuantoBarrier
from plimsoll.engine.several import Exercise

WORDS = ("future_expiry", "notional_currency", "price_currency")
NUMBERS = ("conversion",)
KINDS = ("future_option", "currency_forward", "currency_option", "quanto", "quanto_barrier", "outside_barrier")


def carried_product(row: Mapping[str, Any]) -> Carried | Quanto | QuantoBarrier | OutsideBarrier:
    """Give the product of a row of one of ``KINDS`` that the schema has let pass."""
    underlying, strike, expiry = row["underlying"], float(row["strike"]), date.fromisoformat(row["expiry"])
    if row["kind"] == "future_option":
        last = date.fromisoformat(row["future_expiry"])
        return FutureOption(underlying, OptionType(row["type"]), Exercise(row["exercise"]), strike, expiry, last)
    if row["kind"] in ("quanto", "quanto_barrier", "outside_barrier"):
        return _on_two(row, strike, expiry)
    moneys = (row["notional_currency"], row["price_currency"])
    if row["kind"] == "currency_forward":
        return CurrencyForward(underlying, *moneys, strike, expiry)
    return CurrencyOption(underlying, *moneys, OptionType(row["type"]), Exercise(row["exercise"]), strike, expiry)


def _on_two(row: Mapping[str, Any], strike: float, expiry: date) -> Quanto | QuantoBarrier | OutsideBarrier:
    names, type_ = (row["underlying"], row["other"]), OptionType(row["type"])
    if row["kind"] == "quanto":
        return Quanto(*names, type_, Exercise(row["exercise"]), strike, float(row["conversion"]), expiry)
    side, knock, barrier = BarrierSide(row["direction"]), Knock(row["knock"]), float(row["barrier"])
    state = BarrierState(row["state"])
    knocked_on = date.fromisoformat(row["knocked_on"]) if "knocked_on" in row else None
    if row["kind"] == "quanto_barrier":
        conversion = float(row["conversion"])
        return QuantoBarrier(*names, type_, strike, side, knock, barrier, conversion, expiry, state, knocked_on)
    return OutsideBarrier(*names, type_, strike, side, knock, barrier, expiry, state, knocked_on)
