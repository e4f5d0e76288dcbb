"""Which instruction set the kernels take: the widest of the machine, or the one that the environment names."""

import json
import os
import subprocess
import sys

import pytest

ASK = """
import json
from plimsoll import _core
from plimsoll.engine.bulk import value_options
from plimsoll.engine.methods import ClosedForm, MonteCarlo
from plimsoll.vocabulary.errors import BadInput
option = {"type": [0, 1], "exercise": [0, 0], "spot": [100.0, 90.0], "strike": [105.0, 80.0], "years": [1.0, 0.25],
          "rate": [0.03, 0.01], "dividend_yield": [0.01, 0.0], "volatility": [0.2, 0.35]}
try:
    found = value_options(option, ClosedForm())["price"].tolist()
    found += value_options(option, MonteCarlo(paths=5000, seed=3))["delta"].tolist()
except BadInput as refusal:
    found = refusal.to_dict()
print(json.dumps([_core.instruction_set, found]))
"""


def ask(asked: str) -> list[object]:
    environment = {**os.environ, "PLIMSOLL_INSTRUCTION_SET": asked}
    ran = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    answer: list[object] = json.loads(ran.stdout)
    return answer


def test_the_baseline_can_be_asked_for_and_agrees() -> None:
    widest, numbers = ask("")
    baseline, again = ask("x86-64")
    assert baseline == "x86-64"
    assert widest in ("x86-64", "x86-64-v3", "x86-64-v4")
    assert again == pytest.approx(numbers, rel=1e-12)  # the baseline rounds twice where the others round once


def test_an_instruction_set_that_is_not_there_is_refused() -> None:
    _, refusal = ask("pentium")
    assert isinstance(refusal, dict)
    assert (refusal["code"], refusal["field"]) == ("unknown_instruction_set", "PLIMSOLL_INSTRUCTION_SET")
    assert refusal["value"] == "pentium"
