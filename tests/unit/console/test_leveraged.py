"""`plimsoll margin perp`, `cfd`, `leverage` and `fund`: what they show, and what they refuse."""

import json
from pathlib import Path
from typing import Any

import pytest

from books import book, option, snapshot, underlying
from console_world import plimsoll, refused

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def test_perpetual_accounts_and_their_liquidation(tmp_path: Path) -> None:
    path = EXAMPLES / "perpetuals.json"
    shown = plimsoll(tmp_path, "margin", "perp", path, "--move", "-0.3")
    assert shown.exit_code == 0
    for words in ("Waterfall", "deleveraged", "took no part: P05", "bracket 4", "40,429.0733", "After the waterfall"):
        assert words in shown.stdout
    ran = plimsoll(tmp_path, "margin", "perp", path, "--json")
    assert ran.document["waterfall"] is None
    (line,) = ran.document["accounts"][0]["margin"]["positions"]
    # 3 (p - 44,000) + 40,000 + funding 12.78 + 50 = 0.015 p, in the bracket of 0.5 %.
    assert line["liquidation_below"] == pytest.approx((3 * 44_000 - 40_000 - 12.78 - 50) / (3 - 0.015), rel=1e-12)
    assert len([*(tmp_path / "runs").glob("margin-perpetual-*/run.json")]) == 2


def test_a_bad_perpetual_account_is_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    document: dict[str, Any] = json.loads((EXAMPLES / "perpetuals.json").read_text())
    document["accounts"][1]["positions"][0]["leverage"] = 0.1
    document["accounts"][2]["positions"][0]["quantity"] = -2000
    (tmp_path / "p.json").write_text(json.dumps(document))
    ran = plimsoll(tmp_path / "w", "margin", "perp", tmp_path / "p.json")
    assert ran.exit_code == 1
    assert "P02 refused: invalid_value" in ran.stdout
    assert "leverage_above_bracket: BTCUSDT" in ran.stdout
    assert "P05" in ran.stdout
    for move in ("much", "BTCUSDT="):
        wrong = plimsoll(tmp_path / "w", "margin", "perp", tmp_path / "p.json", "--move", move, "--json")
        assert wrong.exit_code == 2
        assert wrong.error["allowed"] == "FRACTION or CONTRACT=FRACTION"


def test_a_waterfall_that_accounts_fall_out_of_is_no_success(tmp_path: Path) -> None:
    ran = plimsoll(tmp_path, "margin", "perp", EXAMPLES / "perpetuals.json", "--move", "BTCUSDT=-2", "--json")
    assert ran.exit_code == 1
    told = {a["account_id"]: a["refusal"] for a in ran.document["waterfall"]["accounts"] if a["refusal"]}
    assert told["P01"]["field"] == "marks[BTCUSDT].mark"
    assert told["P05"]["code"] == "unsupported"  # an account of another ledger, which alone is no failure


def test_contracts_for_difference(tmp_path: Path) -> None:
    shown = plimsoll(tmp_path, "margin", "cfd", EXAMPLES / "cfds.csv")
    assert shown.exit_code == 0
    assert "C02-1" in shown.stdout
    assert "2018/796" in shown.stdout
    text = (EXAMPLES / "cfds.csv").read_text().replace("crypto", "tulips")
    (tmp_path / "c.csv").write_text(text)
    ran = plimsoll(tmp_path, "margin", "cfd", tmp_path / "c.csv", "--json")
    assert ran.exit_code == 1
    assert ran.document["accounts"][2]["refusal"]["field"] == "positions[C03-1].asset_class"
    assert ran.document["failed"] == 1


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A threefold fund bought on margin, with calls written on it."""
    stock = {"trade_id": "stock", "kind": "stock", "underlying": "AAA", "quantity": 100}
    document = book(stock, option("call", quantity=-1, strike=120.0, exercise="american"))
    document["accounts"][0]["cash"] = "-1000.00"
    document["accounts"].append(
        {**document["accounts"][0], "account_id": "A02", "cash": "x", "positions": [stock | {"trade_id": "other"}]}
    )
    (tmp_path / "book.json").write_text(json.dumps(document))
    (tmp_path / "market.json").write_text(json.dumps(snapshot(AAA=underlying(leverage=3))))
    return tmp_path / "w", tmp_path / "book.json", tmp_path / "market.json"


def test_leverage_of_a_book(files: tuple[Path, Path, Path]) -> None:
    workspace, path, market = files
    command = ("margin", "leverage", path, "--snapshot", market, "--beta", "AAA=3")
    ran = plimsoll(workspace, *command, "--by-name", "--json")
    assert ran.exit_code == 1
    found, bad = ran.document["accounts"]
    assert bad["refusal"]["field"] == "accounts[1].cash"
    margin = found["margin"]
    assert margin["maintenance"] == "7500.00"  # 25 % x 3 of 10,000, Regulatory Notice 09-53; the call is covered
    ratios = margin["ratios"]
    assert ratios["look_through_net"] == pytest.approx(3.0 * ratios["delta_net"])
    assert ratios["beta_net"] == pytest.approx(3.0 * ratios["delta_net"])
    assert ratios["delta_net"] < ratios["gross"]
    (name,) = margin["names"]
    assert name["limits"]["down"]["inside"] == pytest.approx(3.0 * margin["index"]["down"]["inside"], abs=3e-6)
    shown = plimsoll(workspace, *command, "--account", "A01", "--by-name")
    assert shown.exit_code == 0
    assert "Distance to a call by one name" in shown.stdout


def test_leverage_refuses_what_it_does_not_know(files: tuple[Path, Path, Path]) -> None:
    workspace, path, market = files
    command = (workspace, "margin", "leverage", path, "--snapshot", market)
    for words, code, name, said in (
        (("--account", "Z9"), 2, "allowed", "A01, A02"),
        (("--beta", "TULIP=1"), 2, "value", "TULIP"),
        (("--beta", "AAA=x"), 2, "allowed", "NAME=BETA"),
        (("--stressed-move", "-2"), 1, "field", "stressed_move"),
    ):
        exit_code, failure = refused(*command, *words)
        assert (exit_code, failure[name]) == (code, said)


def test_a_fund_over_closes(tmp_path: Path) -> None:
    shown = plimsoll(tmp_path, "margin", "fund", EXAMPLES / "index_closes.csv", "--multiple", "-2")
    assert shown.exit_code == 0
    assert "fund less -2 x index" in shown.stdout
    ran = plimsoll(tmp_path, "margin", "fund", EXAMPLES / "index_closes.csv", "--multiple", "3", "--json")
    # 3 x 2 x 1,000,000 x (899.22 / 909.92 - 1), bought at the close of 2008-10-10.
    assert ran.document["days"][0]["rebalancing"] == pytest.approx(6e6 * (899.22 / 909.92 - 1.0))
    lost = plimsoll(tmp_path, "margin", "fund", EXAMPLES / "index_closes.csv", "--multiple", "-10")
    assert lost.exit_code == 1
