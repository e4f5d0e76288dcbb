"""The shipped rules and configurations under Debian's own tools, and an alert on its whole way to a webhook."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from loopback_world import Received, receiver
from shortfall_world import in_shortfall

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy" / "prometheus"
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager") or "alertmanager"
SECONDS = 28.0
ALERT = "PlimsollMarginShortfall"
pytestmark = [
    pytest.mark.xdist_group("prometheus"),
    pytest.mark.skipif(shutil.which("promtool") is None, reason="no Prometheus (Debian package prometheus)"),
    pytest.mark.skipif(
        shutil.which("amtool") is None, reason="no Alertmanager (Debian package prometheus-alertmanager)"
    ),
]


@pytest.mark.parametrize(
    "words",
    [
        ("promtool", "check", "rules", "plimsoll.rules.yml"),
        ("promtool", "test", "rules", "plimsoll.rules.test.yml"),
        ("promtool", "check", "config", "prometheus.yml"),
        ("amtool", "check-config", "alertmanager.yml"),
    ],
    ids=" ".join,
)
def test_what_is_shipped_passes_the_tool_that_reads_it(words: tuple[str, ...]) -> None:
    done = subprocess.run(words, cwd=DEPLOY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout + done.stderr


def rules() -> str:
    return (DEPLOY / "plimsoll.rules.yml").read_text()


def test_every_alert_is_tested_firing_and_silent() -> None:
    tests = (DEPLOY / "plimsoll.rules.test.yml").read_text()
    alerts = re.findall(r"- alert: (\w+)", rules())
    assert len(alerts) == len(set(alerts)) == 10
    for alert in alerts:
        cases = re.findall(rf"alertname: {alert}\n\s+exp_alerts:(.*)", tests)
        assert "" in cases, f"{alert} is never seen firing"
        assert " []" in cases, f"{alert} is never seen silent"


def test_every_alert_has_a_severity_and_a_playbook_that_names_it() -> None:
    blocks = rules().split("- alert: ")[1:]
    for block in blocks:
        alert = block.split("\n")[0]
        assert re.search(r"severity: (critical|warning)", block), alert
        playbook = re.search(r"runbook: (docs/playbooks/[a-z-]+\.md)", block)
        assert playbook is not None, alert
        assert alert in (ROOT / playbook.group(1)).read_text(), alert


def test_every_metric_of_the_rules_is_one_that_is_given() -> None:
    given = "".join((ROOT / "python/plimsoll/bootstrap" / name).read_text() for name in ("readings.py", "oversight.py"))
    for name in set(re.findall(r"plimsoll_(\w+)", " ".join(re.findall(r"expr: (.*)", rules())))):
        written = (name, name.removeprefix("margin_"), name.removeprefix("stage_last_run_"))
        assert any(f'"{word}"' in given for word in written), name


@contextmanager
def running(*words: object, folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended, come what may."""
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen([*map(str, words)], cwd=folder, stdout=log, stderr=subprocess.STDOUT, text=True)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def until(found: Callable[[], Any], what: str, end: float) -> Any:
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {SECONDS:.0f} s")


def served_at(folder: Path) -> str | None:
    found = re.search(r"metrics: (http://127\.0\.0\.1:\d+)/metrics\n", (folder / "plimsoll.log").read_text())
    return None if found is None else found.group(1)


def query(port: int, expression: str) -> list[dict[str, Any]]:
    address = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
            return found
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return []


def arrived(webhook: Received) -> dict[str, Any] | None:
    """The alert of the shortfall; that of missing metrics may come before it, while nothing is scraped yet."""
    alerts = (alert for document in webhook.documents() for alert in document["alerts"])
    return next((alert for alert in alerts if alert["labels"]["alertname"] == ALERT), None)


def configure(folder: Path, target: str, alertmanager: int, webhook: str) -> None:
    """The shipped files with loopback's addresses and no waiting; every rule with its ``for`` set to 0 s."""
    (folder / "plimsoll.rules.yml").write_text(re.sub(r"for: \w+", "for: 0s", rules()))
    prometheus = (DEPLOY / "prometheus.yml").read_text()
    prometheus = re.sub(r"(scrape_interval|evaluation_interval): \w+", r"\1: 1s", prometheus)
    prometheus = prometheus.replace("scrape_timeout: 10s", "scrape_timeout: 1s")
    prometheus = prometheus.replace("127.0.0.1:9464", target.removeprefix("http://"))
    (folder / "prometheus.yml").write_text(prometheus.replace("127.0.0.1:9093", f"127.0.0.1:{alertmanager}"))
    routes = (DEPLOY / "alertmanager.yml").read_text().replace("http://127.0.0.1:9099", webhook)
    (folder / "alertmanager.yml").write_text(routes.replace("group_wait: 10s", "group_wait: 0s"))


@contextmanager
def watched(folder: Path, target: str, webhook: Received) -> Iterator[int]:
    """Prometheus and Alertmanager beside a target; gives Prometheus' port."""
    port, other = free_port(), free_port()
    configure(folder, target, other, webhook.address)
    alertmanager = [
        *(ALERTMANAGER, "--config.file=alertmanager.yml", "--storage.path=alerts"),
        *(f"--web.listen-address=127.0.0.1:{other}", "--cluster.listen-address="),
    ]
    prometheus = [
        *("prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb"),
        *(f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"),
    ]
    with (
        running(*alertmanager, folder=folder, name="alertmanager"),
        running(*prometheus, folder=folder, name="prometheus"),
    ):
        yield port


def test_a_shortfall_is_scraped_and_its_alert_arrives_at_the_webhook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_shortfall(tmp_path)
    serve = "from plimsoll.console.main import main; main()", "metrics", "serve", "--workspace", "w"
    end = time.monotonic() + SECONDS
    with receiver() as webhook, running(sys.executable, "-c", *serve, folder=tmp_path, name="plimsoll") as server:
        target = until(lambda: served_at(tmp_path), "the endpoint", end)
        with watched(tmp_path, target, webhook) as port:
            scraped = until(lambda: query(port, '{__name__=~"plimsoll_margin.+"}'), "a scrape", end)
            until(lambda: query(port, f'ALERTS{{alertname="{ALERT}", alertstate="firing"}}'), "a firing alert", end)
            alert = until(lambda: arrived(webhook), "the webhook", end)
        os.kill(server.pid, signal.SIGTERM)
        assert server.wait(10) == 0
    values = {(m["metric"]["__name__"], m["metric"].get("account")): float(m["value"][1]) for m in scraped}
    assert values["plimsoll_margin_shortfall_accounts", None] == 1
    assert values["plimsoll_margin_shortfall_dollars", None] == 3000.0
    assert values["plimsoll_margin_account_shortfall_dollars", "A01"] == 3000.0
    assert values["plimsoll_margin_call_dollars", None] == 5000.0
    assert alert["status"] == "firing"
    instance = target.removeprefix("http://")
    assert alert["labels"] == {
        "alertname": ALERT, "book": "crash", "instance": instance, "job": "plimsoll", "severity": "critical",
    }  # fmt: skip
    assert alert["annotations"]["summary"] == "1 accounts of crash in shortfall"
    assert alert["annotations"]["runbook"] == "docs/playbooks/margin-shortfall.md"
    with capsys.disabled():
        print(
            "\nscraped:", *sorted(f"{name}{{{account or ''}}} {value:g}" for (name, account), value in values.items())
        )
        print("arrived:", json.dumps(alert["labels"], sort_keys=True))
