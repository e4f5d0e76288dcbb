"""Where spans go, and that a session ends well whether or not anybody takes them."""

import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loopback_world import receiver
from plimsoll.observability.traces import traces_address, tracing
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.tracing import SilentTracer

START = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)
BASE, EXACT = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


class Warnings(list[dict[str, object]]):
    def warning(self, event: str, **fields: object) -> None:
        self.append({"event": event, **fields})


@pytest.mark.parametrize(
    ("endpoint", "environment", "address"),
    [
        (None, {}, None),
        ("", {}, None),
        ("http://c:4318", {}, "http://c:4318/v1/traces"),
        ("http://c:4318/", {BASE: "http://other"}, "http://c:4318/v1/traces"),
        (None, {BASE: "https://c/otlp"}, "https://c/otlp/v1/traces"),
        (None, {BASE: "http://c", EXACT: "http://d/here"}, "http://d/here"),
        ("http://c", {EXACT: "http://d/here"}, "http://c/v1/traces"),
        ("http://c", {"OTEL_SDK_DISABLED": " True "}, None),
        ("http://c", {"OTEL_SDK_DISABLED": "no"}, "http://c/v1/traces"),
    ],
)
def test_the_address_is_the_option_then_the_environment_then_none(
    endpoint: str | None, environment: dict[str, str], address: str | None
) -> None:
    assert traces_address(endpoint, environment) == address


@pytest.mark.parametrize(
    ("endpoint", "environment", "field"),
    [
        ("c:4318", {}, "--otlp-endpoint"),
        ("http://", {}, "--otlp-endpoint"),
        ("http://[c", {}, "--otlp-endpoint"),
        ("http://c:99999", {}, "--otlp-endpoint"),
        (None, {BASE: "grpc://c"}, BASE),
        (None, {EXACT: "here"}, EXACT),
    ],
)
def test_what_is_no_address_is_bad_input(endpoint: str | None, environment: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput, match="bad_otlp_endpoint") as caught:
        traces_address(endpoint, environment)
    assert caught.value.field == field


def test_a_password_in_a_bad_address_is_not_repeated() -> None:
    with pytest.raises(BadInput) as caught:
        traces_address("ftp://me:hunter2@c", {})
    assert "hunter2" not in str(caught.value)


def test_without_an_address_nothing_is_traced_and_opentelemetry_is_not_imported(tmp_path: Path) -> None:
    program = (
        "import sys; from plimsoll.bootstrap import open_application; from pathlib import Path\n"
        "with open_application(Path(sys.argv[1])) as app: app.tracer.current().set({})\n"
        "sys.exit(any(name.partition('.')[0] in ('opentelemetry', 'prometheus_client') for name in sys.modules))"
    )
    environment = {"PATH": "", "HOME": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", program, "w"], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0


def _traced(address: str) -> tuple[float, Warnings]:
    """A session with two stages whose spans go to an address: how long its end took, and what was said."""
    said = Warnings()
    traces = tracing(address, "1.2.3", "session-1", FixedClock(START), lambda count: b"\x07" * count)
    with traces.delivered(said):
        with traces.tracer.stage("root", {}), traces.tracer.stage("child", {}):
            pass
        begun = time.monotonic()
    return time.monotonic() - begun, said


def test_spans_that_are_taken_need_no_word() -> None:
    with receiver() as collector:
        _, said = _traced(collector.address + "/v1/traces")
    assert said == []
    assert [span.name for span in collector.all_spans()] == ["child", "root"]
    assert collector.paths == ["/v1/traces"]
    assert collector.headers[0]["content-type"] == "application/x-protobuf"


def test_a_collector_that_refuses_is_one_warning() -> None:
    with receiver(answer=400) as collector:
        seconds, said = _traced(collector.address + "/v1/traces")
    assert said == [{"event": "spans not delivered", "endpoint": collector.address + "/v1/traces", "lost": 2}]
    assert seconds < 3.5


def test_a_port_where_nobody_listens_delays_the_end_by_seconds_at_most_and_is_one_warning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1/traces"
        seconds, said = _traced(address)
    assert seconds < 3.5
    assert said == [{"event": "spans not delivered", "endpoint": address, "lost": 2}]
    assert capsys.readouterr().err == ""


def test_a_collector_that_takes_the_call_and_keeps_silent_is_left_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1/traces"
        seconds, said = _traced(address)
    assert seconds < 3.5
    assert [line["event"] for line in said] == ["spans not delivered"]


def test_two_sessions_in_one_process_do_not_mix() -> None:
    from opentelemetry import trace

    with receiver() as one, receiver() as other:
        said = Warnings()
        entropy = iter(range(1, 100))
        first, second = (
            tracing(each.address, "1", "s", FixedClock(START), lambda count: next(entropy).to_bytes(count))
            for each in (one, other)
        )
        with first.delivered(said), second.delivered(said), first.tracer.stage("a", {}), second.tracer.stage("b", {}):
            pass
    assert [span.name for span in one.all_spans()] == ["a"]
    assert [span.name for span in other.all_spans()] == ["b"]
    assert other.all_spans()[0].parent == ""
    assert type(trace.get_tracer_provider()).__name__ == "ProxyTracerProvider"


def test_silence_is_delivered_without_a_word() -> None:
    said = Warnings()
    traces = tracing(None, "1", "s", FixedClock(START), bytes)
    with traces.delivered(said):
        assert isinstance(traces.tracer, SilentTracer)
    assert said == []
