"""What every command does alike: one document, an exit code, a typed failure in two forms."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from console_world import plimsoll, refused
from plimsoll.bootstrap import Application
from plimsoll.console.command import command
from plimsoll.console.view import Table, View
from plimsoll.vocabulary.errors import BadInput, CheckFailed, IntegrityBroken, NotPermitted, PlimsollError

KINDS: dict[str, type[PlimsollError]] = {
    "check": CheckFailed,
    "input": BadInput,
    "permission": NotPermitted,
    "integrity": IntegrityBroken,
}


@click.group()
def group() -> None:
    """Commands of this test."""


@command(group, "work", "plimsoll work")
@click.option("--fail", type=click.Choice(list(KINDS)))
@click.option("--exit-code", type=int, default=0)
def work(app: Application, fail: str | None, exit_code: int) -> View:
    """Do some work and say so."""
    app.progress.stage("work", 2)
    app.progress.advance(2)
    app.progress.done()
    if fail is not None:
        raise KINDS[fail]("it_failed", field="wind", value=12, allowed="at most 7", fix="reef")
    table = Table("Work", ("what", "how"), [("x" * 120, "[bold]done[/bold]")])
    return View({"workspace": app.workspace.root, "worked": True}, [table], ["all done"], exit_code)


def run(*words: str, workspace: Path) -> click.testing.Result:
    return CliRunner().invoke(group, ["work", *words, "--workspace", str(workspace)])


def test_json_is_all_that_stands_on_stdout(tmp_path: Path) -> None:
    ran = run("--json", workspace=tmp_path)
    assert ran.exit_code == 0
    assert json.loads(ran.stdout) == {"workspace": str(tmp_path), "worked": True}
    assert ran.stderr == "work: 2 done\n"


def test_a_person_gets_tables_and_lines_and_progress_beside_them(tmp_path: Path) -> None:
    ran = run(workspace=tmp_path)
    assert "x" * 120 in ran.stdout
    assert "[bold]done[/bold]" in ran.stdout
    assert ran.stdout.endswith("all done\n")
    assert ran.stderr == "work: 2 done\n"
    assert "\x1b[" not in ran.output


def test_the_view_names_the_exit_code(tmp_path: Path) -> None:
    assert run("--exit-code", "1", workspace=tmp_path).exit_code == 1
    assert run("--exit-code", "4", "--json", workspace=tmp_path).exit_code == 4


@pytest.mark.parametrize(("kind", "exit_code"), [("check", 1), ("input", 2), ("permission", 3), ("integrity", 4)])
def test_a_typed_failure_gives_its_exit_code_in_both_forms(tmp_path: Path, kind: str, exit_code: int) -> None:
    ran = run("--fail", kind, workspace=tmp_path)
    assert (ran.exit_code, ran.stdout) == (exit_code, "")
    told = "plimsoll: it_failed\n  field:   wind\n  value:   12\n  allowed: at most 7\n  fix:     reef\n"
    assert ran.stderr == "work: 2 done\n" + told
    ran = run("--fail", kind, "--json", workspace=tmp_path)
    assert ran.exit_code == exit_code
    fields = {"code": "it_failed", "field": "wind", "value": "12", "allowed": "at most 7", "fix": "reef"}
    assert json.loads(ran.stdout) == {"error": fields, "exit_code": exit_code}
    assert ran.stderr == "work: 2 done\n" + told


def test_a_failure_is_in_the_log_of_its_run(tmp_path: Path) -> None:
    run("--fail", "integrity", workspace=tmp_path)
    (log,) = (tmp_path / "logs").glob("*.jsonl")
    (line,) = [json.loads(text) for text in log.read_text().splitlines()]
    assert (line["level"], line["failure"]["code"], line["run_id"]) == ("error", "it_failed", log.stem)


def test_a_failure_of_ours_is_not_dressed_up(tmp_path: Path) -> None:
    @command(group, "break", "plimsoll break")
    def break_(_app: Application) -> View:
        """Break."""
        return View({"not": object()})

    ran = CliRunner().invoke(group, ["break", "--json", "--workspace", str(tmp_path)])
    assert isinstance(ran.exception, TypeError)


def test_a_workspace_that_cannot_be_made_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    code, failure = refused(file / "workspace", "audit", "log")
    assert (code, failure["code"], failure["field"]) == (2, "workspace_not_writable", "workspace")


def test_a_workspace_that_is_a_file_is_bad_usage(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    ran = plimsoll(file, "audit", "log")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "--workspace" in ran.stderr
