"""Servers on loopback that stand where a collector of traces, or who receives alerts, stands in earnest."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass
class Received:
    """What was posted, in order, and an event at each arrival; ``answer`` is the status that is given."""

    address: str = ""
    answer: int = 200
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def spans(self) -> dict[str, "ReceivedSpan"]:
        """The spans of every request, decoded, by name; a name that comes twice fails."""
        found = [span for body in self.bodies for span in _decoded(body)]
        assert len({span.name for span in found}) == len(found), [span.name for span in found]
        return {span.name: span for span in found}

    def all_spans(self) -> list["ReceivedSpan"]:
        """The spans of every request, decoded, in order."""
        return [span for body in self.bodies for span in _decoded(body)]

    def documents(self) -> list[dict[str, Any]]:
        """What was posted as JSON."""
        return [json.loads(body) for body in self.bodies]


@dataclass(frozen=True)
class ReceivedSpan:
    """One span as it came over the wire."""

    name: str
    trace: str
    span: str
    parent: str
    attributes: dict[str, Any]
    events: list[tuple[str, dict[str, Any]]]
    status: tuple[int, str]
    times: tuple[int, int]
    resource: dict[str, Any]


def _decoded(body: bytes) -> Iterator[ReceivedSpan]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield ReceivedSpan(
                    name=span.name,
                    trace=span.trace_id.hex(),
                    span=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    attributes=_plain(span.attributes),
                    events=[(event.name, _plain(event.attributes)) for event in span.events],
                    status=(span.status.code, span.status.message),
                    times=(span.start_time_unix_nano, span.end_time_unix_nano),
                    resource=_plain(resource.resource.attributes),
                )


def _plain(attributes: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in attributes}


@contextmanager
def receiver(answer: int = 200) -> Iterator[Received]:
    """Listen on a free port of loopback and keep what is posted."""
    received = Received(answer=answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            received.headers.append({name.lower(): value for name, value in self.headers.items()})
            received.paths.append(self.path)
            received.arrived.set()
            self.send_response(received.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    received.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
