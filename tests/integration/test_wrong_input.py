"""Wrong inputs at the command line: where, what was there, what is allowed, what to do; and the exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import csv, parquet

from books import DAY, book, book_rows, market_row, option, snapshot, underlying, write_csv
from console_world import Ran, plimsoll, refused

FLAT = {"kind": "flat", "status": "ASSUMED"}
MARKET = snapshot(AAA=underlying(), BBB=underlying())
GOOD = option("good")


def run(folder: Path, document: object, market: object, *words: str) -> Ran:
    (folder / "book.json").write_text(json.dumps(document))
    (folder / "market.json").write_text(json.dumps(market))
    return plimsoll(folder / "w", *words, folder / "book.json", "--snapshot", folder / "market.json", "--json")


def priced(**changes: Any) -> dict[str, Any]:
    return snapshot(AAA=underlying(), BBB=underlying(**changes))


def says_all(failure: dict[str, str]) -> bool:
    return all(failure[name] for name in ("code", "field", "value", "allowed", "fix"))


BAD_ROWS = [
    (option("bad", expiry="2020-03-13"), MARKET, "expired_product", "expiry", "2020-03-13"),
    (option("bad", expiry="2020-13-01"), MARKET, "invalid_value", "expiry", "'2020-13-01'"),
    (option("bad", expiry="10000-01-01"), MARKET, "invalid_value", "expiry", "'10000-01-01'"),
    (option("bad", expiry="0001-01-01"), MARKET, "expired_product", "expiry", "0001-01-01"),
    (option("bad", expiry=None), MARKET, "invalid_value", "expiry", "None"),
    (option("bad", strike=-5.0), MARKET, "invalid_value", "strike", "-5"),
    (option("bad", strike=10**400), MARKET, "invalid_value", "strike", "1000"),
    (option("bad", multiplier=0), MARKET, "invalid_value", "multiplier", "0"),
    (option("bad", quantity=True), MARKET, "invalid_value", "quantity", "True"),
    (option("bad", quantity="two"), MARKET, "invalid_value", "quantity", "'two'"),
    (option("bad", underlying="ZZZ"), MARKET, "missing_quote", "underlying", "ZZZ"),
    ({"trade_id": "bad", "kind": "future", "underlying": "AAA", "quantity": 1}, MARKET, "missing_field", "expiry", ""),
    (
        option("bad", underlying="BBB"),
        priced(volatility={**FLAT, "value": -0.2}),
        "invalid_value",
        "underlyings.BBB.volatility",
        "-0.2",
    ),
    (option("bad", underlying="BBB"), priced(spot=-1.0), "invalid_value", "underlyings.BBB.spot", "-1"),
    (option("bad", underlying="BBB"), priced(spot=None), "invalid_value", "underlyings.BBB.spot", "None"),
    (
        option("bad", underlying="BBB", exercise="american"),
        priced(volatility={**FLAT, "value": 1e4}),
        "not_converged",
        "method",
        "LeisenReimer",
    ),
]


@pytest.mark.parametrize(("row", "market", "code", "field", "value"), BAD_ROWS)
def test_a_bad_row_says_all_and_the_others_are_valued(
    tmp_path: Path, row: dict[str, Any], market: dict[str, Any], code: str, field: str, value: str
) -> None:
    ran = run(tmp_path, book(GOOD, row), market, "value")
    assert ran.exit_code == 1
    good, bad = ran.document["outcomes"]
    assert good["value"] < 0.0
    assert bad["valuation"] is None
    assert says_all(bad["refusal"])
    assert bad["refusal"]["code"] == code
    assert bad["refusal"]["field"].endswith(field)
    assert bad["refusal"]["value"].startswith(value)


@pytest.mark.parametrize(("row", "market", "code", "field", "value"), BAD_ROWS)
def test_a_bad_row_refuses_the_margin_of_its_account_and_says_which_row(
    tmp_path: Path, row: dict[str, Any], market: dict[str, Any], code: str, field: str, value: str
) -> None:
    document = book(GOOD)
    document["accounts"].append({**document["accounts"][0], "account_id": "A02", "positions": [row]})
    ran = run(tmp_path, document, market, "margin", "run")
    assert ran.exit_code == 1
    good, bad = ran.document["accounts"]
    assert good["margin"] is not None
    assert says_all(bad["refusal"])
    assert bad["refusal"]["code"] == code
    assert bad["refusal"]["field"].endswith(field)
    places = ("positions[bad]", "accounts[1].positions[0]", "underlyings.BBB")
    assert sum(bad["refusal"]["field"].count(place) for place in places) == 1


def test_stock_of_a_refused_underlying_is_refused_with_the_reason_of_the_underlying(tmp_path: Path) -> None:
    stock = {"trade_id": "stock", "kind": "stock", "underlying": "BBB", "quantity": 100}
    ran = run(tmp_path, book(stock), priced(spot=float("nan")), "margin", "run")
    assert ran.exit_code == 1
    refusal = ran.document["accounts"][0]["refusal"]
    assert (refusal["field"], refusal["value"]) == ("underlyings.BBB.spot", "nan")


@pytest.mark.parametrize(
    ("row", "market", "value"),
    [
        (option("limit", underlying="BBB"), priced(spot=0.0), 0.0),
        (option("limit", underlying="BBB", type="put", strike=50.0, expiry=DAY), priced(spot=0.0), -10_000.0),
        (option("limit", quantity=0), MARKET, 0.0),
        (option("limit", expiry=DAY, strike=90.0), MARKET, -2_000.0),
        (option("limit", exercise="american", strike=0.0), MARKET, -20_000.0),
        (option("limit", expiry="9999-12-31"), MARKET, 0.0),
    ],
)
def test_a_limit_is_a_value_and_no_error(
    tmp_path: Path, row: dict[str, Any], market: dict[str, Any], value: float
) -> None:
    ran = run(tmp_path, book(GOOD, row), market, "value")
    assert ran.exit_code == 0
    assert ran.document["outcomes"][1]["value"] == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("document", "market", "field"),
    [
        ({}, MARKET, "schema"),
        ([], MARKET, "book.json"),
        ("book", MARKET, "book.json"),
        ({**book(GOOD), "schema": "plimsoll/book/v2"}, MARKET, "schema"),
        ({**book(GOOD), "accounts": []}, MARKET, "accounts"),
        ({**book(GOOD), "accounts": {}}, MARKET, "accounts"),
        ({**book(GOOD), "accounts": ["A01"]}, MARKET, "accounts[0]"),
        ({**book(GOOD), "as_of": "2020-02-30"}, MARKET, "as_of"),
        ({**book(GOOD), "as_of": float("nan")}, MARKET, "as_of"),
        (MARKET, MARKET, "book_id"),
        (book(GOOD), book(GOOD), "valuation_date"),
        (book(GOOD), [], "market.json"),
        (book(GOOD), {**MARKET, "schema": "plimsoll/snapshot/v0"}, "schema"),
        (book(GOOD), {**MARKET, "valuation_date": "2020-13-01"}, "valuation_date"),
        (book(GOOD), {**MARKET, "underlyings": {}}, "underlyings"),
    ],
)
def test_a_wrong_file_says_all_and_computes_nothing(
    tmp_path: Path, document: object, market: object, field: str
) -> None:
    for words in (("value",), ("margin", "run")):
        ran = run(tmp_path, document, market, *words)
        assert ran.exit_code == 2
        assert says_all(ran.error)
        assert ran.error["field"].endswith(field)
        assert not list((tmp_path / "w" / "runs").iterdir())


def test_a_book_of_one_account_without_positions_is_worth_nothing(tmp_path: Path) -> None:
    ran = run(tmp_path, book(), MARKET, "value")
    assert (ran.exit_code, ran.document["valued"], ran.document["failed"]) == (0, 0, 0)


STOCK = {"trade_id": "stock", "kind": "stock", "underlying": "AAA", "quantity": 100}
FUTURE = {
    **STOCK,
    "trade_id": "future",
    "kind": "future",
    "expiry": "2020-06-19",
    "multiplier": 50,
    "entry_price": 99.0,
}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("row", "column"),
    [*((GOOD, name) for name in ("strike", "expiry", "type", "exercise", "multiplier")), (FUTURE, "entry_price")],
)
def test_a_table_without_a_column_that_a_kind_in_it_needs_computes_nothing(
    tmp_path: Path, row: dict[str, Any], column: str, suffix: str
) -> None:
    path = write_csv(tmp_path / "book.csv", book_rows({**row, "trade_id": "first"}, {**row, **STOCK}), without=column)
    if suffix == ".parquet":
        path = path.with_suffix(suffix)
        parquet.write_table(csv.read_csv(path.with_suffix(".csv")), path)
    market = write_csv(tmp_path / "market.csv", [market_row("AAA")])
    for words in (("value",), ("margin", "run")):
        code, failure = refused(tmp_path / "w", *words, path, "--snapshot", market)
        assert (code, failure["code"], failure["field"]) == (2, "missing_column", column)
        assert column in failure["allowed"].split(", ")
        assert failure["fix"] == "add the column"
        assert not list((tmp_path / "w" / "runs").iterdir())


def test_a_table_of_stock_alone_needs_no_column_of_terms(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "book.csv", book_rows(STOCK))
    market = write_csv(tmp_path / "market.csv", [market_row("AAA")])
    assert plimsoll(tmp_path / "w", "value", path, "--snapshot", market).exit_code == 0


def test_a_blank_cell_in_a_column_of_terms_refuses_its_row_alone(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "book.csv", book_rows(GOOD, option("bad", strike="")))
    market = write_csv(tmp_path / "market.csv", [market_row("AAA")])
    ran = plimsoll(tmp_path / "w", "value", path, "--snapshot", market, "--json")
    assert ran.exit_code == 1
    good, bad = ran.document["outcomes"]
    assert (good["refusal"], bad["refusal"]["field"]) == (None, "accounts[0].positions[1].strike")


def test_a_table_without_rows_says_so(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(",".join(book_rows(GOOD)[0]) + "\n")
    code, failure = refused(tmp_path / "w", "value", path)
    assert (code, failure["code"], failure["value"]) == (2, "empty_table", "a header alone")
