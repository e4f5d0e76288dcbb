"""Margin calls of a day: the shipped example to the cent, and what each wrong input is told."""

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plimsoll.data.calendar import EXCHANGE, expected_days
from plimsoll.engine.book import read_book
from plimsoll.engine.margin import Marks
from plimsoll.engine.margin_call_pack import MarginCallPack, read_call_pack, shipped_call_pack
from plimsoll.engine.margin_calls import CallRun, CallsOutcome, calls_of_book
from plimsoll.engine.margin_event_rows import events_table
from plimsoll.engine.margin_events import read_events
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.vocabulary.errors import BadInput

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "margin_calls"
OPTION = {
    "kind": "option", "underlying": "XYZ", "type": "call", "exercise": "american", "strike": 55.0,
    "expiry": "2026-09-18", "multiplier": 100,
}  # fmt: skip
CALENDAR = expected_days(EXCHANGE, date(2026, 6, 1), date(2026, 9, 30))


@pytest.fixture
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXAMPLE / "events.json").read_text())
    return loaded


def outcomes(
    document: dict[str, Any],
    call_pack: MarginCallPack | None = None,
    book: dict[str, Any] | None = None,
    marks: dict[str, float] | None = None,
) -> tuple[CallsOutcome, ...]:
    run = CallRun(
        book=read_book(book or EXAMPLE / "book.json"),
        snapshot=read_snapshot(EXAMPLE / "market.json"),
        marks=Marks(marks or {}, {}),
        pack=shipped_pack(),
        call_pack=call_pack or shipped_call_pack(),
        business_days=CALENDAR,
    )
    return calls_of_book(run, read_events(document))


def test_the_example_to_the_cent(document: dict[str, Any]) -> None:
    first, second = (outcome.to_dict() for outcome in outcomes(document))
    # 1,000 shares at 50 against 10,000 lack 2,500, and the withdrawal without a time may have come right after them.
    assert first["day"]["deficit"] == "2600.00"
    assert first["day"]["order"] == ["buy", "out"]
    assert first["day"]["end_level"] == "9900.00"
    clock = first["clock"]
    assert [each["cure_by"] for each in clock["deficits"]] == ["2026-06-23", "2026-06-24", "2026-07-01"]
    assert [each["late"] for each in clock["deficits"]] == [True, True, False]
    assert (clock["outstanding"], clock["frozen"]) == ("4000.00", True)
    assert clock["deficits"][1]["frozen_until"] == "2026-09-22"
    (call,) = first["calls"]
    assert (call["state"], call["missing"], call["due"]) == ("extended", "3000.00", "2026-06-26")
    assert call["record"][0]["who"] == "M. Desk"
    assert (first["restriction"], first["refusal"]) == ("freeze", None)
    # 40,000 of equity, 60,000 long: four times 25,000 of excess.
    assert second["day_trader"] == {"since": "2026-06-23", "equity_shortfall": "0.00", "buying_power": "100000.00"}
    assert second["calls"][0]["state"] == "issued"
    assert second["restriction"] == "none"


def test_an_overdue_call_leaves_closings_alone(document: dict[str, Any]) -> None:
    document["accounts"][1]["calls"][0]["day"] = "2026-06-18"
    second = outcomes(document)[1]
    assert (second.calls[0]["state"], second.restriction) == ("overdue", "closing_only")


def test_options_and_futures_of_the_day_are_margined(document: dict[str, Any]) -> None:
    document["accounts"][0]["entries"] = [
        {
            "event_id": "write", "kind": "trade", "cash": "200.00", "time": "09:30:00.25",
            "positions": [{
                "trade_id": "c", "kind": "option", "underlying": "XYZ", "type": "call", "exercise": "american",
                "strike": 55.0, "expiry": "2026-09-18", "quantity": -40, "multiplier": 100, "mark": 2.0,
            }],
        },
        {"event_id": "richer", "kind": "mark", "time": "09:31:00", "marks": {"c": 3.0}},
    ]  # fmt: skip
    day = outcomes(document)[0].day
    assert day is not None
    # 10,200 less 40 contracts of 2 + max(10 - 5, 5), later of 3 + 5, a share.
    assert (day["deficit"], day["end_level"]) == ("17800.00", "-21800.00")
    document["accounts"][0]["entries"] = [
        {
            "event_id": "future", "kind": "trade",
            "positions": [{
                "trade_id": "f", "kind": "future", "underlying": "XYZ", "expiry": "2026-09-18", "quantity": 1,
                "multiplier": 50, "entry_price": 50.0, "mark": 50.0,
            }],
        }
    ]  # fmt: skip
    refusal = outcomes(document)[0].refusal
    assert refusal is not None
    assert (refusal.code, refusal.field, refusal.value) == ("not_in_force", "pack.futures", "XYZ x 50")


