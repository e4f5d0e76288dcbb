"""`plimsoll value --stream`: the outcomes of the whole book, from batches of it, in memory that does not grow with it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from books import book_rows, option, snapshot, underlying
from console_world import Ran, plimsoll
from plimsoll.bootstrap import open_application, streaming

MARKET = snapshot(AAA=underlying())
COLUMNS = ("trade_id", "price", "delta", "value", "method", "refusal_code", "trade_digest", "flags")


def write(path: Path, *rows: dict[str, Any], row_group: int = 1 << 20) -> Path:
    pq.write_table(pa.Table.from_pylist(book_rows(*rows)), path, row_group_size=row_group)
    return path


def options(count: int) -> list[dict[str, Any]]:
    return [option(f"T{i}", strike=60.0 + 80.0 * i / count, type="put" if i % 2 else "call") for i in range(count)]


@pytest.fixture
def market(tmp_path: Path) -> Path:
    path = tmp_path / "market.json"
    path.write_text(json.dumps(MARKET))
    return path


def stream(book: Path, market: Path, *words: object) -> Ran:
    out = book.with_name("out.parquet")
    return plimsoll(book.parent / "w", "value", book, "--snapshot", market, "--stream", out, *words)


def test_the_outcomes_are_those_of_the_whole_book(tmp_path: Path, market: Path) -> None:
    rows = [*options(40), option("bad", strike=-1.0), option("absent", underlying="ZZZ")]
    book = write(tmp_path / "book.parquet", *rows)
    whole = plimsoll(tmp_path / "w", "value", book, "--snapshot", market, "--json")
    with open_application(tmp_path / "w") as app:
        found = streaming.value_stream(
            app, book, str(market), streaming_tree(), tmp_path / "out.parquet", batch_rows=16
        )
    table = pq.read_table(tmp_path / "out.parquet")
    assert (found.batches, found.valued, found.failed) == (3, 40, 2)
    assert [name for name, _ in found.first_refusals] == ["bad", "absent"]
    for got, wanted in zip(table.select(COLUMNS).to_pylist(), whole.document["outcomes"], strict=True):
        valuation, refusal = wanted["valuation"], wanted["refusal"]
        assert got["trade_id"] == wanted["trade_id"]
        assert got["refusal_code"] == (refusal and refusal["code"])
        if valuation:
            assert (got["price"], got["delta"], got["value"]) == (
                valuation["price"],
                valuation["delta"],
                wanted["value"],
            )
            assert (got["flags"], got["trade_digest"]) == (valuation["flags"], valuation["evidence"]["trade_digest"])
    assert found.total == pytest.approx(sum(o["value"] or 0.0 for o in whole.document["outcomes"]), rel=1e-14)
    assert table.schema.metadata[b"snapshot_digest"].decode() == whole.document["snapshot_digest"]
    assert not list(tmp_path.glob(".partial-*"))


def streaming_tree() -> Any:
    from plimsoll.bootstrap.valuation import method_named

    return method_named("tree")


def test_a_person_and_a_program_read_what_came_of_it(tmp_path: Path, market: Path) -> None:
    ran = stream(write(tmp_path / "book.parquet", *options(5)), market, "--method", "best")
    assert ran.exit_code == 0
    assert "5 valued, 0 refused in 1 batches; sum of values " in ran.stdout
    assert "flags: adjusted_prices" in ran.stdout
    ran = stream(write(tmp_path / "book.parquet", *options(5), option("bad", strike=-1.0)), market, "--json")
    assert ran.exit_code == 1
    assert ran.document["first_refusals"][0]["trade_id"] == "bad"
    assert pq.read_metadata(ran.document["outcomes"]).num_rows == 6


def test_what_cannot_be_streamed_is_refused_and_leaves_nothing(tmp_path: Path, market: Path) -> None:
    good = write(tmp_path / "book.parquet", *options(3))
    out = tmp_path / "out.parquet"

    def field(book: Path, *words: object) -> tuple[int, str, str]:
        ran = plimsoll(tmp_path / "w", "value", book, "--snapshot", market, *words, "--json")
        assert not out.exists()
        return ran.exit_code, ran.error["code"], ran.error["field"]

    assert field(tmp_path / "book.csv", "--stream", out) == (2, "wrong_extension", "book")
    assert field(good, "--stream", tmp_path / "out.csv") == (2, "file_not_writable", "--stream")
    assert field(good, "--stream", tmp_path / "none" / "out.parquet") == (2, "file_not_writable", "--stream")
    assert field(tmp_path / "none.parquet", "--stream", out)[1] == "unreadable_file"
    pq.write_table(pq.read_table(good).slice(0, 0), tmp_path / "empty.parquet")
    assert field(tmp_path / "empty.parquet", "--stream", out)[1] == "empty_table"
    pq.write_table(pq.read_table(good).drop_columns("quantity"), tmp_path / "lacks.parquet")
    assert field(tmp_path / "lacks.parquet", "--stream", out)[1:] == ("missing_column", "quantity")
    pq.write_table(pq.read_table(good).drop_columns("strike"), tmp_path / "lacks.parquet")
    assert field(tmp_path / "lacks.parquet", "--stream", out)[1:] == ("missing_column", "strike")
    rows = book_rows(*options(3))
    rows[2]["as_of"] = "2020-03-17"
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "days.parquet")
    assert field(tmp_path / "days.parquet", "--stream", out)[1:] == ("inconsistent_column", "as_of")
    assert not list(tmp_path.glob(".partial-*"))


def test_what_is_read_is_never_written_over(tmp_path: Path, market: Path) -> None:
    rows = options(3)
    partial = write(tmp_path / ".partial-out.parquet", *rows)  # where the outcomes of out.parquet grow
    book, quotes = write(tmp_path / "book.parquet", *rows), tmp_path / "market.parquet"
    quotes.write_bytes(market.read_bytes())
    (tmp_path / "linked.parquet").symlink_to(book)
    (tmp_path / "same.parquet").hardlink_to(book)
    before = {path: path.read_bytes() for path in (book, partial, quotes)}
    for read, snapshot_file, out in (
        (book, market, book),
        (book, market, tmp_path / "." / "linked.parquet"),
        (book, market, tmp_path / "same.parquet"),
        (tmp_path / "linked.parquet", market, book),
        (book, quotes, quotes),
        (partial, market, tmp_path / "out.parquet"),
    ):
        ran = plimsoll(tmp_path / "w", "value", read, "--snapshot", snapshot_file, "--stream", out, "--json")
        assert (ran.exit_code, ran.error["code"], ran.error["field"]) == (2, "would_overwrite_input", "--stream")
        assert {path: path.read_bytes() for path in before} == before
    # What lay there from an earlier run is written over.
    partial.unlink()
    for _ in range(2):
        assert stream(book, market).exit_code == 0


PEAK = """
import sys
from pathlib import Path
from plimsoll.bootstrap import open_application, streaming
from plimsoll.engine.methods import ClosedForm
small, large, market, out, workspace = map(Path, sys.argv[1:])
with open_application(workspace) as app:
    for book in (small, large):
        found = streaming.value_stream(app, book, str(market), ClosedForm(), out, batch_rows=128)
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        print(found.valued, status["VmHWM"].split()[0])
"""


def test_memory_does_not_grow_with_the_book(tmp_path: Path, market: Path) -> None:
    few, many = 128, 1536
    small = write(tmp_path / "small.parquet", *options(few), row_group=128)
    large = write(tmp_path / "large.parquet", *options(many), row_group=128)
    # A process of its own: its peak of resident memory after the one book and after the other, in KiB.
    words = (small, large, market, tmp_path / "out.parquet", tmp_path / "w")
    done = subprocess.run([sys.executable, "-c", PEAK, *map(str, words)], capture_output=True, text=True, check=True)
    (valued, before), (valued_then, after) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert (valued, valued_then) == (few, many)
    # The whole of the larger book at once adds 7 KiB a position, 10 MiB; in batches 2 MiB were measured for 16,384 of them.
    assert (after - before) / 1024 < 7.0
