"""The lineage of a small real voyage: every stage's events, the graph that they draw, and what is said when asked."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from books import book, option, snapshot, underlying
from openlineage_rules import absolute_paths, events_in, require_rules
from plimsoll.bootstrap import Application, data, lifecycle, margin, models, open_application, report, risk, valuation
from plimsoll.bootstrap.governance import by_role, demo_identities, open_desk
from plimsoll.bootstrap.lineage import lineage, step
from plimsoll.bootstrap.signing import sign_with
from plimsoll.bootstrap.validation import Material
from plimsoll.data.lineage import run_uuid
from plimsoll.data.lineage_tree import Branch
from plimsoll.engine.book import read_book
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.governance.policy import shipped_models
from plimsoll.governance.roster import Role
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken
from plimsoll.vocabulary.ids import SequentialIds
from report_records import sample_backtests, sample_replays, sample_run

pytestmark = pytest.mark.xdist_group("console_market")

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
STOCK = {"trade_id": "stock", "kind": "stock", "underlying": "JPM", "quantity": 100}
BASIS = {"adjusted_prices": ["JPM"], "assumed": ["volatility", "rate", "dividend_yield"]}
SUBJECT = read_book(book(STOCK, option("call", underlying="JPM", strike=100.0, quantity=-1, exercise="american")))
JOBS = {
    "voyage", "ingest", "ingest.dataset", "quality", "quality.dataset", "features", "market", "market.premium",
    "snapshot", "model-registration", "model-version", "valuation", "risk", "backtest", "backtest.record", "margin",
    "margin-replay", "margin-replay.record", "validation.record", "report", "sign",
}  # fmt: skip


def opened(root: Path) -> Any:
    return open_application(root, None, FixedClock(START, timedelta(seconds=1)), SequentialIds(), threads=1)


@step("voyage")
def sail(app: Application, folder: Path) -> None:
    """Every stage once on a small book; validation, which takes minutes, is the kept sample run."""
    data.ingest(app)
    data.quality(app, ["vix"])
    data.features(app)
    with open_desk(app) as desk:
        keys = demo_identities(app, desk, os.urandom)
        signers = {role: by_role(desk, keys, role) for role in Role}
    models.register_model(app, shipped_models()[0], signers[Role.owner])
    with open_desk(app) as desk:
        lifecycle.submit(app, desk, signers)
    market = data.market(app)
    prices = read_snapshot(data.snapshot_of(app, market, SUBJECT.as_of))
    valuation.value(app, SUBJECT, prices, valuation.method_named("tree"))
    risk.measure(app, SUBJECT, market)
    tested = risk.backtest(app, read_book(book(STOCK)), market)
    risk.record(app, tested, market)
    margin.run(app, SUBJECT, prices)
    margin.record(app, margin.replay(app, SUBJECT, market, date(2020, 3, 20)))
    found = sample_run()
    app.runs.record("validation", found.to_dict(), run_id=found.run_id)
    material = Material({}, sample_backtests(1), (), sample_replays(), (), BASIS)
    built = report.build(app, found, material, market, folder)
    with open_desk(app) as desk:
        sign_with(app, desk, built.json_path, dict(built.document), signers[Role.developer], Role.developer, "authored")


@pytest.fixture(scope="module")
def sailed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that a small voyage went through; read only."""
    root = tmp_path_factory.mktemp("lineage") / "w"
    with opened(root) as app:
        sail(app, root.parent / "out")
    return root


def events(root: Path) -> list[dict[str, Any]]:
    return events_in(root / "lineage" / "events.ndjson")


def test_every_event_of_a_real_voyage_is_what_the_specification_asks_for(sailed: Path) -> None:
    found = events(sailed)
    require_rules(found)
    assert {event["job"]["name"] for event in found} == JOBS
    assert {event["eventType"] for event in found} == {"START", "COMPLETE"}
    voyage = run_uuid("voyage-000001")
    parents = {event["run"]["facets"].get("parent", {}).get("run", {}).get("runId") for event in found}
    assert voyage in parents
    assert found[0]["run"]["runId"] == found[-1]["run"]["runId"] == voyage


