import base64
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance_world import (
    APPROVER,
    DEVELOPER,
    MEMBERS,
    OWNER,
    ROOT,
    START,
    VALIDATOR,
    World,
    bring_to_use,
    key,
    member,
    open_world,
    world_with_roster,
)
from plimsoll.governance.audit import GENESIS, append, entry_hash, entry_message
from plimsoll.governance.dsse import Envelope, key_id, seal
from plimsoll.governance.ports import Entry, SealedHead, Signer
from plimsoll.governance.registration import publish_roster
from plimsoll.governance.roster import Role, make_roster
from plimsoll.governance.seals import head_document
from plimsoll.governance.signing import Subject, sign
from plimsoll.governance.signoff import read_sign_off
from plimsoll.governance.verification import AuditVerification, verify_log
from plimsoll.storage.ed25519 import check_signature
from plimsoll.storage.reader import read_log, verify_file
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken

Log = tuple[Sequence[Entry], Sequence[SealedHead]]
_FIELDS = [item.name for item in fields(Entry)]
_SIGNERS = {signer.name: signer for signer in (OWNER, DEVELOPER, VALIDATOR, APPROVER, ROOT)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """A log of a full life, sealed to its last entry by the owner."""
    world = world_with_roster(tmp_path_factory.mktemp("log"))
    bring_to_use(world)
    head = world.journal.read()[0][-1].hash
    sign(world.desk, Subject("audit log", head), Role.owner, "attested", OWNER)
    return read_log(world.path)


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = world_with_roster(tmp_path)
    bring_to_use(found)
    sign(found.desk, Subject("audit log", found.journal.read()[0][-1].hash), Role.owner, "attested", OWNER)
    return found


def verify(log: Log, head: Mapping[str, Any] | None = None) -> AuditVerification:
    return verify_log(log[0], log[1], check_signature, head=head)


def rehash(entries: list[Entry], start: int, signers: dict[str, Signer] | None = None) -> tuple[Entry, ...]:
    """Recompute previous, hash and, for those whose keys the forger holds, signature from an entry on."""
    for index in range(start, len(entries)):
        previous = entries[index - 1].hash if index else GENESIS
        entry = replace(entries[index], seq=index + 1, previous=previous)
        entry = replace(entry, hash=entry_hash(entry))
        if signers and entry.actor in signers:
            signature = signers[entry.actor].sign(entry_message(entry))
            entry = replace(entry, signature=base64.b64encode(signature).decode())
        entries[index] = entry
    return tuple(entries)


def altered(entry: Entry, values: Mapping[str, Any]) -> Entry:
    return replace(entry, **values)


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


@pytest.mark.parametrize("name", _FIELDS)
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
    name = data.draw(st.sampled_from([item for item in _FIELDS if item != "seq"]))
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
    for name in _FIELDS:
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


def test_a_cut_tail_is_named_by_the_seal_that_covers_it(whole: Log) -> None:
    entries, heads = whole
    for length in range(len(entries)):
        found = verify((entries[:length], heads))
        assert found.first_bad == length + 1
    assert "missing, a seal covers the entries to 15" in str(verify((entries[:-1], heads)))


def test_a_tail_cut_together_with_its_seals_is_named_by_a_kept_head(whole: Log) -> None:
    entries, heads = whole
    head = head_document(entries, heads)
    for length in range(len(entries)):
        kept = tuple(item for item in heads if item.seq <= length)
        assert verify((entries[:length], kept), head).first_bad == length + 1


def test_a_log_rewritten_under_another_root_is_named_by_a_kept_head(whole: Log, tmp_path: Path) -> None:
    forged = open_world(tmp_path)
    publish_roster(forged.desk, key("root", "forger"), MEMBERS)
    bring_to_use(forged)
    log = forged.journal.read()
    assert verify(log).ok
    for head in (head_document(*whole), json.loads(whole[1][-1].envelope)):
        assert not verify(log, head).ok
    assert verify(log, head_document(*whole)).first_bad == 1
    assert verify_log(log[0], log[1], check_signature, root_key=ROOT.public_key).first_bad == 1


def test_a_log_rewritten_by_someone_who_holds_every_key_is_named_by_a_kept_head(whole: Log) -> None:
    entries, heads = whole
    changed = rehash([*entries[:4], replace(entries[4], subject="other"), *entries[5:]], 4, dict(_SIGNERS))
    assert verify((changed, ())).reason == "the seal of this sign-off is missing"
    assert verify((changed, heads)).first_bad == 5
    assert verify((changed, ()), head_document(entries, heads)).first_bad == 5


def test_a_lone_envelope_is_a_head(whole: Log) -> None:
    entries, heads = whole
    envelope = json.loads(heads[-1].envelope)
    assert verify(whole, envelope).ok
    assert verify((entries[:-1], heads[:-1]), envelope).first_bad == len(entries)


def test_a_lone_envelope_by_a_stranger_breaks_the_log_it_is_held_against(whole: Log) -> None:
    envelope = Envelope.from_dict(json.loads(whole[1][-1].envelope))
    forged = seal(envelope.statement(), key("vera.validator", "stranger"), demo=True)
    found = verify(whole, forged.to_dict())
    assert found.first_bad == read_sign_off(forged).first
    assert "the kept head does not hold" in found.reason


@pytest.mark.parametrize(
    "head", [{}, {"schema": "plimsoll/audit-head/v1"}, {"schema": "other", "sign_offs": []}, [], "text"]
)
def test_something_else_is_no_head(whole: Log, head: Any) -> None:
    with pytest.raises(BadInput, match="not_a_head"):
        verify(whole, head)


def test_a_head_document_with_a_forged_sign_off_is_refused(whole: Log) -> None:
    head = head_document(*whole)
    envelope = Envelope.from_dict(head["sign_offs"][0])
    head["sign_offs"][0] = seal(envelope.statement(), key("x"), demo=True).to_dict()
    with pytest.raises(IntegrityBroken, match="signer_unknown"):
        verify(whole, head)


def test_a_head_document_without_roster_is_refused(whole: Log) -> None:
    with pytest.raises(IntegrityBroken, match="no_roster"):
        verify(whole, {**head_document(*whole), "rosters": []})


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_missing_seal_is_named(whole: Log, place: int) -> None:
    entries, heads = whole
    kept = [*heads[:place], *heads[place + 1 :]]
    first = heads[place - 1].seq + 1 if place else 1
    found = verify((entries, kept))
    expected = len(entries) if place == len(heads) - 1 else first
    assert found.first_bad == expected
    assert "seal" in found.reason


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + " ",
        lambda text: text.replace("payload", "pay", 1),
        lambda text: text[:0] + "[]",
        lambda text: text[:-1],
        lambda text: [text],
        lambda text: text.encode(),
        lambda text: text.replace("application/", "application/\udcff", 1),
        lambda text: text.replace('"sig":"', '"sig":"AA', 1),
        lambda text: json.dumps({**json.loads(text), "signatures": []}),
    ],
)
def test_a_spoilt_seal_is_named(whole: Log, spoil: Callable[[str], object]) -> None:
    entries, heads = whole
    spoilt = SealedHead(heads[1].seq, spoil(heads[1].envelope))  # type: ignore[arg-type]
    found = verify((entries, (heads[0], spoilt, *heads[2:])))
    assert found.first_bad == heads[0].seq + 1
    assert "seal" in found.reason


