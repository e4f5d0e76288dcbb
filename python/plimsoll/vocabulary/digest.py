"""Canonical bytes and SHA-256 digests of plain data and files."""

import hashlib
import json
import math
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from plimsoll.vocabulary.errors import BadInput

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

_CHUNK_BYTES = 1 << 20


@runtime_checkable
class Record(Protocol):
    """Anything that can show itself as plain data."""

    def to_dict(self) -> Mapping[str, object]:
        """Give the record as plain data."""


def plain(value: object, path: str = "$") -> Plain:
    """Turn a value into plain JSON data.

    Parameters
    ----------
    value : object
        None, bool, int, float, str, an enum of these, a mapping with text keys, a list or tuple, or a record
        with ``to_dict``.
    path : str
        Where the value stands, for the error.

    Returns
    -------
    Plain
        The same value with -0.0 as 0.0, so that equal numbers have equal bytes.

    Raises
    ------
    BadInput
        If the value is not finite, a key is not text, a text is not Unicode, or the type is unknown.
    """
    return _plain(value, path)


# A place is the text of the root, or a pair of the place of the parent and the key or index in it. Only an error
# writes it out: texts for each of a million numbers would cost more than their digest.
_Place: TypeAlias = "str | tuple[_Place, str | int]"


def _where(place: _Place) -> str:
    if isinstance(place, str):
        return place
    parent, part = place
    return f"{_where(parent)}[{part}]" if isinstance(part, int) else f"{_where(parent)}.{part}"


def _plain(value: object, place: _Place) -> Plain:
    if isinstance(value, Enum):
        return _plain(value.value, place)
    if isinstance(value, float):
        return _number(value, place)
    if isinstance(value, str):
        return _text(value, place)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return {_key(key, place): _plain(item, (place, key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, (place, index)) for index, item in enumerate(value)]
    if isinstance(value, Record):
        return _plain(value.to_dict(), place)
    raise BadInput(
        "not_plain_data",
        field=_where(place),
        value=type(value).__name__,
        allowed="None, bool, int, float, str, mapping, list, tuple, record with to_dict",
        fix="convert the value to plain data first",
    )


def _number(value: float, place: _Place) -> float:
    if not math.isfinite(value):
        raise BadInput(
            "not_finite",
            field=_where(place),
            value=repr(value),
            allowed="finite numbers",
            fix="leave the value out or use null",
        )
    return float(value) + 0.0


def _text(value: str, place: _Place) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(
            "not_unicode",
            field=_where(place),
            value=ascii(value),
            allowed="valid Unicode",
            fix="remove lone surrogates",
        ) from error
    return str(value)


def _key(key: object, place: _Place) -> str:
    if not isinstance(key, str):
        raise BadInput(
            "key_not_text", field=_where(place), value=repr(key), allowed="text keys", fix="use text as the key"
        )
    return _text(key.value if isinstance(key, Enum) else key, place)


def canonical_json(value: object) -> bytes:
    """Give the one byte string that stands for a value: UTF-8, keys sorted, no spaces, shortest floats.

    An integer and a float of the same size have different bytes (``1`` and ``1.0``).

    Raises
    ------
    BadInput
        As in :func:`plain`.
    """
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest_of(value: object) -> str:
    """Give ``sha256:`` and the hex SHA-256 of the canonical JSON of a value."""
    return bytes_digest(canonical_json(value))


def bytes_digest(data: bytes) -> str:
    """Give ``sha256:`` and the hex SHA-256 of bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """Give ``sha256:`` and the hex SHA-256 of a file's bytes.

    Raises
    ------
    BadInput
        If the file cannot be read.
    """
    hasher = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                hasher.update(chunk)
    except OSError as error:
        raise BadInput(
            "unreadable_file", field="path", value=path, allowed="a readable file", fix="check the path and its rights"
        ) from error
    return "sha256:" + hasher.hexdigest()
