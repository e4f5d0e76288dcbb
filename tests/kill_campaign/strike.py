"""One kill: start the command, wait for the moment, send the signal, and look at what is left."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kill_campaign.ledger import Ledger, entries_of, read_ledger
from kill_campaign.moments import Moment
from plimsoll.bootstrap.voyage import LegName

_PROGRAM = "from plimsoll.console.main import main; main()"
_STARTUP_SECONDS = 1.0
_LOOK_SECONDS = 0.01
_LIMIT_SECONDS = 900.0
_ORPHAN_SECONDS = 60.0


@dataclass(frozen=True)
class Place:
    """The folder of a chain: its workspace, its reports, and the environment of its commands."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def workspace(self) -> Path:
        return self.folder / "w"

    @property
    def report(self) -> Path:
        return self.folder / "out" / "report.json"


@dataclass
class Struck:
    """What came of one kill."""

    moment: Moment
    is_killed: bool
    stage: str
    seconds: float
    acknowledged: int
    flaws: list[str] = field(default_factory=list)
    after: Ledger | None = None


def run(place: Place, *words: str) -> tuple[int, Any, str]:
    """Run a command to its end and give its exit code, its JSON document (None where it has none) and its stderr."""
    command = [sys.executable, "-c", _PROGRAM, *words, "--workspace", "w", "--json"]
    ran = subprocess.run(
        command,
        cwd=place.folder,
        env=place.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT_SECONDS,
    )
    try:
        return ran.returncode, json.loads(ran.stdout), ran.stderr
    except ValueError:
        return ran.returncode, None, ran.stderr


def ask(place: Place, *words: object) -> tuple[int, Any, str]:
    """Do the same with a short command in this process, which spares its start."""
    from console_world import plimsoll

    ran = plimsoll(place.workspace, *words, "--json")
    return ran.exit_code, ran.document, ran.stderr


def strike(place: Place, moment: Moment, lengths: Mapping[str, float]) -> Struck:
    """Start the command of a moment, kill it then, and give what was recorded by that time and is there now."""
    known = {path.name for path in place.workspace.glob("logs/*.jsonl")}
    began = time.monotonic()
    with (place.folder / "killed.log").open("ab") as told:
        process = subprocess.Popen(
            _command(moment), cwd=place.folder, env=place.environment, stdout=told, stderr=told, start_new_session=True
        )
        watch = _Watch(place, moment, lengths, known, began)
        is_killed = watch.wait(process)
    struck = Struck(moment, is_killed, watch.stage(), time.monotonic() - began, len(watch.entries))
    struck.flaws += _left_over(process.pid, moment)
    struck.after = read_ledger(place.workspace)
    if struck.after.entries[: len(watch.entries)] != watch.entries:
        struck.flaws.append(f"of {len(watch.entries)} entries seen before the kill not all are there")
    return struck


def _command(moment: Moment) -> list[str]:
    words = [sys.executable, "-c", _PROGRAM, *moment.words, "--workspace", "w"]
    if not moment.calls:
        return words
    kill = f"inject={moment.calls}:signal=KILL:when={moment.number}"
    return [
        str(shutil.which("strace")),
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={moment.calls}",
        "-e",
        kill,
        *words,
    ]


class _Watch:
    """Watches a running command: which stage it is in, what it has entered in the log, whether its moment has come."""

    def __init__(
        self, place: Place, moment: Moment, lengths: Mapping[str, float], known: set[str], began: float
    ) -> None:
        self.entries = entries_of(place.workspace)
        self._place, self._moment, self._known, self._began = place, moment, known, began
        self._length = sum(lengths[leg] for leg in moment.legs)
        before = [*LegName].index(moment.legs[0]) - 1
        self._after = [*LegName][before] if moment.is_voyage and before >= 0 else ""
        self._reached: float | None = None

    def wait(self, process: "subprocess.Popen[bytes]") -> bool:
        """Kill the process when its moment has come; False if it ended before."""
        while process.poll() is None:
            if not self._moment.calls and self._has_come():
                self.entries = entries_of(self._place.workspace)
                if self._moment.spares_children:
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)
                return process.wait() == -signal.SIGKILL
            if self._moment.calls:
                self.entries = entries_of(self._place.workspace)
            if time.monotonic() - self._began > _LIMIT_SECONDS:
                os.killpg(process.pid, signal.SIGKILL)
                raise TimeoutError(f"{self._moment.command} has not ended in {_LIMIT_SECONDS:.0f} s")
            time.sleep(_LOOK_SECONDS)
        return process.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)

    def stage(self) -> str:
        """Give the stage that the command was in when it ended."""
        if not self._moment.is_voyage:
            return self._moment.command
        finished = self._finished() | ({LegName.replay} if "--no-replay" in self._moment.words else set())
        return next((leg.value for leg in LegName if leg not in finished), "after the last")

    def _has_come(self) -> bool:
        now = time.monotonic()
        if self._reached is None and (not self._after or self._after in self._finished()):
            self._reached = now if self._after else self._began + _STARTUP_SECONDS
        return self._reached is not None and now >= self._reached + self._moment.share * self._length

    def _finished(self) -> set[str]:
        return {
            line["stage"]
            for path in self._place.workspace.glob("logs/*.jsonl")
            if path.name not in self._known
            for line in _whole_lines(path)
            if line["event"] == "stage finished"
        }


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text().split("\n")[:-1]
    return [json.loads(line) for line in lines]


def _left_over(group: int, moment: Moment) -> list[str]:
    """See that children that were spared end by themselves; the rest of a group that was to die is killed."""
    if not moment.spares_children:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    ends = time.monotonic() + _ORPHAN_SECONDS
    while time.monotonic() < ends:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return []
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    return [f"children still ran {_ORPHAN_SECONDS:.0f} s after their parent was killed"]
