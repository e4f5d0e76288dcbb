"""The lineage of a workspace: steps that are written down as they run, and the trees that the events draw."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from plimsoll.data.lineage import INSTALL
from plimsoll.data.lineage_graph import Graph, graph_of
from plimsoll.data.lineage_log import Torn, read_events
from plimsoll.data.lineage_tree import Branch, downstream, upstream
from plimsoll.vocabulary.errors import BadInput, MissingDependency

if TYPE_CHECKING:
    from plimsoll.bootstrap.application import Application

_P = ParamSpec("_P")
_T = TypeVar("_T")
_NAMES_SHOWN = 30


def step(
    job: str,
) -> Callable[[Callable[Concatenate["Application", _P], _T]], Callable[Concatenate["Application", _P], _T]]:
    """Make a stage a step of the lineage: an event as it begins, one as it ends or fails.

    Within, ``app.lineage.reads`` and ``app.lineage.makes`` note what it reads and makes; the run store notes by itself
    which runs were read and recorded.
    """

    def wrap(work: Callable[Concatenate["Application", _P], _T]) -> Callable[Concatenate["Application", _P], _T]:
        @functools.wraps(work)
        def tracked(app: "Application", /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
            with app.lineage.step(job):
                return work(app, *args, **kwargs)

        return tracked

    return wrap


@dataclass(frozen=True, slots=True)
class LineageView:
    """The graph of a workspace and the trees that were asked for."""

    graph: Graph
    made_from: tuple[Branch, ...]
    gone_into: tuple[Branch, ...]
    torn: Torn | None
    path: Path

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            **self.graph.to_dict(),
            "made_from": [branch.to_dict() for branch in self.made_from],
            "gone_into": [branch.to_dict() for branch in self.gone_into],
            "torn": None if self.torn is None else self.torn.to_dict(),
        }


def lineage(app: "Application", of: str | None = None) -> LineageView:
    """Give the lineage of the workspace: all of it downward from what came in, or of one artifact both ways.

    Raises
    ------
    MissingDependency
        If nothing was written down because the package that writes is not installed.
    BadInput
        If nothing was written down yet, or nothing has that name.
    IntegrityBroken
        If a line of the events is broken.
    """
    log = read_events(app.workspace.lineage)
    if not log.events:
        raise _nothing_written(app.workspace.lineage)
    graph = graph_of(log.events)
    if of is None:
        return LineageView(graph, (), downstream(graph), log.torn, app.workspace.lineage)
    keys = graph.named(of)
    if not keys:
        known = graph.names()
        more = f" and {len(known) - _NAMES_SHOWN} more" if len(known) > _NAMES_SHOWN else ""
        raise BadInput(
            "unknown_in_lineage",
            field="of",
            value=of,
            allowed=f"a digest, the id of a run that made something, or one of: {', '.join(known[:_NAMES_SHOWN])}{more}",
            fix="name one of these; `plimsoll data lineage` shows them all",
        )
    return LineageView(graph, upstream(graph, keys), downstream(graph, keys), log.torn, app.workspace.lineage)


def _nothing_written(path: Path) -> BadInput | MissingDependency:
    allowed = "a workspace in which a step was written down"
    if find_spec("openlineage") is None:
        return MissingDependency(
            "openlineage_not_installed", field=str(path), value="no events", allowed=allowed, fix=INSTALL
        )
    return BadInput(
        "no_lineage",
        field=str(path),
        value="no events",
        allowed=allowed,
        fix="run a stage first, for instance `plimsoll data ingest`, or `plimsoll demo` for the whole voyage",
    )


__all__ = ["Branch", "LineageView", "lineage", "step"]
