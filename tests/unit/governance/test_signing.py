import json
from dataclasses import replace
from pathlib import Path

import pytest

from governance_world import (
    APPROVER,
    DEVELOPER,
    MEMBERS,
    MODEL_ID,
    OWNER,
    REPORT,
    ROOT,
    VALIDATOR,
    VERSION,
    World,
    bring_to_pending_approval,
    bring_to_use,
    bring_to_validation,
    key,
    member,
    subject,
    world_with_roster,
)
from plimsoll.governance.dsse import Envelope, seal
from plimsoll.governance.ports import Signer
from plimsoll.governance.progression import Grounds, move
from plimsoll.governance.registration import publish_roster
from plimsoll.governance.roster import Role, make_roster
from plimsoll.governance.signing import Subject, sign, sign_off_document, verify_sign_offs
from plimsoll.governance.signoff import SignOff, read_sign_off, seal_sign_off, verify_sign_off
from plimsoll.storage.ed25519 import check_signature
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken, NotPermitted

_FREE = Subject("note.json", digest_of("note"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return world_with_roster(tmp_path)


def test_a_sign_off_says_who_in_which_role_when_and_what_it_means(world: World) -> None:
    envelope = sign(world.desk, _FREE, Role.validator, "validated", VALIDATOR)
    predicate = envelope.statement()["predicate"]
    assert predicate["name"] == "vera.validator"
    assert predicate["role"] == "validator"
    assert predicate["meaning"] == "validated"
    assert predicate["time"] == "2026-11-22T16:40:01.000000Z"
    assert predicate["mark"] == "DEMO"
    assert envelope.key_id.startswith("DEMO:ed25519:")


def test_a_sign_off_seals_the_head_of_the_log_its_own_entry_included(world: World) -> None:
    sign_off = read_sign_off(sign(world.desk, _FREE, Role.validator, "validated", VALIDATOR))
    entries, heads = world.journal.read()
    assert (sign_off.head, sign_off.hashes[-1]) == (2, entries[-1].hash)
    assert heads[-1].seq == 2
    assert sign_off.to_dict()["head"] == {"seq": 2, "hash": entries[-1].hash}


def test_two_runs_with_the_same_clock_and_ids_give_equal_records(tmp_path: Path) -> None:
    logs = []
    for name in ("one", "other"):
        world = world_with_roster(tmp_path / name)
        bring_to_use(world)
        logs.append(world.journal.read())
    assert logs[0] == logs[1]


def test_a_key_that_is_not_demo_leaves_no_mark(tmp_path: Path) -> None:
    world = world_with_roster(tmp_path, [member("vera.validator", Role.validator, demo=False)])
    envelope = sign(world.desk, _FREE, Role.validator, "validated", VALIDATOR)
    assert envelope.key_id.startswith("ed25519:")
    assert envelope.statement()["predicate"]["mark"] == ""


def test_a_meaning_that_is_not_the_roles_is_refused(world: World) -> None:
    with pytest.raises(BadInput, match="unknown_meaning"):
        sign(world.desk, _FREE, Role.validator, "approved", VALIDATOR)


def test_an_identity_signs_only_in_its_own_role(world: World) -> None:
    with pytest.raises(NotPermitted, match="role_not_held"):
        sign(world.desk, _FREE, Role.validator, "validated", DEVELOPER)


def test_a_stranger_signs_nothing(world: World) -> None:
    with pytest.raises(NotPermitted, match="not_in_roster"):
        sign(world.desk, _FREE, Role.validator, "validated", key("eve"))


def test_a_name_with_another_key_signs_nothing(world: World) -> None:
    with pytest.raises(NotPermitted, match="key_of_another"):
        sign(world.desk, _FREE, Role.validator, "validated", key("vera.validator", "eve"))


def test_a_key_past_its_term_signs_nothing(tmp_path: Path) -> None:
    ended = member("vera.validator", Role.validator, valid_to="2026-02-01T00:00:00.000000Z")
    world = world_with_roster(tmp_path, [ended])
    with pytest.raises(NotPermitted, match="key_not_in_force"):
        sign(world.desk, _FREE, Role.validator, "validated", VALIDATOR)


def test_nobody_signs_before_there_is_a_roster(tmp_path: Path) -> None:
    from governance_world import open_world

    with pytest.raises(NotPermitted, match="not_in_roster"):
        sign(open_world(tmp_path).desk, _FREE, Role.validator, "validated", VALIDATOR)


def test_an_approver_cannot_come_before_the_validator(world: World) -> None:
    with pytest.raises(NotPermitted, match="not_yet_validated"):
        sign(world.desk, _FREE, Role.approver, "approved", APPROVER)


def test_the_same_signature_given_twice_stands_and_nothing_is_written(world: World) -> None:
    first = sign(world.desk, _FREE, Role.validator, "validated", VALIDATOR)
    before = world.journal.read()
    assert sign(world.desk, _FREE, Role.validator, "validated", VALIDATOR) == first
    assert world.journal.read() == before
    assert sign(world.desk, Subject("other.json", digest_of("other")), Role.validator, "validated", VALIDATOR) != first
    assert len(world.journal.read()[1]) == len(before[1]) + 1


def test_a_signature_over_an_earlier_submission_does_not_stand_for_the_next(world: World) -> None:
    bring_to_validation(world)
    first = sign(world.desk, subject(), Role.validator, "validated", VALIDATOR)
    move(world.desk, MODEL_ID, VERSION, "send_back", VALIDATOR, Grounds(reason="the data has changed"))
    move(world.desk, MODEL_ID, VERSION, "submit", DEVELOPER)
    assert sign(world.desk, subject(), Role.validator, "validated", VALIDATOR) != first


_ALL = (Role.developer, Role.validator, Role.approver)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (Role.developer, Role.validator, "one_identity_two_roles"),
        (Role.validator, Role.approver, "self_approval"),
        (Role.validator, Role.developer, "one_identity_two_roles"),
    ],
)
def test_one_identity_cannot_sign_one_report_in_two_roles(tmp_path: Path, first: Role, second: Role, code: str) -> None:
    world = world_with_roster(tmp_path, [member("max", *_ALL), member("vera", Role.validator)])
    meanings = {Role.developer: "authored", Role.validator: "validated", Role.approver: "approved"}
    sign(world.desk, _FREE, first, meanings[first], key("max"))
    with pytest.raises(NotPermitted) as caught:
        sign(world.desk, _FREE, second, meanings[second], key("max"))
    assert (caught.value.code, caught.value.exit_code) == (code, 3)
    assert len(world.journal.read()[0]) == 2


