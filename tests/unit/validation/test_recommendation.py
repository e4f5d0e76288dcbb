"""What the validator recommends on the results of a run."""

from dataclasses import replace

import pytest

from plimsoll.validation.recommendation import Condition, Decision, recommend
from plimsoll.vocabulary.testing import Rag, TestResult
from report_records import sample_run

GREEN = next(result for result in sample_run().results if result.rag is Rag.green)
AMBER = replace(GREEN, rag=Rag.amber, test_id="T-AMBER")
UNSEEN = replace(GREEN, rag=Rag.not_applicable, value=None, test_id="T-UNSEEN")
MEDIUM = Condition("T-RED", "Too many exceptions", "medium", 180)
CRITICAL = Condition("T-WRONG", "Wrong prices", "critical", 30)


@pytest.mark.parametrize(
    ("results", "conditions", "decision", "reason"),
    [
        ([GREEN], [], Decision.approve, "no finding is open after 1 test"),
        ([GREEN, AMBER], [], Decision.approve, "no finding is open after 2 tests; amber: T-AMBER"),
        ([GREEN, UNSEEN], [], Decision.approve, "no finding is open after 1 test; not measured: T-UNSEEN"),
        ([GREEN], [MEDIUM], Decision.approve_with_conditions, "1 finding is open, none critical"),
        ([GREEN], [MEDIUM, MEDIUM], Decision.approve_with_conditions, "2 findings are open, none critical"),
        ([GREEN], [MEDIUM, CRITICAL], Decision.reject, "1 critical finding is open"),
        ([UNSEEN], [], Decision.reject, "no required test could be measured"),
        ([], [], Decision.reject, "no required test could be measured"),
    ],
)
def test_the_decision_follows_from_findings_and_measured_tests(
    results: list[TestResult], conditions: list[Condition], decision: Decision, reason: str
) -> None:
    found = recommend("m", results, conditions)
    assert (found.decision, found.reason, found.conditions) == (decision, reason, tuple(conditions))
    assert found.to_dict()["conditions"] == [condition.to_dict() for condition in conditions]
