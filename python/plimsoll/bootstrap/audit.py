"""The audit log: reading it, and verifying it from the file alone."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.governance import open_desk, unlock
from plimsoll.bootstrap.lost_log import RESTORE, had_roster, refuse_lost_log
from plimsoll.governance.ports import Entry
from plimsoll.governance.state import replay
from plimsoll.governance.verification import AuditVerification
from plimsoll.storage.reader import StoredLog, read_log, read_stored_log
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken


def log(app: Application) -> Sequence[Entry]:
    """Give every entry in order, read from the file without writing to it.

    Raises
    ------
    BadInput
        If there is no log yet.
    IntegrityBroken
        If there is none any more, or its file is no sound database.
    """
    if not app.workspace.state.is_file():
        refuse_lost_log(app.workspace)
    return read_log(app.workspace.state)[0]


@dataclass(frozen=True, slots=True)
class HeadCheck:
    """A head that the log was held against: where it lies, and what it shows."""

    path: Path
    found: AuditVerification

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"path": str(self.path), "ok": self.found.whole, "first_bad": self.found.first_bad}


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What the verification of a log came to, each head that it was held against, and where heads were looked for."""

    found: AuditVerification
    heads: tuple[HeadCheck, ...] = ()
    searched: tuple[Path, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say what a log that looks whole may still hide."""
        if not self.found.whole:
            return ()
        warnings = []
        if self.found.sealed_to < self.found.entries:
            warnings.append(f"entries {self.found.sealed_to + 1} to {self.found.entries} are under no signature yet")
        if self.searched:
            warnings.append(
                "a tail cut together with its signatures shows only against a head kept elsewhere: --head FILE"
            )
        return tuple(warnings)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            **self.found.to_dict(),
            "heads": [head.to_dict() for head in self.heads],
            "searched": [str(folder) for folder in self.searched],
            "warnings": list(self.warnings),
        }


def verify(
    app: Application, head: Path | None = None, root_key: str | None = None, out: Path | None = None
) -> LogCheck:
    """Verify the log from its file, against a kept head, or against every head that lies about.

    A log whose tail was cut together with its seals still looks whole to itself: only a head kept elsewhere shows it.
    Without a named one, all that the programs write are tried: ``*.signatures.json`` and ``audit-head.json`` in the
    workspace and in the folder of reports, which is ``out`` beside the workspace unless another is named.

    Raises
    ------
    BadInput
        If the named head cannot be read, or there is no log and nothing that shows that there was one.
    IntegrityBroken
        If the file is no sound database, a head that was found is damaged, or the log is empty, or gone, beside keys
        or heads.
    """
    is_there = app.workspace.state.is_file()
    stored = read_stored_log(app.workspace.state) if is_there else StoredLog((), (), ())
    check = _checked(app, stored, head, root_key, out)
    if check.found.whole and not stored.entries:
        _refuse_emptied(app, check, is_there=is_there)
    if check.found.whole and not is_there:
        read_stored_log(app.workspace.state)  # says that there is none
    return check


def _checked(
    app: Application, stored: StoredLog, head: Path | None, root_key: str | None, out: Path | None
) -> LogCheck:
    if head is not None:
        against = HeadCheck(head, stored.verify(_read_head(head), root_key))
        return LogCheck(against.found, (against,))
    found = stored.verify(None, root_key)
    if not found.whole:
        return LogCheck(found)
    folders = (app.workspace.root, out if out is not None else app.workspace.root.resolve().parent / "out")
    checks = tuple(_held_against(stored, path, root_key) for path in _heads_in(*folders))
    return LogCheck(_worst(found, checks), checks, folders)


def _refuse_emptied(app: Application, check: LogCheck, *, is_there: bool) -> None:
    """Refuse a log without entries, or none at all, where keys show that people signed here, or heads that it was signed.

    A run alone enters nothing in the log. Beside a log that is there, a head that promises no entry shows nothing.
    """
    keys = len(list(app.workspace.keys.glob("*.pem")))
    if keys or had_roster(app.workspace) or (check.heads and not is_there):
        tried = ", ".join(str(head.path) for head in check.heads) or "none found"
        found = "no entries" if is_there else "first bad entry 1: missing, no log"
        raise IntegrityBroken(
            "audit_log_emptied" if is_there else "audit_log_missing",
            field=str(app.workspace.state),
            value=f"{found} beside {keys} keys; heads tried: {tried}",
            allowed="the entries from the first roster on, wherever there are keys",
            fix=f"{RESTORE}; where no roster was ever signed, sign the first one: `plimsoll sign roster MEMBERS`",
        )


def restore_guards(app: Application, name: str, prompt: Callable[[str], str] | None = None) -> LogCheck:
    """Put the triggers that keep the log append-only back, and enter in the log what was wrong with them.

    Raises
    ------
    NotPermitted
        If the name is not one of the roster, or its key does not open.
    IntegrityBroken
        If the log is not whole: guarding an altered log would pass it off as sound.
    """
    before = verify(app)
    before.found.require()
    if before.found.unguarded:
        signer = unlock(app, name, prompt)
        with open_desk(app, mends=True) as desk, desk.session() as session:
            session.record("audit.guards_restored", "audit log", {"found": list(before.found.unguarded)}, signer)
    return before


def root_of_log(app: Application) -> str | None:
    """Give the public key of the root that vouches for the roster of the log; None where there is no roster.

    Raises
    ------
    IntegrityBroken
        If the log is not whole, or gone: whoever altered it may have put in another root.
    """
    if not app.workspace.state.is_file():
        refuse_lost_log(app.workspace)
        return None
    stored = read_stored_log(app.workspace.state)
    stored.verify().require()
    roster = replay(stored.entries).roster
    if roster is None:
        refuse_lost_log(app.workspace)
        return None
    return roster.root_key


def _heads_in(*folders: Path) -> list[Path]:
    found = {
        path.resolve(): path
        for folder in folders
        for pattern in ("*.signatures.json", "audit-head.json")
        for path in folder.rglob(pattern)
        if path.is_file()
    }
    return sorted(found.values())


def _held_against(stored: StoredLog, path: Path, root_key: str | None) -> HeadCheck:
    try:
        return HeadCheck(path, stored.verify(_read_head(path), root_key))
    except BadInput as error:
        # A program wrote this file: what no longer reads as its document has been damaged since.
        raise IntegrityBroken(
            "file_damaged",
            field="head",
            value=path,
            allowed="the signatures or the head as Plimsoll wrote them",
            fix=f"restore the file ({error.code})",
        ) from error


def _worst(found: AuditVerification, checks: Sequence[HeadCheck]) -> AuditVerification:
    """Give the check that shows the earliest bad entry, naming its head; else the one that vouches for most."""
    broken = [check for check in checks if not check.found.whole]
    if broken:
        worst = min(broken, key=lambda check: check.found.first_bad or 0)
        return replace(worst.found, reason=f"{worst.found.reason} (against {worst.path})")
    return max((found, *(check.found for check in checks)), key=lambda each: each.sealed_to)


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
