"""The whole voyage by one command, and what its artifacts withstand afterwards."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from console_world import Ran, edit_log, flip_a_byte, passphrases, plimsoll, process
from kill_campaign.campaign import lengths_of
from kill_campaign.moments import chain
from loopback_world import Received, receiver
from openlineage_rules import absolute_paths, events_in, require_rules
from plimsoll.bootstrap.voyage import LegName
from plimsoll.report.pdf import render_pdf
from plimsoll.report.render import render_html

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("console_demo")]

TABLE = Path(__file__).parents[2] / "tools" / "make_backtest_table.py"
LEGS = ("data", "models", "valuation", "risk", "margin", "stress", "validation", "report", "replay", "mlflow")
#: A passphrase that stands in the environment of the demonstration, which never needs it.
CANARY = "canary-passphrase-of-jane-doe"


@pytest.fixture(scope="module")
def sailed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A folder in which the demonstration ran, and what it printed; the tests below change it in their order."""
    folder = tmp_path_factory.mktemp("demo")
    words = ("demo", "--json", "--workspace", "w", "--out", "out")
    return folder, process(*words, folder=folder, env=passphrases("jane.doe", passphrase=CANARY))


def test_every_leg_is_made_and_the_replay_is_bit_equal(sailed: tuple[Path, Ran]) -> None:
    _, ran = sailed
    assert ran.exit_code == 0, ran.stderr
    assert ran.document["ok"] is True
    summaries = {leg["name"].split(" ")[-1]: leg["summary"] for leg in ran.document["legs"]}
    assert tuple(summaries) == LEGS
    assert summaries["replay"].startswith("BIT-EQUAL")
    assert "FHS VaR of the book " in summaries["risk"]
    assert "sum of the accounts' " in summaries["risk"]
    assert "demo-2020: 33 scenarios, worst 2020-crash -1,537,954 USD, " in summaries["stress"]
    assert "\x1b" not in ran.stdout + ran.stderr
    assert "validation: 19 done\n" in ran.stderr


def test_every_artifact_lies_where_it_is_said_to(sailed: tuple[Path, Ran]) -> None:
    folder, ran = sailed
    assert all((folder / path).exists() for path in ran.document["artifacts"].values())
    report = json.loads((folder / "out" / "report.json").read_text())
    assert report["digest"] == ran.document["report_digest"]
    assert [item["mark"] for item in report["envelope"]["signatures"]] == ["DEMO"] * 3
    assert ran.document["artifacts"]["report.pdf"] == "out/report.pdf"
    assert ran.document["notes"] == []
    paper = subprocess.run(
        ["pdftotext", folder / "out" / "report.pdf", "-"], capture_output=True, text=True, check=True
    )
    for item in report["envelope"]["signatures"]:
        assert item["time"] in paper.stdout


def test_the_pages_beside_the_report_are_what_it_renders_to(sailed: tuple[Path, Ran]) -> None:
    out = sailed[0] / "out"
    report = json.loads((out / "report.json").read_text())
    assert render_html(report).encode() == (out / "report.html").read_bytes()
    assert render_pdf(report) == (out / "report.pdf").read_bytes()


def test_the_legs_are_those_that_the_kill_campaign_counts_on(sailed: tuple[Path, Ran]) -> None:
    legs = sailed[1].document["legs"]
    assert [leg["name"] for leg in legs] == [*LegName]
    lengths = lengths_of(leg for leg in legs if leg["name"] != LegName.replay)
    assert set(lengths) == set(LegName)
    assert all(leg in lengths for seed in range(20) for moment in chain(Random(seed), True) for leg in moment.legs)


@pytest.fixture(scope="module")
def sailed_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Received]:
    """Another folder, another time, other keys and ids, and traced: the same voyage from nothing."""
    folder = tmp_path_factory.mktemp("elsewhere")
    words = ("demo", "--no-replay", "--json", "--workspace", "w", "--out", "out")
    with receiver() as collector:
        ran = process(*words, "--otlp-endpoint", collector.address, folder=folder)
    assert ran.exit_code == 0, ran.stderr
    assert "9 replay" not in [leg["name"] for leg in ran.document["legs"]]
    return folder, collector


