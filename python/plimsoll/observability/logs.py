"""Structured logs: one JSON document a line, with the run's id, in the order in which things happened."""

import io
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import structlog

from plimsoll.observability.redaction import redact
from plimsoll.vocabulary.clock import Clock, utc_text
from plimsoll.vocabulary.digest import canonical_json, plain
from plimsoll.vocabulary.errors import BadInput, PlimsollError


class RunLog:
    """The log of one run.

    Each line holds ``time``, ``level``, ``run_id``, ``event`` and the fields given, in canonical JSON; secrets are cut
    out of the fields before they are written. Where the run is traced, ``marks`` gives the ids of the present span.
    """

    def __init__(
        self, stream: TextIO, clock: Clock, run_id: str, marks: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        self._clock = clock
        self._marks = marks
        self._logger = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[self._complete, _without_secrets, _as_line],
            wrapper_class=structlog.BoundLogger,
            context_class=dict,
            cache_logger_on_first_use=False,
        ).bind(run_id=run_id)

    def info(self, event: str, **fields: Any) -> None:
        """Write what happened."""
        self._logger.info(event, **fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Write what somebody should look at."""
        self._logger.warning(event, **fields)

    def error(self, event: str, failure: BaseException, **fields: Any) -> None:
        """Write a failure: a typed one with its five fields, another by its kind and text."""
        known = failure.to_dict() if isinstance(failure, PlimsollError) else {"message": str(failure)}
        self._logger.error(event, **{**fields, "failure": {"kind": type(failure).__name__, **known}})

    def _complete(self, _logger: Any, level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["time"] = utc_text(self._clock.now())
        event["level"] = level
        event.update(self._marks())
        return event


class _LateFile(io.RawIOBase):
    """A file that is there from the first bytes on that are written to it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Add bytes at the end: a log has few lines, so that the file is opened for each."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab", buffering=0) as stream:
            return stream.write(data)


@contextmanager
def run_log(
    folder: Path,
    clock: Clock,
    run_id: str,
    marks: Callable[[], Mapping[str, str]] = dict,
    *,
    late: bool = False,
) -> Iterator[RunLog]:
    """Open the log file of a run, ``<run_id>.jsonl``, to which lines are added; a late one comes with its first line.

    A failure within is written to the log and goes on its way.
    """
    with _opened(folder / f"{run_id}.jsonl", late) as stream:
        log = RunLog(stream, clock, run_id, marks)
        try:
            yield log
        except BaseException as failure:
            log.error("run failed", failure)
            raise


def _opened(path: Path, late: bool) -> TextIO:
    if late:
        return io.TextIOWrapper(io.BufferedWriter(_LateFile(path)), encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a", encoding="utf-8")


def _without_secrets(_logger: Any, _level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    cleaned: MutableMapping[str, Any] = redact({str(key): _loggable(item) for key, item in event.items()})
    return cleaned


def _as_line(_logger: Any, _level: str, event: MutableMapping[str, Any]) -> str:
    return canonical_json(event).decode()


def _loggable(value: Any) -> Any:
    # A log line must never be the thing that fails: what is no plain data is written as its text.
    try:
        return plain(value)
    except BadInput:
        return ascii(value)