def test_a_closing_takes_the_mark_of_what_is_held(document: dict[str, Any]) -> None:
    entry = {"event_id": "cover", "kind": "trade", "cash": "-200.00"}
    closing = {**OPTION, "trade_id": "again", "quantity": 1}
    document["accounts"][0]["entries"] = [{**entry, "positions": [closing]}]
    book = json.loads((EXAMPLE / "book.json").read_text())
    book["accounts"][0]["positions"] = [{**OPTION, "trade_id": "written", "quantity": -1}]
    future = {"kind": "future", "underlying": "XYZ", "expiry": "2026-09-18", "multiplier": 50, "entry_price": 50.0}
    book["accounts"][1]["positions"] = [{**future, "trade_id": "bought", "quantity": 1}]
    sold = {**future, "trade_id": "sold", "quantity": -1, "entry_price": 51.0}
    document["accounts"][1]["entries"] = [{"event_id": "sell", "kind": "trade", "positions": [sold]}]
    first, second = outcomes(document, book=book, marks={"written": 2.125, "bought": 50.5})
    assert first.day is not None
    assert (first.day["start_level"], first.day["end_level"]) == ("9287.50", "9800.00")
    # The pack has no margin for this future: the account is refused for that and not for a mark.
    assert second.refusal is not None
    assert second.refusal.field == "pack.futures"


def test_a_day_trader_after_the_phase_in_is_refused(document: dict[str, Any]) -> None:
    pack = copy.deepcopy(dict(shipped_call_pack().document))
    pack["intraday"]["phase_in_until"]["value"] = "2026-06-23"
    refusal = outcomes(document, read_call_pack(pack))[1].refusal
    assert refusal is not None
    assert (refusal.code, refusal.field, refusal.value) == ("not_in_force", "rule", "pattern_day_trader")
    assert (refusal.allowed, refusal.fix) == ("the intraday rule after 2026-06-23", "write intraday")


def _unknown(account: dict[str, Any]) -> None:
    account["account_id"] = "A09"


def _bad_time(account: dict[str, Any]) -> None:
    account["entries"][0]["time"] = "25:00:00"


def _no_mark(account: dict[str, Any]) -> None:
    account["entries"][0]["positions"][0]["kind"] = "option"


def _no_new_mark(account: dict[str, Any]) -> None:
    account["entries"][0]["positions"][0] |= {**OPTION, "trade_id": "b", "quantity": 1}


def _no_amount(account: dict[str, Any]) -> None:
    del account["calls"][0]["amount"]


def _nobody(account: dict[str, Any]) -> None:
    del account["calls"][2]["who"]


@pytest.mark.parametrize(
    ("spoil", "code", "field", "value", "allowed", "fix"),
    [
        (_unknown, "invalid_value", "account_id", "A09", "A01, A02", "name an account of the book"),
        (
            _no_mark, "missing_field", "events[buy].positions[b].type", "none", "type for this option", "add it",
        ),
        (
            _no_new_mark, "missing_field", "events[buy].positions[b].mark", "none", "mark for this option", "add it",
        ),
        (_no_amount, "missing_field", "calls[R1].amount", "none", "amount for this action", "add it"),
        (
            _nobody, "invalid_value", "calls[R1].who", "none", "who extends or waives the call", "name who decided",
        ),
    ],
)  # fmt: skip
def test_a_bad_account_is_refused_and_the_next_is_not(
    document: dict[str, Any], spoil: Callable[[dict[str, Any]], None], code: str, field: str, value: str, allowed: str,
    fix: str,
) -> None:  # fmt: skip
    spoil(document["accounts"][0])
    first, second = outcomes(document)
    assert first.refusal is not None
    assert first.refusal.to_dict() == {
        "code": code, "field": field, "value": value, "allowed": allowed, "fix": fix,
    }  # fmt: skip
    assert first.restriction == "none"
    assert second.refusal is None


