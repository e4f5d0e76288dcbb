"""A store with small made datasets, and one with the real ones, both made once and copied for each test."""

import math
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from plimsoll.data.features import Numbers
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


class PlainArithmetic:
    """The core's returns and volatility written out in Python floats; an integration test holds the two together."""

    @property
    def log_returns(self) -> Callable[[Numbers], Numbers]:
        """Give the logarithms of successive ratios."""
        return lambda closes: np.array([math.log(after / before) for before, after in pairwise(closes.tolist())])

    @property
    def ewma_volatility(self) -> Callable[[Numbers, float, float], Numbers]:
        """Give the filter's volatility before each return and after the last."""

        def filtered(returns: Numbers, decay: float, initial: float) -> Numbers:
            volatility = [initial]
            for value in returns.tolist():
                volatility.append(math.sqrt(decay * volatility[-1] ** 2 + (1.0 - decay) * value * value))
            return np.array(volatility)

        return filtered


@pytest.fixture(scope="session")
def arithmetic() -> PlainArithmetic:
    """Give the arithmetic that features and market are made with in these tests."""
    return PlainArithmetic()
