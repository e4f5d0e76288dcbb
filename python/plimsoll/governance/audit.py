"""The audit log: each entry carries the hash of the one before, and people sign what they enter."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from plimsoll.governance.ports import Entry, JournalWriter, Signer
from plimsoll.governance.roster import SYSTEM_NAME
from plimsoll.vocabulary.digest import bytes_digest, canonical_json
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.ids import IdSource

GENESIS = "sha256:" + "0" * 64
"""What stands for the previous hash in the first entry."""

_BEFORE_ALL = Entry(0, "", "", "", "", "", "", "", "", GENESIS, "")


def entry_hash(entry: Entry) -> str:
    """Give the hash that an entry must have: SHA-256 of the previous hash, then of all its fields but the signature."""
    fields = {
        "seq": entry.seq,
        "event_id": entry.event_id,
        "time": entry.time,
        "actor": entry.actor,
        "key_id": entry.key_id,
        "kind": entry.kind,
        "subject": entry.subject,
        "payload": entry.payload,
    }
    return bytes_digest(entry.previous.encode() + canonical_json(fields))


def entry_message(entry: Entry) -> bytes:
    """Give the bytes that the actor of an entry signs; no other kind of signature covers such bytes."""
    return b"plimsoll/audit-entry/v1 " + entry.hash.encode()


def payload_of(entry: Entry) -> dict[str, Any]:
    """Give the payload of an entry as data."""
    data: dict[str, Any] = json.loads(entry.payload)
    return data


def append(
    writer: JournalWriter,
    time: str,
    ids: IdSource,
    *,
    kind: str,
    subject: str,
    payload: Mapping[str, Any],
    signer: Signer | None = None,
    key: str = "",
) -> Entry:
    """Add an entry to the log within a transaction and give it as recorded.

    Parameters
    ----------
    writer : JournalWriter
        The transaction.
    time : str
        UTC time of the entry.
    ids : IdSource
        Gives the entry its id.
    kind, subject : str
        What happened, and to what.
    payload : Mapping
        Plain data.
    signer : Signer, optional
        Whose entry it is; the system's without one.
    key : str
        Id of the signer's key.

    Raises
    ------
    BadInput
        If the time is before the log's last entry.
    """
    entries = writer.entries()
    last = entries[-1] if entries else _BEFORE_ALL
    _refuse_going_back(time, last)
    actor = SYSTEM_NAME if signer is None else signer.name
    text = canonical_json(payload).decode()
    entry = Entry(last.seq + 1, ids.next("event"), time, actor, key, kind, subject, text, last.hash, "", "")
    entry = replace(entry, hash=entry_hash(entry))
    if signer is not None:
        entry = replace(entry, signature=base64.b64encode(signer.sign(entry_message(entry))).decode())
    writer.append(entry)
    return entry


def _refuse_going_back(time: str, last: Entry) -> None:
    if time < last.time:
        raise BadInput(
            "clock_went_back",
            field="time",
            value=time,
            allowed=f"{last.time} or later",
            fix="set the clock right; entries cannot be dated back",
        )
