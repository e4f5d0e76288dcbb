"""Write the direction numbers of Sobol's sequence as a table that core/src/numerics/sobol.cpp includes.

The numbers are those of Joe and Kuo (2008), set new-joe-kuo-6.21201, as SciPy ships them (BSD licence). A row is the
degree of a primitive polynomial, its inner coefficients as bits and the first odd numbers of its recurrence.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy
from scipy.stats import qmc

TABLE = Path(__file__).resolve().parents[1] / "core/src/numerics/sobol_directions.inc"
DIMENSIONS = 2560


def rows(dimensions: int) -> Iterator[str]:
    """Give one initialiser for each dimension from the second on."""
    source = Path(qmc.__file__).parent / "_sobol_direction_numbers.npz"
    with numpy.load(source) as numbers:
        polynomials = numbers["poly"][1:dimensions]
        first_numbers = numbers["vinit"][1:dimensions]
    for polynomial, first in zip(polynomials, first_numbers, strict=True):
        degree = int(polynomial).bit_length() - 1
        inner = (int(polynomial) >> 1) & ((1 << (degree - 1)) - 1)
        m = ",".join(str(int(number)) for number in first[:degree])
        yield f"{{{degree},{inner},{{{m}}}}},"


def text(dimensions: int) -> str:
    """Give the whole table with its source."""
    head = (
        "// Dimensions 2 and on: degree, inner coefficients of the primitive polynomial, first numbers m.\n"
        "// Joe & Kuo (2008), set new-joe-kuo-6.21201, read from SciPy (BSD licence) by tools/sobol_directions.py.\n"
    )
    return head + "\n".join(rows(dimensions)) + "\n"


def main() -> int:
    """Write the table, or with --check compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if the table is not what would be written")
    wanted = text(DIMENSIONS)
    if parser.parse_args().check:
        return 0 if TABLE.read_text() == wanted else 1
    TABLE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
