"""VAL-DET-01: the same bits on every run and for any number of threads."""

from collections.abc import Sequence
from typing import Any

from plimsoll.engine.methods import MonteCarlo
from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.outcome import Measurement, Outcome
from plimsoll.validation.subject import Valued, bulk_options, grid, spread_options, tree

Row = dict[str, Any]


def determinism(definition: TestDefinition, _context: Context) -> Outcome:
    """Count values whose bits differ between a first run, a second run and a run on another number of threads."""
    options = spread_options(int(definition.setting("options")))
    paths, seed = int(definition.setting("paths")), int(definition.setting("seed"))
    rows = []
    for label, exercise, method, some in (
        ("tree", "american", tree(definition), options),
        ("grid", "american", grid(definition), options),
        ("Monte Carlo", "european", MonteCarlo(paths=paths, seed=seed), options[:4]),
    ):
        first, again, threaded = (bulk_options(some, exercise, method, threads) for threads in (1, 1, 2))
        rows.append(compared(label, first, again, threaded))
    return measured(rows)


def compared(label: str, first: Sequence[Valued], again: Sequence[Valued], threaded: Sequence[Valued]) -> Row:
    """Count the values of the second and third run whose bits are not those of the first."""
    bits = [value.bits() for value in first]
    differ, differ_threads = (
        sum(1 for expected, value in zip(bits, run, strict=True) if expected != value.bits())
        for run in (again, threaded)
    )
    return {"method": label, "n": len(first), "second_run": differ, "two_threads": differ_threads}


def measured(rows: Sequence[Row]) -> Measurement:
    """Sum up the comparisons of all methods."""
    count = sum(int(str(row["second_run"])) + int(str(row["two_threads"])) for row in rows)
    return Measurement(
        value=float(count),
        n=2 * sum(int(str(row["n"])) for row in rows),
        reason=(
            "price and Greeks have the same bits on a second run and on two threads"
            if count == 0
            else f"{count} of the values differ"
        ),
        detail={"table": list(rows)},
    )
