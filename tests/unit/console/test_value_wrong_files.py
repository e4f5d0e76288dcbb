"""`plimsoll value` before files that are wrong as a whole: nothing is computed, and the flaw is named."""

import json
from pathlib import Path

import pytest

from books import book, book_rows, market_row, option, snapshot, underlying, write_csv
from console_world import refused

TWO = book(option("one"), option("two", exercise="american", type="put"))


@pytest.mark.parametrize("column", ["trade_id", "quantity", "account_id", "as_of"])
def test_a_missing_column_of_a_book_computes_nothing(tmp_path: Path, column: str) -> None:
    path = write_csv(tmp_path / "book.csv", book_rows(option("one")), without=column)
    code, failure = refused(tmp_path / "w", "value", path)
    assert (code, failure["code"], failure["field"]) == (2, "missing_column", column)
    assert not list((tmp_path / "w" / "runs").iterdir())


def test_a_missing_column_of_a_snapshot_computes_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "book.csv", book_rows(option("one")))
    market = write_csv(tmp_path / "market.csv", [market_row("AAA")], without="volatility")
    code, failure = refused(tmp_path / "w", "value", path, "--snapshot", market)
    assert (code, failure["code"], failure["field"]) == (2, "missing_column", "volatility")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("book.json", None, "unreadable_file"),
        ("book.json", "{", "unreadable_file"),
        ("book.json", '{"schema": NaN}', "invalid_value"),
        ("book.json", json.dumps({**TWO, "as_of": float("inf")}), "invalid_value"),
        ("book.json", "[]", "wrong_schema"),
        ("book.json", '{"schema": "plimsoll/snapshot/v1"}', "missing_field"),
        ("book.json", json.dumps({**TWO, "schema": "plimsoll/book/v9"}), "invalid_value"),
        ("book.csv", "", "unreadable_file"),
        ("book.parquet", "no parquet", "unreadable_file"),
        ("book.parquet", None, "unreadable_file"),
    ],
)
def test_a_wrong_book_computes_nothing(tmp_path: Path, name: str, text: str | None, code: str) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    exit_code, failure = refused(tmp_path / "w", "value", path)
    assert (exit_code, failure["code"]) == (2, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "unreadable_file"),
        ("[]", "wrong_schema"),
        (json.dumps(TWO), "missing_field"),
        (json.dumps(snapshot(AAA=underlying()) | {"valuation_date": float("nan")}), "invalid_value"),
        (json.dumps(snapshot(AAA=underlying()) | {"schema": "plimsoll/snapshot/v2"}), "invalid_value"),
        (json.dumps(snapshot()), "invalid_value"),
    ],
)
def test_a_wrong_snapshot_computes_nothing(tmp_path: Path, text: str | None, code: str) -> None:
    (tmp_path / "book.json").write_text(json.dumps(TWO))
    market = tmp_path / "market.json"
    if text is not None:
        market.write_text(text)
    exit_code, failure = refused(tmp_path / "w", "value", tmp_path / "book.json", "--snapshot", market)
    assert (exit_code, failure["code"]) == (2, code)


def test_an_unknown_book_is_answered_with_the_shipped(tmp_path: Path) -> None:
    code, failure = refused(tmp_path / "w", "value", "demo-1999")
    assert (code, failure["code"], failure["value"]) == (2, "unknown_book", "demo-1999")
    assert "demo-2008, demo-2020" in failure["allowed"]


def test_a_folder_is_no_book(tmp_path: Path) -> None:
    assert refused(tmp_path / "w", "value", tmp_path)[0] == 2
