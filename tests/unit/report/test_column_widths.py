"""Columns of tables on paper."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.report.column_widths import GAP, SETTINGS, TURNED, UPRIGHT, Column, breakable, extent, height, set_table

NUMBERS = Column("n", ["1,234,567"], rigid=True)
WORDS = Column("Reason", ["the largest difference lies on the exercise boundary, where no method is smooth " * 3])
SHORT = Column("Kind", ["stock"])
DIGESTS = Column("Digest", ["sha256:" + "a" * 64], mono=True)


def test_a_narrow_table_stands_upright_in_the_larger_letters_and_fills_the_line() -> None:
    found = set_table([NUMBERS, SHORT])
    assert (found.size, found.turned) == (SETTINGS[0][1], False)
    assert sum(found.widths) == pytest.approx(UPRIGHT, abs=0.1)


def test_what_is_left_over_goes_to_the_column_that_can_use_it() -> None:
    found = set_table([NUMBERS, WORDS])
    assert found.widths[0] == pytest.approx(NUMBERS.natural() * found.size + GAP, abs=0.01)
    assert found.widths[1] > 300


def test_more_columns_make_smaller_letters_and_then_a_turned_page() -> None:
    settings_found = [set_table([SHORT, *([WORDS] * count)]) for count in range(1, 9)]
    sizes = [(found.turned, -found.size) for found in settings_found]
    assert sizes == sorted(sizes)
    assert settings_found[0].size == 8.5
    assert settings_found[-1].turned
    assert sum(settings_found[-1].widths) == pytest.approx(TURNED, abs=0.1)


def test_numbers_keep_their_width_when_words_have_to_give_way() -> None:
    found = set_table([NUMBERS] * 8 + [WORDS] * 4)
    assert found.turned
    assert min(found.widths[:8]) >= NUMBERS.natural() * found.size


def test_a_table_that_fits_nowhere_shrinks_and_its_words_break() -> None:
    found = set_table([Column("", ["x" * 60], rigid=True)] * 6)
    assert sum(found.widths) == pytest.approx(TURNED, abs=0.1)
    assert "\u200b" in breakable("x" * 60, found.widths[0], found.size)


def test_digests_break_anywhere_and_words_that_fit_are_left_alone() -> None:
    assert DIGESTS.least() < DIGESTS.natural() / 3
    assert breakable("a few words", 100.0, 8.5) == "a few words"
    assert breakable("sha256:" + "a" * 64, 100.0, 8.5, mono=True).count("\u200b") == 70


def test_an_empty_column_needs_the_room_of_its_label() -> None:
    assert Column("", [""]).least() == Column("", []).natural() == extent("") == 0.0
    assert Column("Kind", [""]).least() == extent("Kind")
    assert set_table([Column("", [""])]).widths == (UPRIGHT,)


def test_a_label_of_several_words_is_broken_before_the_page_is_turned() -> None:
    columns = [Column("Worst loss over value at risk", ["1.19"], rigid=True)] * 9
    assert not set_table(columns).turned
    one = set_table([columns[0], NUMBERS])
    assert one.widths[0] > extent(columns[0].label) * one.size


def test_digests_stay_in_one_piece_where_an_upright_page_has_room() -> None:
    names = Column("Input", ["reproduction/A05/2020/filtered_historical/1998-11-24"], mono=True)
    found = set_table([names, DIGESTS])
    assert (found.size, found.turned) == (7.5, False)
    assert breakable(DIGESTS.texts[0], found.widths[1], found.size, mono=True) == DIGESTS.texts[0]
    assert not set_table([names, DIGESTS, DIGESTS]).turned


def test_the_height_of_the_rows_counts_their_lines() -> None:
    columns = [NUMBERS, WORDS]
    setting = set_table(columns)
    one = height([Column("n", ["1"]), Column("Reason", ["short"])], setting)
    assert height(columns, setting) > 2.0 * one
    assert height([Column("n", ["1"] * 3), Column("Reason", ["short"] * 3)], setting) == pytest.approx(3 * one)
    assert height([Column("n", []), Column("Reason", [])], setting) == 0.0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.builds(
            Column, st.text(max_size=40), st.lists(st.text(max_size=120), max_size=4), st.booleans(), st.booleans()
        ),
        min_size=1,
        max_size=14,
    )
)
def test_no_table_is_wider_than_its_page_and_no_column_has_no_width(columns: list[Column]) -> None:
    found = set_table(columns)
    room = TURNED if found.turned else UPRIGHT
    assert len(found.widths) == len(columns)
    assert sum(found.widths) <= room + 0.01 * len(columns)
    assert min(found.widths) > 0.0
