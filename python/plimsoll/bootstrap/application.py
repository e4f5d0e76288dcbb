"""One opened workspace with everything that a stage needs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from plimsoll.bootstrap.ledger import StageLedger
from plimsoll.bootstrap.runs import RunStore
from plimsoll.data.lineage import Lineage
from plimsoll.observability.logs import RunLog, run_log
from plimsoll.observability.traces import traces_address, tracing
from plimsoll.vocabulary.clock import Clock, SystemClock
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.ids import IdSource, UlidIds
from plimsoll.vocabulary.progress import Progress, SilentProgress
from plimsoll.vocabulary.tracing import Tracer
from plimsoll.vocabulary.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Application:
    """The ports of one session: where things are, what time it is, who listens, where it is written down."""

    workspace: Workspace
    clock: Clock
    ids: IdSource
    progress: Progress
    runs: RunStore
    log: RunLog
    lineage: Lineage
    threads: int
    tracer: Tracer
    ledger: StageLedger


@contextmanager
def open_application(
    root: Path,
    progress: Progress | None = None,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    threads: int | None = None,
    command: str = "session",
    otlp_endpoint: str | None = None,
    looks: bool = False,
) -> Iterator[Application]:
    """Open a workspace; folders that are missing are made, unless the session only looks.

    Parameters
    ----------
    root : Path
        Folder of the workspace.
    progress, clock, ids : optional
        Who hears of long work, time, and names; nobody, the machine's clock and ULIDs by default.
    threads : int, optional
        Threads for the core; all processors by default. No number depends on it.
    command : str
        What the session is for: the name of its trace.
    otlp_endpoint : str, optional
        Collector of the spans, as ``http://host:4318``; that of ``OTEL_EXPORTER_OTLP_ENDPOINT`` by default, else none.
    looks : bool
        Make nothing: the workspace must be there, and a file of the log comes with its first line.

    Raises
    ------
    BadInput
        If the folder cannot be made or written, there is no workspace to look at, or the endpoint is no address.
    MissingDependency
        If an endpoint is named and OpenTelemetry is not installed.
    """
    address = traces_address(otlp_endpoint, os.environ)
    workspace = _found(root) if looks else _made(root)
    clock = clock or SystemClock()
    ids = ids or UlidIds(clock, os.urandom)
    session = ids.next("session")
    traces = tracing(address, metadata.version("plimsoll"), session, clock, os.urandom)
    tracer, ledger = traces.tracer, StageLedger(workspace.stages, clock)
    with (
        run_log(workspace.logs, clock, session, tracer.marks, late=looks) as log,
        traces.delivered(log),
        tracer.stage(command, {"plimsoll.session.id": session}),
        ledger.command(),
    ):
        lineage = Lineage(workspace.lineage, clock, ids, metadata.version("plimsoll"), log.warning)
        yield Application(
            workspace=workspace,
            clock=clock,
            ids=ids,
            progress=progress or SilentProgress(),
            runs=RunStore(workspace.runs, clock, ids, tracer, lineage),
            log=log,
            lineage=lineage,
            threads=threads or os.cpu_count() or 1,
            tracer=tracer,
            ledger=ledger,
        )


def _found(root: Path) -> Workspace:
    workspace = Workspace(root)
    if not workspace.exists():
        raise BadInput(
            "no_workspace",
            field="workspace",
            value=f"{root}: {'no workspace' if root.is_dir() else 'no such folder'}",
            allowed="the folder that another command worked in",
            fix="name it with --workspace",
        )
    return workspace


def _made(root: Path) -> Workspace:
    try:
        return Workspace(root).create()
    except OSError as error:
        raise BadInput(
            "workspace_not_writable",
            field="workspace",
            value=root,
            allowed="a folder that can be made and written",
            fix="name another folder with --workspace",
        ) from error
