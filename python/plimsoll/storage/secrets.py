"""Secrets and where they come from: the environment, a file, a keyring, or the person at the terminal."""

import hmac
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, Protocol

from plimsoll.vocabulary.errors import BadInput, MissingDependency, NotPermitted

CHOICE = "PLIMSOLL_SECRETS"
DEFAULT_CHOICE = "env,file,terminal"
KEYRING_SERVICE = "plimsoll"
_PREFIX = "PLIMSOLL_PASSPHRASE"
_REDACTED = "[secret]"


class Secret:
    """A text that shows itself to nobody: only :meth:`reveal` gives it, to the one place that uses it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself."""
        return self._text

    def __bool__(self) -> bool:
        """Tell whether there is any text."""
        return bool(self._text)

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return _REDACTED

    def __format__(self, _spec: str) -> str:
        return _REDACTED

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written into a file or another process")


class SecretProvider(Protocol):
    """One place in which a passphrase may lie."""

    def find(self, name: str) -> Secret | None:
        """Give the passphrase of an identity, None if it does not lie here.

        Raises
        ------
        PlimsollError
            If it lies here and must not or cannot be used.
        """

    def place(self, name: str) -> str:
        """Say where it would lie, never what it is."""


def variable_of(name: str) -> str:
    """Name the environment variable that holds an identity's passphrase."""
    letters = "".join(letter if letter.isalnum() else "_" for letter in name.upper())
    return f"{_PREFIX}_{letters}"


class EnvironmentSecrets:
    """Passphrases in variables: ``PLIMSOLL_PASSPHRASE_<NAME>``."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def find(self, name: str) -> Secret | None:
        """Give the variable's text, None if it is unset or empty."""
        text = self._environment.get(self.place(name))
        return Secret(text) if text else None

    def place(self, name: str) -> str:
        """Name the variable."""
        return variable_of(name)


class FileSecrets:
    """Passphrases in files of mode 0600, first line: ``PLIMSOLL_PASSPHRASE_<NAME>_FILE`` names the file."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def find(self, name: str) -> Secret | None:
        """Give the first line of the file, None if none is named.

        Raises
        ------
        BadInput
            If the file cannot be read.
        NotPermitted
            If others than its owner may read or write it.
        """
        path = self._environment.get(self.place(name))
        return _first_line(Path(path)) if path else None

    def place(self, name: str) -> str:
        """Name the variable that names the file."""
        return f"{variable_of(name)}_FILE"


class KeyringSecrets:
    """Passphrases in the keyring of the machine, under the service ``plimsoll`` and the identity's name."""

    def find(self, name: str) -> Secret | None:
        """Ask the keyring, None if it holds nothing under that name.

        Raises
        ------
        MissingDependency
            If the package keyring is not installed.
        NotPermitted
            If there is no keyring, or it is locked.
        """
        try:
            import keyring
            from keyring.errors import KeyringError
        except ModuleNotFoundError as error:
            raise MissingDependency(
                "keyring_not_installed",
                field=CHOICE,
                value="keyring",
                allowed="env, file, terminal; keyring with its package",
                fix="pip install 'plimsoll[keyring]'",
            ) from error
        try:
            text = keyring.get_password(KEYRING_SERVICE, name)
        except KeyringError as error:
            raise NotPermitted(
                "keyring_unusable",
                field="keyring",
                value=type(error).__name__,
                allowed="an unlocked keyring with a backend on this machine",
                fix=f"unlock the keyring or install a backend for it, or leave keyring out of {CHOICE}",
            ) from error
        return Secret(text) if text else None

    def place(self, name: str) -> str:
        """Say how a passphrase gets there."""
        return f"keyring set {KEYRING_SERVICE} {name}"


class TerminalSecrets:
    """Passphrases that a person types; nobody is asked where nobody sits there."""

    def __init__(self, prompt: Callable[[str], str] | None) -> None:
        self._prompt = prompt

    def find(self, name: str) -> Secret | None:
        """Ask the person."""
        return None if self._prompt is None else Secret(self._prompt(f"Passphrase of {name}: "))

    def place(self, name: str) -> str:  # noqa: ARG002 (the protocol's)
        """Say so."""
        return "an answer at the terminal"


def providers(environment: Mapping[str, str], prompt: Callable[[str], str] | None = None) -> tuple[SecretProvider, ...]:
    """Give the places that are asked, in the order that ``PLIMSOLL_SECRETS`` names them.

    Raises
    ------
    BadInput
        If it names a place that is none, or one twice.
    """
    known: dict[str, Callable[[], SecretProvider]] = {
        "env": lambda: EnvironmentSecrets(environment),
        "file": lambda: FileSecrets(environment),
        "keyring": KeyringSecrets,
        "terminal": lambda: TerminalSecrets(prompt),
    }
    chosen = [word.strip() for word in (environment.get(CHOICE) or DEFAULT_CHOICE).split(",")]
    if not set(chosen) <= set(known) or len(set(chosen)) < len(chosen):
        raise BadInput(
            "unknown_secret_provider",
            field=CHOICE,
            value=",".join(chosen),
            allowed=f"each of {', '.join(known)} at most once, separated by commas",
            fix=f"correct {CHOICE}, or unset it for {DEFAULT_CHOICE}",
        )
    return tuple(known[word]() for word in chosen)


def _first_line(path: Path) -> Secret:
    try:
        # The rights are those of the very file that is read, whatever is put under its name meanwhile.
        with path.open(encoding="utf-8") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            line = "" if mode & 0o077 else stream.readline()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "unreadable_file", field="passphrase file", value=path, allowed="a readable text file", fix="check the path"
        ) from error
    if mode & 0o077:
        raise NotPermitted(
            "passphrase_file_open_to_others", field="path", value=path, allowed="mode 0600", fix=f"chmod 600 {path}"
        )
    return Secret(line.splitlines()[0] if line.strip("\r\n") else "")
