"""Words for the names that records use: labels of columns with their units, and plain words for coded values."""

from collections.abc import Iterable, Mapping
from typing import Any

#: Label and, where the value's type does not settle it, style of a column by its key in the records.
_COLUMNS: dict[str, tuple[str, str | None]] = {
    "account_id": ("Account", "id"),
    "account_days": ("Account days", None),
    "book_id": ("Book", "id"),
    "computed": ("Computed, USD", "fixed2"),
    "computed_again": ("Computed again, USD", "fixed2"),
    "calls": ("Days with a call", None),
    "case_id": ("Case", "id"),
    "days_outside": ("Days with any outside", None),
    "delta": ("Delta, per 1 of spot", "fixed4"),
    "expected": ("Expected", "fixed2"),
    "expected_shortfall": ("Expected shortfall, USD", "integer"),
    "largest_call_cents": ("Largest call", "cents"),
    "largest_shortfall_cents": ("Largest shortfall", "cents"),
    "lowest_window_from": ("Lowest window from", None),
    "lowest_window_z2": ("Z2 of the lowest window", "fixed4"),
    "max": ("Largest", "significant"),
    "n": ("n", None),
    "governed": ("By the governed tree, USD", "fixed2"),
    "ours_cents": ("Ours", "cents"),
    "pack_id": ("Margin pack", "id"),
    "scan_cents": ("Scan of the payoff", "cents"),
    "worst_uncovered_cents": ("Largest uncovered", "cents"),
    "n11": ("Exceptions right after one", None),
    "p95": ("95th percentile", "significant"),
    "p99": ("99th percentile", "significant"),
    "p_value": ("p-value", "significant"),
    "price": ("Price, USD", "fixed4"),
    "rate": ("Rate", "percent"),
    "relative": ("Relative difference", "scientific"),
    "relative_difference": ("Relative difference", "scientific"),
    "reported": ("Reported, USD", "fixed2"),
    "share_outside": ("Share outside", "percent"),
    "statistic": ("Statistic", "fixed4"),
    "trade_id": ("Position", "id"),
    "value": ("Value, USD", "integer"),
    "value_at_risk": ("Value at risk, USD", "integer"),
    "value_at_risk_error": ("Standard error, USD", "integer"),
    "vega": ("Vega, per 1.00 of volatility", "fixed4"),
    "worst_loss": ("Worst loss, USD", "integer"),
    "worst_loss_over_value_at_risk": ("Worst loss over value at risk", "fixed2"),
    "z2": ("Z2", "fixed4"),
    "z2_whole_history": ("Z2 of the whole history", "fixed4"),
}  # fmt: skip

#: Columns in the order in which people read them; the others stand between, by their keys. A record that was stored
#: comes back with its keys sorted, so their order in the record cannot decide.
_FIRST = (
    "where", "trade_id", "account_id", "case_id", "test_id", "replay", "book_id", "underlying", "kind", "quantity", "pair",
    "identity", "greek", "title", "method", "model", "crisis", "shock", "group", "legs", "day", "unit", "counted",
    "account_days", "days", "n", "exceptions", "price", "value", "value_at_risk", "value_at_risk_error",
    "expected_shortfall", "equity", "initial", "maintenance", "excess", "call", "shortfall", "expected", "computed",
    "reported", "computed_again", "ours_cents", "scan_cents",
)  # fmt: skip
_LAST = ("verdict", "status", "source", "reason", "warnings")

#: Roles of persons in the order in which a model passes through their hands; any other role stands after them, by name.
_ROLES = ("owner", "developer", "validator", "approver")

_VALUES = {
    "filtered_historical": "filtered historical",
    "student_t": "Student-t",
    "shared_code": "shared code",
    "not_applicable": "not applicable",
    "approve": "Approve",
    "approve_with_conditions": "Approve with conditions",
    "reject": "Reject",
}


def in_order(keys: Iterable[str]) -> list[str]:
    """Put the keys of columns into the order in which they are shown, whatever order they came in."""

    def place(key: str) -> tuple[int, int, str]:
        if key in _FIRST:
            return (0, _FIRST.index(key), key)
        return (2, _LAST.index(key), key) if key in _LAST else (1, 0, key)

    return sorted(keys, key=place)


def roles_in_order(roles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the roles, each with the name of its holder, in the order in which they are shown, whatever order they came in."""

    def place(role: str) -> tuple[int, str]:
        return (_ROLES.index(role), "") if role in _ROLES else (len(_ROLES), role)

    return [(role, roles[role]) for role in sorted(roles, key=place)]


def label_of(key: str, style: str = "text") -> str:
    """Give the label of a column, with the unit where its values are numbers or amounts."""
    words = key.replace("_", " ")
    label = _COLUMNS[key][0] if key in _COLUMNS else words[:1].upper() + words[1:]
    if style in ("money", "cents"):
        return f"{label.removesuffix(' cents')}, USD"
    return label.partition(",")[0] if style == "text" else label


def style_of(key: str) -> str | None:
    """Give the style of a column where its key settles it."""
    return _COLUMNS[key][1] if key in _COLUMNS else None


def words_of(value: Any) -> Any:
    """Give a coded value in words; anything else as it is."""
    return _VALUES.get(value, value) if isinstance(value, str) else value
