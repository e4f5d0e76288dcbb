"""A report as pages: every value already written, every table already measured, so that a template only lays out."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from plimsoll.report import envelope_tables
from plimsoll.report.blocks import note, paragraph
from plimsoll.report.column_widths import breakable
from plimsoll.report.page_tables import Node, table_node
from plimsoll.report.printable import printable
from plimsoll.report.render import RAG_LETTERS, RAG_WORDS, significant, styled
from plimsoll.report.wording import roles_in_order

Report = Mapping[str, Any]

_DIGITS = 16
_ABOVE = ("heading", "result")
#: Room of a value beside its label, and size of its letters, in points.
_BESIDE, _LETTERS = 360.0, 10.0


def page_data(report: Report, figures: Mapping[str, str]) -> Node:
    """Give what the template of the PDF reads.

    Parameters
    ----------
    report : Mapping
        What :func:`plimsoll.report.build.build` gave.
    figures : Mapping
        The SVG of each figure, by id.

    Returns
    -------
    dict
        Plain data whose every text is printable; ``nodes`` are the pages in order, each node with its ``kind``.
    """
    cover, envelope = report["cover"], report["envelope"]
    data = {
        "title": cover["title"],
        "author": cover["roles"].get("validator", ""),
        "date": _date(report),
        "report_id": envelope["report_id"],
        "digest": report["digest"].removeprefix("sha256:")[:_DIGITS],
        "mark": "DEMO" if any(entry.get("mark") == "DEMO" for entry in envelope["signatures"]) else "",
        "lead": " · ".join(_model_line(model) for model in cover["models"]),
        "overall": _chip(cover["overall"]),
        "counts": " · ".join(f"{cover['counts'][rag]} {word.lower()}" for rag, word in RAG_WORDS.items()),
        "facts": _pairs(_cover_facts(report)),
        "nodes": _turned([*_sign_off(report), *_sections(report, figures), *_audit(report)]),
    }
    made: Node = _printable(data)
    return made


def _printable(value: Any) -> Any:
    """Make every text of plain data printable; the places to break at, put in later, are no letters."""
    if isinstance(value, str):
        return "\u200b".join(map(printable, value.split("\u200b")))
    if isinstance(value, Mapping):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value] if isinstance(value, list | tuple) else value


def _date(report: Report) -> dict[str, int]:
    """Give the time at which the report was made, the valuation date where that is no time: never the clock's."""
    texts = report["envelope"]["generated_at"], report["cover"]["valuation_date"]
    made = next(found for text in texts if (found := _time_of(text)) is not None)
    names = ("year", "month", "day", "hour", "minute", "second")
    return {name: getattr(made, name) for name in names}


def _time_of(text: str) -> datetime | None:
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    return made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)


def _model_line(model: Mapping[str, Any]) -> str:
    version = f" {model['version']}" if model["version"] is not None else ""
    tier = f" (tier {model['tier']})" if model["tier"] is not None else ""
    return f"{model['name']}{version}{tier}"


def _cover_facts(report: Report) -> dict[str, Any]:
    cover, envelope = report["cover"], report["envelope"]
    return {
        "Report": envelope["report_id"],
        "Validation run": envelope["run_id"],
        "Generated": envelope["generated_at"],
        "Valuation date": cover["valuation_date"],
        "Policy pack": cover["policy_pack"],
        **{role.capitalize(): name for role, name in roles_in_order(cover["roles"])},
        "Digest of this report": report["digest"],
    }


def _pairs(facts: Mapping[str, Any]) -> list[Node]:
    return [_fact(label, value) for label, value in facts.items()]


def _fact(label: str, value: Any) -> Node:
    text = printable(significant(value))
    mono = text.startswith("sha256:")
    return {"label": label, "text": breakable(text, _BESIDE, _LETTERS, mono), "mono": mono}


def _sign_off(report: Report) -> list[Node]:
    signatures = envelope_tables.signatures(report)
    words = (
        "A signature stands for the digest below. It covers the whole report but its envelope: ids, times, signatures, "
        "the numbers of findings and the audit extract. To verify the signatures, without any database:"
    )
    return [
        _heading("Sign-off", 1),
        paragraph(words),
        {"kind": "command", "text": "plimsoll sign verify report.json"},
        {"kind": "facts", "items": _pairs({"Digest": report["digest"]})},
        table_node(signatures) if signatures is not None else note(envelope_tables.UNSIGNED),
        {"kind": "page_end"},
    ]


