import pickle

import pytest

from plimsoll.vocabulary.errors import (
    BadInput,
    CheckFailed,
    IntegrityBroken,
    MissingDependency,
    NotPermitted,
    PlimsollError,
)


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [(CheckFailed, 1), (BadInput, 2), (MissingDependency, 2), (NotPermitted, 3), (IntegrityBroken, 4)],
)
def test_each_kind_of_failure_has_its_exit_code(kind: type[PlimsollError], exit_code: int) -> None:
    assert kind("code").exit_code == exit_code


def test_a_failure_reads_as_one_line() -> None:
    error = BadInput("negative_volatility", field="volatility", value=-0.2, allowed=">= 0", fix="give it in decimals")
    assert str(error) == "negative_volatility; volatility = -0.2; allowed: >= 0; fix: give it in decimals"


def test_a_failure_without_value_names_the_field_alone() -> None:
    assert str(BadInput("missing_column", field="strike")) == "missing_column; strike"


def test_a_failure_may_be_its_code_alone() -> None:
    assert str(NotPermitted("self_approval", value=None)) == "self_approval"


def test_a_failure_survives_pickling() -> None:
    error = IntegrityBroken("chain_broken", field="entry", value=3, allowed="the recorded hash", fix="restore a copy")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is IntegrityBroken
    assert again.to_dict() == error.to_dict()
    assert again.args == error.args
