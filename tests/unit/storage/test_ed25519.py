import os
import pickle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from plimsoll.storage.ed25519 import check_signature, create_key, key_path, signer_from_seed, unlock_key
from plimsoll.storage.secrets import Secret
from plimsoll.vocabulary.errors import BadInput, NotPermitted

_PASSPHRASE = Secret("correct horse battery")


def _seed(size: int) -> bytes:
    return bytes(range(size))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_key(tmp_path / "keys", "vera", _PASSPHRASE, _seed)
    return tmp_path / "keys"


def test_rfc_8032_test_1_signs_and_verifies() -> None:
    # Source: RFC 8032 (2017), section 7.1, TEST 1.
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b"
    )
    signer = signer_from_seed("test", secret)
    assert signer.public_key == public
    assert signer.sign(b"").hex() == signature
    assert check_signature(public, bytes.fromhex(signature), b"")


@pytest.mark.parametrize(
    ("public_key", "signature"), [("zz", bytes(64)), ("00", bytes(64)), ("aa" * 32, b""), ("aa" * 32, bytes(64))]
)
def test_a_malformed_key_or_signature_is_not_good(public_key: str, signature: bytes) -> None:
    assert not check_signature(public_key, signature, b"message")


def test_a_key_file_is_encrypted_and_closed_to_others(folder: Path) -> None:
    path = key_path(folder, "vera")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert folder.stat().st_mode & 0o077 == 0


def test_the_passphrase_unlocks_the_key_that_was_made(folder: Path) -> None:
    signer = unlock_key(folder, "vera", lambda _: _PASSPHRASE)
    assert signer == signer_from_seed("vera", _seed(32))
    assert check_signature(signer.public_key, signer.sign(b"message"), b"message")


def test_the_name_alone_unlocks_nothing(folder: Path) -> None:
    for given, code in (("", "passphrase_missing"), ("wrong horse battery", "wrong_passphrase")):
        with pytest.raises(NotPermitted, match=code) as caught:
            unlock_key(folder, "vera", {"vera": Secret(given)}.__getitem__)
        assert caught.value.exit_code == 3


def test_a_signer_shows_no_private_part(folder: Path) -> None:
    signer = unlock_key(folder, "vera", lambda _: _PASSPHRASE)
    assert "private" not in repr(signer)
    assert _seed(32).hex() not in repr(signer)
    with pytest.raises(TypeError):
        pickle.dumps(signer)


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="passphrase_too_short") as caught:
        create_key(tmp_path, "vera", Secret("hush"), _seed)
    assert "hush" not in str(caught.value)


def test_an_existing_key_is_not_written_over(folder: Path) -> None:
    before = key_path(folder, "vera").read_bytes()
    with pytest.raises(BadInput, match="key_exists"):
        create_key(folder, "vera", _PASSPHRASE, _seed)
    assert key_path(folder, "vera").read_bytes() == before


def test_an_unknown_identity_has_no_key(folder: Path) -> None:
    with pytest.raises(NotPermitted, match="no_such_key"):
        unlock_key(folder, "eve", lambda _: _PASSPHRASE)


def test_a_key_file_open_to_others_is_refused(folder: Path) -> None:
    os.chmod(key_path(folder, "vera"), 0o640)
    with pytest.raises(NotPermitted, match="key_file_open_to_others"):
        unlock_key(folder, "vera", lambda _: _PASSPHRASE)


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden"])
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="bad_member_name"):
        key_path(tmp_path, name)


def _write(path: Path, pem: bytes) -> None:
    path.write_bytes(pem)
    path.chmod(0o600)


def test_a_key_without_passphrase_is_refused(folder: Path) -> None:
    private = signer_from_seed("vera", _seed(32))._private
    _write(key_path(folder, "vera"), private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(BadInput, match="not_a_key_file"):
        unlock_key(folder, "vera", lambda _: _PASSPHRASE)


def test_a_key_of_another_kind_is_refused(folder: Path) -> None:
    encryption = BestAvailableEncryption(_PASSPHRASE.reveal().encode())
    _write(
        key_path(folder, "vera"),
        generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption),
    )
    with pytest.raises(BadInput, match="an Ed25519 key"):
        unlock_key(folder, "vera", lambda _: _PASSPHRASE)
