"""One digest for the content of an Arrow table, whatever its chunks, its file format or the version of the writer."""

import hashlib
import struct
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.vocabulary.errors import BadInput

_DOMAIN = b"plimsoll/table/v1"


def logical_digest(table: pa.Table) -> str:
    """Give ``sha256:`` and the hex SHA-256 of a table's schema and values.

    The digested bytes are little-endian and length-prefixed: for each column its name and type, one byte a row that
    says whether the value is there, then the values with zero where none is (of texts: all lengths, then all bytes). -0.0 counts as 0.0 and every NaN as one.
    Column order counts; chunks, slices and metadata do not.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of type bool, int64, float64, string, date32, timestamp in microseconds, decimal128 or list of string.

    Raises
    ------
    BadInput
        If a column has another type.
    """
    hasher = hashlib.sha256()
    _add(hasher.update, _DOMAIN)
    _add(hasher.update, struct.pack("<QQ", table.num_rows, table.num_columns))
    for field in table.schema:
        column = table.column(field.name).combine_chunks()
        _add(hasher.update, field.name.encode())
        _add(hasher.update, str(field.type).encode())
        _add(hasher.update, _bytes_of(pc.cast(pc.is_valid(column), pa.uint8()), "<u1"))
        _add(hasher.update, _values(field, column))
    return "sha256:" + hasher.hexdigest()


def _add(update: Callable[[bytes], None], data: bytes) -> None:
    update(struct.pack("<Q", len(data)))
    update(data)


def _bytes_of(column: pa.Array, dtype: str) -> bytes:
    return np.asarray(column.to_numpy(zero_copy_only=False)).astype(dtype).tobytes()


def _texts(column: pa.Array) -> bytes:
    if len(column) == 0:
        return b""
    # The offsets of a slice begin where the slice begins in the shared buffer of letters.
    offsets = np.frombuffer(column.buffers()[1], dtype="<i4")[column.offset : column.offset + len(column) + 1]
    letters = column.buffers()[2]
    text = b"" if letters is None else letters.to_pybytes()[offsets[0] : offsets[-1]]
    return _bytes_of(pc.binary_length(column), "<u8") + text


def _values(field: pa.Field, column: pa.Array) -> bytes:
    if pa.types.is_float64(field.type):
        numbers = column.fill_null(0.0).to_numpy(zero_copy_only=False).astype("<f8")
        numbers[numbers == 0.0] = 0.0
        numbers[np.isnan(numbers)] = np.nan
        return bytes(numbers.tobytes())
    if pa.types.is_string(field.type):
        return _texts(column.fill_null(""))
    if pa.types.is_boolean(field.type):
        return _bytes_of(pc.cast(column.fill_null(False), pa.uint8()), "<u1")
    if pa.types.is_date32(field.type):
        return _bytes_of(pc.cast(pc.cast(column, pa.int32()), pa.int64()).fill_null(0), "<i8")
    if pa.types.is_int64(field.type) or (pa.types.is_timestamp(field.type) and field.type.unit == "us"):
        return _bytes_of(pc.cast(column, pa.int64()).fill_null(0), "<i8")
    if pa.types.is_decimal128(field.type):
        return _texts(pc.cast(column, pa.string()).fill_null(""))
    if pa.types.is_list(field.type) and pa.types.is_string(field.type.value_type):
        lengths = pc.list_value_length(column).fill_null(0)
        return _bytes_of(lengths, "<i8") + _texts(column.flatten().fill_null(""))
    raise BadInput(
        "unsupported_type",
        field=field.name,
        value=field.type,
        allowed="bool, int64, float64, string, date32, timestamp[us], decimal128, list of string",
        fix="cast the column to one of these",
    )
