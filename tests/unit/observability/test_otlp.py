"""Spans as they come over the wire: names, parents, attributes, times, failures without their text."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from loopback_world import Received, receiver
from plimsoll.observability.otlp import DrawnIds, OtlpTracer, otlp_tracer
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import IntegrityBroken
from plimsoll.vocabulary.tracing import SilentSpan, Tracer

START = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)
NANOSECONDS = 1_000_000_000


def counting() -> Callable[[int], bytes]:
    numbers = iter(range(1, 100))
    return lambda count: next(numbers).to_bytes(count)


@contextmanager
def traced() -> Iterator[tuple[Tracer, Received]]:
    with receiver() as collector:
        clock = FixedClock(START, timedelta(seconds=1))
        tracer = otlp_tracer(collector.address + "/v1/traces", "1.2.3", "session-1", clock, counting())
        try:
            yield tracer, collector
        finally:
            assert tracer.close() == 0


def test_stages_nest_and_carry_what_was_said_of_them() -> None:
    with traced() as (tracer, collector), tracer.stage("plimsoll demo", {"plimsoll.session.id": "session-1"}):
        with tracer.stage("margin", {"plimsoll.stage": "margin"}) as margin:
            margin.set({"plimsoll.accounts": 15, "plimsoll.share": 0.5, "plimsoll.whole": True})
            tracer.current().event("breach", {"plimsoll.account": "A01"})
        with tracer.stage("report", {}):
            pass
    spans = collector.spans()
    root, margin_span, report = spans["plimsoll demo"], spans["margin"], spans["report"]
    assert (root.parent, margin_span.parent, report.parent) == ("", root.span, root.span)
    assert {span.trace for span in spans.values()} == {f"{1:032x}"}
    assert root.attributes == {"plimsoll.session.id": "session-1"}
    assert margin_span.attributes == {
        "plimsoll.stage": "margin", "plimsoll.accounts": 15, "plimsoll.share": 0.5, "plimsoll.whole": True,
    }  # fmt: skip
    assert margin_span.events == [("breach", {"plimsoll.account": "A01"})]
    assert margin_span.status == (0, "")
    described = {name: root.resource[name] for name in ("service.name", "service.version", "service.instance.id")}
    assert described == {"service.name": "plimsoll", "service.version": "1.2.3", "service.instance.id": "session-1"}


def test_times_are_those_of_the_clock() -> None:
    with traced() as (tracer, collector), tracer.stage("root", {}), tracer.stage("child", {}):
        pass
    begun = int(START.timestamp()) * NANOSECONDS
    spans = collector.spans()
    assert spans["root"].times == (begun, begun + 3 * NANOSECONDS)
    assert spans["child"].times == (begun + NANOSECONDS, begun + 2 * NANOSECONDS)


def test_a_typed_failure_is_recorded_by_its_code_and_its_value_stays_at_home() -> None:
    with traced() as (tracer, collector), pytest.raises(IntegrityBroken):  # noqa: SIM117 (three lines in one)
        with tracer.stage("root", {}), tracer.stage("sign", {}):
            raise IntegrityBroken("report_changed", field="digest", value="hunter2")
    sign, root = collector.spans()["sign"], collector.spans()["root"]
    for span in (sign, root):
        assert span.status == (2, "report_changed")
        assert span.attributes == {
            "plimsoll.outcome": "failed", "plimsoll.exit_code": 4, "error.type": "report_changed",
        }  # fmt: skip
        assert span.events == [
            ("exception", {"exception.type": "IntegrityBroken", "plimsoll.error.code": "report_changed"})
        ]
    assert b"hunter2" not in b"".join(collector.bodies)


def test_another_failure_is_recorded_by_its_kind() -> None:
    with traced() as (tracer, collector), pytest.raises(KeyError), tracer.stage("root", {}):
        raise KeyError("hunter2")
    (root,) = collector.all_spans()
    assert (root.status, root.attributes["plimsoll.exit_code"]) == ((2, "KeyError"), 1)
    assert b"hunter2" not in b"".join(collector.bodies)


def test_secrets_are_cut_out_of_attributes_and_events() -> None:
    with traced() as (tracer, collector), tracer.stage("root", {"passphrase": "hunter2"}) as span:
        span.set({"address": "postgresql://me:hunter2@db/x"})
        span.event("call", {"header": "Bearer hunter2", "token": "hunter2"})
    assert b"hunter2" not in b"".join(collector.bodies)
    assert collector.all_spans()[0].attributes["address"] == "postgresql://[redacted]@db/x"


def test_log_marks_are_the_present_span_then_the_first() -> None:
    with traced() as (tracer, _):
        assert tracer.marks() == {}
        assert isinstance(tracer.current(), SilentSpan)
        with tracer.stage("root", {}):
            root = tracer.marks()
            with tracer.stage("child", {}):
                child = tracer.marks()
            assert tracer.marks() == root
        assert tracer.marks() == root
    assert root["trace_id"] == child["trace_id"] == f"{1:032x}"
    assert (root["span_id"], child["span_id"]) == (f"{2:016x}", f"{3:016x}")


def test_a_pool_of_spawned_processes_neither_loses_nor_repeats_a_span() -> None:
    with (
        traced() as (tracer, collector),
        tracer.stage("root", {}),
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as worker,
        tracer.stage("child", {}),
    ):
        assert worker.submit(abs, -21).result() == 21
    assert sorted(span.name for span in collector.all_spans()) == ["child", "root"]


class Stuck(SpanExporter):
    """Takes spans and does not come back until it is let go, as behind a name server that does not answer."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.go.wait(10)
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        pass


def test_an_exporter_that_does_not_come_back_is_left_behind_and_the_loss_is_unknown() -> None:
    stuck = Stuck()
    tracer = OtlpTracer(stuck, Resource({"service.version": "1"}), FixedClock(START), counting(), close_seconds=0.1)
    with tracer.stage("root", {}):
        pass
    begun = time.monotonic()
    assert tracer.close() is None
    assert time.monotonic() - begun < 2.0
    stuck.go.set()


def test_ids_of_zero_bytes_are_still_ids() -> None:
    ids = DrawnIds(bytes)
    assert (ids.generate_trace_id(), ids.generate_span_id(), ids.is_trace_id_random()) == (1, 1, True)
