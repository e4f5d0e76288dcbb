"""The demo books: varied, listed-like, and made by the script that is kept."""

import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plimsoll.data.books import book_names, load_book
from plimsoll.data.calendar import session_closes
from plimsoll.data.store import read_table
from plimsoll.vocabulary.errors import BadInput

ROOT = Path(__file__).resolve().parents[3]
EPISODES = {"demo-2008": date(2008, 10, 31), "demo-2020": date(2020, 4, 30)}
books = pytest.mark.parametrize("name", sorted(EPISODES))


def _positions(name: str) -> list[dict[str, Any]]:
    return [position for account in load_book(name)["accounts"] for position in account["positions"]]


def _spots(store: Path, day: date) -> dict[str, float]:
    spots: dict[str, float] = {}
    for dataset in ("us_stocks", "sp500"):
        columns = read_table(store, dataset).to_pydict()
        row = columns["date"].index(day)
        spots |= {column: values[row] for column, values in columns.items() if column != "date"}
    return spots


def test_both_episodes_are_there() -> None:
    assert book_names() == sorted(EPISODES)


def test_an_unknown_book_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(BadInput) as caught:
        load_book("demo-1929")
    assert caught.value.allowed == "demo-2008, demo-2020"


@books
def test_each_book_has_at_least_twelve_accounts_and_150_positions(name: str) -> None:
    assert len(load_book(name)["accounts"]) >= 12
    assert len(_positions(name)) >= 150


@books
def test_each_book_says_that_it_is_a_demo_on_adjusted_closes(name: str) -> None:
    document = load_book(name)
    assert document["note"].startswith("DEMO.")
    assert document["price_basis"] == "adjusted"


@books
def test_trade_ids_are_unique_and_name_their_account(name: str) -> None:
    for account in load_book(name)["accounts"]:
        for position in account["positions"]:
            assert position["trade_id"].startswith(f"{account['account_id']}-")
    counts = Counter(position["trade_id"] for position in _positions(name))
    assert max(counts.values()) == 1


@books
def test_no_account_holds_one_series_twice(name: str) -> None:
    for account in load_book(name)["accounts"]:
        series = Counter(
            tuple(position.get(key) for key in ("kind", "underlying", "type", "strike", "expiry"))
            for position in account["positions"]
        )
        assert max(series.values()) == 1, account["account_id"]


@books
def test_every_kind_of_position_is_held_and_owed(name: str) -> None:
    sides = {(position["kind"], position["quantity"] > 0) for position in _positions(name)}
    assert sides == {(kind, side) for kind in ("stock", "option", "future") for side in (True, False)}


@books
def test_index_options_are_european_and_stock_options_american(name: str) -> None:
    exercises = {
        (position["underlying"] == "SP500", position["exercise"])
        for position in _positions(name)
        if position["kind"] == "option"
    }
    assert exercises == {(True, "european"), (False, "american")}


@books
def test_expiries_are_sessions_some_inside_the_episode_and_some_after(name: str) -> None:
    expiries = {date.fromisoformat(position["expiry"]) for position in _positions(name) if "expiry" in position}
    as_of = date.fromisoformat(load_book(name)["as_of"])
    assert expiries <= set(session_closes(as_of, max(expiries)))
    assert {day.weekday() for day in expiries} == {4}
    assert {day <= EPISODES[name] for day in expiries} == {True, False}


@books
def test_strikes_lie_near_the_adjusted_close_on_a_quarter_grid(name: str, ingested: Path) -> None:
    spots = _spots(ingested, date.fromisoformat(load_book(name)["as_of"]))
    for position in _positions(name):
        if position["kind"] == "option":
            assert (4 * position["strike"]).is_integer()
            assert 0.6 < position["strike"] / spots[position["underlying"]] < 1.5


@books
def test_a_stock_owed_is_near_or_below_five_dollars_on_the_adjusted_series(name: str, ingested: Path) -> None:
    spots = _spots(ingested, date.fromisoformat(load_book(name)["as_of"]))
    owed = {p["underlying"] for p in _positions(name) if p["kind"] == "stock" and p["quantity"] < 0}
    assert any(spots[underlying] < 5.5 for underlying in owed)


def test_the_books_are_what_their_script_makes() -> None:
    script = ROOT / "tools" / "make_demo_books.py"
    result = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
