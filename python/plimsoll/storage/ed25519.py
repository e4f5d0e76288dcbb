"""Ed25519 keys in passphrase-protected files, and the check of their signatures."""

import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from plimsoll.storage.secrets import Secret
from plimsoll.vocabulary.durable import create_atomically
from plimsoll.vocabulary.errors import BadInput, NotPermitted

SEED_BYTES = 32
_SHORTEST_PASSPHRASE = 12
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class KeySigner:
    """An unlocked private key; it shows its name and public key, never the private part."""

    name: str
    public_key: str
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    def sign(self, message: bytes) -> bytes:
        """Give the Ed25519 signature of a message."""
        return self._private.sign(message)


def check_signature(public_key: str, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature is good; a malformed key or signature is not."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def signer_from_seed(name: str, seed: bytes) -> KeySigner:
    """Give an unlocked key from its 32 private bytes, kept nowhere."""
    return _signer(name, Ed25519PrivateKey.from_private_bytes(seed))


def create_key(folder: Path, name: str, passphrase: Secret, entropy: Callable[[int], bytes]) -> KeySigner:
    """Make a private key and keep it encrypted (PKCS #8, AES-256) in a file that only its owner can read.

    Parameters
    ----------
    folder : Path
        Where the key file goes, named after the identity.
    name : str
        The identity.
    passphrase : Secret
        Protects the file; at least 12 letters.
    entropy : Callable[[int], bytes]
        Gives random bytes, for instance ``os.urandom``.

    Returns
    -------
    KeySigner
        The unlocked key.

    Raises
    ------
    BadInput
        If the passphrase is too short, the name cannot be a file's, or a key of that name exists.
    """
    if len(passphrase) < _SHORTEST_PASSPHRASE:
        raise BadInput(
            "passphrase_too_short",
            field="passphrase",
            allowed=f"at least {_SHORTEST_PASSPHRASE} letters",
            fix="choose a longer passphrase",
        )
    path = key_path(folder, name)
    private = Ed25519PrivateKey.from_private_bytes(entropy(SEED_BYTES))
    pem = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.reveal().encode())
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        create_atomically(path, pem, _OWNER_ONLY)
    except FileExistsError as error:
        raise BadInput(
            "key_exists", field="name", value=name, allowed="a name without a key", fix="use the key that exists"
        ) from error
    return _signer(name, private)


def unlock_key(folder: Path, name: str, passphrases: Callable[[str], Secret]) -> KeySigner:
    """Unlock an identity's private key; the name alone opens nothing.

    Parameters
    ----------
    folder : Path
        Where the key files are.
    name : str
        The identity.
    passphrases : Callable[[str], Secret]
        Gives the passphrase of a name.

    Raises
    ------
    NotPermitted
        If there is no such key, others can read its file, or the passphrase is wrong.
    BadInput
        If the name cannot be a file's, or the file holds no encrypted Ed25519 key.
    """
    path = key_path(folder, name)
    if not path.is_file():
        raise _refusal("no_such_key", name, "an identity with a key", "make a key for it and have it put on the roster")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise _refusal("key_file_open_to_others", name, "a key file with mode 0600", f"chmod 600 {path}")
    passphrase = passphrases(name)
    if not passphrase:
        raise _refusal("passphrase_missing", name, "the passphrase of the key", "the name alone signs nothing")
    try:
        private = load_pem_private_key(path.read_bytes(), passphrase.reveal().encode())
    except TypeError as error:
        raise _not_a_key(path, "an encrypted key") from error
    except ValueError as error:
        raise _refusal("wrong_passphrase", name, "the passphrase of the key", "give the right passphrase") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise _not_a_key(path, "an Ed25519 key")
    return _signer(name, private)


def key_path(folder: Path, name: str) -> Path:
    """Give the path of an identity's key file.

    Raises
    ------
    BadInput
        If the name cannot be a file's.
    """
    if not name or name != Path(name).name or name.startswith("."):
        raise BadInput(
            "bad_member_name", field="name", value=name, allowed="a name without slashes", fix="choose a plain name"
        )
    return folder / f"{name}.pem"


def _signer(name: str, private: Ed25519PrivateKey) -> KeySigner:
    return KeySigner(name, private.public_key().public_bytes_raw().hex(), private)


def _refusal(code: str, name: str, allowed: str, fix: str) -> NotPermitted:
    return NotPermitted(code, field="name", value=name, allowed=allowed, fix=fix)


def _not_a_key(path: Path, allowed: str) -> BadInput:
    return BadInput("not_a_key_file", field="path", value=path, allowed=allowed, fix="restore the key file")
