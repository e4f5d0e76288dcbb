"""Reads the sources into the store: one Parquet file and one manifest a dataset."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.manifest import Column, Manifest, Origin
from plimsoll.data.sources import SOURCES, LocatedSource, Source, locate
from plimsoll.data.store import (
    WRITER,
    head_path,
    parquet_bytes,
    put_manifest,
    put_object,
    read_json,
    read_manifest,
    settle,
)
from plimsoll.vocabulary.clock import Clock, utc_text
from plimsoll.vocabulary.digest import file_digest
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken
from plimsoll.vocabulary.progress import Progress

_NULL_WORDS = ["", "."]


def ingest(store_root: Path, clock: Clock, progress: Progress, sources: tuple[Source, ...] = SOURCES) -> list[Manifest]:
    """Bring every source into the store and give the manifests in force, in the order of the sources.

    A dataset whose content and source are already stored intact is left untouched, so a second run changes nothing;
    changed content becomes a new version beside the old one.

    Parameters
    ----------
    store_root : Path
        Folder of the datasets.
    clock : Clock
        Dates a new manifest.
    progress : Progress
        Hears of each dataset.
    sources : tuple of Source
        What to bring in.

    Raises
    ------
    MissingDependency
        If a package that carries a source is not installed.
    BadInput
        If a file lacks a column or holds what is no date or number.
    """
    progress.stage("ingest", len(sources))
    manifests = []
    for source in sources:
        manifests.append(_ingest_one(store_root, clock, locate(source)))
        progress.advance(1)
    progress.done()
    return manifests


def read_source(located: LocatedSource) -> pa.Table:
    """Read a source's file as ``date`` (date32) and float64 columns, null where the file has none.

    Raises
    ------
    BadInput
        If a column is missing or a value is no date or number.
    """
    source = located.source
    options = csv.ConvertOptions(
        include_columns=[source.date_column, *source.columns],
        column_types={source.date_column: pa.string(), **dict.fromkeys(source.columns, pa.float64())},
        null_values=_NULL_WORDS,
    )
    try:
        table = csv.read_csv(located.file, convert_options=options)
    except KeyError as error:
        raise _unreadable(source, error, f"the columns {source.date_column}, {', '.join(source.columns)}") from error
    except (OSError, pa.ArrowInvalid) as error:
        raise _unreadable(source, error, "numbers, or nothing where none is known") from error
    if table.num_rows == 0:
        raise _unreadable(source, "no rows", "at least one row")
    columns = {"date": _dates(source, table.column(source.date_column))}
    for column, name in zip(source.columns, source.names, strict=True):
        columns[name] = table.column(column).combine_chunks()
    return pa.table(columns)


def _dates(source: Source, column: pa.ChunkedArray) -> pa.Array:
    try:
        days = [datetime.strptime(text or "", source.date_format).date() for text in column.to_pylist()]
    except ValueError as error:
        raise _unreadable(source, error, f"dates written {source.date_format}") from error
    return pa.array(days, pa.date32())


def _unreadable(source: Source, value: object, allowed: str) -> BadInput:
    return BadInput(
        "unreadable_source",
        field=f"source of {source.dataset}",
        value=value,
        allowed=allowed,
        fix=f"install the release of {source.package} that the lock file names",
    )


def _ingest_one(store_root: Path, clock: Clock, located: LocatedSource) -> Manifest:
    source = located.source
    table = read_source(located)
    content = logical_digest(table)
    origin = Origin(
        package=source.package,
        version=located.version,
        path=source.path,
        file_digest=file_digest(located.file),
        licence=source.licence,
        notice=source.notice,
    )
    settle(store_root, source.dataset)
    stored = _stored_intact(store_root, source.dataset)
    if stored is not None and stored.logical_digest == content and stored.origin == origin:
        return stored
    data = parquet_bytes(table)
    digest = put_object(store_root, data)
    span = pc.min_max(table.column("date")).as_py()
    manifest = Manifest(
        dataset=source.dataset,
        description=source.description,
        file=f"objects/{digest.removeprefix('sha256:')}.parquet",
        file_digest=digest,
        file_bytes=len(data),
        logical_digest=content,
        columns=tuple(Column(name=field.name, type=str(field.type)) for field in table.schema),
        rows=table.num_rows,
        first_date=span["min"].isoformat(),
        last_date=span["max"].isoformat(),
        calendar=source.calendar,
        price_basis=source.price_basis,
        price_words=source.price_words,
        origin=origin,
        writer=WRITER,
        ingested_at=utc_text(clock.now()),
        replaces=_in_force(store_root, source.dataset),
    )
    put_manifest(store_root, manifest)
    return manifest


def _stored_intact(store_root: Path, dataset: str) -> Manifest | None:
    if not head_path(store_root, dataset).is_file():
        return None
    try:
        manifest = read_manifest(store_root, dataset)
    except (BadInput, IntegrityBroken):
        return None
    file = store_root / manifest.file
    return manifest if file.is_file() and file_digest(file) == manifest.file_digest else None


def _in_force(store_root: Path, dataset: str) -> str:
    head = head_path(store_root, dataset)
    return str(read_json(head).get("manifest")) if head.is_file() else ""
