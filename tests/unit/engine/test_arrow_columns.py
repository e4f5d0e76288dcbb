"""Options by Arrow's C data interface: read where they lie, refused by name, valued while Python goes on."""

import threading
import time
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from plimsoll.engine import bulk
from plimsoll.engine.arrow_columns import batch_of, columns_of
from plimsoll.engine.bulk import value_batches, value_options
from plimsoll.engine.methods import ClosedForm, LeisenReimer
from plimsoll.vocabulary.errors import BadInput, PlimsollError

ROWS = 6
FORMULA = ClosedForm()


class OneArray:
    """A producer that exports nothing but an array, as a library without pyarrow does."""

    def __init__(self, made: Any) -> None:
        self.made = made

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        return self.made.__arrow_c_array__(requested_schema)


class OneStream:
    """A producer that exports nothing but a stream."""

    def __init__(self, made: Any) -> None:
        self.made = made

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.made.__arrow_c_stream__(requested_schema)


def numpy_columns(rows: int = ROWS) -> dict[str, Any]:
    return {
        "type": np.arange(rows, dtype=np.uint8) % 2,
        "exercise": np.zeros(rows, dtype=np.uint8),
        "spot": np.full(rows, 100.0),
        "strike": np.linspace(80.0, 120.0, rows),
        "years": np.linspace(0.1, 2.0, rows),
        "rate": np.full(rows, 0.03),
        "dividend_yield": np.full(rows, 0.01),
        "volatility": np.full(rows, 0.25),
    }


def table(rows: int = ROWS) -> pa.Table:
    return pa.table(numpy_columns(rows))


def expected(rows: int = ROWS) -> dict[str, Any]:
    return value_options(numpy_columns(rows), FORMULA)


def address(column: pa.Array) -> int:
    return int(column.buffers()[1].address) + column.offset * column.type.bit_width // 8


def read(columns: Any) -> dict[str, Any]:
    """Give the arrays that a valuation of these columns reads."""
    return {name: column for name, column in bulk._typed(columns).items() if column is not None}


def same(found: Any, wanted: dict[str, Any]) -> bool:
    return all(np.array_equal(np.asarray(found[name]), wanted[name]) for name in wanted)


@pytest.mark.parametrize("form", [lambda a: a, OneArray, lambda a: OneStream(pa.chunked_array([a]))])
def test_a_column_is_read_where_its_producer_keeps_it(form: Any) -> None:
    arrays = {name: pa.array(column) for name, column in numpy_columns().items()}
    columns = {name: form(column) for name, column in arrays.items()}
    found = read(columns)
    assert {name: found[name].ctypes.data for name in arrays} == {name: address(arrays[name]) for name in arrays}
    assert same(value_options(columns, FORMULA), expected())


@pytest.mark.parametrize("name", ["spot", "strike", "years", "rate", "dividend_yield", "volatility"])
def test_a_valuation_reads_the_memory_of_the_producer_itself(name: str) -> None:
    memory = numpy_columns()
    columns = {each: OneArray(pa.array(column)) for each, column in memory.items()}
    with pytest.raises(BadInput) as caught:
        value_options(columns, FORMULA, out={**expected(), "price": memory[name]})
    assert (caught.value.code, caught.value.value) == ("shared_memory", f"memory of column {name}")


def test_a_slice_is_read_where_it_begins() -> None:
    arrays = {name: pa.array(column).slice(2, 3) for name, column in numpy_columns().items()}
    found = read(arrays)
    assert all(found[name].ctypes.data == address(column) for name, column in arrays.items())
    assert np.array_equal(value_options(arrays, FORMULA)["price"], expected()["price"][2:5])


def test_numpy_columns_are_read_where_they_lie_too() -> None:
    columns = numpy_columns()
    assert all(column is columns[name] for name, column in read(columns).items())


