"""A whole audit log in memory, and what a forger does to one."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from governance_world import APPROVER, DEVELOPER, OWNER, ROOT, VALIDATOR
from plimsoll.governance.audit import GENESIS, entry_hash, entry_message
from plimsoll.governance.ports import Entry, SealedHead, Signer
from plimsoll.governance.verification import AuditVerification, verify_log
from plimsoll.storage.ed25519 import check_signature

Log = tuple[Sequence[Entry], Sequence[SealedHead]]
FIELDS = [item.name for item in fields(Entry)]
SIGNERS = {signer.name: signer for signer in (OWNER, DEVELOPER, VALIDATOR, APPROVER, ROOT)}


def verify(log: Log, head: Mapping[str, Any] | None = None) -> AuditVerification:
    return verify_log(log[0], log[1], check_signature, head=head)


def rehash(entries: list[Entry], start: int, signers: dict[str, Signer] | None = None) -> tuple[Entry, ...]:
    """Recompute previous, hash and, for those whose keys the forger holds, signature from an entry on."""
    for index in range(start, len(entries)):
        previous = entries[index - 1].hash if index else GENESIS
        entry = replace(entries[index], seq=index + 1, previous=previous)
        entry = replace(entry, hash=entry_hash(entry))
        if signers and entry.actor in signers:
            signature = signers[entry.actor].sign(entry_message(entry))
            entry = replace(entry, signature=base64.b64encode(signature).decode())
        entries[index] = entry
    return tuple(entries)


def altered(entry: Entry, values: Mapping[str, Any]) -> Entry:
    return replace(entry, **values)
