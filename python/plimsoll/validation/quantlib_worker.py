"""A process of its own for QuantLib: options on standard input, prices on standard output, for the process that began it."""

import sys

from plimsoll.validation.quantlib_challenger import answer_share

if __name__ == "__main__":
    answer_share(sys.stdin.buffer, sys.stdout.buffer)
