"""Reference tables of perpetual contracts: the examples that venues print."""

import math
from datetime import date
from typing import Any

from plimsoll import _core
from plimsoll.engine.leveraged import in_currency
from plimsoll.validation.reference.table import Row, Tolerance, finite_number
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_METHOD = "perpetual margin of the core, margins on the entry value"
_RATE = 0.005
_CONTRACTS = 1_000_000.0
#: What each printed quantity is called in the result, by where it stands.
_OF_LINE = {
    "initial_margin": "initial",
    "initial_margin_btc": "initial",
    "maintenance_margin": "maintenance",
    "liquidation_price": "liquidation_below",
    "position_value_btc": "notional",
    "unrealised_pnl_per_formula (entry-mark)*qty": "profit",
}


def perpetual(row: Row) -> CaseResult:
    """Check one row of ``leveraged_perpetual_margin``.

    The liquidation price without a contract is that of an inverse one: entry L / (L (1 - rate) + 1) solves
    1 / (L entry) + 1 / entry - 1 / price = rate / entry.
    """
    quantity = row.text("quantity")
    inputs = dict(part.partition("=")[::2] for part in row.text("inputs").split(";"))
    inverse = row.text("case").startswith("inverse") or quantity == "liquidation_price"
    found = _margined(row, inputs, inverse, short="short" in row.text("case"))
    if quantity in _OF_LINE:
        computed = found["positions"][0][_OF_LINE[quantity]]
    elif quantity == "remaining_margin":
        computed = found["pools"][1]["equity"]["amount"]
    elif quantity == "margin_ratio":
        computed = found["pools"][1]["margin_ratio"]
    else:
        return CaseResult.unsupported(row.case_id, f"no method for {quantity}")
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    number = math.nan if computed is None else float(computed)
    return CaseResult.of(row.case_id, [Comparison(quantity, _METHOD, expected, number, allowed)])


def _margined(row: Row, inputs: dict[str, str], inverse: bool, *, short: bool) -> dict[str, Any]:
    entry = _input(row, inputs, "entry")
    size = _input(row, inputs, "contracts_usd" if inverse else "qty", _CONTRACTS)
    leverage = _input(row, inputs, "leverage")
    mark = _input(row, inputs, "mark", entry)
    rate = _input(row, inputs, "mmr", _input(row, inputs, "maintenance_margin_rate", _RATE))
    decimals = 8 if inverse else 2
    rules, market = _world(rate, mark, inverse)

    def answer(margin: int) -> Any:
        position = _core.margin.PerpetualPosition(
            trade_id="T",
            contract="C",
            quantity=-size if short else size,
            entry_price=entry,
            leverage=leverage,
            isolated=True,
            isolated_margin=margin,
            opened=0,
            unpaid_fee=0.0,
        )
        account = _core.margin.PerpetualAccount(
            account_id="A", settlement="X", decimals=decimals, wallet=0, order_hold=0, positions=[position]
        )
        return _core.margin.perpetual_accounts([account], market, rules)[0]

    first = answer(0)
    if isinstance(first, _core.Error):
        raise ValueError(f"{first.field} = {first.value}; allowed: {first.allowed}")
    found: dict[str, Any] = in_currency(answer(first["initial"]), decimals)
    return found


def _world(rate: float, mark: float, inverse: bool) -> tuple[_core.margin.PerpetualRules, _core.margin.PerpetualMarket]:
    contract = _core.margin.PerpetualContract(
        name="C",
        settlement="X",
        kind=_core.margin.PerpetualKind.inverse if inverse else _core.margin.PerpetualKind.linear,
        multiplier=1.0,
        lot=1.0,
        negative_prices=False,
        margin_price=_core.margin.MarginPrice.entry,
        liquidation_fee=0.0,
        tiers=[_core.margin.MaintenanceTier(up_to=math.inf, rate=rate, maximum_leverage=1000.0, amount=0.0)],
    )
    day = date(2026, 1, 1)
    rules = _core.margin.PerpetualRules(
        pack_id="printed", revision="1", in_force_from=day, in_force_until=day, contracts=[contract]
    )
    at = _core.margin.PerpetualMark(contract="C", mark=mark, slippage=0.0, funding=[])
    return rules, _core.margin.PerpetualMarket(date=day, time=0, marks=[at])


def _input(row: Row, inputs: dict[str, str], name: str, usual: float | None = None) -> float:
    if name not in inputs and usual is not None:
        return usual
    value = finite_number(inputs.get(name, ""))
    if value is None:
        raise BadInput(
            "bad_cell",
            field=f"{row.case_id}.inputs.{name}",
            value=inputs.get(name, "none"),
            allowed="a finite number",
            fix="correct the table",
        )
    return value
