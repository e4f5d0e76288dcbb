"""The graph that lineage events draw: which step made what out of what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plimsoll.data.lineage import Key, run_uuid

UNFINISHED = "UNFINISHED"
_EVIDENCE = "plimsoll_evidence"


@dataclass(frozen=True, slots=True)
class Node:
    """An artifact of the graph: its full name (``kind/name``), the digest of its content, its rows where it has any."""

    full_name: str
    digest: str
    rows: int | None = None

    @property
    def key(self) -> Key:
        """What makes two records the same artifact."""
        return self.full_name, self.digest

    @property
    def kind(self) -> str:
        """The first part of the full name."""
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        """The full name without its kind."""
        return self.full_name.partition("/")[2]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"kind": self.kind, "name": self.name, "digest": self.digest, "rows": self.rows}


@dataclass(frozen=True, slots=True)
class Step:
    """One run of one job: what it read and made, when, and how it ended; ``UNFINISHED`` if no event says how."""

    uuid: str
    job: str
    run_id: str
    parent: str
    state: str
    began: str
    ended: str
    failure: str
    inputs: tuple[Key, ...]
    outputs: tuple[Key, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "uuid": self.uuid,
            "job": self.job,
            "run_id": self.run_id,
            "parent": self.parent,
            "state": self.state,
            "began": self.began,
            "ended": self.ended,
            "failure": self.failure,
            "inputs": [{"name": name, "digest": digest} for name, digest in self.inputs],
            "outputs": [{"name": name, "digest": digest} for name, digest in self.outputs],
        }


@dataclass(frozen=True, slots=True)
class Graph:
    """Steps by their UUID in the order in which they began, and artifacts by their key in the order of appearance."""

    steps: Mapping[str, Step]
    nodes: Mapping[Key, Node]
    makers: Mapping[Key, tuple[Step, ...]] = field(default_factory=dict)
    readers: Mapping[Key, tuple[Step, ...]] = field(default_factory=dict)

    def named(self, name: str) -> tuple[Key, ...]:
        """Give the artifacts that a word names, none if it names nothing.

        A word is a name with or without its kind, a digest or at least eight of its first digits, the id of a run of
        ours or its UUID, which names all that the run made.
        """
        steps = [
            step for step in self.steps.values() if name in (step.uuid, step.run_id) or run_uuid(name) == step.uuid
        ]
        if steps:
            return tuple(dict.fromkeys(key for step in steps for key in step.outputs))
        return tuple(key for key, node in self.nodes.items() if _answers_to(node, name))

    def names(self) -> list[str]:
        """Give the full names of all artifacts, sorted."""
        return sorted({node.full_name for node in self.nodes.values()})

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "steps": [step.to_dict() for step in self.steps.values()],
            "artifacts": [node.to_dict() for node in self.nodes.values()],
        }


_SHORTEST_DIGEST = 8


def _answers_to(node: Node, name: str) -> bool:
    if name in (node.full_name, node.name):
        return True
    digits = name.removeprefix("sha256:")
    return len(digits) >= _SHORTEST_DIGEST and node.digest.removeprefix("sha256:").startswith(digits)


def graph_of(events: Iterable[Mapping[str, Any]]) -> Graph:
    """Build the graph of events in their order.

    Parameters
    ----------
    events : iterable of mapping
        Run events of OpenLineage, as :func:`plimsoll.data.lineage_log.read_events` gives them.
    """
    steps: dict[str, Step] = {}
    nodes: dict[Key, Node] = {}
    for event in events:
        identity = str(event["run"]["runId"])
        inputs, outputs = (_nodes(event.get(side, [])) for side in ("inputs", "outputs"))
        for node in (*inputs, *outputs):
            known = nodes.get(node.key)
            nodes[node.key] = node if known is None or known.rows is None else known
        steps[identity] = _step(event, steps.get(identity), inputs, outputs)
    return Graph(steps, nodes, _by_key(steps.values(), "outputs"), _by_key(steps.values(), "inputs"))


def _by_key(steps: Iterable[Step], side: str) -> dict[Key, tuple[Step, ...]]:
    found: dict[Key, tuple[Step, ...]] = {}
    for step in steps:
        for key in getattr(step, side):
            found[key] = (*found.get(key, ()), step)
    return found


def _nodes(datasets: Sequence[Mapping[str, Any]]) -> tuple[Node, ...]:
    return tuple(
        Node(
            full_name=str(item["name"]),
            digest=str(item.get("facets", {}).get("version", {}).get("datasetVersion", "")),
            rows=item.get("outputFacets", {}).get("outputStatistics", {}).get("rowCount"),
        )
        for item in datasets
    )


def _step(event: Mapping[str, Any], before: Step | None, inputs: Sequence[Node], outputs: Sequence[Node]) -> Step:
    facets = event["run"].get("facets", {})
    began = before.began if before is not None else event["eventTime"]
    keys_before = ((), ()) if before is None else (before.inputs, before.outputs)
    ends = event["eventType"] not in ("START", "RUNNING", "OTHER")
    return Step(
        uuid=str(event["run"]["runId"]),
        job=str(event["job"]["name"]),
        run_id=str(facets.get(_EVIDENCE, {}).get("run_id", "")),
        parent=str(facets.get("parent", {}).get("run", {}).get("runId", "")),
        state=str(event["eventType"]) if ends else UNFINISHED,
        began=str(began),
        ended=str(event["eventTime"]) if ends else "",
        failure=str(facets.get("errorMessage", {}).get("message", "")),
        inputs=tuple(dict.fromkeys((*keys_before[0], *(node.key for node in inputs)))),
        outputs=tuple(dict.fromkeys((*keys_before[1], *(node.key for node in outputs)))),
    )
