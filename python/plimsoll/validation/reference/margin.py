"""Reference tables of margin: the manual of the exchange, its sheet beside portfolio margin, a textbook on SPAN."""

import re
from collections.abc import Mapping, Sequence

from plimsoll.engine.margin import reference_row
from plimsoll.engine.span_reference import scan_requirement
from plimsoll.validation.reference.table import Row, Tolerance, half_last_place
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_RULES = "strategy rules of the core"
# "+10000 IBM @97.73", or "-100 IBM Apr 100 C @1.68": contracts, expiry, strike, type and price.
_STOCK = re.compile(r"([+-])(\d+) \w+ @([\d.]+)")
_OPTION = re.compile(r"([+-])(\d+) \w+ [A-Z][a-z]{2} ([\d.]+) ([CP]) @([\d.]+)")
_SIDES = {"+": "long", "-": "short"}
_TYPES = {"C": "call", "P": "put"}


def strategy_margin(row: Row) -> CaseResult:
    """Check one row of ``margin_strategy_cboe_manual``: the requirement, and the call net of proceeds."""
    outcome = reference_row(dict(row.cells))
    if outcome.unsupported:
        return CaseResult.unsupported(row.case_id, outcome.unsupported)
    tolerance = Tolerance.parse(row.text("tolerance"))
    pairs = (
        ("requirement", "expected_requirement", outcome.requirement),
        ("short_proceeds_applied", "short_proceeds_applied", outcome.proceeds),
        ("net_call", "expected_net_call", outcome.net_call),
    )
    comparisons = []
    for quantity, column, computed in pairs:
        if row.text(column):
            expected = row.number(column)
            number = float("nan") if computed is None else float(computed)
            comparisons.append(Comparison(quantity, _RULES, expected, number, tolerance.allowed(expected)))
    return CaseResult.of(row.case_id, comparisons)


#: The portfolios whose profit each row gives: contracts held of the future and of the call.
_PORTFOLIOS = {
    "pnl_long_1_future": {"future": 1.0},
    "pnl_long_1_dec410_call": {"call": 1.0},
    "pnl_covered_write_long_future_short_call": {"future": 1.0, "call": -1.0},
}
_SCENARIOS = 16
_SCAN = "scan of the core"


def span_scenarios(rows: Sequence[Row]) -> list[CaseResult]:
    """Check ``span_16_scenarios_mcmillan``: what each scenario takes from three portfolios, and what they require.

    A scenario is scanned by itself, all others without profit or loss; the requirement by all sixteen.
    """
    scenarios = {row.count("scenario"): row for row in rows if row.text("scenario").isdigit()}
    whole = {
        name: [scenarios[number].number(column) for number in sorted(scenarios)]
        for name, column in (("future", "pnl_long_1_future"), ("call", "pnl_long_1_dec410_call"))
    }
    return [_span_case(row, whole) for row in rows]


def _span_case(row: Row, whole: Mapping[str, Sequence[float]]) -> CaseResult:
    profits = whole
    if row.text("scenario").isdigit():
        place = row.count("scenario") - 1
        profits = {name: [p if i == place else 0.0 for i, p in enumerate(array)] for name, array in whole.items()}
    elif len(whole["future"]) != _SCENARIOS:
        return CaseResult.unsupported(row.case_id, "the requirement needs the rows of all sixteen scenarios")
    comparisons = []
    for column, held in _PORTFOLIOS.items():
        printed = row.number(column)
        expected = max(0.0, -printed) if row.text("scenario").isdigit() else printed
        padded = {name: [*array, *[0.0] * (_SCENARIOS - len(array))] for name, array in profits.items()}
        computed = float(scan_requirement(padded, held))
        comparisons.append(Comparison(column, _SCAN, expected, computed, half_last_place(row.text(column))))
    return CaseResult.of(row.case_id, comparisons)


def strategy_against_portfolio(row: Row) -> CaseResult:
    """Check the strategy column of one row of ``margin_strategy_vs_portfolio``: what is left to pay at the start.

    The portfolio column rests on volatilities and an expiry that are not printed.
    """
    stock, options = _position(row.text("position"))
    outcome = reference_row(
        {
            "strategy": row.text("strategy"),
            "underlying_class": "equity",
            "underlying_price": row.text("underlying_price"),
            "leverage_factor": "",
            "multiplier": "100",
            "stock_leg": stock,
            "option_legs": options,
            "account": "margin",
            "phase": "initial",
        }
    )
    if outcome.net_call is None:
        return CaseResult.unsupported(row.case_id, str(outcome.unsupported))
    expected = row.number("expected_strategy_based_requirement_net_of_premiums")
    allowed = Tolerance.parse(row.text("tolerance_strategy")).allowed(expected)
    return CaseResult.of(
        row.case_id, [Comparison("strategy_net_call", _RULES, expected, float(outcome.net_call), allowed)]
    )


def _position(text: str) -> tuple[str, str]:
    stock, options = "", []
    for part in text.split("; "):
        if share := _STOCK.fullmatch(part):
            stock = f"{_SIDES[share[1]]}|{share[2]}|{share[3]}"
        elif leg := _OPTION.fullmatch(part):
            options.append(f"{_SIDES[leg[1]]}|{_TYPES[leg[4]]}|{leg[3]}|{leg[2]}|{leg[5]}|1")
        else:
            raise BadInput(
                "bad_position",
                field="position",
                value=part,
                allowed="side and size, name, and @price; of an option its month, strike and C or P before the price",
                fix="correct the table",
            )
    return stock, ";".join(options)
