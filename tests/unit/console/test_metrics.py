"""`plimsoll metrics` as its users have it, and what is told where its library is not installed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from console_world import plimsoll, process, refused
from plimsoll.bootstrap import open_application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.vocabulary.workspace import Workspace


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """A workspace in which one stage ran."""
    with open_application(tmp_path / "w") as app:
        app.ledger.finished(Stage.risk, 1.25)
    return tmp_path / "w"


def test_show_gives_the_metrics_as_a_table_and_as_a_document(worked: Path) -> None:
    shown = plimsoll(worked, "metrics", "show")
    assert re.search(r"plimsoll_stage_duration_seconds\s+│ stage=risk\s+│ 1 in 1.25 s", shown.stdout)
    families = {family["name"]: family for family in plimsoll(worked, "metrics", "show", "--json").document["metrics"]}
    assert {"labels": {"stage": "risk", "outcome": "ok"}, "value": 1.0} in families["plimsoll_stage_runs_total"][
        "samples"
    ]


def test_a_mistake_at_the_command_line_is_a_refusal_and_no_failure_of_the_stage(worked: Path) -> None:
    with open_application(worked) as app:
        app.ledger.finished(Stage.features, 1.0)
    assert refused(worked, "data", "features")[0] == 2
    assert refused(worked, "stress", "list", "--pack", "no-such-pack")[0] == 2
    shown = plimsoll(worked, "metrics", "show", "--json").document["metrics"]
    told = {
        family["name"]: {tuple(s["labels"].values()): s.get("value") for s in family["samples"]} for family in shown
    }
    assert told["plimsoll_refusals_total"] == {("features", "unknown_dataset"): 1, ("command", "unknown_pack"): 1}
    assert "plimsoll_failures_total" not in told
    assert told["plimsoll_stage_last_run_success"] == {("features",): 1, ("risk",): 1}


def test_textfile_says_how_much_it_wrote(worked: Path, tmp_path: Path) -> None:
    path = tmp_path / "plimsoll.prom"
    ran = plimsoll(worked, "metrics", "textfile", path, "--json")
    assert (ran.exit_code, ran.document["path"]) == (0, str(path))
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert ran.document["samples"] == len(lines) - 12  # a histogram of ten buckets is one sample, and thirteen lines


@pytest.mark.parametrize("words", [("show",), ("textfile", "plimsoll.prom"), ("serve",)], ids=" ".join)
def test_a_workspace_that_is_not_there_is_bad_input_and_is_not_made(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, failure = refused(tmp_path / "mistyped", "metrics", *words)
    assert (code, failure["code"], failure["field"]) == (2, "no_workspace", "workspace")
    assert failure["value"] == f"{tmp_path / 'mistyped'}: no such folder"
    assert list(tmp_path.iterdir()) == []


def test_a_bad_path_and_a_taken_port_are_bad_input(worked: Path, tmp_path: Path) -> None:
    code, failure = refused(worked, "metrics", "textfile", tmp_path / "metrics.txt")
    assert (code, failure["code"]) == (2, "file_not_writable")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, failure = refused(worked, "metrics", "serve", "--port", taken.getsockname()[1])
    assert (code, failure["code"], failure["field"]) == (2, "cannot_listen", "--address, --port")
    assert plimsoll(worked, "metrics", "serve", "--port", "65536").exit_code == 2


def test_a_collector_that_is_no_address_is_bad_input_from_option_and_environment(worked: Path) -> None:
    code, failure = refused(worked, "audit", "log", "--otlp-endpoint", "collector:4318")
    assert (code, failure["code"], failure["field"]) == (2, "bad_otlp_endpoint", "--otlp-endpoint")
    variable = "OTEL_EXPORTER_OTLP_ENDPOINT"
    code, failure = refused(worked, "audit", "log", env={variable: "collector:4318"})
    assert (code, failure["field"]) == (2, variable)


def test_serve_prints_its_address_answers_and_ends_on_a_signal_with_one_document(worked: Path, tmp_path: Path) -> None:
    program = "from plimsoll.console.main import main; main()"
    words = [sys.executable, "-c", program, "metrics", "serve", "--json", "--workspace", str(worked)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as server:
        assert server.stderr is not None
        told = server.stderr.readline()
        address = told.removeprefix("metrics: ").strip()
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert b'plimsoll_stage_runs_total{outcome="ok",stage="risk"} 1.0' in answer.read()
        with urllib.request.urlopen(address.replace("/metrics", "/healthz"), timeout=10) as answer:
            assert answer.read() == b"ok\n"
        os.kill(server.pid, signal.SIGTERM)
        out, err = server.communicate(timeout=20)
    assert (server.returncode, json.loads(out), err) == (0, {"address": address}, "")


def without(library: str, *words: str, folder: Path) -> tuple[int, str]:
    """Run a command in a process that cannot import a library."""
    program = f"import sys; sys.modules[{library!r}] = None\nfrom plimsoll.console.main import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", program, *words, "--json"], cwd=folder, capture_output=True, text=True, check=False
    )
    return ran.returncode, json.loads(ran.stdout)["error"]["code"]


def test_a_library_that_is_not_installed_is_named_with_what_installs_it(tmp_path: Path) -> None:
    Workspace(tmp_path / ".plimsoll").create()
    missing = without("prometheus_client", "metrics", "textfile", "plimsoll.prom", folder=tmp_path)
    assert missing == (2, "prometheus_client_missing")
    endpoint = ("audit", "log", "--otlp-endpoint", "http://127.0.0.1:1")
    assert without("opentelemetry.exporter", *endpoint, folder=tmp_path) == (2, "opentelemetry_missing")


def test_the_voyage_goes_on_without_the_library(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['prometheus_client'] = None\n"
        "from pathlib import Path; from plimsoll.bootstrap import metrics, open_application\n"
        "with open_application(Path('w')) as app: print(metrics.leave_textfile(app, Path('metrics.prom')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "{}\n"
    assert not (tmp_path / "metrics.prom").exists()
    (log,) = (tmp_path / "w" / "logs").iterdir()
    assert "pip install 'plimsoll[observability]'" in json.loads(log.read_text())["fix"]


def test_the_environment_alone_switches_tracing_on_and_a_dead_collector_fails_nothing(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        Workspace(tmp_path / "w").create()
        ran = process(
            "metrics", "show", "--json", "--workspace", "w", folder=tmp_path, env={"OTEL_EXPORTER_OTLP_ENDPOINT": address}
        )  # fmt: skip
    assert (ran.exit_code, ran.stderr) == (0, "")
    (log,) = (tmp_path / "w" / "logs").iterdir()
    (line,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert (line["event"], line["level"], line["lost"]) == ("spans not delivered", "warning", 1)
    assert len(line["trace_id"]) == 32
