"""Stage 3 for books larger than memory: batches of rows in, batches of outcomes out, nothing kept in between.

The workspace records no run of it: the file that comes out is the record, with the digests of snapshot and trades.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.models import shipped_model
from plimsoll.bootstrap.valuation import by_word, snapshot_named
from plimsoll.engine.book import Book, stream_books
from plimsoll.engine.methods import MethodChoice
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.valuation import BookValuation
from plimsoll.engine.valuation import value as value_book
from plimsoll.models.valuation import validated_range
from plimsoll.vocabulary.durable import PARTIAL, move_into_place
from plimsoll.vocabulary.errors import BadInput, PlimsollError

#: Positions that are in memory at once.
BATCH_ROWS = 4096
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Streamed:
    """What was valued; ``first_refusals`` are at most twenty, the file has them all."""

    book_id: str
    valuation_date: str
    snapshot_digest: str
    method: dict[str, object]
    batches: int
    valued: int
    failed: int
    total: float
    flags: tuple[str, ...]
    first_refusals: tuple[tuple[str, PlimsollError], ...]
    out: Path

    def to_dict(self) -> dict[str, Any]:
        """Give the summary as plain data."""
        return {
            "book_id": self.book_id,
            "valuation_date": self.valuation_date,
            "snapshot_digest": self.snapshot_digest,
            "method": self.method,
            "batches": self.batches,
            "valued": self.valued,
            "failed": self.failed,
            "sum_of_values": self.total,
            "flags": list(self.flags),
            "first_refusals": [{"trade_id": name, **failure.to_dict()} for name, failure in self.first_refusals],
            "outcomes": str(self.out),
        }


def value_stream(
    app: Application, book: Path, snapshot: str | None, method: MethodChoice, out: Path, batch_rows: int = BATCH_ROWS
) -> Streamed:
    """Value a Parquet book batch by batch into a Parquet file of outcomes, which is whole or not there.

    Raises
    ------
    BadInput
        If the book is no Parquet book or has no row, or the file cannot be written or is one that is read.
    """
    if out.suffix != ".parquet":
        raise _not_writable(out, "its name does not end in .parquet")
    partial = out.parent / f"{PARTIAL}{out.name}"
    _refuse_inputs((out, partial), {"the book": book, **({"the snapshot": Path(snapshot)} if snapshot else {})})
    try:
        streamed = _streamed(app, book, snapshot, method, partial, batch_rows)
        move_into_place(partial, out)
    except OSError as error:
        raise _not_writable(out, error.strerror) from error
    finally:
        partial.unlink(missing_ok=True)
    return replace(streamed, out=out)


class _Tally:
    """What is kept of the batches that have gone by."""

    def __init__(self) -> None:
        self.batches = self.valued = self.failed = 0
        self.total = 0.0
        self.flags: set[str] = set()
        self.refusals: list[tuple[str, PlimsollError]] = []

    def add(self, part: BookValuation) -> None:
        """Count a batch."""
        self.batches += 1
        self.valued += len(part.outcomes) - part.failed
        self.failed += part.failed
        self.total = math.fsum((self.total, *(o.value for o in part.outcomes if o.value is not None)))
        self.flags |= {flag for o in part.outcomes if o.valuation for flag in o.valuation.flags}
        refused = [(o.trade_id, o.refusal) for o in part.outcomes if o.refusal is not None]
        self.refusals += refused[: _SHOWN - len(self.refusals)]

    def summary(self, last: BookValuation, out: Path) -> Streamed:
        """Say what all of it was."""
        return Streamed(
            last.book_id, last.valuation_date, last.snapshot_digest, dict(last.method), self.batches, self.valued,
            self.failed, self.total, tuple(sorted(self.flags)), tuple(self.refusals), out,
        )  # fmt: skip


def _streamed(
    app: Application, path: Path, name: str | None, method: MethodChoice, partial: Path, batch_rows: int
) -> Streamed:
    tally, last, writer = _Tally(), None, None
    market: Snapshot | None = None
    app.progress.stage(f"valuation {path.name}", 0)
    try:
        for book in stream_books(path, batch_rows):
            market = market or snapshot_named(app, name, book)
            last = _valued(app, book, market, method)
            writer = writer or _writer(partial, last)
            writer.write_table(last.to_table().replace_schema_metadata(writer.schema.metadata))
            tally.add(last)
            app.progress.advance(len(last.outcomes))
    finally:
        if writer is not None:
            writer.close()
    app.progress.done()
    if last is None:
        raise BadInput(
            "empty_table", field=str(path), value="no row", allowed="at least one row", fix="give one row a position"
        )
    app.log.info("book valued in batches", book=last.book_id, positions=tally.valued, failed=tally.failed)
    return tally.summary(last, partial)


def _valued(app: Application, book: Book, market: Snapshot, method: MethodChoice) -> BookValuation:
    part = value_book(book, market, method, threads=app.threads)
    part = replace(part, outcomes=tuple(map(by_word, part.outcomes)))
    return validated_range.mark(part, book, market, shipped_model(validated_range.MODEL_ID).validated_range)


def _writer(partial: Path, first: BookValuation) -> Any:
    from pyarrow import parquet  # slow to load

    # Without the digest of the book, which is that of a batch.
    metadata = {"book_id": first.book_id, "snapshot_digest": first.snapshot_digest}
    return parquet.ParquetWriter(partial, first.to_table().schema.with_metadata(metadata))


def _refuse_inputs(written: Sequence[Path], read: Mapping[str, Path]) -> None:
    """Refuse to write over what is read, under whatever name."""
    for what, source in read.items():
        for file in written:
            # A path that is not there is no file that is read; the snapshot may be a date.
            if file.exists() and source.exists() and file.samefile(source):
                raise BadInput(
                    "would_overwrite_input",
                    field="--stream",
                    value=f"{file}: {what}",
                    allowed="another file than the book and the snapshot",
                    fix="name another file",
                )


def _not_writable(out: Path, why: object) -> BadInput:
    return BadInput(
        "file_not_writable",
        field="--stream",
        value=f"{out}: {why}",
        allowed="a .parquet file in a folder that exists and can be written",
        fix="name another file, or make its folder",
    )
