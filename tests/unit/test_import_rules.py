"""Who may import whom in ``plimsoll``: the house's table, read from the source and never from an import."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python" / "plimsoll"

#: The packages of ``plimsoll`` that each package may import, itself aside. Data flows forward as frozen records, so
#: most need only ``vocabulary``. ``_core`` is the compiled extension, ``packs`` are data files.
MAY_IMPORT: dict[str, set[str]] = {
    "vocabulary": set(),
    "packs": {"vocabulary"},
    "governance": {"vocabulary"},
    "data": {"vocabulary", "packs"},
    "engine": {"vocabulary", "packs", "_core"},
    "models": {"vocabulary", "packs", "engine", "_core"},
    "inference": {"vocabulary"},
    "validation": {"vocabulary", "packs", "data", "engine", "models", "_core"},
    "explain": {"vocabulary", "models"},
    "report": {"vocabulary", "packs", "data", "models", "validation", "governance"},
    "registry": {"vocabulary", "governance"},
    "monitoring": {"vocabulary", "packs"},
    "observability": {"vocabulary"},
    "storage": {"vocabulary", "data", "models", "validation", "governance", "registry"},
    "console": {"vocabulary", "bootstrap"},
    "web": {"vocabulary", "bootstrap"},
}
#: Nothing imports a face, and only the composition root imports the adapters.
FACES = {"console", "web"}
MAY_IMPORT["bootstrap"] = set(MAY_IMPORT) - FACES | {"_core"}
MAY_IMPORT["__init__"] = {"vocabulary", "engine", "bootstrap", "_core"}
MAY_IMPORT["__main__"] = {"console"}

#: Every third party has one owner.
OWNERS: dict[str, set[str]] = {
    "mlflow": {"registry"},
    "duckdb": {"data"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "cryptography": {"storage"},
    "click": {"console"},
    "rich": {"console"},
    "QuantLib": {"validation"},
    "matplotlib": {"report"},
    "jinja2": {"report"},
    "structlog": {"observability"},
    "exchange_calendars": {"data"},
    "typst": {"report"},
    "openlineage": {"data"},
    "opentelemetry": {"observability"},
    "prometheus_client": {"observability"},
    "keyring": {"storage"},
    "numba": {"engine"},
}
#: Read as archives of files, never imported: they load a hundred modules.
NEVER = {"skfolio", "arch"}

HEAVY = [
    *OWNERS,
    *("jsonschema", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "yaml"),
]


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def owner_of(module: Path) -> str:
    first = module.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(module: Path) -> Iterator[tuple[int, str]]:
    """Yield each import of a module as line and dotted name; ``from plimsoll import data`` is ``plimsoll.data``."""
    for node in ast.walk(ast.parse(module.read_text(), filename=str(module))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: write the absolute name"
            name = node.module or ""
            if name == "plimsoll":
                yield from ((node.lineno, f"plimsoll.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, name


def flaw(owner: str, name: str) -> str | None:
    first, _, rest = name.partition(".")
    if first == "plimsoll":
        other = rest.partition(".")[0]
        known = other in MAY_IMPORT or other in {"_core"}
        if not known:  # `from plimsoll import value` in an example or a test is the facade; inside, name the package
            return f"imports plimsoll.{other}: inside the package, import from the package that defines it"
        return None if other == owner or other in MAY_IMPORT[owner] else f"{owner} may not import {other}"
    if first in NEVER:
        return f"{first} is read as an archive of files, never imported"
    if first in OWNERS and owner not in OWNERS[first]:
        return f"{first} belongs to {', '.join(OWNERS[first])}"
    return None


@pytest.mark.parametrize("module", modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_module_imports_only_what_the_house_allows(module: Path) -> None:
    owner = owner_of(module)
    assert owner in MAY_IMPORT, f"{owner} has no room in the house"
    flaws = [f"{module.name}:{line}: {why}" for line, name in imported(module) if (why := flaw(owner, name))]
    assert flaws == []


def test_the_table_has_no_circle() -> None:
    done: set[str] = {"_core"}
    waiting = dict(MAY_IMPORT)
    while waiting:
        free = {name for name, others in waiting.items() if others <= done}
        assert free, f"circle among {sorted(waiting)}"
        done |= free
        waiting = {name: others for name, others in waiting.items() if name not in free}


@pytest.mark.parametrize(
    ("owner", "name", "allowed"),
    [
        ("governance", "plimsoll.vocabulary.ids", True),
        ("governance", "plimsoll.engine", False),
        ("governance", "plimsoll._core", False),
        ("report", "plimsoll.engine.facade", False),
        ("models", "plimsoll.validation", False),
        ("validation", "plimsoll.storage.sql", False),
        ("bootstrap", "plimsoll.storage.sql", True),
        ("bootstrap", "plimsoll.console.main", False),
        ("validation", "QuantLib", True),
        ("engine", "QuantLib", False),
        ("data", "skfolio.datasets", False),
        ("data", "plimsoll.value", False),
        ("data", "json", True),
    ],
)
def test_the_rule_sees_a_forbidden_import(owner: str, name: str, allowed: bool) -> None:
    assert (flaw(owner, name) is None) is allowed


def loaded_by(statement: str) -> tuple[float, set[str]]:
    """Seconds that a statement took in a fresh interpreter, and the top-level modules loaded after it."""
    code = (
        "import sys, time, json; began = time.perf_counter()\n"
        f"{statement}\n"
        "took = time.perf_counter() - began\n"
        "print(json.dumps([took, sorted({name.partition('.')[0] for name in sys.modules})]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    took, names = json.loads(done.stdout)
    return took, set(names)


def test_import_plimsoll_is_fast_and_loads_no_heavy_library() -> None:
    runs = [loaded_by("import plimsoll") for _ in range(5)]
    assert runs[0][1] & set(HEAVY) == set()
    # The best of five: the machine may be busy with something else.
    assert min(took for took, _ in runs) <= 0.3


def test_governance_opens_without_the_compiled_extension() -> None:
    if not (PACKAGE / "governance").is_dir():
        pytest.skip("no governance package yet")
    names = [
        ".".join(("plimsoll", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for file in sorted((PACKAGE / "governance").rglob("*.py"))
    ]
    blocked = "import sys; sys.modules['plimsoll._core'] = None; import importlib\n"
    _, loaded = loaded_by(blocked + f"for name in {names!r}: importlib.import_module(name)")
    assert "plimsoll" in loaded
    assert loaded & {"numpy", "pyarrow", "duckdb", "sqlalchemy", "cryptography"} == set()
