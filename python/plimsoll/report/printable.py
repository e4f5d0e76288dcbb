"""Text that the bundled fonts can print: what they cannot is named by its code point, so that nothing vanishes."""

import unicodedata
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font

FALLBACK = "DejaVuSans.ttf"
#: Ends of lines and tabs are layout, not letters.
_LAYOUT = "\n\t"
# Format characters can turn the order of letters round or hide them; private ones mean nothing outside their font.
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn")


def fonts() -> Path:
    """Give the folder of the fonts that Matplotlib brings: the same files wherever the same lock is installed."""
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@cache
def _covered() -> frozenset[int]:
    return frozenset(FT2Font(str(fonts() / FALLBACK)).get_charmap())


@cache
def _shown(letter: str) -> str:
    plain = letter in _LAYOUT or (ord(letter) in _covered() and unicodedata.category(letter) not in _UNPRINTABLE)
    return letter if plain else f"[U+{ord(letter):04X}]"


def printable(text: str) -> str:
    """Give a text with every letter that cannot be printed as ``[U+...]``."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))
