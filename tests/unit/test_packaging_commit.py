"""What is built carries the time of the commit also where the history belongs to another user, and never a guess."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
NAMES = ("commit.sh", "source_date.sh")
FIRST_OF_ZIP = "315532800"
COMMITTED = "1600000000"
STRANGER = 12345


def ran(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with no setting of git but those of the folder."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(folder.parent.parent),
    }
    return subprocess.run(words, cwd=folder, env={**environment, **more}, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with the scripts and without a history."""
    folder = tmp_path / "above" / "tree"
    (folder / "tools").mkdir(parents=True)
    for name in NAMES:
        shutil.copy(TOOLS / name, folder / "tools")
    return folder


def commit(folder: Path) -> str:
    """Make a history of one commit and give its name."""
    author = ("-c", "user.name=Olga Owner", "-c", "user.email=olga@example.org")
    for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "Cast off")):
        done = ran(folder, "git", *author, *words, GIT_COMMITTER_DATE=f"@{COMMITTED} +0000")
        assert done.returncode == 0, done.stderr
    return ran(folder, "git", "rev-parse", "HEAD").stdout.strip()


def test_the_time_and_the_name_are_those_of_the_commit(tree: Path) -> None:
    name = commit(tree)
    assert ran(tree, "tools/source_date.sh").stdout == f"{COMMITTED}\n"
    assert ran(tree, "tools/commit.sh", "%H").stdout == f"{name}\n"


def test_they_are_so_where_the_history_belongs_to_another_user(tree: Path) -> None:
    name = commit(tree)
    if os.geteuid() == 0:
        for path in (tree, *tree.rglob("*")):
            os.chown(path, STRANGER, STRANGER)
        other = {}
    else:
        other = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}  # git's own word for a folder that only root could give away
    assert "dubious ownership" in ran(tree, "git", "log", **other).stderr
    told = ran(tree, "tools/source_date.sh", **other)
    assert (told.returncode, told.stdout, told.stderr) == (0, f"{COMMITTED}\n", "")
    assert ran(tree, "tools/commit.sh", "%H", **other).stdout == f"{name}\n"


@pytest.mark.parametrize("harm", ["empty", "points nowhere", "no commit"])
def test_a_history_that_cannot_be_read_fails_in_one_line_and_is_not_taken_from_above(tree: Path, harm: str) -> None:
    commit(tree.parent)
    if harm == "empty":
        (tree / ".git").mkdir()
    elif harm == "points nowhere":
        (tree / ".git").write_text("gitdir: ../nowhere\n")
    else:
        assert ran(tree, "git", "init", "--quiet").returncode == 0
    for words in (("tools/source_date.sh",), ("tools/commit.sh", "%H")):
        told = ran(tree, *words)
        assert (told.returncode, told.stdout) == (1, "")
        (line,) = told.stderr.splitlines()
        assert line.startswith(f"commit: the history in {tree.resolve()}/.git cannot be read: fatal: ")


def test_a_tree_without_a_history_has_the_first_time_that_an_archive_holds(tree: Path) -> None:
    assert ran(tree, "tools/source_date.sh").stdout == f"{FIRST_OF_ZIP}\n"
    assert (ran(tree, "tools/commit.sh", "%H").returncode, ran(tree, "tools/commit.sh", "%H").stdout) == (0, "")


def test_a_time_that_is_given_is_taken(tree: Path) -> None:
    (tree / ".git").mkdir()
    assert ran(tree, "tools/source_date.sh", SOURCE_DATE_EPOCH="7").stdout == "7\n"


def test_no_caller_passes_over_a_failure() -> None:
    """In `export X=$(...)` and in `echo "$(...)"` the shell forgets that the inner command failed."""
    root = TOOLS.parent
    files = [root / "Makefile", *TOOLS.glob("*.sh"), *(root / ".github" / "workflows").glob("*.yml")]
    calls = [line for file in files for line in file.read_text().splitlines() if "(tools/source_date.sh)" in line]
    assert calls
    assert [line for line in calls if "export SOURCE_DATE_EPOCH=" in line or "echo" in line] == []
