"""The report on paper: the same bytes whenever and wherever, nothing over the edge, and no text that acts."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from plimsoll.report.blocks import bullets, column, facts, open_table, paragraph, table
from plimsoll.report.build import build
from plimsoll.report.pdf import render_pdf
from plimsoll.report.render import render_html
from plimsoll.report.wording import roles_in_order
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import CheckFailed
from report_records import sample_envelope, sample_inputs, sample_models

SIGNATURES = tuple(
    {"name": name, "role": role, "meaning": meaning, "time": "2026-11-22T10:05:00.000000Z", "mark": "DEMO"}
    for name, role, meaning in (("Dev Eloper", "developer", "authored"), ("Val Idator", "validator", "validated"))
)
HOSTILE = (
    '#read("/etc/passwd")',
    '#image("/etc/hostname")',
    "$ sum_(i=1)^n $ and #panic()",
    "*bold* _slanted_ `raw` <label> @label",
    "= no heading // no comment /* nor */ this \\ ~ --- ...",
    "Δ ≤ ± 中 \u202e \x07",
    "]#set page(width: 10pt)[",
)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    audit = (
        {"seq": 1, "time": "t", "actor": "Val", "kind": "signed", "subject": "REP-1", "hash": "sha256:" + "1" * 64},
    )
    findings = ({"finding_id": "F-1", "severity": "high", "title": "too many exceptions"},)
    envelope = sample_envelope(signatures=SIGNATURES, findings=findings, audit=audit, audit_head="sha256:" + "1" * 64)
    return build(sample_inputs(), envelope)


@pytest.fixture(scope="module")
def pages(report: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(render_pdf(report))
    return path


def told(*command: object) -> str:
    """What a tool of poppler says of a PDF."""
    return subprocess.run([*map(str, command)], capture_output=True, check=True).stdout.decode()


def text_of(path: Path) -> str:
    """The text of a PDF, spaces and ends of lines alike, without the joiners that hold the contents together."""
    return " ".join(told("pdftotext", "-layout", path, "-").replace("\u2060", "").split())


def test_the_bytes_are_the_same_in_another_process_folder_time_zone_and_language(
    report: dict[str, Any], pages: Path, tmp_path: Path
) -> None:
    (tmp_path / "report.json").write_bytes(canonical_json(report))
    program = (
        "import json, sys\nfrom pathlib import Path\nfrom plimsoll.report.pdf import render_pdf\n"
        "sys.stdout.buffer.write(render_pdf(json.loads(Path('report.json').read_text())))"
    )
    around = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "SOURCE_DATE_EPOCH": "1",
        "TYPST_FONT_PATHS": "/usr/share/fonts",
    }
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, **around}, capture_output=True, check=True
    )
    assert ran.stdout == pages.read_bytes()


def turned_round(value: Any) -> Any:
    """The same plain data with the keys of every mapping in another order."""
    if isinstance(value, dict):
        return {key: turned_round(value[key]) for key in sorted(value, reverse=True)}
    return [turned_round(item) for item in value] if isinstance(value, list) else value


def test_no_order_of_keys_changes_a_byte_of_a_rendering(report: dict[str, Any], pages: Path) -> None:
    for other in (turned_round(report), json.loads(canonical_json(report))):
        assert render_html(other) == render_html(report)
        assert render_pdf(other) == pages.read_bytes()
    assert list(turned_round(report)["cover"]["roles"]) == ["validator", "developer", "approver"]


def test_roles_stand_in_the_order_of_the_work_and_in_every_report_in_the_same() -> None:
    roles = {"approver": "Ada", "validator": "Val", "auditor": "Aud", "developer": "Dev"}
    shown = [("developer", "Dev"), ("validator", "Val"), ("approver", "Ada"), ("auditor", "Aud")]
    assert roles_in_order(roles) == roles_in_order(dict(sorted(roles.items()))) == shown
    first, second = (build(sample_inputs(roles=r), sample_envelope()) for r in (roles, dict(sorted(roles.items()))))
    assert first["digest"] == second["digest"]


def test_the_pdf_is_tagged_archivable_and_dated_by_the_report(pages: Path) -> None:
    data = pages.read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    assert b"/Lang" in data
    facts = told("pdfinfo", "-isodates", pages)
    assert "Model validation report REP-1" in facts
    assert "2026-11-22T10:02:00Z" in facts
    assert re.search(r"Tagged: +yes", facts)


def test_every_figure_has_a_description_and_every_table_its_header(report: dict[str, Any], pages: Path) -> None:
    tags = told("pdfinfo", "-struct", pages)
    assert len(re.findall(r"^ *Figure", tags, flags=re.MULTILINE)) == len(report["figures"]) == 5
    tables, heads = (len(re.findall(rf"^ *{tag}\b", tags, flags=re.MULTILINE)) for tag in ("Table", "THead"))
    assert tables == heads > 20
    assert re.findall(r"^ *H[1-6]", tags, flags=re.MULTILINE)
    assert pages.read_bytes().count(b"/Alt") >= 5


def test_only_bundled_fonts_are_in_it(pages: Path) -> None:
    names = [line.split()[0].partition("+")[2] for line in told("pdffonts", pages).splitlines()[2:]]
    assert all(name.startswith(("LibertinusSerif", "DejaVuSans")) for name in names)


def test_each_page_after_the_cover_carries_report_digest_number_and_mark(report: dict[str, Any], pages: Path) -> None:
    count = int(re.findall(r"Pages: +(\d+)", told("pdfinfo", pages))[0])
    digest = report["digest"].removeprefix("sha256:")[:16]
    for number in range(2, count + 1):
        page = told("pdftotext", "-layout", "-f", number, "-l", number, pages, "-")
        assert f"{number} / {count}" in page
        assert re.search(rf"REP-1 +DEMO +sha256 {digest}", page)


def test_contents_sign_off_findings_audit_and_colours_are_there(report: dict[str, Any], pages: Path) -> None:
    text = text_of(pages)
    for section in report["sections"]:
        assert re.search(rf"{re.escape(section['title'])}[. ]+\d+ ", text)
    assert "Sign-off" in text
    assert "Dev Eloper developer authored 2026-11-22T10:05:00.000000Z DEMO" in text
    assert text.count(report["digest"]) == 2  # in one piece: it can be copied
    for words in (
        "Findings as opened",
        "too many exceptions",
        "Last entries of the audit log",
        "Not applicable",
        "Red",
    ):
        assert words in text
    assert "≤ 0.1" in text
    assert "plimsoll validation replay VAL-1" in text


def test_no_word_lies_over_the_edge_of_its_page_or_over_another(pages: Path) -> None:
    document = ElementTree.fromstring(told("pdftotext", "-bbox", pages, "-"))
    space = "{http://www.w3.org/1999/xhtml}"
    for page in document.iter(f"{space}page"):
        width, lines = float(page.attrib["width"]), defaultdict(list)
        for word in page.iter(f"{space}word"):
            left, top, right, bottom = (float(word.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax"))
            assert 40.0 <= left < right <= width - 40.0, word.text
            lines[round((top + bottom) / 2, 1)].append((left, right, word.text))
        for words in lines.values():
            ordered = sorted(words)
            assert all(before[1] <= after[0] + 0.5 for before, after in pairwise(ordered)), ordered


def test_what_the_report_says_is_shown_and_never_acts(tmp_path: Path) -> None:
    models = tuple(
        {**model, "name": f"{model['name']} {HOSTILE[0]}", "uses_prohibited": list(HOSTILE), "owner": HOSTILE[2]}
        for model in sample_models()
    )
    rows = [{"account_id": text, "reason": text, "warnings": text * 40} for text in HOSTILE]
    envelope = sample_envelope(
        report_id='"]#read("/etc/passwd")',
        findings=({"finding_id": HOSTILE[3], "title": HOSTILE[6], "due": None},),
        signatures=({"name": HOSTILE[0], "role": HOSTILE[1], "meaning": "", "time": "x" * 400, "mark": "*"},),
    )
    roles = {"validator": HOSTILE[4]}
    inputs = sample_inputs(models=models, risk={"tables": [{"caption": HOSTILE[1], "rows": rows}]}, roles=roles)
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(build(inputs, envelope)))
    text = text_of(path)
    text = text.replace("\u200b", "")
    for shown in (*HOSTILE[:5], HOSTILE[6]):
        assert shown in text
    assert "Δ ≤ ± [U+4E2D] [U+202E] [U+0007]" in text
    assert "root:" not in text


def test_an_unsigned_report_without_risk_margin_and_data_is_rendered(tmp_path: Path) -> None:
    bare: dict[str, Any] = dict.fromkeys(("datasets", "quality", "assumptions", "backtests", "margin_replays"), ())
    inputs = sample_inputs(**bare, outside_range=(), valuation={}, risk={}, margin={}, recommendations=())
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(build(inputs, sample_envelope())))
    text = text_of(path)
    assert "This copy carries no signature" in text
    assert "No entry of the audit log" in text
    assert "DEMO" not in text


def test_a_report_that_typst_refuses_is_a_typed_failure() -> None:
    report = build(sample_inputs(backtests=(), margin_replays=()), sample_envelope())
    report["figures"][0]["id"] = "x/../../y"
    with pytest.raises(CheckFailed, match="pdf_not_made") as caught:
        render_pdf(report)
    assert "escapes" in caught.value.value


def test_empty_blocks_are_set_too(tmp_path: Path) -> None:
    report = build(sample_inputs(backtests=(), margin_replays=()), sample_envelope())
    blocks = [bullets([]), facts({}), open_table("Calls", []), table("Rows", [column("a", "A")], []), paragraph("")]
    blocks.append({"kind": "heat_map", "caption": "Colours", "rows": [{"model_id": "m", "name": "M", "cells": []}]})
    report["sections"][1]["blocks"] = blocks
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(report))
    assert "Calls: none." in text_of(path)
