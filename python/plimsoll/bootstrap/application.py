"""One opened workspace with everything that a stage needs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from plimsoll.bootstrap.runs import RunStore
from plimsoll.data.lineage import Lineage
from plimsoll.observability.logs import RunLog, run_log
from plimsoll.vocabulary.clock import Clock, SystemClock
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.ids import IdSource, UlidIds
from plimsoll.vocabulary.progress import Progress, SilentProgress
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


@contextmanager
def open_application(
    root: Path,
    progress: Progress | None = None,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    threads: int | None = None,
) -> Iterator[Application]:
    """Open a workspace, making its folders if they are missing.

    Parameters
    ----------
    root : Path
        Folder of the workspace.
    progress : Progress, optional
        Hears of long work; nobody by default.
    clock, ids : optional
        Time and names; the machine's clock and ULIDs by default.
    threads : int, optional
        Threads for the core; all processors by default. No number depends on it.

    Raises
    ------
    BadInput
        If the folder cannot be made or written.
    """
    try:
        workspace = Workspace(root).create()
    except OSError as error:
        raise BadInput(
            "workspace_not_writable",
            field="workspace",
            value=root,
            allowed="a folder that can be made and written",
            fix="name another folder with --workspace",
        ) from error
    clock = clock or SystemClock()
    ids = ids or UlidIds(clock, os.urandom)
    session = ids.next("session")
    with run_log(workspace.logs, clock, session) as log:
        lineage = Lineage(workspace.lineage, clock, ids, metadata.version("plimsoll"), log.warning)
        yield Application(
            workspace=workspace,
            clock=clock,
            ids=ids,
            progress=progress or SilentProgress(),
            runs=RunStore(workspace.runs, clock, ids, lineage),
            log=log,
            lineage=lineage,
            threads=threads or os.cpu_count() or 1,
        )