def test_a_table_is_valued_batch_by_batch_from_its_memory_and_into_what_is_handed_out() -> None:
    whole = pa.Table.from_batches(table().to_batches(max_chunksize=4))
    batches = list(value_batches(whole, FORMULA, error_estimate=True))
    assert [batch.num_rows for batch in batches] == [4, 2]
    assert same(pa.Table.from_batches(batches), expected())
    for source in whole.to_batches():
        found = read(columns_of(source))
        assert all(found[name].ctypes.data == address(source[name]) for name in source.schema.names)
    valued = value_options(numpy_columns(), FORMULA, error_estimate=True)
    handed_out = batch_of(valued)
    assert all(address(handed_out[name]) == array.ctypes.data for name, array in valued.items())
    # What comes out exports the interface by which it came in.
    again = pa.record_batch(OneArray(batches[0]))
    assert address(again["price"]) == address(batches[0]["price"])


def test_any_producer_of_a_table_will_do() -> None:
    wanted = expected()["price"]
    source = table()
    relation = duckdb.sql("select * from source")
    for options in (source, source.to_reader(), OneStream(source), OneArray(source.to_batches()[0]), relation):
        found = pa.Table.from_batches(list(value_batches(options, FORMULA, greeks=False)))
        assert found.column_names == ["price", "status"]
        assert np.array_equal(found["price"].to_numpy(), wanted)
    assert source.num_rows == ROWS
    frame = pd.DataFrame(numpy_columns())
    assert np.array_equal(next(value_batches(frame, FORMULA))["price"].to_numpy(), wanted)
    # A series of a data frame stays what NumPy makes of it.
    assert np.array_equal(value_options(dict(frame.items()), FORMULA)["price"], wanted)


def test_an_empty_table_gives_an_empty_batch_and_its_columns_are_looked_at() -> None:
    (batch,) = value_batches(table(0).schema.empty_table(), FORMULA)
    assert batch.num_rows == 0
    with pytest.raises(BadInput, match="missing_column"):
        list(value_batches(pa.table({"type": pa.array([], pa.uint8())}), FORMULA))


def test_results_go_to_memory_that_is_given() -> None:
    kept = value_options(numpy_columns(), FORMULA, error_estimate=True)
    kept["error_estimate"][:] = 7.0  # of which a formula has none
    dearer = {**numpy_columns(), "volatility": np.full(ROWS, 0.5)}
    found = value_options(dearer, FORMULA, error_estimate=True, out=kept)
    assert all(found[name] is kept[name] for name in kept)
    assert same(kept, value_options(dearer, FORMULA))
    assert np.isnan(kept["error_estimate"]).all()
    assert set(value_options(dearer, FORMULA, greeks=False, out=kept)) == {"price", "status"}


@pytest.mark.parametrize(
    "wrong",
    [{"price": np.empty(ROWS - 1)}, {"vega": np.empty(ROWS, dtype=np.float32)}, {"rho": np.empty(2 * ROWS)[::2]},
     {"delta": [0.0] * ROWS}, {"status": None}],
    ids=["length", "type", "stride", "list", "absent"],
)  # fmt: skip
def test_memory_that_does_not_fit_is_refused_by_name(wrong: dict[str, Any]) -> None:
    kept = value_options(numpy_columns(), FORMULA)
    with pytest.raises(BadInput) as caught:
        value_options(numpy_columns(), FORMULA, out={**kept, **wrong})
    assert (caught.value.code, caught.value.field) == ("wrong_result_column", f"out.{next(iter(wrong))}")


def test_results_in_memory_of_something_else_are_refused_by_name() -> None:
    columns, kept = numpy_columns(), value_options(numpy_columns(), FORMULA)
    both = np.empty(ROWS + 1)
    for wrong, name, whose in (
        ({"delta": kept["price"]}, "out.delta", "out.price"),
        ({"vega": both[1:], "rho": both[:-1]}, "out.rho", "out.vega"),
        ({"gamma": columns["spot"]}, "out.gamma", "column spot"),
    ):
        with pytest.raises(BadInput) as caught:
            value_options(columns, FORMULA, out={**kept, **wrong})
        found = (caught.value.code, caught.value.field, caught.value.value)
        assert found == ("shared_memory", name, f"memory of {whose}")
    assert np.array_equal(columns["spot"], numpy_columns()["spot"])


