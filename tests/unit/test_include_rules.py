"""Who may include whom in the core: ``tools/check_includes.py`` on the core, and on flaws made for it."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_includes", ROOT / "tools" / "check_includes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_core_includes_only_what_the_house_allows(rules: ModuleType) -> None:
    assert rules.flaws(ROOT / "core") == []


@pytest.mark.parametrize(
    ("floor", "target", "allowed"),
    [
        ("base", "vector", True),
        ("base", "plimsoll/real/real.hpp", False),
        ("product", "plimsoll/market/snapshot.hpp", False),
        ("market", "plimsoll/product/european.hpp", False),
        ("model", "plimsoll/product/european.hpp", False),
        ("model", "plimsoll/market/snapshot.hpp", True),
        ("method", "plimsoll/product/european.hpp", True),
        ("margin", "plimsoll/method/tree/leisen_reimer.hpp", False),
        ("margin", "plimsoll/valuation/value.hpp", True),
        ("risk", "plimsoll/product/trade.hpp", False),
        ("numerics", "plimsoll/numerics/normal.hpp", True),
        ("numerics", "fstream", False),
        ("numerics", "Eigen/Dense", True),
        ("risk", "Eigen/Dense", False),
        ("base", "plimsoll/utils/strings.hpp", False),
    ],
)
def test_the_rule_sees_a_forbidden_include(rules: ModuleType, floor: str, target: str, allowed: bool) -> None:
    assert (rules.flaw(floor, target) is None) is allowed


def test_a_flaw_names_its_line(rules: ModuleType, tmp_path: Path) -> None:
    header = tmp_path / "include" / "plimsoll" / "risk" / "tail.hpp"
    header.parent.mkdir(parents=True)
    header.write_text("#pragma once\n#include <plimsoll/product/trade.hpp>\n")
    (found,) = rules.flaws(tmp_path)
    assert found == f"{header}:2: risk may not see product"


def test_cmake_links_the_same_table(rules: ModuleType) -> None:
    text = (ROOT / "core" / "CMakeLists.txt").read_text()
    linked = {
        words[0]: set(words[1:])
        for words in map(str.split, re.findall(r"^plimsoll_floor\(([^)]*)\)", text, re.MULTILINE))
    }
    assert linked == rules.MAY_INCLUDE
