"""Separation of duties: offices that one identity, or one key, may not hold together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from plimsoll.governance.roster import Role, spelled
from plimsoll.vocabulary.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Office:
    """Who holds, or held, a role towards a model version; the key is empty where only the name is known."""

    role: Role
    name: str
    public_key: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"role": self.role.value, "name": self.name, "public_key": self.public_key}


def refuse_two_offices(wanted: Office, held: Iterable[Office], pairs: Sequence[tuple[Role, Role]]) -> None:
    """Refuse an identity, or a key under another name, that already holds an office which must be separate.

    Parameters
    ----------
    wanted : Office
        Who wants to act, with which key, in which role.
    held : Iterable[Office]
        The offices held so far.
    pairs : Sequence
        The roles that must not meet in one identity.

    Raises
    ------
    NotPermitted
        With code ``self_approval`` where an approver would approve its own development or validation, else
        ``one_identity_two_roles``.
    """
    for office in held:
        if (wanted.role, office.role) not in pairs and (office.role, wanted.role) not in pairs:
            continue
        same_key = bool(office.public_key) and office.public_key == wanted.public_key
        if spelled(office.name) == spelled(wanted.name) or same_key:
            raise NotPermitted(
                "self_approval" if Role.approver in (wanted.role, office.role) else "one_identity_two_roles",
                field=wanted.role.value,
                value=wanted.name,
                allowed=f"an identity and key other than those of the {office.role.value} ({office.name})",
                fix=f"let another {wanted.role.value} of the roster act",
            )
