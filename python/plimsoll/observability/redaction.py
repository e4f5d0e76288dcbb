"""Keeping secrets out of the logs."""

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"

_SECRET_NAME = re.compile(
    r"pass(word|phrase|wd)|secret|token|credential|private|api_?key|authorization|cookie", re.IGNORECASE
)
_SECRET_TEXTS = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"(?<=PLIMSOLL_PASSPHRASE)(_\w+=)\S+"),
    re.compile(r"\bBearer\s+\S+"),
)


def redact(value: Any) -> Any:
    """Give plain data without its secrets.

    A value whose name speaks of a secret is replaced whole; private keys, passwords in addresses, passphrase variables
    and bearer tokens are cut out of any text.
    """
    if isinstance(value, Mapping):
        return {key: REDACTED if _names_a_secret(key) else redact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    if isinstance(value, str):
        return _redacted_text(value)
    return value


def _names_a_secret(name: object) -> bool:
    return isinstance(name, str) and _SECRET_NAME.search(name) is not None


def _redacted_text(text: str) -> str:
    for pattern in _SECRET_TEXTS:
        text = pattern.sub(REDACTED, text)
    return text