def test_no_event_holds_a_path_of_the_machine_or_a_secret(sailed: Path) -> None:
    text = (sailed / "lineage" / "events.ndjson").read_text()
    assert str(sailed.parent) not in text
    assert absolute_paths(text) == []
    secrets = [path.read_text() for path in (sailed / "keys").glob("*.passphrase")]
    assert len(secrets) == 5
    assert not [secret for secret in secrets if secret in text]


def test_a_run_bears_the_uuid_of_its_id_and_the_digests_of_its_record(sailed: Path) -> None:
    with opened(sailed) as app:
        run = app.runs.latest("valuation")
    (ended,) = [
        event
        for event in events(sailed)
        if event["run"]["runId"] == run_uuid(run.run_id) and event["eventType"] == "COMPLETE"
    ]
    evidence = ended["run"]["facets"]["plimsoll_evidence"]
    assert evidence["run_id"] == run.run_id == "valuation-000001"
    assert evidence["digests"] == {**run.inputs, "run": run.digest}
    digests = {item["name"]: item["facets"]["version"]["datasetVersion"] for item in ended["outputs"]}
    assert digests["table/valuation/small/outcomes"] == run.tables["outcomes"]["digest"]
    inputs = {item["name"]: item["facets"]["version"]["datasetVersion"] for item in ended["inputs"]}
    assert inputs["book/small"] == run.inputs["book"]
    assert inputs["snapshot/2020-03-16"] == run.inputs["snapshot"]


def test_a_backtest_shows_its_seed(sailed: Path) -> None:
    seeds = {
        event["job"]["name"]: event["run"]["facets"]["plimsoll_evidence"].get("seed")
        for event in events(sailed)
        if event["eventType"] == "COMPLETE"
    }
    assert seeds["backtest"] == seeds["backtest.record"] == 20081010
    assert seeds["ingest"] is None


def chain_to(branches: tuple[Branch, ...], full_name: str) -> list[str]:
    """The kinds from a root down to where an artifact stands with its branches."""
    for branch in branches:
        if branch.node.full_name == full_name and not branch.again:
            return [branch.node.kind]
        below = chain_to(branch.children, full_name)
        if below:
            return [branch.node.kind, *below]
    return []


def test_the_tree_leads_from_dataset_over_feature_model_and_run_to_the_signed_report(sailed: Path) -> None:
    with opened(sailed) as app:
        found = lineage(app)
    assert found.torn is None
    chain = chain_to(found.gone_into, "report/validation-report")
    assert [kind for kind in chain if kind != "snapshot"] == [
        "source", "dataset", "feature", "feature", "model", "run", "report",
    ]  # fmt: skip
    assert chain_to(found.gone_into, "signature/dora.developer/developer/authored")[-2:] == ["report", "signature"]
    assert found.made_from == ()
    assert set(found.to_dict()) == {"steps", "artifacts", "made_from", "gone_into", "torn"}


@pytest.mark.parametrize("word", ["validation-report", "report-000001"])
def test_the_report_comes_from_every_stage_before_it(sailed: Path, word: str) -> None:
    with opened(sailed) as app:
        found = lineage(app, word)
    (root,) = found.made_from
    names = {child.node.full_name for child in root.children}
    stages = ("valuation/small", "risk/small", "margin/small", "backtest/small", "validation")
    assert {name for name in names if name.startswith("run/")} == {f"run/{stage}" for stage in stages}
    shown = {"us_stocks", "sp500", "sp500_ohlcv", "vix", "wti"}
    assert names >= {f"{kind}/{name}" for kind in ("dataset", "quality") for name in shown}
    assert chain_to(found.made_from, "dataset/us_stocks")[0] == "report"
    (down,) = found.gone_into
    assert [child.node.kind for child in down.children] == ["signature"]


def test_the_model_that_ran_is_the_model_that_was_proposed(sailed: Path) -> None:
    with opened(sailed) as app:
        graph = lineage(app).graph
    for model_id in ("american-option-valuation", "fhs-var-es", "strategy-margin"):
        (key,) = graph.named(f"model/{model_id}")
        assert [maker.job for maker in graph.makers[key]] == ["model-version"]
        assert graph.readers[key]
        assert key[1] == models.artifact(model_id).digest


