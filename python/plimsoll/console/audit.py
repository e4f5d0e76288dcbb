"""`plimsoll audit`: log, verify."""

import json
from pathlib import Path

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import audit as stage
from plimsoll.console.asking import prompt
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


@command(audit, "verify", "plimsoll audit verify --head out/audit-head.json")
@click.option(
    "--head", type=click.Path(path_type=Path, dir_okay=False), help="A head document kept outside; it alone is tried."
)
@click.option("--root-key", help="The root's public key (64 hex letters) that must vouch for the signers.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of reports whose signatures are tried as heads; `out` beside the workspace by default.",
)
def verify(app: Application, head: Path | None, root_key: str | None, out: Path | None) -> View:
    """Verify the whole chain, every signature and the append-only triggers; exit 4 names the first bad entry."""
    checked = stage.verify(app, head, root_key, out)
    found = checked.found
    lines = [str(found)]
    lines += [f"held against {check.path}: {'ok' if check.found.whole else 'broken'}" for check in checked.heads]
    lines += checked.warnings
    return View(checked.to_dict(), (), lines, exit_code=0 if found.ok else 4)


@command(audit, "guard", "plimsoll audit guard --as olga.owner")
@click.option("--as", "name", required=True, metavar="NAME", help="Identity of the roster that puts them back.")
def guard(app: Application, name: str) -> View:
    """Put missing append-only triggers back on a log that verifies, and enter in it what was wrong with them."""
    flaws = stage.restore_guards(app, name, prompt()).found.unguarded
    line = f"put back and recorded: {', '.join(flaws)}" if flaws else "every trigger stands as it was made"
    return View({"restored": list(flaws)}, (), (line,))
