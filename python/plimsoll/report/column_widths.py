"""How wide the columns of a table on paper are, and how small its letters: no cell runs over its neighbour or the page."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Widths between the margins of an A4 page, upright and turned, in points: 210 and 297 mm less twice 16 mm.
UPRIGHT, TURNED = 504.57, 751.18
#: Ways to set a table, the most comfortable first: width of the page and size of the letters, in points.
SETTINGS = ((UPRIGHT, 8.5), (UPRIGHT, 7.5), (TURNED, 8.0), (TURNED, 7.0))
#: Room to the right of each cell, in points.
GAP = 7.0
# Widths of letters in units of the size: bold letters of the widest face in use, measured generously, since a column
# that is a point too wide is not seen, and one that is a point too narrow breaks a number.
_CAPITAL, _DIGIT, _NARROW, _OTHER = 0.74, 0.53, 0.36, 0.56
# Letters of one width are set at four fifths of the size of the others.
_MONO = 0.8 * 0.61
_THIN = frozenset(" .,:;'|!ijltfrI()[]-")
#: What a column of running text wants before a table is set smaller or the page is turned, in units of the size.
_COMFORT = 12.0
#: Height of a line in units of the size, and room above and below the text of a row, in points.
_LINE, _ROW_GAP = 1.25, 6.8
_SPACE = "\u200b"  # a place to break a line at, without width
_BREAKS = re.compile(r"(?<=[-–—/ ])| ")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label and texts; texts of ``rigid`` columns stay on one line, those of ``mono`` ones break anywhere."""

    label: str
    texts: Sequence[str]
    rigid: bool = False
    mono: bool = False

    def natural(self) -> float:
        """Width of the longest text on one line, its label's words aside, in units of the size."""
        longest = max((extent(text, self.mono) for text in self.texts), default=0.0)
        return max(longest, _longest_word([self.label]))

    def ample(self) -> float:
        """Width of the longest text and of the label, each on one line, in units of the size."""
        return max(self.natural(), extent(self.label))

    def least(self) -> float:
        """Width below which a word or a number would not fit, in units of the size."""
        if self.rigid:
            return self.natural()
        longest = min(_longest_word(self.texts, self.mono), 0.75 * _COMFORT if self.mono else math.inf)
        return max(longest, _longest_word([self.label]))

    def wanted(self, broken: bool) -> float:
        """Width at which the column reads well, in units of the size; mono texts in one piece unless ``broken``."""
        if self.mono and not broken:
            return self.natural()
        return min(self.natural(), max(self.least(), _COMFORT))


def _longest_word(texts: Sequence[str], mono: bool = False) -> float:
    words = (word for text in texts for word in _BREAKS.split(text) if word)
    return max((extent(word, mono) for word in words), default=0.0)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a table is set: widths of its columns and size of its letters in points, on a turned page or not."""

    widths: tuple[float, ...]
    size: float
    turned: bool


def extent(text: str, mono: bool = False) -> float:
    """Give the width of a text on one line, in units of the size of its letters."""
    return _MONO * len(text) if mono else sum(map(_width, text))


def _width(letter: str) -> float:
    if letter in _THIN:
        return _NARROW
    if letter.isdigit():
        return _DIGIT
    return _CAPITAL if letter.isupper() or letter in "mwMW%" else _OTHER


def set_table(columns: Sequence[Column]) -> Setting:
    """Choose the most comfortable setting in which every column is as wide as it wants, the smallest one if none is."""
    # First upright with nothing broken, then the same with digests broken, and then turned.
    for broken in (False, True):
        wanted = [column.wanted(broken) for column in columns]
        for room, size in SETTINGS if broken else SETTINGS[:2]:
            if sum(wanted) * size + GAP * len(columns) <= room:
                return _share_out(columns, wanted, room, size)
    room, size = SETTINGS[-1]
    return _squeeze(columns, room, size)


def _share_out(columns: Sequence[Column], wanted: Sequence[float], room: float, size: float) -> Setting:
    """Give each column what it wants, what is left over first to those that could use it, then to all alike."""
    widths = [want * size + GAP for want in wanted]
    lacks = [max(0.0, column.ample() * size + GAP - width) for column, width in zip(columns, widths, strict=True)]
    left = room - sum(widths)
    given = min(left, sum(lacks))
    if given > 0.0:
        widths = [width + given * lack / sum(lacks) for width, lack in zip(widths, lacks, strict=True)]
    rest = (left - given) / len(columns)
    return _setting([width + rest for width in widths], size, room)


def _squeeze(columns: Sequence[Column], room: float, size: float) -> Setting:
    """Take from the columns that want more than they need; where even that is too wide, shrink all: words will break."""
    least = [column.least() * size + GAP for column in columns]
    if sum(least) >= room:
        return _setting([width * room / sum(least) for width in least], size, room)
    wanted = [column.wanted(broken=True) * size + GAP for column in columns]
    share = (room - sum(least)) / (sum(wanted) - sum(least))
    return _setting([low + share * (want - low) for low, want in zip(least, wanted, strict=True)], size, room)


def _setting(widths: Sequence[float], size: float, room: float) -> Setting:
    return Setting(tuple(round(width, 2) for width in widths), size, turned=room == TURNED)


def breakable(text: str, width: float, size: float, mono: bool = False) -> str:
    """Put places to break at into the words of a text that are wider than a column, in points."""
    room = max(width - GAP, 1.0) / size
    return " ".join(word if extent(word, mono) <= room else _SPACE.join(word) for word in text.split(" "))


def height(columns: Sequence[Column], setting: Setting) -> float:
    """Estimate the height of a table's rows on paper, in points."""
    rows = zip(*(column.texts for column in columns), strict=True)
    rooms = [max(width - GAP, 1.0) / setting.size for width in setting.widths]
    lines = (
        max(math.ceil(extent(text, column.mono) / room) for text, column, room in zip(row, columns, rooms, strict=True))
        for row in rows
    )
    return sum(max(count, 1) * _LINE * setting.size + _ROW_GAP for count in lines)
