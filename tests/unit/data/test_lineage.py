"""Steps of a session told as real OpenLineage events: how they nest, begin, end and fail, and what stops none of them."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openlineage_rules import events_in, require_rules
from plimsoll.data.lineage import INSTALL, Artifact, Lineage, openlineage_writer, run_uuid
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.ids import SequentialIds

A, B = ("sha256:" + letter * 64 for letter in "ab")
STOCKS = Artifact("dataset", "us_stocks", A, 7, (("date", "date32[day]"), ("JPM", "double")))
FOUND = Artifact("run", "valuation", B)


class Warned:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, event: str, **fields: Any) -> None:
        self.lines.append((event, fields))


def lineage(path: Path, warn: Warned | None = None) -> Lineage:
    clock = FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC), timedelta(seconds=1))
    return Lineage(path, clock, SequentialIds(), "0.1.0", warn or Warned())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lineage" / "events.ndjson"


def sail(found: Lineage) -> None:
    with found.step("voyage"):
        with found.step("ingest"):
            found.makes(STOCKS)
        with found.step("valuation"):
            found.reads(STOCKS)
            found.makes(FOUND)
            found.notes(digests={"book": B, "library_version": "0.1.0"}, seed=7)


def test_a_step_is_one_event_as_it_begins_and_one_as_it_ends(path: Path) -> None:
    sail(lineage(path))
    events = events_in(path)
    require_rules(events)
    assert [(event["job"]["name"], event["eventType"]) for event in events] == [
        ("voyage", "START"),
        ("ingest", "START"),
        ("ingest", "COMPLETE"),
        ("valuation", "START"),
        ("valuation", "COMPLETE"),
        ("voyage", "COMPLETE"),
    ]
    assert [event["eventTime"][17:19] for event in events] == ["00", "01", "02", "03", "04", "05"]


def test_a_step_inside_another_names_its_parent(path: Path) -> None:
    sail(lineage(path))
    facets = [event["run"]["facets"] for event in events_in(path)]
    assert "parent" not in facets[0]
    assert facets[1]["parent"]["run"]["runId"] == run_uuid("voyage-000001")
    assert facets[1]["parent"]["job"]["name"] == "voyage"
    assert facets[1]["plimsoll_evidence"]["run_id"] == "ingest-000001"


def test_what_was_read_and_made_stands_with_digest_schema_and_rows(path: Path) -> None:
    sail(lineage(path))
    events = events_in(path)
    (made,) = events[2]["outputs"]
    assert made["facets"]["version"]["datasetVersion"] == A
    assert made["outputFacets"]["outputStatistics"]["rowCount"] == 7
    fields = [(item["ordinal_position"], item["name"], item["type"]) for item in made["facets"]["schema"]["fields"]]
    assert fields == [(1, "date", "date32[day]"), (2, "JPM", "double")]
    valued = events[4]
    assert [item["name"] for item in valued["inputs"]] == ["dataset/us_stocks"]
    assert [item["name"] for item in valued["outputs"]] == ["run/valuation"]
    evidence = valued["run"]["facets"]["plimsoll_evidence"]
    assert (evidence["digests"], evidence["seed"], evidence["library_version"]) == ({"book": B}, 7, "0.1.0")
    assert evidence["run_id"] == "valuation-000001"


def test_the_same_steps_with_the_same_ports_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        sail(lineage(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_failure_is_told_without_paths_and_values_and_goes_on_its_way(path: Path) -> None:
    found = lineage(path)
    refusals = [
        BadInput("unreadable_file", field="/home/jane/book.json", value="secret", fix="mend it"),
        BadInput("unknown_book", field="book", value="/home/jane/book.json"),
        BadInput("no_field"),
        ZeroDivisionError("/home/jane divided"),
    ]
    for refusal in refusals:
        with pytest.raises(type(refusal)), found.step("valuation"):
            raise refusal
    with pytest.raises(KeyboardInterrupt), found.step("valuation"):
        raise KeyboardInterrupt
    events = events_in(path)
    require_rules(events)
    ends = [event for event in events if event["eventType"] != "START"]
    assert [event["eventType"] for event in ends] == ["FAIL"] * 4 + ["ABORT"]
    messages = [event["run"]["facets"]["errorMessage"]["message"] for event in ends]
    assert messages == ["unreadable_file", "unknown_book: book", "no_field", "ZeroDivisionError", "KeyboardInterrupt"]
    assert "jane" not in path.read_text()
    assert not found.inside


def test_what_a_step_made_and_read_again_it_did_not_read_from_outside(path: Path) -> None:
    found = lineage(path)
    with found.step("valuation"):
        found.makes(FOUND)
        found.reads(FOUND, STOCKS)
    assert [item["name"] for item in events_in(path)[1]["inputs"]] == ["dataset/us_stocks"]
    assert found.has_made(FOUND)
    assert not found.has_made(STOCKS)


def test_outside_of_any_step_nothing_is_noted_and_nothing_written(path: Path) -> None:
    found = lineage(path)
    found.reads(STOCKS)
    found.makes(FOUND)
    found.notes(seed=7)
    assert not found.inside
    assert not found.is_inside("valuation")
    assert found.claim("valuation") is None
    assert not path.exists()


def test_the_first_run_that_a_step_records_bears_its_id(path: Path) -> None:
    found = lineage(path)
    with found.step("valuation"):
        assert found.claim("risk") is None
        assert found.claim("valuation") == "valuation-000001"
        assert found.claim("valuation") is None
    with found.step("risk", "risk-of-yore"):
        assert found.claim("risk") == "risk-of-yore"
    assert {event["run"]["runId"] for event in events_in(path)} == {
        run_uuid("valuation-000001"),
        run_uuid("risk-of-yore"),
    }


def test_a_file_that_cannot_be_written_stops_no_step_and_is_said(tmp_path: Path) -> None:
    (tmp_path / "lineage").write_text("a file where a folder should be")
    warned = Warned()
    done = []
    with lineage(tmp_path / "lineage" / "events.ndjson", warned).step("valuation"):
        done.append("valued")
    assert done == ["valued"]
    assert [(event, fields["state"]) for event, fields in warned.lines] == [
        ("lineage event not written", "START"),
        ("lineage event not written", "COMPLETE"),
    ]


def test_the_rest_of_an_event_that_was_never_finished_is_cut_off_and_said(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"eventType": "STA')
    warned = Warned()
    sail(lineage(path, warned))
    require_rules(events_in(path))
    assert warned.lines == [("unfinished lineage event cut off", {"bytes": 18})]


#: One step, with or without the package, in a process of its own.
_STEP = """
import sys
from datetime import UTC, datetime
from pathlib import Path
if sys.argv[2] == "absent":
    sys.modules["openlineage"] = None
