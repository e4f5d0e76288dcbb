"""Books and snapshots that the data package gives are what the JSON Schemas allow."""

import json
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

import jsonschema
import pytest

from plimsoll.data.assumptions import read_market_parameters
from plimsoll.data.books import book_names, load_book
from plimsoll.data.ingest import ingest
from plimsoll.data.market import Market, load_market
from plimsoll.engine import risk
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.progress import SilentProgress


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """Give the market of the real datasets, made with the compiled core."""
    store = tmp_path_factory.mktemp("datasets")
    ingest(store, FixedClock(datetime(2026, 11, 22, tzinfo=UTC)), SilentProgress())
    return load_market(store, read_market_parameters(), risk)


def _schema(name: str) -> dict[str, Any]:
    text = (resources.files("plimsoll") / "packs" / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _complaints(document: dict[str, Any], name: str) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(_schema(name)).iter_errors(document)]


@pytest.mark.parametrize("name", book_names())
def test_each_demo_book_fits_the_schema(name: str) -> None:
    assert _complaints(load_book(name), "book-v1") == []
    without_day = {key: item for key, item in load_book(name).items() if key != "as_of"}
    assert _complaints(without_day, "book-v1") == ["'as_of' is a required property"]


@pytest.mark.parametrize("day", [date(1991, 1, 2), date(2008, 10, 10), date(2020, 3, 16), date(2022, 12, 28)])
def test_each_snapshot_fits_the_schema(market: Market, day: date) -> None:
    document = market.snapshot(day)
    assert _complaints(document, "snapshot-v1") == []
    assert len(document["underlyings"]) == 21
    document["underlyings"]["AAPL"]["volatility"]["status"] = "GUESSED"
    assert len(_complaints(document, "snapshot-v1")) == 1


@pytest.mark.parametrize("name", book_names())
def test_the_snapshot_of_its_day_quotes_every_underlying_of_a_book(name: str, market: Market) -> None:
    book = load_book(name)
    quoted = set(market.snapshot(date.fromisoformat(book["as_of"]))["underlyings"])
    held = {position["underlying"] for account in book["accounts"] for position in account["positions"]}
    assert held == quoted
