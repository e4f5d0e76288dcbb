"""The graph of events: steps, artifacts by content, and the names that find them."""

from collections.abc import Mapping
from typing import Any

import pytest

from plimsoll.data.lineage import run_uuid
from plimsoll.data.lineage_graph import UNFINISHED, Graph, graph_of

A, B, C = ("sha256:" + letter * 64 for letter in "abc")


def artifact(name: str, digest: str, rows: int | None = None) -> dict[str, Any]:
    statistics = {} if rows is None else {"outputFacets": {"outputStatistics": {"rowCount": rows}}}
    return {"namespace": "plimsoll", "name": name, "facets": {"version": {"datasetVersion": digest}}, **statistics}


def event(
    run: str, state: str, job: str = "job", facets: Mapping[str, Any] | None = None, **sides: list[dict[str, Any]]
) -> dict[str, Any]:
    evidence = {"plimsoll_evidence": {"run_id": run}}
    return {
        "eventType": state,
        "eventTime": f"2026-11-22T12:00:0{len(state)}.000000Z",
        "run": {"runId": run_uuid(run), "facets": {**evidence, **(facets or {})}},
        "job": {"namespace": "plimsoll", "name": job},
        **sides,
    }


@pytest.fixture
def graph() -> Graph:
    return graph_of(
        [
            event("ingest-1", "START", "ingest"),
            event("ingest-1", "COMPLETE", "ingest", outputs=[artifact("dataset/us_stocks", A, 7)]),
            event("value-1", "START", "valuation", {"parent": {"run": {"runId": run_uuid("voyage-1")}}}),
            event(
                "value-1",
                "COMPLETE",
                "valuation",
                {"plimsoll_evidence": {"run_id": "VAL-9"}},
                inputs=[artifact("dataset/us_stocks", A)],
                outputs=[artifact("run/valuation", B), artifact("table/valuation/outcomes", C, 2)],
            ),
            event("risk-1", "START", "risk"),
            event("risk-1", "FAIL", "risk", {"errorMessage": {"message": "no_market_on_date"}}),
            event("risk-2", "START", "risk"),
        ]
    )


def test_a_step_is_its_events_taken_together(graph: Graph) -> None:
    value = graph.steps[run_uuid("value-1")]
    assert (value.job, value.run_id, value.state) == ("valuation", "VAL-9", "COMPLETE")
    assert value.inputs == (("dataset/us_stocks", A),)
    assert value.outputs == (("run/valuation", B), ("table/valuation/outcomes", C))
    assert (value.began[17:19], value.ended[17:19]) == ("05", "08")
    failed, unfinished = graph.steps[run_uuid("risk-1")], graph.steps[run_uuid("risk-2")]
    assert (failed.state, failed.failure) == ("FAIL", "no_market_on_date")
    assert (unfinished.state, unfinished.ended, unfinished.failure) == (UNFINISHED, "", "")
    assert graph.steps[run_uuid("ingest-1")].parent == ""


def test_an_artifact_is_known_by_its_content_and_keeps_its_rows(graph: Graph) -> None:
    node = graph.nodes["dataset/us_stocks", A]
    assert (node.kind, node.name, node.rows) == ("dataset", "us_stocks", 7)
    assert [step.job for step in graph.makers[node.key]] == ["ingest"]
    assert [step.job for step in graph.readers[node.key]] == ["valuation"]
    assert graph.makers.get(("dataset/us_stocks", B)) is None


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("us_stocks", ["dataset/us_stocks"]),
        ("dataset/us_stocks", ["dataset/us_stocks"]),
        (A, ["dataset/us_stocks"]),
        ("aaaaaaaa", ["dataset/us_stocks"]),
        ("sha256:bbbbbbbbbb", ["run/valuation"]),
        ("VAL-9", ["run/valuation", "table/valuation/outcomes"]),
        ("value-1", ["run/valuation", "table/valuation/outcomes"]),
        (run_uuid("value-1"), ["run/valuation", "table/valuation/outcomes"]),
        ("risk-1", []),
        ("aaaaaaa", []),
        ("tulips", []),
        ("", []),
    ],
)
def test_a_word_names_by_name_digest_or_run(graph: Graph, word: str, found: list[str]) -> None:
    assert [name for name, _ in graph.named(word)] == found


def test_the_document_holds_steps_and_artifacts(graph: Graph) -> None:
    document = graph.to_dict()
    assert [step["job"] for step in document["steps"]] == ["ingest", "valuation", "risk", "risk"]
    assert document["steps"][1]["inputs"] == [{"name": "dataset/us_stocks", "digest": A}]
    assert document["artifacts"][0] == {"kind": "dataset", "name": "us_stocks", "digest": A, "rows": 7}
    assert graph.names() == ["dataset/us_stocks", "run/valuation", "table/valuation/outcomes"]


def test_events_without_facets_of_ours_are_read_too() -> None:
    foreign = {
        "eventType": "RUNNING", "eventTime": "2026-11-22T12:00:00Z", "run": {"runId": run_uuid("x")},
        "job": {"namespace": "other", "name": "load"}, "outputs": [{"namespace": "other", "name": "lake"}],
    }  # fmt: skip
    graph = graph_of([foreign])
    (step,) = graph.steps.values()
    assert (step.state, step.run_id, step.outputs) == (UNFINISHED, "", (("lake", ""),))
    assert graph.nodes["lake", ""].kind == "lake"
