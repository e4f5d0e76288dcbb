"""Tables on paper: every cell written, every column measured, the page turned where that is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from plimsoll.report.blocks import paragraph
from plimsoll.report.column_widths import Column, breakable, height, set_table
from plimsoll.report.printable import printable
from plimsoll.report.render import RAG_WORDS, styled

Node = dict[str, Any]

_NUMERIC = ("integer", "fixed2", "fixed4", "significant", "scientific", "percent", "cents", "money", "count")
_RIGID = (*_NUMERIC, "id", "digest", "rag")
_MONO = ("code", "digest")
_LONG = 900
#: A table whose rows are lower than this, in points, is not broken over two pages.
_TOGETHER = 330.0


def table_node(block: Mapping[str, Any]) -> Node:
    """Give the node of a table.

    Parameters
    ----------
    block : Mapping
        What :func:`plimsoll.report.blocks.table` gave.

    Returns
    -------
    dict
        ``columns`` with their ``widths`` in points, ``rows`` of cells, the ``size`` of the letters in points; whether it
        needs a ``turned`` page, stays ``together`` on one, or has rows so ``tall`` that they may be broken. A table
        without columns is a paragraph that says so.
    """
    columns = block["columns"]
    if not columns:
        return paragraph(f"{block['caption']}: none.")
    rows = [[_written(row.get(column["key"]), column["style"]) for column in columns] for row in block["rows"]]
    measured = [
        Column(
            printable(column["label"]),
            [_measured(row[i], column) for row in rows],
            _is(column, _RIGID),
            _is(column, _MONO),
        )
        for i, column in enumerate(columns)
    ]
    setting = set_table(measured)

    def cell(i: int, text: str) -> str:
        return breakable(text, setting.widths[i], setting.size, measured[i].mono)

    return {
        "kind": "table",
        "caption": block["caption"],
        **asdict(setting),
        "columns": [
            {"label": breakable(measured[i].label, setting.widths[i], setting.size), "style": _look(column["style"])}
            for i, column in enumerate(columns)
        ],
        "rows": [
            [_cell(row.get(c["key"]), cell(i, written[i]), c["style"]) for i, c in enumerate(columns)]
            for row, written in zip(block["rows"], rows, strict=True)
        ],
        "together": height(measured, setting) <= _TOGETHER,
        "tall": any(len(text) > _LONG for row in rows for text in row),
    }


def _measured(text: str, column: Mapping[str, str]) -> str:
    """Give what a cell measures: a colour has room about it."""
    return f"{text}   " if column["style"] == "rag" else text


def _is(column: Mapping[str, str], styles: Sequence[str]) -> bool:
    return column["style"] in styles


def _look(style: str) -> str:
    return "number" if style in _NUMERIC else "mono" if style in _MONO else style if style in ("id", "rag") else "text"


def _written(value: Any, style: str) -> str:
    return printable(RAG_WORDS[value] if style == "rag" else styled(value, style))


def _cell(value: Any, text: str, style: str) -> Node:
    return {"text": text, "rag": value} if style == "rag" else {"text": text}
