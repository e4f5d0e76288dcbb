"""Published rows of strategy margins."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from plimsoll.engine.margin import reference_row

TABLE = Path(__file__).parents[3] / "core" / "tests" / "reference" / "margin_strategy_cboe_manual.csv"


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row["case_id"]))
def test_a_row_of_the_exchange_manual_is_reproduced(row: dict[str, str]) -> None:
    outcome = reference_row(row)
    assert outcome.unsupported is None
    assert outcome.requirement is not None
    assert abs(outcome.requirement - Decimal(row["expected_requirement"])) <= Decimal(row["tolerance"])


def changed(**cells: str) -> dict[str, str]:
    return {**rows()[4], "account": "margin", **cells}


def test_the_net_call_is_the_requirement_less_the_proceeds() -> None:
    outcome = reference_row(changed())
    assert (outcome.requirement, outcome.proceeds, outcome.net_call) == (
        Decimal("1000.00"),
        Decimal("200.00"),
        Decimal("800.00"),
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"account": "cash"}, "margin accounts only"),
        ({"phase": "net_cost"}, "phase net_cost"),
        ({"underlying_class": "bond"}, "underlying class bond"),
        ({"underlying_price": ""}, "no underlying price"),
        ({"multiplier": "100", "option_legs": "short|put|80|1|-2.00|1"}, "correct the price"),
    ],
)
def test_a_row_out_of_scope_says_why(cells: dict[str, str], reason: str) -> None:
    outcome = reference_row(changed(**cells))
    assert outcome.requirement is None
    assert outcome.unsupported is not None
    assert reason in outcome.unsupported
