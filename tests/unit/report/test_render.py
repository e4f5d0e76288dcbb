"""The report as one page."""

import re
from html.parser import HTMLParser
from typing import Any, ClassVar

import pytest

from plimsoll.report.build import build
from plimsoll.report.figures import draw_one
from plimsoll.report.render import render_html, significant, styled
from report_records import sample_envelope, sample_inputs


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return build(sample_inputs(), sample_envelope())


@pytest.fixture(scope="module")
def page(report: dict[str, Any]) -> str:
    return render_html(report)


def test_the_page_needs_nothing_but_itself(page: str) -> None:
    assert "<script" not in page
    assert "default-src 'none'" in page
    links = re.findall(r'(?:src|href|xlink:href)="([^"]*)"', page)
    assert links
    assert all(link.startswith("#") for link in links)
    assert re.findall(r"url\((?!#)", page) == []


def test_the_page_has_the_same_bytes_when_rendered_again(report: dict[str, Any], page: str) -> None:
    assert render_html(report) == page


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<a [^>]*href="#([^"]*)"', page)) <= set(ids)


def test_text_from_records_is_escaped(page: str) -> None:
    assert "products with barriers &lt;b&gt;" in page
    assert "barriers <b>" not in page


def test_every_figure_has_a_title_and_a_description(page: str) -> None:
    drawings = re.findall(r"<svg .*?</svg>", page, flags=re.DOTALL)
    assert len(drawings) == 5
    for drawing in drawings:
        assert 'role="img"' in drawing
        assert re.search(r"<title [^>]*>[^<]+</title><desc [^>]*>[^<]+</desc>", drawing)


def test_every_column_of_every_table_has_a_header(page: str) -> None:
    for head in re.findall(r"<thead>.*?</thead>", page, flags=re.DOTALL):
        assert re.findall(r"<th(?![^>]*scope=)[ >]", head) == []


class _Balance(HTMLParser):
    void: ClassVar[set[str]] = {"meta", "br", "img", "link", "path", "use", "rect", "hr"}

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.void:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void:
            assert self.stack.pop() == tag


def test_every_element_is_closed(page: str) -> None:
    parser = _Balance()
    parser.feed(page)
    assert parser.stack == []


def test_signatures_findings_and_audit_of_the_envelope_are_shown() -> None:
    envelope = sample_envelope(
        signatures=({"name": "Val Idator", "role": "validator", "meaning": "validated", "time": "t", "mark": "DEMO"},),
        findings=({"finding_id": "F-1", "severity": "high", "title": "too many exceptions"},),
        audit=({"seq": 1, "time": "t", "actor": "Val", "kind": "signed", "subject": "REP-1", "hash": "sha256:1"},),
        audit_head="sha256:1",
    )
    page = render_html(build(sample_inputs(), envelope))
    assert "Signatures over the digest" in page
    assert "F-1" in page
    assert "Last entries of the audit log" in page
    assert "carries no signature" not in page


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (None, "integer", "–"),
        ("", "text", "–"),
        (-1234.0, "integer", "−1,234"),
        (0.5, "percent", "50.00%"),
        (-0.123456, "fixed4", "−0.1235"),
        (2.345, "fixed2", "2.35"),
        (1.5e-7, "scientific", "1.50e-07"),
        (123456, "cents", "1,234.56"),
        ([], "list", "none"),
        (["a", "b"], "list", "a; b"),
        ("a", "list", "a"),
        ([1, 2], "count", "2"),
        (3, "count", "3"),
        ("sha256:" + "a" * 64, "digest", "sha256:aaaaaaaaaaaa…"),
        (True, "significant", "True"),
        (3.0, "significant", "3"),
        (-0.00123456, "significant", "−0.0012346"),
        (1234567.891, "significant", "1,234,568"),
        ("words", "text", "words"),
    ],
)
def test_values_are_written_as_their_column_asks(value: object, style: str, text: str) -> None:
    assert styled(value, style) == text


def test_a_number_that_is_absent_becomes_a_dash() -> None:
    assert significant(None) == "–"


def test_a_figure_without_days_says_so() -> None:
    window = {
        "name": "2008",
        "series": [{"model": "m", "dates": [], "profit": [], "value_at_risk": [], "exceptions": []}],
    }
    figure = {"id": "b", "kind": "backtest", "title": "t", "alt": "a", "data": {"windows": [window]}}
    assert "no record" in draw_one(figure)


def test_a_margin_replay_without_calls_is_drawn() -> None:
    replay = {"name": "2008", "accounts": ["A01"], "dates": ["2008-09-02"], "cells": []}
    figure = {"id": "m", "kind": "margin_replay", "title": "t", "alt": "<a>", "data": {"replays": [replay]}}
    drawn = draw_one(figure)
    assert "A01" in drawn
    assert "&lt;a&gt;" in drawn
