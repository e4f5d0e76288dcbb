"""Outcomes of a book as an Arrow table."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from plimsoll.engine.valuation import BookValuation, Outcome

_GREEKS = ("delta", "gamma", "vega", "theta", "rho")
_FAILURE = ("code", "field", "value", "allowed", "fix")


def table_of(book: "BookValuation") -> pa.Table:
    """Give one row a position: what it is, price and sensitivities of a unit and of the position, or the refusal."""
    columns: dict[str, pa.Array] = {}
    for name in ("account_id", "trade_id", "underlying", "kind"):
        columns[name] = _column(book, pa.string(), _attribute(name))
    for name in ("quantity", "multiplier"):
        columns[name] = _column(book, pa.float64(), _attribute(name))
    columns["price"] = _column(book, pa.float64(), lambda o: o.valuation and o.valuation.price)
    columns["standard_error"] = _column(book, pa.float64(), lambda o: o.valuation and o.valuation.standard_error)
    columns["error_estimate"] = _column(book, pa.float64(), lambda o: o.valuation and o.valuation.error_estimate)
    for name in _GREEKS:
        columns[name] = _column(book, pa.float64(), _sensitivity(name))
    columns["value"] = _column(book, pa.float64(), lambda o: o.value)
    for name in _GREEKS:
        columns[f"position_{name}"] = _column(book, pa.float64(), _position_sensitivity(name))
    columns["flags"] = _column(book, pa.list_(pa.string()), lambda o: list(o.valuation.flags) if o.valuation else None)
    columns["method"] = _column(book, pa.string(), lambda o: o.valuation and o.valuation.method)
    columns["trade_digest"] = _column(book, pa.string(), lambda o: o.valuation and o.valuation.evidence.trade_digest)
    for name in _FAILURE:
        columns[f"refusal_{name}"] = _column(book, pa.string(), _refusal(name))
    metadata = {"snapshot_digest": book.snapshot_digest, "book_id": book.book_id, "book_digest": book.book_digest}
    return pa.table(columns).replace_schema_metadata(metadata)


def _column(book: "BookValuation", kind: pa.DataType, read: "Callable[[Outcome], Any]") -> pa.Array:
    return pa.array([read(outcome) for outcome in book.outcomes], type=kind)


def _attribute(name: str) -> "Callable[[Outcome], Any]":
    return lambda outcome: getattr(outcome, name)


def _sensitivity(name: str) -> "Callable[[Outcome], Any]":
    return lambda outcome: outcome.valuation and outcome.valuation.sensitivities[name]


def _position_sensitivity(name: str) -> "Callable[[Outcome], Any]":
    return lambda outcome: outcome.position_sensitivities and outcome.position_sensitivities[name]


def _refusal(name: str) -> "Callable[[Outcome], Any]":
    return lambda outcome: outcome.refusal and getattr(outcome.refusal, name)
