"""Reading an audit log for verification: the standard library alone, and never a write."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from plimsoll.governance.ports import Entry, SealedHead
from plimsoll.governance.verification import AuditVerification, verify_log
from plimsoll.storage.ed25519 import check_signature
from plimsoll.storage.guards import SQLITE_TRIGGERS, guard_flaws
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken

_WAIT_SECONDS = 2.0
_ENTRIES = """
SELECT seq, event_id, time, actor, key_id, kind, subject, payload, previous, hash, signature
FROM audit_entry ORDER BY seq
"""
_SEALS = "SELECT seq, envelope FROM audit_seal ORDER BY seq"


@dataclass(frozen=True, slots=True)
class StoredLog:
    """A log as it lies in its file: its entries, its seals, and what is wrong with its append-only triggers."""

    entries: tuple[Entry, ...]
    heads: tuple[SealedHead, ...]
    guard_flaws: tuple[str, ...]

    def verify(self, head: Mapping[str, Any] | None = None, root_key: str | None = None) -> AuditVerification:
        """Verify the log, against a head that was kept outside where there is one."""
        found = verify_log(self.entries, self.heads, check_signature, head=head, root_key=root_key)
        return replace(found, unguarded=self.guard_flaws)


def read_log(path: Path) -> tuple[tuple[Entry, ...], tuple[SealedHead, ...]]:
    """Read all entries and seals of a governance database, whatever state they are in; see :func:`read_stored_log`."""
    stored = read_stored_log(path)
    return stored.entries, stored.heads


def read_stored_log(path: Path) -> StoredLog:
    """Read a governance database, whatever state it is in.

    Works on a read-only file in a read-only folder.

    Raises
    ------
    BadInput
        If there is no such file.
    IntegrityBroken
        If it cannot be read as a governance database.
    """
    if not path.is_file():
        raise BadInput(
            "unreadable_file", field="path", value=path, allowed="a governance database", fix="check the workspace"
        )
    try:
        return _read(path, "mode=ro")
    except sqlite3.Error as error:
        # Without a write-ahead log beside it, a database that cannot be locked is still whole.
        if not _has_write_ahead_log(path):
            try:
                return _read(path, "mode=ro&immutable=1")
            except sqlite3.Error:
                pass
        raise IntegrityBroken(
            "unsound_database", field="path", value=f"{path}: {error}", allowed="a sound governance database",
            fix="restore the file",
        ) from error  # fmt: skip


def verify_file(path: Path, head: Mapping[str, Any] | None = None, root_key: str | None = None) -> AuditVerification:
    """Verify the audit log in a database file and name its first bad entry.

    Parameters
    ----------
    path : Path
        The governance database; it is only read.
    head : Mapping, optional
        A head kept outside the log.
    root_key : str, optional
        The root key that must vouch for the roster.

    Returns
    -------
    AuditVerification
        The first bad entry and the reason, or none; and triggers that no longer guard it.
    """
    return read_stored_log(path).verify(head, root_key)


def _read(path: Path, options: str) -> StoredLog:
    with closing(
        sqlite3.connect(f"file:{quote(str(path.resolve()))}?{options}", timeout=_WAIT_SECONDS, uri=True)
    ) as connection:
        connection.text_factory = _text
        connection.execute("BEGIN")
        entries = connection.execute(_ENTRIES).fetchall()
        heads = connection.execute(_SEALS).fetchall()
        triggers = dict(connection.execute(SQLITE_TRIGGERS).fetchall())
    return StoredLog(
        tuple(Entry(*row) for row in entries), tuple(SealedHead(*row) for row in heads), guard_flaws(triggers)
    )


def _text(data: bytes) -> str:
    # Bytes that are no UTF-8 must reach the verification, which names their entry.
    return data.decode("utf-8", "surrogateescape")


def _has_write_ahead_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0
