import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.observability.redaction import REDACTED, redact

_PEM = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGjMF8GCSqGSIb3DQEF\n-----END ENCRYPTED PRIVATE KEY-----"


@pytest.mark.parametrize(
    "name",
    ["password", "passphrase", "PLIMSOLL_PASSPHRASE_VERA", "api_key", "ApiKey", "token", "client_secret", "Cookie"],
)
def test_a_value_whose_name_speaks_of_a_secret_is_replaced(name: str) -> None:
    assert redact({name: "hunter2", "rows": 3}) == {name: REDACTED, "rows": 3}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"loaded {_PEM} from disk", "MIGjMF8GCSqGSIb3DQEF"),
        (_PEM[:60], "MIGjMF8GCSqGSIb3DQEF"),
        ("postgresql://user:hunter2@host/db", "hunter2"),
        ("PLIMSOLL_PASSPHRASE_VERA=hunter2 plimsoll sign", "hunter2"),
        ("Authorization: Bearer abc.def", "abc.def"),
    ],
)
def test_a_secret_within_a_text_is_cut_out(text: str, secret: str) -> None:
    found = redact({"message": [text]})
    assert secret not in str(found)
    assert REDACTED in found["message"][0]


@given(st.text(min_size=12, alphabet=st.characters(categories=["Ll", "Nd"])))
def test_no_secret_survives_at_any_depth(secret: str) -> None:
    found = redact({"a": [{"b": ({"passphrase": {"deep": [secret + "!"]}},)}]})
    assert secret + "!" not in str(found)


def test_what_is_no_secret_stays() -> None:
    data = {"path": "/out/report.json", "rows": 12, "ratio": 0.5, "ok": True, "none": None, 3: "three"}
    assert redact(data) == data
