"""The process beside the voyage: it works, and it ends with its parent however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from plimsoll.bootstrap.worker import one_worker

PROGRAM = """
import os, signal
from plimsoll.bootstrap.worker import one_worker
if __name__ == "__main__":
    with one_worker() as worker:
        print(worker.submit(os.getpid).result(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] not in ("Z", "X")


def test_the_worker_is_another_process_and_ends_with_its_executor() -> None:
    with one_worker() as worker:
        process = worker.submit(os.getpid).result()
        assert process != os.getpid()
        assert _runs(process)
    assert not _runs(process)


def test_an_idle_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "killed.py"
    program.write_text(PROGRAM)
    # Its output goes to a file: the worker inherits stdout, and a pipe would be read until the worker ends.
    with (tmp_path / "told").open("wb") as told:
        parent = subprocess.run([sys.executable, program], stdout=told, check=False, timeout=60)
    assert parent.returncode == -signal.SIGKILL
    process = int((tmp_path / "told").read_text())
    ends = time.monotonic() + 20.0
    while _runs(process) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not _runs(process)
