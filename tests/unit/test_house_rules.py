"""Sizes and names that the house allows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LINES = 400
FUNCTION_LINES = 60
CPP_LINES = 600
#: A thing without a better name has no room yet.
VAGUE = {"Manager", "Helper", "Helpers", "Utils", "Util", "Info", "Impl", "Base", "Common", "Misc", "New", "Legacy"}

PYTHON = sorted(file for folder in ("python", "tools") for file in (ROOT / folder).rglob("*.py"))
CPP = sorted(file for folder in ("core", "bindings", "examples") for file in (ROOT / folder).rglob("*.[hc]pp"))


def words_of(name: str) -> set[str]:
    """Split a PascalCase or snake_case name into capitalised words."""
    return {word.capitalize() for part in name.split("_") for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", part)}


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", PYTHON, ids=name_of)
def test_python_module_is_short_and_named(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= PYTHON_LINES
    assert not words_of(file.stem) & VAGUE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= FUNCTION_LINES, f"{node.name} has {lines} lines"
        elif isinstance(node, ast.ClassDef):
            assert not words_of(node.name) & VAGUE, node.name


@pytest.mark.parametrize("file", CPP, ids=name_of)
def test_cpp_file_is_short_and_named(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= CPP_LINES
    assert not words_of(file.stem) & VAGUE
    for name in re.findall(r"^\s*(?:struct|class|enum class|concept)\s+([A-Z]\w+)", text, flags=re.MULTILINE):
        assert not words_of(name) & VAGUE, name


@pytest.mark.parametrize("name", ["TradeManager", "curve_utils", "SnapshotBase"])
def test_the_rule_sees_a_vague_name(name: str) -> None:
    assert words_of(name) & VAGUE


def test_a_long_word_is_no_vague_name() -> None:
    assert not words_of("NewtonStep") & VAGUE
    assert not words_of("information_ratio") & VAGUE


def test_no_step_of_the_makefile_hides_a_failure() -> None:
    assert not re.search(r"\|\|\s*(true|:)", (ROOT / "Makefile").read_text())
