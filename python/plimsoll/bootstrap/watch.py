"""Watching the stages: each is a span while it runs, and a line of the ledger when it has ended."""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.vocabulary.tracing import Attributes

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
_EVENTS = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of a stage that came to its end: how much it worked on, and each limit that it found passed."""

    counts: Attributes = field(default_factory=dict)
    breaches: tuple[Attributes, ...] = ()


def watched(
    stage: Stage, facts: Callable[[_Found], Facts]
) -> Callable[[Callable[Concatenate[Application, _Given], _Found]], Callable[Concatenate[Application, _Given], _Found]]:
    """Make a function of the opened application a stage that is watched.

    Parameters
    ----------
    stage : Stage
        Its name, in traces and in metrics.
    facts : Callable
        Says what came of it.
    """

    def watch(
        work: Callable[Concatenate[Application, _Given], _Found],
    ) -> Callable[Concatenate[Application, _Given], _Found]:
        @functools.wraps(work)
        def run(app: Application, /, *words: _Given.args, **named: _Given.kwargs) -> _Found:
            begun = time.monotonic()
            with app.tracer.stage(stage.value, {"plimsoll.stage": stage.value}):
                try:
                    found = work(app, *words, **named)
                except BaseException as failure:
                    app.ledger.failed(stage, time.monotonic() - begun, failure)
                    raise
                seconds = time.monotonic() - begun
                told = facts(found)
                _tell(app, told)
                app.ledger.finished(stage, seconds, len(told.breaches))
            return found

        return run

    return watch


def _tell(app: Application, told: Facts) -> None:
    span = app.tracer.current()
    counts = {f"plimsoll.{name}": value for name, value in told.counts.items()}
    span.set({**counts, "plimsoll.breaches": len(told.breaches), "plimsoll.outcome": "ok"})
    for breach in told.breaches[:_EVENTS]:
        span.event("breach", {f"plimsoll.{name}": value for name, value in breach.items()})
