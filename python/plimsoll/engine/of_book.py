"""What every result about a book says of itself first."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OfBook:
    """Which book a result is about, of which day, and in which market."""

    book_id: str
    valuation_date: str
    snapshot_digest: str
    book_digest: str

    def head(self) -> dict[str, Any]:
        """Give these as plain data."""
        return {
            "book_id": self.book_id,
            "valuation_date": self.valuation_date,
            "snapshot_digest": self.snapshot_digest,
            "book_digest": self.book_digest,
        }
