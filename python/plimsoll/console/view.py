"""What a command shows: one document for machines, tables and lines for people, an exit code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; a cell is text and may carry a colour name of the palette in front of a bar."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Tree:
    """A line of words and what hangs on it."""

    words: str
    children: Sequence["Tree"] = ()


@dataclass(frozen=True, slots=True)
class View:
    """The answer of a command.

    ``document`` is what ``--json`` prints; ``tables``, ``trees`` and ``lines`` are what a person reads; ``exit_code`` is 0 when
    all is well, 1 when a check, a trade, a validation or a replay failed.
    """

    document: Mapping[str, Any]
    tables: Sequence[Table] = ()
    lines: Sequence[str] = ()
    exit_code: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)
    trees: Sequence[Tree] = ()


def number(value: float | None, decimals: int = 4) -> str:
    """Give a number for a table: thousands separated, a dash where there is none."""
    return "-" if value is None else f"{value:,.{decimals}f}"


def short(digest: str) -> str:
    """Give the first twelve digits of a digest."""
    return digest.removeprefix("sha256:")[:12]
