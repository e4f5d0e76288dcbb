"""`plimsoll margin span`: requirements from a file or from parameters of our own, refusals, and why each cent is there."""

import json
from pathlib import Path
from typing import Any

import pytest

from books import book, option, snapshot, underlying
from console_world import plimsoll, refused

FUTURE = {"trade_id": "future", "kind": "future", "underlying": "AAA", "expiry": "2020-06-19", "quantity": 2, "entry_price": 100.0,
          "multiplier": 100}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, ...]:
    """A hedged short call and the market that it stands in."""
    rows: list[dict[str, Any]] = [dict(FUTURE), option("call", quantity=-1)]
    (tmp_path / "book.json").write_text(json.dumps(book(*rows)))
    (tmp_path / "market.json").write_text(json.dumps(snapshot(AAA=underlying())))
    return tmp_path / "w", tmp_path / "book.json", tmp_path / "market.json"


def test_our_own_parameters_are_written_and_give_the_same_from_the_file(world: tuple[Path, ...]) -> None:
    workspace, path, market = world
    file = path.with_suffix(".spn")
    own = plimsoll(workspace, "margin", "span", path, "--snapshot", market, "--write", file, "--json")
    assert own.exit_code == 0
    (account,) = own.document["accounts"]
    assert account["refusal"] is None
    assert "scan_ranges.equity.price" in own.document["basis"]["assumed_parameters"]
    read = plimsoll(workspace, "margin", "span", path, "--parameters", file, "--json")
    assert read.document["accounts"] == own.document["accounts"]
    assert read.document["digests"] == own.document["digests"]
    member = plimsoll(workspace, "margin", "span", path, "--parameters", file, "--account-class", "member", "--json")
    margin = member.document["accounts"][0]["margin"]
    assert margin["initial"] == margin["maintenance"] == account["margin"]["maintenance"]


def test_each_cent_is_explained_and_the_table_shows_the_parts(world: tuple[Path, ...]) -> None:
    workspace, path, market = world
    ran = plimsoll(workspace, "margin", "span", path, "--snapshot", market, "--explain", "A01")
    assert ran.exit_code == 0
    for words in ("small on 2020-03-16, PLIMSOLL 2020-03-16, speculator", "option value", "scan risk", "scenario 13"):
        assert words in ran.stdout
    assert "ratio of the account's class SPAN risk adjustment factor (ratio 1.1)" in ran.stdout
    code, failure = refused(workspace, "margin", "span", path, "--snapshot", market, "--explain", "A02")
    assert (code, failure["code"], failure["allowed"]) == (2, "unknown_account", "A01")


def test_a_bad_account_is_named_and_the_run_goes_on(world: tuple[Path, ...]) -> None:
    workspace, path, market = world
    document = json.loads(path.read_text())
    document["accounts"].append({**document["accounts"][0], "account_id": "A02"})
    document["accounts"][1]["positions"] = [{**FUTURE, "trade_id": "gone", "expiry": "2020-03-13"}]
    path.write_text(json.dumps(document))
    file = path.with_suffix(".spn")
    ran = plimsoll(workspace, "margin", "span", path, "--snapshot", market, "--write", file)
    assert ran.exit_code == 1
    assert "A02 refused: expired_product" in ran.stdout
    ran = plimsoll(workspace, "margin", "span", path, "--parameters", file, "--json")
    assert ran.exit_code == 1
    good, bad = ran.document["accounts"]
    assert good["margin"] is not None
    assert bad["refusal"] == {
        "code": "expired_product",
        "field": "positions[gone].expiry",
        "value": "2020-03-13",
        "allowed": "2020-03-16 or later",
        "fix": "take the expired leg out of the book",
    }


def test_a_broken_file_or_two_sources_end_the_command(world: tuple[Path, ...]) -> None:
    workspace, path, market = world
    broken = path.with_suffix(".spn")
    broken.write_text("<spanFile><pointInTime>")
    assert refused(workspace, "margin", "span", path, "--parameters", broken)[0] == 2
    nowhere = path.parent / "nowhere" / "our.spn"
    code, failure = refused(workspace, "margin", "span", path, "--snapshot", market, "--write", nowhere)
    assert (code, failure["code"], failure["field"]) == (2, "file_not_writable", "write")
    for option_name, value in (("--snapshot", market), ("--write", broken)):
        code, failure = refused(workspace, "margin", "span", path, "--parameters", broken, option_name, value)
        assert (code, failure["code"], failure["field"]) == (2, "option_of_another", option_name.strip("-"))
