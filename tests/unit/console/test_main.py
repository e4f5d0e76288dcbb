"""The entry point: every command of the contract is there, says what it does, and is imported only when called."""

import subprocess
import sys
from importlib import metadata

import click
import pytest
from click.testing import CliRunner

from plimsoll.console.lazy import LazyGroup
from plimsoll.console.main import cli

GROUPS = {
    "demo": [],
    "data": ["ingest", "verify", "quality", "features", "snapshot"],
    "model": ["register", "propose", "move", "list", "show"],
    "value": [],
    "greeks": [],
    "calibrate": [],
    "surface": [],
    "compare": [],
    "converge": [],
    "methods": [],
    "risk": ["run", "backtest"],
    "margin": [
        *(
            "run",
            "explain",
            "replay",
            "whatif",
            "span",
            "perp",
            "cfd",
            "leverage",
            "fund",
            "simm",
            "variation",
            "calls",
        ),
    ],
    "stress": ["list", "run"],
    "validation": ["plan", "run", "replay", "status"],
    "report": ["build"],
    "sign": ["report", "verify", "key", "roster"],
    "audit": ["log", "verify", "guard"],
    "metrics": ["show", "textfile", "serve"],
    "reference": ["check"],
}
COMMANDS = [(group, *rest) for group, words in GROUPS.items() for rest in ([(word,) for word in words] or [()])]


def help_of(*words: str) -> str:
    ran = CliRunner().invoke(cli, [*words, "--help"], terminal_width=200)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def test_the_help_names_every_command_and_exit_code() -> None:
    text = help_of()
    assert all(f"  {word} " in text for word in GROUPS)
    assert all(f"{code} " in text for code in range(5))
    assert "Example: plimsoll demo" in text


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_json_workspace_and_an_example(words: tuple[str, ...]) -> None:
    text = help_of(*words)
    assert "--json" in text
    assert "--workspace DIRECTORY" in text
    assert "[default: .plimsoll]" in text
    assert f"Example: plimsoll {words[0]} " in text or "Example: plimsoll demo" in text


def test_the_version_is_that_of_the_package() -> None:
    ran = CliRunner().invoke(cli, ["--version"])
    assert ran.stdout == f"plimsoll, version {metadata.version('plimsoll')}\n"


@pytest.mark.parametrize(
    "words", [["sail"], ["data", "sail"], ["audit", "log", "--wind", "3"], ["audit", "log", "extra"]]
)
def test_bad_usage_is_exit_code_2_and_nothing_on_stdout(words: list[str]) -> None:
    ran = CliRunner().invoke(cli, words)
    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert "Error: " in ran.stderr


def test_a_group_gives_its_members_in_their_order_and_no_others() -> None:
    assert isinstance(cli, LazyGroup)
    context = click.Context(cli)
    assert cli.list_commands(context) == list(GROUPS)
    assert cli.get_command(context, "sail") is None
    assert isinstance(cli.get_command(context, "audit"), click.Group)


def test_help_imports_no_command() -> None:
    program = (
        "import sys\n"
        "from plimsoll.console.main import cli\n"
        "cli(['--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'pyarrow', 'duckdb', 'sqlalchemy', 'mlflow', 'matplotlib', 'rich', 'plimsoll.bootstrap'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"
