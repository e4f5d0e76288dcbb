"""The catalogue, the plan and what a measurement becomes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.validation.catalogue import (
    Catalogue,
    Scale,
    ScaleKind,
    TestDefinition,
    ThresholdTag,
    load_cases,
    load_catalogue,
)
from plimsoll.validation.outcome import Measurement, NotApplicable, draft_finding, grade, percentile
from plimsoll.validation.plan import Plan, plan
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.testing import Rag

PACK: dict[str, Any] = {"pack_id": "p", "revision": 3, "required_tests": {"m": ["VAL-REP-01", "VAL-LIM-01"]}}


def test_the_shipped_catalogue_is_whole() -> None:
    catalogue = load_catalogue()
    assert len(catalogue.tests) == 19
    for test in catalogue.tests.values():
        assert TestDefinition.from_dict(test.to_dict()) == test
        assert test.question.endswith("?")
        assert test.source
        assert test.setting("severity_if_red") in {"critical", "high", "medium", "low"}
        better = test.scale.green - test.scale.amber
        assert better <= 0.0 if test.scale.kind is ScaleKind.at_most else better >= 0.0


def test_golden_cases_name_their_source_and_no_case_twice() -> None:
    cases = load_cases("margin_golden_cases")["cases"]
    assert len({case["case_id"] for case in cases}) == len(cases) >= 20
    assert all(case["source"] and case["title"] for case in cases)


def test_a_setting_that_is_missing_is_named() -> None:
    with pytest.raises(BadInput, match=r"VAL-LIM-01\.settings\.colour"):
        load_catalogue().definition("VAL-LIM-01").setting("colour")


def test_a_definition_without_a_field_is_refused() -> None:
    data = load_catalogue().definition("VAL-LIM-01").to_dict()
    del data["statistic"]
    with pytest.raises(BadInput, match="missing_field; statistic"):
        TestDefinition.from_dict(data)


def test_an_id_cannot_be_defined_twice() -> None:
    definition = load_catalogue().definition("VAL-LIM-01")
    with pytest.raises(BadInput, match="duplicate_test"):
        Catalogue.of([definition, definition])


def test_an_unknown_test_in_a_pack_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown_test; test_id = VAL-XXX-01"):
        plan({**PACK, "required_tests": {"m": ["VAL-XXX-01"]}}, load_catalogue())


@pytest.mark.parametrize("field", ["pack_id", "revision", "required_tests"])
def test_a_pack_without_a_field_is_refused(field: str) -> None:
    with pytest.raises(BadInput, match=f"missing_field; {field}"):
        plan({key: value for key, value in PACK.items() if key != field}, load_catalogue())


def test_a_waiver_takes_a_test_out_of_the_plan_and_keeps_its_reason() -> None:
    waiver = {"model_id": "m", "test_id": "VAL-REP-01", "reason": "no second engine on this machine"}
    made = plan({**PACK, "waivers": [waiver]}, load_catalogue())
    assert [test.definition.test_id for test in made.tests] == ["VAL-LIM-01"]
    assert made.waived[0].to_dict() == waiver


def test_a_waiver_without_a_reason_is_refused() -> None:
    with pytest.raises(BadInput, match="waiver_without_reason"):
        plan({**PACK, "waivers": [{"model_id": "m", "test_id": "VAL-REP-01", "reason": " "}]}, load_catalogue())


def test_a_plan_survives_the_round_trip_with_its_ruler() -> None:
    strict = {"kind": "at_most", "green": 0.01, "amber": 0.02, "tag": "H"}
    made = plan({**PACK, "thresholds": {"VAL-REP-01": strict}}, load_catalogue())
    again = Plan.from_dict(made.to_dict())
    assert again == made
    assert again.digest() == made.digest()
    assert again.tests[0].scale_override == Scale(ScaleKind.at_most, 0.01, 0.02, ThresholdTag.house)
    assert made.models() == ("m",)


@given(st.floats(-10, 10), st.floats(0, 1), st.floats(0, 1))
def test_a_better_value_never_has_a_worse_colour(value: float, step: float, width: float) -> None:
    order = [Rag.green, Rag.amber, Rag.red]
    low = Scale(ScaleKind.at_most, 0.0, width, ThresholdTag.house)
    high = Scale(ScaleKind.at_least, 0.0, -width, ThresholdTag.house)
    assert order.index(low.colour(value - step)) <= order.index(low.colour(value))
    assert order.index(high.colour(value + step)) <= order.index(high.colour(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_statistic_that_is_not_finite_is_red_and_says_so(value: float) -> None:
    definition = load_catalogue().definition("VAL-LIM-01")
    result = grade(definition, None, "m", Measurement(value, 4, "because"))
    assert result.rag is Rag.red
    assert result.value is None
    assert result.reason == "the statistic is not a finite number; because"
    assert "not finite" in draft_finding(definition, result).description


def test_not_applicable_keeps_its_reason_and_has_no_value() -> None:
    result = grade(load_catalogue().definition("VAL-LIM-01"), None, "m", NotApplicable("too few", n=3))
    assert (result.rag, result.value, result.n, result.reason) == (Rag.not_applicable, None, 3, "too few")


def test_the_thresholds_of_the_pack_go_before_those_of_the_catalogue() -> None:
    definition = load_catalogue().definition("VAL-REP-01")
    strict = Scale(ScaleKind.at_most, 0.001, 0.002, ThresholdTag.house)
    loose = grade(definition, None, "m", Measurement(0.05, 512, "x"))
    tight = grade(definition, strict, "m", Measurement(0.05, 512, "x"))
    assert (loose.rag, loose.thresholds["origin"]) == (Rag.green, "catalogue")
    assert (tight.rag, tight.thresholds["origin"]) == (Rag.red, "policy pack")


def test_a_finding_names_value_unit_limit_and_reason() -> None:
    definition = load_catalogue().definition("MR-VAR-02")
    finding = draft_finding(definition, grade(definition, None, "fhs", Measurement(0.001, 900, "A03 is off")))
    assert finding.to_dict()["severity"] == "high"
    assert "0.001 p-value on n = 900; the limit of amber is at least 0.01. A03 is off" in finding.description


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(1 for value in values if value <= found) >= share * len(values) - 1e-9
    assert sum(1 for value in values if value < found) < share * len(values) + 1e-9
