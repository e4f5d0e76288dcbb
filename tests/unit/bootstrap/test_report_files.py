"""The files of a report: both renderings, the typed failure without typst, and no PDF of another report."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plimsoll.bootstrap.report_files import Renderings, as_before, possible, required, write
from plimsoll.report.build import build
from report_records import sample_envelope, sample_inputs

#: Python with the sources of the package and without typst, as an installation without the extra has it.
WITHOUT = "import sys\nsys.modules['typst'] = None\n"


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return build(sample_inputs(backtests=(), margin_replays=()), sample_envelope())


def test_both_renderings_are_written_and_found_again(report: dict[str, Any], tmp_path: Path) -> None:
    assert as_before(tmp_path) is Renderings.html
    assert possible() is required() is Renderings.html_and_pdf
    built = write(report, tmp_path, Renderings.html_and_pdf)
    assert built.pdf_path == tmp_path / "report.pdf"
    assert built.pdf_path.read_bytes().startswith(b"%PDF-1.7")
    assert as_before(tmp_path) is Renderings.html_and_pdf
    assert json.loads(built.json_path.read_text())["digest"] == built.digest


def test_a_pdf_that_is_not_made_again_is_removed(report: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF of another report")
    built = write(report, tmp_path, Renderings.html)
    assert built.pdf_path is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]


def test_without_typst_the_page_is_made_and_a_pdf_is_a_typed_failure(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF")
    program = f"""{WITHOUT}
from pathlib import Path
from plimsoll.bootstrap import report_files
from plimsoll.vocabulary.errors import MissingDependency
print(report_files.possible(), report_files.as_before(Path(".")))
print(report_files.PDF_LEFT_OUT)
try:
    report_files.required()
except MissingDependency as error:
    print(error.exit_code, error.code, error.fix)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [
        "html html",
        "no PDF: typst is not installed; pip install 'plimsoll[pdf]'",
        "2 typst_not_installed pip install 'plimsoll[pdf]'",
    ]


def test_the_command_names_the_install_command_before_it_works(tmp_path: Path) -> None:
    program = f"{WITHOUT}from plimsoll.console.main import main\nmain()"
    words = ("report", "build", "--pdf", "--json", "--workspace", "w", "--out", "out")
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    failure = json.loads(ran.stdout)["error"]
    assert (failure["code"], failure["fix"]) == ("typst_not_installed", "pip install 'plimsoll[pdf]'")
    assert not (tmp_path / "out").exists()
