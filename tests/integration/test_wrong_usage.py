"""Wrong usage and sizes beyond all numbers are answered as everything else is: typed, and in JSON when asked."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import pytest

import plimsoll
from plimsoll.bootstrap.valuation import METHODS
from plimsoll.console.usage import failure_of

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = ROOT / "examples" / "python" / "snapshot.json"


def test_the_suite_refuses_an_argument_before_it_does_anything() -> None:
    done = subprocess.run([ROOT / "test", "--fast"], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "./test: takes no argument, and was given '--fast': type ./test for everything, "
        "or 'make help' for the single steps\n"
    )


def test_wrong_usage_with_json_is_one_document_on_stdout() -> None:
    program = "from plimsoll.console.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "value", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "usage"
    assert "BOOK" in done.stderr


def ended(body: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with `audit log` replaced by a body that ends it early."""
    program = (
        "import sys\n"
        "from plimsoll.bootstrap import audit\n"
        f"def end(*_arguments):\n    {body}\n"
        "audit.log = end\n"
        "from plimsoll.console.main import main\n"
        "main()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, "audit", "log", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("words", "field", "value", "allowed"),
    [
        (["value", "--json"], "book", "not given", "text"),
        (["value", "b.csv", "--method", "foo", "--json"], "--method", "foo", ", ".join(METHODS)),
        (["value", "b.csv", "--method=foo", "--json"], "--method", "foo", ", ".join(METHODS)),
        (["value", "b.csv", "c.csv", "--json"], "arguments", "c.csv", "BOOK"),
        (["value", "b.csv", "--json", "--workspace", "file"], "--workspace", "file", "the path of a folder"),
        (["audit", "log", "--last", "0", "--json"], "--last", "0", "a whole number, at least 1"),
        (["audit", "log", "--last", "few", "--json"], "--last", "few", "a whole number, at least 1"),
        (
            ["audit", "log", "--wind", "--json"],
            "--wind",
            "--wind",
            "--workspace, --json, --otlp-endpoint, --last, --head, --help",
        ),
        (["audit", "log", "--json", "--last"], "--last", "not given", "a value after it"),
        (["audit", "log", "--json", "--json=yes"], "--json", "yes", "nothing after it"),
        (["audit", "log", "x", "--json"], "arguments", "x", "no argument"),
        (["audit", "sail", "--json"], "command", "sail", "guard, log, verify"),
        (["data", "snapshot", "today", "--json"], "day", "today", "YYYY-MM-DD"),
        (["sign", "r.json", "--as", "jane", "--json"], "--role", "not given", "owner, developer, validator, approver"),
        (["sign", "r.json", "--role", "owner", "--json"], "--as", "not given", "text"),
        (
            ["sail", "--json"],
            "command",
            "sail",
            "demo, data, model, value, greeks, calibrate, surface, compare, converge, methods, risk, margin, stress, validation, report, sign, audit, metrics, reference",
        ),
    ],
    ids=lambda item: " ".join(item) if isinstance(item, list) else "",
)
def test_wrong_usage_names_its_field(words: list[str], field: str, value: str, allowed: str, tmp_path: Path) -> None:
    program = "from plimsoll.console.main import main; main()"
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"], error["field"]) == (2, "usage", field)
    assert (error["value"], error["allowed"]) == (value, allowed)
    assert error["fix"].endswith(" --help")


def test_a_failure_of_the_parser_without_a_command_points_to_the_help() -> None:
    failure = failure_of(click.UsageError("Out of wind."), [])
    assert (failure["field"], failure["value"], failure["allowed"]) == ("", "", "see plimsoll --help")
    assert failure["fix"] == "Out of wind. See plimsoll --help"


def test_a_failure_of_ours_is_one_document_and_a_traceback_beside_it(tmp_path: Path) -> None:
    done = ended("raise ZeroDivisionError('by nothing')", "--json", "--workspace", str(tmp_path / "w"))
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert (error["code"], error["value"]) == ("internal_error", "ZeroDivisionError: by nothing")
    assert "Traceback" in done.stderr
    done = ended("raise ZeroDivisionError('by nothing')", "--workspace", str(tmp_path / "w"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "ZeroDivisionError: by nothing" in done.stderr


def test_an_interrupted_command_is_one_document(tmp_path: Path) -> None:
    done = ended("raise KeyboardInterrupt", "--json", "--workspace", str(tmp_path / "w"))
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "error": {
            "code": "interrupted",
            "field": "",
            "value": "",
            "allowed": "",
            "fix": "run it again; what was recorded is kept",
        },
        "exit_code": 1,
    }
    assert "plimsoll: interrupted\n" in done.stderr


def test_a_position_too_large_to_value_is_refused_and_the_others_are_valued() -> None:
    put = plimsoll.European("SP500", plimsoll.OptionType.put, 3100.0, date(2020, 6, 19))
    trades = [
        plimsoll.Trade.of(put, quantity=1e308, multiplier=1e308, trade_id="huge"),
        plimsoll.Trade.of(put, trade_id="fine"),
    ]
    huge, fine = plimsoll.value(trades, plimsoll.read_snapshot(SNAPSHOT), plimsoll.ClosedForm()).outcomes
    assert huge.valuation is None
    assert huge.refusal is not None
    assert huge.refusal.field == "positions[huge].quantity"
    assert fine.valuation is not None
