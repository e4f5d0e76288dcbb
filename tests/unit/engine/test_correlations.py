import pickle
from collections.abc import Mapping
from typing import Any

import pytest

from engine_documents import snapshot, underlying
from plimsoll import _core
from plimsoll.engine.correlations import CorrelationRepair
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.vocabulary.errors import BadInput


def pair(first: str, second: str, value: float, **changes: Any) -> dict[str, Any]:
    return {"first": first, "second": second, "value": value, "status": "OBSERVED", **changes}


#: No three returns are so correlated; by symmetry the nearest that some are is (1, 1, -1) / 2.
IMPOSSIBLE = [pair("A", "B", 0.9), pair("C", "A", 0.9), pair("B", "C", -0.9)]


def document(*pairs: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    names = {name: underlying() for name in ("A", "B", "C")}
    return {**snapshot(**names), "correlations": list(pairs), **changes}


def refused(*pairs: Mapping[str, Any], **changes: Any) -> tuple[object, ...]:
    with pytest.raises(BadInput) as caught:
        read_snapshot(document(*pairs, **changes))
    flaw = caught.value
    return flaw.code, flaw.field, flaw.value, flaw.allowed, flaw.fix


def test_correlations_arrive_in_the_core_and_count_in_the_digest() -> None:
    read = read_snapshot(document(pair("B", "A", 0.5, status="ASSUMED", note="a guess")))
    assert read.core.correlations == [
        _core.Correlation(first="A", second="B", value=0.5, status=_core.Status.assumed),
    ]
    plain = read_snapshot(snapshot(A=underlying(), B=underlying(), C=underlying()))
    assert plain.digest == read_snapshot(document()).digest != read.digest
    assert not plain.core.correlations
    assert not read.correlation_repairs


def test_a_snapshot_with_correlations_is_a_value_and_keeps_them_when_a_market_changes() -> None:
    market = read_snapshot(document(pair("A", "B", 0.5))).core
    again = pickle.loads(pickle.dumps(market))
    assert again == market
    assert again.correlations == market.correlations
    changed = market.replaced(read_snapshot(snapshot(A=underlying(spot=90.0))).core.underlying("A"))
    assert changed.correlations == market.correlations
    assert changed != market


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (
            [pair("A", "B", 1.5)],
            ("correlations[A, B].value", "1.5", "a number from -1 to 1", "give the correlation of the two log returns"),
        ),
        (
            [pair("A", "B", 0.5), pair("B", "A", 0.25)],
            ("correlations[A, B]", "0.5 and 0.25", "each pair once, in either order", "remove one of the two"),
        ),
        (
            [pair("A", "Z", 0.5)],
            (
                "correlations[A, Z]",
                "Z",
                "one of: A, B, C",
                "add the underlying to the snapshot, or remove the correlation",
            ),
        ),
    ],
)
def test_a_pair_that_makes_no_sense_is_refused(pairs: list[dict[str, Any]], message: tuple[str, ...]) -> None:
    assert refused(*pairs) == ("invalid_value", *message)


def test_correlations_that_no_returns_have_are_refused_and_repaired_where_that_is_asked_for() -> None:
    code, field, value, allowed, fix = refused(*IMPOSSIBLE)
    assert (code, field) == ("invalid_value", "correlations")
    assert str(value).startswith("smallest eigenvalue -0.")
    assert str(value).endswith(" of A, B, C")
    assert allowed == "correlations that returns can have together: no eigenvalue below zero"
    assert "nearest correlation matrix (Higham)" in str(fix)
    repaired = read_snapshot(document(*IMPOSSIBLE, indefinite_correlations="repair"))
    assert [each.status.name for each in repaired.core.correlations] == ["assumed"] * 3
    # The algorithm settles to 1e-13 of the matrix.
    assert [each.value for each in repaired.core.correlations] == pytest.approx([0.5, 0.5, -0.5], abs=1e-11)
    (report,) = repaired.correlation_repairs
    assert report == CorrelationRepair(
        ("A", "B", "C"), report.distance, report.largest_change, report.smallest_eigenvalue
    )
    assert report.to_dict() == {
        "underlyings": ["A", "B", "C"],
        "distance": pytest.approx(0.4 * 6.0**0.5, abs=1e-11),
        "largest_change": pytest.approx(0.4, abs=1e-11),
        "smallest_eigenvalue": pytest.approx(-0.8, abs=1e-13),
    }
    sound = read_snapshot(document(pair("A", "B", 0.5), indefinite_correlations="repair"))
    assert (sound.core.correlations[0].status.name, sound.correlation_repairs) == ("observed", ())


def test_those_of_a_refused_underlying_are_left_out_with_it() -> None:
    names = {"A": underlying(), "B": underlying(spot=-1.0), "C": underlying()}
    read = read_snapshot({**snapshot(**names), "correlations": [pair("A", "B", 0.5), pair("A", "C", 0.25)]})
    assert list(read.refusals) == ["B"]
    assert [(each.first, each.second) for each in read.core.correlations] == [("A", "C")]


@pytest.mark.parametrize(
    "change",
    [
        {"correlations": {"A": 0.5}},
        {"correlations": [{"first": "A", "second": "B", "value": 0.5}]},
        {"correlations": [pair("A", "B", 0.5, rho=0.5)]},
        {"correlations": [pair("A", "B", float("nan"))]},
        {"indefinite_correlations": "ignore"},
    ],
)
def test_a_document_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        read_snapshot(document(**change))
