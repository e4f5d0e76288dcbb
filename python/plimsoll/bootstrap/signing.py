"""Signatures over a report, and their verification without any store at hand."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from plimsoll.bootstrap import artifacts
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.audit import root_of_log
from plimsoll.bootstrap.governance import open_desk, unlock
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.report import complete
from plimsoll.bootstrap.report_files import PAGE, REPORT, as_before
from plimsoll.data.store import write_atomically
from plimsoll.engine.documents import flaws, read_json
from plimsoll.governance.desk import Desk
from plimsoll.governance.dsse import Envelope
from plimsoll.governance.ports import Signer
from plimsoll.governance.roster import Role
from plimsoll.governance.signing import Subject, sign, sign_off_document, verify_sign_offs
from plimsoll.governance.signoff import SignOff, read_sign_off
from plimsoll.report.build import report_digest
from plimsoll.storage.ed25519 import check_signature
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken

ROLES = tuple(role.value for role in Role)
"""The offices in which one can sign."""


class RootSource(StrEnum):
    """Whence the root is known that vouches for signatures."""

    given = "given"
    workspace = "of the workspace"
    file = "of the file itself"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: over what, by whom, and where its document lies; ``new`` unless it stood already."""

    envelope: Envelope
    digest: str
    path: Path
    new: bool

    @property
    def time(self) -> str:
        """Time of the signature."""
        return read_sign_off(self.envelope).time


@dataclass(frozen=True, slots=True)
class Verified:
    """The signatures of a report that all hold, the id of the root that vouches for them, and whence it is known."""

    sign_offs: tuple[SignOff, ...]
    root_key_id: str
    root_is: RootSource

    @property
    def words(self) -> str:
        """Say who vouches for the signers; a root that only the file itself names proves nothing yet."""
        if self.root_is is RootSource.file:
            return f"vouched for by the file's own root {self.root_key_id}: compare it with one you trust"
        told = "as given" if self.root_is is RootSource.given else "that of the workspace"
        return f"vouched for by the root {self.root_key_id}, {told}"

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "ok": True,
            "root_key_id": self.root_key_id,
            "root_is": self.root_is.value,
            "signatures": [sign_off.to_dict() for sign_off in self.sign_offs],
        }


def signatures_path(report: Path) -> Path:
    """Give the path of the signatures that travel with a report."""
    return report.with_suffix(".signatures.json")


def read_report(path: Path) -> dict[str, Any]:
    """Read a report.json that someone is about to sign.

    Raises
    ------
    BadInput
        If the file is no report.
    IntegrityBroken
        If the report is not the one that its own digest names.
    """
    report: dict[str, Any] = read_json(path)
    for _, failure in flaws(report, "report-v1"):
        raise failure
    _require_own_digest(report)
    return report


def sign_report(
    app: Application, path: Path, name: str, role: str, meaning: str, prompt: Callable[[str], str] | None = None
) -> Signed:
    """Sign a report in one's own name, record it in the audit log, and put the signatures beside the report.

    Where the page that people read lies there too, under the name that it was built with, it shows them, and so does
    the PDF.
    """
    report = read_report(path)
    with open_desk(app) as desk:
        signed = sign_with(app, desk, path, report, unlock(app, name, prompt), Role(role), meaning)
    if path.name == REPORT and path.with_name(PAGE).is_file():
        complete(app, report, path.parent, as_before(path.parent))
    return signed


@step("sign")
def sign_with(
    app: Application, desk: Desk, path: Path, report: dict[str, Any], signer: Signer, role: Role, meaning: str
) -> Signed:
    """Sign a report with an unlocked key; a signature that the key gave it before, meaning the same, stands."""
    digest = report_digest(report)
    covers = tuple((item["model_id"], item["version"]) for item in report["cover"]["models"])
    before = sign_off_document(desk, digest)["sign_offs"]
    envelope = sign(desk, Subject("validation report", digest, covers), role, meaning, signer)
    app.lineage.reads(artifacts.report(digest))
    app.lineage.makes(artifacts.signature(signer.name, role.value, meaning, envelope.to_dict()))
    target = signatures_path(path)
    document = sign_off_document(desk, digest)
    write_atomically(target, json.dumps(document, indent=2, sort_keys=True).encode())
    return Signed(envelope, digest, target, new=envelope.to_dict() not in before)


def verify_report(app: Application, path: Path, root_key: str | None = None) -> Verified:
    """Verify every signature that travels with a report; needs no database where a root is given.

    Without a given root, that of the workspace's log must vouch for the signers. Where the workspace has none either,
    the file vouches for itself: the answer says so, for whoever can write the file could have made that root.

    Raises
    ------
    BadInput
        If the report, or the file of its signatures, is not there.
    IntegrityBroken
        If either is not as it was signed, another root vouches for the signers than the one given or the workspace's,
        or the workspace's log, which names its root, is not whole.
    """
    document = _as_written(signatures_path(path), "the signatures that `plimsoll sign` wrote beside the report")
    report = _as_written(path, "the report as it was signed")
    known, root_is = root_key, RootSource.given
    if known is None:
        known = root_of_log(app)
        root_is = RootSource.file if known is None else RootSource.workspace
    found = verify_sign_offs(document, report_digest(report), check_signature, known)
    _require_own_digest(report)
    return Verified(found.sign_offs, found.root_key_id, root_is)


def _require_own_digest(report: dict[str, Any]) -> None:
    digest = report_digest(report)
    if report.get("digest") != digest:
        raise IntegrityBroken(
            "report_changed",
            field="digest",
            value=report.get("digest"),
            allowed=digest,
            fix="restore the report, or build it again",
        )


def _as_written(path: Path, allowed: str) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput("unreadable_file", field="file", value=path, allowed=allowed, fix=str(error)) from error
    try:
        document = json.loads(data)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        # A program wrote this file: what no longer reads as its document has been damaged since.
        raise IntegrityBroken("file_damaged", field="file", value=path, allowed=allowed, fix="restore the file")
    return document
