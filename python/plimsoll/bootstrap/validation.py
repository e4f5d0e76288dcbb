"""Stage 6, validation: the plan, the run, its replay; every input can be made again from the stored data."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from plimsoll import _core
from plimsoll.bootstrap import backtests, margin_replays
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.models import environment
from plimsoll.data.books import book_names, load_book
from plimsoll.data.market import Market
from plimsoll.governance.policy import shipped_models, shipped_policy_pack
from plimsoll.validation.catalogue import load_catalogue
from plimsoll.validation.context import Context, Environment
from plimsoll.validation.inputs import BacktestSeries, MarginReplay, TailReproduction
from plimsoll.validation.plan import Plan
from plimsoll.validation.plan import plan as make_plan
from plimsoll.validation.replay import ReplayReport
from plimsoll.validation.replay import replay as replay_run
from plimsoll.validation.run import ValidationRun
from plimsoll.validation.run import run as run_plan
from plimsoll.vocabulary.digest import digest_of

STAGE = "validation"


@dataclass(frozen=True, slots=True)
class Material:
    """What risk and margin found, in the form that validation reads."""

    source: Mapping[str, Any]
    backtests: tuple[BacktestSeries, ...]
    reproductions: tuple[TailReproduction, ...]
    replays: tuple[MarginReplay, ...]


def plan() -> Plan:
    """Make the plan that the shipped policy pack asks for."""
    return make_plan(shipped_policy_pack().plan_document(shipped_models()), load_catalogue())


def machine() -> Environment:
    """Tell by which code and on which machine numbers are made."""
    versions = environment()
    return Environment(
        library_version=_core.version,
        lock_digest=digest_of(dict(versions)),
        isa=_core.instruction_set(),
        python_version=platform.python_version(),
        challenger_version=versions["QuantLib"],
    )


def gather(app: Application, market: Market) -> Material:
    """Make the inputs of a validation from the stored data upward: backtests and crisis replays of the books."""
    names = book_names()
    books = {name: digest_of(load_book(name)) for name in names}
    tested = [backtests.backtest(app, name, market) for name in names]
    return Material(
        source={"books": books, "datasets": dict(market.inputs)},
        backtests=tuple(series for found in tested for series in found.series),
        reproductions=tuple(item for found in tested for item in found.reproductions),
        replays=tuple(margin_replays.replay(app, name, market).for_validation for name in names),
    )


def context(app: Application, material: Material, valuation_date: date) -> Context:
    """Give what the tests may look at."""
    return Context(
        valuation_date=valuation_date,
        threads=app.threads,
        environment=machine(),
        source=material.source,
        backtests=material.backtests,
        tail_reproductions=material.reproductions,
        margin_replays=material.replays,
    )
