"""Verification of the audit log: finds the first entry that is not as it was recorded.

Needs the entries, the sealed heads and a check of Ed25519 signatures, nothing else.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from plimsoll.governance.audit import GENESIS, entry_hash, entry_message
from plimsoll.governance.dsse import Envelope
from plimsoll.governance.ports import Entry, SealedHead, SignatureCheck
from plimsoll.governance.roster import ROOT_NAME, SYSTEM_NAME, Roster, open_roster
from plimsoll.governance.seals import (
    ROSTER_KIND,
    KeptHead,
    promised_hashes,
    read_kept_head,
    stored_envelope,
    verify_by_any,
)
from plimsoll.governance.signoff import read_sign_off
from plimsoll.vocabulary.errors import IntegrityBroken, PlimsollError

SIGN_OFF_KIND = "report.signed"


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """What the verification found.

    ``first_bad`` is the number of the first bad entry, None if there is none; ``sealed_to`` is the last entry under
    a valid seal, and 0 where an entry is bad: no seal of a broken log is relied on. After it, an edit by someone who recomputes hashes shows only from the next entry that a person signed.
    ``unguarded`` says what is wrong with the guards that keep the store append-only, where the store was looked at.
    """

    entries: int
    sealed_to: int
    head: str
    root_key_id: str
    first_bad: int | None = None
    reason: str = ""
    unguarded: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether every entry is as it was recorded."""
        return self.first_bad is None

    @property
    def ok(self) -> bool:
        """Tell whether every entry is as it was recorded, and its store still refuses changes."""
        return self.whole and not self.unguarded

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "sealed_to": self.sealed_to,
            "head": self.head,
            "root_key_id": self.root_key_id,
            "first_bad": self.first_bad,
            "reason": self.reason,
            "unguarded": list(self.unguarded),
        }

    def __str__(self) -> str:
        """Give the finding in one line."""
        if not self.whole:
            return f"audit log broken: first bad entry {self.first_bad}: {self.reason}"
        words = f"{self.entries} entries, sealed to {self.sealed_to}, head {self.head}"
        if self.unguarded:
            return f"audit log unguarded: {', '.join(self.unguarded)}; its entries are as recorded: {words}"
        return f"audit log whole: {words}"

    def require(self) -> "AuditVerification":
        """Give the finding back if every entry is as it was recorded.

        Raises
        ------
        IntegrityBroken
            With the first bad entry.
        """
        if not self.whole:
            raise IntegrityBroken(
                "audit_log_broken",
                field="entry",
                value=f"{self.first_bad}: {self.reason}",
                allowed="every entry as it was recorded",
                fix="restore the log from an unharmed copy",
            )
        return self


class _Fault(Exception):
    """What is wrong with the entry under examination."""


def verify_log(
    entries: Sequence[Entry],
    heads: Sequence[SealedHead],
    check: SignatureCheck,
    *,
    head: Mapping[str, Any] | None = None,
    root_key: str | None = None,
) -> AuditVerification:
    """Verify the whole log and name the first bad entry.

    Parameters
    ----------
    entries, heads : Sequence
        The log as stored, in order, whatever its state.
    check : SignatureCheck
        Checks Ed25519 signatures.
    head : Mapping, optional
        A head kept outside the log: a document of :func:`plimsoll.governance.seals.head_document`, or one sign-off
        envelope.
    root_key : str, optional
        The root key that must vouch for the roster; without it, the key of the kept head, else the log's own.

    Returns
    -------
    AuditVerification
        The first bad entry and the reason, or none.

    Raises
    ------
    BadInput
        If ``head`` is neither of the two forms.
    IntegrityBroken
        If the signatures of ``head`` itself do not hold.
    """
    kept = KeptHead() if head is None else read_kept_head(head, check)
    walk = _Walk(check, root_key or kept.root_key, promised_hashes(entries, heads, kept, check))
    for position, entry in enumerate(entries, start=1):
        try:
            walk.examine(position, entry)
        except _Fault as fault:
            return walk.broken(len(entries), position, str(fault))
    last_sealed = max(walk.promised, default=0)
    if last_sealed > len(entries):
        return walk.broken(len(entries), len(entries) + 1, f"missing, a seal covers the entries to {last_sealed}")
    return _examine_seals(walk, entries, heads, kept)


