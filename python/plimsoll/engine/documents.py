"""Reading of documents: JSON without surprises, checked against a schema, each flaw named by its place."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.vocabulary.errors import BadInput

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_LONGEST_VALUE = 120
_LARGEST_FILE = 256 * 1024 * 1024
_DEEPEST = 32
_Path = tuple[str | int, ...]


def read_json(path: Path) -> Any:
    """Read a JSON file.

    NaN and infinity, which JSON does not have but many programs write, are read as numbers, so that :func:`flaws` can
    name the place of each.

    Raises
    ------
    BadInput
        If the file cannot be read or is too large, is not UTF-8 or not JSON, or names a key twice.
    """
    require_size(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error
    try:
        return json.loads(text, object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError) as error:  # no JSON, a number of thousands of digits, or nested too deeply
        raise unreadable(path, error) from error


def require_size(path: Path) -> None:
    """Refuse a file that is too large to be a document; one that is not there passes, whoever opens it says so.

    Raises
    ------
    BadInput
        If the file has more than 256 MiB.
    """
    size = path.stat().st_size if path.is_file() else 0
    if size > _LARGEST_FILE:
        raise BadInput(
            "file_too_large",
            field=str(path),
            value=f"{size:,} bytes",
            allowed=f"at most {_LARGEST_FILE:,} bytes",
            fix="split the file",
        )


def require_known_extension(path: Path) -> None:
    """Refuse a file whose extension is none of those that are read; one without any is read as JSON.

    Raises
    ------
    BadInput
        If it has another extension.
    """
    if path.suffix not in ("", ".json", ".csv", ".parquet"):
        raise BadInput(
            "unknown_extension",
            field=str(path),
            value=path.suffix,
            allowed=".json, .csv or .parquet",
            fix="give the file the extension of its format",
        )


def unreadable(path: Path, reason: Exception) -> BadInput:
    """Give the failure of a file that cannot be read."""
    return BadInput(
        "unreadable_file",
        field=str(path),
        value=short(str(reason)),
        allowed="a readable file of its format: .json, .csv or .parquet",
        fix="check the path, its rights and its content",
    )


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        seen: set[str] = set()
        twin = short(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
        raise BadInput("double_key", field=twin, value=twin, allowed="each key once", fix="remove one of the two")
    return document


@cache
def schema(name: str) -> Mapping[str, Any]:
    """Give a JSON Schema that the package ships, for instance ``book-v1``."""
    text = resources.files("plimsoll").joinpath("packs", "schemas", f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(name: str) -> "Draft202012Validator":
    # Not before a document is read: where rfc3987-syntax is installed, the import compiles a grammar for a second.
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date", raises=ValueError)(_is_date)
    return Draft202012Validator(schema(name), format_checker=checker)


def _is_date(value: object) -> bool:
    return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value


def flaws(document: object, schema_name: str) -> Iterator[tuple[_Path, BadInput]]:
    """Give every place where a document departs from a schema or holds what no file can, and the failure.

    Raises
    ------
    BadInput
        If it is nested more deeply than any document of ours, so that looking through it would never end.
    """
    for path, value in _unusable(document):
        yield path, BadInput(
            "invalid_value",
            field=text_of_path(path) or "document",
            value=short(str(value)),
            allowed="valid Unicode" if isinstance(value, str) else "a finite number",
            fix="remove the lone surrogates" if isinstance(value, str) else "give a number, or leave the row out",
        )
    for error in _validator(schema_name).iter_errors(document):
        path = tuple(error.absolute_path)
        yield path, _failure(path, error)


def _unusable(document: object) -> Iterator[tuple[_Path, int | float | str]]:
    """Give every number that is not finite and every text that is no Unicode."""
    open_places: list[tuple[_Path, object]] = [((), document)]
    while open_places:
        path, value = open_places.pop()
        if len(path) > _DEEPEST:
            raise _nested_too_deeply(path)
        if isinstance(value, Mapping):
            open_places += [((*path, key), item) for key, item in reversed([*value.items()])]
            yield from (((*path, key), key) for key in value if isinstance(key, str) and as_unicode(key) != key)
        elif isinstance(value, list | tuple):
            open_places += [((*path, index), item) for index, item in reversed([*enumerate(value)])]
        elif isinstance(value, str):
            if as_unicode(value) != value:
                yield path, value
        elif isinstance(value, int | float) and not isinstance(value, bool) and finite(value) is None:
            yield path, value


def _nested_too_deeply(path: _Path) -> BadInput:
    return BadInput(
        "nested_too_deeply",
        field=short(text_of_path(path)),
        value=f"more than {_DEEPEST} levels",
        allowed=f"at most {_DEEPEST} levels",
        fix="see docs/formats.md",
    )


def finite(value: object) -> float | None:
    """Give a value as a floating-point number, or None if it is no number, not finite or too large to be one."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def text_of_path(path: Sequence[str | int]) -> str:
    """Write a place in a document, for instance ``accounts[0].positions[2].strike``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{short(part)}" if text else short(part)
    return text


def _failure(path: _Path, error: "ValidationError") -> BadInput:
    rule = str(error.validator)
    instance: Any = error.instance
    wanted: Any = error.validator_value
    if rule == "required":
        missing = next(name for name in wanted if name not in instance)
        return BadInput(
            "missing_field",
            field=text_of_path((*path, missing)),
            value=short(f"only {', '.join(map(str, instance))}" if instance else "nothing"),
            allowed=f"a value; all of: {', '.join(wanted)}",
            fix=f"add {missing}",
        )
    if rule == "additionalProperties" and wanted is False:
        rules: Any = error.schema
        known = rules["properties"]
        unknown = next(name for name in instance if name not in known)
        return BadInput(
            "unknown_field",
            field=text_of_path((*path, unknown)),
            value=short(repr(instance[unknown])),
            allowed=", ".join(known),
            fix="remove the field or correct its name",
        )
    return BadInput(
        "invalid_value",
        field=text_of_path(path) or "document",
        value=short(repr(instance)),
        allowed=_allowed(rule, wanted),
        fix="write the date in this form" if rule == "format" else "give a value that the schema allows",
    )


def _allowed(rule: str, wanted: Any) -> str:
    if rule == "enum":
        return "one of: " + ", ".join(map(str, wanted))
    if rule == "format":
        return "a date of the calendar as YYYY-MM-DD"
    words = {
        "type": "a value of type {}",
        "const": "exactly {}",
        "pattern": "text that matches {}",
        "minimum": "a number of at least {}",
        "maximum": "a number of at most {}",
        "exclusiveMinimum": "a number above {}",
        "exclusiveMaximum": "a number below {}",
        "minItems": "at least {} entry",
        "minProperties": "at least {} entry",
        "minLength": "text of at least {} character",
    }
    return words.get(rule, rule + " {}").format(wanted)


def short(text: str) -> str:
    """Give a text as an error shows it: not longer than a line, and without halves of characters, which no file takes."""
    cut = text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."
    return as_unicode(cut)


def as_unicode(text: str) -> str:
    r"""Give a text with its lone surrogates, which JSON can spell and UTF-8 cannot, written as ``\\udcff``."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
