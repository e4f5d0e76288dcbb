"""Signature envelopes: DSSE around in-toto statements.

Source: Dead Simple Signing Envelope, protocol v1.0.2 (secure-systems-lab/dsse); in-toto Attestation Framework,
Statement v1.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plimsoll.governance.ports import SignatureCheck, Signer
from plimsoll.vocabulary.digest import bytes_digest, canonical_json
from plimsoll.vocabulary.errors import IntegrityBroken

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
DEMO_MARK = "DEMO"

_KEY_ID_LETTERS = 32


def key_id(public_key: str, *, demo: bool) -> str:
    """Name a public key by its digest; a demonstration key says so in its name."""
    digest = bytes_digest(bytes.fromhex(public_key)).removeprefix("sha256:")[:_KEY_ID_LETTERS]
    return f"{DEMO_MARK}:ed25519:{digest}" if demo else f"ed25519:{digest}"


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Give the bytes that are signed, so that a payload cannot pass for another type."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and one signature over it."""

    payload_type: str
    payload: bytes
    key_id: str
    signature: bytes

    def to_dict(self) -> dict[str, Any]:
        """Give the envelope in the JSON form of DSSE."""
        return {
            "payloadType": self.payload_type,
            "payload": base64.b64encode(self.payload).decode(),
            "signatures": [{"keyid": self.key_id, "sig": base64.b64encode(self.signature).decode()}],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Envelope":
        """Read the JSON form of DSSE; exactly one signature is allowed.

        Raises
        ------
        IntegrityBroken
            If it is no such envelope.
        """
        try:
            (signature,) = data["signatures"]
            return cls(
                payload_type=str(data["payloadType"]),
                payload=base64.b64decode(data["payload"], validate=True),
                key_id=str(signature["keyid"]),
                signature=base64.b64decode(signature["sig"], validate=True),
            )
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise IntegrityBroken(
                "not_an_envelope",
                field="envelope",
                allowed="a DSSE envelope with one signature",
                fix="take the envelope from an unharmed copy",
            ) from error

    def statement(self) -> dict[str, Any]:
        """Give the in-toto statement inside, unchecked.

        Raises
        ------
        IntegrityBroken
            If the payload is no in-toto statement.
        """
        try:
            statement = json.loads(self.payload)
        except ValueError:
            statement = None
        if (
            not isinstance(statement, dict)
            or statement.get("_type") != STATEMENT_TYPE
            or self.payload_type != PAYLOAD_TYPE
        ):
            raise IntegrityBroken(
                "not_a_statement",
                field="payload",
                allowed=f"{STATEMENT_TYPE} in {PAYLOAD_TYPE}",
                fix="take the envelope from an unharmed copy",
            )
        return statement


def statement(predicate_type: str, name: str, digest: str, predicate: Mapping[str, Any]) -> dict[str, Any]:
    """Give an in-toto statement about one subject."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": digest.removeprefix("sha256:")}}],
        "predicateType": predicate_type,
        "predicate": dict(predicate),
    }


def seal(content: Mapping[str, Any], signer: Signer, *, demo: bool) -> Envelope:
    """Sign a statement."""
    payload = canonical_json(content)
    return Envelope(
        payload_type=PAYLOAD_TYPE,
        payload=payload,
        key_id=key_id(signer.public_key, demo=demo),
        signature=signer.sign(pre_authentication_encoding(PAYLOAD_TYPE, payload)),
    )


def is_signed_by(envelope: Envelope, public_key: str, check: SignatureCheck) -> bool:
    """Tell whether the envelope's signature was made by a key."""
    message = pre_authentication_encoding(envelope.payload_type, envelope.payload)
    return check(public_key, envelope.signature, message)
