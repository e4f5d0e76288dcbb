import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from engine_documents import asian, book, future, option, stock
from plimsoll.engine.book import read_book
from plimsoll.engine.trades import American, Asian, European, Future, OptionType, Stock
from plimsoll.vocabulary.errors import BadInput

HEADER = (
    "book_id,as_of,price_basis,account_id,account_type,currency,cash,trade_id,kind,underlying,quantity,"
    "type,exercise,strike,expiry,multiplier,entry_price,fixings,fixed"
)
HEAD = "small,2026-01-05,raw,A01,margin,USD,250000.00"
ROWS = (
    f"{HEAD},S1,stock,ABC,-200,,,,,,,,",
    f"{HEAD},O1,option,ABC,-2,put,american,105.0,2026-07-17,100,,,",
    f"{HEAD},F1,future,XYZ,1,,,,2026-06-19,50,39.5,,",
    f"{HEAD},A1,asian,ABC,1,call,,100,2026-06-01,1,,2025-12-01;2026-03-02;2026-06-01,98.0",
)


def written(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEADER, *(rows or ROWS))) + "\n", encoding="utf-8")
    return path


def refused(document: Any) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_book(document)
    assert caught.value.exit_code == 2
    return caught.value


def test_a_document_gives_accounts_and_trades_of_every_kind() -> None:
    read = read_book(book(stock(), option(), option("O2", exercise="european", type="call"), future(), asian()))
    products = [position.trade.product for position in read.positions if position.trade]
    assert [type(product) for product in products] == [Stock, American, European, Future, Asian]
    assert read.accounts[0].cash == "250000.00"
    assert read.positions[1].trade
    assert read.positions[1].trade.multiplier == 100.0
    assert read.positions[0].trade
    assert read.positions[0].trade.multiplier == 1.0
    assert read.positions[3].entry_price == 39.5
    assert isinstance(products[1], American)
    assert products[1].type is OptionType.put
    assert read.digest.startswith("sha256:")


def test_json_csv_and_parquet_give_the_same_trades(tmp_path: Path) -> None:
    json_file = tmp_path / "book.json"
    json_file.write_text(json.dumps(book(stock(), option(), future(), asian())), encoding="utf-8")
    csv_file = written(tmp_path / "book.csv")
    rows: list[dict[str, Any]] = [dict(zip(HEADER.split(","), row.split(","), strict=True)) for row in ROWS]
    for row in rows:
        row["quantity"] = float(row["quantity"])
    table = pa.Table.from_pylist(rows)
    parquet.write_table(table, tmp_path / "book.parquet")
    from_json, from_csv, from_parquet = (
        read_book(path) for path in (json_file, str(csv_file), tmp_path / "book.parquet")
    )
    assert from_json.accounts == from_csv.accounts == from_parquet.accounts


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        (option(strike="high"), "accounts[0].positions[0].strike", "'high'"),
        (option(kind="swap"), "accounts[0].positions[0].kind", "'swap'"),
        (option(expiry="2026-02-30"), "accounts[0].positions[0].expiry", "'2026-02-30'"),
        (option(expiry="20260217"), "accounts[0].positions[0].expiry", "'20260217'"),
        (option(colour="red"), "accounts[0].positions[0].colour", "'red'"),
        ("nothing", "accounts[0].positions[0]", "'nothing'"),
        (option(underlying=""), "accounts[0].positions[0].underlying", "''"),
    ],
)
def test_a_bad_row_is_a_refusal_with_its_field_and_the_others_are_trades(row: Any, field: str, value: str) -> None:
    bad, good = read_book(book(row, stock())).positions
    assert good.trade is not None
    assert bad.trade is None
    assert bad.refusal is not None
    assert (bad.refusal.code, bad.refusal.field, bad.refusal.value) == ("invalid_value", field, value)
    assert bad.refusal.allowed
    assert bad.refusal.fix
    assert bad.refusal.exit_code == 1


def test_a_row_that_lacks_a_term_names_the_term() -> None:
    row = option()
    del row["strike"]
    refusal = read_book(book(row)).positions[0].refusal
    assert refusal is not None
    assert (refusal.code, refusal.field) == ("missing_field", "accounts[0].positions[0].strike")


def test_a_row_without_id_is_named_by_its_place() -> None:
    row = option()
    del row["trade_id"]
    assert read_book(book(stock(), row)).positions[1].trade_id == "A01[1]"


