"""`plimsoll audit`: log, verify."""

import json
from pathlib import Path

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import audit as stage
from plimsoll.console.command import command
from plimsoll.console.files import write_text
from plimsoll.console.view import Table, View, short


@click.group(name="audit", no_args_is_help=True)
def audit() -> None:
    """Read and verify the audit log, a hash chain that only grows."""


@command(audit, "log", "plimsoll audit log --last 20")
@click.option("--last", default=20, show_default=True, type=click.IntRange(min=1), help="How many entries to show.")
@click.option(
    "--head",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the signed heads to this file, to keep elsewhere.",
)
def log(app: Application, last: int, head: Path | None) -> View:
    """Show the last entries of the audit log."""
    if head is not None:
        write_text(head, json.dumps(stage.head_document(app), indent=2, sort_keys=True), "--head")
    entries = stage.log(app)[-last:]
    rows = [(str(e.seq), e.time[:19], e.actor, e.kind, e.subject, short(e.hash)) for e in entries]
    fields = (
        "seq",
        "event_id",
        "time",
        "actor",
        "key_id",
        "kind",
        "subject",
        "payload",
        "previous",
        "hash",
        "signature",
    )
    document = {"entries": [{name: getattr(entry, name) for name in fields} for entry in entries]}
    return View(document, (Table("Audit log", ("entry", "time (UTC)", "who", "what", "subject", "hash"), rows),))


@command(audit, "verify", "plimsoll audit verify --head kept-head.json")
@click.option("--head", type=click.Path(path_type=Path, dir_okay=False), help="A head document kept outside.")
@click.option("--root-key", help="The root's public key (64 hex letters) that must vouch for the signers.")
def verify(app: Application, head: Path | None, root_key: str | None) -> View:
    """Verify the whole chain and every signature; exit 4 names the first bad entry."""
    found = stage.verify(app, head, root_key)
    lines = [str(found)]
    if found.ok and found.sealed_to < found.entries:
        lines.append(f"entries {found.sealed_to + 1} to {found.entries} are under no signature yet")
    if found.ok and head is None:
        lines.append("a tail cut together with its signatures shows only against a head kept elsewhere: --head FILE")
    return View(found.to_dict(), (), lines, exit_code=0 if found.ok else 4)
