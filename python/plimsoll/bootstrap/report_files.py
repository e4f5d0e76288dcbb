"""The files of a report: report.json, the page for the screen and, where it is wanted, the pages for paper."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from plimsoll.data.store import write_atomically
from plimsoll.report import pdf
from plimsoll.report.build import report_digest
from plimsoll.report.render import render_html

REPORT, PAGE, PAPER = "report.json", "report.html", "report.pdf"
PDF_LEFT_OUT = f"no PDF: typst is not installed; {pdf.INSTALL}"


class Renderings(StrEnum):
    """What a report is rendered to, beside its data."""

    html = "html"
    html_and_pdf = "html_and_pdf"


@dataclass(frozen=True, slots=True)
class Built:
    """A report that was written: its document and its files."""

    document: Mapping[str, Any]
    digest: str
    json_path: Path
    html_path: Path
    pdf_path: Path | None = None


def possible() -> Renderings:
    """Give the renderings that this installation can make."""
    return Renderings.html_and_pdf if pdf.is_installed() else Renderings.html


def required() -> Renderings:
    """Give both renderings.

    Raises
    ------
    MissingDependency
        If typst is not installed; ``fix`` holds the install command.
    """
    pdf.require()
    return Renderings.html_and_pdf


def as_before(folder: Path) -> Renderings:
    """Give the renderings that lie in a folder, as far as this installation can make them again."""
    return possible() if (folder / PAPER).is_file() else Renderings.html


def write(document: Mapping[str, Any], folder: Path, renderings: Renderings) -> Built:
    """Write a report and its renderings; a PDF that is not made again is removed, since it would show another report."""
    wanted = renderings is Renderings.html_and_pdf
    json_path, html_path, pdf_path = folder / REPORT, folder / PAGE, folder / PAPER
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_atomically(json_path, text.encode())
    write_atomically(html_path, render_html(document).encode())
    if wanted:
        write_atomically(pdf_path, pdf.render_pdf(document))
    else:
        pdf_path.unlink(missing_ok=True)
    return Built(document, report_digest(dict(document)), json_path, html_path, pdf_path if wanted else None)
