"""Rows of CSV and Parquet files as plain dicts; a blank cell is a field that is not there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plimsoll.engine.documents import require_size, short, unreadable
from plimsoll.vocabulary.errors import BadInput

Row = dict[str, Any]
_MOST_ROWS = 5_000_000
_MOST_COLUMNS = 1_000
_LARGEST_TABLE = 256 * 1024 * 1024
_BATCH_ROWS = 256


def read_rows(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str],
    required_by_kind: Mapping[str, Sequence[str]] | None = None,
) -> list[Row]:
    """Read every row of a table.

    Parameters
    ----------
    path : Path
        A ``.csv`` file with a header, read as text, or a ``.parquet`` file.
    required, optional : sequence of str
        The columns that must and those that may be there.
    required_by_kind : mapping, optional
        The optional columns that must be there too as soon as one row has the ``kind``.

    Returns
    -------
    list of dict
        One dict a row with text, numbers, lists, dates as ``YYYY-MM-DD`` and exact decimals as text; blank cells left
        out.

    Raises
    ------
    BadInput
        If the file cannot be read or is too large, or a column is missing or unknown.
    """
    import pyarrow as pa

    require_size(path)
    known = (*required, *optional)
    try:
        table = _read_parquet(path, known) if path.suffix == ".parquet" else _read_csv(path, known)
        names = list(table.column_names)
        _refuse_wrong_columns(path, names, required, known)
        rows = [_row(values) for values in table.to_pylist()]
    except (OSError, pa.ArrowException, ValueError, OverflowError) as error:  # no table, no text, or no date of ours
        raise unreadable(path, error) from error
    _refuse_missing_terms(path, names, rows, known, required_by_kind or {})
    return rows


def stream_rows(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str],
    required_by_kind: Mapping[str, Sequence[str]],
    batch_rows: int,
) -> Iterator[list[Row]]:
    """Read a Parquet table that may be larger than memory, so many rows at a time.

    Parameters
    ----------
    path : Path
        A ``.parquet`` file of any size.
    required, optional, required_by_kind
        As for :func:`read_rows`; what a kind requires is looked at batch by batch.
    batch_rows : int
        The most rows of a batch; no more than these are held.

    Yields
    ------
    list of dict
        As :func:`read_rows` gives them.

    Raises
    ------
    BadInput
        As :func:`read_rows`, but for the size of the file.
    """
    import pyarrow as pa
    from pyarrow import parquet

    known = (*required, *optional)
    try:
        with parquet.ParquetFile(path) as file:
            names = list(file.schema_arrow.names)
            _refuse_wrong_columns(path, names[:_MOST_COLUMNS], required, known)
            for batch in file.iter_batches(batch_size=batch_rows):
                rows = [_row(values) for values in batch.to_pylist()]
                _refuse_missing_terms(path, names, rows, known, required_by_kind)
                yield rows
    except (OSError, pa.ArrowException, ValueError, OverflowError) as error:
        raise unreadable(path, error) from error


def _refuse_wrong_columns(path: Path, names: list[str], required: Sequence[str], known: Sequence[str]) -> None:
    missing = [name for name in required if name not in names]
    unknown = [name for name in names if name not in known]
    if missing or unknown or len(set(names)) < len(names):
        raise _wrong_columns(path, missing, unknown, names, known)


def _refuse_missing_terms(
    path: Path,
    names: list[str],
    rows: Sequence[Row],
    known: Sequence[str],
    required_by_kind: Mapping[str, Sequence[str]],
) -> None:
    kinds = {str(row.get("kind")) for row in rows}
    asked = {name for kind, columns in required_by_kind.items() if kind in kinds for name in columns}
    missing = [name for name in known if name in asked and name not in names]
    if missing:
        raise _wrong_columns(path, missing, [], names, known)


def _read_csv(path: Path, known: Sequence[str]) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    with path.open("rb") as stream:
        names = stream.readline().decode("utf-8-sig", errors="replace").strip().split(",")
    if len(names) > _MOST_COLUMNS:
        raise _wrong_columns(path, [], [names[_MOST_COLUMNS]], names, known)
    types = {name.strip('"'): pa.string() for name in names}
    return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=types))


def _read_parquet(path: Path, known: Sequence[str]) -> Any:
    """Read a Parquet file; a small one can unpack to more than a machine holds, so it is measured on the way."""
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        names, size = list(file.schema_arrow.names), 0
        if len(names) > _MOST_COLUMNS:
            raise _wrong_columns(path, [], [names[_MOST_COLUMNS]], names, known)
        if file.metadata.num_rows > _MOST_ROWS:
            raise _too_large(path, f"{file.metadata.num_rows:,} rows")
        batches = []
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            plain = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in batch.columns]
            batches.append(pa.RecordBatch.from_arrays(plain, names=names))
            size += batches[-1].nbytes
            if size > _LARGEST_TABLE:
                raise _too_large(path, f"more than {_LARGEST_TABLE:,} bytes when unpacked")
        return pa.Table.from_batches(batches) if batches else file.schema_arrow.empty_table()


def _too_large(path: Path, found: str) -> BadInput:
    return BadInput(
        "table_too_large",
        field=str(path),
        value=found,
        allowed=f"at most {_MOST_ROWS:,} rows and {_LARGEST_TABLE:,} bytes",
        fix="split the table",
    )


def _wrong_columns(
    path: Path, missing: list[str], unknown: list[str], names: list[str], known: Sequence[str]
) -> BadInput:
    code = "missing_column" if missing else "unknown_column" if unknown else "double_column"
    return BadInput(
        code,
        field=short((missing or unknown or [f"columns of {path.name}"])[0]) or "a column without a name",
        value=short(", ".join(names)),
        allowed=", ".join(known),
        fix="add the column" if missing else "remove or rename the column",
    )


def _row(values: Mapping[str, Any]) -> Row:
    row: Row = {}
    for name, value in values.items():
        if value is None or value == "":
            continue
        row[name] = _plain(value)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def number(value: object) -> object:
    """Read a number from a cell; what is no number is given back for the schema to refuse."""
    if not isinstance(value, str) or "_" in value:  # Python reads 1_000 as a number; tables do not write it
        return value
    try:
        return float(value)
    except ValueError:
        return value


def items(value: object) -> object:
    """Read a list from a cell: a list, or text with semicolons."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value
