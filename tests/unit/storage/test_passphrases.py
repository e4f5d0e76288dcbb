from pathlib import Path

import pytest

from plimsoll.storage.passphrases import passphrases_from, variable_of
from plimsoll.vocabulary.errors import BadInput, NotPermitted

_VARIABLE = "PLIMSOLL_PASSPHRASE_VERA_VALIDATOR"


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("from the file\n")
    path.chmod(0o600)
    return path


def test_the_variable_is_named_after_the_identity() -> None:
    assert variable_of("vera.validator") == _VARIABLE


def test_the_environment_comes_first(tmp_path: Path) -> None:
    environment = {_VARIABLE: "from the environment", f"{_VARIABLE}_FILE": str(tmp_path / "absent")}
    assert passphrases_from(environment, lambda _: "asked")("vera.validator").reveal() == "from the environment"


def test_the_choice_gives_the_order(secret_file: Path) -> None:
    environment = {_VARIABLE: "from the environment", f"{_VARIABLE}_FILE": str(secret_file)}
    for choice, expected in (
        ("file,env", "from the file"),
        ("env", "from the environment"),
        ("terminal , env", "asked"),
        ("", "from the environment"),
    ):
        found = passphrases_from({**environment, "PLIMSOLL_SECRETS": choice}, lambda _: "asked")("vera.validator")
        assert found.reveal() == expected


def test_a_place_that_was_not_chosen_is_not_looked_at(secret_file: Path) -> None:
    environment = {f"{_VARIABLE}_FILE": str(secret_file), "PLIMSOLL_SECRETS": "env"}
    with pytest.raises(NotPermitted, match="passphrase_missing") as caught:
        passphrases_from(environment, lambda _: "asked")("vera.validator")
    assert caught.value.allowed == _VARIABLE
    assert "PLIMSOLL_SECRETS" in caught.value.fix


@pytest.mark.parametrize("choice", ["vault", "env,env", "env,,file", "env file"])
def test_a_choice_of_no_place_is_refused_before_anything_is_asked(choice: str) -> None:
    with pytest.raises(BadInput, match="unknown_secret_provider") as caught:
        passphrases_from({"PLIMSOLL_SECRETS": choice})
    assert caught.value.field == "PLIMSOLL_SECRETS"
    assert caught.value.allowed == "each of env, file, keyring, terminal at most once, separated by commas"


def test_a_person_is_asked_by_name() -> None:
    found = passphrases_from({}, lambda question: question)("vera.validator")
    assert found.reveal() == "Passphrase of vera.validator: "


def test_a_name_without_passphrase_signs_nothing() -> None:
    with pytest.raises(NotPermitted, match="passphrase_missing") as caught:
        passphrases_from({})("vera.validator")
    assert caught.value.exit_code == 3
    assert _VARIABLE in caught.value.allowed
