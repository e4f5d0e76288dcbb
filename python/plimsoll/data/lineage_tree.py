"""A lineage graph as trees: what was made of each dataset, and what one artifact was made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from plimsoll.data.lineage import Key
from plimsoll.data.lineage_graph import Graph, Node, Step

MODEL, RUN, TABLE = "model", "run", "table"
#: The order in which a tree shows what hangs on one branch; a kind that is not named here comes last.
_ORDER = (
    *("source", "dataset", "quality", "feature", "snapshot", "book", "pack"),
    *(RUN, TABLE, "report", "signature", MODEL),
)


@dataclass(frozen=True, slots=True)
class Branch:
    """An artifact, the step that made it, and what hangs on it.

    ``again`` says that the artifact stands with all its branches elsewhere in the trees.
    """

    node: Node
    made_by: str
    children: tuple["Branch", ...] = ()
    again: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        children = [child.to_dict() for child in self.children]
        return {**self.node.to_dict(), "made_by": self.made_by, "again": self.again, "children": children}


def downstream(graph: Graph, roots: Iterable[Key] | None = None) -> tuple[Branch, ...]:
    """Give what was made of each root, and of that, and so on.

    A step that applied one model shows it between what it read and what it made: dataset, feature, model, run, report.
    A model by itself is a leaf, unless it is a root: what it gave stands where it was applied. The tables of a run hang
    on the run. What was made of several things stands with its branches under the one to which the longest way leads,
    among equals under the one that was made last.

    Parameters
    ----------
    graph : Graph
        The graph.
    roots : iterable of Key, optional
        Where to begin; by default all that no step made, so that the trees hold every artifact.
    """
    if roots is not None:
        drawing = _Drawing(graph, _in_order(roots))
        return tuple(drawing.branch(key, None) for key in drawing.roots)
    drawing = _Drawing(
        graph, [key for key in _in_order(graph.nodes) if key not in graph.makers and _kind(key) != MODEL]
    )
    branches = [drawing.branch(key, None) for key in drawing.roots]
    # What was made of nothing but itself or a model hangs on no such root.
    branches += [drawing.branch(key, None) for key in _in_order(graph.nodes) if key not in drawing.drawn]
    return tuple(branches)


def upstream(graph: Graph, keys: Iterable[Key]) -> tuple[Branch, ...]:
    """Give what each artifact was made of, and that, and so on up to what came from outside."""
    drawn: set[Key] = set()
    return tuple(_up(graph, key, drawn) for key in sorted(keys, key=_place))


def _kind(key: Key) -> str:
    return key[0].partition("/")[0]


def _place(key: Key) -> tuple[int, str, str]:
    kind = _kind(key)
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), *key)


class _Drawing:
    """Trees from some roots downward, each artifact drawn with its branches in one place, its home."""

    def __init__(self, graph: Graph, roots: list[Key]) -> None:
        self.roots = roots
        self.drawn: set[Key] = set()
        self._graph = graph
        self._parents: dict[Key, list[Key]] = {}
        self._depths: dict[Key, int] = {}
        self._find_parents()
        self._homes = {key: max(found, key=self._nearness) for key, found in self._parents.items()}

    def branch(self, key: Key, parent: Key | None) -> Branch:
        """Draw an artifact under another, or as a root under none."""
        by_itself, through = self._made_of(key)
        if key in self.drawn or (parent is not None and self._homes.get(key) != parent):
            return _branch(self._graph, key, again=bool(by_itself or any(through.values())))
        self.drawn.update((key, *through))
        children = [self.branch(made, key) for made in _in_order(by_itself)]
        for model, outputs in through.items():
            applied = tuple(self.branch(made, key) for made in _in_order(outputs))
            children.append(Branch(self._graph.nodes[model], "", applied))
        return _branch(self._graph, key, tuple(children))

    def _find_parents(self) -> None:
        seen, waiting = set(self.roots), list(self.roots)
        while waiting:
            parent = waiting.pop()
            by_itself, through = self._made_of(parent)
            for key in dict.fromkeys([*by_itself, *(made for outputs in through.values() for made in outputs)]):
                self._parents.setdefault(key, []).append(parent)
                if key not in seen:
                    seen.add(key)
                    waiting.append(key)

    def _nearness(self, parent: Key) -> tuple[int, str, Key]:
        """Rank what leads to an artifact: by the length of the way, then by what was made last before it."""
        makers = self._graph.makers.get(parent, ())
        return self._depth(parent), makers[0].began if makers else "", parent

    def _depth(self, key: Key) -> int:
        """Length of the longest way from a root; a circle, which only foreign events can draw, is not gone round."""
        if key not in self._depths:
            self._depths[key] = 0
            self._depths[key] = max((1 + self._depth(parent) for parent in self._parents.get(key, ())), default=0)
        return self._depths[key]

    def _made_of(self, key: Key) -> tuple[list[Key], dict[Key, list[Key]]]:
        """Give what was made of an artifact without a model, and by each model that was applied to it."""
        if _kind(key) == MODEL and key not in self.roots:
            return [], {}
        makers = self._graph.makers.get(key, ()) if _kind(key) == RUN else ()
        by_itself = [output for step in makers for output in step.outputs if _hangs_on_its_run(step, output)]
        through: dict[Key, list[Key]] = {}
        for step in self._graph.readers.get(key, ()):
            outputs = [output for output in step.outputs if not _hangs_on_its_run(step, output)]
            model = _model_of(step, key)
            (by_itself if model is None else through.setdefault(model, [])).extend(outputs)
        return by_itself, through


def _hangs_on_its_run(step: Step, output: Key) -> bool:
    return _kind(output) == TABLE and any(_kind(other) == RUN for other in step.outputs)


def _up(graph: Graph, key: Key, drawn: set[Key]) -> Branch:
    makers = graph.makers.get(key, ())
    if key in drawn:
        return _branch(graph, key, again=bool(makers))
    drawn.add(key)
    read = _in_order(source for step in makers for source in step.inputs)
    return _branch(graph, key, tuple(_up(graph, source, drawn) for source in read if source != key))


def _model_of(step: Step, besides: Key) -> Key | None:
    models = [key for key in step.inputs if _kind(key) == MODEL]
    return models[0] if len(models) == 1 and models[0] != besides else None


def _in_order(keys: Iterable[Key]) -> list[Key]:
    return sorted(dict.fromkeys(keys), key=_place)


def _branch(graph: Graph, key: Key, children: tuple[Branch, ...] = (), *, again: bool = False) -> Branch:
    makers = graph.makers.get(key, ())
    return Branch(graph.nodes[key], makers[-1].run_id if makers else "", children, again)