def _found(folder: Path) -> dict[str, list[str]]:
    """Digests of every dataset's Arrow content and of what every stage found, tables included, by name."""
    found: dict[str, list[str]] = {}
    for path in sorted((folder / "w" / "datasets" / "manifests").iterdir()):
        manifest = json.loads(path.read_text())
        found.setdefault(manifest["dataset"], []).append(manifest["logical_digest"])
    for path in sorted((folder / "w" / "runs").glob("*/run.json")):
        run = json.loads(path.read_text())
        found.setdefault(run["stage"], []).append(run["digest"])
        found.setdefault(run["stage"], []).extend(table["digest"] for table in run["tables"].values())
    return found


def test_two_voyages_differ_in_nothing_but_their_envelopes(
    sailed: tuple[Path, Ran], sailed_elsewhere: tuple[Path, Received]
) -> None:
    first, second = _found(sailed[0]), _found(sailed_elsewhere[0])
    first.pop("replay")
    assert set(first) >= {
        "us_stocks",
        "vix",
        "valuation",
        "risk",
        "backtest",
        "margin",
        "margin-replay",
        "stress",
        "validation",
    }
    assert first == second
    reports = [json.loads((folder / "out" / "report.json").read_text()) for folder in (sailed[0], sailed_elsewhere[0])]
    envelopes = [report.pop("envelope") for report in reports]
    assert reports[0] == reports[1]
    assert envelopes[0]["run_id"] != envelopes[1]["run_id"]


def test_their_reports_have_no_difference_and_neither_has_one_built_again_from_the_kept_run(
    sailed: tuple[Path, Ran], sailed_elsewhere: tuple[Path, Received]
) -> None:
    folder, ran = sailed
    compared = plimsoll(folder / "w", "report", "diff", folder / "out", sailed_elsewhere[0] / "out", "--json")
    assert (compared.exit_code, compared.document["equal"]) == (0, True)
    again = plimsoll(folder / "w", "report", "diff", f"report-{ran.document['run_id']}", folder / "out")
    assert (again.exit_code, "\nno difference\n" in again.stdout) == (0, True), again.stdout


def test_the_trace_of_a_voyage_has_every_leg_and_the_stages_below_them(
    sailed_elsewhere: tuple[Path, Received],
) -> None:
    spans = sailed_elsewhere[1].all_spans()
    names = {span.span: span.name for span in spans}
    (root,) = [span for span in spans if not span.parent]
    assert {span.trace for span in spans} == {root.trace}
    assert (root.name, root.attributes["plimsoll.exit_code"]) == ("plimsoll demo", 0)
    below = [span.name.split(" ")[-1] for span in sorted(spans, key=lambda s: s.times) if span.parent == root.span]
    assert tuple(below) == tuple(leg for leg in LEGS if leg != "replay")
    pairs = [(names[span.parent], span.name) for span in spans if span.parent]
    assert pairs.count(("5 margin", "margin")) == pairs.count(("5 margin", "margin_replay")) == 2
    assert {("1 data", "ingest"), ("4 risk", "backtest"), ("7 validation", "validation"), ("8 report", "report")} < set(
        pairs
    )
    (tested,) = [span for span in spans if span.name == "validation"]
    assert tested.attributes["plimsoll.tests"] == 19


def test_the_voyage_leaves_its_metrics(sailed: tuple[Path, Ran]) -> None:
    folder, ran = sailed
    text = (folder / "out" / "metrics.prom").read_text()
    value = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}
    assert value["plimsoll_audit_chain_verified"] == 1
    assert value['plimsoll_margin_accounts{book="demo-2008",outcome="margined"}'] == 15
    assert value['plimsoll_margin_accounts{book="demo-2020",outcome="margined"}'] == 15
    assert value['plimsoll_stage_runs_total{outcome="ok",stage="margin_replay"}'] == 4  # two of them for the replay
    assert value['plimsoll_validation_tests{rag="red"}'] == ran.document["counts"]["red"]
    assert sum(value[f'plimsoll_findings_open{{finding_severity="{s}"}}'] for s in ("high", "medium")) == (
        ran.document["counts"]["red"]
    )
    assert not [name for name in value if name.startswith("plimsoll_failures_total")]
    assert value['plimsoll_model_validation_due_timestamp_seconds{model="fhs-var-es",tier="2"}'] > (
        value['plimsoll_model_validation_due_timestamp_seconds{model="strategy-margin",tier="1"}']
    )


