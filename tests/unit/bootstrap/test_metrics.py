"""The metrics of a workspace: right after a restart, blind to nothing but what is damaged, written whole or not at all."""

import json
import os
import signal
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from console_world import flip_a_byte
from plimsoll.bootstrap import margin, metrics, open_application
from plimsoll.engine.book import read_book
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.observability.metrics import Family
from plimsoll.vocabulary.errors import BadInput
from shortfall_world import fallen_book


def value(families: list[Family], name: str, **labels: str) -> float | None:
    samples = [s for f in families if f.name == f"plimsoll_{name}" for s in f.samples if dict(s.labels) == labels]
    return samples[0].value if samples else None


@pytest.fixture
def fallen(tmp_path: Path) -> Path:
    """A workspace in which the fallen book was margined."""
    book, market = fallen_book(tmp_path)
    with open_application(tmp_path / "w") as app:
        margin.run(app, read_book(book), read_snapshot(market))
    return tmp_path / "w"


def rewrite(workspace: Path, change: dict[str, Any]) -> None:
    """Record the margin run again as another run, with a document that is changed."""
    with open_application(workspace) as app:
        document = dict(app.runs.latest("margin").document)
        app.runs.record("margin", {**document, **change})


def test_a_session_that_opens_later_gives_the_same_numbers(fallen: Path) -> None:
    with open_application(fallen) as app:
        first, again = metrics.WorkspaceMetrics(app), metrics.WorkspaceMetrics(app)
        found = first.collect()
        assert value(found, "margin_shortfall_dollars", book="crash") == 3000.0
        assert value(found, "stage_runs", stage="margin", outcome="ok") == 1
        assert value(found, "stage_last_run_breaches", stage="margin") == 1
        timeless = [[f for f in each if "collected" not in f.name] for each in (first.collect(), again.collect())]
        assert timeless[0] == timeless[1]


def test_what_is_recorded_between_two_scrapes_is_in_the_second(fallen: Path) -> None:
    with open_application(fallen) as app:
        collector = metrics.WorkspaceMetrics(app)
        assert value(collector.collect(), "margin_shortfall_accounts", book="crash") == 1
        rewrite(fallen, {"accounts": [], "margined": 0})
        rewrite(fallen, {"book_id": "calm", "accounts": []})
        found = collector.collect()
    assert value(found, "margin_shortfall_accounts", book="crash") == 0
    assert value(found, "margin_accounts", book="crash", outcome="margined") == 0
    assert value(found, "margin_shortfall_accounts", book="calm") == 0


def test_a_damaged_record_leaves_its_family_out_says_so_and_spoils_no_other(fallen: Path) -> None:
    (record,) = (fallen / "runs").glob("margin-*/run.json")
    flip_a_byte(record)
    with open_application(fallen) as app:
        found = metrics.families(app)
    assert value(found, "records_readable", records="margin") == 0
    assert value(found, "records_readable", records="validation") == 1
    assert value(found, "margin_shortfall_accounts", book="crash") is None
    assert value(found, "stage_runs", stage="margin", outcome="ok") == 1
    log = max((fallen / "logs").iterdir()).read_text()
    assert [json.loads(line)["records"] for line in log.splitlines()] == ["margin"]


def test_a_lost_audit_log_is_told_and_spoils_no_other_also_while_the_metrics_are_served(desk_workspace: Path) -> None:
    with open_application(desk_workspace) as app:
        collector = metrics.WorkspaceMetrics(app)
        before = collector.collect()
        (desk_workspace / "state.sqlite").unlink()
        after = collector.collect()
    told = [(value(each, "audit_chain_verified"), value(each, "records_readable", records="governance"),
             value(each, "records_readable", records="margin")) for each in (before, after)]  # fmt: skip
    assert told == [(1, 1, 1), (0, 0, 1)]
    assert value(after, "findings_open", finding_severity="high") is None


def test_a_record_of_another_shape_is_damaged_too(fallen: Path) -> None:
    rewrite(fallen, {"accounts": [{"margin": {}}]})
    with open_application(fallen) as app:
        assert value(metrics.families(app), "records_readable", records="margin") == 0


def test_no_family_is_empty_and_no_workspace_too_new(tmp_path: Path) -> None:
    with open_application(tmp_path) as app:
        found = metrics.families(app)
    assert all(family.samples for family in found)
    assert value(found, "stage_runs", stage="validation", outcome="failed") == 0


def test_the_textfile_is_whole_readable_by_others_and_replaces_the_last(fallen: Path, tmp_path: Path) -> None:
    path = tmp_path / "plimsoll.prom"
    path.write_text("old")
    with open_application(fallen) as app:
        metrics.textfile(app, path)
    assert 'plimsoll_margin_shortfall_dollars{book="crash"} 3000.0\n' in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o644
    assert sorted(each.name for each in tmp_path.iterdir()) == ["book.json", "market.json", "plimsoll.prom", "w"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("plimsoll.txt", "no .prom file"), ("none/plimsoll.prom", "no such folder"), ("taken.prom", "Is a directory")],
)
def test_a_path_that_the_collector_would_not_read_is_bad_input(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "taken.prom").mkdir()
    with open_application(tmp_path / "w") as app, pytest.raises(BadInput, match="file_not_writable") as caught:
        metrics.textfile(app, tmp_path / name)
    assert caught.value.value == f"{tmp_path / name}: {reason}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_well_when_it_is_told_to(fallen: Path, number: signal.Signals) -> None:
    bodies: list[str] = []

    def scrape_and_end(address: str) -> None:
        def act() -> None:
            with urllib.request.urlopen(address, timeout=5) as answer:
                bodies.append(answer.read().decode())
            os.kill(os.getpid(), number)

        threading.Thread(target=act).start()

    before = signal.getsignal(number)
    with open_application(fallen) as app:
        assert metrics.serve(app, "127.0.0.1", 0, scrape_and_end).startswith("http://127.0.0.1:")
    assert signal.getsignal(number) is before
    assert 'plimsoll_margin_account_shortfall_dollars{account="A01",book="crash"} 3000.0\n' in bodies[0]