def _sections(report: Report, figures: Mapping[str, str]) -> list[Node]:
    nodes: list[Node] = []
    for section in report["sections"]:
        nodes.append(_heading(section["title"], 1, section["number"]))
        for block in section["blocks"]:
            nodes.extend(_nodes(block, report, figures))
        opened = envelope_tables.findings(report) if section["id"] == "findings" else None
        nodes.extend([table_node(opened)] if opened is not None else [])
    return _levelled(nodes)


def _audit(report: Report) -> list[Node]:
    entries = envelope_tables.audit(report)
    if entries is None:
        rest = [paragraph(envelope_tables.NO_AUDIT)]
    else:
        head = {"Head of the chain": report["envelope"]["audit_head"]}
        rest = [table_node(entries), {"kind": "facts", "items": _pairs(head)}]
    return [_heading("Audit extract", 1, "C"), *rest]


def _nodes(block: Mapping[str, Any], report: Report, figures: Mapping[str, str]) -> Iterable[Node]:
    """Give the nodes of a block; one of a kind that is not known yet shows its flat values."""
    kind = block["kind"]
    if kind == "figure":
        return _figure(block["figure"], report, figures)
    if kind == "replay_command":
        command = f"plimsoll validation replay {report['envelope']['run_id']}"
        return [_heading("To run it again", 3), {"kind": "command", "text": command}]
    return [_WRITERS.get(kind, _unknown)(block)]


def _figure(identifier: str, report: Report, figures: Mapping[str, str]) -> list[Node]:
    if identifier not in figures:
        return []
    (figure,) = (entry for entry in report["figures"] if entry["id"] == identifier)
    box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', figures[identifier])
    width, height = (float(box.group(1)), float(box.group(2))) if box else (1.0, 1.0)
    return [
        {
            "kind": "figure",
            "file": f"{identifier}.svg",
            "aspect": round(height / width, 6),
            **{name: figure[name] for name in ("title", "caption", "alt")},
        }
    ]


def _heading(text: str, level: int, number: str = "") -> Node:
    return {"kind": "heading", "text": text, "level": level, "number": number}


def _levelled(nodes: Sequence[Node]) -> list[Node]:
    """Let no heading stand more than one level below the one before it, as a tagged document must have it."""
    level, found = 0, []
    for node in nodes:
        if "level" in node:
            level = min(node["level"], level + 1)
            found.append({**node, "level": level})
        else:
            found.append(node)
    return found


def _chip(rag: str) -> Node:
    return {"rag": rag, "text": RAG_WORDS[rag]}


def _heat_map(block: Mapping[str, Any]) -> Node:
    rows = [
        {**row, "cells": [{**cell, "letter": RAG_LETTERS[cell["rag"]]} for cell in row["cells"]]}
        for row in block["rows"]
    ]
    legend = ", ".join(f"{RAG_LETTERS[rag]} {word.lower()}" for rag, word in RAG_WORDS.items())
    return {"kind": "heat_map", "caption": f"{block['caption']} ({legend})", "rows": rows}


def _result(block: Mapping[str, Any]) -> Node:
    unit = f" {block['unit']}" if block["value"] is not None else ""
    return {
        "kind": "result",
        "level": 2,
        **_chip(block["rag"]),
        "title": f"{block['test_id']} {block['title']}",
        "statistic": f"{block['statistic']}: {significant(block['value'])}{unit}",
        "limits": f"n = {significant(block['n'])}; {styled(block['thresholds'], 'thresholds')}",
        "reason": block["reason"],
    }


def _unknown(block: Mapping[str, Any]) -> Node:
    flat = {key: block[key] for key in sorted(block) if isinstance(block[key], str | int | float) and key != "kind"}
    return {
        "kind": "facts",
        "items": _pairs({key.replace("_", " ").capitalize(): value for key, value in flat.items()}),
    }


_WRITERS: Mapping[str, Callable[[Mapping[str, Any]], Node]] = {
    "paragraph": dict,
    "note": dict,
    "bullets": dict,
    "heading": lambda block: _heading(block["text"], 2),
    "subheading": lambda block: _heading(block["text"], 3),
    "facts": lambda block: {"kind": "facts", "items": [_fact(item["label"], item["value"]) for item in block["items"]]},
    "table": table_node,
    "heat_map": _heat_map,
    "result": _result,
}


def _turned(nodes: Sequence[Node]) -> list[Node]:
    """Gather tables that need a turned page, with what stands over them, into nodes of their own."""
    found: list[Node] = []
    for node in nodes:
        if not node.get("turned"):
            found.append(node)
            continue
        above: list[Node] = []
        while found and found[-1]["kind"] in _ABOVE:
            above.insert(0, found.pop())
        if found and found[-1]["kind"] == "turned":
            found[-1]["nodes"].extend([*above, node])
        else:
            found.append({"kind": "turned", "nodes": [*above, node]})
    return found
