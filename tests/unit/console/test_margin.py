"""`plimsoll margin`: requirements to the cent, why each cent is there, and a crisis day by day."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from books import book, market_row, option, snapshot, underlying, write_csv
from console_world import plimsoll, refused
from margin_world import adds_up

pytestmark = pytest.mark.xdist_group("console_market")


def stock(trade_id: str = "stock", **changes: object) -> dict[str, Any]:
    return {"trade_id": trade_id, "kind": "stock", "underlying": "AAA", "quantity": 100, **changes}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    """A covered call and the market that it stands in."""
    positions = (stock(), option("call", quantity=-1, strike=120.0, exercise="american"))
    (tmp_path / "book.json").write_text(json.dumps(book(*positions)))
    (tmp_path / "market.json").write_text(json.dumps(snapshot(AAA=underlying())))
    return tmp_path / "w", tmp_path / "book.json", tmp_path / "market.json"


def test_a_covered_call_needs_what_its_stock_needs(files: tuple[Path, ...]) -> None:
    workspace, path, market = files
    ran = plimsoll(workspace, "margin", "run", path, "--snapshot", market, "--json")
    assert ran.exit_code == 0
    (account,) = ran.document["accounts"]
    found = account["margin"]
    # 50 % and 25 % of 100 shares at 100: Regulation T 220.12(a), FINRA 4210(c)(1); the written call adds nothing.
    assert Decimal(found["initial"]["amount"]) == Decimal("5000.00")
    assert Decimal(found["maintenance"]["amount"]) == Decimal("2500.00")
    shown = plimsoll(workspace, "margin", "run", path, "--snapshot", market).stdout
    assert "small on 2020-03-16, us-strategy-based" in shown
    assert "5000.00" in shown
    run, _ = sorted((workspace / "runs").glob("margin-*/run.json"))
    assert json.loads(run.read_bytes())["tables"]["accounts"]["rows"] == 1


@pytest.mark.parametrize(("cash", "value"), [(float("nan"), "nan"), ("much", "'much'"), (1000.0, "1000.0")])
def test_an_account_whose_cash_is_no_amount_is_refused_and_the_others_are_margined(
    files: tuple[Path, ...], cash: object, value: str
) -> None:
    workspace, path, market = files
    document = json.loads(path.read_text())
    document["accounts"].append({**document["accounts"][0], "account_id": "A02", "cash": cash})
    document["accounts"][1]["positions"] = [stock("other")]
    path.write_text(json.dumps(document))
    ran = plimsoll(workspace, "margin", "run", path, "--snapshot", market, "--json")
    assert ran.exit_code == 1
    good, bad = ran.document["accounts"]
    assert good["margin"]["maintenance"]["amount"] == "2500.00"
    assert bad["margin"] is None
    assert bad["refusal"]["field"] == "accounts[1].cash"
    assert bad["refusal"]["value"] == value
    assert all(bad["refusal"].values())
    shown = plimsoll(workspace, "margin", "run", path, "--snapshot", market)
    assert shown.exit_code == 1
    assert "A02 refused: invalid_value; accounts[1].cash" in shown.stdout


def test_each_cent_is_explained_by_its_rule(files: tuple[Path, ...]) -> None:
    workspace, path, market = files
    ran = plimsoll(workspace, "margin", "explain", path, "A01", "--snapshot", market)
    assert ran.exit_code == 0
    assert "covered call" in ran.stdout
    assert "RegT 220.12" in ran.stdout
    document = plimsoll(workspace, "margin", "explain", path, "A01", "--snapshot", market, "--json").document
    adds_up(document["equity"])
    adds_up(document["maintenance"])


def test_an_unknown_account_is_answered_with_the_known(files: tuple[Path, ...]) -> None:
    workspace, path, market = files
    code, failure = refused(workspace, "margin", "explain", path, "A09", "--snapshot", market)
    assert (code, failure["value"], failure["allowed"]) == (2, "A09", "A01")


def test_an_account_that_cannot_be_margined_is_refused_and_the_others_are(tmp_path: Path) -> None:
    document = book(stock())
    other = {**document["accounts"][0], "account_id": "A02", "positions": [option("late", expiry="2020-03-13")]}
    document["accounts"].append(other)
    path = tmp_path / "book.json"
    path.write_text(json.dumps(document))
    market = write_csv(tmp_path / "market.csv", [market_row("AAA"), market_row("BBB", volatility=-0.2)])
    ran = plimsoll(tmp_path / "w", "margin", "run", path, "--snapshot", market, "--json")
    assert ran.exit_code == 1
    good, bad = ran.document["accounts"]
    assert good["refusal"] is None
    assert bad["refusal"]["code"] == "expired_product"
    assert all(bad["refusal"][name] for name in ("field", "value", "allowed", "fix"))
    shown = plimsoll(tmp_path / "w", "margin", "run", path, "--snapshot", market)
    assert shown.exit_code == 1
    assert "A02 refused: expired_product" in shown.stdout
    code, failure = refused(tmp_path / "w", "margin", "explain", path, "A02", "--snapshot", market)
    assert (code, failure["code"]) == (1, "expired_product")


def test_a_replay_margins_each_close_and_is_kept(market_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(book(stock(underlying="JPM"))))
    ran = plimsoll(market_workspace, "margin", "replay", path, "--to", "2020-03-20", "--json")
    assert ran.exit_code == 0
    assert {day["day"] for day in ran.document["days"]} == {f"2020-03-{day}" for day in (16, 17, 18, 19, 20)}
    assert (market_workspace / "runs" / ran.document["run_id"] / "events.parquet").is_file()
    shown = plimsoll(market_workspace, "margin", "replay", path, "--to", "2020-03-17").stdout
    assert "small, 2020-03-16 to 2020-03-17" in shown
    assert "largest shortfall" in shown


def test_a_book_of_ones_own_is_replayed_for_seventy_days(market_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(book(stock(underlying="JPM"))))
    ran = plimsoll(market_workspace, "margin", "replay", path, "--json")
    assert ran.exit_code == 0
    assert max(day["day"] for day in ran.document["days"]) == "2020-05-22"


def test_a_replay_that_refuses_a_day_is_exit_code_1(market_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(book(stock(underlying="TULIP"))))
    ran = plimsoll(market_workspace, "margin", "replay", path, "--to", "2020-03-17", "--json")
    assert ran.exit_code == 1


def test_a_replay_that_ends_before_it_begins_is_refused(ingested_workspace: Path) -> None:
    code, failure = refused(ingested_workspace, "margin", "replay", "demo-2020", "--to", "2019-01-02")
    assert (code, failure["code"], failure["value"]) == (2, "no_sessions", "2019-01-02")


@pytest.mark.parametrize(
    "words", [("run", "{}"), ("explain", "{}", "A01"), ("replay", "{}")], ids=lambda words: words[0]
)
def test_wrong_inputs_compute_nothing(ingested_workspace: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    def run(workspace: Path, name: object) -> tuple[int, dict[str, str]]:
        return refused(workspace, "margin", *(word.format(name) for word in words))

    (tmp_path / "wrong.json").write_text("[]")
    assert run(ingested_workspace, "demo-1999")[1]["code"] == "unknown_book"
    assert run(ingested_workspace, tmp_path / "none.json")[0] == 2
    assert run(ingested_workspace, tmp_path / "wrong.json")[0] == 2
    code, failure = run(tmp_path / "empty", "demo-2020")
    assert code == 2
    assert "plimsoll data ingest" in failure["fix"]