class _Walk:
    """Goes through the log once, entry by entry, with the roster in force at each."""

    def __init__(self, check: SignatureCheck, root_key: str | None, promised: Mapping[int, str]) -> None:
        self.check = check
        self.promised = promised
        self.rosters: list[Roster] = []
        self.previous = GENESIS
        self._root_key = root_key
        self._time = ""

    @property
    def root_key_id(self) -> str:
        return self.rosters[-1].root_key_id if self.rosters else ""

    def broken(self, count: int, position: int, reason: str) -> AuditVerification:
        return AuditVerification(count, 0, self.previous, self.root_key_id, first_bad=position, reason=reason)

    def examine(self, position: int, entry: Entry) -> None:
        """Check one entry against itself, the entry before, its actor's key and the seals."""
        for item in fields(Entry):
            if type(getattr(entry, item.name)) is not (int if item.name == "seq" else str):
                raise _Fault(f"{item.name} has the wrong type")
        if entry.seq != position:
            raise _Fault(f"missing, the next is numbered {entry.seq}")
        if entry.previous != self.previous:
            raise _Fault("does not follow from the entry before")
        if entry.hash != _recomputed_hash(entry):
            raise _Fault("content does not match its hash")
        if entry.hash != self.promised.get(position, entry.hash):
            raise _Fault("differs from what was sealed")
        if entry.time < self._time:
            raise _Fault("dated before the entry before")
        if entry.kind == ROSTER_KIND:
            self._adopt(entry)
        self._examine_signature(entry)
        self.previous, self._time = entry.hash, entry.time

    def _adopt(self, entry: Entry) -> None:
        try:
            envelope = Envelope.from_dict(json.loads(entry.payload)["envelope"])
            roster = open_roster(envelope, self.check, self._root_key)
        except (IntegrityBroken, ValueError, KeyError, TypeError) as error:
            raise _Fault(f"roster not vouched for: {error}") from error
        if entry.actor != ROOT_NAME or (self.rosters and roster.revision <= self.rosters[-1].revision):
            raise _Fault("roster not published by the root, or older than the one before")
        self._root_key = roster.root_key
        self.rosters.append(roster)

    def _examine_signature(self, entry: Entry) -> None:
        if entry.actor == SYSTEM_NAME:
            if entry.signature or entry.key_id:
                raise _Fault("the system signs nothing")
            return
        key, public_key = self._key(entry)
        if entry.key_id != key:
            raise _Fault(f"{entry.actor} has another key")
        try:
            signature = base64.b64decode(entry.signature, validate=True)
        except ValueError as error:
            raise _Fault("signature is not base64") from error
        if base64.b64encode(signature).decode() != entry.signature:
            raise _Fault("signature was rewritten")
        if not self.check(public_key, signature, entry_message(entry)):
            raise _Fault(f"not signed by {entry.actor}")

    def _key(self, entry: Entry) -> tuple[str, str]:
        if not self.rosters:
            raise _Fault(f"{entry.actor} acts before there is a roster")
        roster = self.rosters[-1]
        if entry.actor == ROOT_NAME:
            return roster.root_key_id, roster.root_key
        member = roster.member(entry.actor)
        if member is None or not member.is_valid_at(entry.time):
            raise _Fault(f"{entry.actor} is not in the roster of the time")
        return member.key_id, member.public_key


def _recomputed_hash(entry: Entry) -> str:
    try:
        return entry_hash(entry)
    except (PlimsollError, UnicodeEncodeError):
        return ""


def _examine_seals(
    walk: _Walk, entries: Sequence[Entry], heads: Sequence[SealedHead], kept: KeptHead
) -> AuditVerification:
    """Check the seals themselves: each signed, none missing, none out of line."""
    sealed_to = 0
    for sealed in heads:
        first = sealed_to + 1
        try:
            sign_off = verify_by_any(stored_envelope(sealed), walk.rosters, walk.check)
        except IntegrityBroken as fault:
            return walk.broken(len(entries), first, f"its seal does not hold: {fault}")
        if sign_off.first != first or sign_off.head != sealed.seq:
            return walk.broken(len(entries), first, f"its seal is missing, the next covers from {sign_off.first}")
        sealed_to = sign_off.head
    unsealed = [entry.seq for entry in entries if entry.kind == SIGN_OFF_KIND and entry.seq > sealed_to]
    if unsealed:
        return walk.broken(len(entries), unsealed[0], "the seal of this sign-off is missing")
    for envelope in kept.envelopes:
        try:
            sealed_to = max(sealed_to, verify_by_any(envelope, walk.rosters, walk.check).head)
        except IntegrityBroken as fault:
            return walk.broken(len(entries), read_sign_off(envelope).first, f"the kept head does not hold: {fault}")
    return AuditVerification(len(entries), sealed_to, walk.previous, walk.root_key_id)
