"""Rows of CSV and Parquet files as plain dicts; a blank cell is a field that is not there."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plimsoll.engine.documents import unreadable
from plimsoll.vocabulary.errors import BadInput

Row = dict[str, Any]


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
        If the file cannot be read, or a column is missing or unknown.
    """
    import pyarrow as pa

    try:
        table = _read(path)
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path, error) from error
    names = list(table.column_names)
    missing = [name for name in required if name not in names]
    unknown = [name for name in names if name not in (*required, *optional)]
    if missing or unknown or len(set(names)) < len(names):
        raise _wrong_columns(path, missing, unknown, names, (*required, *optional))
    rows = [_row(values) for values in table.to_pylist()]
    kinds = {str(row.get("kind")) for row in rows}
    asked = {name for kind, columns in (required_by_kind or {}).items() if kind in kinds for name in columns}
    missing = [name for name in optional if name in asked and name not in names]
    if missing:
        raise _wrong_columns(path, missing, [], names, (*required, *optional))
    return rows


def _read(path: Path) -> Any:
    import pyarrow as pa
    from pyarrow import csv, parquet

    if path.suffix == ".parquet":
        return parquet.read_table(path)
    with path.open("rb") as stream:
        names = stream.readline().decode("utf-8-sig", errors="replace").strip().split(",")
    types = {name.strip('"'): pa.string() for name in names}
    return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=types))


def _wrong_columns(
    path: Path, missing: list[str], unknown: list[str], names: list[str], known: Sequence[str]
) -> BadInput:
    code = "missing_column" if missing else "unknown_column" if unknown else "double_column"
    return BadInput(
        code,
        field=(missing or unknown or [f"columns of {path.name}"])[0],
        value=", ".join(names),
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
