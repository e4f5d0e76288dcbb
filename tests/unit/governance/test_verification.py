from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance_log import FIELDS, Log, altered, rehash, verify
from governance_world import MEMBERS, OWNER, ROOT, START, key, member, world_with_roster
from plimsoll.governance.audit import append
from plimsoll.governance.dsse import key_id
from plimsoll.governance.ports import Entry
from plimsoll.governance.roster import Role, make_roster
from plimsoll.governance.verification import AuditVerification, verify_log
from plimsoll.storage.ed25519 import check_signature
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import BadInput


def edited(entry: Entry, name: str) -> Entry:
    value = getattr(entry, name)
    return altered(entry, {name: value + 1 if name == "seq" else value + "x"})


def test_a_log_as_recorded_is_whole_and_sealed_to_its_end(whole: Log) -> None:
    found = verify(whole)
    assert found.ok
    assert found.entries == found.sealed_to == len(whole[0])
    assert found.head == whole[0][-1].hash
    assert str(found).startswith("audit log whole: 15 entries, sealed to 15")
    assert found.require() is found
    assert found.root_key_id == key_id(ROOT.public_key, demo=True)


def test_an_empty_log_is_whole() -> None:
    found = verify_log((), (), check_signature)
    assert (found.ok, found.entries, found.sealed_to, found.root_key_id) == (True, 0, 0, "")


@pytest.mark.parametrize("name", FIELDS)
def test_an_edited_field_of_any_entry_is_named(whole: Log, name: str) -> None:
    entries, heads = whole
    for index in range(len(entries)):
        changed = (*entries[:index], edited(entries[index], name), *entries[index + 1 :])
        assert verify((changed, heads)).first_bad == index + 1


@pytest.mark.parametrize("name", ["event_id", "time", "actor", "key_id", "kind", "subject", "payload"])
def test_an_edited_field_with_all_hashes_recomputed_is_named(whole: Log, name: str) -> None:
    entries, heads = whole
    for index in range(len(entries)):
        changed = [*entries[:index], edited(entries[index], name), *entries[index + 1 :]]
        assert verify((rehash(changed, index), heads)).first_bad == index + 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_text_in_any_field_of_any_entry_is_named(whole: Log, data: st.DataObject) -> None:
    entries, heads = whole
    index = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from([item for item in FIELDS if item != "seq"]))
    text = data.draw(st.text().filter(lambda found: found != getattr(entries[index], name)))
    changed = (*entries[:index], altered(entries[index], {name: text}), *entries[index + 1 :])
    assert verify((changed, heads)).first_bad == index + 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_other_order_of_the_entries_is_named_at_the_first_that_moved(whole: Log, data: st.DataObject) -> None:
    entries, heads = whole
    order = data.draw(st.permutations(range(len(entries))).filter(lambda found: found != sorted(found)))
    first = next(place for place, index in enumerate(order) if place != index)
    assert verify((tuple(entries[index] for index in order), heads)).first_bad == first + 1


@pytest.mark.parametrize("wrong", [None, 7, b"bytes", 1.5])
def test_a_value_of_another_type_is_named(whole: Log, wrong: object) -> None:
    entries, heads = whole
    for name in FIELDS:
        if name == "seq" and wrong == 7:
            continue
        changed = (*entries[:4], altered(entries[4], {name: wrong}), *entries[5:])
        assert verify((changed, heads)).first_bad == 5


def test_a_deleted_entry_is_named(whole: Log) -> None:
    entries, heads = whole
    for index in range(len(entries)):
        assert verify(([*entries[:index], *entries[index + 1 :]], heads)).first_bad == index + 1


def test_a_deleted_entry_with_all_hashes_recomputed_is_named(whole: Log) -> None:
    entries, heads = whole
    for index in range(len(entries)):
        changed = rehash([*entries[:index], *entries[index + 1 :]], index)
        assert verify((changed, heads)).first_bad == index + 1


def test_an_inserted_entry_is_named(whole: Log) -> None:
    entries, heads = whole
    for index in range(len(entries)):
        changed = rehash([*entries[:index], replace(entries[-2], event_id="event-x"), *entries[index:]], index)
        assert verify((changed, heads)).first_bad == index + 1


