"""Explanations of margin as lines: amount, name, rule and what went in, deeper nodes further in."""

from collections.abc import Iterator, Mapping
from typing import Any


def tree_lines(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Give a node of an explanation and those below it, a line each."""
    words = " ".join(node[key] for key in ("name", "rule_ref") if node[key])
    inputs = ", ".join(f"{name} {value:g}" for name, value in node["inputs"].items())
    yield f"{'  ' * depth}{node['amount']:>16}  {words}{f' ({inputs})' if inputs else ''}"
    for child in node["children"]:
        yield from tree_lines(child, depth + 1)
