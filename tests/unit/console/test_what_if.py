"""`plimsoll margin whatif`: before, after, change, by leg, and the largest size."""

import json
import pickle
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from books import book, option, snapshot, underlying
from console_world import plimsoll, refused
from plimsoll import _core
from plimsoll.engine.what_if import read_question
from plimsoll.vocabulary.errors import BadInput

pytestmark = pytest.mark.xdist_group("console_market")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A written call and a future in an account with cash."""
    future = {
        "trade_id": "future",
        "kind": "future",
        "underlying": "SP500",
        "expiry": "2020-06-19",
        "quantity": 1,
        "entry_price": 2400.0,
    }
    document = book(option("call", quantity=-1, strike=120.0, exercise="american"), {**future, "multiplier": 50})
    document["accounts"][0]["cash"] = "20000.00"
    (tmp_path / "book.json").write_text(json.dumps(document))
    index = underlying(kind="broad_index", spot=2400.0)
    (tmp_path / "market.json").write_text(json.dumps(snapshot(AAA=underlying(), SP500=index)))
    return tmp_path / "w", tmp_path / "book.json", tmp_path / "market.json"


def asked(files: tuple[Path, Path, Path], *words: str) -> dict[str, Any]:
    workspace, path, market = files
    ran = plimsoll(workspace, "margin", "whatif", path, "A01", "--snapshot", market, *words, "--json")
    assert ran.exit_code == 0, ran.stderr
    return ran.document


def test_stock_costs_half_its_value_and_cash_is_cash(files: tuple[Path, Path, Path]) -> None:
    found = asked(files, "--trade", "100 AAA @100", "--cash", "-500.25")
    before, after = found["before"], found["after"]
    assert Decimal(found["change"]["equity"]) == Decimal("-500.25")
    # A covered call: half of 10,000 for the stock, and the uncovered call costs nothing any more.
    legs = {leg["trade_id"]: leg for leg in found["marginals"]}
    assert list(legs) == ["trade 1", "call", "future"]
    assert Decimal(after["initial"]) - Decimal(before["initial"]) == Decimal(legs["trade 1"]["initial"])
    assert Decimal(legs["call"]["initial"]) == 0
    assert found["largest"] is None


@pytest.mark.parametrize("regime", ["strategy", "portfolio"])
def test_a_price_revalues_the_options_and_the_largest_size_is_proved(
    files: tuple[Path, Path, Path], regime: str
) -> None:
    words = ("--price", "AAA=95", "--trade", "-1 AAA put 90 2020-09-18 @5", "--largest", "500", "--regime", regime)
    found = asked(files, *words)
    largest = found["largest"]
    assert 0 < largest["quantity"] < 500
    assert Decimal(largest["excess"]) >= 0 > Decimal(largest["next_excess"])
    workspace, path, market = files
    shown = plimsoll(workspace, "margin", "whatif", path, "A01", "--snapshot", market, *words).stdout
    assert f"largest size {largest['quantity']}: excess {largest['excess']}" in shown
    assert "By position" in shown
    # The written call is worth less at 95.
    only_price = asked(files, "--price", "AAA=95", "--regime", regime)
    assert Decimal(only_price["change"]["equity"]) > 0
    capped = asked(files, "--cash", "900000", "--trade", "1 AAA", "--largest", "3", "--regime", regime)["largest"]
    assert (capped["quantity"], capped["reached_limit"], capped["next_excess"]) == (3, True, None)


def test_futures_and_european_options_are_traded_too(files: tuple[Path, Path, Path]) -> None:
    words = ("--trade", "-1 SP500 future 2020-06-19 x50", "--trade", "2 SP500 put 2300 2020-06-19 european x50")
    found = asked(files, *words, "--regime", "portfolio")
    assert Decimal(found["change"]["equity"]) == 0
    assert [leg["trade_id"] for leg in found["marginals"]] == ["call", "trade 2", "future", "trade 1"]


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("--trade", "many AAA"), "trade", "many AAA"),
        (("--trade", "0 AAA @100"), "trade", "0 AAA @100"),
        (("--trade", "1 SP500 future 2020-06-19"), "trade", "1 SP500 future 2020-06-19"),
        (("--trade", "1 AAA call 100 2020-02-31"), "trade", "1 AAA call 100 2020-02-31"),
        (("--trade", "10 AAA x100 @50"), "trade", "10 AAA x100 @50"),
        (("--trade", "1 AAA @-1"), "trade", "1 AAA @-1"),
        (("--trade", "1 AAA @10000001"), "trade", "1 AAA @10000001"),
        (("--trade", "1234567890123456 AAA"), "trade", "1234567890123456 AAA"),
        (("--price", "AAA=1", "--price", "AAA=2"), "price", "AAA=2"),
        (("--price", "AAA:95"), "price", "AAA:95"),
        (("--cash", "1.234"), "cash", "1.234"),
        (("--largest", "5"), "trade", "none"),
    ],
)
def test_a_word_that_cannot_be_read_is_named(
    files: tuple[Path, Path, Path], words: tuple[str, ...], field: str, value: str
) -> None:
    workspace, path, market = files
    status, failure = refused(workspace, "margin", "whatif", path, "A01", "--snapshot", market, *words)
    assert (status, failure["code"], failure["field"], failure["value"]) == (2, "bad_change", field, value)


def test_what_is_wrong_with_a_word_is_said(files: tuple[Path, Path, Path]) -> None:
    workspace, path, market = files
    words = ("margin", "whatif", path, "A01", "--snapshot", market)
    shares = refused(workspace, *words, "--trade", "10 AAA x100 @50")[1]
    assert shares["allowed"].startswith("SIZE UNDERLYING @PRICE for stock; ")
    assert shares["fix"] == "write for instance '-2 AAA call 105 2020-09-18 @3.20'"
    dear = refused(workspace, *words, "--trade", "1 AAA @10000001")[1]
    assert (dear["allowed"], dear["fix"]) == ("a price up to 10,000,000", "correct the price")
    twice = refused(workspace, *words, "--price", "AAA=1", "--price", "AAA=2")[1]
    assert (twice["allowed"], twice["fix"]) == (
        "one price for each underlying",
        "leave out all but one of its prices",
    )


def test_a_trade_is_told_apart_from_a_position_of_its_name(files: tuple[Path, Path, Path]) -> None:
    document = json.loads(files[1].read_text())
    document["accounts"][0]["positions"][0]["trade_id"] = "trade 1"
    files[1].write_text(json.dumps(document))
    found = asked(files, "--trade", "100 AAA @100")
    assert [leg["trade_id"] for leg in found["marginals"]] == ["trade 1 asked", "trade 1", "future"]
    named = {leg["trade_id"]: Decimal(leg["initial"]) for leg in found["marginals"]}
    assert (named["trade 1 asked"] > 0, named["trade 1"]) == (True, 0)


def test_a_future_may_be_sold_below_zero(files: tuple[Path, Path, Path]) -> None:
    # Fifty units, sold at -37.63 instead of its mark: each unit costs 37.63 more than one that is sold at nothing.
    free, below = (asked(files, "--trade", f"-1 SP500 future 2020-06-19 x50 @{price}") for price in ("0", "-37.63"))
    assert Decimal(free["after"]["equity"]) - Decimal(below["after"]["equity"]) == Decimal("1881.50")


def test_what_the_market_or_the_book_lacks_is_named(files: tuple[Path, Path, Path]) -> None:
    workspace, path, market = files
    words = ("margin", "whatif", path, "A01", "--snapshot", market)
    assert refused(workspace, *words, "--trade", "1 TULIP @1")[1]["code"] == "missing_quote"
    assert refused(workspace, *words, "--price", "TULIP=1")[1]["code"] == "missing_quote"
    expired = refused(workspace, *words, "--trade", "1 AAA call 100 2019-01-18 @1")[1]
    assert expired["code"] == "expired_product"
    other = refused(workspace, "margin", "whatif", path, "A09", "--snapshot", market)
    assert (other[0], other[1]["code"]) == (2, "unknown_account")


def test_a_question_is_read_in_the_order_of_its_trades() -> None:
    found = read_question(["-2 AAA call 105.5 2020-09-18 european x10 @3.25", "7 BBB"], ["AAA=95.5"], "12.50")
    assert (dict(found.prices), found.cash) == ({"AAA": 95.5}, Decimal("12.50"))
    first, second = found.orders
    assert (first.price, first.trade.quantity, first.trade.multiplier) == (3.25, -2.0, 10.0)
    assert (second.price, second.trade.trade_id, second.trade.multiplier) == (None, "trade 2", 1.0)
    with pytest.raises(BadInput):
        read_question([""], [], None)


STOCKS = [_core.margin.StockPosition(trade_id="a", underlying="AAA", quantity=size) for size in (1.0, 2.0)]
MARK = {"trade_id": "a", "mark": 1.0}
FIGURES = {"equity": 1, "initial": 2, "maintenance": 3, "initial_excess": 4, "excess": 5, "call": 6}
SIZE = {"quantity": 1, "excess": 2, "next_excess": 3, "reached_limit": False, "evaluations": 4}
STRUCTS: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
    (_core.margin.TradeChange, {"position": STOCKS[0], "price": 1.0}, {"position": STOCKS[1], "price": 2.0}),
    (_core.margin.MarkChange, MARK, {"trade_id": "b", "mark": 2.0}),
    (_core.margin.PriceChange, {"underlying": "a", "spot": 1.0, "marks": []},
     {"underlying": "b", "spot": 2.0, "marks": [_core.margin.MarkChange(**MARK)]}),
    (_core.margin.CashChange, {"amount": 1}, {"amount": 2}),
    (_core.margin.MarginFigures, FIGURES, {name: 10 * cents for name, cents in FIGURES.items()}),
    (_core.margin.MarginalRequirement, {"trade_id": "a", "initial": 1, "maintenance": 2},
     {"trade_id": "b", "initial": 3, "maintenance": 4}),
    (_core.margin.PortfolioFigures, {"equity": 1, "requirement": 2, "excess": 3, "call": 4},
     {"equity": 5, "requirement": 6, "excess": 7, "call": 8}),
    (_core.margin.PortfolioMarginal, {"trade_id": "a", "requirement": 1}, {"trade_id": "b", "requirement": 2}),
    (_core.margin.LargestSize, SIZE, {**dict.fromkeys(SIZE, 9), "reached_limit": True}),
]  # fmt: skip
FIELDS = [(struct, fields, name, other[name]) for struct, fields, other in STRUCTS for name in fields]


@pytest.mark.parametrize(("struct", "fields", "name", "other"), FIELDS, ids=lambda item: str(item)[:20])
def test_a_field_is_read_where_it_was_written(struct: Any, fields: dict[str, Any], name: str, other: Any) -> None:
    plain, changed = struct(**fields), struct(**{**fields, name: other})
    assert pickle.loads(pickle.dumps(changed)) == changed != plain
    assert (getattr(plain, name), getattr(changed, name)) == (fields[name], other)
    assert plain.digest != changed.digest
