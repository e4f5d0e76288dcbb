"""Reference tables of joint laws, sample statistics and low-discrepancy sequences, by the core."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc

from plimsoll import _core
from plimsoll.engine import statistics
from plimsoll.validation.reference import check
from plimsoll.vocabulary.errors import PlimsollError

#: Facts with their source in the last column, a few of each published table.
TABLES = {
    "bivariate_normal_cdf": """case_id,a,b,correlation,expected,tolerance,source
n1,0.0,-0.5,0.5,0.226878,1e-6,"Haug (1998) p.193"
n2,-0.5,-0.5,-0.5,0.036298,1e-6,"Haug (1998) p.193"
n3,0.0,0.0,0.5,0.333333333333333,1e-6,"a third by symmetry"
""",
    "bivariate_student_t_cdf": """case_id,degrees_of_freedom,correlation,x,y,expected,tolerance,source
t1,1,0.5,1.00,1.00,0.63497,1e-5,"Dunnett & Sobel (1954) table 1"
t2,2,0.5,1.50,1.50,0.78925,1e-5,"Dunnett & Sobel (1954) table 1"
""",
    "sample_statistics": """case_id,sample,statistic,expected,tolerance,source
s1,3;4;5;2;3;4;5;6;4;7,n,10,1e-12,"QuantLib test-suite/stats.cpp"
s2,3;4;5;2;3;4;5;6;4;7,skewness,0.359543071407,1e-12,"QuantLib test-suite/stats.cpp"
s3,3;4;5;2;3;4;5;6;4;7,kurtosis_excess,-0.151799637209,1e-12,"QuantLib test-suite/stats.cpp"
""",
    "low_discrepancy_sequences": """case_id,sequence,point_index,expected,tolerance,source
q1,"Sobol dimension 1, Gray-code order",3,0.25000,1e-5,"QuantLib test-suite/lowdiscrepancysequences.cpp"
q2,van der Corput base 3 = Halton dimension 2,5,0.777777777777778,1e-12,"two thirds and a ninth"
q3,"Faure 2-d sequence, dimension 2",6,0.12500,1e-5,"QuantLib test-suite/lowdiscrepancysequences.cpp"
q4,"Faure 3-d, dimension 3",8,0.555555555555556,1e-12,"QuantLib test-suite/lowdiscrepancysequences.cpp"
""",
    "low_discrepancy_l2_discrepancy": """case_id,generator,dimension,n_points,expected_l2_discrepancy,tolerance,source
d1,Sobol,2,1023,8.33e-4,indicative,"QuantLib test-suite/lowdiscrepancysequences.cpp"
d2,Unit_Sobol,3,1023,1.21e-3,indicative,"QuantLib test-suite/lowdiscrepancysequences.cpp"
d3,Unit_Sobol,100,1023,4.97e-6,indicative,"QuantLib test-suite/lowdiscrepancysequences.cpp"
d4,Sobol,5,1023,1.59e-3,indicative,"QuantLib test-suite/lowdiscrepancysequences.cpp"
""",
}


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_published_row_passes(tmp_path: Path, name: str) -> None:
    outcome = check(table(tmp_path, name, TABLES[name]))
    assert (outcome["passed"], outcome["failed"], outcome["unsupported"]) == (TABLES[name].count("\n") - 1, 0, 0)


def test_what_the_core_has_not_is_unsupported_and_says_why(tmp_path: Path) -> None:
    outcome = check(
        table(
            tmp_path,
            "low_discrepancy_l2_discrepancy",
            "case_id,generator,dimension,n_points,expected_l2_discrepancy\nd1,Jackel_Sobol,10,1023,7.08e-4\n",
        )
    )
    assert outcome["unsupported"] == 1
    (reason,) = outcome["unsupported_reasons"]
    assert reason == "direction numbers of Jackel_Sobol in 10 dimensions are not the core's"
    for name, head, row in (
        ("sample_statistics", "case_id,sample,statistic,expected,tolerance", "s1,1;2,mode,1,1e-12"),
        ("low_discrepancy_sequences", "case_id,sequence,point_index,expected,tolerance", "q1,Niederreiter,1,0.5,1e-5"),
    ):
        assert check(table(tmp_path, name, f"{head}\n{row}\n"))["unsupported"] == 1


def test_a_wrong_row_fails_and_a_broken_sample_is_named(tmp_path: Path) -> None:
    head = "case_id,sample,statistic,expected,tolerance\n"
    outcome = check(table(tmp_path, "sample_statistics", head + "s1,1;2,mean,1.6,1e-12\ns2,1;x,mean,1.5,1e-12\n"))
    assert outcome["failed"] == 2
    assert "s2.sample" in str(outcome["worst"])


def test_a_printed_discrepancy_that_two_methods_miss_is_disputed_and_one_within_their_error_fails(
    tmp_path: Path,
) -> None:
    head = "case_id,generator,dimension,n_points,expected_l2_discrepancy\n"
    rows = "d1,Sobol,2,1023,6.00e-4\nd2,Sobol,2,1023,8.20e-4\n"
    outcome = check(table(tmp_path, "low_discrepancy_l2_discrepancy", head + rows))
    assert (outcome["disputed"], outcome["failed"]) == (1, 1)


def test_every_dimension_has_the_direction_numbers_of_joe_and_kuo() -> None:
    """SciPy reads the published set itself; 1,024 points hold ten direction numbers of each dimension."""
    theirs = qmc.Sobol(2560, scramble=False, bits=32).random(1024)
    assert np.array_equal(_core.numerics.sobol_points(1023, 2560), theirs[1:])


def test_scrambled_points_depend_on_the_seed_and_keep_their_cells() -> None:
    points = _core.numerics.scrambled_sobol_points(256, 3, seed=7)
    assert points.shape == (256, 3)
    assert not np.array_equal(points, _core.numerics.scrambled_sobol_points(256, 3, seed=8))
    assert np.array_equal(points[5:], _core.numerics.scrambled_sobol_points(251, 3, seed=7, first=5))
    assert (np.sort((points * 256).astype(int), axis=0) == np.arange(256)[:, None]).all()


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: _core.numerics.scrambled_sobol_points(4, 0, seed=1), "dimensions"),
        (lambda: _core.numerics.scrambled_sobol_points(2, 1, seed=1, first=2**32 - 1), "count"),
        (lambda: _core.numerics.l2_star_discrepancy(np.array([[1.5]])), "points"),
        (lambda: _core.numerics.l2_star_discrepancy_by_boxes(np.array([[0.5]]), 1, seed=1), "boxes"),
        (lambda: statistics.bivariate_student_t_probability(0.0, 0.0, 1.5, 3.0), "correlation"),
        (lambda: statistics.sample_statistics([1.0]), "values"),
    ],
)
def test_bad_input_is_refused_by_field(call: object, field: str) -> None:
    assert callable(call)
    with pytest.raises(PlimsollError) as refused:
        call()
    assert refused.value.field.endswith(field)
