"""The metrics of a workspace, collected from its records: shown, written for node_exporter, or served to Prometheus.

Nothing is counted in memory alone: a process that was started a moment ago gives the same numbers as one that runs for
a year.
"""

import platform
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Generic, TypeVar

from plimsoll.bootstrap import oversight, readings
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage, StageTotals
from plimsoll.bootstrap.runs import Run, RunStore
from plimsoll.data.store import write_atomically
from plimsoll.observability.metrics import Family, exposition
from plimsoll.vocabulary.errors import BadInput, MissingDependency, PlimsollError

BOOKS = 20
"""How many of the newest runs of margin are looked at; the last of each book among them counts."""
_Read = TypeVar("_Read")


class _ReadOnce(Generic[_Read]):
    """Reads a run of a stage when it is first asked for: a run never changes."""

    def __init__(self, runs: RunStore, stage: str, read: Callable[[Run], _Read]) -> None:
        self._runs, self._stage, self._make = runs, stage, read
        self._known: dict[str, _Read] = {}

    def read(self, run_id: str) -> _Read:
        if run_id not in self._known:
            self._known[run_id] = self._make(self._runs.read(run_id, self._stage))
        return self._known[run_id]


class WorkspaceMetrics:
    """Collects the metrics of a workspace; what does not change is read once."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._totals = StageTotals(app.workspace.stages, readings.BUCKETS)
        self._margin = _ReadOnce(app.runs, "margin", readings.margins_in)
        self._replay = _ReadOnce(app.runs, "margin-replay", readings.replay_in)
        self._colours = _ReadOnce(app.runs, Stage.validation, readings.colours_in)

    def collect(self) -> list[Family]:
        """Give every family; records that are damaged or lost leave their families out, and say so in one of their own."""
        version, python = metadata.version("plimsoll"), platform.python_version()
        found = [
            *readings.of_build(version, python, self._app.clock.now()),
            *readings.of_stages(self._totals.read()),
        ]
        parts: dict[str, Callable[[], list[Family]]] = {
            "margin": self._margins,
            "margin_replay": self._replays,
            "validation": self._validation,
            "governance": lambda: oversight.families(self._app),
        }
        readable = {}
        for name, part in parts.items():
            try:
                found += part()
                readable[name] = True
            except (PlimsollError, KeyError, TypeError, ValueError, ArithmeticError) as failure:
                readable[name] = False
                self._app.log.error("metrics of damaged records left out", failure, records=name)
        readable["governance"] &= not oversight.is_lost(self._app.workspace)
        return [family for family in (*found, *readings.of_readable(readable)) if family.samples]

    def _margins(self) -> list[Family]:
        runs = [self._margin.read(run_id) for run_id in self._app.runs.newest("margin", BOOKS)]
        return readings.of_margins(list({run.book: run for run in reversed(runs)}.values()))

    def _replays(self) -> list[Family]:
        runs = [self._replay.read(run_id) for run_id in self._app.runs.newest("margin-replay", BOOKS)]
        return readings.of_replays(list({run.name: run for run in reversed(runs)}.values()))

    def _validation(self) -> list[Family]:
        run_id = self._app.runs.latest_id(Stage.validation)
        return [] if run_id is None else readings.of_validation(self._colours.read(run_id))


def families(app: Application) -> list[Family]:
    """Give the metrics of now."""
    return WorkspaceMetrics(app).collect()


def textfile(app: Application, path: Path) -> list[Family]:
    """Write the metrics of now for node_exporter's textfile collector, whole or not at all.

    Raises
    ------
    BadInput
        If the file does not end in ``.prom``, which is all that the collector reads, or cannot be written.
    MissingDependency
        If prometheus_client is not installed.
    """
    if path.suffix != ".prom" or not path.parent.is_dir():
        raise _not_writable(path, "no .prom file" if path.suffix != ".prom" else "no such folder")
    found = families(app)
    try:
        write_atomically(path, exposition(found))
    except OSError as error:
        raise _not_writable(path, str(error.strerror)) from error
    return found


def _not_writable(path: Path, reason: str) -> BadInput:
    return BadInput(
        "file_not_writable",
        field="path",
        value=f"{path}: {reason}",
        allowed="a file that ends in .prom, in a folder that exists and can be written",
        fix="name the folder that node_exporter's --collector.textfile.directory names",
    )


def leave_textfile(app: Application, path: Path) -> dict[str, Path]:
    """Write the metrics beside the artifacts of a voyage and name them; without prometheus_client, say so in the log."""
    try:
        textfile(app, path)
    except MissingDependency as missing:
        app.log.warning("no metrics written", fix=missing.fix)
        return {}
    return {"metrics": path}


def serve(app: Application, address: str, port: int, announce: Callable[[str], None]) -> str:
    """Serve the metrics until the process is told to end (SIGTERM or an interrupt), and give the address.

    Parameters
    ----------
    app : Application
        The opened workspace.
    address, port
        Where to listen; port 0 takes a free one.
    announce : Callable
        Hears of the address as soon as it answers.

    Raises
    ------
    BadInput
        If the address cannot be listened on.
    MissingDependency
        If prometheus_client is not installed.
    """
    from plimsoll.observability.metrics_server import application, serving

    answering = application(WorkspaceMetrics(app).collect)
    with _told_to_end() as end, serving(answering, address, port) as base:
        app.log.info("metrics served", address=base)
        announce(f"{base}/metrics")
        end.wait()
    app.log.info("metrics no longer served", address=base)
    return f"{base}/metrics"


@contextmanager
def _told_to_end() -> Iterator[threading.Event]:
    end = threading.Event()
    before = {number: signal.signal(number, lambda *_: end.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
