"""Where passphrases come from: the environment, a file, or the person at the terminal."""

import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from plimsoll.vocabulary.errors import BadInput, NotPermitted

_PREFIX = "PLIMSOLL_PASSPHRASE"


def variable_of(name: str) -> str:
    """Name the environment variable that holds an identity's passphrase."""
    letters = "".join(letter if letter.isalnum() else "_" for letter in name.upper())
    return f"{_PREFIX}_{letters}"


def passphrases_from(
    environment: Mapping[str, str], prompt: Callable[[str], str] | None = None
) -> Callable[[str], str]:
    """Give a provider of passphrases.

    Parameters
    ----------
    environment : Mapping
        ``PLIMSOLL_PASSPHRASE_<NAME>`` holds a passphrase; ``PLIMSOLL_PASSPHRASE_<NAME>_FILE`` names a file whose
        first line is one.
    prompt : Callable, optional
        Asks the person at the terminal; without it nobody is asked.

    Returns
    -------
    Callable[[str], str]
        Gives the passphrase of a name, or raises ``NotPermitted`` where there is none.
    """

    def passphrase(name: str) -> str:
        variable = variable_of(name)
        if environment.get(variable):
            return environment[variable]
        if environment.get(f"{variable}_FILE"):
            return _first_line(Path(environment[f"{variable}_FILE"]))
        if prompt is not None:
            return prompt(f"Passphrase of {name}: ")
        raise NotPermitted(
            "passphrase_missing",
            field="passphrase",
            value=f"of {name}",
            allowed=f"{variable}, {variable}_FILE, or an answer at the terminal",
            fix="give the passphrase; the name alone signs nothing",
        )

    return passphrase


def _first_line(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "unreadable_file", field="passphrase file", value=path, allowed="a readable text file", fix="check the path"
        ) from error
    if mode & 0o077:
        raise NotPermitted(
            "passphrase_file_open_to_others", field="path", value=path, allowed="mode 0600", fix=f"chmod 600 {path}"
        )
    return lines[0] if lines else ""
