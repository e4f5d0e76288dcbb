"""The desk at which governance acts: the journal, the clock, the ids and the policy in force."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from plimsoll.governance.audit import append
from plimsoll.governance.policy import PolicyPack
from plimsoll.governance.ports import Entry, Journal, JournalWriter, SignatureCheck, Signer
from plimsoll.governance.roster import Member, Role
from plimsoll.governance.seals import head_document
from plimsoll.governance.state import GovernanceState, as_of, replay
from plimsoll.governance.verification import AuditVerification, verify_log
from plimsoll.vocabulary.clock import Clock, utc_text
from plimsoll.vocabulary.errors import NotPermitted
from plimsoll.vocabulary.ids import IdSource


class Session:
    """One act of governance: a transaction on the journal, the state before it, and the time."""

    def __init__(self, desk: "Desk", writer: JournalWriter, time: str) -> None:
        self.desk = desk
        self.writer = writer
        self.time = time
        self.state: GovernanceState = replay(writer.entries())

    def member(self, signer: Signer, role: Role | None = None) -> Member:
        """Give the roster's member that an unlocked key belongs to.

        Raises
        ------
        NotPermitted
            If the roster does not know the name, knows another key for it, the key is not good now, or the member
            does not have the role.
        """
        roster = self.state.roster
        member = None if roster is None else roster.member(signer.name)
        if member is None:
            raise _refusal("not_in_roster", signer.name, "a member of the signed roster")
        if member.public_key != signer.public_key:
            raise _refusal("key_of_another", signer.name, f"the key {member.key_id}")
        if not member.is_valid_at(self.time):
            raise _refusal("key_not_in_force", signer.name, f"{member.valid_from} to {member.valid_to or 'no end'}")
        if role is not None and role not in member.roles:
            raise _refusal("role_not_held", signer.name, f"a member with the role {role.value}")
        return member

    def record(self, kind: str, subject: str, payload: Mapping[str, Any], signer: Signer | None = None) -> Entry:
        """Add an entry, in the name of a member or of the system, and bring the state up to it."""
        key = "" if signer is None else self.member(signer).key_id
        return self.record_as(kind, subject, payload, signer, key)

    def record_as(self, kind: str, subject: str, payload: Mapping[str, Any], signer: Signer | None, key: str) -> Entry:
        """Add an entry under a key id that is already known to be right."""
        entry = append(
            self.writer,
            self.time,
            self.desk.ids,
            kind=kind,
            subject=subject,
            payload=payload,
            signer=signer,
            key=key,
        )
        self.state = replay([entry], self.state)
        return entry


@dataclass(frozen=True, slots=True)
class Desk:
    """The ports that governance works through, and the policy that it works by."""

    journal: Journal
    clock: Clock
    ids: IdSource
    policy: PolicyPack
    check: SignatureCheck

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Begin an act; whatever it records is kept together or not at all."""
        with self.journal.transaction() as writer:
            yield Session(self, writer, utc_text(self.clock.now()))

    def state(self) -> GovernanceState:
        """Give the present state."""
        return replay(self.journal.read()[0])

    def state_as_of(self, time: str) -> GovernanceState:
        """Give the state as it was at a time."""
        return as_of(self.journal.read()[0], time)

    def verify(self, head: Mapping[str, Any] | None = None, root_key: str | None = None) -> AuditVerification:
        """Verify the audit log, against a kept head where there is one."""
        entries, heads = self.journal.read()
        return verify_log(entries, heads, self.check, head=head, root_key=root_key)

    def head_document(self) -> dict[str, Any]:
        """Give what to keep outside the log, for a later :meth:`verify`."""
        return head_document(*self.journal.read())

    def note(self, kind: str, subject: str, payload: Mapping[str, Any]) -> Entry:
        """Record something that the system did and that changes no state of governance, such as a run.

        Raises
        ------
        NotPermitted
            If the kind is one that only a governed act may record.
        """
        if kind.split(".")[0] in ("roster", "model", "version", "finding", "audit"):
            raise _refusal("kind_is_reserved", kind, "a kind of another family, such as run.finished")
        if kind == "report.signed":
            raise _refusal("kind_is_reserved", kind, "the act of signing")
        with self.session() as session:
            return session.record(kind, subject, payload)


def _refusal(code: str, value: str, allowed: str) -> NotPermitted:
    return NotPermitted(code, field="signer", value=value, allowed=allowed, fix="act with a key of the signed roster")
