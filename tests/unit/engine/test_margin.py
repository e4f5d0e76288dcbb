"""Margin of a book from Python: exact amounts, typed outcomes, records and tables."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from engine_documents import exotics
from margin_world import account, book, future, option, snapshot, snapshot_document, stock
from plimsoll.engine.book import read_book
from plimsoll.engine.margin import Marks, margin_book, search_limits, shipped_pack
from plimsoll.engine.margin_records import BookMargin, Tree, dollars, tree_in_dollars
from plimsoll.engine.methods import LeisenReimer
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.engine.valuation import value
from plimsoll.vocabulary.errors import PlimsollError

DAY = "2008-09-02"
AT_50 = {"XYZ": 50.0, "SP500": 1250.0}


def marks(**prices: float) -> Marks:
    return Marks(prices, {})


def run(*accounts: dict[str, object], prices: Marks, spots: dict[str, float] | None = None) -> BookMargin:
    return margin_book(book(*accounts), snapshot(DAY, spots or AT_50), prices, shipped_pack())


def refused(margin: BookMargin) -> PlimsollError:
    failure = margin.outcomes[0].refusal
    assert failure is not None
    return failure


def test_uncovered_call_costs_what_the_rule_book_says() -> None:
    margin = run(account("A", "2200.00", [option("T1", "XYZ", "call", 55, -1)]), prices=marks(T1=2.0))
    found = margin.margins[0]
    assert found.maintenance.amount == Decimal("700.00")
    assert found.equity == Decimal("2000.00")
    assert found.maintenance.equity_with_loan_value == Decimal("2200.00")
    assert found.maintenance.excess == Decimal("1500.00")
    assert found.call == Decimal(0)
    assert found.maintenance.gap == 0.0


def test_the_fall_of_long_stock_gives_a_call() -> None:
    found = run(account("A", "-4500.00", [stock("S", "XYZ", 100)]), prices=marks()).margins[0]
    assert (found.equity, found.call, found.shortfall) == (Decimal("500.00"), Decimal("750.00"), Decimal(0))
    assert found.minimum_equity_shortfall == Decimal("1500.00")


def test_shortfall_is_what_the_customer_would_owe() -> None:
    found = run(account("A", "-5500.00", [stock("S", "XYZ", 100)]), prices=marks()).margins[0]
    assert found.shortfall == Decimal("500.00")


def test_future_pays_its_variation_since_entry_and_costs_its_outright_margin() -> None:
    margin = run(account("A", "20000.00", [future("F", -2, 1270.5)]), prices=marks(F=1250.5))
    assert margin.margins[0].equity == Decimal("22000.00")
    assert margin.margins[0].maintenance.amount == Decimal("7200.00")


def test_trees_add_up_in_cents_and_are_written_in_dollars() -> None:
    positions = [stock("S", "XYZ", 333), option("P", "XYZ", "put", 45, 3), option("C", "XYZ", "call", 50, -2)]
    found = run(account("A", "12.34", positions), prices=marks(P=1.0, C=2.5), spots={"XYZ": 50.37}).margins[0]

    def adds_up(node: Tree) -> bool:
        children = node["children"]
        return not children or (
            node["amount"] == sum(child["amount"] for child in children) and all(adds_up(child) for child in children)
        )

    assert len(found.trees()) == 5
    assert all(adds_up(tree) for tree in found.trees())
    assert found.maintenance.amount == dollars(found.maintenance.tree["amount"])
    assert tree_in_dollars(found.maintenance.tree)["amount"] == str(found.maintenance.amount)


def test_a_bad_position_refuses_its_account_and_no_other() -> None:
    margin = run(
        account("BAD", "0.00", [option("T1", "XYZ", "call", 55, 1.5)]),
        account("GOOD", "0.00", [stock("S", "XYZ", -100)]),
        prices=marks(T1=2.0),
    )
    assert margin.failed == 1
    assert refused(margin).code == "invalid_value"
    assert refused(margin).field == "positions[T1].quantity"
    assert [found.account_id for found in margin.margins] == ["GOOD"]


def test_a_missing_mark_is_named() -> None:
    margin = run(account("A", "0.00", [option("T1", "XYZ", "call", 55, -1)]), prices=marks())
    assert (refused(margin).code, refused(margin).field) == ("missing_quote", "marks[T1]")


def test_the_refusal_of_a_valuation_is_the_refusal_of_its_account() -> None:
    failed = account("A", "0.00", [option("T1", "XYZ", "call", -5, -1)])
    source = book(failed)
    market = snapshot(DAY, AT_50)
    margin = margin_book(source, market, Marks.of_valuation(value(source, market, LeisenReimer())), shipped_pack())
    assert refused(margin).code == "invalid_value"


def test_a_row_that_is_no_position_refuses_its_account() -> None:
    bad = option("T1", "XYZ", "call", 55, -1)
    del bad["strike"]
    assert refused(run(account("A", "0.00", [bad]), prices=marks())).code == "missing_field"


def test_what_the_regime_does_not_cover_is_unsupported_by_name() -> None:
    asian = {
        "trade_id": "X",
        "kind": "asian",
        "underlying": "XYZ",
        "type": "call",
        "strike": 50.0,
        "fixings": ["2008-10-17"],
        "fixed": [],
        "expiry": "2008-10-17",
        "quantity": 1,
        "multiplier": 1,
    }
    assert refused(run(account("A", "0.00", [asian]), prices=marks())).field == "positions[X].kind"
    cash = run(account("A", "0.00", [], type="cash"), prices=marks())
    assert (refused(cash).code, refused(cash).field) == ("unsupported", "accounts[A].type")
    euro = run(account("A", "0.00", [], currency="EUR"), prices=marks())
    assert refused(euro).allowed == "USD"


@pytest.mark.parametrize("row", exotics(), ids=lambda row: row["kind"])
def test_a_kind_without_a_margin_rule_is_refused_and_never_margined_as_zero(row: dict[str, Any]) -> None:
    failure = refused(run(account("A", "0.00", [row]), prices=marks()))
    assert (failure.code, failure.field) == ("unsupported", f"positions[{row['trade_id']}].kind")
    assert failure.value == row["kind"]
    assert failure.fix.startswith("the regime has no margin rule for ")


def test_an_unknown_underlying_is_a_missing_quote() -> None:
    assert refused(run(account("A", "0.00", [stock("S", "QQQ", 1)]), prices=marks())).code == "missing_quote"


def test_an_adjusted_low_price_does_not_decide_unnoticed() -> None:
    source = book(account("A", "0.00", [stock("S", "XYZ", -1000)]))
    market = snapshot(DAY, {"XYZ": 4.0}, price_basis="adjusted")
    margin = margin_book(source, market, marks(), shipped_pack())
    assert [warning["code"] for warning in margin.margins[0].warnings] == ["hinges_on_adjusted_price"]


def test_a_future_without_entry_price_has_no_variation() -> None:
    source = book(account("A", "0.00", [future("F", 1, 1200.0)]))
    position = source.accounts[0].positions[0]
    bare = type(position)(position.trade_id, position.account_id, position.kind, position.trade, None, None)
    only = type(source.accounts[0])("A", "margin", "USD", "0.00", (bare,))
    again = type(source)(source.book_id, source.as_of, source.price_basis, (only,), source.digest)
    margin = margin_book(again, snapshot(DAY, AT_50), marks(F=1250.0), shipped_pack())
    assert margin.margins[0].equity == Decimal(0)


def test_records_and_table_hold_results_and_refusals() -> None:
    margin = run(
        account("A", "5000.00", [stock("S", "XYZ", 100)]),
        account("B", "0.00", [stock("Q", "QQQ", 1)]),
        prices=marks(),
    )
    document = margin.to_dict()
    assert (document["margined"], document["failed"]) == (1, 1)
    assert document["accounts"][0]["margin"]["maintenance"]["amount"] == "1250.00"
    assert document["accounts"][1]["refusal"]["code"] == "missing_quote"
    table = margin.to_table()
    assert table.column("maintenance").to_pylist() == [Decimal("1250.00"), None]
    assert table.schema.field("maintenance").type == pa.decimal128(18, 2)
    assert table.column("refusal_code").to_pylist() == [None, "missing_quote"]
    assert set(margin.digests) == {"book", "snapshot", "pack", "method", "library_version"}


def test_a_search_cut_short_is_flagged_with_its_gap() -> None:
    source = book(account("A", "0.00", [option("T1", "XYZ", "put", 55, -1), option("T2", "XYZ", "put", 50, 1)]))
    prices = marks(T1=6.0, T2=2.0)
    cut = margin_book(source, snapshot(DAY, AT_50), prices, shipped_pack(), search_limits(0, 0)).margins[0]
    assert [warning["code"] for warning in cut.warnings] == ["pairing_not_proven"]
    assert cut.maintenance.gap > 0.0


def test_narrow_index_and_typed_snapshots_are_read() -> None:
    document = snapshot_document(DAY, {"XYZ": 50.0})
    margin = margin_book(
        read_book(
            {
                "schema": "plimsoll/book/v1",
                "book_id": "b",
                "as_of": DAY,
                "price_basis": "raw",
                "accounts": [account("A", "0.00", [stock("S", "XYZ", 2)])],
            }
        ),
        read_snapshot(document),
        marks(),
        shipped_pack(),
    )
    assert margin.margins[0].initial.amount == Decimal("50.00")


def test_a_share_of_a_fund_is_margined_as_stock() -> None:
    held = [stock("t", "QQQ", 100)]
    requirements = []
    for kind in ("exchange_traded_fund", "equity"):
        market = read_snapshot(snapshot_document("2008-09-02", {"QQQ": 50.0}, kind=kind))
        found = margin_book(book(account("A", "0.00", held)), market, marks(), shipped_pack())
        assert found.failed == 0
        requirements.append(found.margins[0].maintenance.amount)
    assert requirements == [Decimal("1250.00")] * 2  # 25 %


def test_a_pack_that_is_not_in_force_refuses_every_account() -> None:
    source = book(account("A", "0.00", [stock("S", "XYZ", 2)]))
    margin = margin_book(source, snapshot("1980-01-02", AT_50), marks(), shipped_pack())
    assert refused(margin).code == "not_in_force"
    with pytest.raises(PlimsollError):
        raise refused(margin)
