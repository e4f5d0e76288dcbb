"""Files from elsewhere, made to hurt: each is refused in five plain words, soon, and a bad row hides no other.

The same targets run under libFuzzer by ``make fuzz``; here they read their corpus and what a person would think of.
"""

import csv
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from books import book, market_row, option, snapshot, underlying, write_csv
from fuzz.readers import SUFFIXES, TARGETS, TOPIC_NAMES, seeds
from plimsoll.engine.book import read_book
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.validation.reference import check
from plimsoll.vocabulary.errors import BadInput

SECONDS = 20.0


def _document(**changes: object) -> bytes:
    return json.dumps({**book(option("one")), **changes}).encode()


NASTY: dict[str, bytes] = {
    "nothing": b"",
    "a byte order mark": b"\xef\xbb\xbf" + _document(),
    "UTF-16": _document().decode().encode("utf-16"),
    "no UTF-8": b'{"schema": "\xff\xfe"}',
    "NUL": b"\x00" * 100,
    "NUL within": _document(note="\x00"),
    "nested beyond Python": b"[" * 100_000,
    "nested within Python": b'{"accounts":' + b"[" * 800 + b"]" * 800 + b"}",
    "nested objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "a number of a hundred thousand digits": b'{"schema": ' + b"9" * 100_000 + b"}",
    "1e999 as a date": b'{"schema": "plimsoll/book/v1", "as_of": 1e999}',
    "a double key late among many": ("{" + ",".join(f'"k{i}":1' for i in range(200_000)) + ',"k199999":2}').encode(),
    "half a character as a key": b'{"\\ud800": 1}',
    "half a character in a value": b'{"schema": "\\udfff"}',
    "a column for each of a million": b",".join(b"c%d" % i for i in range(1_000_000)) + b"\n" + b"," * 999_999,
    "quotes without end": b'book_id,as_of\n"' + b"a" * 200_000,
    "a cell of a million letters": b"book_id,as_of\n" + b"a" * 1_000_000 + b",2020-03-16\n",
    "rows of unequal length": b"book_id,as_of\n1,2,3\n4\n",
    "no UTF-8 in a head": b"book_id,\xff\xfe\n1,2\n",
    "Parquet by name": b"PAR1" + b"\x15\x04" * 200 + b"PAR1",
    "Parquet that promises a long footer": b"PAR1" + b"\x00" * 8 + b"\xff\xff\xff\x7fPAR1",
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_file_is_refused_in_plain_words_and_soon(target: str, name: str) -> None:
    began = time.monotonic()
    for kind in range(len(TOPIC_NAMES if target == "reference" else SUFFIXES)):
        TARGETS[target](bytes([kind]) + NASTY[name])
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("target", TARGETS)
def test_the_corpus_and_its_halves_are_read_or_refused(target: str) -> None:
    for seed in seeds(target):
        assert TARGETS[target](seed)
        assert not TARGETS[target](seed[:1]), "an empty file"
        for cut in (1, len(seed) // 3, len(seed) - 2):
            TARGETS[target](seed[:cut])
            TARGETS[target](seed[:cut] + b"\x00\xff" + seed[cut:])


def _refused(path: Path, read: Callable[[Path], object]) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read(path)
    return caught.value


def test_half_a_character_spoils_its_row_alone_and_the_book_has_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(book(option("one"), option("two", note="\ud800"), option("three"))))
    read = read_book(path)
    assert [position.refusal is None for position in read.positions] == [True, False, True]
    refusal = read.positions[1].refusal
    assert refusal is not None
    assert (refusal.field, refusal.value) == ("accounts[0].positions[1].note", "\\ud800")
    assert read.digest.startswith("sha256:")
    bad = snapshot(AAA=underlying(note="\udfff"), BBB=underlying())
    assert set(read_snapshot(bad).refusals) == {"AAA"}


def test_a_name_that_is_no_text_is_named_by_its_spelling() -> None:
    with pytest.raises(BadInput) as caught:
        read_book({**book(option("one")), "\ud800": 1})
    assert caught.value.field == "\\ud800"


def test_a_document_that_is_nested_more_deeply_than_any_of_ours_is_refused() -> None:
    deep: Any = 1
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(BadInput, match="nested_too_deeply"):
        read_book({**book(option("one")), "accounts": deep})


def test_the_second_of_many_equal_names_is_found_soon(tmp_path: Path) -> None:
    began = time.monotonic()
    accounts = [{**book()["accounts"][0], "account_id": f"A{i % 9_999}"} for i in range(10_000)]
    assert _refused_book(accounts).code == "double_account"
    table = write_csv(tmp_path / "market.csv", [market_row(f"U{i % 49_999}") for i in range(50_000)])
    assert _refused(table, read_snapshot).code == "double_row"
    assert time.monotonic() - began < SECONDS


