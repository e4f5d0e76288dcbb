"""The tables that a rendering makes of a report's envelope: signatures, findings as opened, the end of the audit log."""

from collections.abc import Mapping
from typing import Any

from plimsoll.report.blocks import Block, column, table

UNSIGNED = "This copy carries no signature. Signatures are kept beside the report and cover its digest."
NO_AUDIT = "No entry of the audit log is attached to this copy."


def signatures(report: Mapping[str, Any]) -> Block | None:
    """Give the signatures over the digest, None where there is none."""
    columns = [
        column("name", "Name"),
        column("role", "Role"),
        column("meaning", "Meaning"),
        column("time", "Time (UTC)", "id"),
        column("mark", "Mark"),
    ]
    rows = report["envelope"]["signatures"]
    return table("Signatures over the digest", columns, rows) if rows else None


def findings(report: Mapping[str, Any]) -> Block | None:
    """Give the findings with their numbers, states and dates, None where there is none."""
    columns = [
        column("finding_id", "Finding", "code"),
        column("severity", "Severity"),
        column("state", "State"),
        column("opened_by", "Opened by"),
        column("remediator", "Remedied by"),
        column("due", "Due"),
        column("title", "Title"),
    ]
    rows = report["envelope"]["findings"]
    return table("Findings as opened", columns, rows) if rows else None


def audit(report: Mapping[str, Any]) -> Block | None:
    """Give the last entries of the audit log, None where there is none."""
    columns = [
        column("seq", "No.", "integer"),
        column("time", "Time (UTC)"),
        column("actor", "Actor"),
        column("kind", "Event"),
        column("subject", "Subject"),
        column("hash", "Hash", "digest"),
    ]
    rows = report["envelope"]["audit"]
    return table("Last entries of the audit log", columns, rows) if rows else None
