"""SPAN of books: contracts found for positions, refusals by name, and parameters of our own."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from books import book as book_document
from books import option
from margin_world import account, book, flat, future, snapshot_document, stock
from plimsoll.engine.book import Book, read_book
from plimsoll.engine.methods import ClosedForm, LeisenReimer
from plimsoll.engine.refusals import NotInForce
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.engine.span_book import SpanOutcome, span_book
from plimsoll.engine.span_file import SpanParameters, read_span_file
from plimsoll.engine.span_generator import generate, read_span_pack, shipped_span_pack
from plimsoll.engine.span_reference import scan_requirement
from plimsoll.engine.span_writer import span_file_text
from plimsoll.vocabulary.errors import BadInput, PlimsollError
from span_world import JUNE, MARCH, S, commodity, contract, listed, parameter_set

DAY = date(2026, 2, 2)
TREE = LeisenReimer(steps=51)


def parameters() -> SpanParameters:
    """A future and a call by month alone, and a future of a day, of a fiftieth of the size, beside it."""
    losses = [0.0] * 12 + [900.0, 900.0, 0.0, 0.0]
    core = parameter_set(
        [commodity("SP500")],
        [
            contract("SP500", MARCH, losses),
            contract("SP500", JUNE, losses),
            contract("SP500", MARCH, losses, "call", strike=4000.0, price=0.0),
            contract("SP500", 20261218, losses, id="December", expiry=date(2026, 12, 18), multiplier=1.0),
        ],
    )
    return listed(core)


def outcome(position: dict[str, Any], found: SpanParameters | None = None) -> SpanOutcome:
    made = book(account("A", "0.00", [position]), as_of=DAY.isoformat())
    return span_book(made, found or parameters(), "member").outcomes[0]


def call(**changes: Any) -> dict[str, Any]:
    terms = {"underlying": "SP500", "strike": 4000.0, "expiry": "2026-03-20", "multiplier": 50, **changes}
    return option("T", **terms)


def test_a_position_finds_its_contract_by_month_or_day_and_counts_in_the_files_units() -> None:
    june = outcome(future("T", 2, 0.0, expiry="2026-06-19"))
    assert june.margin is not None
    assert june.margin.amount == Decimal("1800.00")
    december = outcome(future("T", 2, 0.0, expiry="2026-12-18"))
    assert december.margin is not None
    assert december.margin.amount == Decimal("90000.00")  # 2 of 50 units are a hundred contracts of one
    assert december.margin.figure("scan_risk") == 90000.0
    held = outcome(call(quantity=1))
    assert held.margin is not None
    assert held.margin.to_dict()["maintenance_tree"]["amount"] == "900.00"


@pytest.mark.parametrize(
    ("position", "failure"),
    [
        (
            future("T", 1, 0.0, expiry="2026-01-16"),
            "expired_product; positions[T].expiry = 2026-01-16; allowed: 2026-02-02 or later; "
            "fix: take the expired leg out of the book",
        ),
        (
            call(underlying="NDX"),
            "missing_quote; positions[T].underlying = NDX; allowed: a product of EX 2026-02-02: SP500; "
            "fix: take the parameters of the house that clears it",
        ),
        (
            call(strike=4100.0),
            "missing_quote; positions[T].contract = european call SP500 4100.0 2026-03-20; allowed: a contract of "
            "EX 2026-02-02; fix: check strike, expiry and style, or take the parameters of the house that lists it",
        ),
        (
            stock("T", "SP500", 100),
            "missing_quote; positions[T].contract = stock SP500; allowed: a contract of EX 2026-02-02; "
            "fix: check strike, expiry and style, or take the parameters of the house that lists it",
        ),
        (
            call(multiplier=20),
            "invalid_value; positions[T].multiplier = 20.0; allowed: whole contracts of 50.0; "
            "fix: give the multiplier of the contract that is listed",
        ),
        (
            {"trade_id": "T", "kind": "asian", "underlying": "SP500", "type": "call", "strike": 1.0, "quantity": 1,
             "multiplier": 1, "fixings": ["2026-06-19"], "fixed": [], "expiry": "2026-06-19"},
            "unsupported; positions[T].kind = Asian; allowed: stock, option, future; "
            "fix: SPAN margins listed contracts alone: keep it in an account of another regime",
        ),
        (call(quantity="many"), "invalid_value; accounts[0].positions[0].quantity = 'many'"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_position_without_a_contract_refuses_its_account_by_name(position: dict[str, Any], failure: str) -> None:
    found = outcome(position)
    assert found.margin is None
    assert str(found.refusal).startswith(failure)
    assert found.to_dict()["refusal"]["code"] == failure.split(";")[0]


def test_a_bad_account_leaves_the_others_alone() -> None:
    good = [future("G", 1, 0.0, expiry="2026-06-19")]
    made = book(
        account("good", "0.00", good),
        account("euro", "0.00", [{**good[0], "trade_id": "E"}], currency="EUR"),
        account("cash", "much", []),
        as_of=DAY.isoformat(),
    )
    found = span_book(made, parameters(), "member")
    assert found.failed == 2
    assert [o.refusal.field for o in found.outcomes if o.refusal] == [
        "accounts[euro].positions[E].currency",
        "accounts[2].cash",
    ]
    assert found.to_table().column("maintenance").to_pylist() == [Decimal("900.00"), None, None]
    assert found.to_dict()["margined"] == 1


def test_parameters_of_another_day_are_not_in_force() -> None:
    made = book(account("A", "0.00", []), as_of="2026-02-03")
    assert str(span_book(made, parameters(), "member").outcomes[0].refusal) == (
        "not_in_force; accounts[A] = 2026-02-03; allowed: the day of the parameters, 2026-02-02; "
        "fix: take the parameter file of the book's day"
    )


def test_two_contracts_that_fit_are_told_apart_by_their_product() -> None:
    found = parameters()
    twin = contract("SP500", MARCH, [0.0] * 16, id="EX MINI FUT 202603")
    core = parameter_set(found.core.commodities, [*found.core.contracts, twin])
    listings = listed(core).listings
    mini = replace(listings[twin.id], product="MINI")
    both = SpanParameters(core, "EX", {**listings, twin.id: mini})
    answer = outcome(future("T", 1, 0.0, expiry="2026-03-20"), both)
    assert answer.refusal is not None
    assert answer.refusal.field == "positions[T].underlying"
    assert answer.refusal.allowed == "one contract; these fit: EX MINI FUT 202603, EX SP500 FUT 202603"
    by_name = {**future("T", 1, 0.0, expiry="2026-03-20"), "underlying": "MINI"}
    assert outcome(by_name, both).margin is not None


def own_market(**changes: Any) -> Snapshot:
    document = snapshot_document("2020-03-16", {"AAA": 100.0, "SP500": 2400.0})
    document["underlyings"]["AAA"] |= {"rate": flat(0.02), **changes}
    return read_snapshot(document)


def own_book(*positions: dict[str, Any]) -> Book:
    return read_book(book_document(*positions))


def test_parameters_of_our_own_give_the_same_requirement_from_a_file(tmp_path: Path) -> None:
    made = own_book(
        option("european", quantity=-2),
        option("american", exercise="american", type="put", quantity=3),
        option("mini", multiplier=10, quantity=20),
        stock("stock", "AAA", 200),
        future("future", -1, 2400.0, expiry="2020-06-19"),
    )
    own = generate(made, own_market(), shipped_span_pack(), TREE)
    assert own.refusals == {}
    file = tmp_path / "own.spn"
    file.write_text(span_file_text(own.parameters), encoding="utf-8")
    again = read_span_file(file)
    assert again.digest == own.parameters.digest
    first, second = (span_book(made, found, "speculator") for found in (own.parameters, again))
    assert first.failed == 0
    assert first.to_dict()["accounts"] == second.to_dict()["accounts"]
    # The future alone: 8 % of 2400, the widest scenario that is covered in full, times 50.
    alone = span_book(
        own_book(future("f", -1, 2400.0, expiry="2020-06-19")), own.parameters, "speculator"
    ).outcomes[0].margin  # fmt: skip
    assert alone is not None
    assert alone.amount == Decimal("9600.00")
    assert alone.initial_amount == Decimal("10560.00")


def test_a_trade_that_cannot_be_valued_has_no_parameters_and_the_others_do() -> None:
    made = own_book(option("none", underlying="ZZZ"), option("ends", expiry="2020-03-16"), option("good"))
    own = generate(made, own_market(), shipped_span_pack(), ClosedForm())
    assert {name: failure.code for name, failure in own.refusals.items()} == {
        "none": "missing_quote",
        "ends": "expired_product",
    }
    assert [one.id for one in own.parameters.core.contracts] == ["PLIMSOLL AAA EURO x100 C 100 20200918"]
    refused = span_book(made, own.parameters, "hedger", refusals=own.refusals).outcomes[0].refusal
    assert refused is not None
    assert refused.code == "missing_quote"


def test_a_pack_says_what_it_assumes_and_when_it_is_in_force() -> None:
    pack = shipped_span_pack()
    assert "scan_ranges.equity.price" in pack.assumed()
    late = read_snapshot(snapshot_document("2028-01-03", {"AAA": 100.0}))
    with pytest.raises(NotInForce) as caught:
        generate(own_book(), late, pack, TREE)
    assert caught.value.allowed == "a pack in force on 2028-01-03; this one is from 1990-01-01 to 2027-12-31"
    with pytest.raises(BadInput, match="unknown_pack"):
        shipped_span_pack("none")
    with pytest.raises(BadInput, match="missing_field; month_spread"):
        read_span_pack({name: item for name, item in pack.document.items() if name != "month_spread"})


def test_arrays_of_a_textbook_are_scanned_or_refused() -> None:
    assert scan_requirement({"F": [-5.0] * 16}, {"F": 2.0}) == Decimal("10.00")
    with pytest.raises(PlimsollError) as caught:
        scan_requirement({"F": [-5.0] * 16}, {"F": 0.5})
    assert caught.value.field == "accounts[textbook].positions[F].quantity"
    assert S.AccountClass["member"] == S.AccountClass.member


def test_a_fund_is_scanned_as_stock_and_a_kind_without_a_range_is_refused_by_name() -> None:
    held = own_book({**future("f", 1, 100.0, expiry="2020-06-19"), "underlying": "AAA"})
    fund, share = (
        generate(held, own_market(kind=kind), shipped_span_pack(), TREE) for kind in ("exchange_traded_fund", "equity")
    )
    assert fund.parameters.digest == share.parameters.digest
    assert fund.refusals == {}
    currency = generate(held, own_market(kind="exchange_rate"), shipped_span_pack(), TREE)
    answer = span_book(held, currency.parameters, "member", refusals=currency.refusals).outcomes[0]
    assert str(answer.refusal) == (
        "unsupported; positions[f].underlying = AAA, of kind exchange_rate; allowed: an underlying of a kind that "
        "span-assumed-2026-11 has scan ranges for: broad_index, equity, narrow_index; "
        "fix: give the risk-parameter file of the clearing house by --parameters"
    )
