"""Value at risk and expected shortfall of a series, their backtest, and the volatility filter."""

import math

import numpy as np
import pytest

from plimsoll.engine import risk
from plimsoll.engine.refusals import InvalidValue
from plimsoll.vocabulary.errors import BadInput

LADDER = [float((i * 7) % 500 + 1) for i in range(500)]  # 1 to 500 in some order


def test_of_500_profits_at_99_percent_the_sixth_worst_is_the_value_at_risk() -> None:
    assert risk.value_at_risk(LADDER) == -6.0
    assert risk.value_at_risk(np.array(LADDER), 0.95) == -26.0


def test_of_500_profits_at_97_point_5_percent_twelve_and_a_half_are_averaged() -> None:
    # 1 - 0.975 in binary is off by 2e-17, which leaves 13 digits.
    assert risk.expected_shortfall(LADDER) == pytest.approx(-(78.0 + 6.5) / 12.5, rel=1e-13)


def test_standard_errors_are_positive_and_fall_with_the_number_of_profits() -> None:
    longer = LADDER * 4
    assert 0.0 < risk.value_at_risk_error(longer) < risk.value_at_risk_error(LADDER)
    assert 0.0 < risk.expected_shortfall_error(longer) < risk.expected_shortfall_error(LADDER)


def test_too_few_profits_are_refused_by_name() -> None:
    with pytest.raises(InvalidValue) as caught:
        risk.value_at_risk([1.0, 2.0])
    assert caught.value.field == "profits"
    assert caught.value.allowed == "at least 1 / (1 - level) = 100"


def test_the_filter_follows_its_recursion_and_ends_after_the_last_return() -> None:
    returns = risk.log_returns([100.0, 102.0, 101.0])
    assert returns.tolist() == [math.log(102.0 / 100.0), math.log(101.0 / 102.0)]
    volatility = risk.ewma_volatility(returns, 0.94, 0.01)
    assert len(volatility) == 3
    assert volatility[0] == 0.01
    assert volatility[1] == pytest.approx(math.sqrt(0.94 * 1e-4 + 0.06 * returns[0] ** 2), rel=1e-15)
    assert risk.seed_volatility([0.03, -0.04]) == pytest.approx(math.sqrt(0.00125), rel=1e-15)


def test_a_strided_column_is_read_as_it_stands() -> None:
    matrix = np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 7.0]])
    assert risk.log_returns(matrix[:, 1]).tolist() == risk.log_returns([5.0, 6.0, 7.0]).tolist()


def test_filtered_returns_have_the_current_volatility() -> None:
    assert risk.filtered_returns([0.02, -0.01], [0.01, 0.02], 0.03) == pytest.approx([0.06, -0.015], rel=1e-15)


def test_a_backtest_counts_losses_beyond_the_forecast() -> None:
    profits = [-3.0 if day % 50 == 0 else 1.0 for day in range(500)]
    shortfall = risk.ShortfallForecast([2.5] * 500, [2.0] * 500)
    report = risk.backtest(profits, [2.0] * 500, shortfall=shortfall)
    assert sum(report.hits) == 10
    assert report.coverage.exceptions == 10
    assert report.coverage.expected == pytest.approx(5.0, rel=1e-12)
    assert report.traffic_light is not None
    assert report.traffic_light.zone.name == "yellow"
    assert report.z2 == pytest.approx(10 * (-3.0 / 2.5) / (500 * 0.025) + 1.0, rel=1e-12)
    plain = report.to_dict()
    assert plain["coverage"]["direction"] == "more"
    assert plain["traffic_light"]["zone"] == "yellow"
    assert plain["independence"]["statistic"] == report.independence.statistic
    assert plain["conditional_coverage"]["degrees_of_freedom"] == 2.0
    assert plain["z2"] == report.z2


def test_a_short_backtest_has_no_traffic_light() -> None:
    report = risk.backtest([1.0] * 249, [2.0] * 249)
    assert report.traffic_light is None
    assert report.to_dict()["traffic_light"] is None
    assert report.z2 is None
    assert risk.backtest([1.0] * 250, [2.0] * 250, level=0.95).traffic_light is None


@pytest.mark.parametrize(("profits", "forecasts"), [([1.0], [1.0, 2.0]), ([], [])])
def test_a_backtest_refuses_series_of_unequal_length(profits: list[float], forecasts: list[float]) -> None:
    with pytest.raises(BadInput, match="unequal_length"):
        risk.backtest(profits, forecasts)
