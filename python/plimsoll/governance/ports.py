"""What governance asks of the outside: a key that signs, a check of signatures, a journal that only grows."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

SignatureCheck: TypeAlias = Callable[[str, bytes, bytes], bool]
"""(public key in hex, signature, message) -> whether the Ed25519 signature is good."""


class Signer(Protocol):
    """An unlocked private key and the name that it is used under."""

    @property
    def name(self) -> str:
        """The identity that signs."""

    @property
    def public_key(self) -> str:
        """The Ed25519 public key, 64 hex letters."""

    def sign(self, message: bytes) -> bytes:
        """Give the Ed25519 signature of a message, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the audit log.

    ``payload`` is canonical JSON text, kept as text so that any edited byte is seen. ``hash`` covers every field but
    itself and ``signature``; ``signature`` is base64 of the actor's Ed25519 signature of the hash, empty for the system.
    """

    seq: int
    event_id: str
    time: str
    actor: str
    key_id: str
    kind: str
    subject: str
    payload: str
    previous: str
    hash: str
    signature: str


@dataclass(frozen=True, slots=True)
class SealedHead:
    """A signature envelope over the log's head, as text, and the number of the entry that it seals."""

    seq: int
    envelope: str


class JournalWriter(Protocol):
    """One transaction on the journal: all of it is recorded or none."""

    def entries(self) -> Sequence[Entry]:
        """Give all entries in order, those of this transaction included."""

    def heads(self) -> Sequence[SealedHead]:
        """Give all sealed heads in order."""

    def append(self, entry: Entry) -> None:
        """Add the next entry."""

    def seal(self, head: SealedHead) -> None:
        """Keep a signature over the head."""


class Journal(Protocol):
    """The store of the audit log: it can be read and added to, never changed."""

    def read(self) -> tuple[Sequence[Entry], Sequence[SealedHead]]:
        """Give all entries and all sealed heads in order, as of one instant."""

    def transaction(self) -> AbstractContextManager[JournalWriter]:
        """Begin a transaction that no other writer shares; an exception takes it back."""
