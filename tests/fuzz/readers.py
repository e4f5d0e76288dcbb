"""What a reader may do with any bytes: give a document, or refuse them in five plain words; nothing else, and soon.

The first byte of an input says which kind of file the rest is; so the machine finds its way to every kind.
"""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv, parquet

from plimsoll.engine.book import book_document, read_book
from plimsoll.engine.margin_reference import reference_row  # noqa: F401 (loaded before the clock of an input runs)
from plimsoll.engine.snapshot import read_snapshot, snapshot_document
from plimsoll.validation.reference import asian, backtests, check, margin, options  # noqa: F401 (the same)
from plimsoll.validation.reference.check import TOPICS
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import PlimsollError

SUFFIXES = (".json", ".csv", ".parquet")
#: Each topic whose rows cost milliseconds; lattices of the American tables and paths take seconds a row.
_SLOW = {"american_high_precision", "european_black_scholes", "asian_arithmetic_heston"}
_SLOW |= {"basket_three_asset_barraquand", "basket_american_max_call"}
TOPIC_NAMES = (*sorted(set(TOPICS) - _SLOW), "of no topic")
_FOLDER = Path(tempfile.mkdtemp(prefix="plimsoll-fuzz-"))


def book(data: bytes) -> bool:
    """Read a book: as many positions as its document has rows, each a trade or a refusal."""
    path = _file("book", data, SUFFIXES)
    try:
        read = read_book(path)
    except PlimsollError as error:
        _require_plain(error)
        return False
    document = book_document(path)
    assert len(read.positions) == sum(len(account["positions"]) for account in document["accounts"])
    for position in read.positions:
        assert (position.trade is None) is not (position.refusal is None)
        if position.refusal is not None:
            _require_plain(position.refusal)
    assert read.digest.startswith("sha256:")
    return True


def snapshot(data: bytes) -> bool:
    """Read a snapshot: every underlying of its document is in the core or refused."""
    path = _file("snapshot", data, SUFFIXES)
    try:
        read = read_snapshot(path)
    except PlimsollError as error:
        _require_plain(error)
        return False
    known = {market.name for market in read.core.underlyings}
    assert known | set(read.refusals) == set(snapshot_document(path)["underlyings"])
    assert not known & set(read.refusals)
    for refusal in read.refusals.values():
        _require_plain(refusal)
    return True


def reference(data: bytes) -> bool:
    """Check a table of published values: one verdict a row."""
    path = _file("reference", data, tuple(f"{name}.csv" for name in TOPIC_NAMES))
    try:
        outcome = check(path)
    except PlimsollError as error:
        _require_plain(error)
        return False
    verdicts = sum(outcome[name] for name in ("passed", "failed", "unsupported", "disputed"))
    assert verdicts == outcome["cases"]
    canonical_json(_without_numbers(outcome))
    return True


#: Each says whether it read the input; what it does not read it has refused.
TARGETS: Mapping[str, Callable[[bytes], bool]] = {"book": book, "snapshot": snapshot, "reference": reference}


def seeds(target: str) -> list[bytes]:
    """Give the committed inputs of a target; each table of CSV stands for one of Parquet too."""
    found = []
    for path in sorted((Path(__file__).parent / "corpus" / target).iterdir()):
        if target == "reference":
            stem = path.name.partition(".")[0]
            kind = TOPIC_NAMES.index(stem if stem in TOPIC_NAMES else "of no topic")
        else:
            kind = SUFFIXES.index(path.suffix)
        found.append(bytes([kind]) + path.read_bytes())
        if path.suffix == ".csv" and target != "reference" and path.stem.startswith("table"):
            found.append(bytes([SUFFIXES.index(".parquet")]) + _as_parquet(path))
    return found


def _as_parquet(path: Path) -> bytes:
    sink = pa.BufferOutputStream()
    parquet.write_table(csv.read_csv(path), sink)
    return bytes(sink.getvalue())


def _file(stem: str, data: bytes, endings: tuple[str, ...]) -> Path:
    ending = endings[data[0] % len(endings)] if data else endings[0]
    path = _FOLDER / (f"{stem}{ending}" if ending.startswith(".") else ending)
    path.write_bytes(data[1:])
    return path


def _require_plain(error: PlimsollError) -> None:
    fields = error.to_dict()
    assert set(fields) == {"code", "field", "value", "allowed", "fix"}
    assert all(fields[name] for name in ("code", "field", "allowed", "fix")), fields
    for text in fields.values():
        text.encode()  # what cannot be printed helps nobody
        assert len(text) < 5_000, "a line of an error is read by a person"


def _without_numbers(value: Any) -> Any:
    # A computed figure may be NaN; everything else must be plain data.
    if isinstance(value, float):
        return None
    if isinstance(value, Mapping):
        return {key: _without_numbers(item) for key, item in value.items()}
    return [_without_numbers(item) for item in value] if isinstance(value, list | tuple) else value
