"""Rows of published margin tables, computed by the core: columns as in ``margin_strategy_cboe_manual``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from plimsoll import _core
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.margin_records import dollars

# The manual's date, and a day that every month has for expiries: the rules look at months and at the order of expiries.
_AS_OF = date(2021, 11, 1)
_EXPIRY_DAY = 17
_CLASSES = {
    "equity": "equity",
    "leveraged_etf_narrow": "equity",
    "leveraged_etf_broad": "broad_index",
    "broad_index": "broad_index",
    "broad_index_reduced_value": "broad_index",
    "broad_etf_or_index": "broad_index",
}
_PHASES = ("initial", "maintenance", "max_potential_loss")
# In these rows the manual names the months of expiry (11, 12) instead of counting the months that are left.
_NAMED_MONTHS = "long_expires_first"
_EUROPEAN = "european"
_REDUCED = "(1/10 index)"


@dataclass(frozen=True, slots=True)
class ReferenceOutcome:
    """What a published row comes to, in dollars, or why it is not computed.

    ``requirement`` is gross as the manual prints it, ``proceeds`` the value of the options sold, ``net_call`` what is
    left to pay.
    """

    requirement: Decimal | None
    proceeds: Decimal | None
    net_call: Decimal | None
    unsupported: str | None = None


@dataclass(frozen=True, slots=True)
class _Leg:
    side: int
    type: str
    strike: float
    contracts: int
    price: float
    months: int
    scale: float


def reference_row(row: Mapping[str, str]) -> ReferenceOutcome:
    """Compute a row of a published table of strategy margins.

    Parameters
    ----------
    row : mapping of column to text
        ``strategy``, ``underlying_class``, ``underlying_price``, ``leverage_factor``, ``multiplier``, ``stock_leg``
        (side|shares|price), ``option_legs`` (side|type|strike|contracts|price|months, joined by ";"), ``account`` and
        ``phase``.

    Returns
    -------
    ReferenceOutcome
        The figures, or the reason why the row is out of scope.
    """
    reason = _out_of_scope(row)
    if reason:
        return ReferenceOutcome(None, None, None, reason)
    legs = [_leg(text, row["strategy"]) for text in row["option_legs"].split(";") if text]
    multiplier = int(row["multiplier"])
    if row["phase"] == "max_potential_loss":
        payoff = [
            (_core.OptionType[leg.type], leg.strike, float(leg.side * leg.contracts * multiplier)) for leg in legs
        ]
        return ReferenceOutcome(_rounded(_core.margin.maximum_loss(payoff)[0]), None, None)
    answer = _core.margin.margin_accounts(
        [_account(row, legs, multiplier)],
        _market(row),
        shipped_pack().core,
        _core.margin.SearchLimits(nodes=5_000, pivots=2_000_000),
    )[0]
    if isinstance(answer, _core.Error):
        return ReferenceOutcome(None, None, None, answer.fix)
    proceeds = sum((_value(leg, multiplier) for leg in legs if leg.side < 0), Decimal("0.00"))
    requirement = _printed(answer, row)
    return ReferenceOutcome(requirement, proceeds, requirement - proceeds)


def _out_of_scope(row: Mapping[str, str]) -> str:
    if row.get("account", "margin") != "margin":
        return f"account type {row['account']}: margin accounts only"
    if row["phase"] not in _PHASES:
        return f"phase {row['phase']}: {', '.join(_PHASES)} only"
    if row["underlying_class"] not in _CLASSES:
        return f"underlying class {row['underlying_class']}: {', '.join(_CLASSES)} only"
    if not row["underlying_price"] and row["phase"] != "max_potential_loss":
        return "no underlying price"
    return ""


def _leg(text: str, strategy: str) -> _Leg:
    side, type_, strike, contracts, price, months = text.split("|")
    reduced = type_.endswith(_REDUCED)
    # A contract on a tenth of the index is a tenth of a contract on the index.
    scale = 10.0 if reduced else 1.0
    left = int(months or 1)
    return _Leg(
        side=1 if side == "long" else -1,
        type=type_.removesuffix(_REDUCED),
        strike=float(strike) * scale,
        contracts=int(contracts),
        price=float(price or 0) * scale,
        months=left - _AS_OF.month + 1 if _NAMED_MONTHS in strategy else left,
        scale=scale,
    )


def _expiry(months: int) -> date:
    later = _AS_OF.month - 1 + months
    return date(_AS_OF.year + later // 12, later % 12 + 1, _EXPIRY_DAY)


def _account(row: Mapping[str, str], legs: list[_Leg], multiplier: int) -> _core.margin.Account:
    style = _core.Exercise.european if _EUROPEAN in row["strategy"] else _core.Exercise.american
    options = [
        _core.margin.OptionPosition(
            trade_id=f"leg {number}",
            underlying="underlying",
            type=_core.OptionType[leg.type],
            exercise=style,
            strike=leg.strike,
            expiry=_expiry(leg.months),
            quantity=float(leg.side * leg.contracts),
            multiplier=multiplier / leg.scale,
            mark=leg.price,
        )
        for number, leg in enumerate(legs, start=1)
    ]
    shares = _shares(row)
    stocks = [_core.margin.StockPosition(trade_id="stock", underlying="underlying", quantity=shares)] if shares else []
    return _core.margin.Account(account_id="row", cash=0, stocks=stocks, options=options, futures=[])


def _shares(row: Mapping[str, str]) -> float:
    if not row["stock_leg"]:
        return 0.0
    side, shares, _price = row["stock_leg"].split("|")
    return float(shares) if side == "long" else -float(shares)


def _market(row: Mapping[str, str]) -> _core.margin.MarketView:
    view = _core.margin.UnderlyingView(
        name="underlying",
        kind=_core.margin.UnderlyingClass[_CLASSES[row["underlying_class"]]],
        spot=float(row["underlying_price"]),
        leverage=float(row["leverage_factor"] or 1),
        price_basis=_core.PriceBasis.raw,
    )
    return _core.margin.MarketView(valuation_date=_AS_OF, underlyings=[view])


def _printed(answer: Mapping[str, Any], row: Mapping[str, str]) -> Decimal:
    """Give the figure as the manual prints it.

    Initially with the options that are paid in full; short sales gross of their proceeds, valued as the rule values
    the short stock.
    """
    phase = answer[row["phase"]]
    short_sale = min(0.0, _shares(row)) * float(row["underlying_price"] or 0)
    total = int(phase["paid_in_full"]) if row["phase"] == "initial" else 0
    for underlying in phase["requirement"]["children"]:
        for group in underlying["children"]:
            total += sum(
                leaf["amount"] for leaf in group["children"] if leaf["kind"] == "requirement" or short_sale < 0
            )
    return dollars(total) - _rounded(short_sale)


def _value(leg: _Leg, multiplier: int) -> Decimal:
    return _rounded(leg.price * leg.contracts * multiplier / leg.scale)


def _rounded(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