def changed(**columns: Any) -> dict[str, Any]:
    return {**{name: pa.array(column) for name, column in numpy_columns().items()}, **columns}


@pytest.mark.parametrize(
    ("column", "code", "value", "allowed"),
    [
        (pa.array([100] * ROWS), "wrong_type", "int64", "double"),
        (pa.array(["100"] * ROWS), "wrong_type", "string", "double"),
        (pa.array([100.0, None] * 3), "null_value", "3 nulls", "no null"),
        (pa.chunked_array([[100.0] * 3, [100.0] * 3]), "chunked_column", "2 chunks", "one chunk"),
        (OneArray(pa.record_batch({"a": [1.0]})), "wrong_type", "struct<a: double>", "double"),
    ],
    ids=["integers", "text", "nulls", "chunks", "structs"],
)
def test_a_column_that_would_have_to_be_copied_is_refused_by_name(
    column: Any, code: str, value: str, allowed: str
) -> None:
    with pytest.raises(BadInput) as caught:
        value_options(changed(strike=column), FORMULA)
    failure = caught.value
    assert (failure.code, failure.field, failure.value, failure.allowed) == (code, "strike", value, allowed)
    assert failure.fix


def test_lengths_and_names_are_refused_by_name() -> None:
    with pytest.raises(PlimsollError) as caught:
        value_options(changed(strike=pa.array([100.0])), FORMULA)
    assert (caught.value.code, caught.value.field) == ("invalid_value", "strike")
    twice = pa.Table.from_arrays([*table().columns, table()["spot"]], names=[*table().column_names, "spot"])
    with pytest.raises(BadInput, match="repeated_column"):
        list(value_batches(twice, FORMULA))
    with pytest.raises(BadInput, match="unknown_column"):
        list(value_batches(table().append_column("delta", table()["spot"]), FORMULA))


class Broken:
    """A producer whose export fails."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return "no capsule"


def test_a_producer_that_fails_is_refused() -> None:
    with pytest.raises(BadInput, match="not_arrow"):
        list(value_batches(Broken(), FORMULA))
    with pytest.raises(BadInput, match="not_arrow"):
        value_options(changed(strike=Broken()), FORMULA)

    def batches() -> Any:
        yield table().to_batches()[0]
        raise OSError("the disk is gone")

    given = value_batches(pa.RecordBatchReader.from_batches(table().schema, batches()), FORMULA)
    assert next(given).num_rows == ROWS
    with pytest.raises(BadInput, match="the disk is gone"):
        next(given)


def test_python_goes_on_while_the_core_works() -> None:
    options = changed_rows(4096)
    ended: list[float] = []

    def work() -> None:
        value_options(options, LeisenReimer(201))
        ended.append(time.perf_counter())

    worker = threading.Thread(target=work)
    began = time.perf_counter()
    worker.start()
    turns = []
    while worker.is_alive():
        time.sleep(0.001)
        turns.append(time.perf_counter())
    worker.join()
    within = [turn for turn in turns if turn < ended[0]]
    # With the lock held the first turn comes after the end. A turn in twenty milliseconds is little even on a busy machine.
    assert len(within) >= min(5, 50.0 * (ended[0] - began))


def changed_rows(rows: int) -> dict[str, Any]:
    return {name: pa.array(column) for name, column in numpy_columns(rows).items()} | {
        "exercise": pa.array(np.ones(rows, dtype=np.uint8))
    }


def test_a_batch_keeps_the_memory_of_its_columns_alive() -> None:
    batch = batch_of({"price": np.arange(3.0)})
    assert batch["price"].to_pylist() == [0.0, 1.0, 2.0]
