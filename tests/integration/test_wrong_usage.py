"""Wrong usage and sizes beyond all numbers are answered as everything else is: typed, and in JSON when asked."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import plimsoll

SNAPSHOT = Path(__file__).resolve().parents[2] / "examples" / "python" / "snapshot.json"


def test_wrong_usage_with_json_is_one_document_on_stdout() -> None:
    program = "from plimsoll.console.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "value", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "usage"
    assert "BOOK" in done.stderr


def test_a_position_too_large_to_value_is_refused_and_the_others_are_valued() -> None:
    put = plimsoll.European("SP500", plimsoll.OptionType.put, 3100.0, date(2020, 6, 19))
    trades = [
        plimsoll.Trade.of(put, quantity=1e308, multiplier=1e308, trade_id="huge"),
        plimsoll.Trade.of(put, trade_id="fine"),
    ]
    huge, fine = plimsoll.value(trades, plimsoll.read_snapshot(SNAPSHOT), plimsoll.ClosedForm()).outcomes
    assert huge.valuation is None
    assert huge.refusal is not None
    assert huge.refusal.field == "positions[huge].quantity"
    assert fine.valuation is not None