JOBS = {
    "voyage", "ingest", "ingest.dataset", "quality", "quality.dataset", "features", "model-version", "market",
    "market.premium", "snapshot", "valuation", "risk", "backtest", "backtest.record", "margin", "margin-replay",
    "margin-replay.record", "stress", "validation", "report", "sign", "replay",
}  # fmt: skip


def test_every_step_is_an_event_of_openlineage_and_none_names_the_machine(sailed: tuple[Path, Ran]) -> None:
    folder, _ = sailed
    path = folder / "w" / "lineage" / "events.ndjson"
    events = events_in(path)
    require_rules(events)
    assert {event["eventType"] for event in events} == {"START", "COMPLETE"}
    assert {event["job"]["name"] for event in events} >= JOBS
    # A comparison that builds the report again, as a test above does, comes after the voyage with steps of its own.
    end = max(place for place, event in enumerate(events) if event["job"]["name"] == "voyage")
    outermost = [event["job"]["name"] for event in events[: end + 1] if "parent" not in event["run"]["facets"]]
    assert outermost == ["voyage"] * 2
    assert absolute_paths(path.read_text()) == []


def _made(folder: Path) -> set[tuple[str, str]]:
    events = events_in(folder / "w" / "lineage" / "events.ndjson")
    outputs = [item for event in events for item in event["outputs"]]
    found = {(item["name"], item["facets"]["version"]["datasetVersion"]) for item in outputs}
    return {each for each in found if each[0].partition("/")[0] != "signature" and each[0] != "run/replay"}


def test_two_voyages_make_the_same_artifacts_but_for_signatures(
    sailed: tuple[Path, Ran], sailed_elsewhere: tuple[Path, Received]
) -> None:
    assert _made(sailed[0]) == _made(sailed_elsewhere[0])


def _kinds_to(branches: list[dict[str, Any]], kind: str) -> list[str]:
    for branch in branches:
        if branch["kind"] == kind and not branch["again"]:
            return [kind]
        below = _kinds_to(branch["children"], kind)
        if below:
            return [branch["kind"], *below]
    return []


def test_the_lineage_leads_from_dataset_over_feature_model_and_run_to_the_report(sailed: tuple[Path, Ran]) -> None:
    folder, ran = sailed
    document = plimsoll(folder / "w", "data", "lineage", "--json").document
    chain = _kinds_to(document["gone_into"], "report")
    assert chain == ["source", "dataset", "feature", "feature", "model", "run", "run", "report"]
    upward = plimsoll(folder / "w", "data", "lineage", "--of", ran.document["report_digest"], "--json").document
    (root,) = upward["made_from"]
    assert root["digest"] == ran.document["report_digest"]
    assert _kinds_to(upward["made_from"], "source")[-1] == "source"
    tree = plimsoll(folder / "w", "data", "lineage").stdout
    assert "report validation-report" in tree
    assert "signature vera.validator/validator/validated" in tree


def _forms(secret: bytes) -> list[bytes]:
    """A secret as it is, in hex, and as it stands inside of any text in base64, whatever goes before and after it."""
    found = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    for before in range(3):
        whole = bytes(before) + secret
        # The first and the last letters of base64 hold bits of the neighbours too: what is left is the secret's alone.
        inside = slice((0, 2, 3)[before], (len(whole) * 8) // 6)
        found += [encode(whole)[inside] for encode in (base64.b64encode, base64.urlsafe_b64encode)]
    return found


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
def test_the_forms_of_a_secret_find_it_inside_of_a_text_in_base64(before: bytes) -> None:
    text = base64.b64encode(before + CANARY.encode() + b" and more")
    assert any(form in text for form in _forms(CANARY.encode()))


def _secrets(workspace: Path) -> dict[str, bytes]:
    """Every secret that the demonstration used: passphrases, the private keys under them, and one it had at hand."""
    found = {"of the environment": CANARY.encode()}
    for path in (workspace / "keys").glob("*.passphrase"):
        passphrase = path.read_bytes()
        key = load_pem_private_key(path.with_suffix(".pem").read_bytes(), passphrase)
        assert isinstance(key, Ed25519PrivateKey)
        found |= {f"passphrase of {path.stem}": passphrase, f"key of {path.stem}": key.private_bytes_raw()}
    return found


def test_no_log_artifact_event_or_stream_holds_a_secret_that_was_used(sailed: tuple[Path, Ran]) -> None:
    folder, ran = sailed
    secrets = _secrets(folder / "w")
    assert len(secrets) == 11
    hiding = {"passphrase", "pem"}
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix.removeprefix(".") not in hiding]
    named = {path.relative_to(folder).parts[1] for path in files}
    assert named >= {"logs", "lineage", "runs", "datasets", "state.sqlite", "mlflow.sqlite", "report.json"}
    texts = {str(path): path.read_bytes() for path in files} | {
        "stdout": ran.stdout.encode(),
        "stderr": ran.stderr.encode(),
    }
    leaks = [
        (name, place)
        for name, secret in secrets.items()
        for form in _forms(secret)
        for place, text in texts.items()
        if form in text
    ]
    assert leaks == []
    # The search itself sees a secret where one must lie: in its own file, which only its owner can read.
    kept = [path for path in (folder / "w" / "keys").glob("*.passphrase") if path.read_bytes() in secrets.values()]
    assert len(kept) == 5
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}