def test_swapped_entries_are_named(whole: Log) -> None:
    entries, heads = whole
    for index in range(len(entries) - 1):
        pair = [replace(entries[index + 1], seq=index + 1), replace(entries[index], seq=index + 2)]
        changed = [*entries[:index], *pair, *entries[index + 2 :]]
        assert verify((tuple(changed), heads)).first_bad == index + 1
        assert verify((rehash(changed, index), heads)).first_bad == index + 1


def test_a_forged_entry_of_a_person_is_named_though_hashes_fit(whole: Log) -> None:
    entries, heads = whole
    forged = rehash([*entries, replace(entries[-1], event_id="event-forged", kind="version.moved")], len(entries))
    found = verify((forged, heads))
    assert found.first_bad == len(entries) + 1
    assert found.reason == "not signed by olga.owner"


def _appended(log: Log, **changes: str) -> AuditVerification:
    entries, heads = log
    return verify((rehash([*entries, altered(entries[-2], {"event_id": "event-x", **changes})], len(entries)), heads))


def test_an_entry_of_the_system_carries_no_signature(whole: Log) -> None:
    assert whole[0][-2].actor == "system"
    last = whole[0][-1].time
    assert _appended(whole, time=last).ok
    assert _appended(whole, time=last, signature="AA==").reason == "the system signs nothing"
    assert _appended(whole, time=last, key_id="k").reason == "the system signs nothing"


def test_an_entry_dated_back_is_named(whole: Log) -> None:
    assert _appended(whole, time="2026-11-22T16:40:00.000000Z").reason == "dated before the entry before"


def test_an_entry_by_a_stranger_is_named(whole: Log) -> None:
    last = whole[0][-1].time
    assert _appended(whole, time=last, actor="eve").reason == "eve is not in the roster of the time"
    assert _appended(whole, time=last, actor="olga.owner").reason == "olga.owner has another key"
    owner = key_id(OWNER.public_key, demo=True)
    known = {"time": last, "actor": "olga.owner", "key_id": owner}
    assert _appended(whole, **known, signature="no base64").reason == "signature is not base64"
    assert _appended(whole, **known, signature="AB==").reason == "signature was rewritten"


def test_an_entry_by_a_person_before_there_is_a_roster_is_named(whole: Log) -> None:
    assert verify((rehash([whole[0][1]], 0), ())).reason == "dora.developer acts before there is a roster"


def test_a_roster_that_the_root_did_not_sign_is_named(whole: Log) -> None:
    entries, heads = whole
    stranger = key("root", "stranger")
    _, envelope = make_roster(2, stranger, [*MEMBERS, member("eve", Role.approver)])
    payload = canonical_json({"envelope": envelope.to_dict()}).decode()
    last = {"seq": len(entries) + 1, "time": entries[-1].time, "event_id": "event-x"}
    forged = altered(entries[0], {**last, "payload": payload, "key_id": key_id(stranger.public_key, demo=True)})
    found = verify((rehash([*entries, forged], len(entries), {"root": stranger}), heads))
    assert found.first_bad == len(entries) + 1
    assert "other_root_key" in found.reason


@pytest.mark.parametrize("payload", ["null", "{}", "no json", '{"envelope":{}}', '{"envelope":[]}'])
def test_a_roster_that_is_none_is_named(whole: Log, payload: str) -> None:
    assert "roster not vouched for" in _appended(
        whole, kind="roster.published", payload=payload, time=whole[0][-1].time
    ).reason  # fmt: skip


def test_a_roster_published_again_is_named(whole: Log) -> None:
    entries, heads = whole
    again = replace(entries[0], event_id="event-x", time=entries[-1].time)
    found = verify((rehash([*entries, again], len(entries), {"root": ROOT}), heads))
    assert found.reason == "roster not published by the root, or older than the one before"


def test_the_clock_cannot_go_back(tmp_path: Path) -> None:
    world = world_with_roster(tmp_path)
    with world.journal.transaction() as writer, pytest.raises(BadInput, match="clock_went_back"):
        append(writer, "2026-11-22T16:39:59.000000Z", world.desk.ids, kind="run.finished", subject="run", payload={})
    assert START.isoformat().startswith("2026-11-22T16:40")
