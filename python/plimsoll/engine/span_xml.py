"""Elements of a risk-parameter file: XML without entities or document types, of a bounded size and depth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar
from xml.parsers import expat

from plimsoll.engine.documents import finite, require_size, short
from plimsoll.vocabulary.errors import BadInput

_DEEPEST = 16
_LONGEST_TEXT = 4_096
_Choice = TypeVar("_Choice")
_FIX = "take the file as the clearing house published it"


@dataclass(slots=True)
class Element:
    """One element: its name, its text and the elements inside; ``path`` says where it stands in the file.

    ``above`` is the element that it stands in, of which only what comes before it has been read.
    """

    name: str
    path: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)
    above: "Element | None" = field(default=None, repr=False, compare=False)

    def each(self, *names: str) -> Iterator["Element"]:
        """Give the elements of these names inside, in their order."""
        return (child for child in self.children if child.name in names)

    def find(self, path: str) -> "Element | None":
        """Give the first element at a path such as ``rate/val``."""
        found: Element | None = self
        for name in path.split("/"):
            found = None if found is None else next(found.each(name), None)
        return found

    def word(self, path: str, default: str | None = None) -> str:
        """Give the text at a path.

        Raises
        ------
        BadInput
            If there is none and no default.
        """
        found = self.find(path)
        if found is not None and found.text:
            return found.text
        if default is not None:
            return default
        raise self.flaw(path, "" if found is None else "an empty element", "a text")

    def number(self, path: str, default: float | None = None) -> float:
        """Give the number at a path.

        Raises
        ------
        BadInput
            If there is none and no default, or the text is no finite number.
        """
        text = self.word(path, None if default is None else repr(default))
        try:
            value = finite(float("" if "_" in text else text))  # Python's 1_000 is no number of a file
        except ValueError:
            value = None
        if value is None:
            raise self.flaw(path, text, "a finite number")
        return value

    def whole(self, path: str, default: int | None = None) -> int:
        """Give the whole number at a path; refusals as of :meth:`number`."""
        text = self.word(path, None if default is None else str(default))
        if not (text.isascii() and text.isdigit() and len(text) <= len("99999999")):
            raise self.flaw(path, text, "a whole number of at most 8 digits")
        return int(text)

    def period(self, path: str, default: int | None = None, *, last: bool = False) -> int:
        """Give a contract month as YYYYMMDD: without a day the 0th, at the end of a range (``last``) the 99th."""
        value = self.whole(path, default)
        month_alone = 0 < value <= 999_999
        return value * 100 + (99 if last else 0) if month_alone else value

    def day(self, path: str) -> date | None:
        """Give the date at a path, None where there is none or only a month."""
        text = self.word(path, "")
        if len(text) != len("YYYYMMDD") or not text.strip("0"):
            return None
        try:
            return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
        except ValueError:
            raise self.flaw(path, text, "a date YYYYMMDD") from None

    def choice(self, name: str, choices: Mapping[str, _Choice], default: str | None = None) -> _Choice:
        """Give what the word at a name stands for.

        Raises
        ------
        BadInput
            If it is none of the choices.
        """
        word = self.word(name, default)
        if word not in choices:
            raise self.flaw(name, word, ", ".join(choices))
        return choices[word]

    def only(self, name: str) -> "Element":
        """Give the one element of a name.

        Raises
        ------
        BadInput
            If there is none, or more than one.
        """
        found = list(self.each(name))
        if len(found) != 1:
            raise self.flaw(name, str(len(found)), f"exactly one {name}")
        return found[0]

    def flaw(self, path: str, value: str, allowed: str) -> BadInput:
        """Give the failure of what stands at a path."""
        code = "invalid_value" if value else "missing_field"
        return BadInput(code, field=f"{self.path}/{path}", value=short(value), allowed=allowed, fix=_FIX)


class _Builder:
    """Builds elements and hands those of a few names on as soon as they end, so that a large file is never whole."""

    def __init__(self, handed_on: frozenset[str]) -> None:
        self.ready: list[Element] = []
        self._handed_on = handed_on
        self._open: list[Element] = []
        self._texts: list[list[str]] = []

    def start(self, name: str, _attributes: object) -> None:
        above = self._open[-1] if self._open else None
        element = Element(name, f"{above.path}/{name}" if above else name)
        if len(self._open) == _DEEPEST:
            raise element.flaw("", str(_DEEPEST + 1), f"at most {_DEEPEST} elements inside each other")
        if above and name in self._handed_on:
            element.above = above
        elif above:
            above.children.append(element)
        self._open.append(element)
        self._texts.append([])

    def text(self, data: str) -> None:
        self._texts[-1].append(data)

    def end(self, name: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._texts.pop()).strip()
        if len(element.text) > _LONGEST_TEXT:
            raise element.flaw("", element.text, f"at most {_LONGEST_TEXT} characters")
        if name in self._handed_on or not self._open:
            self.ready.append(element)

    def refuse_document_type(self, name: str, *_rest: object) -> None:
        raise BadInput(
            "document_type",
            field=str(name),
            value="<!DOCTYPE ...>",
            allowed="elements and text: no document type and no entities",
            fix="remove the document type; risk-parameter files have none",
        )


def elements(path: Path, *handed_on: str) -> Iterator[Element]:
    """Give the elements of these names as they end, and at last the root with all others.

    Raises
    ------
    BadInput
        If the file cannot be read or is too large, is not XML, has a document type, or is nested too deeply.
    """
    require_size(path)
    builder = _Builder(frozenset(handed_on))
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse_document_type
    try:
        with path.open("rb") as stream:
            while part := stream.read(1 << 20):
                parser.Parse(part, False)
                yield from builder.ready
                builder.ready.clear()
            parser.Parse(b"", True)
    except (OSError, expat.ExpatError, LookupError, ValueError) as error:
        raise BadInput(
            "unreadable_file",
            field=str(path),
            value=short(str(error)),
            allowed="a risk-parameter file in XML",
            fix="check the path, its rights and its content",
        ) from error
    yield from builder.ready