def test_signatures_and_log_verify(sailed: tuple[Path, Ran]) -> None:
    folder, _ = sailed
    verified = plimsoll(folder / "w", "sign", "verify", folder / "out" / "report.json", "--json")
    assert verified.exit_code == 0
    roles = {item["name"]: item["role"] for item in verified.document["signatures"]}
    assert sorted(roles.values()) == ["approver", "developer", "validator"]
    found = plimsoll(folder / "w", "audit", "verify", "--head", folder / "out" / "audit-head.json", "--json")
    assert found.exit_code == 0
    assert found.document["sealed_to"] > 0


def test_the_status_of_the_run_says_what_the_voyage_said(sailed: tuple[Path, Ran]) -> None:
    folder, ran = sailed
    status = plimsoll(folder / "w", "validation", "status", ran.document["run_id"], "--json")
    colours = [result["rag"] for result in status.document["results"]]
    assert {name: colours.count(name) for name in ran.document["counts"]} == ran.document["counts"]
    assert status.exit_code == (1 if "red" in colours else 0)


def test_the_signed_report_recommends_what_was_decided_and_says_what_it_rests_on(sailed: tuple[Path, Ran]) -> None:
    folder, ran = sailed
    report = json.loads((folder / "out" / "report.json").read_text())
    decisions = {entry["model_id"]: entry["decision"] for entry in report["cover"]["recommendations"]}
    inventory = plimsoll(folder / "w", "model", "list", "--json").stdout
    assert set(decisions.values()) == {"approve", "approve_with_conditions"}
    assert inventory.count("approved_with_conditions") >= 1
    (summary,) = [leg["summary"] for leg in ran.document["legs"] if leg["name"] == "8 report"]
    words = {"approve": "approved", "approve_with_conditions": "approved with conditions"}
    assert all(f"{model_id}: {words[decision]}" in summary for model_id, decision in decisions.items())
    assert report["basis"] == report["manifest"]["basis"]
    assert (len(report["basis"]["adjusted_prices"]), report["basis"]["assumed"][0]) == (20, "volatility")


def test_the_documentation_prints_the_exceptions_that_were_found(sailed: tuple[Path, Ran]) -> None:
    folder, _ = sailed
    pointer = json.loads((folder / "w" / "runs" / "latest" / "backtest.json").read_text())
    run = json.loads((folder / "w" / "runs" / pointer["run_id"] / "run.json").read_text())["document"]
    for days, expected in ((run["days"], 0), (run["days"] - 1, 1)):
        text = json.dumps({**run, "days": days})
        done = subprocess.run(
            [sys.executable, TABLE, "--check"], input=text, text=True, check=False, capture_output=True
        )
        assert done.returncode == expected, done.stderr


def test_a_cut_tail_a_changed_report_and_a_flipped_byte_are_found(sailed: tuple[Path, Ran]) -> None:
    folder, _ = sailed
    workspace, report = folder / "w", folder / "out" / "report.json"
    edit_log(workspace, "DELETE FROM audit_entry WHERE seq > 12")
    edit_log(workspace, "DELETE FROM audit_seal WHERE seq > 12")
    head = ("audit", "verify", "--head", folder / "out" / "audit-head.json")
    assert plimsoll(workspace, *head).exit_code == 4
    report.write_text(report.read_text().replace('"amber"', '"green"', 1))
    assert plimsoll(workspace, "sign", "verify", report).exit_code == 4
    flip_a_byte(next((workspace / "datasets" / "objects").iterdir()))
    assert plimsoll(workspace, "data", "verify").exit_code == 4
