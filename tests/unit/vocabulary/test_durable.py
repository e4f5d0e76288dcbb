"""Files that are whole or not there."""

import multiprocessing
import os
import resource
import signal
import stat
from pathlib import Path

import pytest

from plimsoll.vocabulary.durable import PARTIAL, create_atomically, move_into_place, write_atomically


def test_the_new_content_stands_with_its_rights_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_atomically(path, b"old")
    write_atomically(path, b"new", 0o600)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_what_lies_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "file"
    create_atomically(path, b"first", 0o600)
    with pytest.raises(FileExistsError):
        create_atomically(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_finished_file_gets_its_name(tmp_path: Path) -> None:
    partial, path = tmp_path / f"{PARTIAL}file", tmp_path / "file"
    path.write_bytes(b"old")
    partial.write_bytes(b"new")
    move_into_place(partial, path)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def _write_on_a_full_disk(path: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        write_atomically(path, b"x" * 2000)
    except OSError:
        os._exit(7)


def test_a_write_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    process = multiprocessing.get_context("fork").Process(target=_write_on_a_full_disk, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == 7
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
