"""Backtest statistics, tails of distributions and fits to samples, all computed by the core.

The results are the core's own frozen records: ``statistic``, ``p_value`` and so on by name, with ``to_dict()``.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from plimsoll._core import statistics as _core
from plimsoll._core.statistics import (
    Coverage,
    Direction,
    FitStatus,
    Garch,
    GarchFit,
    GarchSettings,
    HitTransitions,
    LikelihoodRatio,
    NonRejection,
    ParetoFit,
    ParetoTail,
    SampleStatistics,
    StudentT,
    StudentTFit,
    StudentTSettings,
    TrafficLight,
    Z2Null,
    Zone,
    acerbi_szekely_z2_amber,
    acerbi_szekely_z2_red,
    binomial_probability,
    binomial_tail,
    bivariate_normal_probability,
    bivariate_student_t_probability,
    chi_square_tail,
    christoffersen_conditional_coverage_test,
    christoffersen_independence_test,
    jeffreys_p_value,
    kupiec_non_rejection,
    kupiec_test,
    normal_probability,
    pareto_expected_shortfall,
    pareto_value_at_risk,
    student_t_probability,
    student_t_quantile,
    time_until_first_failure_test,
    traffic_light,
    traffic_light_zone,
)

__all__ = [
    "GARCH",
    "STUDENT_T",
    "Coverage",
    "Direction",
    "FitStatus",
    "Garch",
    "GarchFit",
    "GarchSettings",
    "HitTransitions",
    "LikelihoodRatio",
    "NonRejection",
    "ParetoFit",
    "ParetoTail",
    "SampleStatistics",
    "StudentT",
    "StudentTFit",
    "StudentTSettings",
    "TrafficLight",
    "Z2Null",
    "Zone",
    "acerbi_szekely_z2",
    "acerbi_szekely_z2_amber",
    "acerbi_szekely_z2_null",
    "acerbi_szekely_z2_red",
    "binomial_probability",
    "binomial_tail",
    "bivariate_normal_probability",
    "bivariate_student_t_probability",
    "chi_square_tail",
    "christoffersen_conditional_coverage_test",
    "christoffersen_independence_test",
    "critical_value",
    "fit_garch",
    "fit_pareto_tail",
    "fit_student_t",
    "hit_transitions",
    "jeffreys_p_value",
    "kupiec_non_rejection",
    "kupiec_test",
    "mixed_failures_test",
    "normal_probability",
    "pareto_expected_shortfall",
    "pareto_value_at_risk",
    "sample_statistics",
    "simulated_p_value",
    "student_t_probability",
    "student_t_quantile",
    "time_between_failures_test",
    "time_until_first_failure_test",
    "traffic_light",
    "traffic_light_zone",
]

Numbers: TypeAlias = Sequence[float] | NDArray[np.float64]
Hits: TypeAlias = Sequence[int] | NDArray[np.uint8]

#: Bounds of the degrees of freedom and where the fit stops.
STUDENT_T = StudentTSettings(
    least_degrees_of_freedom=2.1, most_degrees_of_freedom=200.0, tolerance=1e-9, most_iterations=100
)

#: Where the fit of GARCH stops.
GARCH = GarchSettings(tolerance=1e-10, most_iterations=200)


def _series(values: Numbers) -> NDArray[np.float64]:
    return np.ascontiguousarray(values, dtype=np.float64)


def _bytes(hits: Hits) -> NDArray[np.uint8]:
    # Whatever is neither 0 nor 1 stays outside that range, so that the core refuses it by its place.
    return np.array([int(hit) if 0 <= hit <= 1 else 255 for hit in hits], dtype=np.uint8)


def sample_statistics(values: Numbers) -> SampleStatistics:
    """Give count, mean, variance, deviation, skewness, excess kurtosis and range of a sample.

    Variance, skewness and kurtosis are free of bias under the normal law.

    References
    ----------
    Source: Joanes and Gill (1998), Comparing measures of sample skewness and kurtosis.

    Examples
    --------
    >>> sample_statistics([1.0, 3.0]).variance
    2.0
    """
    return _core.sample_statistics(_series(values))


def hit_transitions(hits: Hits) -> HitTransitions:
    """Count neighbouring days: 1 marks an exception, the first digit is the earlier day.

    Examples
    --------
    >>> hit_transitions([0, 1, 1, 0]).to_dict()
    {'n00': 0, 'n01': 1, 'n10': 1, 'n11': 1}
    """
    return _core.hit_transitions(_bytes(hits))


def time_between_failures_test(hits: Hits, tail_probability: float) -> LikelihoodRatio:
    """Test the days between exceptions, one degree of freedom for each exception.

    References
    ----------
    Source: Haas (2001), New methods in backtesting, eq. 4.
    """
    return _core.time_between_failures_test(_bytes(hits), tail_probability)


def mixed_failures_test(hits: Hits, tail_probability: float) -> LikelihoodRatio:
    """Test coverage and the days between exceptions together.

    References
    ----------
    Source: Haas (2001), New methods in backtesting, eq. 5.
    """
    return _core.mixed_failures_test(_bytes(hits), tail_probability)


def fit_student_t(values: Numbers, settings: StudentTSettings = STUDENT_T) -> StudentTFit:
    """Fit location, scale and degrees of freedom by maximum likelihood, with a report of the convergence.

    References
    ----------
    Source: Lange, Little and Taylor (1989), Robust statistical modeling using the t distribution.
    """
    return _core.fit_student_t(_series(values), settings)


def fit_garch(values: Numbers, settings: GarchSettings = GARCH) -> GarchFit:
    """Fit mean, constant, reaction and persistence of GARCH(1,1) by normal quasi-maximum likelihood.

    References
    ----------
    Source: Fiorentini, Calzolari and Panattoni (1996), Analytic derivatives and the computation of GARCH estimates.
    """
    return _core.fit_garch(_series(values), settings)


def fit_pareto_tail(losses: Numbers, threshold: float) -> ParetoFit:
    """Fit a generalised Pareto tail to the losses above a threshold by maximum likelihood and by weighted moments.

    References
    ----------
    Source: McNeil, Frey and Embrechts (2015), Quantitative Risk Management, sec. 5.2.
    """
    return _core.fit_pareto_tail(_series(losses), threshold)


def acerbi_szekely_z2(
    profit: Numbers, value_at_risk: Numbers, expected_shortfall: Numbers, tail_probability: float
) -> float:
    """Give the unconditional expected-shortfall statistic: 0 on average when right, negative when too low.

    ``value_at_risk`` and ``expected_shortfall`` are of the same level, positive for a loss.

    References
    ----------
    Source: Acerbi and Szekely (2014), Backtesting expected shortfall, eq. 6.
    """
    return _core.acerbi_szekely_z2(
        _series(profit), _series(value_at_risk), _series(expected_shortfall), tail_probability
    )


def acerbi_szekely_z2_null(null: Z2Null, threads: int = 1) -> NDArray[np.float64]:
    """Simulate the statistic under the null; ascending, the same bits for any number of threads."""
    return _core.acerbi_szekely_z2_null(null, threads)


def critical_value(ascending: Numbers, significance: float) -> float:
    """Give the value that this share of ascending simulations lies below."""
    return _core.critical_value(_series(ascending), significance)


def simulated_p_value(ascending: Numbers, statistic: float) -> float:
    """Give the share of ascending simulations at or below the statistic, the statistic counted in."""
    return _core.simulated_p_value(_series(ascending), statistic)
