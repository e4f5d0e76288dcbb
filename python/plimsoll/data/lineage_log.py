"""The file of lineage events: one JSON document a line, only ever added to, read back with its flaws named."""

import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plimsoll.vocabulary.errors import IntegrityBroken

_READABLE = 0o644
_CHUNK_BYTES = 1 << 16
_STATES = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")


@dataclass(frozen=True, slots=True)
class Torn:
    """A last line without its end: a process was killed while it wrote the event, which counts as never written."""

    line: int
    size: int

    def to_dict(self) -> dict[str, int]:
        """Give the record as plain data."""
        return {"line": self.line, "bytes": self.size}


@dataclass(frozen=True, slots=True)
class EventLog:
    """The events of a file in their order, and what is left of one that was not finished."""

    events: tuple[Mapping[str, Any], ...]
    torn: Torn | None


@contextmanager
def appending(path: Path) -> Iterator[int]:
    """Hold the file for one event; the body adds it, and afterwards it is on the disk.

    No other process writes meanwhile. The rest of an event that a killed process left is cut off first, so that what is
    added begins on a line of its own; the number of bytes cut is given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _READABLE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield _cut_torn_end(descriptor)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cut_torn_end(descriptor: int) -> int:
    size = os.fstat(descriptor).st_size
    whole, place = 0, size
    while place > 0 and whole == 0:
        begin = max(0, place - _CHUNK_BYTES)
        found = os.pread(descriptor, place - begin, begin).rfind(b"\n")
        whole = begin + found + 1 if found >= 0 else 0
        place = begin
    if whole < size:
        os.ftruncate(descriptor, whole)
    return size - whole


def read_events(path: Path) -> EventLog:
    """Read the events of a file; no file is an empty one.

    A line counts once its end is there.

    Raises
    ------
    IntegrityBroken
        Naming the file and the line that is no run event of OpenLineage.
    """
    if not path.is_file():
        return EventLog((), None)
    *lines, rest = path.read_bytes().split(b"\n")
    events = tuple(_event(path, number, line) for number, line in enumerate(lines, start=1))
    return EventLog(events, Torn(len(lines) + 1, len(rest)) if rest else None)


def _event(path: Path, number: int, line: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
        flaw = _flaw_of(event)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        flaw = f"{type(error).__name__}: {error}"
    if flaw:
        raise IntegrityBroken(
            "lineage_line_broken",
            field=f"{path} line {number}",
            value=flaw,
            allowed="one OpenLineage run event in JSON",
            fix="restore the file; without a copy, take the line out, and the graph lacks that event",
        )
    found: Mapping[str, Any] = event
    return found


def _flaw_of(event: Any) -> str:
    """Say what an event lacks that the graph reads of it, empty if nothing."""
    uuid.UUID(event["run"]["runId"])
    named = [event["job"], *event.get("inputs", []), *event.get("outputs", [])]
    if not all(isinstance(item["name"], str) and isinstance(item["namespace"], str) for item in named):
        return "a job or dataset without a name"
    if event.get("eventType") not in _STATES:
        return f"eventType {event.get('eventType')}"
    if not isinstance(event["eventTime"], str):
        return "eventTime that is no text"
    facets = [event["run"].get("facets", {}), *(item.get("facets", {}) for item in named)]
    return "" if all(isinstance(facet, dict) for some in facets for facet in some.values()) else "a facet that is none"
