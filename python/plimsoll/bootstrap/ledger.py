"""The ledger of stages: how each one ended and how long it took, one line each, kept in the workspace."""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from plimsoll.vocabulary.clock import Clock, parse_utc, utc_text
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import BadInput, NotPermitted, PlimsollError


class Stage(StrEnum):
    """The stages that are watched; ``command`` is what fails outside of all others."""

    ingest = "ingest"
    quality = "quality"
    features = "features"
    models = "models"
    valuation = "valuation"
    risk = "risk"
    backtest = "backtest"
    margin = "margin"
    margin_replay = "margin_replay"
    stress = "stress"
    validation = "validation"
    validation_replay = "validation_replay"
    report = "report"
    command = "command"


class Outcome(StrEnum):
    """How a stage ended: well; without what it was for; or because it was asked for what it must not or cannot do."""

    ok = "ok"
    failed = "failed"
    refused = "refused"


_REFUSALS = (BadInput, NotPermitted)


class StageLedger:
    """Writes lines that are whole or not there, from any number of processes."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._told: BaseException | None = None

    def finished(self, stage: Stage, seconds: float, breaches: int = 0) -> None:
        """Enter a stage that came to its end, and how many limits it found passed."""
        self._enter({"stage": stage.value, "outcome": Outcome.ok.value, "seconds": seconds, "breaches": breaches})

    def failed(self, stage: Stage, seconds: float, failure: BaseException) -> None:
        """Enter a stage that failed, or that refused its input or its caller: that is a mistake of who asked, not ours.

        The code is told once, by the innermost stage that the failure left.
        """
        outcome = Outcome.refused if isinstance(failure, _REFUSALS) else Outcome.failed
        line: dict[str, Any] = {"stage": stage.value, "outcome": outcome.value, "seconds": seconds}
        if failure is not self._told:
            line["code"] = failure.code if isinstance(failure, PlimsollError) else "internal_error"
        self._told = failure
        self._enter(line)

    @contextmanager
    def command(self) -> Iterator[None]:
        """Enter a failure that leaves the block unless a stage in it did so already."""
        begun = time.monotonic()
        try:
            yield
        except BaseException as failure:
            if failure is not self._told:
                self.failed(Stage.command, time.monotonic() - begun, failure)
            raise

    def _enter(self, line: dict[str, Any]) -> None:
        record = canonical_json({"time": utc_text(self._clock.now()), **line}) + b"\n"
        # What watches a stage must not be what makes it fail: a line that cannot be written is missed in the counts.
        with suppress(OSError), self._path.open("ab+", buffering=0) as stream:
            size = stream.seek(0, os.SEEK_END)
            # A line that a killed process left unfinished is closed, so that it spoils no other.
            torn = size > 0 and os.pread(stream.fileno(), 1, size - 1) != b"\n"
            stream.write(b"\n" * torn + record)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a stage: when it ended (seconds since 1970), whether well, and the limits it found passed."""

    time: float
    ok: bool
    breaches: int


@dataclass(slots=True)
class StageTotals:
    """What the ledger says in sum; :meth:`read` takes up what was added since.

    ``runs`` counts by stage and outcome, ``failures`` and ``refusals`` by stage and code, ``in_bucket`` by stage and upper
    bound in seconds; ``damaged`` is the number of lines that could not be read. A run that was refused has neither a
    duration nor a place as the last one.
    """

    path: Path
    buckets: tuple[float, ...]
    runs: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    in_bucket: Counter[tuple[str, float]] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    last: dict[str, LastRun] = field(default_factory=dict)
    damaged: int = 0
    offset: int = 0

    def read(self) -> "StageTotals":
        """Take up the lines added since the last reading; a ledger that became shorter is read from its beginning."""
        size = self.path.stat().st_size if self.path.is_file() else 0
        if size < self.offset:
            self._forget()
        if size > self.offset:
            with self.path.open("rb") as stream:
                stream.seek(self.offset)
                added = stream.read(size - self.offset)
            whole = added[: added.rfind(b"\n") + 1]
            self.offset += len(whole)
            for line in filter(None, whole.splitlines()):
                self._add(line)
        return self

    def _forget(self) -> None:
        for gathered in (self.runs, self.failures, self.refusals, self.in_bucket, self.seconds, self.last):
            gathered.clear()
        self.damaged = self.offset = 0

    def _add(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            stage, outcome = Stage(entry["stage"]).value, Outcome(entry["outcome"])
            seconds, time = float(entry["seconds"]), parse_utc(entry["time"]).timestamp()
            last = LastRun(time, outcome is Outcome.ok, int(entry.get("breaches", 0)))
        except (ValueError, KeyError, TypeError, AttributeError, BadInput):
            self.damaged += 1
            return
        self.runs[stage, outcome.value] += 1
        if "code" in entry:
            codes = self.refusals if outcome is Outcome.refused else self.failures
            codes[stage, str(entry["code"])] += 1
        if outcome is not Outcome.refused:
            self.last[stage] = last
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
            self.in_bucket.update((stage, bound) for bound in self.buckets if seconds <= bound)
