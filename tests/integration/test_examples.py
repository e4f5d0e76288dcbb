"""The examples run as they are printed, and the README shows them word for word."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "python" / "first_steps.py"


def test_first_steps_prices_an_option_with_greeks_and_value_at_risk() -> None:
    done = subprocess.run([sys.executable, EXAMPLE], capture_output=True, text=True, check=True)
    price, tail = done.stdout.splitlines()
    assert re.match(r"price \d+\.\d{4} \{'delta': -0\.\d+, 'gamma'.*'vega'.*'theta'.*'rho'", price)
    assert re.match(r"1-day 99 % VaR \d+\.\d{2}, 97\.5 % ES \d+\.\d{2} a unit held", tail)


def test_first_steps_takes_twenty_lines() -> None:
    text = EXAMPLE.read_text()
    lines = [line for line in text.split("import plimsoll\n", 1)[1].splitlines() if line.strip()]
    assert len(lines) + 1 <= 20


def test_the_readme_shows_the_example_and_what_it_prints() -> None:
    readme = (ROOT / "README.md").read_text()
    code = EXAMPLE.read_text().split('"""\n\n', 1)[1]
    assert code in readme
    done = subprocess.run([sys.executable, EXAMPLE], capture_output=True, text=True, check=True)
    assert done.stdout in readme
