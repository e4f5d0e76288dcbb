"""Reading tables of published values, and judging cases."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.validation.reference import check, exit_code
from plimsoll.validation.reference.table import Row, Tolerance, half_last_place, printed_p_tolerance, read_rows
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict, summary
from plimsoll.vocabulary.errors import BadInput


@pytest.mark.parametrize(
    ("text", "expected", "allowed"),
    [
        ("1e-4", 50.0, 1e-4),
        ("1.0e-4 rel", 50.0, 5e-3),
        ("2e-3 rel (p to 3 d.p.)", -2.0, 4e-3),
        ("exact", 7.0, 0.0),
        ("0.01", 3.0, 0.01),
    ],
)
def test_a_tolerance_is_absolute_unless_it_says_rel(text: str, expected: float, allowed: float) -> None:
    assert Tolerance.parse(text).allowed(expected) == pytest.approx(allowed, rel=1e-12)


def test_a_tolerance_in_words_is_refused() -> None:
    with pytest.raises(BadInput, match="bad_tolerance; tolerance = about right"):
        Tolerance.parse("about right")


def test_a_printed_p_value_is_held_to_half_its_last_place() -> None:
    assert printed_p_tolerance("2e-3 rel (p to 3 d.p.)") == pytest.approx(5e-4)
    assert printed_p_tolerance("2e-3 rel") is None


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "x"])
def test_a_cell_that_is_no_finite_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match=r"bad_cell; c1\.spot"):
        Row("c1", {"spot": text}).number("spot")


def test_zero_is_a_limit_and_a_negative_number_an_error() -> None:
    assert Row("c1", {"spot": "0"}).non_negative("spot") == 0.0
    with pytest.raises(BadInput, match="zero or more"):
        Row("c1", {"spot": "-1"}).non_negative("spot")


def test_a_count_has_no_fraction() -> None:
    assert Row("c1", {"n": "12"}).count("n") == 12
    with pytest.raises(BadInput, match="a whole number"):
        Row("c1", {"n": "1.5"}).count("n")


def test_an_absent_cell_is_empty_text() -> None:
    assert Row("c1", {}).text("spot") == ""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_without_a_case_id_are_numbered(tmp_path: Path) -> None:
    columns, rows = read_rows(write(tmp_path, "t", "a,b\n1,2\n3,4\n"))
    assert columns == ("a", "b")
    assert [row.case_id for row in rows] == ["row_1", "row_2"]


def test_lines_of_comment_before_the_header_are_no_cases(tmp_path: Path) -> None:
    table = write(tmp_path, "t", "# Source: a book, p. 2\n# printed digits\na,b\n1,2\n#3,4\n")
    columns, rows = read_rows(table)
    assert columns == ("a", "b")
    assert [row.text("a") for row in rows] == ["1", "#3"]
    with pytest.raises(BadInput, match="too_many_cells; row 3"):
        read_rows(write(tmp_path, "t", "# Source: a book, p. 2\na,b\n1,2,3\n"))
    with pytest.raises(BadInput, match="empty_table"):
        read_rows(write(tmp_path, "t", "# Source: a book, p. 2\n"))


def test_a_table_that_is_not_there_empty_or_ragged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unreadable_file"):
        read_rows(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="empty_table"):
        read_rows(write(tmp_path, "t", ""))
    with pytest.raises(BadInput, match="too_many_cells; row 2"):
        read_rows(write(tmp_path, "t", "a,b\n1,2,3\n"))


def test_an_unknown_topic_is_all_unsupported_and_never_skipped(tmp_path: Path) -> None:
    outcome = check(write(tmp_path, "swaption_smile", "case_id,x\ns1,1\ns2,2\n"))
    assert (outcome["cases"], outcome["unsupported"], outcome["passed"], outcome["failed"]) == (2, 2, 0, 0)
    assert outcome["unsupported_reasons"] == {"no method of this edition covers the topic swaption_smile": 2}
    assert exit_code(outcome) == 0


def test_a_missing_column_is_named_before_anything_is_computed(tmp_path: Path) -> None:
    table = write(tmp_path, "kupiec_nonrejection_regions", "case_id,var_tail_probability,test_level\nk1,0.01,0.05\n")
    with pytest.raises(BadInput, match="missing_column; n_observations") as caught:
        check(table)
    assert caught.value.exit_code == 2


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.0, 1e3))
def test_a_comparison_holds_where_its_share_of_the_tolerance_is_at_most_one(a: float, b: float, allowed: float) -> None:
    comparison = Comparison("price", "m", a, b, allowed)
    assert comparison.holds == (comparison.share_of_allowed <= 1.0)


def test_nan_never_holds_and_is_written_as_null() -> None:
    comparison = Comparison("price", "m", 1.0, float("nan"), 1e9)
    assert not comparison.holds
    assert comparison.to_dict()["computed"] is None
    assert CaseResult.of("c", [comparison]).verdict is Verdict.failed


def test_a_case_without_a_comparison_has_not_passed() -> None:
    assert CaseResult.of("c", []).verdict is Verdict.failed


def test_the_worst_cases_come_first_and_failures_before_all() -> None:
    near = CaseResult.of("near", [Comparison("p", "m", 1.0, 1.09, 0.1)])
    far = CaseResult.of("far", [Comparison("p", "m", 1.0, 2.0, 0.1)])
    lost = CaseResult.of("lost", [Comparison("p", "m", 1.0, float("nan"), 0.1)])
    exact = CaseResult.of("exact", [Comparison("p", "m", 1.0, 1.0, 0.0)])
    off = CaseResult.of("off", [Comparison("p", "m", 1.0, 1.1, 0.0)])
    outcome = summary(
        "t", [exact, near, far, lost, off, CaseResult.unsupported("u", "why"), CaseResult.failed("f", "error")]
    )
    assert [case["case_id"] for case in outcome["worst"]] == ["lost", "off", "far", "f", "near", "exact"]
    assert (outcome["passed"], outcome["failed"], outcome["unsupported"]) == (2, 4, 1)
    assert exit_code(outcome) == 1


def test_a_folder_of_companions_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no_such_folder; companions"):
        check(write(tmp_path, "t", "case_id\n1\n"), tmp_path / "none")


@pytest.mark.parametrize(("text", "half"), [("1.30e-8", 5e-11), ("0.011", 5e-4), ("12", 0.5), ("2E3", 500.0)])
def test_half_a_unit_of_the_last_printed_digit(text: str, half: float) -> None:
    assert half_last_place(text) == pytest.approx(half, rel=1e-6)
