"""Reading a table of published values: rows of text, typed on demand, with errors that name the column."""

import csv
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from plimsoll.vocabulary.errors import BadInput

_T = TypeVar("_T")
_TOLERANCE = re.compile(r"^\s*([0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(rel\b)?")
_MOST = 1_000_000
_LONGEST_NAME = 120
_LARGEST_FILE = 64 * 1024 * 1024
_MOST_COLUMNS = 1_000
_P_DIGITS = re.compile(r"p to (\d{1,2}) d\.p\.")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a computed value may be from the printed one: absolute, or relative to the printed value."""

    size: float
    relative: bool

    def allowed(self, expected: float) -> float:
        """Give the largest difference that still passes, in units of the value."""
        return self.size * abs(expected) if self.relative else self.size

    @classmethod
    def parse(cls, text: str) -> "Tolerance":
        """Read ``1e-4``, ``1e-4 rel`` or ``exact``; what follows is a note.

        Raises
        ------
        BadInput
            If the text starts with none of these.
        """
        if text.strip().startswith("exact"):
            return cls(0.0, relative=False)
        match = _TOLERANCE.match(text)
        size = None if match is None else finite_number(match.group(1))
        if match is None or size is None:
            raise BadInput(
                "bad_tolerance",
                field="tolerance",
                value=text,
                allowed="a number, a number followed by rel, or exact",
                fix="correct the table",
            )
        return cls(size, relative=match.group(2) is not None)


def printed_p_tolerance(text: str) -> float | None:
    """Give half a unit of the last printed place where the tolerance notes 'p to N d.p.', else None."""
    match = _P_DIGITS.search(text)
    return None if match is None else 0.5 * 10.0 ** -int(match.group(1)) * (1.0 + 1e-9)


def half_last_place(text: str) -> float:
    """Give half a unit of the last printed digit: what rounding alone may have changed, e.g. 5e-11 for 1.30e-8."""
    mantissa, _, exponent = text.strip().lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** ((int(exponent) if exponent else 0) - decimals) * (1.0 + 1e-9)


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a table."""

    case_id: str
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """Give a cell as text, '' if it is empty."""
        return (self.cells.get(column) or "").strip()

    def number(self, column: str) -> float:
        """Give a cell as a finite number.

        Raises
        ------
        BadInput
            If the cell is empty, not a number, NaN or infinite.
        """
        text = self.text(column)
        value = finite_number(text)
        if value is None:
            raise _bad_cell(self, column, text, "a finite number")
        return value

    def non_negative(self, column: str) -> float:
        """Give a cell as a finite number that is not negative; zero is a limit and allowed.

        Raises
        ------
        BadInput
            As :meth:`number`, and if the number is negative.
        """
        value = self.number(column)
        if value < 0.0:
            raise _bad_cell(self, column, self.text(column), "zero or more")
        return value

    def choice(self, column: str, choices: Mapping[str, _T]) -> _T:
        """Give what a cell stands for.

        Raises
        ------
        BadInput
            If the cell is none of the choices.
        """
        text = self.text(column)
        if text not in choices:
            raise _bad_cell(self, column, text, ", ".join(choices))
        return choices[text]

    def count(self, column: str) -> int:
        """Give a cell as a whole number that is not negative.

        Raises
        ------
        BadInput
            As :meth:`non_negative`, and if the number has a fraction or is beyond a million: what is counted is held.
        """
        value = self.non_negative(column)
        if value != int(value):
            raise _bad_cell(self, column, self.text(column), "a whole number")
        if value > _MOST:
            raise _bad_cell(self, column, self.text(column), f"a whole number up to {_MOST:,}")
        return int(value)


def finite_number(text: str) -> float | None:
    """Read a finite number, None where the text is none; Python's ``1_000`` is none, as in every other table of ours."""
    try:
        value = float("" if "_" in text else text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _bad_cell(row: Row, column: str, text: str, allowed: str) -> BadInput:
    return BadInput(
        "bad_cell",
        field=f"{row.case_id}.{column}",
        value=text if text else "empty",
        allowed=allowed,
        fix="correct the cell or leave the row out",
    )


def read_rows(path: Path) -> tuple[Sequence[str], tuple[Row, ...]]:
    """Read a CSV table with a header row; lines before it that start with ``#`` are comments.

    Returns
    -------
    tuple
        The columns, and one row per case; a table without ``case_id`` numbers its rows.

    Raises
    ------
    BadInput
        If the file cannot be read, is empty, names a column twice, or a row has more cells than there are columns.
    """
    try:
        if path.is_file() and path.stat().st_size > _LARGEST_FILE:
            raise ValueError(f"more than {_LARGEST_FILE:,} bytes")
        return _rows_of(path.read_text(encoding="utf-8-sig"), path)
    except (OSError, ValueError, csv.Error) as error:
        raise BadInput(
            "unreadable_file",
            field="table",
            value=f"{path}: {error}",
            allowed="a readable CSV file in UTF-8",
            fix="check the path and its content",
        ) from error


def _rows_of(text: str, path: Path) -> tuple[Sequence[str], tuple[Row, ...]]:
    lines = text.splitlines()
    comments = next((index for index, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.DictReader(lines[comments:])
    columns = tuple(reader.fieldnames or ())
    if not columns:
        raise BadInput("empty_table", field="table", value=path, allowed="a header row and rows", fix="check the file")
    if len(columns) > _MOST_COLUMNS:
        raise BadInput(
            "too_many_columns",
            field="table",
            value=f"{len(columns):,} columns",
            allowed=f"at most {_MOST_COLUMNS:,} columns",
            fix="give the columns of the topic",
        )
    if len(set(columns)) < len(columns):
        twin = next(name for name, count in Counter(columns).items() if count > 1)
        raise BadInput(
            "double_column",
            field=twin[:_LONGEST_NAME] or "a column without a name",
            value=twin[:_LONGEST_NAME],
            allowed="each column once",
            fix="remove one of the two",
        )
    rows = []
    for index, cells in enumerate(reader):
        if None in cells:
            raise BadInput(
                "too_many_cells",
                field=f"row {comments + reader.line_num}",
                value=f"{len(columns) + len(cells[None])} cells",
                allowed=f"{len(columns)} cells",
                fix="quote the cells that contain commas",
            )
        rows.append(Row(cells.get("case_id") or f"row_{index + 1}", cells))
    return columns, tuple(rows)


def require_columns(columns: Sequence[str], required: Sequence[str], topic: str) -> None:
    """Check that a table has the columns that its topic needs.

    Raises
    ------
    BadInput
        Naming the first missing column.
    """
    for column in required:
        if column not in columns:
            raise BadInput(
                "missing_column",
                field=column,
                value=topic,
                allowed=", ".join(required),
                fix=f"add the column {column} to the table",
            )
