"""The command line as processes: exit codes, one document on stdout, progress on stderr, no colours in a pipe."""

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from books import book, option, snapshot, underlying
from console_world import PASSPHRASE, flip_a_byte, process

pytestmark = pytest.mark.xdist_group("console_processes")


@pytest.fixture
def priced(tmp_path: Path) -> Callable[..., list[str]]:
    """Write a book and its market, and give the words that price it."""

    def words(*positions: dict[str, object]) -> list[str]:
        (tmp_path / "book.json").write_text(json.dumps(book(*positions)))
        (tmp_path / "market.json").write_text(json.dumps(snapshot(AAA=underlying())))
        return ["value", "book.json", "--snapshot", "market.json"]

    return words


def test_exit_code_0_one_document_and_progress_beside_it(tmp_path: Path, priced: Callable[..., list[str]]) -> None:
    ran = process(*priced(option("one")), "--json", folder=tmp_path)
    assert ran.exit_code == 0
    assert ran.document["valued"] == 1
    assert ran.stderr == "valuation small: 1 done\n"
    assert (tmp_path / ".plimsoll" / "runs").is_dir()


def test_exit_code_1_for_a_row_that_is_refused_and_no_colours_in_a_pipe(
    tmp_path: Path, priced: Callable[..., list[str]]
) -> None:
    ran = process(*priced(option("one"), option("late", expiry="2020-03-13")), folder=tmp_path)
    assert ran.exit_code == 1
    assert "expired_product" in ran.stdout
    assert "\x1b" not in ran.stdout + ran.stderr


def test_exit_code_2_for_a_file_that_is_not_there(tmp_path: Path) -> None:
    ran = process("value", "none.json", "--json", "--workspace", "w", folder=tmp_path)
    assert ran.exit_code == 2
    assert ran.error["code"] == "unreadable_file"


def test_exit_code_3_where_nobody_gives_the_passphrase(tmp_path: Path) -> None:
    ran = process("sign", "key", "jane.doe", "--json", folder=tmp_path, stdin=subprocess.DEVNULL)
    assert ran.exit_code == 3
    assert ran.error["code"] == "passphrase_missing"


def test_exit_code_4_for_a_flipped_byte(tmp_path: Path, market_workspace: Path) -> None:
    flip_a_byte(sorted((market_workspace / "datasets" / "objects").iterdir())[0])
    ran = process("data", "verify", "--json", "--workspace", market_workspace, folder=tmp_path)
    assert ran.exit_code == 4
    assert ran.document["ok"] is False


def test_a_person_at_a_terminal_is_asked_for_the_passphrase_unseen(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    program = "from plimsoll.console.main import main; main()"
    with (
        (tmp_path / "told").open("w") as told,
        subprocess.Popen(
            [sys.executable, "-c", program, "sign", "key", "jane.doe", "--json"],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=told,
            cwd=tmp_path,
            text=True,
            start_new_session=True,
        ) as ran,
    ):
        # What is typed before the question is thrown away with the echo, so the person types until it is taken.
        for _ in range(300):
            if ran.poll() is not None:
                break
            if "Passphrase of jane.doe" in (tmp_path / "told").read_text():
                os.write(ours, f"{PASSPHRASE}\n".encode())
            time.sleep(0.2)
        else:
            ran.kill()
        stdout = ran.communicate()[0]
    os.close(theirs)
    os.close(ours)
    assert ran.returncode == 0, (tmp_path / "told").read_text()
    assert json.loads(stdout)["name"] == "jane.doe"
    assert PASSPHRASE not in stdout + (tmp_path / "told").read_text()
    assert (tmp_path / ".plimsoll" / "keys" / "jane.doe.pem").is_file()


def test_a_reader_that_closes_the_pipe_ends_the_command_quietly(tmp_path: Path) -> None:
    program = "from plimsoll.console.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
    ) as ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        ran.stdout.close()
        complaint = ran.stderr.read()
    assert complaint == ""
    assert ran.returncode in (0, 1)
