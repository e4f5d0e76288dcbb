"""An opened workspace: its ports, its log, and what happens where it cannot be."""

import json
import os
from pathlib import Path

import pytest

from plimsoll.bootstrap import open_application
from plimsoll.vocabulary.clock import FixedClock, SystemClock
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.ids import SequentialIds
from plimsoll.vocabulary.progress import SilentProgress


def test_what_is_not_given_is_the_machines(tmp_path: Path) -> None:
    with open_application(tmp_path / "w") as app:
        assert isinstance(app.clock, SystemClock)
        assert isinstance(app.progress, SilentProgress)
        assert app.threads == os.cpu_count()
        assert app.ids.next("run") != app.ids.next("run")


def test_two_runs_with_the_same_ports_write_the_same_log(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    def log(name: str) -> bytes:
        clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
        with open_application(tmp_path / name, None, clock, SequentialIds(), threads=1) as app:
            app.log.info("cast off", wind=7)
            assert app.threads == 1
        return (tmp_path / name / "logs" / "session-000001.jsonl").read_bytes()

    assert log("a") == log("b")
    assert json.loads(log("a").splitlines()[0])["event"] == "cast off"


def test_the_folders_are_made_and_the_keys_closed_to_others(tmp_path: Path) -> None:
    with open_application(tmp_path / "deep" / "w") as app:
        assert app.workspace.datasets.is_dir()
        assert app.workspace.keys.stat().st_mode & 0o077 == 0


def test_a_workspace_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(BadInput, match="workspace_not_writable") as caught,
        open_application(tmp_path / "file" / "w"),
    ):
        raise AssertionError("opened")
    assert caught.value.fix == "name another folder with --workspace"


def test_a_failure_goes_on_its_way_through_the_log(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_application(tmp_path / "w"):
        _ = 1 // 0
    (log,) = (tmp_path / "w" / "logs").iterdir()
    assert json.loads(log.read_text())["failure"]["kind"] == "ZeroDivisionError"


def everything_in(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_a_session_that_looks_leaves_the_workspace_as_it_was_and_logs_what_it_must(desk_workspace: Path) -> None:
    before = everything_in(desk_workspace)
    with open_application(desk_workspace, looks=True):
        pass
    assert everything_in(desk_workspace) == before
    logs = set((desk_workspace / "logs").iterdir())
    with open_application(desk_workspace, looks=True) as app:
        app.log.warning("shoal", depth=2)
        app.log.warning("shoal", depth=1)
    (log,) = set((desk_workspace / "logs").iterdir()) - logs
    assert [json.loads(line)["depth"] for line in log.read_text().splitlines()] == [2, 1]


@pytest.mark.parametrize(("name", "reason"), [("missing", "no such folder"), ("", "no workspace")])
def test_there_must_be_a_workspace_to_look_at(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(BadInput, match="no_workspace") as caught, open_application(tmp_path / name, looks=True):
        raise AssertionError("opened")
    assert caught.value.value == f"{tmp_path / name}: {reason}"
    assert list(tmp_path.iterdir()) == []
