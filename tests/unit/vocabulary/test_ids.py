from datetime import UTC, datetime, timedelta

from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.ids import SequentialIds, UlidIds

_START = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)


def test_sequential_ids_count_by_prefix() -> None:
    ids = SequentialIds()
    assert [ids.next("run"), ids.next("finding"), ids.next("run")] == ["run-000001", "finding-000001", "run-000002"]


def test_ulids_sort_by_time_of_birth() -> None:
    ids = UlidIds(FixedClock(_START, timedelta(milliseconds=1)), lambda size: b"\xff" * size)
    made = [ids.next("run") for _ in range(40)]
    assert made == sorted(made)
    assert len(set(made)) == 40


def test_a_ulid_is_milliseconds_then_entropy_in_crockfords_letters() -> None:
    ids = UlidIds(FixedClock(datetime(1970, 1, 1, tzinfo=UTC)), lambda size: (31).to_bytes(size, "big"))
    assert ids.next("x") == "x-" + "0" * 25 + "Z"


def test_equal_clock_and_entropy_give_equal_ulids() -> None:
    one, other = (UlidIds(FixedClock(_START), bytes) for _ in range(2))
    assert one.next("run") == other.next("run")
