"""A secret shows itself to nobody, and comes from the environment, a file of its owner, or a real keyring."""

import json
import logging
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null

from console_world import process
from plimsoll.observability.logs import run_log
from plimsoll.storage.passphrases import passphrases_from
from plimsoll.storage.secrets import EnvironmentSecrets, FileSecrets, KeyringSecrets, Secret, TerminalSecrets
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput, NotPermitted

_TEXT = "correct horse battery staple"
_VARIABLE = "PLIMSOLL_PASSPHRASE_VERA"
#: A keyring that keeps its entries in a file, as a machine without a desktop has one.
_BACKEND = """
import json, os
from pathlib import Path
from keyring.backend import KeyringBackend

FILE = Path(__file__).with_name("entries.json")

class FileKeyring(KeyringBackend):
    priority = 1

    def _read(self):
        return json.loads(FILE.read_text()) if FILE.exists() else {}

    def get_password(self, service, username):
        return self._read().get(f"{service}/{username}")

    def set_password(self, service, username, password):
        entries = {**self._read(), f"{service}/{username}": password}
        with open(os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            json.dump(entries, stream)

    def delete_password(self, service, username):
        raise NotImplementedError
"""


def test_a_secret_shows_itself_in_no_form_but_the_one_that_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(_TEXT)
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r %s", secret, secret, {"secret": [secret]})
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>40}", f"{secret!r}", str([secret]), caplog.text]
    assert all(_TEXT not in text for text in shown)
    assert all("[secret]" in text for text in shown)
    assert not hasattr(secret, "__dict__")
    assert secret.reveal() == _TEXT


def test_a_secret_in_a_log_line_is_redacted_under_any_name(tmp_path: Path) -> None:
    with run_log(tmp_path, FixedClock(datetime(2026, 11, 22, tzinfo=UTC)), "run") as log:
        log.info("unlocked", answer=Secret(_TEXT), all=[Secret(_TEXT)])
    text = (tmp_path / "run.jsonl").read_text()
    assert "[secret]" in text
    assert _TEXT not in text


def test_a_traceback_and_a_json_document_of_a_secret_do_not_hold_it() -> None:
    assert _TEXT not in "".join(traceback.format_exception(ValueError(Secret(_TEXT))))
    with pytest.raises(TypeError) as caught:
        json.dumps({"secret": Secret(_TEXT)})
    assert _TEXT not in str(caught.value)


def test_a_secret_goes_into_no_other_process() -> None:
    with pytest.raises(TypeError, match="not written into a file"):
        pickle.dumps(Secret(_TEXT))


