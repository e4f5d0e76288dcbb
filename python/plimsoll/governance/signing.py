"""Signing reports, and checking the signatures without any store at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plimsoll.governance.desk import Desk, Session
from plimsoll.governance.dsse import DEMO_MARK, Envelope
from plimsoll.governance.guards import offices_of
from plimsoll.governance.ports import SealedHead, SignatureCheck, Signer
from plimsoll.governance.roster import Role
from plimsoll.governance.seals import HEAD_SCHEMA, read_kept_head, stored_envelope, verify_by_any
from plimsoll.governance.separation import Office, refuse_two_offices
from plimsoll.governance.signoff import SignOff, mark_of, read_sign_off, seal_sign_off, unsealed
from plimsoll.governance.verification import SIGN_OFF_KIND, verify_log
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken, NotPermitted

_SEPARATE = (
    (Role.developer, Role.validator),
    (Role.developer, Role.approver),
    (Role.validator, Role.approver),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is signed: a name, a digest, and the model versions that it is about."""

    name: str
    digest: str
    covers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VouchedSignOffs:
    """Sign-offs that hold, and the root that vouches for those who gave them: its public key and the key's id."""

    sign_offs: tuple[SignOff, ...]
    root_key: str
    root_key_id: str


def sign(desk: Desk, subject: Subject, role: Role, meaning: str, signer: Signer) -> Envelope:
    """Sign a subject, record it, and seal the audit log with the same signature.

    What the same key has signed before in the same role, with the same meaning and over the same submissions, stands:
    nothing is written, and its envelope is given back.

    Parameters
    ----------
    desk : Desk
        Where governance acts.
    subject : Subject
        The report and the versions that it covers.
    role : Role
        The office in which the signer signs.
    meaning : str
        What the signature means; the policy lists the meanings of each role.
    signer : Signer
        The unlocked key.

    Returns
    -------
    Envelope
        The DSSE envelope; keep it, or the head document, outside the log.

    Raises
    ------
    BadInput
        If the meaning is not one of the role's, or a covered version is unknown.
    NotPermitted
        If the signer lacks the role, is not the developer or owner that it signs as, or holds an office towards a
        covered version, or under this subject, that must be separate; or if an approver comes before the validator.
    IntegrityBroken
        If the audit log is not whole: a signature must not seal an altered log.
    """
    if meaning not in desk.policy.meanings[role]:
        raise BadInput(
            "unknown_meaning",
            field="meaning",
            value=meaning,
            allowed=", ".join(desk.policy.meanings[role]),
            fix=f"use a meaning that a {role.value} can give",
        )
    with desk.session() as session:
        member = session.member(signer, role)
        _refuse_conflicts(session, subject, Office(role, member.name, member.public_key))
        if role is Role.approver and not _is_validated(session, subject.digest):
            raise NotPermitted(
                "not_yet_validated", field="digest", value=subject.digest, allowed="a subject that a validator signed",
                fix="let the validator sign first",
            )  # fmt: skip
        verify_log(session.writer.entries(), session.writer.heads(), desk.check).require()
        covers = [
            (model_id, version, session.state.version(model_id, version).cycle) for model_id, version in subject.covers
        ]
        standing = _standing(session, subject, Office(role, member.name, member.public_key), meaning, covers)
        if standing is not None:
            return standing
        payload = {"digest": subject.digest, "role": role, "meaning": meaning, "mark": mark_of(member)}
        session.record(SIGN_OFF_KIND, subject.name, {**payload, "covers": [list(item) for item in covers]}, signer)
        return _seal(session, subject, role, meaning, signer)


def _standing(
    session: Session, subject: Subject, office: Office, meaning: str, covers: Sequence[tuple[str, str, int]]
) -> Envelope | None:
    wanted = (subject.name, subject.digest, office, meaning, tuple(covers))
    for item in session.state.sign_offs:
        if (item.subject, item.digest, item.office, item.meaning, item.covers) == wanted:
            # A sign-off is always the last entry under its own seal.
            (sealed,) = (head for head in session.writer.heads() if head.seq == item.seq)
            return stored_envelope(sealed)
    return None


