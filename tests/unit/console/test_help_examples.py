"""The example that each `--help` shows works: every one parses, and all but the long ones are run."""

import json
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from console_world import Ran, passphrase_file, passphrases, plimsoll
from plimsoll.bootstrap import open_application
from plimsoll.bootstrap.governance import open_desk
from plimsoll.console.main import cli
from report_records import sample_run

pytestmark = pytest.mark.xdist_group("console_governance")

TABLES = Path(__file__).resolve().parents[3] / "core" / "tests" / "reference"
#: Whole stages over all of history: the tests of the voyage and of their own command run them.
LONG = {"demo", "risk backtest", "margin replay", "validation run", "validation replay", "report build"}
#: A step that is open only at the end of a version's life: `test_model_life.py` takes it.
LATE = {"model move"}
#: Runs until it is told to end: `test_metrics.py` does so.
LASTING = {"metrics serve"}
#: These answer 1 as a verdict on what they look at: the real data pass a quality limit, the kept run has a red test.
VERDICT = {"data quality", "validation status"}


def commands(group: click.Group, words: tuple[str, ...] = ()) -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for word in group.list_commands(context):
        member = group.get_command(context, word)
        assert member is not None
        if isinstance(member, click.Group):
            found |= commands(member, (*words, word))
        else:
            found[" ".join((*words, word))] = member
    return found


COMMANDS = commands(cli)
GROUPS = sorted({name.rpartition(" ")[0] for name in COMMANDS if " " in name})


@pytest.mark.parametrize("name", GROUPS)
def test_the_help_of_a_group_shows_the_example_of_one_of_its_commands(name: str) -> None:
    shown = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert f"Example: plimsoll {name} " in " ".join(shown.output.split())


def example(name: str) -> list[str]:
    epilog = COMMANDS[name].epilog
    assert epilog is not None
    line = epilog.removeprefix("Example: ")
    assert line.startswith("plimsoll ")
    return shlex.split(line)[1:]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_is_of_its_command_and_parses(name: str) -> None:
    words = example(name)
    context = click.Context(cli)
    member: click.Command | None = cli
    while isinstance(member, click.Group):
        _, member, words = member.resolve_command(context, words)
    assert member is COMMANDS[name]
    assert member.make_context(name, words, parent=context).params["workspace"] == Path(".plimsoll")


@pytest.fixture
def harbour(
    desk_workspace: Path, ingested_workspace: Path, report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder as it lies after the voyage: workspace, signed report and heads in `out`, and a roster file."""
    monkeypatch.chdir(tmp_path)
    for variable, file in passphrase_file(desk_workspace, "vera.validator").items():
        monkeypatch.setenv(variable, file)
    for name in ("root", "olga.owner", "dora.developer"):
        for variable, file in passphrase_file(desk_workspace, name).items():
            monkeypatch.setenv(variable, file)
    for variable, text in passphrases("jane.doe").items():
        monkeypatch.setenv(variable, text)
    shutil.rmtree(desk_workspace / "datasets")
    shutil.copytree(ingested_workspace / "datasets", desk_workspace / "datasets")
    with open_application(desk_workspace) as app, open_desk(app) as desk:
        run = sample_run()
        app.runs.record("validation", run.to_dict(), run_id=run.run_id)
        assert desk.state().roster is not None
        members = [member.to_dict() for member in desk.state().roster.members]
    (tmp_path / "members.json").write_text(json.dumps({"members": members}))
    (tmp_path / "core").symlink_to(TABLES.parents[1], target_is_directory=True)
    (tmp_path / "examples").symlink_to(TABLES.parents[2] / "examples", target_is_directory=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "before").mkdir()
    shutil.copy(report, tmp_path / "before" / "report.json")
    report.rename(tmp_path / "out" / "report.json")
    assert run_example("sign report", desk_workspace).exit_code == 0
    assert plimsoll(desk_workspace, "audit", "log", "--head", tmp_path / "out" / "audit-head.json").exit_code == 0
    return desk_workspace


def run_example(name: str, workspace: Path, *more: str) -> Ran:
    return plimsoll(workspace, *example(name), *more)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in LONG | LATE | LASTING])
def test_the_example_works_and_gives_one_document(name: str, harbour: Path) -> None:
    if name == "data features":
        assert plimsoll(harbour, "data", "features").exit_code == 0
    ran = run_example(name, harbour, *([] if "--json" in example(name) else ["--json"]))
    assert ran.exit_code == (1 if name in VERDICT else 0), ran.stderr
    assert isinstance(ran.document, dict)
    assert "\x1b" not in ran.stdout + ran.stderr
