"""The report as pages: what each block becomes, before anything is laid out."""

import copy
import json
from importlib.resources import files
from typing import Any

import pytest

from plimsoll.report.blocks import column, heading, table
from plimsoll.report.build import build
from plimsoll.report.figures import draw
from plimsoll.report.page_data import page_data
from report_records import sample_envelope, sample_inputs

Node = dict[str, Any]


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return build(sample_inputs(backtests=(), margin_replays=()), sample_envelope())


def nodes_of(report: dict[str, Any], *blocks: Node) -> list[Node]:
    """What these blocks become where they are the only ones of the report."""
    section = {"id": "scope", "number": "2", "title": "Scope", "blocks": list(blocks)}
    found = page_data({**report, "sections": [section]}, {})["nodes"]
    (begin,) = [place for place, node in enumerate(found) if node.get("text") == "Scope"]
    return list(found[begin + 1 : -2])


def test_every_kind_of_block_that_the_schema_knows_has_a_layout(report: dict[str, Any]) -> None:
    schema = json.loads(files("plimsoll").joinpath("packs", "schemas", "report-v1.json").read_text())
    kinds = set(schema["$defs"]["block"]["properties"]["kind"]["enum"])
    template = files("plimsoll.report").joinpath("templates", "report.typ").read_text()
    shown = {node["kind"] for node in page_data(report, draw(report))["nodes"]}
    assert kinds - {"subheading", "replay_command"} <= shown | {"figure"}
    assert all(f'it.kind == "{kind}"' in template for kind in shown | {"turned"})


def test_a_block_of_a_kind_that_is_not_known_shows_what_it_says(report: dict[str, Any]) -> None:
    (found,) = nodes_of(report, {"kind": "gauge", "largest_loss": 12.5, "rows": [1], "name": "2008"})
    assert found["kind"] == "facts"
    assert [(item["label"], item["text"]) for item in found["items"]] == [("Largest loss", "12.5"), ("Name", "2008")]


def test_values_are_written_as_on_the_page_for_the_screen(report: dict[str, Any]) -> None:
    columns = [column("a", "A", "cents"), column("b", "B", "rag"), column("c", "C", "digest"), column("d", "D")]
    row = {"a": -123456, "b": "red", "c": "sha256:" + "a" * 64, "d": None}
    (found,) = nodes_of(report, table("T", columns, [row]))
    (cells,) = found["rows"]
    assert [cell["text"] for cell in cells] == ["−1,234.56", "Red", "sha256:aaaaaaaaaaaa…", "–"]
    assert cells[1]["rag"] == "red"
    assert [entry["style"] for entry in found["columns"]] == ["number", "rag", "mono", "text"]
    assert (found["turned"], found["tall"], found["together"]) == (False, False, True)


def test_a_table_of_many_rows_may_be_broken_and_one_of_long_texts_within_a_row(report: dict[str, Any]) -> None:
    many = table("T", [column("a", "A")], [{"a": "x"}] * 60)
    long = table("T", [column("a", "A")], [{"a": "word " * 900}])
    found = nodes_of(report, many, long)
    assert [(node["together"], node["tall"]) for node in found] == [(False, False), (False, True)]


def test_wide_tables_go_to_a_turned_page_with_what_stands_over_them(report: dict[str, Any]) -> None:
    text = "words that go on for a while " * 4
    wide = table("T", [column(f"c{i}", f"Column {i}") for i in range(7)], [{f"c{i}": text for i in range(7)}])
    narrow = table("N", [column("a", "A")], [{"a": 1}])
    above = {"kind": "paragraph", "text": "Before it."}
    found = nodes_of(report, above, heading("Over it"), wide, heading("Over the second"), wide, narrow, wide)
    assert [node["kind"] for node in found] == ["paragraph", "turned", "table", "turned"]
    assert [node["kind"] for node in found[1]["nodes"]] == ["heading", "table", "heading", "table"]


def test_no_heading_stands_more_than_one_level_below_the_one_before(report: dict[str, Any]) -> None:
    found = nodes_of(report, {"kind": "subheading", "text": "a"}, heading("b"), {"kind": "subheading", "text": "c"})
    assert [node["level"] for node in found] == [2, 2, 3]


def test_a_figure_that_is_not_drawn_is_left_out(report: dict[str, Any]) -> None:
    assert nodes_of(report, {"kind": "figure", "figure": "backtest"}) == []
    drawn = page_data(report, {**draw(report), "convergence": "<svg/>"})["nodes"]
    figures = {node["file"]: node["aspect"] for node in drawn if node["kind"] == "figure"}
    assert figures["convergence.svg"] == 1.0
    assert 0.2 < figures["replication.svg"] < 0.5


@pytest.mark.parametrize(
    ("generated_at", "expected"),
    [
        ("2026-11-22T10:02:03+00:00", (2026, 11, 22, 10, 2, 3)),
        ("2026-11-22T10:02:03.5Z", (2026, 11, 22, 10, 2, 3)),
        ("2026-11-22T10:02:03+02:00", (2026, 11, 22, 8, 2, 3)),
        ("some time ago", (2008, 9, 2, 0, 0, 0)),
    ],
)
def test_the_date_is_that_of_the_report_and_never_the_clocks(
    report: dict[str, Any], generated_at: str, expected: tuple[int, ...]
) -> None:
    dated = copy.deepcopy(report)
    dated["envelope"]["generated_at"] = generated_at
    assert tuple(page_data(dated, {})["date"].values()) == expected


def test_models_without_version_or_tier_are_named_alone(report: dict[str, Any]) -> None:
    models = [{"model_id": "m", "name": "Model", "version": None, "tier": None}]
    found = page_data({**report, "cover": {**report["cover"], "models": models}}, {})
    assert found["lead"] == "Model"
    assert found["mark"] == ""
