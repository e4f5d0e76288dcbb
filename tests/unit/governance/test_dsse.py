import json
from typing import Any

import pytest

from governance_world import key
from plimsoll.governance.dsse import Envelope, is_signed_by, pre_authentication_encoding, seal, statement
from plimsoll.storage.ed25519 import check_signature
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import IntegrityBroken

_STATEMENT = statement("urn:test", "report.json", "sha256:" + "a" * 64, {"x": 1})


def test_the_encoding_that_is_signed_is_that_of_the_protocol() -> None:
    # Source: DSSE protocol v1.0.2, test vector "hello world".
    expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pre_authentication_encoding("http://example.com/HelloWorld", b"hello world") == expected


def test_an_envelope_reads_back_and_verifies() -> None:
    signer = key("vera")
    envelope = Envelope.from_dict(json.loads(canonical_json(seal(_STATEMENT, signer, demo=False).to_dict())))
    assert envelope.statement() == _STATEMENT
    assert is_signed_by(envelope, signer.public_key, check_signature)
    assert not is_signed_by(envelope, key("other").public_key, check_signature)


def test_a_payload_cannot_pass_for_another_type() -> None:
    signer = key("vera")
    envelope = seal(_STATEMENT, signer, demo=False)
    moved = Envelope("text/plain", envelope.payload, envelope.key_id, envelope.signature)
    assert not is_signed_by(moved, signer.public_key, check_signature)
    with pytest.raises(IntegrityBroken, match="not_a_statement"):
        moved.statement()


def test_the_same_statement_and_key_give_the_same_bytes() -> None:
    assert seal(_STATEMENT, key("vera"), demo=True) == seal(_STATEMENT, key("vera"), demo=True)


def test_a_statement_names_its_subject_by_digest() -> None:
    assert _STATEMENT["subject"] == [{"name": "report.json", "digest": {"sha256": "a" * 64}}]
    assert _STATEMENT["_type"] == "https://in-toto.io/Statement/v1"


@pytest.mark.parametrize(
    "change",
    [{"signatures": []}, {"signatures": [{}]}, {"payload": "***"}, {"payload": None}, {"signatures": [1]}],
)
def test_something_else_is_no_envelope(change: dict[str, Any]) -> None:
    data = {**seal(_STATEMENT, key("vera"), demo=True).to_dict(), **change}
    with pytest.raises(IntegrityBroken, match="not_an_envelope"):
        Envelope.from_dict(data)


@pytest.mark.parametrize("payload", [b"no json", b"[]", b'{"_type":"other"}', b"\xff"])
def test_something_else_is_no_statement(payload: bytes) -> None:
    with pytest.raises(IntegrityBroken, match="not_a_statement"):
        Envelope("application/vnd.in-toto+json", payload, "k", b"").statement()
