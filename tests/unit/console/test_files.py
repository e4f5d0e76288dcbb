"""Files that a command writes where it is told."""

from pathlib import Path

import pytest

from plimsoll.console.files import write_text
from plimsoll.vocabulary.errors import BadInput


def test_a_text_lies_where_it_was_asked_for(tmp_path: Path) -> None:
    write_text(tmp_path / "a.json", "é", "--out")
    assert (tmp_path / "a.json").read_bytes() == "é".encode()


def test_a_folder_that_is_not_there_is_named_with_the_option(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="file_not_writable") as caught:
        write_text(tmp_path / "none" / "a.json", "", "--out")
    assert caught.value.field == "--out"
    assert "No such file or directory" in caught.value.value
