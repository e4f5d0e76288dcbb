"""Whether a workspace once had a roster in its audit log, so that a log that is gone is not taken for a new one."""

from plimsoll.governance.roster import ROOT_NAME, Roster
from plimsoll.storage.ed25519 import key_path
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.durable import write_atomically
from plimsoll.vocabulary.errors import IntegrityBroken
from plimsoll.vocabulary.workspace import Workspace

RESTORE = (
    "restore state.sqlite from an unharmed copy and verify it against a head kept elsewhere: `audit verify --head FILE`"
)


def keep_root(workspace: Workspace, roster: Roster | None) -> None:
    """Leave the id of the root of a recorded roster beside the log: whoever loses the log still knows that there was one.

    It is written after the roster is recorded: a program that is killed in between leaves a log with a roster, and the
    next opening of that log writes it.
    """
    if roster is not None and not workspace.recorded_root.is_file():
        write_atomically(workspace.recorded_root, canonical_json({"root_key_id": roster.root_key_id}))


def had_roster(workspace: Workspace) -> bool:
    """Tell whether a roster was once recorded here.

    Keys alone do not show it: people make them before the first roster. What does is the id of its root; or, in a
    workspace of an earlier release, the root key of a demonstration, which is let in after its roster is recorded.
    """
    root = key_path(workspace.keys, ROOT_NAME)
    return workspace.recorded_root.is_file() or (root.is_file() and root.with_suffix(".passphrase").is_file())


def refuse_lost_log(workspace: Workspace) -> None:
    """Refuse to go on where a roster was recorded and the log that held it is gone.

    Raises
    ------
    IntegrityBroken
        If it is so: a new log over the old keys would hide that the old one was taken away.
    """
    if had_roster(workspace):
        raise IntegrityBroken(
            "audit_log_missing",
            field=str(workspace.state),
            value="first bad entry 1: missing, though a roster was recorded in this workspace",
            allowed="the audit log of this workspace, with its first roster",
            fix=f"{RESTORE}; to begin anew, use another workspace",
        )
