import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plimsoll.observability.logs import RunLog, run_log
from plimsoll.observability.redaction import REDACTED
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import NotPermitted

_START = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)


class _Opaque:
    def __repr__(self) -> str:
        return "<é>"


class _Record:
    def to_dict(self) -> dict[str, object]:
        return {"passphrase": "hunter2", "name": "vera"}


def _log() -> tuple[RunLog, io.StringIO]:
    stream = io.StringIO()
    return RunLog(stream, FixedClock(_START, timedelta(seconds=1)), "run-000001"), stream


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_holds_time_level_run_and_event() -> None:
    log, stream = _log()
    log.info("stage finished", stage="valuation", rows=188)
    log.warning("stale price", name="AAPL")
    assert _lines(stream) == [
        {
            "event": "stage finished",
            "level": "info",
            "rows": 188,
            "run_id": "run-000001",
            "stage": "valuation",
            "time": "2026-11-22T16:40:00.000000Z",
        },
        {
            "event": "stale price",
            "level": "warning",
            "name": "AAPL",
            "run_id": "run-000001",
            "time": "2026-11-22T16:40:01.000000Z",
        },
    ]


def test_two_logs_do_not_mix_their_runs() -> None:
    (one, first), (other, second) = _log(), _log()
    one.info("a")
    other.info("b")
    one.info("c")
    assert [line["event"] for line in _lines(first)] == ["a", "c"]
    assert [line["event"] for line in _lines(second)] == ["b"]


def test_secrets_are_not_written_not_even_from_records() -> None:
    log, stream = _log()
    log.info("unlocked", passphrase="hunter2", signer=_Record())
    (line,) = _lines(stream)
    assert "hunter2" not in stream.getvalue()
    assert line["signer"] == {"passphrase": REDACTED, "name": "vera"}


def test_a_typed_failure_is_written_with_its_fields() -> None:
    log, stream = _log()
    log.error("sign failed", NotPermitted("self_approval", field="approver", value="dora"), stage="sign")
    failure = _lines(stream)[0]["failure"]
    assert failure == {
        "kind": "NotPermitted", "code": "self_approval", "field": "approver", "value": "dora", "allowed": "", "fix": "",
    }  # fmt: skip


def test_what_is_no_plain_data_is_written_as_text() -> None:
    log, stream = _log()
    log.info("odd", thing=_Opaque(), number=float("nan"))
    assert _lines(stream)[0]["thing"] == "<\\xe9>"
    assert _lines(stream)[0]["number"] == "nan"


def test_the_log_of_a_run_is_a_file_to_which_lines_are_added(tmp_path: Path) -> None:
    for event in ("first", "second"):
        with run_log(tmp_path / "logs", FixedClock(_START), "run-000001") as log:
            log.info(event)
    lines = (tmp_path / "logs" / "run-000001.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["first", "second"]


def test_a_failure_is_written_and_goes_on_its_way(tmp_path: Path) -> None:
    def act() -> None:
        with run_log(tmp_path, FixedClock(_START), "run-000002"):
            raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        act()
    (line,) = (tmp_path / "run-000002.jsonl").read_text().splitlines()
    assert json.loads(line)["failure"] == {"kind": "ValueError", "message": "no such thing"}
