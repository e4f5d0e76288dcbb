"""Sign-offs: a named person, in a role, at a time, says what a signature under a report means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plimsoll.governance.dsse import DEMO_MARK, Envelope, is_signed_by, seal, statement
from plimsoll.governance.ports import Entry, SignatureCheck, Signer
from plimsoll.governance.roster import Member, Role, Roster
from plimsoll.vocabulary.errors import IntegrityBroken

SIGN_OFF_PREDICATE = "urn:plimsoll:signoff/v1"


@dataclass(frozen=True, slots=True)
class SignOff:
    """One signature under one subject, and the part of the audit log that it seals.

    ``first`` and ``hashes`` hold the hashes of the entries since the previous seal, the last of which is the head.
    """

    subject: str
    digest: str
    name: str
    role: Role
    meaning: str
    time: str
    mark: str
    first: int
    hashes: tuple[str, ...]

    @property
    def head(self) -> int:
        """Number of the entry that the signature seals."""
        return self.first + len(self.hashes) - 1

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data, without the hashes of the log."""
        return {
            "subject": self.subject,
            "digest": self.digest,
            "name": self.name,
            "role": self.role.value,
            "meaning": self.meaning,
            "time": self.time,
            "mark": self.mark,
            "head": {"seq": self.head, "hash": self.hashes[-1]},
        }


def seal_sign_off(sign_off: SignOff, signer: Signer, *, demo: bool) -> Envelope:
    """Sign a sign-off."""
    predicate = {
        "name": sign_off.name,
        "role": sign_off.role.value,
        "meaning": sign_off.meaning,
        "time": sign_off.time,
        "mark": sign_off.mark,
        "audit": {"first": sign_off.first, "hashes": list(sign_off.hashes)},
    }
    return seal(statement(SIGN_OFF_PREDICATE, sign_off.subject, sign_off.digest, predicate), signer, demo=demo)


def read_sign_off(envelope: Envelope) -> SignOff:
    """Read the sign-off inside an envelope, unchecked.

    Raises
    ------
    IntegrityBroken
        If the envelope holds no sign-off.
    """
    content = envelope.statement()
    try:
        (subject,) = content["subject"]
        predicate = content["predicate"]
        sign_off = SignOff(
            subject=str(subject["name"]),
            digest="sha256:" + subject["digest"]["sha256"],
            name=str(predicate["name"]),
            role=Role(predicate["role"]),
            meaning=str(predicate["meaning"]),
            time=str(predicate["time"]),
            mark=str(predicate["mark"]),
            first=int(predicate["audit"]["first"]),
            hashes=tuple(str(text) for text in predicate["audit"]["hashes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _broken("not_a_sign_off", str(error), "a sign-off statement") from error
    if content["predicateType"] != SIGN_OFF_PREDICATE or not sign_off.hashes:
        raise _broken("not_a_sign_off", str(content["predicateType"]), SIGN_OFF_PREDICATE)
    return sign_off


def verify_sign_off(envelope: Envelope, roster: Roster, check: SignatureCheck, digest: str | None = None) -> SignOff:
    """Check one sign-off offline and give it back.

    Parameters
    ----------
    envelope : Envelope
        The signed statement.
    roster : Roster
        The members, already checked against the root key.
    check : SignatureCheck
        Checks Ed25519 signatures.
    digest : str, optional
        Digest of the subject in hand; a sign-off about any other subject is void.

    Raises
    ------
    IntegrityBroken
        If the signer is unknown, the key was not good at the time, the signature is wrong, the mark of a
        demonstration key is missing, or the subject has changed.
    """
    sign_off = read_sign_off(envelope)
    member = roster.member(sign_off.name)
    if member is None or member.key_id != envelope.key_id:
        raise _broken("signer_unknown", f"{sign_off.name} {envelope.key_id}", "a member of the roster with its own key")
    if not is_signed_by(envelope, member.public_key, check):
        raise _broken("signature_invalid", sign_off.name, "the signature that the key made")
    if not member.is_valid_at(sign_off.time) or sign_off.role not in member.roles:
        raise _broken("signer_out_of_office", f"{sign_off.name} {sign_off.time}", "a key and role good at the time")
    if sign_off.mark != mark_of(member):
        raise _broken("mark_missing", sign_off.mark, f"mark {mark_of(member)!r}")
    if digest is not None and sign_off.digest != digest:
        raise _broken("subject_changed", digest, sign_off.digest)
    return sign_off


def mark_of(member: Member) -> str:
    """Give the mark that a member's signatures carry: DEMO for a demonstration key, else nothing."""
    return DEMO_MARK if member.demo else ""


def unsealed(entries: Sequence[Entry], sealed_to: int) -> tuple[int, tuple[str, ...]]:
    """Give the number of the first entry after the last seal, and the hashes from there to the head."""
    return sealed_to + 1, tuple(entry.hash for entry in entries[sealed_to:])


def _broken(code: str, value: str, allowed: str) -> IntegrityBroken:
    return IntegrityBroken(
        code, field="sign_off", value=value, allowed=allowed, fix="have the subject signed again, or restore it"
    )
