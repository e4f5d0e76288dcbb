"""Stage 3, valuation: a book priced as of a snapshot, one outcome for each position."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from plimsoll.bootstrap import artifacts, data, facts, models
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.models import shipped_model
from plimsoll.bootstrap.runs import Run
from plimsoll.bootstrap.watch import watched
from plimsoll.data.books import book_names, load_book
from plimsoll.engine.book import Book, read_book
from plimsoll.engine.bulk import value_options
from plimsoll.engine.method_matrix import ProductMethods as ProductMethods
from plimsoll.engine.method_matrix import cell as cell
from plimsoll.engine.method_matrix import markdown as markdown
from plimsoll.engine.method_matrix import method_matrix as method_matrix
from plimsoll.engine.methods import (
    BaroneAdesiWhaley,
    BestMethod,
    Binomial,
    BinomialMoves,
    BjerksundStensland,
    ClosedForm,
    CrankNicolson,
    IntegralEquation,
    JuQuadratic,
    LeisenReimer,
    MethodChoice,
    MethodSpec,
    MonteCarlo,
    RainbowLattice,
    Trinomial,
)
from plimsoll.engine.refusals import InvalidValue, refusal
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.engine.valuation import BookValuation, Outcome
from plimsoll.engine.valuation import value as value_book
from plimsoll.models.valuation import validated_range
from plimsoll.vocabulary.errors import BadInput

#: The model record of the option valuation prohibits fewer where a single price decides.
VALIDATED_STEPS = 201
_SETTINGS = {
    "tree": ("steps",),
    "pde": ("steps",),
    "closed-form": (),
    "monte-carlo": ("paths", "seed"),
    "integral": (),
    "barone-adesi-whaley": (),
    "bjerksund-stensland": (),
    "ju": (),
    "crr": ("steps",),
    "jarrow-rudd": ("steps",),
    "tian": ("steps",),
    "trinomial": ("steps",),
    "rainbow-lattice": ("steps",),
    "best": (),
}
_WITHOUT_SETTINGS: dict[str, MethodSpec] = {
    "closed-form": ClosedForm(),
    "integral": IntegralEquation.accurate(),
    "barone-adesi-whaley": BaroneAdesiWhaley(),
    "bjerksund-stensland": BjerksundStensland(),
    "ju": JuQuadratic(),
}
_BINOMIAL = {
    "crr": BinomialMoves.cox_ross_rubinstein,
    "jarrow-rudd": BinomialMoves.jarrow_rudd,
    "tian": BinomialMoves.tian,
}
METHODS = tuple(_SETTINGS)
_COLUMNS = ("type", "exercise", "spot", "strike", "years", "rate", "dividend_yield", "volatility")


def settings_of(word: str) -> tuple[str, ...]:
    """Give the names of the settings that a method of the command line takes."""
    return _SETTINGS[word]


def method_named(
    name: str, steps: int | None = None, paths: int | None = None, seed: int | None = None
) -> MethodChoice:
    """Give the settings of a method by its word on the command line; what is not given is the method's default.

    ``best`` leaves the choice to the door, for each trade.

    Raises
    ------
    BadInput
        If a setting belongs to another method, or the method cannot work with it.
    """
    given = {"steps": steps, "paths": paths, "seed": seed}
    for setting, chosen in given.items():
        if chosen is not None and setting not in _SETTINGS[name]:
            raise BadInput(
                "setting_of_another_method",
                field=setting,
                value=chosen,
                allowed=f"settings of {name}: {', '.join(_SETTINGS[name]) or 'none'}",
                fix="leave the setting out, or name the method that it belongs to",
            )
    if name == "best":
        return BestMethod()
    method = _method(name, steps, paths, seed)
    try:
        # The door looks at the method before the rows: without rows it says whether the settings make sense.
        value_options(dict.fromkeys(_COLUMNS, ()), method)
    except InvalidValue as error:
        raise BadInput(
            error.code, field=error.field, value=error.value, allowed=error.allowed, fix=error.fix
        ) from error
    return method


def _method(name: str, steps: int | None, paths: int | None, seed: int | None) -> MethodSpec:
    if name == "tree":
        return LeisenReimer(steps=VALIDATED_STEPS if steps is None else steps)
    if name == "pde":
        return CrankNicolson() if steps is None else CrankNicolson(space_steps=steps, time_steps=max(10, steps // 2))
    if name == "monte-carlo":
        chosen = MonteCarlo()
        return MonteCarlo(chosen.paths if paths is None else paths, chosen.seed if seed is None else seed)
    if name in _BINOMIAL:
        chosen_steps = Binomial().steps if steps is None else steps
        return Binomial(_BINOMIAL[name], chosen_steps)
    if name == "trinomial":
        return Trinomial() if steps is None else Trinomial(steps)
    if name == "rainbow-lattice":
        return RainbowLattice() if steps is None else RainbowLattice(steps)
    return _WITHOUT_SETTINGS[name]


@cache
def _words_by_method() -> Mapping[str, str]:
    words: dict[str, list[str]] = {}
    for name in METHODS:
        if name != "best":
            words.setdefault(type(_method(name, None, None, None)).__name__, []).append(name)
    return {method: ", ".join(names) for method, names in words.items()}


def by_word(outcome: Outcome) -> Outcome:
    """Add to the refusal of a method that does not value a product the words of the console for those that do."""
    flaw = outcome.refusal
    if flaw is None or (flaw.code, flaw.field) != ("unsupported", "method"):
        return outcome
    known, fitting = _words_by_method(), flaw.allowed.split(", ")
    if not known.keys() >= set(fitting):  # none fits in this market, and the refusal says in which one would
        return outcome
    fix = f"{flaw.fix}: --method {', '.join(known[method] for method in fitting)} or best"
    return replace(outcome, refusal=refusal(flaw.code, flaw.field, flaw.value, flaw.allowed, fix))


def book_named(name: str) -> Book:
    """Read a book: the name of a shipped one, or a file (JSON, CSV, Parquet).

    Raises
    ------
    BadInput
        If it is neither, or the file is no book.
    """
    if name in book_names():
        return read_book(load_book(name))
    if not Path(name).suffix and not Path(name).exists():
        raise BadInput(
            "unknown_book",
            field="book",
            value=name,
            allowed=f"{', '.join(book_names())}, or a file (.json, .csv, .parquet)",
            fix="name one of these",
        )
    return read_book(Path(name))


def snapshot_named(app: Application, name: str | None, book: Book) -> Snapshot:
    """Read a snapshot: a file, a date of the stored market, or without a name the book's own date."""
    if name is None:
        return read_snapshot(data.snapshot(app, book.as_of))
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return read_snapshot(Path(name))
    return read_snapshot(data.snapshot(app, day))


