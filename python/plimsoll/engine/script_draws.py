"""Whether a script draws random numbers of its own: its price would then depend on the number of threads."""

import random
from collections.abc import Iterator
from contextlib import suppress
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

_SOURCES = (random.Random, np.random.RandomState, np.random.Generator)
#: Libraries whose functions Numba replaces by its own: their bodies are not run.
_REPLACED = ("numpy", "math", "cmath", "builtins", "numba")


def function_of(script: object) -> object:
    """Give the Python function of what may be compiled already."""
    return getattr(script, "py_func", script)


def drawn_by(script: FunctionType) -> str | None:
    """Give the name by which a function, or one that it calls, reaches `random` or `numpy.random`; None where none does.

    Names of globals, of enclosing functions, of attributes and of imports are looked at; what hides in a container is not.

    Examples
    --------
    >>> drawn_by(lambda spots, discounts: spots[0] + np.random.normal())
    'np.random'
    """
    return _found(script, set())


def _found(function: FunctionType, seen: set[FunctionType]) -> str | None:
    if function in seen:
        return None
    seen.add(function)
    for code in _codes(function.__code__):
        names = code.co_names
        known = {
            **_around(function),
            **{name: function.__globals__[name] for name in names if name in function.__globals__},
        }
        attribute = _attribute("random", known)
        if "random" in names and ("random" not in known or attribute != "random"):  # an attribute or an import
            return attribute
        for name, value in known.items():
            if _is_source(value):
                return name
            for inner, called in _called(name, value, names):
                if _is_source(called):
                    return inner
                if isinstance(called, FunctionType) and (deeper := _found(called, seen)):
                    return f"{inner}: {deeper}"
    return None


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Give the code of a function and of those that are written in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _around(function: FunctionType) -> dict[str, Any]:
    """Give what the enclosing functions lend it; a cell that is still empty lends nothing."""
    lent = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with suppress(ValueError):
            lent[name] = cell.cell_contents
    return lent


def _attribute(name: str, known: dict[str, Any]) -> str:
    owner = next(
        (each for each, value in known.items() if isinstance(value, ModuleType) and hasattr(value, name)), None
    )
    return name if owner is None else f"{owner}.{name}"


def _is_source(value: object) -> bool:
    return (
        value is random
        or value is np.random
        or isinstance(value, _SOURCES)
        or isinstance(getattr(value, "__self__", None), _SOURCES)
    )


def _called(name: str, value: object, names: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """Give the functions of its user that a global may stand for: itself, or what a module of his holds."""
    if isinstance(value, ModuleType):
        if value.__name__.partition(".")[0] not in _REPLACED:
            held = ((each, getattr(value, each)) for each in names if hasattr(value, each))
            yield from ((f"{name}.{each}", function_of(inner)) for each, inner in held)
    elif str(getattr(value, "__module__", "")).partition(".")[0] not in _REPLACED:
        yield name, function_of(value)
