"""The desk of a workspace: demonstration identities made once, keys that only their owner opens."""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console_world import PASSPHRASE, edit_log, passphrase_file, passphrases
from plimsoll.bootstrap import Application, open_application
from plimsoll.bootstrap.governance import by_role, demo_identities, new_key, open_desk, publish, unlock
from plimsoll.governance.roster import Role
from plimsoll.storage.ed25519 import check_signature
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken, NotPermitted
from plimsoll.vocabulary.ids import SequentialIds

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def counted() -> Callable[[int], bytes]:
    calls = iter(range(1, 100))
    return lambda size: hashlib.sha512(str(next(calls)).encode()).digest()[:size]


def opened(root: Path, start: datetime = START) -> Iterator[Application]:
    with open_application(root, None, FixedClock(start, timedelta(seconds=1)), SequentialIds(), threads=1) as app:
        yield app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    yield from opened(tmp_path / "w")


def test_demonstration_identities_are_made_once(app: Application) -> None:
    with open_desk(app) as desk:
        first = demo_identities(app, desk, counted())
        roster = desk.state().roster
        again = demo_identities(app, desk, counted())
        assert desk.state().roster == roster
    assert {name: key.public_key for name, key in first.items()} == {n: k.public_key for n, k in again.items()}
    assert roster is not None
    assert roster.revision == 1
    assert all(member.demo and member.key_id.startswith("DEMO:") for member in roster.members)


def test_a_secret_of_the_demonstration_is_open_to_its_owner_alone(app: Application) -> None:
    with open_desk(app) as desk:
        demo_identities(app, desk, counted())
    files = sorted(app.workspace.keys.iterdir())
    assert len(files) == 10
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_the_keys_of_the_demonstration_are_good_even_on_an_older_clock(tmp_path: Path) -> None:
    for app in opened(tmp_path / "w", datetime(2020, 3, 16, tzinfo=UTC)):
        with open_desk(app) as desk:
            signers = demo_identities(app, desk, counted())
            roster = desk.state().roster
    assert roster is not None
    assert {member.valid_from[:4] for member in roster.members} == {"2020"}
    assert len(signers) == 5


def test_each_role_has_its_signer(app: Application) -> None:
    with open_desk(app) as desk:
        signers = demo_identities(app, desk, counted())
        names = {role: by_role(desk, signers, role).name for role in Role}
    assert names == {
        Role.owner: "olga.owner",
        Role.developer: "dora.developer",
        Role.validator: "vera.validator",
        Role.approver: "alan.approver",
    }


def test_without_a_roster_no_role_has_a_signer(app: Application) -> None:
    with open_desk(app) as desk, pytest.raises(NotPermitted, match="role_not_held") as caught:
        by_role(desk, {}, Role.validator)
    assert caught.value.value == "validator"


