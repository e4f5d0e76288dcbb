"""Options on futures and what is in two moneys: as rows of a book, as trades of the door, and bad ones by field."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine_documents import book, future, option, snapshot, underlying
from plimsoll import (
    BestMethod,
    Binomial,
    ClosedForm,
    FutureOption,
    OptionType,
    Quanto,
    QuantoBarrier,
    Trade,
    read_book,
    read_snapshot,
    value,
)
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.refusals import Unsupported
from plimsoll.engine.several import Exercise
from plimsoll.engine.stress import Shock, StressSubject, UnderlyingShock
from plimsoll.engine.valuation import mark

NORMAL = {"kind": "normal", "value": 12.0, "status": "OBSERVED"}


def quoted(price: float = -4.0, **changes: Any) -> dict[str, Any]:
    """Give the market of a future that is quoted itself."""
    carried = ("dividend_yield", "cash_dividends")
    document = {name: item for name, item in underlying(price).items() if name not in carried}
    return {**document, "kind": "future", "volatility": NORMAL, **changes}


def market(**changes: Any) -> dict[str, Any]:
    exchange_rate = underlying(1.12, 0.08, kind="exchange_rate", dividend_yield=underlying()["rate"])
    names = {"ABC": underlying(), "XYZ": underlying(40.0), "CLK6": quoted(), "EURUSD": exchange_rate}
    pairs = [{"first": "ABC", "second": name, "value": 0.4, "status": "OBSERVED"} for name in ("EURUSD", "XYZ")]
    return {**snapshot(**{**names, **changes}), "correlations": pairs}


def row(trade_id: str, kind: str, **terms: Any) -> dict[str, Any]:
    head = {"trade_id": trade_id, "kind": kind, "underlying": "ABC", "quantity": -2, "multiplier": 10}
    return {**head, "expiry": "2026-07-17", **terms}


def future_option(trade_id: str = "Q1", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "exercise": "american", "strike": 105.0, "future_expiry": "2026-09-18"}
    return row(trade_id, "future_option", **{**terms, **changes})


def currency(trade_id: str = "Q3", kind: str = "currency_option", **changes: Any) -> dict[str, Any]:
    moneys = {"underlying": "EURUSD", "notional_currency": "EUR", "price_currency": "USD", "strike": 1.1}
    option_terms = {"type": "put", "exercise": "american"} if kind == "currency_option" else {}
    return row(trade_id, kind, **{**moneys, **option_terms, **changes})


BARRIER = {"direction": "down", "knock": "knock_out", "barrier": 80.0, "state": "alive"}


def quanto(trade_id: str = "Q5", kind: str = "quanto", **changes: Any) -> dict[str, Any]:
    terms = {"other": "EURUSD", "type": "call", "strike": 105.0, "conversion": 1.5}
    more = {"exercise": "european"} if kind == "quanto" else BARRIER
    return row(trade_id, kind, **{**terms, **more, **changes})


def outside_barrier(trade_id: str = "Q7", **changes: Any) -> dict[str, Any]:
    terms = {"other": "XYZ", "type": "call", "strike": 105.0, **BARRIER, "barrier": 35.0}
    return row(trade_id, "outside_barrier", **{**terms, **changes})


EVERY_KIND = [
    future_option(),
    future_option("Q2", underlying="CLK6", exercise="european", strike=-2.5),
    currency(),
    currency("Q4", "currency_forward"),
    quanto("Q5"),
    quanto("Q6", "quanto_barrier"),
    outside_barrier("Q7"),
    outside_barrier("Q8", state="knocked", knocked_on="2026-01-02"),
]
MARKET = read_snapshot(market())
STILL = dict.fromkeys(
    ("volatility_relative", "volatility_shift", "skew_shift", "dividend_yield_bp", "dividends_relative"), 0.0
)


def test_json_and_csv_give_the_same_trades(tmp_path: Path) -> None:
    document = book(*EVERY_KIND)
    (tmp_path / "book.json").write_text(json.dumps(document), encoding="utf-8")
    account = document["accounts"][0]
    head = {name: document[name] for name in ("book_id", "as_of", "price_basis")}
    head |= {"account_id": account["account_id"], "account_type": account["type"], "currency": "USD"}
    rows = [{**head, "cash": account["cash"], **position} for position in account["positions"]]
    with (tmp_path / "book.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    whole = read_book(tmp_path / "book.json").accounts
    assert whole == read_book(tmp_path / "book.csv").accounts
    assert all(position.trade for position in whole[0].positions)
    first = whole[0].positions[0].trade
    assert first is not None
    expiry, last = date(2026, 7, 17), date(2026, 9, 18)
    assert first.product == FutureOption("ABC", OptionType.call, Exercise.american, 105.0, expiry, last)


def test_the_best_method_values_every_kind() -> None:
    valued = value(read_book(book(*EVERY_KIND)), MARKET, BestMethod())
    assert [outcome.valuation.method for outcome in valued.outcomes if outcome.valuation] == [
        *("IntegralEquation", "ClosedForm", "IntegralEquation"),
        *["ClosedForm"] * 5,
    ]
    for outcome in valued.outcomes:
        assert outcome.valuation is not None
        assert outcome.value == pytest.approx(-20.0 * outcome.valuation.price, rel=1e-15)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"future_expiry": "2026-07-16"}, ("future_expiry", "2026-07-16", "a date on or after the option's expiry")),
        ({"strike": -1.0}, ("strike", "-1", "a finite number >= 0 where the volatility is that of a logarithm")),
        ({"expiry": "2026-01-02"}, ("expiry", "2026-01-02", "a date on or after the valuation date 2026-01-05")),
    ],
)
def test_terms_that_make_no_sense_refuse_their_row_alone(changes: dict[str, Any], message: tuple[str, ...]) -> None:
    valued = value(read_book(book(future_option("good"), future_option("bad", **changes))), MARKET, Binomial())
    good, bad = valued.outcomes
    assert good.valuation is not None
    assert bad.refusal is not None
    assert (bad.refusal.field, bad.refusal.value) == message[:2]
    assert str(bad.refusal.allowed).startswith(message[2])


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({name: item for name, item in future_option("bad").items() if name != "future_expiry"}, "future_expiry"),
        (future_option("bad", future_expiry="soon"), "future_expiry"),
        (future_option("bad", strike=float("inf")), "strike"),
        (future_option("bad", exercise="bermudan"), "exercise"),
        (future_option("bad", rebate=1.0), "rebate"),
        (currency("bad", price_currency="dollar"), "price_currency"),
        ({name: item for name, item in currency("bad").items() if name != "notional_currency"}, "notional_currency"),
        (currency("bad", "currency_forward", type="call"), "type"),
        (quanto("bad", conversion="one"), "conversion"),
        ({name: item for name, item in quanto("bad").items() if name != "other"}, "other"),
        (quanto("bad", "quanto_barrier", rebate=1.0), "rebate"),
        (outside_barrier("bad", conversion=1.0), "conversion"),
        (outside_barrier("bad", state="knocked"), "knocked_on"),
    ],
)
def test_a_bad_field_refuses_its_row_and_names_it(bad: dict[str, Any], field: str) -> None:
    good, refused = read_book(book(future_option("good"), bad)).positions
    assert good.refusal is None
    assert refused.refusal is not None
    assert str(refused.refusal.field).endswith(field)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (quoted(volatility={"kind": "flat", "value": 0.3, "status": "OBSERVED"}), "underlyings.CLK6.spot"),
        (quoted(dividend_yield=underlying()["dividend_yield"]), "underlyings.CLK6.dividend_yield"),
        (quoted(cash_dividends=[]), "underlyings.CLK6.cash_dividends"),
        (quoted(kind="equity"), "underlyings.CLK6"),
        (underlying(volatility=NORMAL), "underlyings.CLK6.volatility.kind"),
    ],
)
def test_a_quoted_future_that_makes_no_sense_is_refused(document: dict[str, Any], field: str) -> None:
    refused = read_snapshot(market(CLK6=document)).refusals
    assert list(refused) == ["CLK6"]
    assert str(refused["CLK6"].field).startswith(field)


def test_a_table_of_markets_may_hold_a_future_without_a_yield(tmp_path: Path) -> None:
    flat = {"rate": "0.03", "rate_status": "OBSERVED", "volatility": "0.3", "volatility_status": "OBSERVED"}
    head = {"valuation_date": "2026-01-05", "price_basis": "raw", **flat}
    rows = [
        {**head, "underlying": "ABC", "kind": "equity", "spot": "100", "dividend_yield": "0.01"},
        {**head, "underlying": "CLK6", "kind": "future", "spot": "70"},
    ]
    rows[0]["dividend_yield_status"] = "OBSERVED"
    with (tmp_path / "market.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    read = read_snapshot(tmp_path / "market.csv")
    assert not read.refusals
    trade = Trade.of(FutureOption("CLK6", OptionType.put, Exercise.european, 70.0, date(2026, 7, 17), date(2026, 8, 1)))
    assert value(trade, read, ClosedForm()).price == pytest.approx(5.985, abs=0.005)


def test_a_contract_on_an_exchange_rate_has_the_foreign_rate_among_its_sensitivities() -> None:
    option_, forward = value(
        read_book(book(currency(), currency("Q4", "currency_forward"))), MARKET, BestMethod()
    ).outcomes
    for outcome in (option_, forward):
        assert outcome.valuation is not None
        own = outcome.valuation.several.by_underlying["EURUSD"]
        assert own["delta"] == outcome.valuation.sensitivities["delta"]
        assert outcome.position_several.by_underlying["EURUSD"]["dividend"] == -20.0 * own["dividend"]
    assert option_.valuation is not None
    assert option_.valuation.several.by_underlying["EURUSD"]["dividend"] > 0.0, "a put gains by the foreign rate"
    same = currency(price_currency="EUR")
    refused = value(read_book(book(same)), MARKET, BestMethod()).outcomes[0].refusal
    assert refused is not None
    assert (refused.field, refused.value) == ("price_currency", "EUR")


def test_a_quanto_has_the_sensitivities_of_both_underlyings_and_needs_the_foreign_rate() -> None:
    held = read_book(book(quanto(), quanto("Q6", "quanto_barrier")))
    for outcome in value(held, MARKET, ClosedForm()).outcomes:
        assert outcome.underlying == "ABC, EURUSD"
        assert outcome.valuation is not None
        several = outcome.valuation.several
        assert several.by_underlying["EURUSD"]["delta"] == 0.0
        assert several.by_pair["ABC", "EURUSD"]["correlation"] < 0.0, "a call loses where both rise together"
        assert several.by_underlying["EURUSD"]["dividend"] == -several.by_underlying["ABC"]["dividend"]
    dear = read_snapshot(market(EURUSD=underlying(1.12, kind="exchange_rate")))
    refused = value(held, dear, ClosedForm()).outcomes[0].refusal
    assert refused is not None
    assert (refused.field, refused.value) == ("dividend_yield", "0.01 of EURUSD")


def test_a_quoted_future_is_shocked_and_no_rule_margins_it() -> None:
    held = read_book(book(future_option(underlying="CLK6", strike=-2.5), future(underlying="CLK6"), option()))
    marked = mark(held, MARKET, Binomial())
    subject = StressSubject.of(held, marked, MARKET, shipped_pack(), Binomial(), 1)
    fall = UnderlyingShock(underlying="CLK6", spot_relative=0.5, rate_bp=100.0, **STILL)
    stressed = subject.stress([subject.apply(Shock(moves=[fall], volatility_floor=0.05))])
    dear = {"kind": "flat", "value": 0.04, "status": "ASSUMED"}
    moved = read_snapshot(market(CLK6=quoted(-6.0, rate=dear)))
    for position, found in zip(held.positions, stressed.positions[0], strict=True):
        assert position.trade is not None
        assert found.price == pytest.approx(value(position.trade, moved, Binomial()).price, rel=1e-12)
    assert isinstance(stressed.accounts[0][0].refusal, Unsupported)


def test_every_kind_is_revalued_when_all_rates_move() -> None:
    held = read_book(book(*EVERY_KIND))
    subject = StressSubject.of(held, mark(held, MARKET, ClosedForm()), MARKET, shipped_pack(), ClosedForm(), 1)
    rise = [
        UnderlyingShock(underlying=name, spot_relative=0.0, rate_bp=100.0, **STILL)
        for name in ("ABC", "XYZ", "CLK6", "EURUSD")
    ]
    stressed = subject.stress([subject.apply(Shock(moves=rise, volatility_floor=0.05))])
    dear = {"kind": "flat", "value": 0.04, "status": "ASSUMED"}
    moved = {name: {**document, "rate": dear} for name, document in market()["underlyings"].items()}
    apart = mark(held, read_snapshot(market(**moved)), ClosedForm())
    # The exchange rate of a quanto earns the asset's money, whose rate has moved with the others.
    moved["EURUSD"]["dividend_yield"] = dear
    together = mark(held, read_snapshot(market(**moved)), ClosedForm())
    rows = zip(held.positions, stressed.positions[0], apart.outcomes, together.outcomes, strict=True)
    for position, found, one, other in rows:
        assert position.trade is not None
        is_quanto = isinstance(position.trade.product, Quanto | QuantoBarrier)
        expected = (other if is_quanto else one).valuation
        assert expected is not None
        assert found.price == pytest.approx(expected.price, rel=1e-12)
