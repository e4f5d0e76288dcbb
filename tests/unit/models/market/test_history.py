"""The market history that the risk model reads."""

import math
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from plimsoll.models.market.history import MarketHistory
from plimsoll.vocabulary.errors import BadInput
from risk_world import FIRST, PREMIUM, small_market


def test_daily_volatility_is_the_implied_one_without_premium_and_year() -> None:
    market = small_market(20)
    history = MarketHistory.of(market, 252.0)
    expected = market.atm_volatility / (PREMIUM * math.sqrt(252.0))
    assert history.volatility.tobytes() == expected.tobytes()
    assert history.returns.shape == (19, 2)
    assert history.returns[3, 1] == math.log(market.closes[4, 1] / market.closes[3, 1])
    assert history.close("INDEX", FIRST) == market.closes[0, 1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("closes", np.ones((20, 3))),
        ("atm_volatility", np.ones((19, 2))),
        ("rates", np.ones(3)),
        ("dividend_yields", np.ones((20, 1))),
        ("skews", (0.1,)),
    ],
)
def test_columns_of_another_shape_are_refused(name: str, value: Any) -> None:
    with pytest.raises(BadInput, match="wrong_shape") as caught:
        MarketHistory.of(replace(small_market(20), **{name: value}), 252.0)
    assert caught.value.field == name


def test_dates_out_of_order_are_refused() -> None:
    market = small_market(20)
    with pytest.raises(BadInput, match="dates_out_of_order"):
        MarketHistory.of(replace(market, dates=market.dates[::-1]), 252.0)


def test_a_day_outside_the_history_is_refused() -> None:
    with pytest.raises(BadInput, match="no_market_on_date"):
        MarketHistory.of(small_market(20), 252.0).row(date(2000, 1, 1))
