"""The passphrases of identities, from the places that were chosen."""

from collections.abc import Callable, Mapping

from plimsoll.storage.secrets import CHOICE, Secret, providers, variable_of
from plimsoll.vocabulary.errors import NotPermitted


def passphrases_from(
    environment: Mapping[str, str], prompt: Callable[[str], str] | None = None
) -> Callable[[str], Secret]:
    """Give what finds passphrases.

    Parameters
    ----------
    environment : Mapping
        ``PLIMSOLL_SECRETS`` names the places and their order, by default ``env,file,terminal``:
        ``PLIMSOLL_PASSPHRASE_<NAME>`` holds a passphrase; ``PLIMSOLL_PASSPHRASE_<NAME>_FILE`` names a file of mode 0600
        whose first line is one; ``keyring`` is the keyring of the machine.
    prompt : Callable, optional
        Asks the person at the terminal; without it nobody is asked.

    Returns
    -------
    Callable[[str], Secret]
        Gives the passphrase of a name, or raises ``NotPermitted`` where there is none.

    Raises
    ------
    BadInput
        If the choice names a place that is none.
    """
    chosen = providers(environment, prompt)

    def passphrase(name: str) -> Secret:
        for provider in chosen:
            found = provider.find(name)
            if found is not None:
                return found
        raise NotPermitted(
            "passphrase_missing",
            field="passphrase",
            value=f"of {name}",
            allowed=", ".join(provider.place(name) for provider in chosen),
            fix=f"give the passphrase in one of these places; {CHOICE} chooses them; the name alone signs nothing",
        )

    return passphrase


__all__ = ["passphrases_from", "variable_of"]