@watched(Stage.valuation, facts.of_valuation)
@step("valuation")
def value(app: Application, book: Book, snapshot: Snapshot, method: MethodChoice) -> tuple[BookValuation, Run]:
    """Value a book, flag what lies outside the validated range, and keep the outcomes as a run."""
    app.progress.stage(f"valuation {book.book_id}", len(book.positions))
    valued = value_book(book, snapshot, method, threads=app.threads)
    valued = replace(valued, outcomes=tuple(map(by_word, valued.outcomes)))
    valued = validated_range.mark(valued, book, snapshot, shipped_model(validated_range.MODEL_ID).validated_range)
    app.progress.advance(len(valued.outcomes))
    app.progress.done()
    summary = {key: item for key, item in valued.to_dict().items() if key != "outcomes"}
    summary["basis"] = data.basis_of(snapshot)
    app.lineage.reads(artifacts.book(book), artifacts.snapshot(snapshot), models.artifact(validated_range.MODEL_ID))
    inputs = {"book": valued.book_digest, "snapshot": valued.snapshot_digest}
    run = app.runs.record("valuation", summary, {"outcomes": valued.to_table()}, inputs)
    app.log.info("book valued", book=valued.book_id, positions=len(valued.outcomes), failed=valued.failed)
    return valued, run
