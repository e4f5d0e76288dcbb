"""The metrics over HTTP: ``/metrics`` for Prometheus, ``/healthz`` for whoever keeps the process alive."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from plimsoll.observability.metrics import Family, registry_of
from plimsoll.vocabulary.errors import BadInput

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_POLL_SECONDS = 0.1
_PLAIN = [("Content-Type", "text/plain; charset=utf-8")]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True

    def server_bind(self) -> None:
        """Take the port without asking a name server who we are, which may take long."""
        TCPServer.server_bind(self)
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), int(port)
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *words: object) -> None:
        """Say nothing of a scrape."""


def application(collect: Callable[[], Iterable[Family]]) -> "WSGIApplication":
    """Give the WSGI application: metrics collected at each scrape, one scrape at a time; health without any work."""
    one_at_a_time = threading.Lock()

    def collected() -> tuple[Family, ...]:
        with one_at_a_time:
            return tuple(collect())

    registry = registry_of(collected)
    from prometheus_client import make_wsgi_app

    metrics: WSGIApplication = make_wsgi_app(registry)

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return metrics(environ, start)
        known = path == "/healthz"
        start("200 OK" if known else "404 Not Found", list(_PLAIN))
        return [b"ok\n" if known else b"see /metrics and /healthz\n"]

    return answer


@contextmanager
def serving(app: "WSGIApplication", address: str, port: int) -> Iterator[str]:
    """Serve an application while the block runs, and give its base address.

    Parameters
    ----------
    app : WSGIApplication
        What answers.
    address : str
        The interface to listen on; only ``127.0.0.1`` keeps others out.
    port : int
        The port; 0 takes a free one.

    Raises
    ------
    BadInput
        If the address cannot be listened on.
    """
    try:
        server = make_server(address, port, app, server_class=_Server, handler_class=_Handler)
    except (OSError, OverflowError) as error:
        raise BadInput(
            "cannot_listen",
            field="--address, --port",
            value=f"{address}:{port}: {error}",
            allowed="an address of this machine with a free port",
            fix="choose another port, or 0 for a free one",
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="plimsoll-metrics", daemon=True)
    thread.start()
    try:
        host, bound = server.server_address[:2]
        yield f"http://{host!s}:{bound}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
