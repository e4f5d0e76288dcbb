"""Trees of a lineage graph: each artifact drawn once with its branches, a model between what it read and what it gave."""

from hypothesis import given
from hypothesis import strategies as st

from plimsoll.data.lineage import run_uuid
from plimsoll.data.lineage_graph import Graph, graph_of
from plimsoll.data.lineage_tree import Branch, downstream, upstream


def graph(*steps: tuple[str, list[str], list[str]]) -> Graph:
    """A graph of steps, each a job with the names that it read and made; every name has one digest."""

    def named(names: list[str]) -> list[dict[str, object]]:
        return [
            {"namespace": "plimsoll", "name": name, "facets": {"version": {"datasetVersion": f"sha256:{name}"}}}
            for name in names
        ]

    return graph_of(
        {
            "eventType": "COMPLETE",
            "eventTime": "2026-11-22T12:00:00Z",
            "run": {"runId": run_uuid(f"{job}-{place}"), "facets": {"plimsoll_evidence": {"run_id": f"{job}-{place}"}}},
            "job": {"namespace": "plimsoll", "name": job},
            "inputs": named(read),
            "outputs": named(made),
        }
        for place, (job, read, made) in enumerate(steps)
    )


def lines(branches: tuple[Branch, ...], depth: int = 0) -> list[str]:
    found = []
    for branch in branches:
        found.append("  " * depth + branch.node.full_name + (" again" if branch.again else ""))
        found += lines(branch.children, depth + 1)
    return found


VOYAGE = graph(
    ("ingest", ["source/file"], ["dataset/stocks"]),
    ("features", ["dataset/stocks"], ["feature/daily"]),
    ("market", ["dataset/stocks"], ["feature/history"]),
    ("model-version", ["dataset/stocks"], ["model/fhs", "model/margin"]),
    ("risk", ["feature/history", "book/demo", "model/fhs"], ["run/risk", "table/risk/days"]),
    ("validation", ["run/risk", "model/fhs", "model/margin"], ["run/validation"]),
    ("report", ["run/validation", "run/risk"], ["report/validation-report"]),
    ("sign", ["report/validation-report"], ["signature/vera"]),
)


def test_downward_a_model_stands_between_what_it_read_and_what_it_gave() -> None:
    assert lines(downstream(VOYAGE)) == [
        "source/file",
        "  dataset/stocks",
        "    feature/daily",
        "    feature/history",
        "      model/fhs",
        "        run/risk",
        "          run/validation",
        "            report/validation-report",
        "              signature/vera",
        "          table/risk/days",
        "          report/validation-report again",
        "    model/fhs",
        "    model/margin",
        "book/demo",
        "  model/fhs",
        "    run/risk again",
    ]


def test_what_was_made_of_several_things_stands_under_the_longest_way() -> None:
    found = graph(
        ("load", ["dataset/a"], ["dataset/b"]), ("load", ["dataset/b"], ["feature/c"]),
        ("report", ["dataset/a", "feature/c"], ["report/r"]), ("sign", ["report/r"], ["signature/s"]),
    )  # fmt: skip
    assert lines(downstream(found)) == [
        "dataset/a", "  dataset/b", "    feature/c", "      report/r", "        signature/s", "  report/r again",
    ]  # fmt: skip


def test_a_model_that_was_asked_for_shows_what_it_gave() -> None:
    assert lines(downstream(VOYAGE, VOYAGE.named("model/margin"))) == [
        "model/margin",
        "  run/validation",
        "    report/validation-report",
        "      signature/vera",
    ]


def test_what_was_made_of_nothing_or_of_a_model_alone_is_drawn_too() -> None:
    found = graph(("give", ["model/fhs"], ["run/a"]), ("conjure", [], ["run/b"]))
    assert lines(downstream(found)) == ["run/a", "run/b", "model/fhs"]


def test_upward_an_artifact_comes_from_what_its_step_read() -> None:
    (key,) = VOYAGE.named("validation-report")
    assert lines(upstream(VOYAGE, [key])) == [
        "report/validation-report",
        "  run/risk",
        "    feature/history",
        "      dataset/stocks",
        "        source/file",
        "    book/demo",
        "    model/fhs",
        "      dataset/stocks again",
        "  run/validation",
        "    run/risk again",
        "    model/fhs again",
        "    model/margin",
        "      dataset/stocks again",
    ]


def test_from_one_root_on_only_what_hangs_on_it_is_drawn() -> None:
    assert lines(downstream(VOYAGE, VOYAGE.named("run/validation"))) == [
        "run/validation",
        "  report/validation-report",
        "    signature/vera",
    ]
    (branch,) = downstream(VOYAGE, VOYAGE.named("feature/daily"))
    assert (branch.made_by, branch.children, branch.again) == ("features-1", (), False)
    assert downstream(VOYAGE)[0].made_by == ""


def test_a_branch_is_plain_data() -> None:
    (branch,) = downstream(VOYAGE, VOYAGE.named("report/validation-report"))
    document = branch.to_dict()
    assert (document["kind"], document["made_by"], document["again"]) == ("report", "report-6", False)
    assert [child["name"] for child in document["children"]] == ["vera"]


def test_a_kind_that_nobody_knows_is_drawn_last() -> None:
    found = graph(("odd", ["dataset/a"], ["wreck/z", "run/b"]))
    assert lines(downstream(found)) == ["dataset/a", "  run/b", "  wreck/z"]


NAMES = st.sampled_from([f"{kind}/{letter}" for kind in ("dataset", "run", "model") for letter in "abcd"])
STEPS = st.lists(st.tuples(st.just("job"), st.lists(NAMES, max_size=4), st.lists(NAMES, max_size=3)), max_size=12)


@given(steps=STEPS)
def test_any_events_give_finite_trees_that_hold_every_artifact_without_a_circle(
    steps: list[tuple[str, list[str], list[str]]],
) -> None:
    found = graph(*steps)
    down, up = downstream(found, found.nodes), upstream(found, found.nodes)
    for drawn in (lines(down), lines(up)):
        assert {line.strip().removesuffix(" again") for line in drawn} == {key[0] for key in found.nodes}
        once = [line.strip() for line in drawn if not line.endswith(" again")]
        assert len(drawn) < 100 * (len(once) + 1)
    everything = {line.strip().removesuffix(" again") for line in lines(downstream(found))}
    assert everything == {key[0] for key in found.nodes}