def test_secrets_are_equal_by_their_text_alone() -> None:
    assert Secret(_TEXT) == Secret(_TEXT)
    assert len({Secret(_TEXT), Secret(_TEXT), Secret("another")}) == 2
    assert Secret(_TEXT) != Secret("another")
    assert Secret(_TEXT) != _TEXT
    assert (bool(Secret("")), bool(Secret("x")), len(Secret("xyz"))) == (False, True, 3)


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_unset_or_empty_holds_nothing(value: str | None) -> None:
    environment = {} if value is None else {_VARIABLE: value}
    assert EnvironmentSecrets(environment).find("vera") is None
    assert FileSecrets({f"{name}_FILE": text for name, text in environment.items()}).find("vera") is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [("from the file\nrest\n", "from the file"), ("no end", "no end"), ("dos\r\n", "dos"), ("", ""), ("\nsecond", "")],
)
def test_a_file_gives_its_first_line(tmp_path: Path, content: str, expected: str) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(content.encode())
    path.chmod(0o600)
    found = FileSecrets({f"{_VARIABLE}_FILE": str(path)}).find("vera")
    assert found == Secret(expected)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_a_file_open_to_others_is_refused_with_the_command_that_closes_it(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "passphrase"
    path.write_text("open secret")
    path.chmod(mode)
    with pytest.raises(NotPermitted, match="passphrase_file_open_to_others") as caught:
        FileSecrets({f"{_VARIABLE}_FILE": str(path)}).find("vera")
    assert caught.value.fix == f"chmod 600 {path}"
    assert "open secret" not in str(caught.value)


def test_a_file_that_cannot_be_read_or_is_no_text_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\xfa")
    binary.chmod(0o600)
    for path in (tmp_path / "absent", tmp_path, binary):
        with pytest.raises(BadInput, match="unreadable_file"):
            FileSecrets({f"{_VARIABLE}_FILE": str(path)}).find("vera")


def test_where_nobody_sits_nobody_is_asked() -> None:
    assert TerminalSecrets(None).find("vera") is None


def keyring_world(folder: Path) -> dict[str, str]:
    """The environment of a machine whose keyring lies in a folder."""
    (folder / "file_keyring.py").write_text(_BACKEND)
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {
        "PYTHONPATH": path,
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        "PLIMSOLL_SECRETS": "keyring",
    }


def test_a_key_is_made_and_unlocked_with_a_passphrase_of_the_keyring(tmp_path: Path) -> None:
    environment = {**os.environ, **keyring_world(tmp_path)}
    kept = [sys.executable, "-m", "keyring", "set", "plimsoll", "vera"]
    subprocess.run(kept, input=_TEXT, text=True, check=True, env=environment, capture_output=True)
    made = process("sign", "key", "vera", "--json", folder=tmp_path, env=environment)
    assert made.exit_code == 0, made.stderr
    unlock = (
        "from pathlib import Path; import os\n"
        "from plimsoll.storage.ed25519 import unlock_key\n"
        "from plimsoll.storage.passphrases import passphrases_from\n"
        "print(unlock_key(Path('.plimsoll/keys'), 'vera', passphrases_from(os.environ)).public_key)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", unlock], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
    )
    assert ran.stdout.strip() == made.document["public_key"]
    assert _TEXT not in made.stdout + made.stderr


@pytest.fixture
def keyring_before() -> Iterator[None]:
    """Put the keyring of this process back as it was."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("keyring_before")
def test_a_machine_without_a_keyring_is_refused_and_told_so() -> None:
    keyring.set_keyring(fail.Keyring())
    with pytest.raises(NotPermitted, match="keyring_unusable") as caught:
        passphrases_from({"PLIMSOLL_SECRETS": "env,keyring"})("vera")
    assert (caught.value.value, caught.value.exit_code) == ("NoKeyringError", 3)
    assert "PLIMSOLL_SECRETS" in caught.value.fix


@pytest.mark.usefixtures("keyring_before")
def test_a_keyring_that_holds_nothing_leaves_the_next_place_its_turn() -> None:
    keyring.set_keyring(null.Keyring())
    assert passphrases_from({"PLIMSOLL_SECRETS": "keyring,env", _VARIABLE: _TEXT})("vera") == Secret(_TEXT)
    with pytest.raises(NotPermitted, match="passphrase_missing") as caught:
        passphrases_from({"PLIMSOLL_SECRETS": "keyring"})("vera")
    assert caught.value.allowed == "keyring set plimsoll vera"


def test_without_the_package_the_install_command_is_named() -> None:
    program = (
        "import sys; sys.modules['keyring'] = None\n"
        "from plimsoll.storage.passphrases import passphrases_from\n"
        "from plimsoll.vocabulary.errors import MissingDependency\n"
        "try: passphrases_from({'PLIMSOLL_SECRETS': 'env,keyring'})('vera')\n"
        "except MissingDependency as error: print(error.code, error.exit_code, error.fix, sep='|')"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "keyring_not_installed|2|pip install 'plimsoll[keyring]'"


def test_a_place_is_named_without_what_lies_there() -> None:
    assert KeyringSecrets().place("vera") == "keyring set plimsoll vera"
    assert EnvironmentSecrets({_VARIABLE: _TEXT}).place("vera") == _VARIABLE
    assert TerminalSecrets(lambda _: _TEXT).place("vera") == "an answer at the terminal"
