"""VAL-DET-01: the same bits on every run and for any number of threads."""

from plimsoll.engine.methods import MonteCarlo
from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.outcome import Measurement, Outcome
from plimsoll.validation.subject import bulk_options, grid, spread_options, tree


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
        first = bulk_options(some, exercise, method, 1)
        again = bulk_options(some, exercise, method, 1)
        threaded = bulk_options(some, exercise, method, 2)
        bits = [value.bits() for value in first]
        differ = sum(1 for a, b in zip(bits, again, strict=True) if a != b.bits())
        differ_threads = sum(1 for a, b in zip(bits, threaded, strict=True) if a != b.bits())
        rows.append({"method": label, "n": len(some), "second_run": differ, "two_threads": differ_threads})
    count = sum(int(str(row["second_run"])) + int(str(row["two_threads"])) for row in rows)
    return Measurement(
        value=float(count),
        n=2 * sum(int(str(row["n"])) for row in rows),
        reason=(
            "price and Greeks have the same bits on a second run and on two threads"
            if count == 0
            else f"{count} of the values differ"
        ),
        detail={"table": rows},
    )