def test_a_seal_under_a_wrong_number_is_named(whole: Log) -> None:
    entries, heads = whole
    assert verify((entries, (replace(heads[0], seq=2), *heads[1:]))).first_bad == 1


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


def test_a_newer_roster_of_the_same_root_keeps_old_seals_good(world: World) -> None:
    publish_roster(world.desk, ROOT, MEMBERS[:2])
    found = world.desk.verify(world.desk.head_document())
    assert found.ok
    assert world.desk.head_document()["rosters"][-1] != world.desk.head_document()["rosters"][0]


def test_nothing_is_sealed_over_a_broken_log(world: World) -> None:
    with closing(sqlite3.connect(world.path)) as raw, raw:
        raw.execute("DROP TRIGGER audit_entry_no_update")
        raw.execute("UPDATE audit_entry SET subject = 'other' WHERE seq = 3")
        raw.execute(
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"
        )
    with pytest.raises(IntegrityBroken, match="entry = 3"):
        sign(world.desk, Subject("audit log", GENESIS), Role.owner, "attested", OWNER)


def test_the_clock_cannot_go_back(tmp_path: Path) -> None:
    world = world_with_roster(tmp_path)
    with world.journal.transaction() as writer, pytest.raises(BadInput, match="clock_went_back"):
        append(writer, "2026-11-22T16:39:59.000000Z", world.desk.ids, kind="run.finished", subject="run", payload={})
    assert START.isoformat().startswith("2026-11-22T16:40")


def _spoil(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE audit_entry SET payload = replace(payload, 'tier', 'Tier') WHERE seq = 2", 2),
        ("UPDATE audit_entry SET payload = CAST(x'ff' AS TEXT) WHERE seq = 2", 2),
        ("DELETE FROM audit_entry WHERE seq = 5", 5),
        ("DELETE FROM audit_entry WHERE seq > 12", 13),
        ("DELETE FROM audit_entry", 1),
        ("UPDATE audit_entry SET seq = seq + 100 WHERE seq >= 8", 8),
    ],
)
def test_an_edit_of_the_file_without_its_triggers_is_named(world: World, statement: str, first_bad: int) -> None:
    _spoil(world.path, statement)
    found = verify_file(world.path)
    assert found.first_bad == first_bad
    assert found.to_dict()["ok"] is False
    assert str(found).startswith(f"audit log broken: first bad entry {first_bad}: ")
    with pytest.raises(IntegrityBroken, match=f"entry = {first_bad}"):
        found.require()