from plimsoll.data.lineage import Lineage
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.ids import SequentialIds
found = Lineage(Path(sys.argv[1]), FixedClock(datetime(2026, 11, 22, tzinfo=UTC)), SequentialIds(), "0.1.0",
                lambda event, **fields: print(event, fields["fix"], sep="|"))
with found.step("valuation"):
    assert found.claim("valuation") == "valuation-000001"
with found.step("risk"):
    print("done")
"""


def run_step(path: Path, word: str, **environment: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", _STEP, str(path), word],
        capture_output=True, text=True, check=True, cwd=path.parent, env={**os.environ, **environment},
    )  # fmt: skip
    assert ran.stderr == ""
    return ran.stdout


def test_without_the_package_steps_go_on_and_it_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    assert run_step(path, "absent") == f"lineage is off|{INSTALL}\ndone\n"
    assert not path.exists()


class _Counting(http.server.BaseHTTPRequestHandler):
    calls: list[str] = []  # noqa: RUF012 (one list for all requests of the server)

    def do_POST(self) -> None:
        self.calls.append(self.path)
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def listener() -> Iterator[str]:
    """A server on the loopback that would hear of events."""
    server = http.server.HTTPServer(("127.0.0.1", 0), _Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_neither_environment_nor_settings_of_the_client_are_looked_at(tmp_path: Path, listener: str) -> None:
    path = tmp_path / "events.ndjson"
    settings = {"transport": {"type": "http", "url": listener}}
    (tmp_path / "openlineage.yml").write_text(json.dumps(settings))
    said = run_step(
        path,
        "present",
        OPENLINEAGE_URL=listener,
        OPENLINEAGE_CONFIG=str(tmp_path / "openlineage.yml"),
        OPENLINEAGE_DISABLED="true",
        OPENLINEAGE_NAMESPACE="elsewhere",
        OPENLINEAGE_API_KEY="canary-0123456789",
    )
    assert said == "done\n"
    events = events_in(path)
    require_rules(events)
    assert len(events) == 4
    assert "canary" not in path.read_text()
    assert _Counting.calls == []


def test_a_package_that_lacks_something_of_its_own_is_no_package_that_is_absent(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['attr'] = None\n"
        "from pathlib import Path\n"
        "from plimsoll.data.lineage import openlineage_writer\n"
        "try: openlineage_writer(Path('x'), '0.1.0')\n"
        "except ModuleNotFoundError as error: print(error.name)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "attr"
    assert openlineage_writer(tmp_path / "events.ndjson", "0.1.0") is not None
