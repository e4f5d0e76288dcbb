"""Risk arrays of a textbook, scanned by the core: one commodity, contracts that differ in their arrays alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from plimsoll._core import span as _span
from plimsoll.engine.margin import refusal_of
from plimsoll.engine.margin_records import dollars

#: Price moves of the scenarios in the published order, in scan ranges; the last two are the extreme ones.
PRICE_MOVES = (0, 0, *(sign * third / 3 for third in (1, 2, 3) for sign in (1, 1, -1, -1)), 2, -2)
_CODE = "textbook"


def scan_requirement(profits: Mapping[str, Sequence[float]], quantities: Mapping[str, float]) -> Decimal:
    """Give the requirement of a portfolio by scanning alone.

    Parameters
    ----------
    profits : mapping
        By contract, the profit of one long contract in each of the sixteen scenarios.
    quantities : mapping
        By contract, how many are held; negative for short.

    Returns
    -------
    Decimal
        In the currency of the profits.
    """
    parameters = _parameters(profits)
    positions = [_span.Position(trade_id=name, contract=name, quantity=held) for name, held in quantities.items()]
    account = _span.Account(
        account_id=_CODE, currency="USD", account_class=_span.AccountClass.member, positions=positions
    )
    (answer,) = _span.requirements([account], _span.PreparedSet.prepare(parameters))
    if not isinstance(answer, dict):
        raise refusal_of(answer)
    return dollars(answer["maintenance"]["amount"])


def _parameters(profits: Mapping[str, Sequence[float]]) -> _span.ParameterSet:
    points = [
        _span.ScanPoint(price=float(move), volatility=0.0, weight=1.0, paired=number)
        for number, move in enumerate(PRICE_MOVES)
    ]
    commodity = _span.Commodity(
        code=_CODE,
        currency="USD",
        option_minimum=_span.OptionMinimum.gross,
        price_risk=_span.PriceRisk.normal,
        price_scan_range=0.0,
        caps_option_value=False,
        scan_tiers=[],
        spread_tiers=[],
        credit_tiers=[],
        option_tiers=[],
        spreads=[],
        delivery=[],
        ratios=[],
        unsupported="",
    )
    return _span.ParameterSet(
        set_id=_CODE,
        date=date(2000, 1, 1),
        scan_points=points,
        delta_points=[],
        commodities=[commodity],
        contracts=[_contract(name, array) for name, array in profits.items()],
        super_spreads=[],
        inter_spreads=[],
    )


def _contract(name: str, profits: Sequence[float]) -> _span.Contract:
    return _span.Contract(
        id=name,
        commodity=_CODE,
        kind=_span.ContractKind.future,
        strike=0.0,
        period=0,
        expiry=None,
        multiplier=1.0,
        price=0.0,
        delta=0.0,
        scale=1.0,
        premium_style=False,
        losses=[-profit for profit in profits],
    )
