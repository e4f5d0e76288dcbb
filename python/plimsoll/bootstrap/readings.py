"""What the records of a workspace say in numbers: one function a kind of record, each gives families of samples.

Labels are few and bounded: stage, outcome, severity, colour, tier; model ids, which the inventory bounds; book names, of
which the newest count; and account ids of the largest shortfalls alone. No amount of one test of one model is here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from plimsoll.bootstrap.ledger import LastRun, Outcome, Stage, StageTotals
from plimsoll.bootstrap.runs import Run
from plimsoll.observability.metrics import Family, Kind, Sample
from plimsoll.vocabulary.clock import parse_utc
from plimsoll.vocabulary.testing import Rag

BUCKETS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Upper bounds of the durations of stages, in seconds."""
ACCOUNTS = 10
"""How many accounts in shortfall are named."""
_COMMAND = Stage.command.value
_STAGES = tuple(stage.value for stage in Stage if stage is not Stage.command)
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_Rows = Iterable[tuple[tuple[str, ...], float]]


def gauge(name: str, help: str, labels: str, rows: _Rows) -> Family:
    """Give a gauge: label names parted by spaces, and for each row the labels' values and the number."""
    return _family(name, Kind.gauge, help, labels, rows)


def _family(name: str, kind: Kind, help: str, labels: str, rows: _Rows) -> Family:
    names = tuple(labels.split())
    samples = (Sample(float(value), dict(zip(names, values, strict=True))) for values, value in rows)
    return Family(f"plimsoll_{name}", kind, help, names, tuple(samples))


def of_build(version: str, python: str, now: datetime) -> list[Family]:
    """Say which release speaks, and when."""
    return [
        gauge(
            "build_info", "Always 1: the release that gives these metrics.", "version python", [((version, python), 1)]
        ),
        gauge("collected_timestamp_seconds", "When these metrics were collected.", "", [((), now.timestamp())]),
    ]


def of_stages(totals: StageTotals) -> list[Family]:
    """Say how often each stage ran and failed, how long it took, and how its last run went."""
    runs = [((stage, outcome), totals.runs[stage, outcome]) for stage in _STAGES for outcome in _OUTCOMES]
    # A command that works well is no run of a stage: only its failures are entered.
    runs += [((_COMMAND, outcome), totals.runs[_COMMAND, outcome]) for outcome in _OUTCOMES[1:]]
    last = {stage: totals.last[stage] for stage in _STAGES if stage in totals.last}

    def each(name: str, help: str, value: Callable[[LastRun], float]) -> Family:
        return gauge(f"stage_last_run_{name}", help, "stage", [((stage,), value(run)) for stage, run in last.items()])

    return [
        _family("stage_runs", Kind.counter, "Runs of a stage by outcome.", "stage outcome", runs),
        _family(
            "failures",
            Kind.counter,
            "Failures by the innermost stage and its code.",
            "stage code",
            totals.failures.items(),
        ),
        _family(
            "refusals",
            Kind.counter,
            "Bad input and missing rights by the innermost stage and the code.",
            "stage code",
            totals.refusals.items(),
        ),
        Family(
            "plimsoll_stage_duration_seconds",
            Kind.histogram,
            "How long a stage took, failed runs included and refused ones not.",
            ("stage",),
            tuple(_durations(totals, stage) for stage in last),
        ),
        each("timestamp_seconds", "When the last run of a stage ended that was not refused.", lambda run: run.time),
        each(
            "success",
            "Whether the last run of a stage that was not refused came to its end (1) or failed (0).",
            lambda run: run.ok,
        ),
        each(
            "breaches",
            "Limits that the last run of a stage found exceeded: quality limits, refused positions, accounts in shortfall, "
            "red tests, replayed outputs that differ.",
            lambda run: run.breaches,
        ),
        gauge("ledger_damaged_lines", "Lines of the stage ledger that cannot be read.", "", [((), totals.damaged)]),
    ]


def _durations(totals: StageTotals, stage: str) -> Sample:
    count = sum(totals.runs[stage, outcome.value] for outcome in (Outcome.ok, Outcome.failed))
    bounds = tuple((bound, totals.in_bucket[stage, bound]) for bound in totals.buckets)
    return Sample(totals.seconds[stage], {"stage": stage}, bounds, count)


@dataclass(frozen=True, slots=True)
class BookMargins:
    """The last margin of one book: when, its accounts, what is called for, and who is in shortfall, in dollars."""

    book: str
    time: float
    margined: int
    refused: int
    calls: tuple[float, ...]
    shortfalls: tuple[tuple[str, float], ...]


