import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from governance_log import SIGNERS, Log, rehash, verify
from governance_world import MEMBERS, OWNER, ROOT, World, bring_to_use, key, open_world
from plimsoll.governance.audit import GENESIS
from plimsoll.governance.dsse import Envelope, seal
from plimsoll.governance.ports import SealedHead
from plimsoll.governance.registration import publish_roster
from plimsoll.governance.roster import Role
from plimsoll.governance.seals import head_document
from plimsoll.governance.signing import Subject, sign
from plimsoll.governance.signoff import read_sign_off
from plimsoll.governance.verification import verify_log
from plimsoll.storage.ed25519 import check_signature
from plimsoll.storage.reader import verify_file
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken


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
    changed = rehash([*entries[:4], replace(entries[4], subject="other"), *entries[5:]], 4, dict(SIGNERS))
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
def test_a_spoilt_seal_is_named(whole: Log, spoil: Callable[[str], Any]) -> None:
    entries, heads = whole
    spoilt = SealedHead(heads[1].seq, spoil(heads[1].envelope))
    found = verify((entries, (heads[0], spoilt, *heads[2:])))
    assert found.first_bad == heads[0].seq + 1
    assert "seal" in found.reason


def test_a_seal_under_a_wrong_number_is_named(whole: Log) -> None:
    entries, heads = whole
    assert verify((entries, (replace(heads[0], seq=2), *heads[1:]))).first_bad == 1


def test_a_newer_roster_of_the_same_root_keeps_old_seals_good(sealed_world: World) -> None:
    publish_roster(sealed_world.desk, ROOT, MEMBERS[:2])
    found = sealed_world.desk.verify(sealed_world.desk.head_document())
    assert found.ok
    assert sealed_world.desk.head_document()["rosters"][-1] != sealed_world.desk.head_document()["rosters"][0]


def test_nothing_is_sealed_over_a_broken_log(sealed_world: World) -> None:
    with closing(sqlite3.connect(sealed_world.path)) as raw, raw:
        raw.execute("DROP TRIGGER audit_entry_no_update")
        raw.execute("UPDATE audit_entry SET subject = 'other' WHERE seq = 3")
        raw.execute(
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"
        )
    with pytest.raises(IntegrityBroken, match="entry = 3"):
        sign(sealed_world.desk, Subject("audit log", GENESIS), Role.owner, "attested", OWNER)


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
def test_an_edit_of_the_file_without_its_triggers_is_named(sealed_world: World, statement: str, first_bad: int) -> None:
    _spoil(sealed_world.path, statement)
    found = verify_file(sealed_world.path)
    assert found.first_bad == first_bad
    assert found.to_dict()["ok"] is False
    assert str(found).startswith(f"audit log broken: first bad entry {first_bad}: ")
    with pytest.raises(IntegrityBroken, match=f"entry = {first_bad}"):
        found.require()
