"""The replay: expiry, variation, calls, deposits and shortfalls day by day."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from margin_world import account, book, future, option, snapshot_document, stock
from plimsoll.engine.book import Book
from plimsoll.engine.margin_pack import MarginPack, read_pack, shipped_pack
from plimsoll.engine.methods import LeisenReimer
from plimsoll.models.margin.replay import replay
from plimsoll.models.margin.replay_records import MarginReplay
from plimsoll.vocabulary.errors import PlimsollError
from plimsoll.vocabulary.progress import SilentProgress


def policy(days: int, deposit: str) -> MarginPack:
    document: Any = copy.deepcopy(dict(shipped_pack().document))
    document["call_policy"]["due_business_days"]["value"] = days
    document["call_policy"]["deposit"]["value"] = deposit
    return read_pack(document)


def run(
    source: Book, closes: dict[str, float], pack: MarginPack | None = None, underlying: str = "XYZ"
) -> MarginReplay:
    documents = [snapshot_document(day, {underlying: close}) for day, close in closes.items()]
    return replay("test", source, documents, pack or shipped_pack(), LeisenReimer(51), SilentProgress())


def kinds(result: MarginReplay) -> list[str]:
    return [event.kind for event in result.events]


def amounts(result: MarginReplay, name: str) -> list[Decimal | None]:
    return [day.amounts()[name] for day in result.days]


def test_a_falling_stock_gives_a_call_then_a_shortfall_and_recovery_ends_both() -> None:
    source = book(account("A", "-5500.00", [stock("S", "XYZ", 100)]))
    closes = {"2008-09-02": 80.0, "2008-09-03": 60.0, "2008-09-04": 50.0, "2008-09-05": 90.0}
    result = run(source, closes)
    assert amounts(result, "call") == [Decimal("0.00"), Decimal("1000.00"), Decimal("1750.00"), Decimal("0.00")]
    assert amounts(result, "shortfall") == [Decimal(0), Decimal(0), Decimal("500.00"), Decimal(0)]
    assert amounts(result, "next_day_loss") == [Decimal(2000), Decimal(1000), Decimal(-4000), None]
    assert kinds(result) == [
        "call_issued",
        "call_issued",
        "shortfall_began",
        "call_met",
        "call_met",
        "shortfall_ended",
    ]
    summary = result.summaries()[0]
    assert (summary.calls_issued, summary.calls_met, summary.calls_overdue) == (2, 2, 0)
    assert (summary.largest_shortfall, summary.days_in_shortfall) == (Decimal("500.00"), 1)
    assert summary.least_excess == Decimal("-1750.00")


def test_an_unmet_call_is_overdue_after_the_days_of_the_policy() -> None:
    source = book(account("A", "-5000.00", [stock("S", "XYZ", 100)]))
    closes = {"2008-09-02": 60.0, "2008-09-03": 60.0, "2008-09-04": 60.0}
    result = run(source, closes, policy(1, "never"))
    assert kinds(result) == ["call_issued", "call_overdue"]
    assert amounts(result, "overdue") == [Decimal(0), Decimal("500.00"), Decimal("500.00")]


def test_customers_who_pay_end_the_call_and_their_deposit_is_no_gain() -> None:
    source = book(account("A", "-5000.00", [stock("S", "XYZ", 100)]))
    closes = {"2008-09-02": 60.0, "2008-09-03": 60.0, "2008-09-04": 60.0}
    result = run(source, closes, policy(1, "on_due_date"))
    assert kinds(result) == ["call_issued", "deposit", "call_met"]
    assert amounts(result, "deposit") == [Decimal(0), Decimal("500.00"), Decimal(0)]
    assert amounts(result, "next_day_loss")[:2] == [Decimal(0), Decimal(0)]
    assert amounts(result, "cash")[-1] == Decimal("-4500.00")


@pytest.mark.parametrize(
    ("type_", "quantity", "close", "cash"),
    [("call", 2, 57.5, "1500.00"), ("put", -1, 45.0, "-500.00"), ("put", 1, 55.0, "0.00")],
)
def test_options_are_settled_in_cash_at_their_intrinsic_value(
    type_: str, quantity: int, close: float, cash: str
) -> None:
    source = book(account("A", "0.00", [option("T", "XYZ", type_, 50, quantity, expiry="2008-09-19")]))
    result = run(source, {"2008-09-18": 50.0, "2008-09-19": close, "2008-09-22": 10.0})
    assert amounts(result, "cash")[1:] == [Decimal(cash), Decimal(cash)]
    assert kinds(result).count("settled") == 1
    assert result.days[-1].margin is not None
    assert result.days[-1].margin.maintenance.amount == Decimal(0)


def test_an_expiry_without_session_is_settled_at_the_next_close() -> None:
    source = book(account("A", "0.00", [option("T", "XYZ", "call", 50, 1, expiry="2008-09-20")]))
    result = run(source, {"2008-09-19": 50.0, "2008-09-22": 60.0})
    assert amounts(result, "cash") == [Decimal(0), Decimal("1000.00")]


def test_futures_pay_variation_daily_and_end_at_the_spot() -> None:
    source = book(account("A", "50000.00", [future("F", 2, 1250.0, expiry="2008-09-04")]))
    closes = {"2008-09-02": 1250.0, "2008-09-03": 1240.0, "2008-09-04": 1245.5, "2008-09-05": 1000.0}
    result = run(source, closes, underlying="SP500")
    assert amounts(result, "cash") == [
        Decimal("50000.00"),
        Decimal("49000.00"),
        Decimal("49550.00"),
        Decimal("49550.00"),
    ]
    assert amounts(result, "equity") == amounts(result, "cash")
    assert kinds(result) == ["variation", "settled"]


def test_a_day_without_a_price_is_a_refused_row_and_the_replay_goes_on() -> None:
    source = book(
        account("A", "0.00", [option("T", "XYZ", "call", 50, 1, expiry="2008-09-03")]),
        account("B", "100.00", []),
    )
    documents = [
        snapshot_document("2008-09-02", {"XYZ": 50.0}),
        snapshot_document("2008-09-03", {"OTHER": 1.0}),
        snapshot_document("2008-09-04", {"XYZ": 60.0}),
    ]
    result = replay("gap", source, documents, shipped_pack(), LeisenReimer(51), SilentProgress())
    assert [day.refusal is not None for day in result.days] == [False, False, True, False, False, False]
    assert result.refused == 1
    assert result.days[2].next_day_loss is None
    assert result.days[4].cash == Decimal("1000.00")
    assert result.summaries()[0].refused_days == 1


def test_an_account_without_an_amount_of_cash_is_refused_each_day_and_the_others_go_on() -> None:
    source = book(account("A", "nan", [stock("S", "XYZ", 10)]), account("B", "100.00", []))
    result = run(source, {"2008-09-02": 50.0, "2008-09-03": 40.0})
    assert [day.refusal is not None for day in result.days] == [True, False, True, False]
    assert result.days[0].refusal is not None
    assert result.days[0].refusal.field == "accounts[0].cash"
    assert result.days[1].cash == Decimal("100.00")


def test_days_must_be_in_order() -> None:
    with pytest.raises(PlimsollError) as caught:
        run(book(account("A", "0.00", [])), {"2008-09-03": 1.0, "2008-09-02": 1.0})
    assert caught.value.value == "2008-09-02"


def test_tables_documents_and_digest_hold_the_same_replay() -> None:
    source = book(account("A", "-5000.00", [stock("S", "XYZ", 100)]))
    closes = {"2008-09-02": 60.0, "2008-09-03": 55.0}
    result = run(source, closes)
    assert result.days_table().num_rows == 2
    assert result.days_table().column("call").to_pylist() == amounts(result, "call")
    assert result.events_table().column("kind").to_pylist() == kinds(result)
    document = result.to_dict()
    assert len(document["days"]) == 2
    assert document["accounts"][0]["calls_issued"] == 2
    assert document["events"][0]["due"] is None
    assert result.digest() == run(source, closes).digest()
    assert result.digest() != run(source, {"2008-09-02": 60.0, "2008-09-03": 55.01}).digest()


def test_a_replay_of_no_days_is_empty() -> None:
    result = run(book(account("A", "0.00", [])), {})
    assert (result.days, result.days_table().num_rows, result.summaries()) == ((), 0, ())
