"""The OpenTelemetry side of tracing; imported only where an endpoint is named."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import Span as RecordedSpan
from opentelemetry.trace import StatusCode, set_span_in_context

from plimsoll.observability.redaction import redact
from plimsoll.vocabulary.clock import Clock
from plimsoll.vocabulary.errors import PlimsollError
from plimsoll.vocabulary.tracing import Attributes, SilentSpan, Span

SERVICE = "plimsoll"
EXPORT_SECONDS = 2.0
"""How long one batch of spans is tried, retries included."""
CLOSE_SECONDS = 3.0
"""How long the end of a session waits for its last spans to be taken."""
_TRACE_BYTES, _SPAN_BYTES = 16, 8
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class DrawnIds(IdGenerator):
    """Ids of traces and spans from a source of random bytes."""

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy

    def generate_trace_id(self) -> int:
        """Give 128 bits."""
        return int.from_bytes(self._entropy(_TRACE_BYTES)) or 1  # zero is no id

    def generate_span_id(self) -> int:
        """Give 64 bits."""
        return int.from_bytes(self._entropy(_SPAN_BYTES)) or 1

    def is_trace_id_random(self) -> bool:
        """Tell that samplers may go by the bits of the id."""
        return True


class CountingExporter(SpanExporter):
    """Hands spans on and counts those that the collector did not take."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self.lost = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand a batch on."""
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            self.lost += len(spans)
        return result

    def shutdown(self) -> None:
        """Let go of the connection."""
        self._exporter.shutdown()


class OtlpSpan:
    """A span whose attributes are written without secrets."""

    def __init__(self, recorded: RecordedSpan, now: Callable[[], int]) -> None:
        self.recorded = recorded
        self._now = now

    def set(self, attributes: Attributes) -> None:
        """Say more about the stage."""
        self.recorded.set_attributes(redact(attributes))

    def event(self, name: str, attributes: Attributes) -> None:
        """Say that something happened now."""
        self.recorded.add_event(name, redact(attributes), self._now())

    def fail(self, failure: BaseException) -> None:
        """Record a failure by its kind and code: its text stays in the log, which does not leave the machine."""
        kind = type(failure).__name__
        code, exit_code = (failure.code, failure.exit_code) if isinstance(failure, PlimsollError) else (kind, 1)
        self.set({"plimsoll.outcome": "failed", "plimsoll.exit_code": exit_code, "error.type": code})
        self.event("exception", {"exception.type": kind, "plimsoll.error.code": code})
        self.recorded.set_status(StatusCode.ERROR, code)

    def marks(self) -> dict[str, str]:
        """Give the ids of trace and span in hex."""
        context = self.recorded.get_span_context()
        return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}


class OtlpTracer:
    """Stages as spans of one trace, each inside the one that was under way.

    Nothing global is set, so that two sessions in one process do not mix. The stages of one session follow one
    another: they are not begun from several threads.
    """

    def __init__(
        self,
        exporter: SpanExporter,
        resource: Resource,
        clock: Clock,
        entropy: Callable[[int], bytes],
        close_seconds: float = CLOSE_SECONDS,
    ) -> None:
        self._close_seconds = close_seconds
        self._exporter = CountingExporter(exporter)
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False, id_generator=DrawnIds(entropy))
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer(SERVICE, str(resource.attributes["service.version"]))
        self._clock = clock
        self._open: list[OtlpSpan] = []
        self._marks: Mapping[str, str] = {}

    @contextmanager
    def stage(self, name: str, attributes: Attributes) -> Iterator[Span]:
        """Begin a stage inside the present one."""
        parent = set_span_in_context(self._open[-1].recorded) if self._open else None
        recorded = self._tracer.start_span(name, parent, attributes=redact(dict(attributes)), start_time=self._now())
        span = OtlpSpan(recorded, self._now)
        self._marks = self._marks or span.marks()
        self._open.append(span)
        try:
            yield span
        except BaseException as failure:
            span.fail(failure)
            raise
        finally:
            self._open.pop()
            recorded.end(self._now())

    def current(self) -> Span:
        """Give the innermost stage that is under way, or one that hears nothing."""
        return self._open[-1] if self._open else SilentSpan()

    def marks(self) -> Mapping[str, str]:
        """Give the ids of the present span; outside of every stage, those of the first."""
        return self._open[-1].marks() if self._open else self._marks

    def close(self) -> int | None:
        """Hand over the last spans within a fixed time.

        Returns
        -------
        int or None
            Number of spans that the collector did not take; None where it kept silent until the time was over.
        """
        closing = threading.Thread(target=self._provider.shutdown, name="plimsoll-traces", daemon=True)
        closing.start()
        closing.join(self._close_seconds)
        return None if closing.is_alive() else self._exporter.lost

    def _now(self) -> int:
        since = self._clock.now() - _EPOCH
        return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1_000


def otlp_tracer(address: str, version: str, session: str, clock: Clock, entropy: Callable[[int], bytes]) -> OtlpTracer:
    """Give a tracer whose spans go to a collector as protobuf over HTTP.

    Headers, certificates, compression, sampling and further resource attributes follow the ``OTEL_*`` variables of the
    OpenTelemetry specification.
    """
    described = {"service.name": SERVICE, "service.version": version, "service.instance.id": session}
    exporter = OTLPSpanExporter(endpoint=address, timeout=EXPORT_SECONDS)
    return OtlpTracer(exporter, Resource.create(described), clock, entropy)
