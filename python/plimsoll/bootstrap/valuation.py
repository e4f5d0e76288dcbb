"""Stage 3, valuation: a book priced as of a snapshot, one outcome for each position."""

from datetime import date
from pathlib import Path

from plimsoll.bootstrap import data
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.runs import Run
from plimsoll.data.books import book_names, load_book
from plimsoll.engine.book import Book, read_book
from plimsoll.engine.methods import ClosedForm, CrankNicolson, LeisenReimer, MethodSpec, MonteCarlo
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.engine.valuation import BookValuation
from plimsoll.engine.valuation import value as value_book

METHODS = ("tree", "pde", "closed-form", "monte-carlo")


def method_named(name: str, steps: int | None = None, paths: int | None = None, seed: int | None = None) -> MethodSpec:
    """Give the settings of a method by its word on the command line; what is not given is the method's default."""
    if name == "tree":
        return LeisenReimer() if steps is None else LeisenReimer(steps=steps)
    if name == "pde":
        return CrankNicolson() if steps is None else CrankNicolson(space_steps=steps, time_steps=max(10, steps // 2))
    if name == "monte-carlo":
        chosen = MonteCarlo()
        return MonteCarlo(chosen.paths if paths is None else paths, chosen.seed if seed is None else seed)
    return ClosedForm()


def book_named(name: str) -> Book:
    """Read a book: the name of a shipped one, or a file (JSON, CSV, Parquet)."""
    return read_book(load_book(name) if name in book_names() else Path(name))


def snapshot_named(app: Application, name: str | None, book: Book) -> Snapshot:
    """Read a snapshot: a file, a date of the stored market, or without a name the book's own date."""
    if name is None:
        return read_snapshot(data.snapshot(app, book.as_of))
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return read_snapshot(Path(name))
    return read_snapshot(data.snapshot(app, day))


def value(app: Application, book: Book, snapshot: Snapshot, method: MethodSpec) -> tuple[BookValuation, Run]:
    """Value a book and keep the outcomes as a run."""
    app.progress.stage(f"valuation {book.book_id}", len(book.positions))
    valued = value_book(book, snapshot, method, threads=app.threads)
    app.progress.advance(len(valued.outcomes))
    app.progress.done()
    summary = {key: item for key, item in valued.to_dict().items() if key != "outcomes"}
    inputs = {"book": valued.book_digest, "snapshot": valued.snapshot_digest}
    run = app.runs.record("valuation", summary, {"outcomes": valued.to_table()}, inputs)
    app.log.info("book valued", book=valued.book_id, positions=len(valued.outcomes), failed=valued.failed)
    return valued, run