def margins_in(run: Run) -> BookMargins:
    """Read a run of the stage margin; the largest shortfall comes first."""
    margins = [outcome["margin"] for outcome in run.document["accounts"] if outcome["margin"] is not None]
    short = [(each["account_id"], float(Decimal(each["shortfall"]))) for each in margins]
    calls = (float(Decimal(each["call"])) for each in margins)
    return BookMargins(
        book=str(run.document["book_id"]),
        time=_seconds(run.created_at),
        margined=int(run.document["margined"]),
        refused=int(run.document["failed"]),
        calls=tuple(call for call in calls if call > 0),
        shortfalls=tuple(sorted((pair for pair in short if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))),
    )


def of_margins(books: Sequence[BookMargins]) -> list[Family]:
    """Say what the last margin of each book found."""
    accounts = [((b.book, "margined"), b.margined) for b in books] + [((b.book, "refused"), b.refused) for b in books]
    named = [((b.book, account), amount) for b in books for account, amount in b.shortfalls[:ACCOUNTS]]

    def each(name: str, help: str, value: Callable[[BookMargins], float]) -> Family:
        return gauge(f"margin_{name}", help, "book", [((b.book,), value(b)) for b in books])

    return [
        each("run_timestamp_seconds", "When the book was last margined.", lambda b: b.time),
        gauge("margin_accounts", "Accounts of the book by outcome.", "book outcome", accounts),
        each("call_accounts", "Accounts from which margin is called.", lambda b: len(b.calls)),
        each("call_dollars", "Sum of the margin calls.", lambda b: sum(b.calls)),
        each("shortfall_accounts", "Accounts whose equity is negative.", lambda b: len(b.shortfalls)),
        each("shortfall_dollars", "Sum of the negative equities.", lambda b: sum(amount for _, amount in b.shortfalls)),
        gauge(
            "margin_account_shortfall_dollars",
            f"Negative equity of an account; the {ACCOUNTS} largest of a book.",
            "book account",
            named,
        ),
    ]


@dataclass(frozen=True, slots=True)
class ReplayedBook:
    """The last replay of one book: calls issued and overdue, accounts that were short, the largest shortfall."""

    name: str
    issued: int
    overdue: int
    short: int
    largest: float


def replay_in(run: Run) -> ReplayedBook:
    """Read a run of the stage margin-replay."""
    rows: Sequence[Mapping[str, Any]] = run.document["accounts"]
    return ReplayedBook(
        name=str(run.document["name"]),
        issued=sum(row["calls_issued"] for row in rows),
        overdue=sum(row["calls_overdue"] for row in rows),
        short=sum(row["days_in_shortfall"] > 0 for row in rows),
        largest=max((float(Decimal(row["largest_shortfall"])) for row in rows), default=0.0),
    )


def of_replays(replays: Sequence[ReplayedBook]) -> list[Family]:
    """Say what the last replay of each book found."""

    def each(name: str, help: str, value: Callable[[ReplayedBook], float]) -> Family:
        return gauge(f"margin_replay_{name}", help, "replay", [((r.name,), value(r)) for r in replays])

    return [
        each("calls_issued", "Margin calls issued in the replay.", lambda r: r.issued),
        each("calls_overdue", "Margin calls of the replay that went overdue.", lambda r: r.overdue),
        each("shortfall_accounts", "Accounts in shortfall on any day of the replay.", lambda r: r.short),
        each("largest_shortfall_dollars", "Largest shortfall of an account in the replay.", lambda r: r.largest),
    ]


@dataclass(frozen=True, slots=True)
class Colours:
    """The last validation run: when it was kept, and how many tests have which colour."""

    time: float
    counts: Mapping[str, int]


def colours_in(run: Run) -> Colours:
    """Read a run of the stage validation."""
    found = [str(result["rag"]) for result in run.document["results"]]
    return Colours(_seconds(run.created_at), {rag.value: found.count(rag.value) for rag in Rag})


def of_validation(colours: Colours) -> list[Family]:
    """Say what the last validation run found."""
    return [
        gauge("validation_run_timestamp_seconds", "When the last validation run was kept.", "", [((), colours.time)]),
        gauge(
            "validation_tests",
            "Tests of the last validation run by colour.",
            "rag",
            [((rag,), count) for rag, count in colours.counts.items()],
        ),
    ]


def of_readable(parts: Mapping[str, bool]) -> list[Family]:
    """Say which kinds of records could be read."""
    rows: Iterator[tuple[tuple[str, ...], float]] = (((part,), readable) for part, readable in parts.items())
    return [gauge("records_readable", "Whether a kind of record could be read (1) or is damaged (0).", "records", rows)]


def _seconds(time: str) -> float:
    return parse_utc(time).timestamp()
