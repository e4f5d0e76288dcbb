"""`plimsoll margin calls`: calls, due days, states and restrictions of an event file."""

import json
from pathlib import Path

from console_world import plimsoll

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "margin_calls"


def words(events: Path) -> list[object]:
    return ["margin", "calls", EXAMPLE / "book.json", events, "--snapshot", EXAMPLE / "market.json"]


def test_calls_deficits_and_restrictions_are_shown(tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", *words(EXAMPLE / "events.json"))
    assert ran.exit_code == 0
    assert "A01: deficit of the day 2600.00 after buy, out; restriction: freeze" in ran.stdout
    assert "A02: pattern day trader since 2026-06-23, buying power 100000.00" in ran.stdout
    assert "R1: extend on 2026-06-23 by M. Desk: wire sent, bank closed" in ran.stdout
    assert "us-margin-calls-2026-06" in ran.stdout


def test_a_bad_account_is_named_and_the_run_goes_on(tmp_path: Path) -> None:
    document = json.loads((EXAMPLE / "events.json").read_text())
    document["accounts"][0]["account_id"] = "A09"
    document["accounts"][1]["counts"] = []
    (tmp_path / "events.json").write_text(json.dumps(document))
    ran = plimsoll(tmp_path / "w", *words(tmp_path / "events.json"), "--json")
    assert ran.exit_code == 1
    bad, good = ran.document["accounts"]
    assert (bad["refusal"]["field"], bad["refusal"]["value"]) == ("account_id", "A09")
    assert (good["refusal"], good["day_trader"]["since"]) == (None, None)
    assert ran.document["failed"] == 1
    assert "intraday.practice_count" in ran.document["basis"]["assumed_call_rules"]
    shown = plimsoll(tmp_path / "w", *words(tmp_path / "events.json"))
    assert "A09 refused: " in shown.stdout
    assert "A02: pattern day trader no" in shown.stdout
