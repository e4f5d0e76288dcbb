"""Workspaces that tests of the command line and of its wiring begin from: made once, copied for each test."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ingested_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace into which the command line has brought every dataset; read only."""
    from console_world import plimsoll

    root = tmp_path_factory.mktemp("ingested") / "workspace"
    assert plimsoll(root, "data", "ingest").exit_code == 0
    return root


@pytest.fixture(scope="session")
def governed_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with the identities of the demonstration and its models submitted to validation; read only."""
    from console_world import govern

    return govern(tmp_path_factory.mktemp("governed") / "workspace")


@pytest.fixture(scope="session")
def report_document() -> str:
    """Give a report of the shape that validation makes, about the submitted versions, as text."""
    from governance_world import VERSION
    from plimsoll.report.build import build
    from report_records import sample_envelope, sample_inputs, sample_models

    models = tuple({**model, "version": VERSION} for model in sample_models())
    return json.dumps(build(sample_inputs(models=models), sample_envelope()))


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    """Give a function that copies a workspace to where a test may change it."""

    def copy(source: Path) -> Path:
        target = tmp_path / source.name
        shutil.copytree(source, target)
        return target

    return copy


@pytest.fixture
def market_workspace(ingested_workspace: Path, copied: Callable[[Path], Path]) -> Path:
    """Give a workspace of one's own with every dataset."""
    return copied(ingested_workspace)


@pytest.fixture
def desk_workspace(governed_workspace: Path, copied: Callable[[Path], Path]) -> Path:
    """Give a workspace of one's own with identities and submitted models."""
    return copied(governed_workspace)


@pytest.fixture
def report(tmp_path: Path, report_document: str) -> Path:
    """Give a report file of one's own."""
    path = tmp_path / "report.json"
    path.write_text(report_document)
    return path
