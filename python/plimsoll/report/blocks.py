"""The pieces that a section is made of: paragraphs, facts, tables and figures, as plain data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plimsoll.report.wording import in_order, label_of, style_of, words_of

#: An exact amount in dollars, as records of money write it.
_MONEY = re.compile(r"-?\d+\.\d\d")

Block = dict[str, Any]


def section(identifier: str, number: str, title: str, blocks: Iterable[Block]) -> Block:
    """Give a section of the report."""
    return {"id": identifier, "number": number, "title": title, "blocks": list(blocks)}


def heading(text: str) -> Block:
    """Give a heading inside a section."""
    return {"kind": "heading", "text": text}


def paragraph(text: str) -> Block:
    """Give a paragraph."""
    return {"kind": "paragraph", "text": text}


def note(text: str) -> Block:
    """Give a paragraph that must not be overlooked."""
    return {"kind": "note", "text": text}


def bullets(items: Sequence[str]) -> Block:
    """Give a list."""
    return {"kind": "bullets", "items": list(items)}


def facts(pairs: Mapping[str, Any]) -> Block:
    """Give labels with their values."""
    return {"kind": "facts", "items": [{"label": label, "value": words_of(value)} for label, value in pairs.items()]}


def figure(identifier: str) -> Block:
    """Point at a figure of the report."""
    return {"kind": "figure", "figure": identifier}


def column(key: str, label: str, style: str = "text") -> dict[str, str]:
    """Describe a column; ``style`` says how its values are written.

    Styles: text, id (kept on one line), digest (shortened), code, rag, integer, fixed2, fixed4, significant, scientific,
    percent, cents (whole cents as dollars), money (an exact amount as text).
    """
    return {"key": key, "label": label, "style": style}


def table(caption: str, columns: Sequence[Mapping[str, str]], rows: Sequence[Mapping[str, Any]]) -> Block:
    """Give a table; a row holds a value for each column key, None where there is none."""
    keys = [entry["key"] for entry in columns]
    return {
        "kind": "table",
        "caption": caption,
        "columns": [dict(entry) for entry in columns],
        "rows": [{key: row.get(key) for key in keys} for row in rows],
    }


def open_table(caption: str, rows: Sequence[Mapping[str, Any]]) -> Block:
    """Give a table whose columns are the keys of its first row, in the order of the wording; nested values are left out."""
    first = rows[0] if rows else {}
    styles = {key: _style(key, first[key]) for key in in_order(first) if _is_flat(first[key])}
    columns = [column(key, label_of(key, style), style) for key, style in styles.items()]
    return table(caption, columns, [{key: words_of(value) for key, value in row.items()} for row in rows])


def _is_flat(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _style(key: str, value: object) -> str:
    if isinstance(value, str):
        return "money" if _MONEY.fullmatch(value) else "id" if style_of(key) == "id" else "text"
    settled = "cents" if key.endswith("_cents") else style_of(key)
    if settled is not None:
        return settled
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "text"
    return "integer" if isinstance(value, int) else "significant"
