import pytest

from governance_world import MEMBERS, ROOT, VALID_FROM, key, member
from plimsoll.governance.dsse import Envelope, seal, statement
from plimsoll.governance.roster import ROSTER_PREDICATE, Member, Role, Roster, make_roster, open_roster
from plimsoll.storage.ed25519 import check_signature
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken, NotPermitted


def test_a_roster_signed_by_the_root_opens() -> None:
    roster, envelope = make_roster(1, ROOT, MEMBERS)
    assert open_roster(envelope, check_signature) == roster
    assert open_roster(envelope, check_signature, ROOT.public_key) == roster
    assert open_roster(Envelope.from_dict(envelope.to_dict()), check_signature) == roster


def test_the_same_key_under_two_names_is_refused() -> None:
    with pytest.raises(NotPermitted, match="public_key_twice_in_roster"):
        make_roster(1, ROOT, [member("dora", Role.developer), member("alan", Role.approver, seed="dora")])


def test_the_same_name_twice_is_refused_whatever_its_case() -> None:
    with pytest.raises(NotPermitted, match="name_twice_in_roster; name = dora"):
        make_roster(1, ROOT, [member("dora", Role.developer), member("Dora", Role.approver)])


@pytest.mark.parametrize("spelling", ["JANE.DOE", "jane doe", "jane-doe", "ｊａｎｅ．ｄｏｅ", "Jane_Doe"])
def test_one_person_is_not_listed_twice_under_two_spellings(spelling: str) -> None:
    with pytest.raises(NotPermitted, match="name_twice_in_roster; name = jane_doe") as caught:
        make_roster(1, ROOT, [member("jane.doe", Role.developer), member(spelling, Role.approver)])
    assert caught.value.exit_code == 3


def test_the_root_key_is_nobody_elses() -> None:
    with pytest.raises(NotPermitted, match="public_key_twice_in_roster"):
        make_roster(1, ROOT, [member("alan", Role.approver, seed="root")])


@pytest.mark.parametrize("name", ["", "root", "Root", "system", " alan", "..."])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="bad_member_name"):
        make_roster(1, ROOT, [Member(name, key("alan").public_key, (Role.approver,), VALID_FROM)])


@pytest.mark.parametrize("public_key", ["", "ab", "A" * 64, "g" * 64])
def test_a_text_that_is_no_key_is_refused(public_key: str) -> None:
    with pytest.raises(BadInput, match="bad_public_key"):
        make_roster(1, ROOT, [Member("alan", public_key, (Role.approver,), VALID_FROM)])


def test_a_demonstration_key_says_so_in_its_name() -> None:
    assert member("alan").key_id == "DEMO:" + member("alan", demo=False).key_id
    demo, _ = make_roster(1, ROOT, [member("alan"), member("dora", demo=False)])
    real, _ = make_roster(1, ROOT, [member("alan", demo=False)])
    assert demo.root_key_id.startswith("DEMO:")
    assert real.root_key_id.startswith("ed25519:")


def test_members_are_found_by_name_and_by_key() -> None:
    roster, _ = make_roster(1, ROOT, MEMBERS)
    assert roster.member("vera.validator") == roster.member_of_key(MEMBERS[2].key_id) == MEMBERS[2]
    assert roster.member("eve") is None
    assert roster.member_of_key("ed25519:0") is None


def test_a_key_is_good_from_its_first_instant_to_before_its_last() -> None:
    ended = member("alan", valid_to="2026-12-31T00:00:00.000000Z")
    assert ended.is_valid_at(VALID_FROM)
    assert not ended.is_valid_at("2025-12-31T23:59:59.999999Z")
    assert not ended.is_valid_at("2026-12-31T00:00:00.000000Z")
    assert member("alan").is_valid_at("2099-01-01T00:00:00.000000Z")


def test_a_roster_of_another_root_is_refused() -> None:
    _, envelope = make_roster(1, key("root", "other"), MEMBERS)
    with pytest.raises(IntegrityBroken, match="other_root_key"):
        open_roster(envelope, check_signature, ROOT.public_key)


def _sealed(content: object, predicate_type: str = ROSTER_PREDICATE, digest: str | None = None) -> Envelope:
    whole = statement(predicate_type, "roster", digest or digest_of(content), {"roster": content})
    return seal(whole, ROOT, demo=True)


def test_a_roster_signed_by_another_key_than_it_names_is_refused() -> None:
    content = Roster(1, key("other").public_key, MEMBERS, demo=True).to_dict()
    with pytest.raises(IntegrityBroken, match="roster_signature_invalid"):
        open_roster(_sealed(content), check_signature)


def test_a_roster_with_a_changed_byte_is_refused() -> None:
    _, envelope = make_roster(1, ROOT, MEMBERS)
    spoilt = Envelope(envelope.payload_type, envelope.payload, envelope.key_id, bytes(64))
    with pytest.raises(IntegrityBroken, match="roster_signature_invalid"):
        open_roster(spoilt, check_signature)


def test_something_else_under_the_roots_signature_is_no_roster() -> None:
    good = Roster(1, ROOT.public_key, MEMBERS, demo=True).to_dict()
    twice = {**good, "members": [good["members"][0]] * 2}
    for envelope in (
        _sealed({}),
        _sealed({**good, "members": 1}),
        _sealed(twice),
        _sealed(good, predicate_type="other"),
        _sealed(good, digest=digest_of("other")),
    ):
        with pytest.raises(IntegrityBroken, match="not_a_roster"):
            open_roster(envelope, check_signature)
