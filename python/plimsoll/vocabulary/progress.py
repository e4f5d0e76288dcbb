"""The progress port: long work tells how far it is, and does not know who listens."""

from typing import Protocol


class Progress(Protocol):
    """Hears about stages of work."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of ``total`` units; 0 if the size is unknown."""

    def advance(self, count: int) -> None:
        """Report ``count`` more finished units of the present stage."""

    def done(self) -> None:
        """End the present stage."""


class SilentProgress:
    """Hears and says nothing."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage."""

    def advance(self, count: int) -> None:
        """Report finished units."""

    def done(self) -> None:
        """End the stage."""
