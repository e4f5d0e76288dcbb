"""Rows of a book whose underlying costs nothing to hold, or that are in two moneys."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from plimsoll.engine.carried import Carried, CurrencyForward, CurrencyOption, FutureOption
from plimsoll.engine.option_type import OptionType
from plimsoll.engine.several import Exercise

WORDS = ("future_expiry", "notional_currency", "price_currency")
KINDS = ("future_option", "currency_forward", "currency_option")


def carried_product(row: Mapping[str, Any]) -> Carried:
    """Give the product of a row of one of ``KINDS`` that the schema has let pass."""
    underlying, strike, expiry = row["underlying"], float(row["strike"]), date.fromisoformat(row["expiry"])
    if row["kind"] == "future_option":
        last = date.fromisoformat(row["future_expiry"])
        return FutureOption(underlying, OptionType(row["type"]), Exercise(row["exercise"]), strike, expiry, last)
    moneys = (row["notional_currency"], row["price_currency"])
    if row["kind"] == "currency_forward":
        return CurrencyForward(underlying, *moneys, strike, expiry)
    return CurrencyOption(underlying, *moneys, OptionType(row["type"]), Exercise(row["exercise"]), strike, expiry)