def test_an_unknown_name_is_answered_with_the_known(sailed: Path) -> None:
    with opened(sailed) as app, pytest.raises(BadInput, match="unknown_in_lineage") as caught:
        lineage(app, "tulips")
    assert (caught.value.field, caught.value.value) == ("of", "tulips")
    assert "dataset/us_stocks" in caught.value.allowed
    assert caught.value.allowed.endswith(" more")


def test_a_workspace_without_events_says_what_to_run(tmp_path: Path) -> None:
    with opened(tmp_path / "w") as app, pytest.raises(BadInput, match="no_lineage") as caught:
        lineage(app)
    assert "plimsoll data ingest" in caught.value.fix


def test_a_stage_that_fails_is_a_failed_step(tmp_path: Path) -> None:
    with opened(tmp_path / "w") as app:
        with pytest.raises(BadInput):
            data.features(app)
        graph = lineage_of(app)
    require_rules(events(tmp_path / "w"))
    (failed,) = graph
    assert (failed.job, failed.state, failed.failure) == ("features", "FAIL", "unknown_dataset: dataset")


def lineage_of(app: Application) -> list[Any]:
    return list(lineage(app).graph.steps.values())


def test_a_run_that_no_stage_records_makes_a_step_of_its_own(tmp_path: Path) -> None:
    table = pa.table({"pnl": [1.5, -2.5]})
    with opened(tmp_path / "w") as app:
        kept = app.runs.record("stress", {"book_id": "small"}, {"pnl": table})
        (found,) = lineage_of(app)
    assert (found.job, found.run_id, found.uuid) == ("stress.record", kept.run_id, run_uuid(kept.run_id))
    assert [name for name, _ in found.outputs] == ["run/stress/small", "table/stress/small/pnl"]


def test_a_run_that_a_step_reads_is_one_of_its_inputs(tmp_path: Path) -> None:
    with opened(tmp_path / "w") as app:
        app.runs.record("stress", {"name": "crash"})
        with app.lineage.step("look"):
            app.runs.latest("stress")
        app.runs.latest("stress")
        recorded, looked = lineage_of(app)
    assert looked.inputs == recorded.outputs


def test_a_voyage_without_stored_market_is_drawn_from_book_and_snapshot(tmp_path: Path) -> None:
    subject, prices = read_book(book(option("one"))), read_snapshot(snapshot(AAA=underlying()))
    with opened(tmp_path / "w") as app:
        valuation.value(app, subject, prices, valuation.method_named("monte-carlo", paths=1000, seed=11))
        found = lineage(app)
    assert [branch.node.full_name for branch in found.gone_into] == ["snapshot/2020-03-16", "book/small"]
    assert chain_to(found.gone_into, "run/valuation/small") == ["snapshot", "model", "run"]
    _, ended = events(tmp_path / "w")
    assert ended["run"]["facets"]["plimsoll_evidence"]["seed"] == 11


def test_two_equal_sessions_write_equal_events(tmp_path: Path) -> None:
    subject, prices = read_book(book(option("one"))), read_snapshot(snapshot(AAA=underlying()))
    for name in ("a", "b"):
        with opened(tmp_path / name) as app:
            valuation.value(app, subject, prices, valuation.method_named("tree"))
    first, second = ((tmp_path / name / "lineage" / "events.ndjson").read_bytes() for name in ("a", "b"))
    assert first == second


def test_a_broken_line_is_named_and_an_unfinished_one_told(sailed: Path, copied: Callable[[Path], Path]) -> None:
    root = copied(sailed)
    path = root / "lineage" / "events.ndjson"
    with path.open("ab") as stream:
        stream.write(b'{"eventTime": ')
    with opened(root) as app:
        torn = lineage(app).torn
    assert torn is not None
    assert torn.to_dict() == {"line": len(events_before(path)) + 1, "bytes": 14}
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:4], lines[4].replace(b"runId", b"runid"), *lines[5:]]))
    with opened(root) as app, pytest.raises(IntegrityBroken, match="lineage_line_broken") as caught:
        lineage(app)
    assert caught.value.field == f"{path} line 5"


def events_before(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")[:-1]
