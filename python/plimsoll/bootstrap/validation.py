"""Stage 6, validation: the plan, the run, its replay; every input can be made again from the stored data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plimsoll.bootstrap import artifacts, data, facts, margin, models, risk
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.models import code_digest, core_digest, environment
from plimsoll.bootstrap.watch import watched
from plimsoll.data.books import book_names, load_book
from plimsoll.data.lineage import Artifact
from plimsoll.data.market import Market
from plimsoll.engine.book import Book, read_book
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.governance.policy import shipped_models, shipped_policy_pack
from plimsoll.models.margin.replay_records import MarginReplay as ReplayRecord
from plimsoll.models.market.backtest import BacktestRun
from plimsoll.validation import handover
from plimsoll.validation.catalogue import load_catalogue
from plimsoll.validation.context import Context, Environment
from plimsoll.validation.environment import present_environment
from plimsoll.validation.inputs import BacktestSeries, MarginReplay, RevaluationDifference, TailReproduction
from plimsoll.validation.plan import Plan
from plimsoll.validation.plan import plan as make_plan
from plimsoll.validation.replay import ReplayReport
from plimsoll.validation.replay import replay as replay_run
from plimsoll.validation.run import ValidationRun, exit_code
from plimsoll.validation.run import run as run_plan
from plimsoll.vocabulary.digest import canonical_json, digest_of

STAGE = "validation"


@dataclass(frozen=True, slots=True)
class Material:
    """What risk and margin found, in the form that validation reads; ``made_of`` names it in the lineage."""

    source: Mapping[str, Any]
    backtests: tuple[BacktestSeries, ...]
    reproductions: tuple[TailReproduction, ...]
    replays: tuple[MarginReplay, ...]
    trees: tuple[Mapping[str, Any], ...]
    basis: Mapping[str, Any]
    revaluations: tuple[RevaluationDifference, ...] = ()
    made_of: tuple[Artifact, ...] = ()


def plan() -> Plan:
    """Make the plan that the shipped policy pack asks for, in the form in which a replay reads it back.

    Canonical JSON sorts keys: a test that walks through a mapping of its settings must meet the same order both times.
    """
    made = make_plan(shipped_policy_pack().plan_document(shipped_models()), load_catalogue())
    return Plan.from_dict(json.loads(canonical_json(made.to_dict())))


def material_of(market: Market, book: Book, tested: BacktestRun, replayed: Sequence[ReplayRecord]) -> Material:
    """Put what risk and margin found into the form that validation reads."""
    return Material(
        source={"books": {name: digest_of(load_book(name)) for name in book_names()}, "market": dict(market.inputs)},
        backtests=handover.backtest_series(tested),
        reproductions=handover.tail_reproductions(tested, book, market),
        replays=tuple(handover.margin_replay(record) for record in replayed),
        trees=handover.margin_trees(replayed),
        basis={**data.basis(market), "assumed_parameters": shipped_pack().assumed()},
        revaluations=handover.revaluation_differences(tested),
        made_of=(
            artifacts.run("backtest", risk.backtest_document(tested, market)),
            *(artifacts.run("margin-replay", record.summary()) for record in replayed),
        ),
    )


def gather(app: Application, market: Market) -> Material:
    """Make the inputs of a validation from the stored data upward: the backtest and the crisis replays of the books."""
    book = read_book(load_book(risk.BACKTEST_BOOK))
    tested = risk.backtest(app, book, market)
    replayed = [margin.replay(app, read_book(load_book(name)), market) for name in book_names()]
    return material_of(market, book, tested, replayed)


def environment_now() -> Environment:
    """Give the environment of this process, with the digests of the code that it runs."""
    return present_environment(digest_of(dict(environment())), code_digest=code_digest(), core_digest=core_digest())


def context(app: Application, material: Material, valuation_date: date) -> Context:
    """Give what the tests may look at."""
    return Context(
        valuation_date=valuation_date,
        threads=app.threads,
        environment=environment_now(),
        source=material.source,
        backtests=material.backtests,
        tail_reproductions=material.reproductions,
        margin_replays=material.replays,
        margin_trees=material.trees,
        basis=material.basis,
        revaluations=material.revaluations,
    )


@watched(Stage.validation, facts.of_validation)
@step(STAGE)
def validate(app: Application, material: Material) -> ValidationRun:
    """Run the plan on the material and keep the run."""
    day = read_book(load_book(risk.BACKTEST_BOOK)).as_of
    planned = plan()
    app.lineage.reads(*material.made_of, *map(models.artifact, planned.models()))
    found = run_plan(planned, context(app, material, day), app.clock, app.ids, app.progress)
    app.runs.record(STAGE, found.to_dict(), run_id=found.run_id)
    app.log.info("validation done", run=found.run_id, counts=found.counts())
    return found


def recorded(app: Application, run_id: str | None) -> ValidationRun:
    """Read a kept run, or the last one."""
    run = app.runs.latest(STAGE) if run_id is None else app.runs.read(run_id, STAGE)
    return ValidationRun.from_dict(run.document)


@watched(Stage.validation_replay, facts.of_validation_replay)
@step("replay")
def replay(app: Application, run_id: str | None) -> ReplayReport:
    """Run a kept validation again from its manifest, every input made anew from the stored data."""
    kept = app.runs.latest(STAGE) if run_id is None else app.runs.read(run_id, STAGE)

    def again(manifest: Mapping[str, Any]) -> Context:
        material = gather(app, data.market(app))
        app.lineage.reads(*material.made_of)
        return context(app, material, date.fromisoformat(manifest["valuation_date"]))

    report = replay_run(kept.document, again, app.clock, app.ids, app.progress)
    app.runs.record("replay", report.to_dict(), inputs={"run": digest_of(dict(kept.document))})
    return report


__all__ = [
    "Material",
    "context",
    "environment_now",
    "exit_code",
    "gather",
    "material_of",
    "plan",
    "recorded",
    "replay",
    "validate",
]
