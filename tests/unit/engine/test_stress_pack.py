"""Stress packs: the shipped ones, and what makes none."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from plimsoll.engine.documents import schema
from plimsoll.engine.stress_pack import read_stress_pack, shipped_stress_pack, stress_pack_names
from plimsoll.vocabulary.errors import BadInput
from stress_world import move, pack, pack_document, replayed, scenario

SEARCH = {"lowest": -0.95, "highest": 1.0, "step": 0.05, "tolerance": 0.0001, "words": "made"}


def test_the_schema_is_one_and_every_shipped_pack_meets_it() -> None:
    jsonschema.Draft202012Validator.check_schema(schema("stress-pack-v1"))
    packs = [shipped_stress_pack(name) for name in stress_pack_names()]
    assert [found.pack_id for found in packs] == stress_pack_names() == ["historical-2026-11", "hypothetical-2026-11"]
    for found in packs:
        found.require(date(2008, 8, 29))
        found.require(date(2020, 1, 31))


def test_every_number_of_a_shipped_pack_has_a_status() -> None:
    for name in stress_pack_names():
        for found in shipped_stress_pack(name).scenarios:
            assert all(item["status"] in ("V", "S", "M", "U", "design") for item in found.unheld)
            for each in found.moves:
                assert each.status in ("V", "S", "M", "U", "design")
                # What no data set holds is assumed, whatever the status of the number that it was taken from.
                assert each.factor == "spot" or each.basis == "ASSUMED"


def test_every_scenario_cites_a_row_of_the_sources_that_holds_its_numbers() -> None:
    text = (Path(__file__).parents[3] / "docs" / "stress-sources.md").read_text()
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| ")}
    for name in stress_pack_names():
        for found in shipped_stress_pack(name).scenarios:
            assert found.source["document"] == "docs/stress-sources.md"
            row = rows[found.source["section"]]
            written = [found.source["words"], *(item["move"] for item in found.unheld)]
            written += [each.words for each in found.moves if each.basis == "PUBLISHED"]
            for number in (number for words in written for number in re.findall(r"(?<![\d.-])\d[\d,.]*", words)):
                assert number.rstrip(".,") in row, (found.scenario_id, number)


def test_replays_within_the_stored_history_are_computed_and_others_published() -> None:
    for found in shipped_stress_pack("historical-2026-11").scenarios:
        assert found.window is not None
        spots = [each for each in found.moves if each.factor == "spot"]
        if date(1990, 1, 2) <= found.window[0] and found.window[1] <= date(2022, 12, 28):
            assert [each.source for each in spots] == ["closes"]
            assert {each.basis for each in spots} == {"COMPUTED"}
        else:
            assert [(each.basis, each.select) for each in spots] == [
                ("ASSUMED", {"all": True}),
                ("PUBLISHED", {"kind": "broad_index"}),
            ]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda d: d.pop("note"), "missing_field", "note"),
        (lambda d: d.update(extra=1), "unknown_field", "extra"),
        (lambda d: d.update(volatility_floor=-0.1), "invalid_value", "volatility_floor"),
        (lambda d: d.update(volatility_floor=float("nan")), "invalid_value", "volatility_floor"),
        (lambda d: d.update(in_force_from="2026-02-30"), "invalid_value", "in_force_from"),
        (lambda d: d.update(scenarios=[]), "invalid_value", "scenarios"),
        (lambda d: d["scenarios"][0].update(id="Not an id"), "invalid_value", "scenarios[0].id"),
        (lambda d: d["scenarios"][0].update(kind="historical"), "missing_field", "scenarios[0].window"),
        (
            lambda d: d["scenarios"][0]["moves"][0].update(factor="gold"),
            "invalid_value",
            "scenarios[0].moves[0].factor",
        ),
        (lambda d: d["scenarios"][0]["moves"][0].update(select={"worst": 0}), "invalid_value", "select.worst"),
        (lambda d: d["scenarios"][0]["moves"][0].pop("status"), "missing_field", "scenarios[0].moves[0].status"),
        (lambda d: d["scenarios"][0]["moves"][0].pop("relative"), "invalid_value", "scenarios[0].moves[0]"),
        (
            lambda d: d["scenarios"][0]["moves"][0].update(relative=-1.5),
            "invalid_value",
            "scenarios[0].moves[0].relative",
        ),
        (lambda d: d["scenarios"][0]["moves"][0].update(shift=10.5), "invalid_value", "scenarios[0].moves[0].shift"),
        (lambda d: d.update(reverse_search={**SEARCH, "lowest": -1.01}), "invalid_value", "reverse_search.lowest"),
        (lambda d: d.update(reverse_search={**SEARCH, "highest": 0}), "invalid_value", "reverse_search.highest"),
        (lambda d: d["scenarios"].append(d["scenarios"][0]), "double_scenario", "scenarios.id"),
    ],
)
def test_a_document_that_is_no_pack_is_refused_by_its_place(
    change: Callable[[dict[str, Any]], object], code: str, field: str
) -> None:
    document = json.loads(json.dumps(pack_document()))
    change(document)
    with pytest.raises(BadInput) as caught:
        read_stress_pack(document)
    assert caught.value.code == code
    assert caught.value.field.endswith(field)
    assert caught.value.allowed


def test_a_fall_by_more_than_all_is_answered_with_the_bound_and_one_by_all_of_it_is_taken() -> None:
    with pytest.raises(BadInput) as caught:
        pack(scenario("x", move(relative=-1.0000001)))
    assert caught.value.allowed == "a number of at least -1"
    assert pack(scenario("x", move(relative=-1))).scenarios[0].moves[0].relative == -1.0


@pytest.mark.parametrize("window", [None, ("2008-09-29", "2008-09-26"), ("2008-09-29", "2008-09-29")])
def test_a_window_must_go_forward_and_be_there_where_history_is_read(window: tuple[str, str] | None) -> None:
    document = scenario("x", move(**{"from": "closes"}))
    if window is not None:
        document["window"] = dict(zip(("from", "to"), window, strict=True))
    with pytest.raises(BadInput) as caught:
        pack(document)
    assert (caught.value.code, caught.value.field) == ("bad_window", "scenarios[x].window")


def test_a_pack_is_read_from_a_file_and_an_unknown_name_is_answered_with_the_known(tmp_path: Path) -> None:
    path = tmp_path / "pack.json"
    path.write_text(json.dumps(pack_document(replayed("one", move(**{"from": "closes"})))))
    assert [found.scenario_id for found in read_stress_pack(path).scenarios] == ["one"]
    with pytest.raises(BadInput) as caught:
        shipped_stress_pack("imagined")
    assert caught.value.allowed == (
        "historical-2026-11, hypothetical-2026-11, or the path of a file that ends in .json"
    )


def test_a_move_names_its_factor_and_what_it_is_moved_on() -> None:
    selects: list[dict[str, Any]] = [{"all": True}, {"kind": "equity"}, {"underlying": "AAA"}, {"worst": 2}]
    found = pack(scenario("x", *(move(select=select, relative=0.1) for select in selects))).scenarios[0]
    assert [each.label for each in found.moves] == [
        "spot of all",
        "spot of kind equity",
        "spot of AAA",
        "spot of worst 2",
    ]
