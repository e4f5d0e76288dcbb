"""Renders a report to a PDF whose bytes depend on the report alone: by typst, with bundled fonts, tagged and archivable."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from plimsoll.report.figures import draw
from plimsoll.report.page_data import page_data
from plimsoll.report.printable import fonts, printable
from plimsoll.vocabulary.errors import CheckFailed, MissingDependency

INSTALL = "pip install 'plimsoll[pdf]'"
#: Archivable with its text and structure, and readable by those who do not see it.
STANDARDS = ("a-2a", "ua-1")


def is_installed() -> bool:
    """Tell whether a PDF can be made here."""
    return find_spec("typst") is not None


def require() -> None:
    """See that a PDF can be made here.

    Raises
    ------
    MissingDependency
        If typst is not installed; ``fix`` holds the install command.
    """
    if not is_installed():
        raise MissingDependency(
            "typst_not_installed", field="pdf", value="typst", allowed="the extra `pdf`", fix=INSTALL
        )


def render_pdf(report: Mapping[str, Any]) -> bytes:
    """Give the PDF of a report.

    Parameters
    ----------
    report : Mapping
        What :func:`plimsoll.report.build.build` gave.

    Returns
    -------
    bytes
        PDF/A-2a and PDF/UA-1. What the report says reaches the template as data and is never read as its language; the
        template reads no file but those given here. Neither clock, folder, time zone nor fonts of the system matter.

    Raises
    ------
    MissingDependency
        If typst is not installed.
    CheckFailed
        If typst refuses the report, for instance because a figure has an impossible name.
    """
    require()
    import typst

    drawings = {name: printable(text) for name, text in draw(report).items()}
    data = page_data(report, drawings)
    template = files("plimsoll.report").joinpath("templates", "report.typ").read_bytes()
    pages = {
        "main.typ": template,
        "report.json": json.dumps(data, ensure_ascii=False, sort_keys=True).encode(),
        **{f"{name}.svg": text.encode() for name, text in drawings.items()},
    }
    compile_pages: Any = typst.compile  # its types do not know that it takes files from memory
    try:
        made: bytes = compile_pages(
            pages,
            root=fonts(),
            font_paths=[fonts()],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=list(STANDARDS),
            timestamp=datetime(**data["date"], tzinfo=UTC),
        )
    except RuntimeError as error:
        raise CheckFailed(
            "pdf_not_made",
            field="pdf",
            value=str(error),
            allowed="a report that typst can set",
            fix="the data and the page for the screen are whole; leave the PDF out, and report this",
        ) from error
    return made
