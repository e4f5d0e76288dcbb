"""The file of events: one line an event whatever happens to the process that writes it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plimsoll.data.lineage import run_uuid
from plimsoll.data.lineage_log import Torn, appending, read_events
from plimsoll.vocabulary.errors import IntegrityBroken

#: Adds events as steps do until it is killed, each about as long as a small page of a book.
_WRITER = """
import sys
from pathlib import Path
from plimsoll.data.lineage import Artifact, Happening, run_uuid
from plimsoll.data.lineage_events import EventFile
file = EventFile(Path(sys.argv[1]), "0.1.0")
columns = tuple((f"column_{i}", "double") for i in range(int(sys.argv[3])))
number = 0
while number != int(sys.argv[4]):
    made = Artifact("table", f"{sys.argv[2]}/{number}", "sha256:" + "0" * 64, number, columns)
    run = run_uuid(f"{sys.argv[2]}-{number}")
    file.write(Happening("START", "2026-11-22T12:00:00.000000Z", "job", run, None, (), (made,),
                         {"library_version": "0.1.0", "run_id": run}))
    number += 1
"""


def event(number: int = 0, **changes: object) -> dict[str, object]:
    return {
        "eventType": "START", "eventTime": "2026-11-22T12:00:00.000000Z", "run": {"runId": run_uuid(str(number))},
        "job": {"namespace": "plimsoll", "name": "job"}, "inputs": [], "outputs": [], **changes,
    }  # fmt: skip


def line(number: int = 0) -> bytes:
    return json.dumps(event(number)).encode() + b"\n"


def add(path: Path, data: bytes) -> int:
    with appending(path) as cut, path.open("ab") as stream:
        stream.write(data)
    return cut


def test_no_file_holds_no_events(tmp_path: Path) -> None:
    log = read_events(tmp_path / "none.ndjson")
    assert (log.events, log.torn) == ((), None)


def test_events_are_added_and_never_changed(tmp_path: Path) -> None:
    path = tmp_path / "lineage" / "events.ndjson"
    for number in range(3):
        before = path.read_bytes() if path.exists() else b""
        assert add(path, line(number)) == 0
        assert path.read_bytes() == before + line(number)
    assert len(read_events(path).events) == 3


@pytest.mark.parametrize("rest", [b"{", line(9)[:-1], b"x" * 200_000])
def test_a_line_without_its_end_is_named_and_the_next_event_takes_its_place(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(line(1) + line(2) + rest)
    log = read_events(path)
    assert [found["run"]["runId"] for found in log.events] == [run_uuid("1"), run_uuid("2")]
    assert log.torn == Torn(3, len(rest))
    assert log.torn.to_dict() == {"line": 3, "bytes": len(rest)}
    assert add(path, line(3)) == len(rest)
    assert path.read_bytes() == line(1) + line(2) + line(3)


def test_a_file_of_one_torn_line_alone_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(b'{"eventType"')
    assert read_events(path).torn == Torn(1, 12)
    assert add(path, line()) == 12
    assert path.read_bytes() == line()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"", "JSONDecodeError"),
        (b"{", "JSONDecodeError"),
        (b'{"eventType": "\xff"}', "UnicodeDecodeError"),
        (b"[]", "TypeError"),
        (b"{}", "KeyError"),
        (json.dumps(event(run={"runId": "7"})).encode(), "ValueError"),
        (json.dumps(event(run={"runId": 7})).encode(), "AttributeError"),
        (json.dumps(event(eventType="SUNK")).encode(), "eventType SUNK"),
        (json.dumps(event(eventTime=None)).encode(), "eventTime that is no text"),
        (json.dumps(event(job={"namespace": "plimsoll", "name": 1})).encode(), "without a name"),
        (json.dumps(event(outputs=[{"namespace": "plimsoll", "name": None}])).encode(), "without a name"),
        (json.dumps(event(inputs=[{"namespace": "a", "name": "b", "facets": {"version": 1}}])).encode(), "a facet"),
        (json.dumps(event(inputs=[{"namespace": "a", "name": "b", "facets": []}])).encode(), "AttributeError"),
    ],
)
def test_a_broken_line_is_named_with_its_file_and_number(tmp_path: Path, bad: bytes, reason: str) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(line(1) + bad + b"\n" + line(2))
    with pytest.raises(IntegrityBroken, match="lineage_line_broken") as caught:
        read_events(path)
    assert caught.value.field == f"{path} line 2"
    assert reason in caught.value.value
    assert caught.value.exit_code == 4


def writer(path: Path, name: str, columns: int, count: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", _WRITER, str(path), name, str(columns), str(count)])


def test_two_processes_write_whole_lines_between_each_other(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    running = [writer(path, name, 200, 20) for name in ("a", "b")]
    assert [process.wait() for process in running] == [0, 0]
    log = read_events(path)
    assert log.torn is None
    names = [found["outputs"][0]["name"] for found in log.events]
    assert {name: [int(each[8:]) for each in names if each[6] == name] for name in "ab"} == {
        "a": list(range(20)),
        "b": list(range(20)),
    }


def test_kill_9_leaves_at_most_one_torn_line_and_loses_no_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    whole: list[str] = []
    for attempt in range(3):
        before = path.stat().st_size if path.exists() else 0
        process = writer(path, f"w{attempt}", 500, -1)
        while not path.exists() or path.stat().st_size < before + 200_000:
            assert process.poll() is None
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        log = read_events(path)
        names = [found["outputs"][0]["name"] for found in log.events]
        assert names[: len(whole)] == whole
        assert path.read_bytes().count(b"\n") == len(names)
        whole = names
    add(path, line(99))
    log = read_events(path)
    assert log.torn is None
    assert len(log.events) == len(whole) + 1
