"""`plimsoll risk`: tails of each account on a day, and forecasts held against the whole history."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from books import book, option
from console_world import plimsoll, refused

pytestmark = pytest.mark.xdist_group("console_market")


def write(path: Path, *positions: dict[str, Any]) -> Path:
    path.write_text(json.dumps(book(*positions)))
    return path


def stock(trade_id: str = "stock", **changes: object) -> dict[str, Any]:
    return {"trade_id": trade_id, "kind": "stock", "underlying": "JPM", "quantity": 100, **changes}


def test_each_account_has_three_models_and_their_errors(market_workspace: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "book.json", stock(), option("call", underlying="JPM", strike=100.0))
    ran = plimsoll(market_workspace, "risk", "run", path, "--json")
    assert ran.exit_code == 0
    rows = {row["model"]: row for row in ran.document["accounts"]}
    assert set(rows) == {"historical", "filtered_historical", "student_t"}
    assert all(0.0 < row["value_at_risk"] < row["expected_shortfall"] * 1.5 for row in rows.values())
    shown = plimsoll(market_workspace, "risk", "run", path).stdout
    assert "small at the close of 2020-03-16, losses over one day" in shown
    assert "VaR 99 %" in shown
    assert "book" in shown.partition("A01")[2]


def test_a_row_that_makes_no_sense_is_refused_and_the_others_are_measured(
    market_workspace: Path, tmp_path: Path
) -> None:
    late = option("late", underlying="JPM", expiry="2020-03-13")
    path = write(tmp_path / "book.json", stock(), stock("typo", underlying="TULIP"), late)
    ran = plimsoll(market_workspace, "risk", "run", path, "--json")
    assert ran.exit_code == 1
    assert {row["account_id"] for row in ran.document["accounts"]} == {"A01", "book"}
    assert len(ran.document["refused"]) == 2
    shown = plimsoll(market_workspace, "risk", "run", path)
    assert shown.exit_code == 1
    assert "refused: " in shown.stdout
    assert "TULIP" in shown.stdout


def test_a_backtest_goes_over_the_whole_history_and_is_kept(market_workspace: Path, tmp_path: Path) -> None:
    ran = plimsoll(market_workspace, "risk", "backtest", write(tmp_path / "book.json", stock()))
    assert ran.exit_code == 0
    assert "verdict" in ran.stdout
    assert "traffic_light_worst" in ran.stdout
    assert ran.stderr.endswith(" done\n")
    run = market_workspace / "runs" / ran.stdout.splitlines()[-1]
    assert pq.read_table(run / "days.parquet").num_rows >= 3 * 7000
    statistics = pq.read_table(run / "statistics.parquet").to_pylist()
    assert {row["test"] for row in statistics} >= {"kupiec", "christoffersen_independence", "acerbi_szekely_z2"}


@pytest.mark.parametrize("command", ["run", "backtest"])
def test_wrong_inputs_compute_nothing(ingested_workspace: Path, tmp_path: Path, command: str) -> None:
    assert refused(ingested_workspace, "risk", command, "demo-1999")[1]["code"] == "unknown_book"
    assert refused(ingested_workspace, "risk", command, tmp_path / "none.json")[0] == 2
    (tmp_path / "wrong.json").write_text("[]")
    assert refused(ingested_workspace, "risk", command, tmp_path / "wrong.json")[0] == 2
    code, failure = refused(tmp_path / "empty", "risk", command, "demo-2020")
    assert code == 2
    assert "plimsoll data ingest" in failure["fix"]


@pytest.mark.parametrize("command", ["run", "backtest"])
def test_a_book_of_a_day_without_a_market_is_refused(ingested_workspace: Path, tmp_path: Path, command: str) -> None:
    path = tmp_path / "book.json"
    path.write_text(json.dumps({**book(stock()), "as_of": "1985-01-02"}))
    code, failure = refused(ingested_workspace, "risk", command, path)
    assert code == 2
    assert failure["value"]
