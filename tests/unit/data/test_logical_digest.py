"""The digest of a table's content: same content, same digest; any other content, another."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.data.logical_digest import logical_digest
from plimsoll.vocabulary.errors import BadInput

_COLUMNS = {
    "day": st.dates(),
    "price": st.floats(allow_nan=True),
    "count": st.integers(-(2**63), 2**63 - 1),
    "word": st.text(max_size=5),
    "flag": st.booleans(),
    "moment": st.datetimes(min_value=dt.datetime(1970, 1, 1), max_value=dt.datetime(2100, 1, 1)),
}
_SCHEMA = pa.schema(
    [
        ("day", pa.date32()),
        ("price", pa.float64()),
        ("count", pa.int64()),
        ("word", pa.string()),
        ("flag", pa.bool_()),
        ("moment", pa.timestamp("us")),
    ]
)
_rows = st.lists(
    st.fixed_dictionaries({name: st.none() | values for name, values in _COLUMNS.items()}), min_size=1, max_size=12
)


def _table(rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


@settings(deadline=None)
@given(rows=_rows, cut=st.integers(0, 12))
def test_chunks_and_slices_do_not_change_the_digest(rows: list[dict[str, object]], cut: int) -> None:
    whole = _table(rows)
    pieces = pa.concat_tables([whole.slice(0, cut), whole.slice(cut)])
    padded = _table([rows[-1], *rows]).slice(1)
    assert logical_digest(pieces) == logical_digest(whole) == logical_digest(padded)


@settings(deadline=None)
@given(rows=_rows, data=st.data())
def test_a_change_of_one_cell_changes_the_digest(rows: list[dict[str, object]], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(_COLUMNS)))
    row = data.draw(st.integers(0, len(rows) - 1))
    value = data.draw(st.none() | _COLUMNS[name])
    changed = [dict(item) for item in rows]
    changed[row][name] = value
    same = value == rows[row][name] or (value != value and rows[row][name] != rows[row][name])
    assert (logical_digest(_table(changed)) == logical_digest(_table(rows))) == same


def test_an_empty_cell_is_not_zero() -> None:
    digests = {logical_digest(pa.table({"a": pa.array([value], pa.float64())})) for value in (None, 0.0)}
    assert len(digests) == 2


def test_names_types_and_order_of_columns_count() -> None:
    a, b = pa.array([1], pa.int64()), pa.array([2], pa.int64())
    digests = {
        logical_digest(pa.table({"a": a, "b": b})),
        logical_digest(pa.table({"b": b, "a": a})),
        logical_digest(pa.table({"a": a, "c": b})),
        logical_digest(pa.table({"a": a, "b": b.cast(pa.float64())})),
    }
    assert len(digests) == 4


def test_zero_has_one_sign_and_metadata_does_not_count() -> None:
    plus, minus = pa.table({"a": [0.0]}), pa.table({"a": [-0.0]})
    assert logical_digest(plus) == logical_digest(minus) == logical_digest(plus.replace_schema_metadata({"k": "v"}))


def test_the_digest_of_a_small_table_stays_as_it_is() -> None:
    table = pa.table({"date": pa.array([dt.date(2008, 9, 2)], pa.date32()), "AAPL": [5.045]})
    assert logical_digest(table) == "sha256:df9d75cd782e1cc7c2b5099bfd90c12883137fe04c8c19163a55bb79658303a8"


def test_a_type_without_canonical_bytes_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        logical_digest(pa.table({"a": pa.array([1.5], pa.float32())}))
    assert (caught.value.code, caught.value.field) == ("unsupported_type", "a")


def test_a_table_without_rows_has_the_digest_of_its_schema() -> None:
    assert logical_digest(_table([])) == logical_digest(pa.concat_tables([_table([]), _table([])]))
    assert logical_digest(_table([])) != logical_digest(pa.table({"word": pa.array([], pa.string())}))
