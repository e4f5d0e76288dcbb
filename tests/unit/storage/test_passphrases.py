from pathlib import Path

import pytest

from plimsoll.storage.passphrases import passphrases_from, variable_of
from plimsoll.vocabulary.errors import BadInput, NotPermitted

_VARIABLE = "PLIMSOLL_PASSPHRASE_VERA_VALIDATOR"


def test_the_variable_is_named_after_the_identity() -> None:
    assert variable_of("vera.validator") == _VARIABLE


def test_the_environment_comes_first(tmp_path: Path) -> None:
    environment = {_VARIABLE: "from the environment", f"{_VARIABLE}_FILE": str(tmp_path / "absent")}
    assert passphrases_from(environment, lambda _: "asked")("vera.validator") == "from the environment"


@pytest.mark.parametrize(("content", "expected"), [("from the file\nrest\n", "from the file"), ("", "")])
def test_a_file_gives_its_first_line(tmp_path: Path, content: str, expected: str) -> None:
    path = tmp_path / "passphrase"
    path.write_text(content)
    path.chmod(0o600)
    assert passphrases_from({f"{_VARIABLE}_FILE": str(path)})("vera.validator") == expected


def test_a_file_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text("open secret")
    path.chmod(0o644)
    with pytest.raises(NotPermitted, match="passphrase_file_open_to_others"):
        passphrases_from({f"{_VARIABLE}_FILE": str(path)})("vera.validator")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unreadable_file"):
        passphrases_from({f"{_VARIABLE}_FILE": str(tmp_path / "absent")})("vera.validator")


def test_a_person_is_asked_by_name() -> None:
    assert passphrases_from({}, lambda question: question)("vera.validator") == "Passphrase of vera.validator: "


def test_a_name_without_passphrase_signs_nothing() -> None:
    with pytest.raises(NotPermitted, match="passphrase_missing") as caught:
        passphrases_from({})("vera.validator")
    assert caught.value.exit_code == 3
    assert _VARIABLE in caught.value.allowed
