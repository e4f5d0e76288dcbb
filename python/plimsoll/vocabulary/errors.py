"""Typed failures: each names what was wrong, where, what is allowed and how to put it right."""

from typing import ClassVar


class PlimsollError(Exception):
    """A failure that a caller can act upon.

    Parameters
    ----------
    code : str
        Short name of the failure in snake_case, stable across releases.
    field : str
        Where it is: a field, column, file or object.
    value : object
        What was found there, never a secret.
    allowed : str
        What would have been accepted.
    fix : str
        What to do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, *, field: str = "", value: object = "", allowed: str = "", fix: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.value = "" if value is None else str(value)
        self.allowed = allowed
        self.fix = fix

    def __str__(self) -> str:
        """Give the failure in one line."""
        parts = [self.code]
        if self.field:
            parts.append(f"{self.field} = {self.value}" if self.value else self.field)
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.fix:
            parts.append(f"fix: {self.fix}")
        return "; ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep every field when the failure crosses a process border."""
        return (_rebuild, (type(self), self.to_dict()))

    def to_dict(self) -> dict[str, str]:
        """Give the five fields as plain text."""
        return {
            "code": self.code,
            "field": self.field,
            "value": self.value,
            "allowed": self.allowed,
            "fix": self.fix,
        }


def _rebuild(kind: type[PlimsollError], fields: dict[str, str]) -> PlimsollError:
    return kind(
        fields["code"], field=fields["field"], value=fields["value"], allowed=fields["allowed"], fix=fields["fix"]
    )


class CheckFailed(PlimsollError):
    """A check, validation, trade or replay did not hold."""

    exit_code: ClassVar[int] = 1


class BadInput(PlimsollError):
    """The input cannot be used: bad usage, unreadable file, missing column, wrong schema, value out of range."""

    exit_code: ClassVar[int] = 2


class MissingDependency(PlimsollError):
    """An optional library is needed and not installed; ``fix`` holds the install command."""

    exit_code: ClassVar[int] = 2


class NotPermitted(PlimsollError):
    """The identity may not do this."""

    exit_code: ClassVar[int] = 3


class IntegrityBroken(PlimsollError):
    """Something recorded no longer matches its digest, signature or chain."""

    exit_code: ClassVar[int] = 4
