"""Two reports side by side: read from files, or built from the kept runs that are named."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from plimsoll.bootstrap import data, report, validation
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.report_files import REPORT
from plimsoll.bootstrap.signing import read_report
from plimsoll.bootstrap.validation import Material
from plimsoll.data.market import Market
from plimsoll.report.changes import ReportDifference
from plimsoll.report.difference import difference
from plimsoll.vocabulary.errors import BadInput

_PREFIX = "report-"


def compare(app: Application, before: str, after: str) -> ReportDifference:
    """Compare two reports.

    Parameters
    ----------
    app : Application
        The opened workspace; files are read without it.
    before, after : str
        A report.json, a folder that holds one, or the id of a kept validation run or of its report, which is then
        built again in memory.

    Raises
    ------
    BadInput
        If one is no report, or is not there.
    IntegrityBroken
        If one is not the report that its own digest names.
    """
    kept = _Kept(app)
    documents = [_document(kept, name) for name in (before, after)]
    try:
        return difference(*documents)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            "not_a_report",
            field="report",
            value=f"{type(error).__name__}: {error}",
            allowed="reports as `plimsoll report build` writes them",
            fix="build the report again",
        ) from error


@dataclass
class _Kept:
    """The records of a workspace, read and made again at most once however many reports are built from them."""

    app: Application

    @cached_property
    def market(self) -> Market:
        return data.market(self.app)

    @cached_property
    def material(self) -> Material:
        return validation.gather(self.app, self.market)


def _document(kept: _Kept, name: str) -> dict[str, Any]:
    path = Path(name) / REPORT if Path(name).is_dir() else Path(name)
    if path.is_file() or path.suffix == ".json" or len(path.parts) > 1:
        return read_report(path)
    try:
        run = validation.recorded(kept.app, name.removeprefix(_PREFIX))
    except BadInput as error:
        raise BadInput(
            error.code,
            field="report",
            value=name,
            allowed=f"a report.json, a folder that holds one, or a kept validation run: {error.allowed}",
            fix="name one of these",
        ) from error
    return report.document_of(kept.app, run, kept.material, kept.market)
