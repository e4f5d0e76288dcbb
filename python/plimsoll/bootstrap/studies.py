"""Studies of the methods on a book: every method side by side, every route to a sensitivity, convergence of one trade.

Nothing is recorded as a run: each answer holds the digests and the settings from which it is made again.
"""

from collections.abc import Iterable
from pathlib import Path

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.valuation import METHODS, method_named, settings_of
from plimsoll.engine.book import Book
from plimsoll.engine.chance import refuse_too_few_paths
from plimsoll.engine.comparison import BookComparison as BookComparison
from plimsoll.engine.comparison import compare_methods
from plimsoll.engine.convergence import Convergence as Convergence
from plimsoll.engine.convergence import measure_convergence
from plimsoll.engine.greek_routes import BookRoutes as BookRoutes
from plimsoll.engine.greek_routes import TradeRoutes as TradeRoutes
from plimsoll.engine.greek_routes import routes_of_book
from plimsoll.engine.methods import BestMethod, Extrapolation, MethodSpec, MonteCarlo, with_extrapolation
from plimsoll.engine.refusals import Unsupported
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.trades import Trade
from plimsoll.vocabulary.durable import write_atomically
from plimsoll.vocabulary.errors import BadInput

SIZED_METHODS = tuple(word for word in METHODS if {"steps", "paths"} & set(settings_of(word)))
EXTRAPOLATIONS = tuple(each.value for each in Extrapolation)
#: Forms of a drawing by the end of its name.
PLOT_FORMS = (".svg", ".png")
_FIRST_SIZE = {"paths": 1024, "steps": 25}


def compare(app: Application, book: Book, snapshot: Snapshot, paths: int | None, seed: int | None) -> BookComparison:
    """Value a book by every method that the products have."""
    given = {"paths": paths, "seed": seed}
    methods: dict[str, MethodSpec] = {}
    for word in METHODS:
        method = method_named(word, **{name: number for name, number in given.items() if name in settings_of(word)})
        if not isinstance(method, BestMethod):
            refuse_too_few_paths(method, "--paths")
            methods[word] = method
    app.progress.stage(f"comparison {book.book_id}", len(book.positions))
    found = compare_methods(book, snapshot, methods, threads=app.threads)
    app.progress.advance(len(found.trades))
    app.progress.done()
    return found


def routes(app: Application, book: Book, snapshot: Snapshot, paths: int | None, seed: int | None) -> BookRoutes:
    """Estimate the sensitivities of a book by every route."""
    method = method_named("monte-carlo", paths=paths, seed=seed)
    assert isinstance(method, MonteCarlo)
    refuse_too_few_paths(method, "--paths")
    app.progress.stage(f"routes {book.book_id}", len(book.positions))
    found = routes_of_book(book, snapshot, method, threads=app.threads)
    app.progress.advance(len(found.trades))
    app.progress.done()
    return found


def converge(
    book: Book, snapshot: Snapshot, trade_id: str, word: str, extrapolation: str, first: int | None, levels: int
) -> Convergence:
    """Value one trade of a book at doubling sizes of a method.

    Raises
    ------
    BadInput
        If the book has no such trade, the method does not value it, or the first size or the number of sizes does not fit
        the method.
    PlimsollError
        If the trade was refused, or a price is.
    """
    trade = _trade_named(book, trade_id)
    size_is = "paths" if "paths" in settings_of(word) else "steps"
    start = _FIRST_SIZE[size_is] if first is None else first
    # The largest first: it says which sizes the method takes.
    _sized(word, size_is, start << (levels - 1))
    method = _sized(word, size_is, start)
    try:
        return measure_convergence(trade, snapshot, with_extrapolation(method, extrapolation), start, levels)
    except Unsupported as error:
        if error.field != "method":
            raise
        # The method was chosen for this one trade: a wrong option, as any other.
        raise BadInput(
            error.code, field="--method", value=word, allowed=error.allowed, fix="choose a method that values the trade"
        ) from error


def plot_form(file: Path) -> str:
    """Give the form of a drawing by the end of its name.

    Raises
    ------
    BadInput
        If the name ends otherwise.
    """
    form = file.suffix.lower()
    if form not in PLOT_FORMS:
        raise BadInput(
            "unknown_plot_form",
            field="--plot",
            value=file.name,
            allowed=f"a name that ends in {' or '.join(PLOT_FORMS)}",
            fix="name the file so",
        )
    return form


def plot(found: Convergence, file: Path) -> None:
    """Draw a convergence into a file, SVG or PNG as its name ends.

    Raises
    ------
    BadInput
        If the name ends otherwise, or the file cannot be written.
    """
    form = plot_form(file)
    from plimsoll.report.convergence_figure import draw  # Matplotlib is slow to load

    data = draw(found.to_dict(), form.removeprefix("."))
    try:
        write_atomically(file, data)
    except OSError as error:
        raise BadInput(
            "file_not_writable",
            field="--plot",
            value=f"{file}: {error.strerror}",
            allowed="a file in a folder that exists and can be written",
            fix="name another file, or make its folder",
        ) from error


def _sized(word: str, size_is: str, size: int) -> MethodSpec:
    method = method_named(word, **{size_is: size | 1 if word == "tree" else size})
    assert not isinstance(method, BestMethod)
    return method


def _trade_named(book: Book, trade_id: str) -> Trade:
    found = [position for position in book.positions if position.trade_id == trade_id]
    if not found:
        raise BadInput(
            "unknown_trade",
            field="--trade",
            value=trade_id,
            allowed=_some(position.trade_id for position in book.positions),
            fix="name a trade of the book",
        )
    position = found[0]
    if position.trade is None:
        assert position.refusal is not None
        raise position.refusal
    return position.trade


def _some(names: Iterable[str]) -> str:
    every, most = list(names), 8
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")
