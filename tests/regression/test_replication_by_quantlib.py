"""The replication at the settings of the catalogue: what the model card says was measured must still be so."""

from datetime import date

import pytest

from plimsoll.validation.catalogue import load_catalogue
from plimsoll.validation.context import Context, Environment
from plimsoll.validation.outcome import Measurement
from plimsoll.validation.procedures.replication import replication

CONTEXT = Context(date(2008, 9, 2), 2, Environment("0", "0", "0", "0", "0"))


@pytest.mark.slow
def test_tree_and_grid_stay_as_close_to_quantlib_as_they_were() -> None:
    """Measured 2026-11-22, QuantLib 1.44: p99 0.0702 (tree), 0.0203 (grid); a tenth more would be a change of the model."""
    outcome = replication(load_catalogue().definition("VAL-REP-01"), CONTEXT)
    assert isinstance(outcome, Measurement)
    assert outcome.n == 512
    assert outcome.detail["challenger_failures"] == []
    found = {row["method"]: row["p99_units"] for row in outcome.detail["table"]}
    assert found["tree"] <= 1.1 * 0.0702
    assert found["grid"] <= 1.1 * 0.0203
    with_dividends = [row["n"] for row in outcome.detail["groups"] if row["method"].endswith(", cash dividends")]
    assert with_dividends == [127, 127]
