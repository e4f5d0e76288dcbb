"""The command line as its users have it: in this process, or as a process of its own; and what both print."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from governance_world import VERSION, content
from plimsoll.bootstrap import open_application
from plimsoll.bootstrap.governance import by_role, demo_identities, open_desk
from plimsoll.console.main import cli
from plimsoll.governance.policy import shipped_models
from plimsoll.governance.progression import move
from plimsoll.governance.registration import propose_version, register
from plimsoll.governance.roster import Role
from plimsoll.storage.passphrases import variable_of

PASSPHRASE = "a passphrase of twenty letters"
PEOPLE = ("olga.owner", "dora.developer", "vera.validator", "alan.approver")


@dataclass(frozen=True)
class Ran:
    """How one command went."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document that stands on stdout; anything beside it fails to parse."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found

    @property
    def error(self) -> dict[str, str]:
        """The typed failure of a command that was told ``--json``, which must also be told to the person."""
        failure: dict[str, str] = self.document["error"]
        assert self.document["exit_code"] == self.exit_code
        assert self.stderr.startswith(f"plimsoll: {failure['code']}\n") or f"\nplimsoll: {failure['code']}\n" in (
            self.stderr
        )
        return failure


def plimsoll(workspace: Path, *words: object, env: Mapping[str, str] | None = None) -> Ran:
    """Run ``plimsoll WORDS --workspace WORKSPACE`` in this process."""
    result = CliRunner().invoke(cli, [*map(str, words), "--workspace", str(workspace)], env=env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def refused(workspace: Path, *words: object, env: Mapping[str, str] | None = None) -> tuple[int, dict[str, str]]:
    """Run a command that must end in a typed failure which says where, what is allowed and how to mend it."""
    ran = plimsoll(workspace, *words, "--json", env=env)
    failure = ran.error
    assert set(failure) == {"code", "field", "value", "allowed", "fix"}
    assert all(failure[name] for name in ("code", "field", "allowed", "fix")), failure
    for name in ("field", "value", "allowed", "fix"):
        assert not failure[name] or f"{name}:" in ran.stderr
    return ran.exit_code, failure


def process(*words: object, folder: Path, env: Mapping[str, str] | None = None, **settings: Any) -> Ran:
    """Run ``plimsoll WORDS`` as a process of its own, with its streams in pipes."""
    command = [sys.executable, "-c", "from plimsoll.console.main import main; main()", *map(str, words)]
    ran = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env={**os.environ, **(env or {})}, check=False, **settings
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def passphrases(*names: str, passphrase: str = PASSPHRASE) -> dict[str, str]:
    """The environment in which the passphrases of these identities stand."""
    return {variable_of(name): passphrase for name in names}


def passphrase_file(workspace: Path, name: str) -> dict[str, str]:
    """The environment that names the passphrase file of an identity of the demonstration."""
    return {f"{variable_of(name)}_FILE": str(workspace / "keys" / f"{name}.passphrase")}


def flip_a_byte(path: Path, place: float = 0.5) -> None:
    """Change one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(bytes(data))


def govern(workspace: Path) -> Path:
    """Make a workspace with the identities of the demonstration and the shipped models submitted to validation."""
    with open_application(workspace) as app, open_desk(app) as desk:
        signers = demo_identities(app, desk, os.urandom)
        owner, developer = by_role(desk, signers, Role.owner), by_role(desk, signers, Role.developer)
        for model in shipped_models():
            register(desk, model, owner)
            propose_version(desk, content(VERSION, model.model_id), developer)
            move(desk, model.model_id, VERSION, "start_development", owner)
            move(desk, model.model_id, VERSION, "submit", developer)
    return workspace


def edit_log(workspace: Path, change: str, *values: object) -> None:
    """Change the audit log behind its own back: by someone who can write the file, and puts the guards back after."""
    with closing(sqlite3.connect(workspace / "state.sqlite")) as connection, connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(change, values)
        for _, statement in guards:
            connection.execute(statement)
