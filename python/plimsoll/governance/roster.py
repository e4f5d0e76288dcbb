"""The roster: which key speaks for whom, in which roles, signed by the root key."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from plimsoll.governance.dsse import Envelope, is_signed_by, key_id, seal, statement
from plimsoll.governance.ports import SignatureCheck, Signer
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken, NotPermitted

ROSTER_PREDICATE = "urn:plimsoll:roster/v1"
ROOT_NAME = "root"
SYSTEM_NAME = "system"

_KEY_LETTERS = 64


class Role(StrEnum):
    """What an identity may act as."""

    owner = "owner"
    developer = "developer"
    validator = "validator"
    approver = "approver"


@dataclass(frozen=True, slots=True)
class Member:
    """An identity: a name, its Ed25519 public key in hex, its roles and the span in which the key is good.

    ``valid_from`` and ``valid_to`` are UTC times as text; an empty ``valid_to`` has no end.
    """

    name: str
    public_key: str
    roles: tuple[Role, ...]
    valid_from: str
    valid_to: str = ""
    demo: bool = False

    @property
    def key_id(self) -> str:
        """Name of the key, with the mark of a demonstration key where it is one."""
        return key_id(self.public_key, demo=self.demo)

    def is_valid_at(self, time: str) -> bool:
        """Tell whether the key is good at a time."""
        return self.valid_from <= time and (not self.valid_to or time < self.valid_to)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "name": self.name,
            "public_key": self.public_key,
            "roles": [role.value for role in self.roles],
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "demo": self.demo,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Member":
        """Read what :meth:`to_dict` wrote."""
        return cls(
            name=data["name"],
            public_key=data["public_key"],
            roles=tuple(Role(role) for role in data["roles"]),
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            demo=data["demo"],
        )


@dataclass(frozen=True, slots=True)
class Roster:
    """The members, the root key that vouches for them, and the revision, which only rises."""

    revision: int
    root_key: str
    members: tuple[Member, ...]
    demo: bool = False

    def __post_init__(self) -> None:
        """Refuse a roster in which a name or a key stands twice."""
        for member in self.members:
            _check_member(member)
        for label, values in (
            ("name", [spelled(member.name) for member in self.members]),
            ("public_key", [self.root_key, *(member.public_key for member in self.members)]),
        ):
            repeated = sorted({value for value in values if values.count(value) > 1})
            if repeated:
                raise NotPermitted(
                    f"{label}_twice_in_roster",
                    field=label,
                    value=", ".join(repeated),
                    allowed="one name and one key for each identity",
                    fix="make a key of its own for each identity",
                )

    @property
    def root_key_id(self) -> str:
        """Name of the root key."""
        return key_id(self.root_key, demo=self.demo)

    def member(self, name: str) -> Member | None:
        """Give the member of that name, if there is one."""
        return next((member for member in self.members if member.name == name), None)

    def member_of_key(self, key: str) -> Member | None:
        """Give the member whose key has that id, if there is one."""
        return next((member for member in self.members if member.key_id == key), None)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "revision": self.revision,
            "root_key": self.root_key,
            "demo": self.demo,
            "members": [member.to_dict() for member in self.members],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Roster":
        """Read what :meth:`to_dict` wrote."""
        return cls(
            revision=data["revision"],
            root_key=data["root_key"],
            members=tuple(Member.from_dict(member) for member in data["members"]),
            demo=data["demo"],
        )


def spelled(name: str) -> str:
    """Give what two spellings of one name have in common: case, width, accents' form and punctuation do not count."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter if letter.isalnum() else "_" for letter in text)


def _check_member(member: Member) -> None:
    if spelled(member.name).strip("_") in ("", ROOT_NAME, SYSTEM_NAME) or member.name != member.name.strip():
        raise BadInput(
            "bad_member_name",
            field="name",
            value=member.name,
            allowed="a name that is neither empty nor root nor system",
            fix="use the identity's own name",
        )
    if not _is_key(member.public_key):
        raise BadInput(
            "bad_public_key",
            field=member.name,
            value=member.public_key,
            allowed="64 lower-case hex letters",
            fix="take the public key from the key file",
        )


def _is_key(text: str) -> bool:
    return len(text) == _KEY_LETTERS and set(text) <= set("0123456789abcdef")


def make_roster(revision: int, root: Signer, members: Iterable[Member]) -> tuple[Roster, Envelope]:
    """Make a roster and sign it by the root key.

    The roster is a demonstration as soon as one of its members is.

    Raises
    ------
    NotPermitted
        If a name or a key stands twice, the root key included.
    BadInput
        If a name or a key cannot be one.
    """
    chosen = tuple(members)
    roster = Roster(revision, root.public_key, chosen, demo=any(member.demo for member in chosen))
    content = roster.to_dict()
    envelope = seal(
        statement(ROSTER_PREDICATE, "roster", digest_of(content), {"roster": content}), root, demo=roster.demo
    )
    return roster, envelope


def open_roster(envelope: Envelope, check: SignatureCheck, root_key: str | None = None) -> Roster:
    """Give the roster inside an envelope after checking its signature.

    Parameters
    ----------
    envelope : Envelope
        The signed roster.
    check : SignatureCheck
        Checks Ed25519 signatures.
    root_key : str, optional
        The root key that must have signed; without it, the key that the roster itself names.

    Raises
    ------
    IntegrityBroken
        If the signature is not the root's, or the content does not match its digest.
    """
    content = envelope.statement()
    try:
        data = content["predicate"]["roster"]
        roster = Roster.from_dict(data)
        matches = content["subject"][0]["digest"]["sha256"] == digest_of(data).removeprefix("sha256:")
    except (KeyError, TypeError, IndexError, ValueError, BadInput, NotPermitted) as error:
        raise _broken("not_a_roster", str(error)) from error
    if content["predicateType"] != ROSTER_PREDICATE or not matches:
        raise _broken("not_a_roster", str(content["predicateType"]))
    if root_key is not None and roster.root_key != root_key:
        raise _broken("other_root_key", roster.root_key_id)
    if envelope.key_id != roster.root_key_id or not is_signed_by(envelope, roster.root_key, check):
        raise _broken("roster_signature_invalid", envelope.key_id)
    return roster


def _broken(code: str, value: str) -> IntegrityBroken:
    return IntegrityBroken(
        code, field="roster", value=value, allowed="a roster signed by its root key", fix="restore the published roster"
    )
