"""Tails of a book on one day."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from plimsoll.engine import risk
from plimsoll.models.market.history import MarketHistory
from plimsoll.models.market.positions import restrike
from plimsoll.models.market.settings import MODELS, RiskSettings
from plimsoll.models.market.simulation import Simulation
from plimsoll.models.market.value_at_risk import value_at_risk_run
from plimsoll.vocabulary.errors import BadInput
from risk_world import FIRST, WINDOW, small_book, small_market, stock

SETTINGS = RiskSettings(window=WINDOW)


def test_an_account_of_stock_has_the_tail_of_its_returns() -> None:
    market, book = small_market(), small_book()
    run = value_at_risk_run(book, market, SETTINGS)
    row = market.dates.index(book.as_of)
    returns = np.column_stack([risk.log_returns(market.closes[: row + 1, u])[-WINDOW:] for u in (0, 1)])
    held = (150 * float(market.closes[row, 0]), -2 * float(market.closes[row, 1]))
    profits = [sum(h * math.expm1(float(r)) for h, r in zip(held, day, strict=True)) for day in returns]
    historical = run.accounts[0]
    assert (historical.account_id, historical.model) == ("STOCK", "historical")
    # A stock is an entire function of its return: 16 nodes leave rounding only.
    assert historical.value_at_risk == pytest.approx(risk.value_at_risk(profits, 0.99), rel=1e-10)
    assert historical.expected_shortfall == pytest.approx(risk.expected_shortfall(profits, 0.975), rel=1e-10)
    assert historical.value_at_risk_error == pytest.approx(risk.value_at_risk_error(profits, 0.99), rel=1e-8)


def test_every_account_has_every_model_and_the_student_t_no_error() -> None:
    run = value_at_risk_run(small_book(), small_market(), SETTINGS, threads=2)
    assert [(row.account_id, row.model) for row in run.accounts] == [
        (account, model) for account in ("STOCK", "OPTIONS") for model in MODELS
    ]
    assert all((row.value_at_risk_error is None) == (row.model == "student_t") for row in run.accounts)
    assert all(row.expected_shortfall > 0.0 for row in run.accounts)


def test_the_book_has_the_tails_of_the_summed_profits_of_its_accounts() -> None:
    market, source = small_market(), small_book()
    run = value_at_risk_run(source, market, SETTINGS)
    history = MarketHistory.of(market)
    simulation = Simulation(history, restrike(source, history), SETTINGS, 1)
    scenarios = simulation.scenarios(history.row(source.as_of) - WINDOW)
    assert [(row.account_id, row.model) for row in run.book] == [("book", model) for model in MODELS]
    for row, profits in zip(run.book, scenarios, strict=False):
        summed = profits[0] + profits[1]
        assert row.value_at_risk == pytest.approx(risk.value_at_risk(summed, 0.99), rel=1e-9)
        assert row.expected_shortfall == pytest.approx(risk.expected_shortfall(summed, 0.975), rel=1e-9)
        assert row.value_at_risk_error == pytest.approx(risk.value_at_risk_error(summed, 0.99), rel=1e-6)
        assert row.expected_shortfall_error == pytest.approx(risk.expected_shortfall_error(summed, 0.975), rel=1e-6)
    fitted = run.book[2]
    assert fitted.value_at_risk > 0.0
    assert fitted.value_at_risk_error is None


def test_an_account_that_bears_the_name_of_the_book_is_refused() -> None:
    source = small_book()
    renamed = replace(source, accounts=(replace(source.accounts[0], account_id="book"), source.accounts[1]))
    with pytest.raises(BadInput, match="reserved_name"):
        value_at_risk_run(renamed, small_market(), SETTINGS)


def test_nothing_after_the_day_is_read() -> None:
    book, market = small_book(), small_market()
    changed = small_market()
    changed.closes[market.dates.index(book.as_of) + 1 :] *= 3.0
    assert value_at_risk_run(book, changed, SETTINGS).accounts == value_at_risk_run(book, market, SETTINGS).accounts


def test_the_record_is_plain_and_the_table_has_a_row_per_account_and_model() -> None:
    run = value_at_risk_run(small_book(stock("x", "OTHER", 1)), small_market(), SETTINGS)
    plain = run.to_dict()
    assert plain["model_id"] == "fhs-var-es"
    assert plain["refused"][0]["error"]["code"] == "missing_quote"
    assert plain["evidence"]["settings"] == SETTINGS.digest()
    assert [row["account_id"] for row in plain["accounts"]] == [
        name for name in ("STOCK", "OPTIONS", "book") for _ in MODELS
    ]
    assert run.table().num_rows == 9
    assert run.table().column("value_at_risk").to_pylist() == [row["value_at_risk"] for row in plain["accounts"]]


def test_a_history_too_short_before_the_day_is_refused() -> None:
    with pytest.raises(BadInput, match="history_too_short"):
        value_at_risk_run(small_book(as_of=FIRST + timedelta(days=50)), small_market(), SETTINGS)


def test_a_book_without_a_position_on_the_history_is_refused() -> None:
    market = small_market()
    renamed = type(market)(**{**vars(market), "underlyings": ("A", "B")})
    with pytest.raises(BadInput, match="nothing_to_measure"):
        value_at_risk_run(small_book(), renamed, SETTINGS)
