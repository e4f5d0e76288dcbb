"""Traces: where spans go, and that a session ends well whether or not anybody takes them."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from plimsoll.observability.redaction import redact
from plimsoll.vocabulary.clock import Clock
from plimsoll.vocabulary.errors import BadInput, MissingDependency
from plimsoll.vocabulary.tracing import SilentTracer, Tracer

if TYPE_CHECKING:
    from plimsoll.observability.otlp import OtlpTracer

_BASE, _EXACT, _DISABLED = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED"
_PATH = "/v1/traces"


class Warner(Protocol):
    """Writes down what somebody should look at."""

    def warning(self, event: str, **fields: Any) -> None:
        """Write it."""


def traces_address(endpoint: str | None, environment: Mapping[str, str]) -> str | None:
    """Give the address that spans are sent to, or None where tracing is off.

    Parameters
    ----------
    endpoint : str, optional
        Base address of a collector, ``http://host:4318``; it comes before the environment.
    environment : Mapping
        ``OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`` is taken as it is, ``OTEL_EXPORTER_OTLP_ENDPOINT`` as a base address;
        ``OTEL_SDK_DISABLED=true`` switches tracing off.

    Raises
    ------
    BadInput
        If the address is none of http or https.

    References
    ----------
    OpenTelemetry specification, "OpenTelemetry protocol exporter", configuration options.
    """
    if environment.get(_DISABLED, "").strip().lower() == "true":
        return None
    if not endpoint and environment.get(_EXACT):
        return _checked(environment[_EXACT], _EXACT)
    base = endpoint or environment.get(_BASE, "")
    return _checked(base, "--otlp-endpoint" if endpoint else _BASE).rstrip("/") + _PATH if base else None


def _checked(address: str, field: str) -> str:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadInput(
            "bad_otlp_endpoint",
            field=field,
            value=redact(address),
            allowed="the address of an OTLP/HTTP collector, for instance http://127.0.0.1:4318",
            fix="correct the address, or leave it out to switch tracing off",
        )
    return address


class Tracing:
    """The tracing of one session: its tracer, and the delivery of its spans at the end."""

    def __init__(self, tracer: "OtlpTracer | None" = None, address: str = "") -> None:
        self._otlp = tracer
        self._address = address

    @property
    def tracer(self) -> Tracer:
        """Hears of the stages."""
        return self._otlp or SilentTracer()

    @contextmanager
    def delivered(self, log: Warner) -> Iterator[None]:
        """Deliver the spans of the block after it; what nobody takes is one warning, never a failure."""
        try:
            yield
        finally:
            lost = 0 if self._otlp is None else self._otlp.close()
            if lost != 0:
                log.warning("spans not delivered", endpoint=self._address, lost="unknown" if lost is None else lost)


def tracing(address: str | None, version: str, session: str, clock: Clock, entropy: Callable[[int], bytes]) -> Tracing:
    """Give the tracing of a session.

    Parameters
    ----------
    address : str, optional
        Where spans are sent; tracing is off without one, and OpenTelemetry is not imported.
    version, session : str
        Version of the service and id of the session, for the resource that the spans describe.
    clock : Clock
        Gives the times of spans.
    entropy : Callable[[int], bytes]
        Gives the bytes of trace and span ids.

    Raises
    ------
    MissingDependency
        If OpenTelemetry is not installed.
    """
    if address is None:
        return Tracing()
    try:
        from plimsoll.observability.otlp import otlp_tracer
    except ImportError as error:
        raise MissingDependency(
            "opentelemetry_missing",
            field="--otlp-endpoint",
            value=error.name,
            allowed="an installed OpenTelemetry SDK with its OTLP/HTTP exporter",
            fix="pip install 'plimsoll[observability]', or leave the endpoint out",
        ) from error
    # What the SDK says of a collector that does not answer is said once, in the log of the session.
    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    return Tracing(otlp_tracer(address, version, session, clock, entropy), address)
