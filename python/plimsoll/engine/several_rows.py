"""Rows of a book that are on two underlyings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from plimsoll.engine.option_type import OptionType
from plimsoll.engine.several import Basket, CorrelationOption, Exchange, Exercise, Extreme, ExtremeOption, OnTwo, Spread

NUMBERS = ("received", "delivered", "weight", "other_weight", "trigger")
WORDS = ("other", "of")
KINDS = ("exchange", "spread", "basket", "extreme", "correlation")


def product_on_two(row: Mapping[str, Any]) -> OnTwo:
    """Give the product of a row of one of ``KINDS`` that the schema has let pass."""
    names, expiry = (row["underlying"], row["other"]), date.fromisoformat(row["expiry"])
    if row["kind"] == "exchange":
        return Exchange(*names, Exercise(row["exercise"]), float(row["received"]), float(row["delivered"]), expiry)
    type_, strike = OptionType(row["type"]), float(row["strike"])
    if row["kind"] == "correlation":
        return CorrelationOption(*names, type_, float(row["trigger"]), strike, expiry)
    exercise = Exercise(row["exercise"])
    if row["kind"] == "spread":
        return Spread(*names, type_, exercise, strike, expiry)
    if row["kind"] == "basket":
        return Basket(*names, type_, exercise, float(row["weight"]), float(row["other_weight"]), strike, expiry)
    return ExtremeOption(*names, type_, Extreme(row["of"]), exercise, strike, expiry)
