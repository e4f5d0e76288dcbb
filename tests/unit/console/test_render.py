"""What a person and what a machine sees."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from plimsoll.console import render
from plimsoll.console.bars import Bars
from plimsoll.console.view import Table, View, number, short
from plimsoll.vocabulary.errors import BadInput


def printed(view: View, terminal: bool = False) -> str:
    out = io.StringIO()
    render.show(
        view, Console(file=out, width=100, force_terminal=terminal, color_system="standard" if terminal else None)
    )
    return out.getvalue()


def test_a_view_shows_tables_then_lines_without_colour_in_a_pipe() -> None:
    view = View({}, (Table("Tests", ("id", "colour"), (("VAL-REP-01", "red"),)),), ("one red",))
    text = printed(view)
    assert "VAL-REP-01" in text
    assert text.rstrip().endswith("one red")
    assert "\x1b[" not in text
    assert "\x1b[" in printed(view, terminal=True)


def test_numbers_stand_on_the_right_and_words_on_the_left() -> None:
    rows = (("A", "1,234.50"), ("BCD", "-2.00"))
    drawn = render.rich_table(Table("T", ("name", "amount"), rows))
    assert [column.justify for column in drawn.columns] == ["left", "right"]


def test_square_brackets_in_data_are_shown_as_they_are() -> None:
    assert "[red]x" in printed(View({}, (Table("T", ("a",), (("[red]x",),)),), ("[bold]line",)))
    assert "[bold]line" in printed(View({}, (), ("[bold]line",)))


def test_the_document_is_strict_json() -> None:
    class Record:
        def to_dict(self) -> dict[str, int]:
            return {"a": 1}

    text = render.document_text({"path": Path("out"), "day": date(2020, 3, 16), "record": Record()})
    assert json.loads(text) == {"path": "out", "day": "2020-03-16", "record": {"a": 1}}
    with pytest.raises(ValueError, match="not JSON compliant"):
        render.document_text({"x": float("nan")})
    with pytest.raises(TypeError):
        render.document_text({"x": object()})


def test_an_error_names_field_value_allowed_and_fix() -> None:
    err = io.StringIO()
    error = BadInput("negative_volatility", field="volatility", value=-0.2, allowed=">= 0", fix="give 0.2 for 20 %")
    render.show_error(error, Console(file=err, width=100))
    assert err.getvalue().split("\n")[:5] == [
        "plimsoll: negative_volatility",
        "  field:   volatility",
        "  value:   -0.2",
        "  allowed: >= 0",
        "  fix:     give 0.2 for 20 %",
    ]


def test_cells_are_short_and_plain() -> None:
    assert number(1234.5, 2) == "1,234.50"
    assert number(None) == "-"
    assert short("sha256:0123456789abcdef") == "0123456789ab"


def test_a_pipe_gets_one_line_a_stage() -> None:
    out = io.StringIO()
    with Bars(Console(file=out, width=100)) as bars:
        bars.stage("valuation", 3)
        bars.advance(2)
        bars.advance(1)
        bars.done()
    assert out.getvalue() == "valuation: 3 done\n"


def test_a_terminal_gets_a_bar_with_count_and_speed() -> None:
    out = io.StringIO()
    with Bars(Console(file=out, width=120, force_terminal=True)) as bars:
        bars.stage("valuation", 3)
        bars.advance(3)
        bars.done()
        bars.stage("unknown size", 0)
        bars.advance(5)
        bars.done()
        bars.done()
    assert "valuation" in out.getvalue()
    assert "3/3" in out.getvalue()
    assert "5/5" in out.getvalue()
