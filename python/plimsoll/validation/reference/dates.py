"""Reference tables of options on options, choosers, forward starts and extendibles."""

import re
from collections.abc import Callable, Mapping

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance, finite_number
from plimsoll.validation.reference.terms import TYPES, met, model_of
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_NUMBER = re.compile(r"\s*([-+0-9.eE]+)")
_GREEKS = ("delta", "gamma", "vega", "theta")
_Inputs = Mapping[str, float]
_Product = _core.Chooser | _core.ForwardStart | _core.Cliquet | _core.Extendible


def compound(row: Row) -> CaseResult:
    """Check one row of ``compound_geske``: the price and its printed sensitivities."""
    option = _core.Compound(
        type=row.choice("option_type_mother", TYPES),
        strike=row.non_negative("strike_mother"),
        expiry=row.non_negative("maturity_mother_years"),
        daughter_type=row.choice("option_type_daughter", TYPES),
        daughter_strike=row.non_negative("strike_daughter"),
        daughter_expiry=row.non_negative("maturity_daughter_years"),
    )
    priced = _core.closed_form(option, model_of(row))
    tolerance = Tolerance.parse(row.text("tolerance"))
    computed = [("price", "expected", priced.price)]
    computed += [(name, f"expected_{name}", getattr(priced.greeks, name)) for name in _GREEKS]
    comparisons = [
        Comparison(quantity, "closed form", row.number(column), value, tolerance.allowed(row.number(column)))
        for quantity, column, value in computed
        if quantity == "price" or row.text(column)
    ]
    return CaseResult.of(row.case_id, comparisons)


def on_dates(row: Row) -> CaseResult:
    """Check one row of ``chooser_forward_start_extensible``; its terms stand in one cell."""
    inputs, product = _inputs(row), row.text("product")
    kind, _, type_name = product.rpartition("_")
    made: _Product
    if "chooser" in product:
        made = _chooser(row, inputs)
    elif product.startswith("cliquet"):
        made = _cliquet(row, inputs, product)
    elif kind in ("forward_start", "holder_extensible", "writer_extensible") and type_name in TYPES:
        made = _TYPED[kind](row, inputs, TYPES[type_name])
    else:
        return CaseResult.unsupported(row.case_id, f"no product of the core is called {product}")
    return met(row, [("closed form", _core.closed_form(made, model_of(row)).price)])


def _inputs(row: Row) -> _Inputs:
    """Read ``name=number`` pairs separated by semicolons; what follows a number is a note."""
    found = {}
    for pair in row.text("inputs").split(";"):
        name, _, text = pair.partition("=")
        match = _NUMBER.match(text)
        value = finite_number(match.group(1)) if match else None
        if value is not None:
            found[name.strip()] = value
    return found


def _value(row: Row, inputs: _Inputs, *words: str) -> float:
    """Give the one input whose name has all the words."""
    for name, value in inputs.items():
        if all(word in name for word in words):
            return value
    raise BadInput(
        "missing_input",
        field=f"{row.case_id}.inputs",
        value=", ".join(inputs) or "empty",
        allowed=f"an input named by {' and '.join(words)}",
        fix="add it to the cell",
    )


def _chooser(row: Row, inputs: _Inputs) -> _core.Chooser:
    of = {"call": "call", "put": "put"} if row.text("product").startswith("complex") else {"call": "", "put": ""}
    strikes = {name: _value(row, inputs, "strike", word) for name, word in of.items()}
    expiries = {name: _value(row, inputs, "maturity", word) for name, word in of.items()}
    return _core.Chooser(
        choice=_value(row, inputs, "choose"),
        call_strike=strikes["call"],
        call_expiry=expiries["call"],
        put_strike=strikes["put"],
        put_expiry=expiries["put"],
    )


def _cliquet(row: Row, inputs: _Inputs, product: str) -> _core.Cliquet:
    return _core.Cliquet(
        type=TYPES["put" if "put" in product else "call"],
        moneyness=_value(row, inputs, "moneyness"),
        dates=[_value(row, inputs, "reset"), _value(row, inputs, "maturity")],
    )


def _forward_start(row: Row, inputs: _Inputs, kind: _core.OptionType) -> _core.ForwardStart:
    return _core.ForwardStart(
        type=kind,
        moneyness=_value(row, inputs, "moneyness"),
        start=_value(row, inputs, "start"),
        expiry=_value(row, inputs, "maturity"),
    )


def _extendible(row: Row, inputs: _Inputs, kind: _core.OptionType, by: _core.ExtendedBy) -> _core.Extendible:
    return _core.Extendible(
        type=kind,
        by=by,
        strike=_value(row, inputs, "strike", "1"),
        expiry=_value(row, inputs, "maturity", "1"),
        extended_strike=_value(row, inputs, "strike", "2"),
        extended_expiry=_value(row, inputs, "maturity", "2"),
        premium=_value(row, inputs, "premium") if by is _core.ExtendedBy.holder else 0.0,
    )


_TYPED: Mapping[str, Callable[[Row, _Inputs, _core.OptionType], _Product]] = {
    "forward_start": _forward_start,
    "holder_extensible": lambda row, inputs, kind: _extendible(row, inputs, kind, _core.ExtendedBy.holder),
    "writer_extensible": lambda row, inputs, kind: _extendible(row, inputs, kind, _core.ExtendedBy.writer),
}