def _seal(session: Session, subject: Subject, role: Role, meaning: str, signer: Signer) -> Envelope:
    member = session.member(signer, role)
    heads = session.writer.heads()
    first, hashes = unsealed(session.writer.entries(), heads[-1].seq if heads else 0)
    sign_off = SignOff(
        subject=subject.name,
        digest=subject.digest,
        name=member.name,
        role=role,
        meaning=meaning,
        time=session.time,
        mark=mark_of(member),
        first=first,
        hashes=hashes,
    )
    envelope = seal_sign_off(sign_off, signer, demo=member.demo)
    session.writer.seal(SealedHead(sign_off.head, canonical_json(envelope.to_dict()).decode()))
    return envelope


def _refuse_conflicts(session: Session, subject: Subject, wanted: Office) -> None:
    state = session.state
    for model_id, _ in subject.covers:
        model = state.model(model_id).model
        named = {Role.developer: model.developer, Role.owner: model.owner}.get(wanted.role, wanted.name)
        if wanted.name != named:
            raise NotPermitted(
                f"not_the_{wanted.role.value}",
                field=model_id,
                value=wanted.name,
                allowed=named,
                fix=f"let {named} sign, or change the inventory record",
            )
    held = [sign_off.office for sign_off in state.sign_offs if sign_off.digest == subject.digest]
    for model_id, version in subject.covers:
        held.extend(offices_of(state, state.version(model_id, version)))
    refuse_two_offices(wanted, held, session.desk.policy.separation_of_duties)


def _is_validated(session: Session, digest: str) -> bool:
    return any(item.digest == digest and item.office.role is Role.validator for item in session.state.sign_offs)


def sign_off_document(desk: Desk, digest: str) -> dict[str, Any]:
    """Give the signed rosters and the sign-offs under one subject, to travel with it and be verified offline."""
    document = desk.head_document()
    chosen = [item for item in document["sign_offs"] if read_sign_off(Envelope.from_dict(item)).digest == digest]
    return {**document, "sign_offs": chosen}


def verify_sign_offs(
    document: Mapping[str, Any], digest: str, check: SignatureCheck, root_key: str | None = None
) -> VouchedSignOffs:
    """Verify offline every sign-off that travels with a subject.

    Parameters
    ----------
    document : Mapping
        What :func:`sign_off_document` gave.
    digest : str
        Digest of the subject in hand.
    check : SignatureCheck
        Checks Ed25519 signatures.
    root_key : str, optional
        The root key that must vouch for the signers; without it the document's own, which proves nothing until the
        caller has compared it with one that can be trusted.

    Returns
    -------
    VouchedSignOffs
        Who signed, in which role, when, and what it means; and the root that vouches for them.

    Raises
    ------
    BadInput
        If the document has another form.
    IntegrityBroken
        If there is no sign-off, the subject has changed, a signature does not hold, or the root key is another.
    NotPermitted
        If one identity or key signed in two of the roles developer, validator and approver.
    """
    if document.get("schema") != HEAD_SCHEMA:
        raise BadInput(
            "wrong_schema", field="schema", value=document.get("schema"), allowed=HEAD_SCHEMA, fix="give the sign-offs"
        )
    kept = read_kept_head(document, check)
    if root_key is not None and kept.root_key != root_key:
        raise _void("other_root_key", str(kept.root_key), root_key, "take signatures that this root vouches for")
    if not kept.envelopes:
        raise _void("not_signed", digest, "at least one sign-off")
    sign_offs: list[SignOff] = []
    offices: list[Office] = []
    for envelope in kept.envelopes:
        sign_off = verify_by_any(envelope, kept.rosters, check)
        if sign_off.digest != digest:
            raise _void("subject_changed", digest, sign_off.digest)
        office = Office(sign_off.role, sign_off.name, envelope.key_id.removeprefix(f"{DEMO_MARK}:"))
        refuse_two_offices(office, offices, _SEPARATE)
        sign_offs.append(sign_off)
        offices.append(office)
    root = kept.rosters[-1]
    return VouchedSignOffs(tuple(sign_offs), root.root_key, root.root_key_id)


def _void(
    code: str, value: str, allowed: str, fix: str = "have the subject signed again, or restore it"
) -> IntegrityBroken:
    return IntegrityBroken(code, field="sign_off", value=value, allowed=allowed, fix=fix)