def test_what_could_be_read_of_a_refused_row_is_kept() -> None:
    half, none, nameless = read_book(
        book(option(strike="high"), option("O2", underlying=5, quantity="two", multiplier=None), "nothing")
    ).positions
    assert (half.underlying, half.quantity, half.multiplier) == ("ABC", -2.0, 100.0)
    for row in (none, nameless):
        assert (row.underlying, row.quantity, row.multiplier) == (None, None, None)


def test_a_trade_id_used_twice_refuses_the_second() -> None:
    first, second = read_book(book(stock(), stock())).positions
    assert first.trade is not None
    assert second.trade is None
    assert (second.underlying, second.quantity, second.multiplier) == ("ABC", -200.0, 1.0)
    assert second.refusal is not None
    assert second.refusal.field == "trade_id"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400])
@pytest.mark.parametrize("field", ["strike", "quantity", "multiplier", "entry_price", "underlying", "colour"])
def test_a_number_that_is_not_finite_refuses_its_position_by_field(tmp_path: Path, field: str, number: str) -> None:
    path = tmp_path / "book.json"
    document = book(stock(), option(**{field: "here"}))
    path.write_text(json.dumps(document).replace('"here"', number), encoding="utf-8")
    read = read_book(path)
    good, bad = read.positions
    assert good.trade is not None
    assert bad.refusal is not None
    assert (bad.refusal.code, bad.refusal.field) == ("invalid_value", f"accounts[0].positions[1].{field}")
    assert bad.refusal.value in ("nan", "inf", "-inf") or bad.refusal.value.startswith("1000")
    assert bad.refusal.allowed == "a finite number"
    assert read.digest.startswith("sha256:")


def test_a_fixing_that_is_not_finite_is_named_by_its_place() -> None:
    refusal = read_book(book(asian(fixed=[float("inf")]))).positions[0].refusal
    assert refusal is not None
    assert (refusal.field, refusal.value) == ("accounts[0].positions[0].fixed[0]", "inf")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({"cash": float("nan")}, "nan"),
        ({"cash": "nan"}, "'nan'"),
        ({"cash": None}, "None"),
        ({"cash": "1" + "0" * 15}, "'1000000000000000'"),
        ({"type": "portfolio"}, "'portfolio'"),
        ({"currency": "usd"}, "'usd'"),
        ({"note": 5}, "5"),
    ],
)
def test_an_account_of_impossible_terms_is_refused_and_its_positions_are_trades(
    change: dict[str, Any], value: str
) -> None:
    document = book()
    document["accounts"].append({**document["accounts"][0], **change, "account_id": "A02", "positions": [stock("S2")]})
    good, bad = read_book(document).accounts
    assert good.refusal is None
    assert bad.positions[0].trade is not None
    assert bad.refusal is not None
    (field,) = change
    assert (bad.refusal.code, bad.refusal.field) == ("invalid_value", f"accounts[1].{field}")
    assert bad.refusal.value == value
    assert bad.refusal.exit_code == 1


def test_an_account_without_cash_is_no_account() -> None:
    document = book()
    del document["accounts"][0]["cash"]
    assert (refused(document).code, refused(document).field) == ("missing_field", "accounts[0].cash")


@pytest.mark.parametrize("place", ["as_of", "book_id", "price_basis", "colour"])
def test_a_number_that_is_not_finite_in_the_head_refuses_the_book(place: str) -> None:
    failure = refused(book() | {place: float("nan")})
    assert (failure.code, failure.field, failure.value) == ("invalid_value", place, "nan")


def test_cash_that_is_nan_in_a_table_refuses_the_account_once(tmp_path: Path) -> None:
    path = tmp_path / "book.parquet"
    rows: list[dict[str, Any]] = [dict(zip(HEADER.split(","), row.split(","), strict=True)) for row in ROWS]
    parquet.write_table(pa.Table.from_pylist([{**row, "quantity": 1.0, "cash": float("nan")} for row in rows]), path)
    for read in (
        read_book(path),
        read_book(written(tmp_path / "b.csv", *(r.replace("250000.00", "nan") for r in ROWS))),
    ):
        assert read.accounts[0].refusal is not None
        assert read.accounts[0].refusal.field == "accounts[0].cash"
        assert all(position.trade is not None for position in read.positions)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"schema": "plimsoll/book/v2"}, "invalid_value", "schema"),
        ({"as_of": "yesterday"}, "invalid_value", "as_of"),
        ({"price_basis": "nice"}, "invalid_value", "price_basis"),
        ({"accounts": []}, "invalid_value", "accounts"),
        ({"owner": "me"}, "unknown_field", "owner"),
    ],
)
def test_a_document_that_is_no_book_is_bad_input(change: dict[str, Any], code: str, field: str) -> None:
    failure = refused(book() | change)
    assert (failure.code, failure.field) == (code, field)


