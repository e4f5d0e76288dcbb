"""``python -m duels``: fight, print the table, and end with 1 if a method is not what it says."""

import argparse
import sys
from pathlib import Path

from duels.campaign import report, run, scores
from duels.methods import Sizes
from duels.trades import PRODUCTS


def main() -> int:
    """Run the duels."""
    parser = argparse.ArgumentParser(description="Hold every method of the door against another on many trades.")
    parser.add_argument("--trades", type=int, default=20_000, help="of each product")
    parser.add_argument("--seconds", type=float, help="stop after so long; the next run goes on from there")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--product", choices=[*PRODUCTS], action="append", help="some products only")
    parser.add_argument("--folder", type=Path, default=Path("build/results/duels"))
    asked = parser.parse_args()
    products = tuple(asked.product or PRODUCTS)
    sizes = Sizes()
    try:
        whole = run(asked.folder, asked.trades, sizes, seconds=asked.seconds, threads=asked.threads, products=products)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    flaws = report(asked.folder, scores(asked.folder, products), lambda line: print(line, flush=True))
    if not whole:
        print("stopped before all duels were fought: run again to go on")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main())