def _refused_book(accounts: list[dict[str, Any]]) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_book({**book(), "accounts": accounts})
    return caught.value


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("read", [read_book, read_snapshot], ids=["book", "snapshot"])
def test_a_file_too_large_to_be_one_of_ours_is_not_read(
    tmp_path: Path, suffix: str, read: Callable[[Path], object]
) -> None:
    path = tmp_path / f"huge{suffix}"
    with path.open("wb") as stream:
        stream.truncate(300 * 1024 * 1024)  # holes, which take no place on the disk
    assert _refused(path, read).code == "file_too_large"
    table = tmp_path / "huge.csv"
    with table.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    assert "more than" in _refused(table, check).value


def test_a_small_parquet_file_that_unpacks_to_more_than_a_machine_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    parquet.write_table(pa.table({"book_id": pa.nulls(5_000_001, pa.string())}), path)
    assert (_refused(path, read_book).code, path.stat().st_size < 10_000) == ("table_too_large", True)
    bomb = tmp_path / "bomb.parquet"
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), pa.array(["x" * 1_000_000]))
    parquet.write_table(pa.table({"book_id": text}), bomb, compression="zstd")
    assert (_refused(bomb, read_book).code, bomb.stat().st_size < 10_000) == ("table_too_large", True)


def test_a_parquet_file_with_more_columns_than_any_of_ours_is_refused_by_the_first_too_many(tmp_path: Path) -> None:
    path = tmp_path / "wide.parquet"
    parquet.write_table(pa.table({f"c{i}": [1] for i in range(1_001)}), path)
    assert (_refused(path, read_book).code, _refused(path, read_book).field) == ("unknown_column", "c1000")


BAD_ROWS = {
    "basel_traffic_light_250d": ("exceptions", ["", "many", "9" * 5_000, "1e3", "-1"]),
    "kupiec_nonrejection_regions": ("n_observations", ["", "1e15", "1e308", "nan", "2.5"]),
    "var_backtest_statistics": (
        "inputs",
        [
            "n=1e999, x=4, p=0.01",
            "n=1e18, p=0.01; exceptions on days 1,2",
            "n=250, x=4, p=2",
            "n=1_0, x=, p=--",
            "n=0, x=0, p=0",
            f"n=250, p=0.01; exceptions on days {'9' * 5_000}",
        ],
    ),
    "asian_discrete": ("n_fixings", ["1e18", "20000", "-1", "", "0"]),
    "margin_strategy_cboe_manual": (
        "option_legs",
        [
            "short|put|80|1|2",
            "short|swap|80|1|2|",
            "short|put|80|1e9|2|",
            "short|put|nan|1|2|",
            "short|put|80|1|2|99999",
        ],
    ),
    "margin_strategy_vs_portfolio": (
        "position",
        ["", "-100 IBM", "-100 IBM Apr 100 X @1.68", "-100 IBM Apr 1e9 C @1.68", "-100 IBM Apr 1.0.0 C @1.68"],
    ),
}


@pytest.mark.parametrize("topic", BAD_ROWS)
def test_a_row_that_cannot_be_read_fails_and_hides_no_other(tmp_path: Path, topic: str) -> None:
    column, values = BAD_ROWS[topic]
    lines = (Path(__file__).parents[1] / "fuzz" / "corpus" / "reference" / f"{topic}.csv").read_text().splitlines()
    header, first = lines[0].split(","), lines[1]
    place = header.index(column)
    table = tmp_path / f"{topic}.csv"
    alone = check(_table(table, lines[0], [first]))
    cells = next(csv.reader([first]))
    rows = [first]
    for number, value in enumerate(values):
        changed = [
            f"bad-{number}" if i == 0 else f'"{value}"' if i == place else f'"{cell}"' for i, cell in enumerate(cells)
        ]
        rows.append(",".join(changed))
    began = time.monotonic()
    found = check(_table(table, lines[0], rows))
    assert time.monotonic() - began < SECONDS
    assert found["cases"] == len(rows)
    assert found["passed"] >= alone["passed"]
    assert found["failed"] + found["unsupported"] + found["passed"] == len(rows)


def _table(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows, ""]))
    return path


@pytest.mark.parametrize("tolerance", ["1.2.3", "1e999", "...", "p to 99999999999 d.p."])
def test_a_tolerance_that_is_no_number_fails_its_row(tmp_path: Path, tolerance: str) -> None:
    header = "case_id,greek,option_type,strike,spot,dividend_yield,rate,maturity_years,vol,expected,tolerance"
    rows = [
        f"bad,delta,call,100,100,0,0.05,1,0.2,0.6368,{tolerance}",
        "good,delta,call,100,100,0,0.05,1,0.2,0.6368,1e-4",
    ]
    found = check(_table(tmp_path / "european_greeks.csv", header, rows))
    assert (found["passed"], found["failed"]) == (1, 1)
    assert [case["case_id"] for case in found["worst"]][:1] == ["bad"]


def test_a_table_that_names_a_column_twice_is_refused(tmp_path: Path) -> None:
    assert _refused(_table(tmp_path / "t.csv", "case_id,a,a", ["1,2,3"]), check).code == "double_column"
    assert _refused(_table(tmp_path / "t.csv", "case_id,,", ["1,2,3"]), check).field == "a column without a name"
