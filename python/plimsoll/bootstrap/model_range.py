"""The model-risk interval of a book: quotes read, models calibrated, trades valued under each.

Nothing is recorded as a run: the answer holds the digests, the policy and the settings from which it is made again.
"""

from collections.abc import Sequence
from pathlib import Path

from plimsoll.bootstrap.application import Application
from plimsoll.engine.book import Book
from plimsoll.engine.model_range import MODELS, BookRange, RangeQuestion, ranges_of_book
from plimsoll.engine.model_range import TradeRange as TradeRange
from plimsoll.engine.model_range_policy import RangePolicy
from plimsoll.engine.model_range_policy import read_policy as read_policy
from plimsoll.engine.quotes import QuoteChain, read_quotes
from plimsoll.engine.snapshot import Snapshot
from plimsoll.vocabulary.errors import BadInput

PATHS = 16384
SEED = 1


def question(
    app: Application, words: str, marked: str | None, policy: RangePolicy, paths: int | None, seed: int | None
) -> RangeQuestion:
    """Give what is asked; ``words`` are models parted by commas, or ``all`` of the policy.

    Raises
    ------
    BadInput
        If a word names no model, the mark is none of those asked for, or a simulation would have too few paths.
    """
    models = policy.models if words == "all" else tuple(dict.fromkeys(words.split(",")))
    for word, option, allowed in (
        *((each, "--models", f"all, or of {', '.join(MODELS)}") for each in models if each not in MODELS),
        *((each, "--marked", ", ".join(models)) for each in (marked,) if each is not None and each not in models),
    ):
        raise BadInput("unknown_model", field=option, value=word, allowed=allowed, fix="name one of these")
    if paths is not None and paths < 256:
        raise BadInput(
            "too_few_paths",
            field="--paths",
            value=str(paths),
            allowed="256 at least",
            fix="give more paths: fewer tell no standard error",
        )
    return RangeQuestion(
        policy, models, marked, PATHS if paths is None else paths, SEED if seed is None else seed, app.threads
    )


def chains_named(
    book: Book, snapshot: Snapshot, named: Sequence[str], exercise: str, rate: float | None
) -> dict[str, QuoteChain]:
    """Read the tables of quotes: each as UNDERLYING=FILE, or a file alone where the book has one underlying.

    Raises
    ------
    BadInput
        If a file cannot be read, its underlying is not known to the snapshot or is named twice, or none is given.
    """
    held = list(dict.fromkeys(each.underlying for each in book.positions if each.underlying is not None))
    chains: dict[str, QuoteChain] = {}
    for text in named:
        name, mark, file = text.partition("=")
        if not mark:
            name, file = held[0] if len(held) == 1 else "", text
        if name not in held or name in chains:
            raise BadInput(
                "unknown_underlying",
                field="--quotes",
                value=text,
                allowed=f"UNDERLYING=FILE, once each of: {', '.join(held) or 'none'}",
                fix="name an underlying of the book",
            )
        snapshot.spot(name)
        chains[name] = read_quotes(Path(file), None, exercise, None, rate)
    if chains:
        return chains
    raise BadInput(
        "missing_option",
        field="--quotes",
        value="not given",
        allowed="a table of listed options for each underlying",
        fix="give --quotes FILE, or --quotes UNDERLYING=FILE",
    )


def ranges(
    app: Application, book: Book, snapshot: Snapshot, chains: dict[str, QuoteChain], asked: RangeQuestion
) -> BookRange:
    """Give the interval of each position."""
    app.progress.stage(f"models of {book.book_id}", len(book.positions))
    found = ranges_of_book(book, snapshot, chains, asked)
    app.progress.advance(len(found.trades))
    app.progress.done()
    out = sum(not model.admissible for model in found.models)
    app.log.info(
        "model ranges", book=book.book_id, models=len(found.models), inadmissible=out, failed=len(found.refused)
    )
    return found
