"""Reference tables of numerics: joint laws, sample statistics and sequences of low discrepancy."""

import numpy as np
from numpy.typing import NDArray

from plimsoll import _core
from plimsoll.engine import statistics
from plimsoll.validation.reference.table import Row, Tolerance, half_last_place
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict
from plimsoll.vocabulary.errors import BadInput

_CORE = "core numerics"
#: The statistic's name in the table beside the field of the core's record.
_STATISTICS = {
    "n": "count",
    "mean": "mean",
    "variance_unbiased": "variance",
    "std_dev_unbiased": "deviation",
    "skewness": "skewness",
    "kurtosis_excess": "excess_kurtosis",
    "min": "smallest",
    "max": "largest",
}
#: What a sequence of the table starts with, beside its base and its dimension; a base of zero is Sobol's.
_SEQUENCES = {
    "Sobol dimension 1": (0, 1),
    "van der Corput base 2": (2, 0),
    "van der Corput base 3": (3, 0),
    "Faure 2-d sequence, dimension 2": (2, 2),
    "Faure 3-d, dimension 1": (3, 1),
    "Faure 3-d, dimension 2": (3, 2),
    "Faure 3-d, dimension 3": (3, 3),
}
#: Up to here every set of direction numbers that the table names gives the same discrepancy.
_SHARED_DIMENSIONS = 3
#: Numbers of dimensions 2 to 5 that the table calls Sobol: polynomials and first numbers. The printed values of more
#: dimensions (SobLev) agree with this source in 1,023 points and not in more, so they stand on other numbers.
#: Source: Bratley & Fox (1988), Algorithm 659: Sobol's quasirandom sequence generator, ACM TOMS 14, 88-100.
_SOBOL_LEVITAN = ((3, (1,)), (7, (1, 1)), (11, (1, 3, 7)), (13, (1, 1, 5)))
_PRINTED_DISCREPANCY = Tolerance(1e-2, relative=True)
#: A row that the closed form misses is disputed where boxes drawn at random, which share nothing with it, agree with it
#: within so many standard errors and lie beyond so many from the printed value.
_BOXES = 4000
_SAME = 3.0
_APART = 6.0


def bivariate_normal(row: Row) -> CaseResult:
    """Check one row of ``bivariate_normal_cdf``: the probability that both variables are at most a and b."""
    computed = statistics.bivariate_normal_probability(row.number("a"), row.number("b"), row.number("correlation"))
    return _judged(row, "probability", computed)


def bivariate_student_t(row: Row) -> CaseResult:
    """Check one row of ``bivariate_student_t_cdf``: the probability that both variables are at most x and y."""
    computed = statistics.bivariate_student_t_probability(
        row.number("x"), row.number("y"), row.number("correlation"), row.number("degrees_of_freedom")
    )
    return _judged(row, "probability", computed)


def sample_statistic(row: Row) -> CaseResult:
    """Check one row of ``sample_statistics``: one statistic of a sample whose values semicolons part."""
    name = row.text("statistic")
    field = _STATISTICS.get(name)
    if field is None:
        return CaseResult.unsupported(row.case_id, f"no statistic of the core is called {name}")
    try:
        values = [float(value) for value in row.text("sample").split(";")]
    except ValueError as error:
        raise BadInput(
            "bad_cell",
            field=f"{row.case_id}.sample",
            value=row.text("sample"),
            allowed="numbers parted by semicolons",
            fix="correct the table",
        ) from error
    return _judged(row, name, float(getattr(statistics.sample_statistics(values), field)))


def sequence_point(row: Row) -> CaseResult:
    """Check one row of ``low_discrepancy_sequences``: one coordinate of one point."""
    name = row.text("sequence")
    found = next((rule for start, rule in _SEQUENCES.items() if name.startswith(start)), None)
    if found is None:
        return CaseResult.unsupported(row.case_id, f"no sequence of the core is called {name}")
    return _judged(row, "coordinate", _coordinate(row.count("point_index"), *found))


def discrepancy(row: Row) -> CaseResult:
    """Check one row of ``low_discrepancy_l2_discrepancy``: that of the first points of one of Sobol's sequences."""
    dimension = row.count("dimension")
    points = _sobol_points(row.text("generator"), dimension, row.count("n_points"))
    if points is None:
        note = f"direction numbers of {row.text('generator')} in {dimension} dimensions are not the core's"
        return CaseResult.unsupported(row.case_id, note)
    expected = row.number("expected_l2_discrepancy")
    allowed = max(_PRINTED_DISCREPANCY.allowed(expected), half_last_place(row.text("expected_l2_discrepancy")))
    closed = Comparison("l2_star_discrepancy", _CORE, expected, _core.numerics.l2_star_discrepancy(points), allowed)
    if closed.holds:
        return CaseResult.of(row.case_id, [closed])
    estimate, error = _core.numerics.l2_star_discrepancy_by_boxes(points, _BOXES, seed=1)
    boxes = Comparison("l2_star_discrepancy", "random boxes", expected, estimate, allowed, standard_error=error)
    agree = abs(estimate - closed.computed) <= _SAME * error
    apart = abs(estimate - expected) > _APART * error
    note = f"the closed form and {_BOXES} random boxes agree on another value" if agree and apart else ""
    return CaseResult(row.case_id, Verdict.disputed if note else Verdict.failed, (closed, boxes), note)


def _sobol_points(generator: str, dimension: int, count: int) -> NDArray[np.float64] | None:
    """Give the first points by the direction numbers of this name, None where we have them not."""
    if generator.endswith("Sobol") and dimension <= _SHARED_DIMENSIONS:
        return _core.numerics.sobol_points(count, dimension)
    if generator == "Unit_Sobol":
        polynomials = _core.numerics.sobol_polynomials(dimension)
        seeds = [(polynomial, [1] * (polynomial.bit_length() - 1)) for polynomial in polynomials]
        return _core.numerics.sobol_points_by(count, seeds)
    if generator == "Sobol" and dimension <= len(_SOBOL_LEVITAN) + 1:
        return _core.numerics.sobol_points_by(count, _SOBOL_LEVITAN[: dimension - 1])
    return None


def _coordinate(number: int, base: int, dimension: int) -> float:
    if base == 0:
        return float(_core.numerics.sobol_points(1, 1, first=number)[0, 0])
    if dimension == 0:
        return float(_core.numerics.radical_inverse(number, base))
    return float(_core.numerics.faure_coordinate(number, dimension, base))


def _judged(row: Row, quantity: str, computed: float) -> CaseResult:
    """Judge one number; the table's tolerance never asks for more than the printed digits hold."""
    expected = row.number("expected")
    tolerance = Tolerance.parse(row.text("tolerance")).allowed(expected)
    allowed = max(tolerance, half_last_place(row.text("expected")))
    return CaseResult.of(row.case_id, [Comparison(quantity, _CORE, expected, computed, allowed)])
