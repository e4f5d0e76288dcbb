"""Columns in and out by Arrow's C data interface (PyCapsule), so that no producer needs to be known and nothing is copied."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias, TypeGuard, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plimsoll.vocabulary.errors import BadInput


@runtime_checkable
class ArrowArray(Protocol):
    """Whatever exports one array: a ``pyarrow.Array``, a ``RecordBatch``, and those of other libraries."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        """Give the capsules of schema and array."""


@runtime_checkable
class ArrowStream(Protocol):
    """Whatever exports a stream: a ``pyarrow.Table`` or ``ChunkedArray``, a DuckDB relation, a data frame."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Give the capsule of the stream."""


ArrowProducer: TypeAlias = ArrowArray | ArrowStream


def is_arrow(values: object) -> TypeGuard[ArrowProducer]:
    """Whether a value is taken by Arrow's interface: it exports it, and NumPy does not compute with it as it is."""
    return isinstance(values, ArrowArray | ArrowStream) and not hasattr(values, "__array_ufunc__")


def view_of(name: str, values: ArrowProducer, kind: type[Any]) -> npt.NDArray[Any]:
    """Give one Arrow column as a NumPy view of the same memory.

    Raises
    ------
    BadInput
        If the column has another type, nulls or several chunks: a copy would be needed, and it is the caller's to make.
    """
    if isinstance(values, ArrowArray):
        column = _imported(name, pa.array, values)
    else:
        chunks = _imported(name, pa.chunked_array, values)
        if chunks.num_chunks > 1:
            raise _flaw(
                "chunked_column",
                name,
                f"{chunks.num_chunks} chunks",
                "one chunk",
                "combine the chunks, or give all columns as one table, which is valued batch by batch",
            )
        column = chunks.chunk(0) if chunks.num_chunks else pa.array([], chunks.type)
    return _view(name, column, kind)


def batches_of(options: ArrowProducer) -> Iterator[pa.RecordBatch]:
    """Yield the record batches of a table, stream or batch as its producer hands them over.

    Raises
    ------
    BadInput
        If the producer has no columns.
    """
    if isinstance(options, ArrowArray):
        yield _imported("options", pa.record_batch, options)
        return
    reader = _imported("options", pa.RecordBatchReader.from_stream, options)
    count = 0
    while (batch := _next(reader)) is not None:
        count += 1
        yield batch
    if not count:  # no row, but columns that must be looked at
        yield pa.RecordBatch.from_arrays([pa.array([], field.type) for field in reader.schema], schema=reader.schema)


def columns_of(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Give the columns of a batch by name.

    Raises
    ------
    BadInput
        If two have the same name.
    """
    names = batch.schema.names
    for name in names:
        if names.count(name) > 1:
            raise _flaw("repeated_column", name, f"{names.count(name)} times", "each column once", "drop the others")
    return dict(zip(names, batch.columns, strict=True))


def batch_of(columns: Mapping[str, npt.NDArray[Any]]) -> pa.RecordBatch:
    """Give NumPy columns as a record batch on the same memory."""
    arrays = [
        pa.Array.from_buffers(pa.from_numpy_dtype(column.dtype), len(column), [None, pa.py_buffer(column)])
        for column in columns.values()
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(columns))


def _view(name: str, column: pa.Array, kind: type[Any]) -> npt.NDArray[Any]:
    wanted = pa.from_numpy_dtype(np.dtype(kind))
    if column.type != wanted:
        raise _flaw("wrong_type", name, str(column.type), str(wanted), f"cast the column to {wanted}")
    if column.null_count:
        raise _flaw("null_value", name, f"{column.null_count} nulls", "no null", "fill the nulls or drop their rows")
    view: npt.NDArray[Any] = column.to_numpy(zero_copy_only=True)
    return view


def _imported(name: str, take: Callable[[Any], Any], producer: ArrowProducer) -> Any:
    try:
        return take(producer)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise _flaw("not_arrow", name, error, "what Arrow's C data interface exports", "convert it first") from error


def _next(reader: Any) -> pa.RecordBatch | None:
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None
    except (pa.ArrowException, OSError) as error:
        raise _flaw("not_arrow", "options", error, "a stream that can be read to its end", "mend its source") from error


def _flaw(code: str, name: str, found: object, allowed: str, fix: str) -> BadInput:
    return BadInput(code, field=name, value=found, allowed=allowed, fix=fix)
