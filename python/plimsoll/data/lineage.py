"""Lineage: what each step of a session read and made, told to a writer of events as the step begins and ends."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from plimsoll.vocabulary.clock import Clock, utc_text
from plimsoll.vocabulary.errors import PlimsollError
from plimsoll.vocabulary.ids import IdSource

NAMESPACE = "plimsoll"
INSTALL = "pip install 'plimsoll[lineage]'"
_RUN_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:plimsoll:run")

Key: TypeAlias = tuple[str, str]
"""Full name of an artifact, ``kind/name``, and its digest."""


def run_uuid(identity: str) -> str:
    """Give the UUID under which a run of ours stands in lineage events; the same run always has the same."""
    return str(uuid.uuid5(_RUN_IDS, identity))


@dataclass(frozen=True, slots=True)
class Artifact:
    """Something that a step reads or makes, named by its content.

    ``digest`` stands for the content, never for a file; ``rows`` and ``columns`` (name and type) are those of a table.
    """

    kind: str
    name: str
    digest: str
    rows: int | None = None
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def full_name(self) -> str:
        """Kind and name, as events have it."""
        return f"{self.kind}/{self.name}"

    @property
    def key(self) -> Key:
        """What makes two records the same artifact."""
        return self.full_name, self.digest


@dataclass(frozen=True, slots=True)
class Happening:
    """One change in the life of a step: ``START``, then ``COMPLETE``, ``FAIL`` or ``ABORT``."""

    state: str
    time: str
    job: str
    run: str
    parent: tuple[str, str] | None = None
    inputs: tuple[Artifact, ...] = ()
    outputs: tuple[Artifact, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""


class EventWriter(Protocol):
    """Keeps what happened."""

    def write(self, happening: Happening) -> int:
        """Keep it, and give how many bytes of an unfinished event were cut off before it.

        Raises
        ------
        OSError
            If it cannot be kept.
        """


@dataclass(slots=True)
class _Open:
    """A step that has begun."""

    job: str
    identity: str
    claimed: bool = False
    inputs: dict[Key, Artifact] = field(default_factory=dict)
    outputs: dict[Key, Artifact] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def run(self) -> str:
        return run_uuid(self.identity)


def openlineage_writer(path: Path, version: str) -> EventWriter | None:
    """Give a writer of OpenLineage events to a file, or None where the package is not installed."""
    try:
        from plimsoll.data.lineage_events import EventFile
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] == "openlineage":
            return None
        raise
    return EventFile(path, version)


class Lineage:
    """The steps of one session, one inside the other.

    Lineage never ends a step: where no event can be written, a warning is logged and the step goes on.

    Parameters
    ----------
    path : Path
        File of the events.
    clock, ids
        Time and names of steps.
    version : str
        Version of the library, for the evidence.
    warn : Callable
        Told, as the log is, what was not written.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        ids: IdSource,
        version: str,
        warn: Callable[..., None],
    ) -> None:
        self._path = path
        self._clock = clock
        self._ids = ids
        self._version = version
        self._warn = warn
        self._writer: EventWriter | None = None
        self._asked = False
        self._open: list[_Open] = []
        self._made: set[Key] = set()

    @contextmanager
    def step(self, job: str, identity: str | None = None) -> Iterator[None]:
        """Write that a step began, and how it ended; a failure within goes on its way.

        Parameters
        ----------
        job : str
            What the step does, in one word.
        identity : str, optional
            Id of the run that the step is; a new one by default.
        """
        step = _Open(job, identity or self._ids.next(job))
        parent = (self._open[-1].run, self._open[-1].job) if self._open else None
        self._open.append(step)
        self._write("START", step, parent)
        try:
            yield
        except BaseException as failure:
            self._write("FAIL" if isinstance(failure, Exception) else "ABORT", step, parent, _words_of(failure))
            raise
        else:
            self._write("COMPLETE", step, parent)
        finally:
            self._open.pop()

    @property
    def inside(self) -> bool:
        """Tell whether a step is open."""
        return bool(self._open)

    def is_inside(self, job: str) -> bool:
        """Tell whether the innermost open step does this job."""
        return self.inside and self._open[-1].job == job

    def claim(self, job: str) -> str | None:
        """Give the id of the innermost open step to the first run that it records, if it does this job."""
        if not self.is_inside(job) or self._open[-1].claimed:
            return None
        self._open[-1].claimed = True
        return self._open[-1].identity

    def reads(self, *artifacts: Artifact) -> None:
        """Note what the innermost open step reads; outside of any step nobody notes it."""
        if self._open:
            self._open[-1].inputs.update({artifact.key: artifact for artifact in artifacts})

    def makes(self, *artifacts: Artifact) -> None:
        """Note what the innermost open step made."""
        if self._open:
            self._open[-1].outputs.update({artifact.key: artifact for artifact in artifacts})
            self._made.update(artifact.key for artifact in artifacts)

    def notes(
        self, *, run_id: str | None = None, digests: Mapping[str, str] | None = None, seed: int | None = None
    ) -> None:
        """Note what else belongs to the evidence of the innermost open step; among the digests, only what is one."""
        if not self._open:
            return
        found = {name: digest for name, digest in (digests or {}).items() if digest.startswith("sha256:")}
        facts = {"run_id": run_id, "digests": found or None, "seed": seed}
        self._open[-1].facts.update({name: fact for name, fact in facts.items() if fact is not None})

    def has_made(self, artifact: Artifact) -> bool:
        """Tell whether a step of this session made it."""
        return artifact.key in self._made

    def _write(self, state: str, step: _Open, parent: tuple[str, str] | None, failure: str = "") -> None:
        if not self._asked:
            self._asked, self._writer = True, openlineage_writer(self._path, self._version)
            if self._writer is None:
                self._warn("lineage is off", reason="openlineage-python is not installed", fix=INSTALL)
        if self._writer is None:
            return
        evidence = {"library_version": self._version, "run_id": step.identity, **step.facts}
        # What a step made and read again it did not read from outside.
        inputs = tuple(artifact for key, artifact in step.inputs.items() if key not in step.outputs)
        happening = Happening(
            state, utc_text(self._clock.now()), step.job, step.run, parent,
            inputs, tuple(step.outputs.values()), evidence, failure,
        )  # fmt: skip
        try:
            cut = self._writer.write(happening)
        except (OSError, RuntimeError) as error:
            self._warn("lineage event not written", job=step.job, state=state, reason=str(error))
            return
        if cut:
            self._warn("unfinished lineage event cut off", bytes=cut)


def _words_of(failure: BaseException) -> str:
    """Say what failed without a path of the machine, and without a value that may be nobody else's business.

    The log of the session has it in full.
    """
    if not isinstance(failure, PlimsollError):
        return type(failure).__name__
    return failure.code if "/" in failure.field or not failure.field else f"{failure.code}: {failure.field}"