def test_a_flaw_of_the_schema_is_that_of_its_account(document: dict[str, Any]) -> None:
    _bad_time(document["accounts"][0])
    first, second = outcomes(document)
    assert first.refusal is not None
    assert (first.refusal.field, second.refusal) == ("accounts[0].entries[0].time", None)


HEAD = "account_id,rule,part,event_id,kind,time,cash,position_kind,trade_id,underlying,quantity,spot_of,price,"
TAIL = "day,deficit,equity,end_level,net_deposits,extraordinary,trades,day_trades,call_id,action,amount,until,who,why"
TABLE = f"""{HEAD}{TAIL}
A01,intraday,entry,buy,trade,09:31:00,-50000.00,stock,b,XYZ,1000,,,,,,,,,,,,,,,,
A01,intraday,entry,sell,trade,15:00:00,50000.00,stock,s,XYZ,-1000,,,,,,,,,,,,,,,,
A01,intraday,entry,up,mark,10:30:00,,,,,,XYZ,51.0,,,,,,,,,,,,,,
A01,intraday,entry,out,withdrawal,,-100.00,,,,,,,,,,,,,,,,,,,,
A01,intraday,day,,,,,,,,,,,2026-06-15,4000.00,12000.00,9000.00,0.00,false,,,,,,,,
A01,intraday,day,,,,,,,,,,,2026-06-16,3000.00,11000.00,8000.00,0.00,,,,,,,,,
A01,intraday,call,,regulation_t,,,,,,,,,2026-06-17,,,,,,,,R1,issue,5000.00,,,
A01,intraday,call,,,,,,,,,,,2026-06-18,,,,,,,,R1,payment,2000.00,,,
A01,intraday,call,,,,,,,,,,,2026-06-23,,,,,,,,R1,extend,,2026-06-26,M. Desk,"wire sent, bank closed"
A02,pattern_day_trader,count,,,,,,,,,,,2026-06-18,,,,,,20,2,,,,,,
A02,pattern_day_trader,count,,,,,,,,,,,2026-06-23,,,,,,12,2,,,,,,
A02,pattern_day_trader,call,,maintenance,,,,,,,,,2026-06-22,,,,,,,,M1,issue,500.00,,,
"""


def test_a_table_says_the_same_as_the_document(document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(TABLE)
    from_table = outcomes(events_table(tmp_path / "events.csv"))
    assert [each.to_dict() for each in from_table] == [each.to_dict() for each in outcomes(document)]
    assert len(read_events(tmp_path / "events.csv").accounts) == 2


def test_two_rows_of_one_entry_are_its_positions(tmp_path: Path) -> None:
    rows = TABLE.splitlines()
    (tmp_path / "events.csv").write_text("\n".join([rows[0], rows[1], rows[1].replace(",b,", ",c,"), ""]))
    (entry,) = read_events(tmp_path / "events.csv").accounts[0].entries
    assert [each["trade_id"] for each in entry["positions"]] == ["b", "c"]


def test_a_row_of_no_part_is_refused(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(TABLE.replace("intraday,entry,out", "intraday,wind,out"))
    with pytest.raises(BadInput) as failure:
        read_events(tmp_path / "events.csv")
    assert (failure.value.field, failure.value.value) == ("part", "wind")
    assert (failure.value.allowed, failure.value.fix) == ("entry, day, count, call", "say what the row is")


def test_an_account_twice_and_a_document_of_another_kind_are_refused_whole(document: dict[str, Any]) -> None:
    document["accounts"][1]["account_id"] = "A01"
    with pytest.raises(BadInput) as failure:
        read_events(document)
    assert (failure.value.field, failure.value.value, failure.value.allowed) == (
        "account_id",
        "A01",
        "each account once",
    )
    with pytest.raises(BadInput) as failure:
        read_events({"schema": "plimsoll/book/v1", "accounts": []})
    assert failure.value.field == "schema"


def test_the_pack_names_its_assumed_numbers_and_refuses_a_missing_one() -> None:
    pack = shipped_call_pack()
    assert pack.pack_id == "us-margin-calls-2026-06"
    assert "intraday.practice_count" in pack.assumed()
    assert "calls.house.due_days" in pack.assumed()
    assert "intraday.cure_days" not in pack.assumed()
    document = copy.deepcopy(dict(pack.document))
    del document["intraday"]["cure_days"]
    with pytest.raises(BadInput) as failure:
        read_call_pack(document)
    assert failure.value.field == "intraday.cure_days"