def test_a_missing_top_field_is_named() -> None:
    document = book()
    del document["as_of"]
    failure = refused(document)
    assert (failure.code, failure.field) == ("missing_field", "as_of")


def test_an_account_named_twice_is_bad_input() -> None:
    document = book()
    document["accounts"].append(document["accounts"][0] | {"positions": []})
    assert refused(document).code == "double_account"


@pytest.mark.parametrize("name", ["none.json", "none.csv", "none.parquet"])
def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path / name).code == "unreadable_file"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "unreadable_file"),
        ("[]", "wrong_schema"),
        ("NaN", "wrong_schema"),
        ('{"a": NaN}', "invalid_value"),
        ('{"a": 1, "a": 2}', "double_key"),
        ("[" * 100_000, "unreadable_file"),
        ("1" * 5000, "unreadable_file"),
    ],
)
def test_a_file_that_is_no_json_document_is_bad_input(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "book.json"
    path.write_text(text, encoding="utf-8")
    assert refused(path).code == code


def test_a_missing_column_is_bad_input_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(HEADER.replace("quantity,", "") + "\n", encoding="utf-8")
    failure = refused(path)
    assert (failure.code, failure.field) == ("missing_column", "quantity")


def test_an_unknown_or_double_column_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(HEADER + ",colour\n" + ROWS[0] + ",red\n", encoding="utf-8")
    assert (refused(path).code, refused(path).field) == ("unknown_column", "colour")
    path.write_text(HEADER + ",strike\n" + ROWS[0] + ",\n", encoding="utf-8")
    assert refused(path).code == "double_column"


def test_exact_decimals_of_a_table_are_read_as_they_are(tmp_path: Path) -> None:
    cells = dict(zip(HEADER.split(","), ROWS[1].split(","), strict=True))
    row = {**cells, "cash": Decimal("250000.00"), "strike": Decimal("105.0"), "quantity": Decimal("-2")}
    parquet.write_table(pa.Table.from_pylist([row]), tmp_path / "book.parquet")
    assert read_book(tmp_path / "book.parquet").accounts == read_book(written(tmp_path / "b.csv", ROWS[1])).accounts


def test_a_number_with_underscores_is_none(tmp_path: Path) -> None:
    refusal = read_book(written(tmp_path / "book.csv", ROWS[1].replace("105.0", "1_050"))).positions[0].refusal
    assert refusal is not None
    assert refusal.value == "'1_050'"


def test_a_table_without_rows_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(HEADER + "\n", encoding="utf-8")
    assert refused(path).code == "empty_table"


def test_account_columns_that_change_within_an_account_are_bad_input(tmp_path: Path) -> None:
    failure = refused(written(tmp_path / "book.csv", ROWS[0], ROWS[1].replace("250000.00", "1.00")))
    assert (failure.code, failure.field) == ("inconsistent_column", "cash")
    failure = refused(written(tmp_path / "book.csv", ROWS[0], ROWS[1].replace("2026-01-05", "2026-01-06")))
    assert failure.field == "as_of"


def test_a_bad_cell_refuses_its_row_only(tmp_path: Path) -> None:
    read = read_book(written(tmp_path / "book.csv", ROWS[0], ROWS[1].replace("105.0", "high")))
    assert read.positions[0].trade is not None
    assert read.positions[1].refusal is not None
    assert read.positions[1].refusal.value == "'high'"


def test_a_long_value_is_cut_in_the_message() -> None:
    refusal = read_book(book(option(strike="x" * 500))).positions[0].refusal
    assert refusal is not None
    assert len(refusal.value) == 120


def test_a_file_of_an_unknown_extension_is_told_which_are_read(tmp_path: Path) -> None:
    path = tmp_path / "b1.txt"
    path.write_text("a book")
    with pytest.raises(BadInput, match="unknown_extension") as caught:
        read_book(path)
    assert (caught.value.value, caught.value.allowed) == (".txt", ".json, .csv or .parquet")