def test_a_developer_cannot_approve_its_own_model(tmp_path: Path) -> None:
    both = member("dora.developer", Role.developer, Role.approver)
    world = world_with_roster(tmp_path, [MEMBERS[0], both, MEMBERS[2]])
    bring_to_pending_approval(world)
    with pytest.raises(NotPermitted, match=r"self_approval; approver = dora\.developer") as caught:
        sign(world.desk, subject(), Role.approver, "approved", DEVELOPER)
    assert caught.value.exit_code == 3


def test_the_same_key_under_another_name_in_a_later_roster_is_still_the_same(world: World) -> None:
    bring_to_validation(world)
    renamed = member("nora", Role.validator, seed="dora.developer")
    publish_roster(world.desk, ROOT, [MEMBERS[0], renamed, *MEMBERS[2:]])
    with pytest.raises(NotPermitted, match="one_identity_two_roles; validator = nora"):
        sign(world.desk, subject(), Role.validator, "validated", key("nora", "dora.developer"))


@pytest.mark.parametrize(
    ("role", "meaning", "code"),
    [(Role.developer, "authored", "not_the_developer"), (Role.owner, "attested", "not_the_owner")],
)
def test_only_the_developer_and_owner_of_a_model_sign_as_such(
    tmp_path: Path, role: Role, meaning: str, code: str
) -> None:
    world = world_with_roster(tmp_path, [*MEMBERS, member("other", role)])
    bring_to_validation(world)
    with pytest.raises(NotPermitted, match=f"{code}; {MODEL_ID} = other"):
        sign(world.desk, subject(), role, meaning, key("other"))


def test_an_owner_cannot_validate_its_own_model(tmp_path: Path) -> None:
    both = member("olga.owner", Role.owner, Role.validator)
    world = world_with_roster(tmp_path, [both, *MEMBERS[1:]])
    bring_to_validation(world)
    with pytest.raises(NotPermitted, match=r"one_identity_two_roles; validator = olga\.owner"):
        sign(world.desk, subject(), Role.validator, "validated", OWNER)


def test_sign_offs_travel_with_the_report_and_verify_offline(world: World) -> None:
    bring_to_use(world)
    sign(world.desk, _FREE, Role.owner, "attested", OWNER)
    document = json.loads(json.dumps(sign_off_document(world.desk, REPORT)))
    found = verify_sign_offs(document, REPORT, check_signature, ROOT.public_key)
    assert (found.root_key, found.root_key_id) == (ROOT.public_key, world.desk.state().roster.root_key_id)
    assert [(item.name, item.meaning) for item in found.sign_offs] == [
        ("dora.developer", "authored"),
        ("vera.validator", "validated"),
        ("alan.approver", "approved"),
    ]
    assert world.desk.verify(document).ok


