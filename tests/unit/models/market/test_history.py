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


def test_volatility_is_that_of_the_filter_to_the_bit() -> None:
    market = small_market(20)
    history = MarketHistory.of(market)
    assert history.volatility.tobytes() == market.daily_volatility.tobytes()
    assert history.premium.tolist() == [PREMIUM, PREMIUM]
    assert history.returns.shape == (19, 2)
    assert history.returns[3, 1] == math.log(market.closes[4, 1] / market.closes[3, 1])
    assert history.close("INDEX", FIRST) == market.closes[0, 1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("closes", np.ones((20, 3))),
        ("daily_volatility", np.ones((19, 2))),
        ("rates", np.ones(3)),
        ("dividend_yields", np.ones((20, 1))),
        ("skews", (0.1,)),
    ],
)
def test_columns_of_another_shape_are_refused(name: str, value: Any) -> None:
    with pytest.raises(BadInput, match="wrong_shape") as caught:
        MarketHistory.of(replace(small_market(20), **{name: value}))
    assert caught.value.field == name


def test_dates_out_of_order_are_refused() -> None:
    market = small_market(20)
    with pytest.raises(BadInput, match="dates_out_of_order"):
        MarketHistory.of(replace(market, dates=market.dates[::-1]))


def test_a_day_outside_the_history_is_refused() -> None:
    with pytest.raises(BadInput, match="no_market_on_date"):
        MarketHistory.of(small_market(20)).row(date(2000, 1, 1))
