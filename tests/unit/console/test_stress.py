"""`plimsoll stress`: the packs, and a book under them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from books import book, option, snapshot, underlying
from console_world import plimsoll, refused
from plimsoll.engine.stress_pack import shipped_stress_pack
from stress_world import move, pack_document, scenario

pytestmark = pytest.mark.xdist_group("console_market")


def stock(trade_id: str = "stock", **changes: object) -> dict[str, Any]:
    return {"trade_id": trade_id, "kind": "stock", "underlying": "JPM", "quantity": 100, **changes}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(book(stock(), option("call", underlying="JPM", exercise="american"))))
    return path


def test_the_list_shows_packs_scenarios_status_and_source(tmp_path: Path) -> None:
    shown = plimsoll(tmp_path / "w", "stress", "list")
    assert shown.exit_code == 0
    for words in (
        "historical-2026-11, in force",
        "2008-09-29",
        "V; VXO M",
        "COMPUTED, ASSUMED",
        "docs/stress-sources.md",
    ):
        assert words in shown.stdout
    document = plimsoll(tmp_path / "w", "stress", "list", "--pack", "hypothetical-2026-11", "--json").document
    (found,) = document["packs"]
    assert {s["kind"] for s in found["scenarios"]} == {"hypothetical"}
    assert found["digest"].startswith("sha256:")


def test_a_book_is_stressed_by_every_shipped_scenario_and_the_run_is_kept(market_workspace: Path, small: Path) -> None:
    ran = plimsoll(market_workspace, "stress", "run", small, "--json")
    assert ran.exit_code == 0
    document = ran.document
    assert len(document["scenarios"]) == 33
    assert [s["scenario_id"] for s in document["not_applicable"]] == ["usd-up-15"]
    for found in document["scenarios"]:
        assert Decimal(found["profit"]) == sum(Decimal(amount) for amount in found["by_underlying"].values())
        assert all(missed["why"] for missed in found["not_applied"])
    run = market_workspace / "runs" / document["run_id"]
    assert pq.read_table(run / "positions.parquet").num_rows == 2 * 33
    assert pq.read_table(run / "accounts.parquet").num_rows == 33
    digests = json.loads((run / "run.json").read_bytes())["inputs"]
    assert {"stress_pack/historical-2026-11", "margin_pack", "history/us_stocks", "history/vix"} <= set(digests)
    again = plimsoll(market_workspace, "stress", "run", small)
    assert "profit of the book, USD" in again.stdout
    assert "called at spots down" in again.stdout
    assert "usd-up-15: not applied: USD against all currencies: +15 % [design]" in again.stdout
    assert "squeeze-200: chosen: JPM" in again.stdout
    assert f"pack historical-2026-11: {digests['stress_pack/historical-2026-11']}" in again.stdout


def test_chosen_scenarios_of_a_file_are_run_on_a_market_of_a_file(market_workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "pack.json").write_text(
        json.dumps(pack_document(scenario("a", move(relative=-0.1)), scenario("b", move(relative=0.1))))
    )
    (tmp_path / "book.json").write_text(json.dumps(book({**stock(), "underlying": "AAA"})))
    (tmp_path / "market.json").write_text(json.dumps(snapshot(AAA=underlying())))
    words = ("--pack", tmp_path / "pack.json", "--scenario", "b", "--snapshot", tmp_path / "market.json")
    ran = plimsoll(market_workspace, "stress", "run", tmp_path / "book.json", *words, "--json")
    assert ran.exit_code == 0
    assert [(s["scenario_id"], s["profit"]) for s in ran.document["scenarios"]] == [("b", "1000.00")]


def test_a_position_that_cannot_be_valued_is_exit_code_1_and_named(market_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(book(stock(), stock("typo", underlying="TULIP"))))
    words = ("stress", "run", path, "--scenario", "down-25")
    ran = plimsoll(market_workspace, *words, "--json")
    assert ran.exit_code == 1
    (bad,) = ran.document["positions_not_valued"]
    assert (bad["trade_id"], bad["refusal"]["code"], bad["refusal"]["value"]) == ("typo", "missing_quote", "TULIP")
    assert list(ran.document["accounts_refused"]) == ["A01"]
    shown = plimsoll(market_workspace, *words)
    assert shown.exit_code == 1
    assert "typo not valued: missing_quote" in shown.stdout
    assert "A01 refused: missing_quote" in shown.stdout


def test_a_scenario_that_the_core_refuses_is_exit_code_1_named_and_the_others_are_computed(
    market_workspace: Path, small: Path, tmp_path: Path
) -> None:
    path = tmp_path / "pack.json"
    path.write_text(
        json.dumps(pack_document(scenario("far", move(relative=1e308)), scenario("down", move(relative=-0.1))))
    )
    ran = plimsoll(market_workspace, "stress", "run", small, "--pack", path, "--json")
    assert ran.exit_code == 1
    assert [s["scenario_id"] for s in ran.document["scenarios"]] == ["down"]
    (bad,) = ran.document["scenarios_refused"]
    assert (bad["scenario_id"], bad["refusal"]["field"]) == ("far", "scenarios[far].moves[0]")
    shown = plimsoll(market_workspace, "stress", "run", small, "--pack", path)
    assert shown.exit_code == 1
    assert "far refused: invalid_value; scenarios[far].moves[0] = " in shown.stdout
    path.write_text(json.dumps(pack_document(scenario("all", move(relative=-1.5)))))
    code, failure = refused(market_workspace, "stress", "run", small, "--pack", path)
    assert (code, failure["field"]) == (2, "scenarios[0].moves[0].relative")


def test_an_account_that_is_called_already_says_so(market_workspace: Path, tmp_path: Path) -> None:
    document = book(stock())
    document["accounts"][0]["cash"] = "-100000.00"
    path = tmp_path / "book.json"
    path.write_text(json.dumps(document))
    shown = plimsoll(market_workspace, "stress", "run", path, "--pack", "hypothetical-2026-11", "--scenario", "down-25")
    assert shown.exit_code == 0
    assert shown.stdout.count("called already") == 2


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("demo-1999",), "unknown_book", "book"),
        (("demo-2020", "--pack", "imagined"), "unknown_pack", "pack"),
        (("demo-2020", "--pack", "none.json"), "unreadable_file", "none.json"),
        (("demo-2020", "--scenario", "imagined"), "unknown_scenario", "scenario"),
        (("demo-2020", "--snapshot", "1985-01-02"), "no_market_on_date", "date"),
    ],
)
def test_wrong_inputs_compute_nothing(ingested_workspace: Path, words: tuple[str, ...], code: str, field: str) -> None:
    exit_code, failure = refused(ingested_workspace, "stress", "run", *words)
    assert (exit_code, failure["code"], failure["field"]) == (2, code, field)


def test_a_pack_that_is_not_in_force_or_repeats_a_scenario_is_refused(ingested_workspace: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.json"
    late.write_text(json.dumps(pack_document(in_force_from="2025-01-01")))
    code, failure = refused(ingested_workspace, "stress", "run", "demo-2020", "--pack", late)
    assert (code, failure["code"], failure["value"]) == (2, "not_in_force", "made-1")
    assert "2020-01-31" in failure["allowed"]
    twin = tmp_path / "twin.json"
    twin.write_text(json.dumps(pack_document()))
    code, failure = refused(ingested_workspace, "stress", "run", "demo-2020", "--pack", twin, "--pack", late)
    assert (code, failure["code"]) == (2, "pack_id_taken")
    assert str(late) in failure["value"]
    twin.write_text(json.dumps(pack_document(revision="2")))
    code, failure = refused(ingested_workspace, "stress", "run", "demo-2020", "--pack", twin, "--pack", late)
    assert (code, failure["code"], failure["value"]) == (2, "double_scenario", "down")


def test_a_file_that_bears_the_id_of_a_shipped_pack_is_that_pack_or_refused(tmp_path: Path) -> None:
    shipped = dict(shipped_stress_pack("historical-2026-11").document)
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(shipped))
    assert plimsoll(tmp_path / "w", "stress", "list", "--pack", path).exit_code == 0
    path.write_text(json.dumps({**shipped, "note": "other"}))
    code, failure = refused(tmp_path / "w", "stress", "list", "--pack", path)
    assert (code, failure["code"]) == (2, "pack_id_taken")
    assert shipped_stress_pack("historical-2026-11").digest in failure["allowed"]


def test_a_folder_or_a_file_of_another_name_is_told_what_a_pack_may_be(tmp_path: Path) -> None:
    code, failure = refused(tmp_path / "w", "stress", "list", "--pack", tmp_path)
    assert (code, failure["code"]) == (2, "unknown_pack")
    assert failure["allowed"].endswith("or the path of a file that ends in .json")


def test_an_underlying_that_no_snapshot_has_and_too_many_worst_names_are_said(
    market_workspace: Path, small: Path, tmp_path: Path
) -> None:
    path = tmp_path / "pack.json"
    typo = scenario("typo", move(select={"underlying": "JMP"}, relative=-0.5))
    path.write_text(json.dumps(pack_document(typo, scenario("many", move(select={"worst": 99}, relative=-0.5)))))
    shown = plimsoll(market_workspace, "stress", "run", small, "--pack", path)
    assert (
        "typo: not applied: spot of JMP: made [design]: the snapshot has no underlying JMP; it has AAPL" in shown.stdout
    )
    assert "many: not applied: spot of worst 99: made [design]: the book holds 1 single names" in shown.stdout


def test_a_workspace_without_data_says_what_to_do(tmp_path: Path) -> None:
    code, failure = refused(tmp_path / "empty", "stress", "run", "demo-2020")
    assert code == 2
    assert "plimsoll data ingest" in failure["fix"]
