"""`plimsoll margin run|explain --regime portfolio`."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from books import book, option, snapshot, underlying
from console_world import plimsoll, refused
from margin_world import adds_up

pytestmark = pytest.mark.xdist_group("console_market")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Stock with a protective put in one account, an unknown underlying in the other, and the market."""
    shares = {"trade_id": "stock", "kind": "stock", "underlying": "AAA", "quantity": 100}
    document = book(shares, option("put", type="put", quantity=1, strike=95.0, exercise="american"))
    lost = {**document["accounts"][0], "account_id": "A02", "positions": [{**shares, "trade_id": "lost"}]}
    lost["positions"][0]["underlying"] = "TULIP"
    document["accounts"].append(lost)
    (tmp_path / "book.json").write_text(json.dumps(document))
    (tmp_path / "market.json").write_text(json.dumps(snapshot(AAA=underlying())))
    return tmp_path / "w", tmp_path / "book.json", tmp_path / "market.json"


def test_a_put_lowers_what_its_stock_costs_and_a_bad_account_ends_nothing(files: tuple[Path, Path, Path]) -> None:
    workspace, path, market = files
    ran = plimsoll(workspace, "margin", "run", path, "--snapshot", market, "--regime", "portfolio", "--json")
    assert ran.exit_code == 1
    good, bad = ran.document["accounts"]
    found = {name: Decimal(good["margin"][name]) for name in ("equity", "requirement", "excess", "call")}
    # The stock alone would cost 15 % of 10,000.
    assert Decimal("37.50") < found["requirement"] < 1500
    assert found["excess"] == found["equity"] - found["requirement"]
    assert (good["margin"]["groups"][0]["name"], len(good["margin"]["groups"][0]["profits"])) == ("AAA", 10)
    assert bad["refusal"] == {
        "code": "missing_quote",
        "field": "positions[lost].underlying",
        "value": "TULIP",
        "allowed": bad["refusal"]["allowed"],
        "fix": bad["refusal"]["fix"],
    }
    assert "product_groups[0].offset" in ran.document["basis"]["assumed_parameters"]
    shown = plimsoll(workspace, "margin", "run", path, "--snapshot", market, "--regime", "portfolio").stdout
    assert "A02 refused: missing_quote; positions[lost].underlying" in shown
    assert "ASSUMED in the pack: class_types.high-capitalisation-broad-index" in shown
    assert "not checked: the account is no retirement account" in shown
    assert "below_equity_tier" in shown


def test_each_cent_at_the_worst_point_is_explained(files: tuple[Path, Path, Path]) -> None:
    workspace, path, market = files
    words = ("margin", "explain", path, "A01", "--snapshot", market, "--regime", "portfolio")
    shown = plimsoll(workspace, *words).stdout
    assert "long AAA put 95 2020-09-18 4210(g)" in shown
    assert "below_equity_tier: equity" in shown
    document = plimsoll(workspace, *words, "--json").document
    adds_up(document["equity"])
    adds_up(document["requirement"])
    assert document["regime"] == "portfolio"


def test_a_refused_or_unknown_account_is_not_explained(files: tuple[Path, Path, Path]) -> None:
    workspace, path, market = files
    words = ("--snapshot", market, "--regime", "portfolio")
    status, failure = refused(workspace, "margin", "explain", path, "A02", *words)
    assert (status, failure["field"]) == (1, "positions[lost].underlying")
    status, failure = refused(workspace, "margin", "explain", path, "A09", *words)
    assert (status, failure["code"], failure["field"]) == (2, "unknown_account", "account")
