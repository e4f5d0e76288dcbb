"""Ingest: real files in, Parquet and manifests out, the same every time."""

import dataclasses
import gzip
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from plimsoll.data.ingest import ingest, read_source
from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.sources import SOURCES, Source, locate
from plimsoll.data.store import object_path, read_manifest, read_table, write_atomically
from plimsoll.data.verify import verify
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.digest import file_digest
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.progress import SilentProgress

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _clock() -> FixedClock:
    return FixedClock(NOW, timedelta(minutes=1))


def _source(**changes: Any) -> Source:
    small = dataclasses.replace(
        SOURCES[0],
        dataset="small",
        package="quotes_package",
        path="quotes.csv.gz",
        columns=("A", "B"),
        names=("A", "B"),
    )
    return dataclasses.replace(small, **changes)


def _write(package: Path, lines: Sequence[str]) -> None:
    (package / "quotes.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))


def _files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_real_datasets_have_their_rows_and_spans(ingested: Path) -> None:
    found = {
        source.dataset: (manifest.rows, manifest.first_date, manifest.last_date)
        for source in SOURCES
        for manifest in [read_manifest(ingested, source.dataset)]
    }
    assert found == {
        "us_stocks": (8313, "1990-01-02", "2022-12-28"),
        "sp500": (8313, "1990-01-02", "2022-12-28"),
        "sp500_ohlcv": (5031, "1999-01-04", "2018-12-31"),
        "vix": (1305, "2014-01-03", "2019-01-03"),
        "wti": (8611, "1986-01-02", "2019-01-03"),
    }


def test_the_manifest_says_that_stock_closes_are_adjusted(ingested: Path) -> None:
    stocks, index = read_manifest(ingested, "us_stocks"), read_manifest(ingested, "sp500")
    assert (stocks.price_basis, stocks.price_words) == ("adjusted", "closes adjusted for splits and dividends")
    assert index.price_basis == "raw"


def test_the_manifest_names_source_licence_schema_and_digests(ingested: Path) -> None:
    manifest = read_manifest(ingested, "us_stocks")
    located = locate(SOURCES[0])
    assert manifest.origin.version == located.version
    assert manifest.origin.file_digest == file_digest(located.file)
    assert manifest.origin.licence == "BSD-3-Clause"
    assert [column.type for column in manifest.columns] == ["date32[day]"] + ["double"] * 20
    assert manifest.file_digest == file_digest(ingested / manifest.file)
    assert manifest.logical_digest == logical_digest(read_table(ingested, "us_stocks"))
    assert manifest.ingested_at == "2026-11-22T12:00:00.000000Z"


def test_the_index_equals_the_raw_close_of_the_other_source(ingested: Path) -> None:
    index = dict(zip(*read_table(ingested, "sp500").to_pydict().values(), strict=True))
    other = read_table(ingested, "sp500_ohlcv")
    pairs = zip(other.column("date").to_pylist(), other.column("close").to_pylist(), strict=True)
    # Both files print the index to at least two decimals of a level above 600.
    assert all(abs(close / index[day] - 1.0) < 1e-6 for day, close in pairs)


def test_values_are_those_of_the_file(ingested: Path) -> None:
    stocks = read_table(ingested, "us_stocks")
    row = stocks.column("date").to_pylist().index(date(2008, 9, 2))
    assert stocks.column("AAPL")[row].as_py() == 5.045
    vix = read_table(ingested, "vix").to_pydict()
    assert vix["VIX"][vix["date"].index(date(2014, 1, 20))] is None


def test_a_second_run_changes_no_byte(store: Path) -> None:
    before = _files(store)
    again = ingest(store, FixedClock(NOW + timedelta(days=1)), SilentProgress())
    assert _files(store) == before
    assert [manifest.dataset for manifest in again] == [source.dataset for source in SOURCES]


def test_two_stores_of_one_clock_are_equal(ingested: Path, tmp_path: Path) -> None:
    ingest(tmp_path, FixedClock(NOW), SilentProgress())
    assert _files(tmp_path) == _files(ingested)


def test_the_file_is_zstd_parquet_with_page_checksums(ingested: Path) -> None:
    manifest = read_manifest(ingested, "us_stocks")
    column = pq.ParquetFile(ingested / manifest.file).metadata.row_group(0).column(1)
    assert column.compression == "ZSTD"


def test_new_content_becomes_a_new_version_beside_the_old(package: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    _write(package, ["Date,A,B", "2020-01-02,1.0,2.0"])
    (first,) = ingest(root, _clock(), SilentProgress(), (_source(),))
    kept = _files(root)
    _write(package, ["Date,A,B", "2020-01-02,1.0,2.5"])
    (second,) = ingest(root, _clock(), SilentProgress(), (_source(),))
    assert second.replaces == first.digest()
    assert second.logical_digest != first.logical_digest
    after = _files(root)
    assert all(after[name] == data for name, data in kept.items() if not name.startswith("heads/"))
    assert read_table(root, "small").column("B").to_pylist() == [2.5]
    assert all(record.intact for record in verify(root))


def test_a_damaged_file_is_restored_by_the_next_ingest(store: Path) -> None:
    manifest = read_manifest(store, "vix")
    path = object_path(store, manifest.file_digest)
    path.write_bytes(path.read_bytes()[:-1])
    ingest(store, _clock(), SilentProgress())
    assert file_digest(path) == manifest.file_digest
    assert all(record.intact for record in verify(store))


def test_a_damaged_manifest_is_replaced_by_the_next_ingest(store: Path) -> None:
    manifest = read_manifest(store, "vix")
    path = store / "manifests" / f"{manifest.digest().removeprefix('sha256:')}.json"
    path.write_bytes(path.read_bytes().replace(b"VIX index", b"VIX Index"))
    ingest(store, FixedClock(NOW), SilentProgress())
    assert read_manifest(store, "vix").rows == 1305


@pytest.mark.parametrize(
    ("lines", "allowed"),
    [
        (["Date,A", "2020-01-02,1.0"], "the columns Date, A, B"),
        (["Date,A,B", "2020-01-02,1.0,much"], "numbers, or nothing where none is known"),
        (["Date,A,B", "02.01.2020,1.0,2.0"], "dates written %Y-%m-%d"),
        (["Date,A,B", ",1.0,2.0"], "dates written %Y-%m-%d"),
        (["Date,A,B", ""], "at least one row"),
    ],
    ids=["missing column", "text for a number", "another date format", "no date", "no rows"],
)
def test_an_unusable_file_is_refused_with_what_is_allowed(package: Path, lines: Sequence[str], allowed: str) -> None:
    _write(package, lines)
    with pytest.raises(BadInput) as caught:
        read_source(locate(_source()))
    assert (caught.value.code, caught.value.allowed) == ("unreadable_source", allowed)


def test_a_file_that_is_not_gzip_is_refused(package: Path) -> None:
    (package / "quotes.csv.gz").write_bytes(b"Date,A,B\n2020-01-02,1,2\n")
    with pytest.raises(BadInput):
        read_source(locate(_source()))


def test_nothing_is_stored_when_a_source_is_unusable(package: Path, tmp_path: Path) -> None:
    _write(package, ["Date,A", "2020-01-02,1.0"])
    with pytest.raises(BadInput):
        ingest(tmp_path / "root", _clock(), SilentProgress(), (_source(),))
    assert not (tmp_path / "root").exists()


def test_a_failed_write_leaves_the_old_file_and_no_partial_one(tmp_path: Path) -> None:
    target = tmp_path / "held"
    target.mkdir()
    (target / "inside").write_text("x")
    with pytest.raises(IsADirectoryError):
        write_atomically(target, b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["held"]


def test_progress_hears_one_step_a_dataset(package: Path, tmp_path: Path) -> None:
    heard: list[object] = []

    class Listener:
        def stage(self, name: str, total: int) -> None:
            heard.append((name, total))

        def advance(self, count: int) -> None:
            heard.append(count)

        def done(self) -> None:
            heard.append("done")

    _write(package, ["Date,A,B", "2020-01-02,1.0,2.0"])
    ingest(tmp_path / "root", _clock(), Listener(), (_source(),))
    assert heard == [("ingest", 1), 1, "done"]


def test_an_ingest_that_was_killed_before_its_manifest_was_in_force_is_taken_up_where_it_was(
    package: Path, tmp_path: Path
) -> None:
    _write(package, ["Date,A,B", "2020-01-02,1,2", "2020-01-03,3,4"])
    first = ingest(tmp_path / "store", _clock(), SilentProgress(), (_source(),))
    heads = tmp_path / "store" / "heads"
    (heads / "small.json").rename(heads / "small.next")
    again = ingest(tmp_path / "store", FixedClock(NOW + timedelta(days=1)), SilentProgress(), (_source(),))
    assert again == first
    assert all(record.intact for record in verify(tmp_path / "store"))
