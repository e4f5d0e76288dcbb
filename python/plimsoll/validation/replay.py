"""Runs a recorded validation again and says, output by output, whether the bits are the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plimsoll.validation.context import CODE, NOT_RECORDED, Context
from plimsoll.validation.plan import Plan
from plimsoll.validation.run import run
from plimsoll.vocabulary.clock import Clock
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import IntegrityBroken
from plimsoll.vocabulary.ids import IdSource
from plimsoll.vocabulary.progress import Progress

BIT_EQUAL = "BIT-EQUAL"
DIFFERENT = "DIFFERENT"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was recorded."""

    kind: str
    name: str
    recorded: str
    replayed: str

    def to_dict(self) -> dict[str, str]:
        """Give the record as plain data."""
        return {"kind": self.kind, "name": self.name, "recorded": self.recorded, "replayed": self.replayed}

    def line(self) -> str:
        """Give the difference in one line."""
        return f"{DIFFERENT} {self.kind} {self.name}: recorded {self.recorded}, replayed {self.replayed}"


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay found: the number of outputs compared and every difference, causes first."""

    run_id: str
    outputs: int
    differences: tuple[Difference, ...]

    @property
    def bit_equal(self) -> bool:
        """Tell whether every output has the bits that were recorded, made by the recorded code from the same inputs."""
        return not self.differences

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "run_id": self.run_id,
            "verdict": BIT_EQUAL if self.bit_equal else DIFFERENT,
            "outputs": self.outputs,
            "differences": [difference.to_dict() for difference in self.differences],
        }

    def lines(self) -> list[str]:
        """Give what to print."""
        if self.bit_equal:
            return [f"{BIT_EQUAL} {self.run_id}: {self.outputs} outputs"]
        return [difference.line() for difference in self.differences]


def replay(
    recorded: Mapping[str, Any],
    build_context: Callable[[Mapping[str, Any]], Context],
    clock: Clock,
    ids: IdSource,
    progress: Progress,
) -> ReplayReport:
    """Run a recorded validation again.

    Parameters
    ----------
    recorded : Mapping
        What :meth:`ValidationRun.to_dict` wrote.
    build_context : callable
        Makes the inputs again from the manifest, from the stored data upward.
    clock, ids, progress
        As in :func:`plimsoll.validation.run.run`.

    Returns
    -------
    ReplayReport
        Differences of code, environment and inputs come before those of the outputs that they cause.

    Raises
    ------
    IntegrityBroken
        If the recorded run does not match its own digests.
    """
    _check_record(recorded)
    manifest = recorded["manifest"]
    again = run(Plan.from_dict(recorded["plan"]), build_context(manifest), clock, ids, progress)
    differences = (
        *code_differences(manifest["environment"], again.manifest["environment"]),
        *_compared("environment", _machine(manifest["environment"]), _machine(again.manifest["environment"])),
        *_compared("input", manifest["inputs"], again.manifest["inputs"]),
        *_compared("output", recorded["output_digests"], again.output_digests()),
    )
    return ReplayReport(recorded["envelope"]["run_id"], len(recorded["output_digests"]), differences)


def code_differences(recorded: Mapping[str, Any], present: Mapping[str, Any]) -> list[Difference]:
    """Tell which part of the code is not that of a recorded environment; a record that names no code cannot vouch."""
    return _compared("code", _code(recorded), _code(present))


def _code(environment: Mapping[str, Any]) -> dict[str, Any]:
    return {words: environment.get(key, NOT_RECORDED) for key, words in CODE.items()}


def _machine(environment: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in environment.items() if key not in CODE}


def exit_code(report: ReplayReport) -> int:
    """Give the exit code of a replay: 0 if bit-equal, else 1."""
    return 0 if report.bit_equal else 1


def _check_record(recorded: Mapping[str, Any]) -> None:
    content = {key: value for key, value in recorded.items() if key not in ("envelope", "digest")}
    found = digest_of(content)
    if found != recorded.get("digest"):
        raise IntegrityBroken(
            "run_record_changed",
            field="digest",
            value=found,
            allowed=str(recorded.get("digest")),
            fix="restore the run record from its archive",
        )


def _compared(kind: str, recorded: Mapping[str, Any], replayed: Mapping[str, Any]) -> list[Difference]:
    names = dict.fromkeys([*recorded, *replayed])
    return [
        Difference(kind, name, str(recorded.get(name, "absent")), str(replayed.get(name, "absent")))
        for name in names
        if recorded.get(name) != replayed.get(name)
    ]
