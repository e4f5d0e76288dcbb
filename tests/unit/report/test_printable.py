"""Text for paper: what the fonts have is kept, what they have not is named."""

import pytest

from plimsoll.report.printable import FALLBACK, fonts, printable


def test_the_font_comes_with_matplotlib() -> None:
    assert (fonts() / FALLBACK).is_file()


@pytest.mark.parametrize("text", ["plain", "Δ ≤ ± ≥ σ µ − – … „Grüße“", "two\nlines\tand a tab", "Ωμέγα Кириллица", ""])
def test_text_that_the_fonts_have_is_kept(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("中", "[U+4E2D]"),
        ("a\u202eb", "a[U+202E]b"),
        ("\ufeff", "[U+FEFF]"),
        ("\x07\x00", "[U+0007][U+0000]"),
        ("\U0001f6a2", "[U+1F6A2]"),
        ("\ue000", "[U+E000]"),
        ("\ud800", "[U+D800]"),
    ],
)
def test_what_they_have_not_is_named_by_its_code_point(text: str, shown: str) -> None:
    assert printable(text) == shown
