"""Seals of the audit log: what sign-offs promise about its entries, inside the log's store and kept outside."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plimsoll.governance.dsse import Envelope
from plimsoll.governance.ports import Entry, SealedHead, SignatureCheck
from plimsoll.governance.roster import Roster, open_roster
from plimsoll.governance.signoff import SignOff, read_sign_off, verify_sign_off
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken

ROSTER_KIND = "roster.published"
HEAD_SCHEMA = "plimsoll/audit-head/v1"


@dataclass(frozen=True, slots=True)
class KeptHead:
    """Sign-offs kept outside the log, and the rosters kept with them."""

    rosters: tuple[Roster, ...] = ()
    envelopes: tuple[Envelope, ...] = ()

    @property
    def root_key(self) -> str | None:
        """The root key that the kept rosters name, if there are any."""
        return self.rosters[-1].root_key if self.rosters else None


def head_document(entries: Sequence[Entry], heads: Sequence[SealedHead]) -> dict[str, Any]:
    """Give what to keep outside the log: every signed roster and sign-off, for ``audit verify --head``."""
    return {
        "schema": HEAD_SCHEMA,
        "rosters": [json.loads(entry.payload)["envelope"] for entry in entries if entry.kind == ROSTER_KIND],
        "sign_offs": [json.loads(head.envelope) for head in heads],
    }


def read_kept_head(head: Mapping[str, Any], check: SignatureCheck) -> KeptHead:
    """Read a head document, or one lone sign-off envelope.

    Raises
    ------
    BadInput
        If it is neither.
    IntegrityBroken
        If the document's own signatures do not hold.
    """
    if not isinstance(head, Mapping):
        raise _no_head("")
    sign_offs, rosters = head.get("sign_offs"), head.get("rosters")
    if head.get("schema") == HEAD_SCHEMA and isinstance(sign_offs, list) and isinstance(rosters, list):
        opened: list[Roster] = []
        for item in rosters:
            opened.append(open_roster(Envelope.from_dict(item), check, opened[0].root_key if opened else None))
        envelopes = tuple(Envelope.from_dict(item) for item in sign_offs)
        for envelope in envelopes:
            verify_by_any(envelope, opened, check)
        return KeptHead(tuple(opened), envelopes)
    if "payload" in head:
        envelope = Envelope.from_dict(head)
        read_sign_off(envelope)
        return KeptHead(envelopes=(envelope,))
    raise _no_head(str(head.get("schema", "")))


def stored_envelope(sealed: SealedHead) -> Envelope:
    """Read a stored seal, which must stand there byte for byte as it was written.

    Raises
    ------
    IntegrityBroken
        If it does not.
    """
    try:
        envelope = Envelope.from_dict(json.loads(sealed.envelope))
        as_written = canonical_json(envelope.to_dict()).decode()
    except (ValueError, TypeError, BadInput) as error:
        raise _rewritten(sealed) from error
    if as_written != sealed.envelope:
        raise _rewritten(sealed)
    return envelope


def verify_by_any(envelope: Envelope, rosters: Sequence[Roster], check: SignatureCheck) -> SignOff:
    """Check a sign-off against the newest roster under which it holds.

    Raises
    ------
    IntegrityBroken
        If it holds under none.
    """
    failure = IntegrityBroken(
        "no_roster", field="sign_off", allowed="a signer in a published roster", fix="restore the roster"
    )
    for roster in reversed(rosters):
        try:
            return verify_sign_off(envelope, roster, check)
        except IntegrityBroken as error:
            failure = error
    raise failure


def promised_hashes(
    entries: Sequence[Entry], heads: Sequence[SealedHead], kept: KeptHead, check: SignatureCheck
) -> dict[int, str]:
    """Give the hash that each sealed entry must have.

    Seals in the store count only if they hold under a roster of the log; a kept head has the last word.
    """
    rosters = _rosters(entries, check)
    promised: dict[int, str] = {}
    for sealed in heads:
        try:
            sign_off = verify_by_any(stored_envelope(sealed), rosters, check)
        except IntegrityBroken:
            continue
        promised.update(_numbered(sign_off))
    for envelope in kept.envelopes:
        promised.update(_numbered(read_sign_off(envelope)))
    return promised


def _numbered(sign_off: SignOff) -> Iterable[tuple[int, str]]:
    return enumerate(sign_off.hashes, start=sign_off.first)


def _rosters(entries: Sequence[Entry], check: SignatureCheck) -> list[Roster]:
    found: list[Roster] = []
    for entry in entries:
        if entry.kind == ROSTER_KIND:
            try:
                found.append(open_roster(Envelope.from_dict(json.loads(entry.payload)["envelope"]), check))
            except (IntegrityBroken, ValueError, KeyError, TypeError):
                continue
    return found


def _no_head(schema: str) -> BadInput:
    return BadInput(
        "not_a_head",
        field="head",
        value=schema,
        allowed=f"{HEAD_SCHEMA}, or one sign-off envelope",
        fix="give the file that the sign-off wrote",
    )


def _rewritten(sealed: SealedHead) -> IntegrityBroken:
    return IntegrityBroken(
        "seal_rewritten",
        field="seal",
        value=sealed.seq,
        allowed="the envelope as it was written",
        fix="restore the log from an unharmed copy",
    )
