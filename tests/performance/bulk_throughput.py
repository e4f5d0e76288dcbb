"""European options with five Greeks in bulk through Python, against the same call from C++, in turns.

Run by ``make bench-python``. The C++ side (``core/bench/bench_bulk.cpp serve``) is a process of its own that makes the
options, writes them into a folder and answers each line with the seconds of one valuation. Each round times every
contestant once; a ratio is the median over the rounds of C++ seconds over Python seconds. All columns of all ways must have
the same bits, and the prices add up to the sum of C++. Exit 1 if not, or if a ratio is below the floor.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TextIO

import numpy as np
import pyarrow as pa

from plimsoll import _core
from plimsoll.engine.arrow_columns import batch_of
from plimsoll.engine.bulk import value_batches, value_options
from plimsoll.engine.methods import ClosedForm

CODES = ("type", "exercise")
NUMBERS = ("spot", "strike", "years", "rate", "dividend_yield", "volatility")
#: Share of the C++ throughput that Python must reach where memory is used again, as the C++ side does.
FLOOR = 0.85


class Peer:
    """The C++ side, which waits for its turn."""

    def __init__(self, program: Path, rows: int, folder: Path) -> None:
        self._process = subprocess.Popen(
            [program, "serve", str(rows), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._read_line()

    def seconds(self, threads: int) -> tuple[float, float]:
        """Time one valuation; the seconds and the sum of its prices."""
        self._input.write(f"{threads}\n")
        self._input.flush()
        seconds, total = self._read_line().split()
        return float(seconds), float(total)

    def close(self) -> None:
        """Let it end."""
        self._input.close()
        if self._process.wait() != 0:
            sys.exit("the C++ side failed")

    @property
    def _input(self) -> TextIO:
        assert self._process.stdin is not None
        return self._process.stdin

    def _read_line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def timed(work: Callable[[], Any]) -> float:
    """Give the seconds that a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def contestants(folder: Path, threads: int) -> dict[str, Callable[[], Any]]:
    """Give the ways through Python, which give columns by name; each has results of its own."""
    columns: dict[str, Any] = {name: np.fromfile(folder / name, dtype=np.uint8) for name in CODES}
    columns |= {name: np.fromfile(folder / name) for name in NUMBERS}
    table = batch_of(columns)
    arrays = dict(zip(table.schema.names, table.columns, strict=True))
    method = ClosedForm()
    kept, other = (value_options(columns, method, threads=threads) for _ in range(2))
    return {
        "NumPy, results in kept memory": lambda: value_options(columns, method, threads=threads, out=kept),
        "Arrow, results in kept memory": lambda: value_options(arrays, method, threads=threads, out=other),
        "NumPy, results in new memory": lambda: value_options(columns, method, threads=threads),
        "Arrow batches, results in new memory": lambda: pa.Table.from_batches(
            list(value_batches(table, method, threads=threads))
        ),
    }


def bits_of(found: Any) -> dict[str, bytes]:
    """Give the bytes of each column, from arrays by name or an Arrow table."""
    if isinstance(found, pa.Table):
        found = {name: found[name].to_numpy() for name in found.column_names}
    return {name: np.asarray(column).tobytes() for name, column in found.items()}


def differing(ways: dict[str, Callable[[], Any]]) -> list[str]:
    """Give the columns whose bits are not the same by every way."""
    first, *others = (bits_of(work()) for work in ways.values())
    every = {*first, *(name for other in others for name in other)}
    return sorted(name for name in every if any(other.get(name) != first.get(name) for other in others))


def race(program: Path, rows: int, rounds: int, threads: int) -> bool:
    """Take turns; print the rates and ratios, and say whether the floor is reached."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peer = Peer(program, rows, folder)
        ways = contestants(folder, threads)
        ratios: dict[str, list[float]] = {way: [] for way in ways}
        rates: list[float] = []
        for turn in range(rounds + 1):
            seconds, total = peer.seconds(threads)
            for way, work in ways.items():
                took = timed(work)
                if turn:  # the first round warms up
                    ratios[way].append(seconds / took)
            rates += [rows / seconds] if turn else []
        peer.close()
    print(
        f"\n{rows:,} European options, price and five Greeks, {threads} thread(s), kernels for {_core.instruction_set}"
    )
    print(f"  {'C++, results in kept memory':<42} {median(rates):12.4g} /s")
    for way, found in ratios.items():
        print(f"  {way:<42} {median(rates) * median(found):12.4g} /s   {median(found):.3f} of the C++ throughput")
    # In the order of the rows, as C++ adds: not NumPy's pairwise sum.
    prices = next(iter(ways.values()))()["price"]
    apart = differing(ways)
    same = float(np.add.accumulate(prices)[-1]) == total and not apart
    print(f"  all columns have {'the same' if same else 'OTHER'} bits{': ' * bool(apart)}{', '.join(apart)}")
    reached = all(median(found) >= FLOOR for way, found in ratios.items() if "kept" in way)
    return same and reached


def main() -> int:
    """Run the race on one thread and on two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="plimsoll_bench_bulk")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=21)
    given = parser.parse_args()
    good = [race(given.program, given.rows, given.rounds, threads) for threads in (1, 2)]
    if not all(good):
        print(f"below {FLOOR:.0%} of the C++ throughput, or other bits", file=sys.stderr)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
