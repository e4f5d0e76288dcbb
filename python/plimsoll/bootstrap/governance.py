"""The governance desk of a workspace, its identities and its keys."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.lost_log import had_roster, keep_root, refuse_lost_log
from plimsoll.governance.desk import Desk
from plimsoll.governance.policy import shipped_document, shipped_policy_pack
from plimsoll.governance.ports import Signer
from plimsoll.governance.registration import publish_roster
from plimsoll.governance.roster import ROOT_NAME, Member, Role, Roster
from plimsoll.storage.ed25519 import create_key, key_path, unlock_key
from plimsoll.storage.journal import open_journal
from plimsoll.storage.passphrases import passphrases_from, variable_of
from plimsoll.storage.secrets import Secret
from plimsoll.vocabulary.clock import parse_utc, utc_text
from plimsoll.vocabulary.durable import PARTIAL, sync_folder, write_atomically
from plimsoll.vocabulary.errors import BadInput, NotPermitted

Entropy = Callable[[int], bytes]
_PASSPHRASE_BYTES = 18
_OWNER_ONLY = 0o600


@contextmanager
def open_desk(app: Application, *, mends: bool = False) -> Iterator[Desk]:
    """Open the governance database of the workspace, whose audit log must be whole.

    A desk that mends puts missing triggers back before it writes; any other refuses to write without them.

    Raises
    ------
    IntegrityBroken
        If an entry is not as it was recorded: no state is read from an altered log. Or if the log is gone, file or
        entries, though a roster was recorded: no new log is begun in its place.
    """
    from plimsoll.storage.ed25519 import check_signature

    # Asked before the log is read: a roster that another program records meanwhile is then in the log.
    once_had_roster = had_roster(app.workspace)
    if not app.workspace.state.is_file():
        refuse_lost_log(app.workspace)
    journal = open_journal(app.workspace.state)
    try:
        kept = journal.mending() if mends else journal
        desk = Desk(kept, app.clock, app.ids, shipped_policy_pack(), check_signature)
        if not desk.verify().require().root_key_id and once_had_roster:
            refuse_lost_log(app.workspace)
        keep_root(app.workspace, desk.state().roster)
        yield desk
    finally:
        journal.close()


def unlock(app: Application, name: str, prompt: Callable[[str], str] | None = None) -> Signer:
    """Unlock an identity's key with its passphrase, from the places that ``PLIMSOLL_SECRETS`` names."""
    return unlock_key(app.workspace.keys, name, passphrases_from(os.environ, prompt))


def new_key(app: Application, name: str, prompt: Callable[[str], str] | None = None) -> Signer:
    """Make a passphrase-protected Ed25519 key for an identity."""
    passphrase = passphrases_from(os.environ, prompt)(name)
    return create_key(app.workspace.keys, name, passphrase, os.urandom)


def publish(app: Application, document: Mapping[str, Any], prompt: Callable[[str], str] | None = None) -> Roster:
    """Sign a roster by the root key and put it in force.

    Parameters
    ----------
    app : Application
        The opened workspace.
    document : Mapping
        ``members``: a list of ``name``, ``public_key`` (64 hex letters), ``roles``, and where they are not now and
        never, ``valid_from`` and ``valid_to``.
    prompt : Callable, optional
        Asks for the root's passphrase.

    Raises
    ------
    BadInput
        If a member lacks a field, or a time is none.
    """
    unstated = {"valid_from": utc_text(app.clock.now()), "valid_to": "", "demo": False}
    try:
        members = [_member({**unstated, **member}) for member in document["members"]]
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            "wrong_roster",
            field="members",
            value=str(error),
            allowed="a list of name, public_key, roles; valid_from, valid_to",
            fix="complete the roster file; `plimsoll sign key NAME` prints a public key",
        ) from error
    with open_desk(app) as desk:
        roster = publish_roster(desk, unlock(app, ROOT_NAME, prompt), members)
        keep_root(app.workspace, roster)
        return roster


def _member(data: Mapping[str, Any]) -> Member:
    member = Member.from_dict(data)
    ends = utc_text(parse_utc(member.valid_to)) if member.valid_to else ""
    return replace(member, valid_from=utc_text(parse_utc(member.valid_from)), valid_to=ends)


def demo_identities(app: Application, desk: Desk, entropy: Entropy) -> dict[str, Signer]:
    """Give the unlocked keys of the demonstration, made and put into a roster on the first run.

    The passphrases are drawn at random and kept beside the keys in files that only their owner can read, so that a
    person can sign with a demonstration identity by naming that file; every such signature is marked DEMO.

    Keys beside a log without entries mean that a log was emptied: new ones lie in a folder of their own until the
    roster that names them is recorded. A run that is killed on the way leaves them there, and the next one goes on.
    """
    plan = shipped_document("policy", "demo_roster")
    names = [ROOT_NAME, *(str(member["name"]) for member in plan["members"])]
    keys, waiting = app.workspace.keys, app.workspace.keys / f"{PARTIAL}demo"
    is_new = desk.state().roster is None
    if not is_new:
        _let_in(waiting, keys)
    signers = {name: _demo_key(keys, waiting if is_new else keys, name, entropy) for name in names}
    if is_new:
        members = [
            Member(
                name=member["name"],
                public_key=signers[member["name"]].public_key,
                roles=tuple(Role(role) for role in member["roles"]),
                valid_from=min(str(plan["valid_from"]), utc_text(app.clock.now())),
                demo=True,
            )
            for member in plan["members"]
        ]
        keep_root(app.workspace, publish_roster(desk, signers[ROOT_NAME], members))
        _let_in(waiting, keys)
    return signers


def _demo_key(keys: Path, folder: Path, name: str, entropy: Entropy) -> Signer:
    """Unlock the key that lies among the keys or in the folder, or make one in the folder."""
    home = keys if key_path(keys, name).is_file() else folder
    secret = home / f"{name}.passphrase"
    if not key_path(home, name).is_file():
        passphrase = Secret(entropy(_PASSPHRASE_BYTES).hex())
        write_atomically(secret, passphrase.reveal().encode(), _OWNER_ONLY)
        return create_key(home, name, passphrase, entropy)
    return unlock_key(home, name, passphrases_from({f"{variable_of(name)}_FILE": str(secret)}))


def _let_in(waiting: Path, keys: Path) -> None:
    """Put the keys that waited for their roster among the keys, each after its passphrase."""
    if not waiting.is_dir():
        return
    for path in sorted(waiting.glob("*.passphrase")) + sorted(waiting.glob("*.pem")):
        path.replace(keys / path.name)
    sync_folder(keys)
    shutil.rmtree(waiting)


def by_role(desk: Desk, signers: Mapping[str, Signer], role: Role) -> Signer:
    """Give the first of the signers whom the roster gives this role.

    Raises
    ------
    NotPermitted
        If none of them holds it.
    """
    roster = desk.state().roster
    members: Iterable[Member] = () if roster is None else roster.members
    for member in members:
        if role in member.roles and member.name in signers:
            return signers[member.name]
    raise NotPermitted(
        "role_not_held",
        field="role",
        value=role.value,
        allowed="a roster in which one of the unlocked identities holds the role",
        fix="publish a roster with `plimsoll sign roster MEMBERS`",
    )
