"""Properties of values through the Python door."""

import math
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine_documents import snapshot, underlying
from plimsoll import American, ClosedForm, European, LeisenReimer, OptionType, Snapshot, Trade, read_snapshot, value

TODAY = date(2026, 1, 5)
markets = st.builds(
    lambda spot, vol, rate, yield_: read_snapshot(
        snapshot(
            ABC=underlying(
                spot,
                vol,
                rate={"kind": "flat", "value": rate, "status": "ASSUMED"},
                dividend_yield={"kind": "flat", "value": yield_, "status": "ASSUMED"},
            )
        )
    ),
    st.floats(1.0, 500.0),
    st.floats(0.05, 1.5),
    st.floats(-0.01, 0.1),
    st.floats(0.0, 0.15),
)
days = st.integers(1, 1095)
moneyness = st.floats(0.5, 2.0)


@settings(deadline=None, max_examples=60)
@given(markets, days, moneyness)
def test_calls_and_puts_keep_parity(market: Snapshot, count: int, ratio: float) -> None:
    spot = market.spot("ABC")
    core = market.core.underlying("ABC")
    strike, years, expiry = ratio * spot, count / 365.0, TODAY + timedelta(days=count)
    call, put = (
        value(Trade.of(European("ABC", side, strike, expiry)), market, ClosedForm()).price for side in OptionType
    )
    forward = spot * math.exp(-core.dividend_yield.zero_rate(years) * years)
    assert math.isclose(
        call - put, forward - strike * core.rate.discount_factor(years), abs_tol=1e-12 * (spot + strike)
    )


@settings(deadline=None, max_examples=60)
@given(markets, days, moneyness, st.sampled_from(OptionType))
def test_american_is_worth_at_least_the_european_and_the_payoff(
    market: Snapshot, count: int, ratio: float, side: OptionType
) -> None:
    spot = market.spot("ABC")
    strike, expiry = ratio * spot, TODAY + timedelta(days=count)
    american = value(Trade.of(American("ABC", side, strike, expiry)), market, LeisenReimer(51)).price
    european = value(Trade.of(European("ABC", side, strike, expiry)), market, LeisenReimer(51)).price
    slack = 1e-12 * (spot + strike)
    assert american >= european
    assert american >= (spot - strike if side is OptionType.call else strike - spot)
    assert american <= (spot if side is OptionType.call else max(strike, strike * math.exp(0.01 * 3))) + slack


@settings(deadline=None, max_examples=40)
@given(
    markets, days, moneyness, st.floats(-50, 50).filter(lambda q: abs(q) > 1e-3), st.sampled_from([1.0, 50.0, 100.0])
)
def test_a_position_is_its_unit_times_its_size(
    market: Snapshot, count: int, ratio: float, quantity: float, multiplier: float
) -> None:
    option = European("ABC", OptionType.put, ratio * market.spot("ABC"), TODAY + timedelta(days=count))
    trade = Trade.of(option, quantity=quantity, multiplier=multiplier)
    outcome = value([trade], market, ClosedForm()).outcomes[0]
    assert outcome.valuation is not None
    assert outcome.value == quantity * multiplier * outcome.valuation.price
