"""The statistics of the core as Python sees them."""

import numpy as np
import pytest

from plimsoll.engine import statistics
from plimsoll.engine.refusals import InvalidValue


def test_a_coverage_test_reports_its_side() -> None:
    # Kupiec (1995): no exception in 250 days at 1 % is rejected at 5 %, and it is a conservative model that fails.
    test = statistics.kupiec_test(0, 250, 0.01)
    assert test.statistic == pytest.approx(5.0252, abs=5.1e-5)
    assert test.p_value == pytest.approx(0.02498, abs=5.1e-6)
    assert test.direction is statistics.Direction.fewer
    assert test.to_dict()["direction"] == "fewer"


def test_hits_may_be_numbers_or_truths() -> None:
    assert statistics.hit_transitions([0, 1, 1]).to_dict() == {"n00": 0, "n01": 1, "n10": 0, "n11": 1}
    assert statistics.hit_transitions([False, True, True]) == statistics.hit_transitions(np.array([0, 1, 1], np.uint8))


@pytest.mark.parametrize("hit", [2, -1, 256])
def test_a_hit_that_is_none_is_refused_at_its_place(hit: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        statistics.hit_transitions([0, hit])
    assert caught.value.field == "hits[1]"


def test_time_between_failures_has_a_degree_of_freedom_for_each_exception() -> None:
    hits = [1 if day in (17, 90) else 0 for day in range(100)]
    assert statistics.time_between_failures_test(hits, 0.02).degrees_of_freedom == 2.0
    assert statistics.mixed_failures_test(hits, 0.02).degrees_of_freedom == 3.0


def test_a_student_t_fit_reports_its_convergence() -> None:
    levels = [(index + 0.5) / 500 for index in range(500)]
    fit = statistics.fit_student_t([0.02 * statistics.student_t_quantile(level, 4.0) for level in levels])
    assert fit.status is statistics.FitStatus.converged
    assert fit.gradient_norm <= statistics.STUDENT_T.tolerance
    # A sample of exact quantiles has no sampling error; what is left is of the order of its coarse tail.
    assert fit.distribution.scale == pytest.approx(0.02, rel=0.02)
    assert fit.distribution.degrees_of_freedom == pytest.approx(4.0, rel=0.1)


def test_simulated_critical_values_do_not_depend_on_threads() -> None:
    null = statistics.Z2Null(
        tail_probability=0.025, observations=250, degrees_of_freedom=0.0, simulations=20_000, seed=3
    )
    one, two = (statistics.acerbi_szekely_z2_null(null, threads) for threads in (1, 2))
    assert one.tobytes() == two.tobytes()
    # The standard error of this quantile at 20 000 simulations is 0.006.
    assert statistics.critical_value(one, 0.05) == pytest.approx(-0.698, abs=0.02)
    assert statistics.simulated_p_value(one, statistics.critical_value(one, 0.05)) == pytest.approx(0.05, abs=1e-3)


def test_z2_is_the_formula() -> None:
    z2 = statistics.acerbi_szekely_z2([-3.0, 1.0], [2.0, 2.0], [2.5, 2.5], 0.25)
    assert z2 == pytest.approx(-3.0 / 2.5 / (2 * 0.25) + 1.0, rel=1e-15)


def test_tails_agree_with_each_other() -> None:
    # A chi-square of one degree of freedom is the square of a normal.
    assert statistics.chi_square_tail(1.96**2, 1.0) == pytest.approx(
        2.0 * statistics.normal_probability(-1.96), rel=1e-12
    )
    assert statistics.student_t_probability(statistics.student_t_quantile(0.01, 4.5), 4.5) == pytest.approx(
        0.01, rel=1e-11
    )
    assert statistics.binomial_probability(4, 250, 0.01) + statistics.binomial_tail(5, 250, 0.01) == pytest.approx(1.0)
    assert statistics.jeffreys_p_value(15, 1000, 0.01) == pytest.approx(0.0632284, abs=5.1e-8)
