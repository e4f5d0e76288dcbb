"""A report from the kept records of every stage, and its completion by signatures."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from books import book, option
from plimsoll.bootstrap import Application, data, lifecycle, margin, open_application, report, risk, stress, valuation
from plimsoll.bootstrap.governance import by_role, demo_identities, open_desk
from plimsoll.bootstrap.models import code_digest, core_digest
from plimsoll.bootstrap.report_files import possible
from plimsoll.bootstrap.signing import read_report, sign_with, verify_report
from plimsoll.bootstrap.validation import Material, environment_now
from plimsoll.data.books import load_book
from plimsoll.data.market import Market
from plimsoll.engine.book import read_book
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.governance.roster import Role
from plimsoll.vocabulary.errors import BadInput
from report_records import sample_backtests, sample_replays, sample_run

pytestmark = pytest.mark.xdist_group("console_market")

STOCK = {"trade_id": "stock", "kind": "stock", "underlying": "JPM", "quantity": 100}
BASIS = {"adjusted_prices": ["JPM"], "assumed": ["volatility", "rate", "dividend_yield"]}
MATERIAL = Material({}, sample_backtests(1), (), sample_replays(), (), BASIS)


@pytest.fixture(scope="module")
def voyage(ingested_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, Market]]:
    """A workspace in which a small book went through every stage before the report."""
    root = tmp_path_factory.mktemp("voyage") / "workspace"
    shutil.copytree(ingested_workspace, root)
    subject = read_book(book(STOCK, option("call", underlying="JPM", strike=100.0, quantity=-1, exercise="american")))
    with open_application(root, threads=1) as app:
        market = data.market(app)
        snapshot = read_snapshot(market.snapshot(subject.as_of))
        valuation.value(app, subject, snapshot, valuation.method_named("tree"))
        risk.measure(app, subject, market)
        risk.record(app, risk.backtest(app, read_book(book(STOCK)), market), market)
        margin.run(app, subject, snapshot)
        for shipped in ("demo-2020", "demo-2008"):
            stressed = valuation.book_named(shipped)
            on = read_snapshot(market.snapshot(stressed.as_of))
            packs = stress.packs_named(["hypothetical-2026-11"])
            stress.run(app, stressed, on, market, packs, ["down-25", "usd-up-15"])
        margin.record(app, margin.replay(app, subject, market, date(2020, 3, 20)))
        yield app, market


def test_a_report_is_built_signed_and_completed(voyage: tuple[Application, Market], tmp_path: Path) -> None:
    app, market = voyage
    with open_desk(app) as desk:
        keys = demo_identities(app, desk, os.urandom)
        lifecycle.submit(app, desk, {role: by_role(desk, keys, role) for role in Role})
    built = report.build(app, sample_run(), MATERIAL, market, tmp_path)
    document = read_report(built.json_path)
    assert document["digest"] == built.digest
    assert document["cover"]["roles"]["approver"] == "alan.approver"
    assert {model["version"] for model in document["cover"]["models"]} != {""}
    text = built.json_path.read_text()
    assert all(words in text for words in ("1 largest positions in stock", "Margin of small", "Replay of 2008"))
    assert "book is all accounts together" in text
    assert "Largest relative difference of a value at risk, 51 steps against 201" in text
    assert document["basis"] == sample_run().basis()
    # The sample run names no code, which is not this code: the first thing that the report says.
    assert "run the validation again before anybody signs" in document["sections"][0]["blocks"][0]["text"]
    (scenarios,) = [b for s in document["sections"] for b in s["blocks"] if "Each scenario on" in b.get("caption", "")]
    assert [column["label"] for column in scenarios["columns"]][3::3] == [
        "demo-2008: profit, USD",
        "demo-2020: profit, USD",
    ]
    assert [row["scenario_id"] for row in scenarios["rows"]] == ["down-25"]
    decisions = {entry["model_id"]: entry for entry in document["cover"]["recommendations"]}
    assert {name: entry["decision"] for name, entry in decisions.items()} == {
        "american-option-valuation": "approve",
        "fhs-var-es": "approve_with_conditions",
        "strategy-margin": "approve",
    }
    assert [item["severity"] for item in decisions["fhs-var-es"]["conditions"]] == ["medium"]
    (outside,) = [b for s in document["sections"] for b in s["blocks"] if "Valued outside" in b.get("caption", "")]
    counted = {row["where"]: (row["counted"], row["outside"]) for row in outside["rows"]}
    # Autumn 2008 and spring 2020 carried stocks beyond 150 %; on the books' own days every option was inside.
    assert counted["demo-2008 on 2008-08-29"] == (116, 0)
    assert counted["Replay of demo-2008, to 2008-10-31"][1] > 0
    with open_desk(app) as desk:
        validator = by_role(desk, keys, Role.validator)
        given = [
            sign_with(app, desk, built.json_path, dict(built.document), validator, Role.validator, "validated")
            for _ in range(2)
        ]
    assert [each.new for each in given] == [True, False]
    assert given[0].envelope == given[1].envelope
    assert built.pdf_path is None
    complete = report.complete(app, built.document, built.json_path.parent, possible())
    assert complete.pdf_path == tmp_path / "report.pdf"
    assert complete.digest == built.digest
    envelope = json.loads(complete.json_path.read_text())["envelope"]
    assert [item["name"] for item in envelope["signatures"]] == ["vera.validator"]
    assert envelope["audit"][-1]["kind"] == "report.signed"
    assert [item.name for item in verify_report(app, complete.json_path).sign_offs] == ["vera.validator"]
    page = complete.html_path.read_text()
    assert "vera.validator" in page
    assert 'src="http' not in page


def test_a_report_on_a_run_of_other_code_says_so_and_one_on_a_run_of_this_code_does_not() -> None:
    run = sample_run()
    here = environment_now().to_dict()
    assert here["code_digest"] == code_digest()
    assert here["core_digest"] == core_digest() != code_digest()
    same = replace(run, manifest={**run.manifest, "environment": here})
    assert report.other_code(same) == []
    older = replace(run, manifest={**run.manifest, "environment": {**here, "code_digest": "sha256:older"}})
    assert report.other_code(older) == [f"package: the run has sha256:older, this report {code_digest()}"]
    assert [line.split(":")[0] for line in report.other_code(run)] == ["package", "compiled core"]


def test_the_accounts_that_are_drawn_are_one_of_stock_alone_and_the_one_with_the_most_options() -> None:
    shipped = report.focus_accounts(read_book(load_book(risk.BACKTEST_BOOK)))
    assert shipped == [("A01/2020", "stock alone"), ("A05/2020", "options alone")]
    assert report.focus_accounts(read_book(book(STOCK))) == [("A01/small", "stock alone")]


def test_a_report_needs_every_stage(ingested_workspace: Path, tmp_path: Path) -> None:
    with open_application(tmp_path / "w", threads=1) as app, open_application(ingested_workspace) as full:
        shutil.copytree(full.workspace.datasets, app.workspace.datasets, dirs_exist_ok=True)
        with pytest.raises(BadInput, match="stage_not_run") as caught:
            report.build(app, sample_run(), MATERIAL, data.market(full), tmp_path / "out")
    assert caught.value.value == "valuation"


def test_a_workspace_without_models_reports_none(tmp_path: Path) -> None:
    with open_application(tmp_path / "w") as app, open_desk(app) as desk:
        assert report.models_of(desk.state()) == []
