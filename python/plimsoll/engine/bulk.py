"""Options as columns: arrays in, arrays out, without copies of arrays that already have the right type."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from plimsoll import _core
from plimsoll.engine.methods import MethodSpec, refuse_unknown_instruction_set
from plimsoll.vocabulary.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

    from plimsoll.engine.arrow_columns import ArrowProducer

_CODES = ("type", "exercise")
_NUMBERS = ("spot", "strike", "years", "rate", "dividend_yield", "volatility")
_DIVIDENDS = {"dividend_offsets": np.int64, "dividend_years": np.float64, "dividend_amounts": np.float64}
MEASURES = ("price", "delta", "gamma", "vega", "theta", "rho")

#: What a row's status means: 0, or 1 + the position of the error code.
STATUS_NAMES: tuple[str, ...] = ("valued", *(code.name for code in _core.ErrorCode))


def value_options(
    columns: "Mapping[str, npt.ArrayLike | ArrowProducer]",
    method: MethodSpec,
    *,
    threads: int = 1,
    greeks: bool = True,
    error_estimate: bool = False,
    out: Mapping[str, npt.NDArray[Any]] | None = None,
) -> dict[str, npt.NDArray[Any]]:
    """Value European and American options row by row.

    Parameters
    ----------
    columns : mapping of name to array
        ``type`` (0 call, 1 put) and ``exercise`` (0 European, 1 American) as uint8; ``spot``, ``strike``, ``years``,
        ``rate``, ``dividend_yield`` and ``volatility`` as float64, one value a row. Cash dividends are optional: those
        of row i are entries ``dividend_offsets[i]`` up to ``dividend_offsets[i + 1]`` of ``dividend_years`` and
        ``dividend_amounts``. What exports Arrow's C data interface will do as well as a NumPy array; the memory of a column
        of the right type is read where it lies.
    method : MethodSpec
        Settings of :mod:`plimsoll.engine.methods`.
    threads : int
        Number of threads; the bits of the results do not depend on it.
    greeks : bool
        Whether delta, gamma, vega, theta and rho are wanted beside the price.
    error_estimate : bool
        Whether the method is asked how far each price may be from the exact one.
    out : mapping of name to array, optional
        Where the results go: what an earlier call of the same form gave back. New memory costs half as much as a formula.

    Returns
    -------
    dict of str to array
        ``price`` and, when wanted, the sensitivities as float64, per unit; ``status`` as int32: 0 for a valued row,
        otherwise the index into :data:`STATUS_NAMES`, and NaN in the other columns; ``error_estimate``, when wanted, in
        the unit of the price, NaN where the method gives none.

    Raises
    ------
    BadInput
        If a column is missing, unknown or not numeric; or comes by Arrow with another type, nulls or several chunks; or
        ``out`` lacks a wanted array of the right type, or one that shares its memory with another or with a column.
    InvalidValue
        If columns differ in length or a setting of the method makes no sense.

    Examples
    --------
    >>> from plimsoll.engine.methods import ClosedForm
    >>> call = {"type": [0], "exercise": [0], "spot": [100.0], "strike": [100.0], "years": [1.0], "rate": [0.0],
    ...         "dividend_yield": [0.0], "volatility": [0.2]}
    >>> round(float(value_options(call, ClosedForm())["price"][0]), 4)
    7.9656
    """
    refuse_unknown_instruction_set()
    given = _typed(columns)
    wanted = MEASURES if greeks else MEASURES[:1]
    results = _results(out, wanted, error_estimate, given)
    written: dict[str, Any] = {name: results.get(name) for name in (*MEASURES, "status", "error_estimate")}
    _core.value_options(**given, method=method.to_core(), threads=threads, **written)
    return results


def _results(
    out: Mapping[str, npt.NDArray[Any]] | None, wanted: Sequence[str], error_estimate: bool, given: Mapping[str, Any]
) -> dict[str, npt.NDArray[Any]]:
    rows = len(given["spot"])
    kinds: dict[str, type[Any]] = {**dict.fromkeys(wanted, np.float64), "status": np.int32}
    if error_estimate:
        kinds["error_estimate"] = np.float64
    if out is None:
        return {name: np.empty(rows, dtype=kind) for name, kind in kinds.items()}
    for name, kind in kinds.items():
        found = out.get(name)
        if not _is_writable_column(found, kind, rows):
            raise BadInput(
                "wrong_result_column",
                field=f"out.{name}",
                value="not given" if found is None else type(found).__name__,
                allowed=f"a writable, contiguous array of {rows} {np.dtype(kind).name}",
                fix="give what a call with the same columns and wishes has returned, or leave `out` away",
            )
    results = {name: out[name] for name in kinds}
    _refuse_shared(results, given)
    return results


def _refuse_shared(results: Mapping[str, npt.NDArray[Any]], given: Mapping[str, Any]) -> None:
    """Refuse results that would be written over each other, or over what other rows still read."""
    taken = {f"column {name}": column for name, column in given.items() if column is not None}
    for name, result in results.items():
        shared = next((other for other, array in taken.items() if np.shares_memory(result, array)), None)
        if shared is not None:
            raise BadInput(
                "shared_memory",
                field=f"out.{name}",
                value=f"memory of {shared}",
                allowed="memory of its own",
                fix="give what a call with the same columns and wishes has returned, or leave `out` away",
            )
        taken[f"out.{name}"] = result


def _is_writable_column(array: object, kind: type[Any], rows: int) -> bool:
    return (
        isinstance(array, np.ndarray)
        and array.dtype == kind
        and array.shape == (rows,)
        and array.flags.c_contiguous
        and array.flags.writeable
    )


def value_batches(
    options: "ArrowProducer",
    method: MethodSpec,
    *,
    threads: int = 1,
    greeks: bool = True,
    error_estimate: bool = False,
) -> "Iterator[pa.RecordBatch]":
    """Value a table that comes by Arrow's C data interface, batch by batch, so that it may be larger than memory.

    Parameters
    ----------
    options : ArrowProducer
        A ``pyarrow`` table, record batch or reader, a DuckDB relation, a data frame: whatever exports an Arrow stream or
        array with the eight columns of :func:`value_options`, ``type`` and ``exercise`` as uint8, the others as float64.
        Its memory is read where it lies.
    method, threads, greeks, error_estimate
        As for :func:`value_options`.

    Yields
    ------
    pyarrow.RecordBatch
        The results of each batch, which exports the same interface; its memory is that in which the core has written.

    Raises
    ------
    BadInput
        If a column is missing, unknown, repeated, of another type or has nulls, or the producer fails.

    Examples
    --------
    >>> import duckdb
    >>> from plimsoll.engine.methods import ClosedForm
    >>> calls = duckdb.sql("select 0::utinyint as type, 0::utinyint as exercise, 100.0::double as spot, "
    ...                    "(90 + 10 * i)::double as strike, 1.0::double as years, 0.0::double as rate, "
    ...                    "0.0::double as dividend_yield, 0.2::double as volatility from range(3) t(i)")
    >>> [round(price, 4) for batch in value_batches(calls, ClosedForm()) for price in batch["price"].to_pylist()]
    [13.5891, 7.9656, 4.292]
    """
    from plimsoll.engine.arrow_columns import batch_of, batches_of, columns_of  # pyarrow is slow to load

    for batch in batches_of(options):
        valued = value_options(columns_of(batch), method, threads=threads, greeks=greeks, error_estimate=error_estimate)
        yield batch_of(valued)


def _typed(columns: "Mapping[str, npt.ArrayLike | ArrowProducer]") -> dict[str, Any]:
    needed = (*_CODES, *_NUMBERS)
    unknown = sorted(set(columns) - set(needed) - set(_DIVIDENDS))
    missing = [name for name in needed if name not in columns]
    if unknown or missing:
        raise BadInput(
            "missing_column" if missing else "unknown_column",
            field=(missing or unknown)[0],
            value=", ".join(sorted(columns)),
            allowed=", ".join((*needed, *_DIVIDENDS)),
            fix="give each of the eight columns of the option; the dividend columns are optional",
        )
    typed: dict[str, Any] = {name: _column(name, columns[name], np.uint8) for name in _CODES}
    typed.update({name: _column(name, columns[name], np.float64) for name in _NUMBERS})
    for name, kind in _DIVIDENDS.items():
        typed[name] = _column(name, columns[name], kind) if name in columns else None
    return typed


def _column(name: str, values: "npt.ArrayLike | ArrowProducer", kind: type[Any]) -> npt.NDArray[Any]:
    if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
        from plimsoll.engine.arrow_columns import is_arrow, view_of

        if is_arrow(values):
            return view_of(name, values, kind)
    try:
        column = np.ascontiguousarray(values, dtype=kind)
    except (TypeError, ValueError, OverflowError) as error:
        raise _not_numeric(name, error) from error
    if column.ndim != 1:
        raise _not_numeric(name, f"{column.ndim} dimensions")
    return column


def _not_numeric(name: str, found: object) -> BadInput:
    return BadInput(
        "wrong_column", field=name, value=found, allowed="a one-dimensional array of numbers", fix="convert the column"
    )
