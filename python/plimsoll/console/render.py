"""Draws views: tables with Rich, or one JSON document."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text
from rich.tree import Tree as RichTree

from plimsoll.console.view import Table, Tree, View
from plimsoll.vocabulary.errors import PlimsollError

_COLOURS = {
    "green": "green",
    "amber": "dark_orange3",
    "red": "bold red",
    "passed": "green",
    "failed": "bold red",
    "valid": "green",
    "BIT-EQUAL": "green",
    "DIFFERENT": "bold red",
    "ok": "green",
}
_RIGHT = frozenset("0123456789+-.,%")


def _encodable(text: str) -> str:
    # Bytes that are no text reach a person who looks at a damaged log; \udcff is also how JSON writes them.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _cell(text: str) -> Text:
    return Text(_encodable(text), style=_COLOURS.get(text.split(" ")[0], ""))


def _justify(table: Table, column: int) -> str:
    cells = [row[column] for row in table.rows if row[column] not in ("", "-")]
    return "right" if cells and all(set(cell) <= _RIGHT for cell in cells) else "left"


def rich_table(table: Table) -> RichTable:
    """Give the table in Rich's form: numbers to the right, verdicts in their colour."""
    drawn = RichTable(title=table.title, title_justify="left", title_style="bold", header_style="bold")
    for index, name in enumerate(table.columns):
        drawn.add_column(name, justify="right" if _justify(table, index) == "right" else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(_cell(cell) for cell in row))
    return drawn


def rich_tree(tree: Tree) -> RichTree:
    """Give the tree in Rich's form."""
    drawn = RichTree(Text(_encodable(tree.words)))
    for child in tree.children:
        drawn.children.append(rich_tree(child))
    return drawn


def show(view: View, out: Console) -> None:
    """Print a view for a person."""
    for table in view.tables:
        out.print(rich_table(table))
    for tree in view.trees:
        out.print(rich_tree(tree))
    for line in view.lines:
        out.print(_encodable(line), markup=False, highlight=False, soft_wrap=True)


def plain(value: Any) -> Any:
    """Give a value in the types that JSON has."""
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def document_text(document: Any) -> str:
    """Give the one JSON document that ``--json`` prints."""
    return _encodable(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False, default=plain))


def show_error(error: PlimsollError, err: Console) -> None:
    """Print a typed failure: what, where, what is allowed, how to mend it."""
    err.print(Text(f"plimsoll: {error.code}", style="bold red"))
    for label, text in (("field", error.field), ("value", error.value), ("allowed", error.allowed), ("fix", error.fix)):
        if text:
            err.print(_encodable(f"  {label + ':':<9}{text}"), markup=False, highlight=False, soft_wrap=True)
