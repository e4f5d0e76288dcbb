"""The tracing port: stages of work say when they begin and end, and do not know who listens."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Attribute = str | int | float | bool
Attributes = Mapping[str, Attribute]


class Span(Protocol):
    """A stage of work that is under way."""

    def set(self, attributes: Attributes) -> None:
        """Say more about the stage; a name that was set before takes the new value."""

    def event(self, name: str, attributes: Attributes) -> None:
        """Say that something happened now."""


class Tracer(Protocol):
    """Hears about stages of work, one inside the other."""

    def stage(self, name: str, attributes: Attributes) -> AbstractContextManager[Span]:
        """Begin a stage inside the present one; it ends with the block, as failed if an exception leaves it."""

    def current(self) -> Span:
        """Give the innermost stage that is under way."""

    def marks(self) -> Mapping[str, str]:
        """Give what a log line carries so that it can be found from the trace: ids, or nothing."""


class SilentSpan:
    """Hears and says nothing."""

    def set(self, attributes: Attributes) -> None:
        """Say more about the stage."""

    def event(self, name: str, attributes: Attributes) -> None:
        """Say that something happened."""


class SilentTracer:
    """Hears and says nothing."""

    @contextmanager
    def stage(self, name: str, attributes: Attributes) -> Iterator[Span]:  # noqa: ARG002 (the port's)
        """Begin a stage."""
        yield SilentSpan()

    def current(self) -> Span:
        """Give a stage that hears nothing."""
        return SilentSpan()

    def marks(self) -> Mapping[str, str]:
        """Give nothing."""
        return {}
