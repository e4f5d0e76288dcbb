"""Renders a report to one HTML page that needs nothing else: no script, no network, no font file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from plimsoll.report import envelope_tables
from plimsoll.report.figures import draw
from plimsoll.report.wording import roles_in_order

RAG_LETTERS = {"green": "G", "amber": "A", "red": "R", "not_applicable": "–"}
RAG_WORDS = {"green": "Green", "amber": "Amber", "red": "Red", "not_applicable": "Not applicable"}
_ABSENT = "–"


def render_html(report: Mapping[str, Any]) -> str:
    """Give the HTML page of a report.

    Parameters
    ----------
    report : Mapping
        What :func:`plimsoll.report.build.build` gave.

    Returns
    -------
    str
        A complete document; every text in it is escaped, and its policy allows no script and no connection.
    """
    environment = Environment(
        loader=PackageLoader("plimsoll.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["styled"] = styled
    environment.filters["rag_letter"] = lambda rag: RAG_LETTERS[rag]
    environment.filters["rag_word"] = lambda rag: RAG_WORDS[rag]
    environment.filters["number"] = significant
    environment.filters["roles_in_order"] = roles_in_order
    drawings = {name: Markup(text) for name, text in draw(report).items()}  # noqa: S704 (made by drawing.svg)
    captions = {figure["id"]: figure for figure in report["figures"]}
    template = environment.get_template("report.html.j2")
    return template.render(
        report=report, figures=drawings, captions=captions, tests=_tests_by_id(report), tables=envelope_tables
    )


def styled(value: Any, style: str) -> str:
    """Write a value the way its column asks; a value that is not there becomes a dash."""
    if value is None or value == "":
        return _ABSENT
    writer = _WRITERS.get(style)
    return writer(value) if writer is not None else str(value)


def significant(value: Any) -> str:
    """Write a number with five significant digits; anything else as text."""
    if value is None:
        return _ABSENT
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e15):
        return _minus(f"{value:,.0f}")
    return _minus(f"{value:,.5g}" if abs(value) < 1e5 else f"{value:,.0f}")


def _minus(text: str) -> str:
    return text.replace("-", "−") if text[:1] == "-" and "e" not in text else text


def _thresholds(value: Mapping[str, Any]) -> str:
    sign = "≤" if value["kind"] == "at_most" else "≥"
    return f"green {sign} {value['green']:g}, amber {sign} {value['amber']:g} ({value['tag']}, {value['origin']})"


def _count(value: Any) -> str:
    return str(len(value)) if isinstance(value, list | tuple) else str(value)


def _list(value: Any) -> str:
    return ("; ".join(str(item) for item in value) or "none") if isinstance(value, list | tuple) else str(value)


_WRITERS: Mapping[str, Any] = {
    "integer": lambda value: _minus(f"{value:,.0f}"),
    "fixed2": lambda value: _minus(f"{value:,.2f}"),
    "fixed4": lambda value: _minus(f"{value:,.4f}"),
    "significant": significant,
    "scientific": lambda value: _minus(f"{value:.2e}"),
    "percent": lambda value: _minus(f"{value:.2%}"),
    "money": lambda value: _minus(f"{Decimal(value):,.2f}"),
    "cents": lambda value: _minus(f"{value / 100:,.2f}"),
    "digest": lambda value: f"{str(value)[:19]}…",
    "thresholds": _thresholds,
    "count": _count,
    "list": _list,
}


def _tests_by_id(report: Mapping[str, Any]) -> dict[str, Any]:
    return {result["test_id"]: result for result in report["results"]}
