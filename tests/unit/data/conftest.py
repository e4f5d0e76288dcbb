"""A store with small made datasets, and one with the real ones, both made once and copied for each test."""

import shutil
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest

from plimsoll.data.ingest import ingest
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.progress import SilentProgress

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the root of a store with every source; read only."""
    root = tmp_path_factory.mktemp("datasets")
    ingest(root, FixedClock(NOW), SilentProgress())
    return root


@pytest.fixture
def store(ingested: Path, tmp_path: Path) -> Path:
    """Give a copy of the ingested store that a test may damage."""
    root = tmp_path / "datasets"
    shutil.copytree(ingested, root)
    return root


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a real installed distribution, made here, whose data files a test writes."""
    site = tmp_path / "site"
    (site / "quotes_package-1.2.dist-info").mkdir(parents=True)
    words = "Metadata-Version: 2.1\nName: quotes_package\nVersion: 1.2\n"
    (site / "quotes_package-1.2.dist-info" / "METADATA").write_text(words)
    monkeypatch.syspath_prepend(str(site))
    assert metadata.version("quotes_package") == "1.2"
    return site
