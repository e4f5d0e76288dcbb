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
from plimsoll.vocabulary.errors import BadInput


def log(app: Application) -> Sequence[Entry]:
    """Give every entry in order, read from the file without writing to it."""
    return read_log(app.workspace.state)[0]


def verify(app: Application, head: Path | None = None, root_key: str | None = None) -> AuditVerification:
    """Verify the log from its file, against a kept head; without one, against the signatures that lie with reports.

    A log whose tail was cut together with its seals still looks whole to itself: only a signature kept elsewhere
    shows it, so those beside the workspace's reports are tried one by one.
    """
    if head is None:
        found = verify_file(app.workspace.state, None, root_key)
        for signatures in sorted(app.workspace.reports.rglob("*.signatures.json")):
            if not found.ok:
                break
            found = verify(app, signatures, root_key)
        return found
    try:
        kept: dict[str, Any] = json.loads(head.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput(
            "unreadable_file",
            field="head",
            value=head,
            allowed="a head document that `plimsoll audit log --head FILE` wrote",
            fix=str(error),
        ) from error
    return verify_file(app.workspace.state, kept, root_key)


def head_document(app: Application) -> dict[str, Any]:
    """Give what to keep outside the workspace for a later verification."""
    with open_desk(app) as desk:
        return desk.head_document()
