"""Rules that hinge on a price level, on the real closes: adjusted for splits, they lie below what was traded."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from books import book
from console_world import plimsoll

pytestmark = pytest.mark.xdist_group("console_market")

#: Apple closed at 96.80 dollars on this day; two splits later, 7 and 4 for 1, that is 3.457, less dividends 2.9 or so.
DAY = "2008-10-10"
TRADED = 96.80
SPLITS = 7 * 4


def short(name: str) -> dict[str, Any]:
    return {"trade_id": name, "kind": "stock", "underlying": name, "quantity": -1000}


def margin(workspace: Path, folder: Path, *positions: dict[str, Any], market: str | Path = DAY) -> dict[str, Any]:
    (folder / "book.json").write_text(json.dumps({**book(*positions), "as_of": DAY}))
    ran = plimsoll(workspace, "margin", "run", folder / "book.json", "--snapshot", market, "--json")
    assert ran.exit_code == 0, ran.stderr
    (account,) = ran.document["accounts"]
    found: dict[str, Any] = account["margin"]
    return found


def warned(found: dict[str, Any]) -> dict[str, str]:
    return {warning["code"]: warning["underlying"] for warning in found["warnings"]}


def test_a_share_that_traded_near_a_hundred_does_not_fall_under_the_rule_for_low_prices_unnoticed(
    market_workspace: Path, tmp_path: Path
) -> None:
    close = _close(market_workspace, tmp_path, "AAPL")
    assert close < 5.0 < TRADED
    assert close == pytest.approx(TRADED / SPLITS, rel=0.2)
    found = margin(market_workspace, tmp_path, short("AAPL"))
    # Below five dollars 4210(c)(2) asks for the greater of 2.50 a share and the whole value: not the 30 % of its own price.
    assert Decimal(found["maintenance"]["amount"]) == pytest.approx(Decimal(str(1000 * close)), abs=Decimal("0.01"))
    assert warned(found)["hinges_on_adjusted_price"] == "AAPL"


def _close(workspace: Path, folder: Path, name: str) -> float:
    (folder / "one.json").write_text(json.dumps(book({**short(name), "quantity": 1})))
    ran = plimsoll(workspace, "value", folder / "one.json", "--snapshot", DAY, "--json")
    price: float = ran.document["outcomes"][0]["valuation"]["price"]
    return price


def test_every_short_share_of_the_day_is_flagged_and_no_long_one(market_workspace: Path, tmp_path: Path) -> None:
    names = ("AAPL", "AMD", "BAC", "JPM", "XOM")
    for name in names:
        codes = set(warned(margin(market_workspace, tmp_path, short(name))))
        assert codes & {"hinges_on_adjusted_price", "price_level_unknown"}, name
        assert warned(margin(market_workspace, tmp_path, {**short(name), "quantity": 1000})) == {}


def test_the_same_price_as_it_was_traded_sets_the_same_requirement_without_a_flag(
    market_workspace: Path, tmp_path: Path
) -> None:
    close = _close(market_workspace, tmp_path, "AAPL")
    assumed = {"kind": "flat", "status": "ASSUMED"}
    raw = {
        "kind": "equity", "spot": close, "price_basis": "raw", "rate": {**assumed, "value": 0.007},
        "dividend_yield": {**assumed, "value": 0.0}, "cash_dividends": [], "volatility": {**assumed, "value": 0.7},
    }  # fmt: skip
    document = {"schema": "plimsoll/snapshot/v1", "valuation_date": DAY, "underlyings": {"AAPL": raw}}
    (tmp_path / "raw.json").write_text(json.dumps(document))
    adjusted = margin(market_workspace, tmp_path, short("AAPL"))
    found = margin(market_workspace, tmp_path, short("AAPL"), market=tmp_path / "raw.json")
    assert found["maintenance"]["amount"] == adjusted["maintenance"]["amount"]
    assert (warned(found), set(warned(adjusted))) == ({}, {"hinges_on_adjusted_price"})


def test_people_read_the_flag_beside_the_account(market_workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "book.json").write_text(json.dumps({**book(short("AAPL")), "as_of": DAY}))
    shown = plimsoll(market_workspace, "margin", "run", tmp_path / "book.json", "--snapshot", DAY).stdout
    assert "adjusted" in shown
