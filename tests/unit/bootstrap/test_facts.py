"""What the stages tell of themselves: real stages on small books, and records by hand where a real one takes long."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from books import book, option, snapshot, underlying
from plimsoll.bootstrap import data, facts, margin, open_application, valuation
from plimsoll.engine.book import read_book
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.models.margin.replay_records import AccountDay, Event, MarginReplay
from plimsoll.validation.replay import Difference, ReplayReport
from report_records import sample_run
from shortfall_world import fallen_book


def test_a_book_tells_its_positions_and_each_refusal(tmp_path: Path) -> None:
    document = book(option("one"), option("late", expiry="2020-03-13"))
    with open_application(tmp_path) as app:
        found = valuation.value(
            app, read_book(document), read_snapshot(snapshot(AAA=underlying())), valuation.method_named("closed-form")
        )
    told = facts.of_valuation(found)
    assert told.counts == {"book": "small", "positions": 2, "refused": 1}
    assert told.breaches == ({"trade": "late", "code": "expired_product"},)


def test_a_margined_book_tells_who_is_short_and_no_amount(tmp_path: Path) -> None:
    written, market = fallen_book(tmp_path)
    with open_application(tmp_path / "w") as app:
        told = facts.of_margin(margin.run(app, read_book(written), read_snapshot(market)))
    assert told.counts == {"book": "crash", "accounts": 3, "refused": 0}
    assert told.breaches == ({"account": "A01", "kind": "shortfall"},)
    assert "3000" not in json.dumps([dict(each) for each in told.breaches])


def test_data_tell_their_rows_and_each_limit_passed(market_workspace: Path) -> None:
    with open_application(market_workspace) as app:
        told = facts.of_quality(data.quality(app, ["wti", "vix"]))
        passed = {name: len(report.breaches) for name in ("wti", "vix") for report in data.quality(app, [name])}
    assert told.counts["datasets"] == 2
    assert len(told.breaches) == sum(passed.values())
    assert {each["dataset"] for each in told.breaches} == {name for name, count in passed.items() if count}


def test_a_validation_tells_its_reds() -> None:
    told = facts.of_validation(sample_run())
    reds = [result for result in sample_run().results if result.rag.value == "red"]
    assert told.counts == {"run.id": sample_run().run_id, "tests": len(sample_run().results)}
    assert told.breaches == tuple({"model": red.model_id, "test": red.test_id} for red in reds)


def test_a_replayed_validation_tells_what_differs_but_not_the_values() -> None:
    told = facts.of_validation_replay(ReplayReport("VAL-1", 19, (Difference("output", "m/t", "sha256:a", "sha256:b"),)))
    assert told.counts == {"outputs": 19, "bit_equal": False}
    assert told.breaches == ({"kind": "output", "name": "m/t"},)


def test_a_replayed_crisis_tells_its_calls() -> None:
    nothing = Decimal("0.00")
    day = AccountDay("A01", date(2008, 9, 15), nothing, None, None, nothing, nothing, nothing, None)
    events = tuple(Event(day.day, "A01", kind, nothing) for kind in ("call_issued", "call_met", "call_issued"))
    told = facts.of_margin_replay(MarginReplay("2008", "demo-2008", "pack", {}, (day,), events))
    assert told.counts == {"book": "demo-2008", "rows": 1, "accounts": 1, "refused": 0, "calls": 2}
    assert told.breaches == ()
