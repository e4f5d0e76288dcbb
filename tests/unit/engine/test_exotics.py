"""Options with a barrier, an extremum or a jump: as rows of a book, as trades of the door, and bad ones by field."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from engine_documents import (
    asian,
    barrier,
    book,
    chooser,
    compound,
    digital,
    double_barrier,
    double_touch,
    exotics,
    extendible,
    forward_start,
    future,
    lookback,
    option,
    snapshot,
    soft_barrier,
    stock,
    touch,
)
from engine_documents import underlying as market_of
from plimsoll import (
    Barrier,
    BarrierSide,
    BestMethod,
    ClosedForm,
    European,
    Knock,
    LeisenReimer,
    OptionType,
    Trade,
    read_book,
    read_snapshot,
    value,
)
from plimsoll.engine import exotics as products
from plimsoll.engine import options_on_dates as on_dates
from plimsoll.engine import windows
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.refusals import ExpiredProduct, InvalidValue, MissingField, Unsupported
from plimsoll.engine.stress import Shock, StressSubject, UnderlyingShock
from plimsoll.engine.valuation import mark

MARKET = read_snapshot(snapshot())
EXPIRY = date(2026, 7, 17)


def test_a_document_gives_the_terms_of_every_kind() -> None:
    read = [position.trade.product for position in read_book(book(*exotics())).positions if position.trade]
    assert [type(product) for product in read] == [
        products.Digital,
        products.Touch,
        products.Barrier,
        products.DoubleBarrier,
        products.SoftBarrier,
        products.Lookback,
        products.DoubleTouch,
        on_dates.ForwardStart,
        on_dates.Chooser,
        on_dates.Compound,
        on_dates.Extendible,
        windows.PartialTimeBarrier,
        windows.PartialLookback,
    ]
    knocked = read_book(book(barrier(state="knocked", knocked_on="2025-12-30", payout="asset"))).positions[0].trade
    assert knocked is not None
    assert isinstance(knocked.product, Barrier)
    assert knocked.product.state is products.BarrierState.knocked
    assert knocked.product.knocked_on == date(2025, 12, 30)
    assert knocked.product.payout is products.Payout.asset
    gap = read_book(book(digital(payout="difference", amount=0.0, paid_strike=100.0))).positions[0].trade
    assert gap is not None
    assert gap.product.to_core().to_dict()["paid_strike"] == 100.0


def test_json_csv_and_parquet_give_the_same_trades(tmp_path: Path) -> None:
    begun = forward_start("N5", start="2025-12-01", start_spot=98.0)
    chosen = chooser("N6", choice="2025-12-01", chosen="put")
    document = book(*exotics(), touch("T2", state="knocked", knocked_on="2026-01-02"), begun, chosen)
    (tmp_path / "book.json").write_text(json.dumps(document), encoding="utf-8")
    account = document["accounts"][0]
    head = {name: document[name] for name in ("book_id", "as_of", "price_basis")}
    head |= {"account_id": account["account_id"], "account_type": account["type"], "currency": "USD"}
    rows = [{**head, "cash": account["cash"], **position} for position in account["positions"]]
    names = list(dict.fromkeys(name for row in rows for name in row))
    with (tmp_path / "book.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(rows)
    parquet.write_table(
        pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows]), tmp_path / "book.parquet"
    )
    accounts = [read_book(tmp_path / f"book.{kind}").accounts for kind in ("json", "csv", "parquet")]
    assert accounts[0] == accounts[1] == accounts[2]
    assert all(position.trade for position in accounts[0][0].positions)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (digital(payout="gold"), "payout"),
        (digital(amount="ten"), "amount"),
        ({**digital(), "payout": "difference"}, "paid_strike"),
        ({name: item for name, item in digital().items() if name != "amount"}, "amount"),
        (touch(settlement="later"), "settlement"),
        (touch(level="high"), "level"),
        (touch(direction="sideways"), "direction"),
        (touch(state="asleep"), "state"),
        (touch(state="knocked"), "knocked_on"),
        (touch(state="knocked", knocked_on="yesterday"), "knocked_on"),
        ({name: item for name, item in barrier().items() if name != "state"}, "state"),
        (barrier(barrier=None), "barrier"),
        (barrier(rebate="some"), "rebate"),
        (barrier(knock="knock_up"), "knock"),
        (double_barrier(lower="low"), "lower"),
        (double_barrier(upper=[]), "upper"),
        ({name: item for name, item in soft_barrier().items() if name != "extremum"}, "extremum"),
        (lookback(strike_kind="sticky"), "strike_kind"),
        (lookback(extremum="top"), "extremum"),
        ({name: item for name, item in lookback().items() if name != "strike"}, "strike"),
        (double_touch(amount="ten"), "amount"),
        (double_touch(knock="out"), "knock"),
        (forward_start(start="soon"), "start"),
        (forward_start(moneyness="par"), "moneyness"),
        (forward_start(start_spot="high"), "start_spot"),
        (chooser(choice=7), "choice"),
        (chooser(chosen="both"), "chosen"),
        ({name: item for name, item in chooser().items() if name != "put_expiry"}, "put_expiry"),
        (compound(daughter_type="son"), "daughter_type"),
        (compound(daughter_strike=None), "daughter_strike"),
        (extendible(extended_by="broker"), "extended_by"),
        (extendible(extended_expiry="never"), "extended_expiry"),
        (extendible(premium="low"), "premium"),
    ],
)
def test_a_bad_field_refuses_its_row_and_the_others_are_valued(row: dict[str, Any], field: str) -> None:
    valued = value(read_book(book(barrier("good"), {**row, "trade_id": "bad"}, lookback("fine"))), MARKET, ClosedForm())
    good, bad, fine = valued.outcomes
    assert good.valuation is not None
    assert fine.valuation is not None
    assert bad.refusal is not None
    assert bad.refusal.field == f"accounts[0].positions[1].{field}"
    assert bad.refusal.allowed
    assert bad.refusal.fix
    assert bad.refusal.exit_code == 1
    assert valued.failed == 1


@pytest.mark.parametrize(
    ("row", "term", "allowed"),
    [
        (stock(strike=100.0), "strike", "multiplier"),
        (option(barrier=90.0, knock="knock_out"), "barrier", "exercise"),
        (option(entry_price=3.0), "entry_price", "exercise"),
        (asian(exercise="american"), "exercise", "fixings"),
        (future(type="call"), "type", "entry_price"),
        (digital(barrier=90.0), "barrier", "paid_strike"),
        (digital(exercise="american"), "exercise", "paid_strike"),
        (touch(rebate=1.0), "rebate", "knocked_on"),
        (barrier(exercise="american"), "exercise", "rebate"),
        (double_barrier(rebate=3.0), "rebate", "upper"),
        (soft_barrier(state="knocked", knocked_on="2026-01-02"), "state", "extremum"),
        (lookback(payout="cash", amount=1.0), "payout", "strike_kind"),
        (double_touch(settlement="at_hit"), "settlement", "knocked_on"),
        (forward_start(strike=100.0), "strike", "start_spot"),
        (chooser(expiry="2026-07-17"), "expiry", "chosen"),
        (compound(chosen="put"), "chosen", "daughter_expiry"),
        (extendible(rebate=1.0), "rebate", "premium"),
    ],
)
def test_a_term_of_another_kind_refuses_its_row_and_the_others_are_valued(
    row: dict[str, Any], term: str, allowed: str
) -> None:
    valued = value(read_book(book(barrier("good"), {**row, "trade_id": "bad"}, lookback("fine"))), MARKET, ClosedForm())
    good, bad, fine = valued.outcomes
    assert good.valuation is not None
    assert fine.valuation is not None
    assert bad.refusal is not None
    assert (bad.refusal.code, bad.refusal.field) == ("unknown_field", f"positions[bad].{term}")
    assert bad.refusal.value == repr(row[term])
    assert allowed in bad.refusal.allowed
    assert term in bad.refusal.fix
    assert (bad.underlying, bad.quantity, bad.refusal.exit_code) == (row["underlying"], row["quantity"], 1)


def test_a_note_and_every_optional_term_are_read() -> None:
    rows = [
        option(note="a"),
        stock(note="b", multiplier=1),
        digital(note="c", paid_strike=100.0),
        double_barrier(note="d", payout="asset", amount=0.0),
        touch(note="e", state="knocked", knocked_on="2026-01-02"),
    ]
    assert [position.refusal for position in read_book(book(*rows)).positions] == [None] * 5


@pytest.mark.parametrize(
    ("row", "kind", "field"),
    [
        (digital(amount=-1.0), InvalidValue, "amount"),
        (digital(payout="difference", amount=0.0, paid_strike=-1.0), InvalidValue, "paid_strike"),
        (digital(payout="difference", paid_strike=100.0), InvalidValue, "amount"),
        (digital(paid_strike=100.0), InvalidValue, "paid_strike"),
        (touch(payout="asset"), InvalidValue, "amount"),
        (barrier(amount=10.0), InvalidValue, "amount"),
        (double_barrier(payout="asset", amount=10.0), InvalidValue, "amount"),
        (lookback(strike_kind="floating"), InvalidValue, "strike"),
        (digital(strike=-1.0), InvalidValue, "strike"),
        (touch(level=0.0), InvalidValue, "level"),
        (touch(level=95.0), InvalidValue, "level"),
        (touch(knock="knock_out", settlement="at_hit"), InvalidValue, "settlement"),
        (touch(payout="difference"), InvalidValue, "payout"),
        (touch(knocked_on="2026-01-02"), InvalidValue, "state"),
        (touch(state="knocked", knocked_on="2026-01-06"), InvalidValue, "knocked_on"),
        (barrier(barrier=-90.0), InvalidValue, "barrier"),
        (barrier(barrier=100.0), InvalidValue, "barrier"),
        (barrier(direction="up", barrier=104.0), InvalidValue, "barrier"),
        (barrier(rebate=-1.0), InvalidValue, "rebate"),
        (double_barrier(lower=150.0), InvalidValue, "lower"),
        (double_barrier(lower=101.0), InvalidValue, "lower"),
        (double_barrier(upper=99.0, strike=90.0), InvalidValue, "upper"),
        (soft_barrier(lower=95.0), InvalidValue, "lower"),
        (soft_barrier(extremum=-1.0), InvalidValue, "extremum"),
        (lookback(extremum=0.0), InvalidValue, "extremum"),
        (double_touch(amount=-1.0), InvalidValue, "amount"),
        (double_touch(lower=101.0), InvalidValue, "lower"),
        (double_touch(knocked_on="2026-01-02"), InvalidValue, "state"),
        (double_touch(state="knocked", knocked_on="2026-01-06"), InvalidValue, "knocked_on"),
        (forward_start(moneyness=-1.0), InvalidValue, "moneyness"),
        (forward_start(start="2026-07-18"), InvalidValue, "start"),
        (forward_start(start="2026-01-02"), MissingField, "start_spot"),
        (forward_start(start_spot=100.0), InvalidValue, "start_spot"),
        (chooser(call_strike=-1.0), InvalidValue, "call_strike"),
        (chooser(choice="2026-08-01"), InvalidValue, "choice"),
        (chooser(choice="2026-01-02"), MissingField, "chosen"),
        (chooser(chosen="call"), InvalidValue, "chosen"),
        (chooser(choice="2025-01-02", call_expiry="2026-01-02", chosen="call"), ExpiredProduct, "call_expiry"),
        (compound(daughter_expiry="2026-04-16"), InvalidValue, "expiry"),
        (compound(strike=-1.0), InvalidValue, "strike"),
        (extendible(extended_expiry="2026-04-16"), InvalidValue, "expiry"),
        (extendible(extended_by="writer"), InvalidValue, "premium"),
        *((row | {"expiry": "2026-01-04"}, ExpiredProduct, "expiry") for row in exotics() if row["kind"] != "chooser"),
    ],
)
def test_a_trade_that_makes_no_sense_is_refused_by_its_field(row: dict[str, Any], kind: type, field: str) -> None:
    outcome = value(read_book(book(row)), MARKET, ClosedForm()).outcomes[0]
    assert isinstance(outcome.refusal, kind), outcome
    assert outcome.refusal.field == field


def test_a_knocked_trade_without_its_day_is_a_missing_field() -> None:
    product = Barrier(
        *("ABC", OptionType.call, 105.0, BarrierSide.down, Knock.knock_out, 90.0, EXPIRY),
        state=products.BarrierState.knocked,
    )
    with pytest.raises(MissingField, match="knocked_on"):
        value(Trade.of(product), MARKET, ClosedForm())


UP, OUT, AT_EXPIRY = BarrierSide.up, Knock.knock_out, products.Settlement.at_expiry


@pytest.mark.parametrize(
    ("product", "field", "reason"),
    [
        (products.Digital("ABC", OptionType.call, products.Payout.cash, 105.0, EXPIRY), "amount", "payout is cash"),
        (
            products.Digital("ABC", OptionType.call, products.Payout.difference, 105.0, EXPIRY),
            *("paid_strike", "payout is difference"),
        ),
        (products.Touch("ABC", products.Payout.cash, UP, OUT, AT_EXPIRY, 120.0, EXPIRY), "amount", "payout is cash"),
        (
            Barrier("ABC", OptionType.call, 105.0, UP, OUT, 120.0, EXPIRY, payout=products.Payout.cash),
            *("amount", "payout is cash"),
        ),
        (
            products.DoubleBarrier(
                *("ABC", OptionType.call, 105.0, OUT, 80.0, 120.0, EXPIRY), payout=products.Payout.cash
            ),
            *("amount", "payout is cash"),
        ),
        (
            products.Lookback("ABC", OptionType.call, products.LookbackStrike.fixed, 110.0, EXPIRY),
            *("strike", "strike_kind is fixed"),
        ),
    ],
)
def test_what_was_never_given_is_a_missing_field_and_no_zero(
    product: products.Digital, field: str, reason: str
) -> None:
    trade = Trade.of(product, trade_id="lacking")
    with pytest.raises(MissingField) as failure:
        value(trade, MARKET, ClosedForm())
    assert (failure.value.code, failure.value.field) == ("missing_field", field)
    assert reason in failure.value.allowed
    whole = Trade.of(European("ABC", OptionType.call, 105.0, EXPIRY), trade_id="whole")
    first, second, third = value([whole, trade, whole], MARKET, ClosedForm()).outcomes
    assert first.valuation is not None
    assert first.valuation == third.valuation
    assert (second.trade_id, second.kind, second.valuation) == ("lacking", type(product).__name__, None)
    assert isinstance(second.refusal, MissingField)


def test_what_the_choice_does_not_ask_for_need_not_be_given() -> None:
    parts = (
        products.Digital("ABC", OptionType.call, products.Payout.asset, 105.0, EXPIRY),
        products.Touch("ABC", products.Payout.asset, UP, Knock.knock_in, AT_EXPIRY, 120.0, EXPIRY),
        products.Lookback("ABC", OptionType.call, products.LookbackStrike.floating, 99.0, EXPIRY),
        on_dates.Extendible(*("ABC", OptionType.call, on_dates.ExtendedBy.writer, 105.0, EXPIRY, 100.0), EXPIRY),
    )
    assert all(value(Trade.of(product), MARKET, ClosedForm()).price > 0.0 for product in parts)


def test_knocked_in_and_knocked_out_add_up_to_the_vanilla_whatever_their_state() -> None:
    vanilla = value(Trade.of(European("ABC", OptionType.call, 105.0, EXPIRY)), MARKET, ClosedForm()).price
    parts = [barrier("in", knock="knock_in"), barrier("out")]
    for changes in ({}, {"state": "knocked", "knocked_on": "2025-12-30"}):
        valued = value(read_book(book(*({**part, **changes} for part in parts))), MARKET, ClosedForm())
        prices = [outcome.valuation.price for outcome in valued.outcomes if outcome.valuation]
        assert sum(prices) == pytest.approx(vanilla, abs=1e-12)


def test_what_came_of_a_first_date_is_a_european_option_of_every_method() -> None:
    begun = forward_start("begun", start="2026-01-02", start_spot=100.0)
    chosen = chooser("chosen", choice="2026-01-02", chosen="call")
    plain = option("plain", type="call", exercise="european", strike=105.0)
    for method in (ClosedForm(), LeisenReimer()):
        outcomes = value(read_book(book(begun, chosen, plain)), MARKET, method).outcomes
        assert len({outcome.valuation.price for outcome in outcomes if outcome.valuation}) == 1
        assert all(outcome.valuation for outcome in outcomes)


def test_a_method_without_a_formula_is_refused_with_those_that_fit() -> None:
    paying = {"ABC": market_of(cash_dividends=[{"ex_date": "2026-03-02", "amount": 1.0}])}
    for market, method in ((MARKET, LeisenReimer()), (read_snapshot(snapshot(**paying)), ClosedForm())):
        for outcome in value(read_book(book(digital(), lookback())), market, method).outcomes:
            assert isinstance(outcome.refusal, Unsupported)
            fits_with_dividends = outcome.kind == "Digital" and market is not MARKET
            assert ("CrankNicolson" if fits_with_dividends else "ClosedForm") in outcome.refusal.allowed


def test_a_skewed_surface_is_flagged_where_one_volatility_was_taken() -> None:
    skewed = {"kind": "skewed", "atm": 0.25, "skew": -0.1, "status": "ASSUMED"}
    market = read_snapshot(snapshot(ABC=market_of(volatility=skewed)))
    for outcome in value(read_book(book(*exotics())), market, BestMethod()).outcomes:
        assert outcome.valuation is not None
        assert {"flattened_market", "assumed_volatility"} <= set(outcome.valuation.flags)


def test_a_living_exotic_has_the_stressed_price_of_its_best_method_and_a_knocked_in_one_that_of_its_vanilla() -> None:
    knocked = barrier("knocked", knock="knock_in", state="knocked", knocked_on="2025-12-30")
    vanilla = option("vanilla", type="call", exercise="european", quantity=1)
    held = read_book(book(*exotics(), barrier("in", knock="knock_in"), knocked, vanilla))
    tree = LeisenReimer()
    subject = StressSubject.of(held, mark(held, MARKET, tree), MARKET, shipped_pack(), tree, 1)
    still = (
        "volatility_relative",
        "volatility_shift",
        "skew_shift",
        "rate_bp",
        "dividend_yield_bp",
        "dividends_relative",
    )
    across = UnderlyingShock(underlying="ABC", spot_relative=-0.2, **dict.fromkeys(still, 0.0))
    stressed = subject.stress([subject.apply(Shock(moves=[across], volatility_floor=0.05))])
    *living, begun, plain = stressed.positions[0]
    assert len(living) == 14
    assert all(position.refusal is None and position.price is not None for position in living)
    assert living[2].price == 0.0, "the knock-out is knocked by the shock"
    assert begun.price == plain.price is not None
    assert isinstance(stressed.accounts[0][0].refusal, Unsupported)


def test_a_book_is_marked_whole_by_the_method_and_where_it_does_not_fit_by_the_best() -> None:
    held = read_book(book(option("american"), *exotics(), option("bad", strike=-1)))
    marked = mark(held, MARKET, LeisenReimer(), threads=2)
    methods = [outcome.valuation.method if outcome.valuation else None for outcome in marked.outcomes]
    assert methods == ["LeisenReimer", *["ClosedForm"] * 13, None]
    best = value(held, MARKET, BestMethod()).outcomes[1:-1]
    assert [outcome.valuation for outcome in marked.outcomes[1:-1]] == [outcome.valuation for outcome in best]
    assert marked.outcomes[0] == value(held, MARKET, LeisenReimer()).outcomes[0]
