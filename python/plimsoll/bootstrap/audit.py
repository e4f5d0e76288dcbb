"""The audit log: reading it, and verifying it from the file alone."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.governance import open_desk
from plimsoll.governance.ports import Entry
from plimsoll.governance.verification import AuditVerification
from plimsoll.storage.reader import read_log, verify_file
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken


def log(app: Application) -> Sequence[Entry]:
    """Give every entry in order, read from the file without writing to it."""
    return read_log(app.workspace.state)[0]


def verify(app: Application, head: Path | None = None, root_key: str | None = None) -> AuditVerification:
    """Verify the log from its file, against a kept head; without one, against the signatures that lie with reports.

    A log whose tail was cut together with its seals still looks whole to itself: only a signature kept elsewhere
    shows it, so those beside the workspace's reports are tried one by one.
    """
    if head is not None:
        return verify_file(app.workspace.state, _read_head(head), root_key)
    found = verify_file(app.workspace.state, None, root_key)
    for signatures in sorted(app.workspace.reports.rglob("*.signatures.json")):
        if not found.ok:
            break
        try:
            found = verify_file(app.workspace.state, _read_head(signatures), root_key)
        except BadInput as error:
            # A program wrote this file: what no longer reads as its document has been damaged since.
            raise IntegrityBroken(
                "file_damaged",
                field="signatures",
                value=signatures,
                allowed="the signatures as `plimsoll sign` wrote them",
                fix=f"restore the file ({error.code})",
            ) from error
    return found


def _read_head(path: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput(
            "unreadable_file",
            field="head",
            value=path,
            allowed="a head document that `plimsoll audit log --head FILE` wrote",
            fix=str(error),
        ) from error
    return kept


def head_document(app: Application) -> dict[str, Any]:
    """Give what to keep outside the workspace for a later verification."""
    with open_desk(app) as desk:
        return desk.head_document()
