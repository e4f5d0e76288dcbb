"""Sources are files of installed packages, found and never imported."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from plimsoll.data.sources import SOURCES, locate
from plimsoll.vocabulary.errors import BadInput, MissingDependency


def test_every_source_is_found_with_its_version() -> None:
    located = [locate(source) for source in SOURCES]
    assert all(item.file.suffix == ".gz" and item.file.is_file() and item.version for item in located)


def test_a_package_that_is_not_installed_names_the_install_command() -> None:
    with pytest.raises(MissingDependency) as caught:
        locate(replace(SOURCES[0], package="no-such-quotes"))
    assert caught.value.fix == "pip install --no-deps no-such-quotes"
    assert caught.value.exit_code == 2


def test_a_package_without_the_file_is_refused(package: Path) -> None:
    with pytest.raises(BadInput) as caught:
        locate(replace(SOURCES[0], package="quotes_package", path="quotes/none.csv"))
    assert caught.value.code == "source_file_missing"


def test_ingesting_imports_neither_package() -> None:
    program = (
        "import sys, tempfile, pathlib, datetime as d\n"
        "from plimsoll.data.ingest import ingest\n"
        "from plimsoll.vocabulary.clock import FixedClock\n"
        "from plimsoll.vocabulary.progress import SilentProgress\n"
        "now = FixedClock(d.datetime(2026, 1, 1, tzinfo=d.timezone.utc))\n"
        "ingest(pathlib.Path(tempfile.mkdtemp()), now, SilentProgress())\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'skfolio', 'arch', 'sklearn'}))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
