"""Positions struck anew at constant moneyness and tenor."""

from datetime import date

import pytest

from plimsoll import _core
from plimsoll._core import risk as core_risk
from plimsoll.models.market.history import MarketHistory
from plimsoll.models.market.positions import restrike
from risk_world import option, small_book, small_market, stock


def history() -> MarketHistory:
    return MarketHistory.of(small_market())


def test_moneyness_tenor_and_notional_come_from_the_day_of_the_book() -> None:
    book, market = small_book(), history()
    struck = restrike(book, market)
    spot = market.close("ONE", book.as_of)
    put = next(
        t for t in struck.templates if t.kind is core_risk.PositionKind.option and t.type is _core.OptionType.put
    )
    assert put.moneyness == 45.0 / spot
    assert put.years == (date(2020, 3, 20) - book.as_of).days / 365.0
    assert put.exercise is _core.Exercise.american
    column = struck.templates.index(put)
    assert struck.weights[1, column] == -2 * 100 * spot
    assert struck.accounts == ("STOCK", "OPTIONS")
    assert struck.underlying_of[column] == 0


def test_equal_positions_share_a_template_and_add_up() -> None:
    struck = restrike(small_book(), history())
    stocks = [i for i, t in enumerate(struck.templates) if t.kind is core_risk.PositionKind.stock and t.underlying == 0]
    assert len(stocks) == 1
    spot = history().close("ONE", small_book().as_of)
    assert struck.weights[0, stocks[0]] == pytest.approx(150 * spot, rel=1e-15)
    assert struck.weights[1, stocks[0]] == 200 * spot


def test_only_an_account_of_stock_alone_is_linear() -> None:
    struck = restrike(small_book(), history())
    assert struck.is_linear(0)
    assert not struck.is_linear(1)


def test_what_cannot_be_measured_is_refused_by_position_and_the_rest_is_kept() -> None:
    asian = {
        "trade_id": "x3",
        "kind": "asian",
        "underlying": "ONE",
        "type": "call",
        "strike": 50.0,
        "fixings": ["2019-12-20", "2020-01-17"],
        "fixed": [],
        "expiry": "2020-01-17",
        "quantity": 1,
        "multiplier": 1,
    }
    barrier = {
        "trade_id": "x5",
        "kind": "barrier",
        "underlying": "ONE",
        "type": "call",
        "strike": 50.0,
        "direction": "down",
        "knock": "knock_out",
        "barrier": 40.0,
        "rebate": 0.0,
        "state": "alive",
        "expiry": "2020-01-17",
        "quantity": 1,
        "multiplier": 1,
    }
    book = small_book(
        stock("x1", "OTHER", 1),
        option("x2", "ONE", 1, 50.0, expiry="2019-05-17"),
        asian,
        option("x4", "ONE", 1, -5.0),
        barrier,
    )
    struck = restrike(book, history())
    assert [(row.trade_id, row.error["code"]) for row in struck.refused] == [
        ("x1", "missing_quote"),
        ("x2", "expired_product"),
        ("x3", "unsupported"),
        ("x4", "invalid_value"),
        ("x5", "unsupported"),
    ]
    assert struck.refused[0].to_dict()["account_id"] == "OPTIONS"
    assert len(struck.templates) == len(restrike(small_book(), history()).templates)
