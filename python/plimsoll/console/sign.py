"""`plimsoll sign`: a report, its verification, keys and the roster."""

import json
from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import governance as keys
from plimsoll.bootstrap import signing as stage
from plimsoll.console.asking import prompt
from plimsoll.console.command import command
from plimsoll.console.view import Table, View
from plimsoll.vocabulary.errors import BadInput

_FILE = click.Path(path_type=Path, dir_okay=False)


class _SignGroup(click.Group):
    """`plimsoll sign REPORT` is short for `plimsoll sign report REPORT`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Read a first word that is no command as the report."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["report", *args])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let options stand before the report too."""
        if args and args[0].startswith("--") and args[0] != "--help":
            args = ["report", *args]
        return super().parse_args(ctx, args)


@click.group(name="sign", cls=_SignGroup, no_args_is_help=True)
def sign() -> None:
    """Sign a report (`plimsoll sign REPORT --as NAME ...`), or verify its signatures."""


@command(sign, "report", "plimsoll sign out/report.json --as vera.validator --role validator --meaning validated")
@click.argument("report", type=_FILE)
@click.option(
    "--as", "name", required=True, metavar="NAME", help="Identity of the roster; its passphrase is asked for."
)
@click.option("--role", required=True, type=click.Choice(stage.ROLES), help="Office signed in.")
@click.option("--meaning", required=True, help="What the signature means, as the policy pack lists for the role.")
def report(app: Application, report: Path, name: str, role: str, meaning: str) -> View:
    """Sign a report: DSSE over its digest, recorded in the audit log; the same signature is not given twice."""
    signed = stage.sign_report(app, report, name, role, meaning, prompt())
    document = {
        "digest": signed.digest,
        "new": signed.new,
        "time": signed.time,
        "signatures": str(signed.path),
        "envelope": signed.envelope.to_dict(),
    }
    told = f"{name} signed {signed.digest} as {role}: {meaning}"
    if not signed.new:
        told += f"; the signature of {signed.time} stands, nothing new was written"
    return View(document, (), (told, f"signatures: {signed.path}"))


@command(sign, "verify", "plimsoll sign verify out/report.json")
@click.argument("report", type=_FILE)
@click.option(
    "--root-key",
    help="The root's public key (64 hex letters) that must vouch for the signers; that of the workspace by default.",
)
def verify(app: Application, report: Path, root_key: str | None) -> View:
    """Verify the signatures beside a report, offline; exit 4 when one does not hold."""
    found = stage.verify_report(app, report, root_key)
    rows = [(s.name, s.role.value, s.meaning, s.time[:19], s.mark or "-") for s in found.sign_offs]
    table = Table("Signatures, all valid", ("name", "role", "meaning", "time (UTC)", "mark"), rows)
    return View(found.to_dict(), (table,), (found.words,))


@command(sign, "key", "plimsoll sign key jane.doe")
@click.argument("name")
def key(app: Application, name: str) -> View:
    """Make a passphrase-protected Ed25519 key and print its public part for the roster."""
    signer = keys.new_key(app, name, prompt())
    return View({"name": name, "public_key": signer.public_key}, (), (f"{name}: {signer.public_key}",))


@command(sign, "roster", "plimsoll sign roster members.json")
@click.argument("members", type=_FILE)
def roster(app: Application, members: Path) -> View:
    """Sign a roster by the root key (identity `root`) and put it in force."""
    found = keys.publish(app, _read(members), prompt())
    rows = [(m.name, ", ".join(role.value for role in m.roles), m.key_id) for m in found.members]
    return View(found.to_dict(), (Table(f"Roster {found.revision}", ("name", "roles", "key"), rows),))


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput("unreadable_file", field="members", value=path, allowed="a JSON file", fix=str(error)) from error
    if not isinstance(document, dict):
        raise BadInput("wrong_schema", field="members", value=path, allowed='{"members": [...]}', fix="see the docs")
    return document