def test_a_key_is_unlocked_by_what_the_environment_or_the_person_gives(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    (variable,) = passphrases("jane")
    monkeypatch.setenv(variable, PASSPHRASE)
    made = new_key(app, "jane")
    assert unlock(app, "jane").public_key == made.public_key
    monkeypatch.delenv(variable)
    asked: list[str] = []

    def person(question: str) -> str:
        asked.append(question)
        return PASSPHRASE

    signer = unlock(app, "jane", person)
    assert check_signature(made.public_key, signer.sign(b"words"), b"words")
    assert asked == ["Passphrase of jane: "]
    assert new_key(app, "john", person).name == "john"
    with pytest.raises(NotPermitted, match="passphrase_missing"):
        unlock(app, "jane")
    with pytest.raises(NotPermitted, match="wrong_passphrase"):
        unlock(app, "jane", lambda _question: "another long passphrase")


def test_a_roster_is_published_by_the_root(app: Application) -> None:
    root, jane = (new_key(app, name, lambda _question: PASSPHRASE) for name in ("root", "jane"))
    member = {"name": "jane", "public_key": jane.public_key, "roles": ["owner"], "valid_from": "2020-01-01T00:00:00Z"}
    roster = publish(app, {"members": [member]}, lambda _question: PASSPHRASE)
    assert (roster.root_key, roster.members[0].name, roster.demo) == (root.public_key, "jane", False)
    with pytest.raises(NotPermitted):
        publish(app, {"members": [member, member]}, lambda _question: PASSPHRASE)


def test_a_member_is_good_from_the_publication_on_where_the_roster_file_says_nothing_else(tmp_path: Path) -> None:
    for app in opened(tmp_path / "w", datetime(2026, 11, 22, tzinfo=UTC)):
        _, jane, john = (new_key(app, name, lambda _question: PASSPHRASE) for name in ("root", "jane", "john"))
        members = [
            {"name": "jane", "public_key": jane.public_key, "roles": ["owner"]},
            {
                "name": "john",
                "public_key": john.public_key,
                "roles": ["owner"],
                "valid_from": "2026-11-22T02:00:00+02:00",
                "valid_to": "2027-01-01T00:00:00Z",
            },
        ]
        roster = publish(app, {"members": members}, lambda _question: PASSPHRASE)
        with pytest.raises(BadInput, match="not_a_time"):
            publish(app, {"members": [{**members[0], "valid_from": "soon"}]}, lambda _question: PASSPHRASE)
    spans = [(member.valid_from[:10], member.valid_to) for member in roster.members]
    assert spans == [("2026-11-22", ""), ("2026-11-22", "2027-01-01T00:00:00.000000Z")]


def test_the_root_of_the_demonstration_vouches_for_nobody_without_the_mark(tmp_path: Path) -> None:
    for app in opened(tmp_path / "w", datetime(2026, 11, 22, tzinfo=UTC)):
        with open_desk(app) as desk:
            signers = demo_identities(app, desk, counted())
            before = desk.verify().entries
            members = [member.to_dict() for member in desk.state().roster.members]
        root = passphrase_file(app.workspace.root, "root")
        for member in members:
            member["demo"] = False
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(*next(iter(root.items())))
            with pytest.raises(NotPermitted, match="demo_mark_missing") as caught:
                publish(app, {"members": members})
        assert caught.value.value == ", ".join(member["name"] for member in members)
        with open_desk(app) as desk:
            assert desk.verify().entries == before
    assert len(signers) == 5


@pytest.mark.parametrize("document", [{}, {"members": None}, {"members": [{}]}, {"members": [{"roles": ["king"]}]}])
def test_an_incomplete_roster_says_what_a_member_needs(app: Application, document: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="wrong_roster") as caught:
        publish(app, document)
    assert caught.value.allowed == "a list of name, public_key, roles; valid_from, valid_to"


def test_no_desk_opens_on_an_altered_log(app: Application) -> None:
    with open_desk(app) as desk:
        demo_identities(app, desk, os.urandom)
    edit_log(app.workspace.root, "UPDATE audit_entry SET payload = ? WHERE seq = 1", json.dumps({"members": []}))
    with pytest.raises(IntegrityBroken), open_desk(app):
        raise AssertionError("opened")


class PulledPlug(BaseException):
    """The moment in which a program ends without a word."""


def _entropy_for(draws: int) -> Callable[[int], bytes]:
    """Give random bytes so many times, then pull the plug."""
    left = iter(range(draws))

    def entropy(size: int) -> bytes:
        if next(left, None) is None:
            raise PulledPlug
        return os.urandom(size)

    return entropy


@pytest.mark.parametrize("draws", [0, 1, 2, 5, 9])
def test_a_run_killed_among_its_keys_leaves_none_beside_an_empty_log_and_the_next_goes_on(
    app: Application, draws: int
) -> None:
    with open_desk(app) as desk, pytest.raises(PulledPlug):
        demo_identities(app, desk, _entropy_for(draws))
    assert list(app.workspace.keys.glob("*.pem")) == []
    with open_desk(app) as desk:
        assert len(demo_identities(app, desk, os.urandom)) == 5
        assert desk.verify().ok
    assert len(list(app.workspace.keys.iterdir())) == 10


def test_keys_that_still_wait_for_a_roster_that_is_recorded_are_let_in(app: Application) -> None:
    with open_desk(app) as desk:
        first = demo_identities(app, desk, os.urandom)
    waiting = app.workspace.keys / ".partial-demo"
    waiting.mkdir()
    for path in app.workspace.keys.glob("*.p*"):
        if path.is_file() and not path.name.startswith("root"):
            path.rename(waiting / path.name)
    with open_desk(app) as desk:
        again = demo_identities(app, desk, os.urandom)
    assert {name: key.public_key for name, key in first.items()} == {n: k.public_key for n, k in again.items()}
    assert not waiting.exists()
