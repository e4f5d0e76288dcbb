from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.testing import Rag, TestResult

_RESULT = TestResult(
    test_id="MR-VAR-02",
    rev=1,
    title="Kupiec proportion of failures",
    model_id="fhs-var-es",
    statistic="LR",
    value=3.56,
    unit="",
    n=250,
    thresholds={"amber": 3.84, "red": 6.63},
    rag=Rag.green,
    reason="p = 0.059",
)


def test_a_result_reads_back_from_its_plain_data() -> None:
    assert TestResult.from_dict(_RESULT.to_dict()) == _RESULT


def test_a_result_with_interval_reads_back_from_its_plain_data() -> None:
    result = TestResult(
        "VAL-REP-01", 2, "Replication", "american-option-valuation", "p99", None, "vega", 0, {}, Rag.not_applicable,
        "no options", effect=0.1, ci=(0.0, 0.2), evidence={"book": "sha256:a"}, detail={"worst": [1, 2]},
    )  # fmt: skip
    assert TestResult.from_dict(result.to_dict()) == result
    assert result.to_dict()["ci"] == [0.0, 0.2]


def test_equal_results_have_equal_digests() -> None:
    assert digest_of(_RESULT) == digest_of(TestResult.from_dict(_RESULT.to_dict()))