def test_any_change_of_the_subject_voids_the_sign_offs(world: World) -> None:
    bring_to_use(world)
    document = sign_off_document(world.desk, REPORT)
    with pytest.raises(IntegrityBroken, match="subject_changed") as caught:
        verify_sign_offs(document, digest_of({"report": 2}), check_signature)
    assert caught.value.exit_code == 4


def test_an_unsigned_subject_is_no_signed_one(world: World) -> None:
    with pytest.raises(IntegrityBroken, match="not_signed"):
        verify_sign_offs(sign_off_document(world.desk, REPORT), REPORT, check_signature)


def test_sign_offs_under_another_root_are_refused(world: World) -> None:
    bring_to_use(world)
    with pytest.raises(IntegrityBroken, match="other_root_key"):
        verify_sign_offs(sign_off_document(world.desk, REPORT), REPORT, check_signature, key("other").public_key)


def test_sign_offs_of_another_schema_are_refused() -> None:
    with pytest.raises(BadInput, match="wrong_schema"):
        verify_sign_offs({"schema": "other"}, REPORT, check_signature)


def test_a_forged_document_in_which_one_identity_holds_two_roles_is_refused() -> None:
    roster, signed_roster = make_roster(1, ROOT, [member("max", *_ALL)])
    envelopes = [
        seal_sign_off(
            SignOff("report.json", REPORT, "max", role, meaning, "2026-11-22T16:40:00.000000Z", "DEMO", 1, ("h",)),
            key("max"),
            demo=True,
        )
        for role, meaning in ((Role.validator, "validated"), (Role.approver, "approved"))
    ]
    document = {
        "schema": "plimsoll/audit-head/v1",
        "rosters": [signed_roster.to_dict()],
        "sign_offs": [envelope.to_dict() for envelope in envelopes],
    }
    assert verify_sign_off(envelopes[0], roster, check_signature, REPORT).name == "max"
    with pytest.raises(NotPermitted, match="self_approval"):
        verify_sign_offs(document, REPORT, check_signature)


_GOOD = SignOff(
    "report.json", REPORT, "vera.validator", Role.validator, "validated", "2026-11-22T16:40:00.000000Z", "DEMO", 1, ("h",)
)  # fmt: skip


@pytest.mark.parametrize(
    ("sign_off", "signer", "code"),
    [
        (_GOOD, key("eve"), "signer_unknown"),
        (replace(_GOOD, name="eve"), VALIDATOR, "signer_unknown"),
        (replace(_GOOD, role=Role.approver), VALIDATOR, "signer_out_of_office"),
        (replace(_GOOD, time="2025-11-22T16:40:00.000000Z"), VALIDATOR, "signer_out_of_office"),
        (replace(_GOOD, mark=""), VALIDATOR, "mark_missing"),
        (replace(_GOOD, digest=digest_of("other")), VALIDATOR, "subject_changed"),
    ],
)
def test_a_sign_off_that_does_not_hold_is_refused(sign_off: SignOff, signer: Signer, code: str) -> None:
    roster, _ = make_roster(1, ROOT, MEMBERS)
    envelope = seal_sign_off(sign_off, signer, demo=True)
    with pytest.raises(IntegrityBroken, match=code):
        verify_sign_off(envelope, roster, check_signature, REPORT)


def test_a_sign_off_with_a_changed_signature_is_refused() -> None:
    roster, _ = make_roster(1, ROOT, MEMBERS)
    envelope = replace(seal_sign_off(_GOOD, VALIDATOR, demo=True), signature=bytes(64))
    with pytest.raises(IntegrityBroken, match="signature_invalid"):
        verify_sign_off(envelope, roster, check_signature)


@pytest.mark.parametrize(
    "change",
    [
        {"predicateType": "other"},
        {"subject": []},
        {"predicate": {}},
        {"predicate": 1},
    ],
)
def test_something_else_is_no_sign_off(change: dict[str, object]) -> None:
    content = {**seal_sign_off(_GOOD, VALIDATOR, demo=True).statement(), **change}
    with pytest.raises(IntegrityBroken, match="not_a_sign_off"):
        read_sign_off(seal(content, VALIDATOR, demo=True))


def test_a_sign_off_that_seals_nothing_is_none() -> None:
    with pytest.raises(IntegrityBroken, match="not_a_sign_off"):
        read_sign_off(seal_sign_off(replace(_GOOD, hashes=()), VALIDATOR, demo=True))


def test_the_envelope_says_which_versions_it_covers_through_the_log(world: World) -> None:
    bring_to_pending_approval(world)
    recorded = world.desk.state().sign_offs[-1]
    assert recorded.covers == ((MODEL_ID, VERSION, 1),)
    assert recorded.to_dict()["mark"] == "DEMO"
    assert Envelope.from_dict(world.desk.head_document()["sign_offs"][-1]).key_id == MEMBERS[2].key_id
