"""The whole voyage: from market data to a signed validation report, by the functions that the commands call."""

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from plimsoll.bootstrap import data, lifecycle, margin, metrics, report, risk, signing, stress, validation, valuation
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.governance import Entropy, by_role, demo_identities, open_desk
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.report_files import PDF_LEFT_OUT, Built, possible
from plimsoll.bootstrap.validation import Material
from plimsoll.bootstrap.worker import one_worker
from plimsoll.data.books import book_names
from plimsoll.data.market import Market
from plimsoll.data.store import write_atomically
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.governance.desk import Desk
from plimsoll.governance.lifecycle import VersionRecord
from plimsoll.governance.roster import Role
from plimsoll.governance.signing import Subject, sign
from plimsoll.models.margin.replay_records import MarginReplay
from plimsoll.models.market.backtest import BacktestRun
from plimsoll.registry.mlflow_projection import ProjectionOutcome, project
from plimsoll.validation.handover import VALIDATED_MODEL
from plimsoll.validation.run import ValidationRun
from plimsoll.vocabulary.errors import IntegrityBroken

_T = TypeVar("_T")
_SIGNATURES = ((Role.developer, "authored"), (Role.validator, "validated"), (Role.approver, "approved"))


class LegName(StrEnum):
    """The stages of the voyage in their order, as its log, its traces and its document name them."""

    data = "1 data"
    models = "2 models"
    valuation = "3 valuation"
    risk = "4 risk"
    margin = "5 margin"
    stress = "6 stress"
    validation = "7 validation"
    report = "8 report"
    replay = "9 replay"
    mlflow = "mlflow"


@dataclass(frozen=True, slots=True)
class Leg:
    """One stage of the voyage: what it gave, in words, and how long it took."""

    name: str
    summary: str
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"name": self.name, "summary": self.summary, "seconds": round(self.seconds, 2)}


@dataclass(frozen=True, slots=True)
class Voyage:
    """What the voyage came to."""

    legs: tuple[Leg, ...]
    artifacts: Mapping[str, Path]
    run: ValidationRun
    report_digest: str
    ok: bool
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "ok": self.ok,
            "legs": [leg.to_dict() for leg in self.legs],
            "artifacts": {name: str(path) for name, path in self.artifacts.items()},
            "notes": list(self.notes),
            "run_id": self.run.run_id,
            "counts": self.run.counts(),
            "report_digest": self.report_digest,
            "results": [result.to_dict() for result in self.run.results],
        }


class _Log:
    """The legs so far."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self.legs: list[Leg] = []

    def leg(self, leg: LegName, work: Callable[[], tuple[str, _T]]) -> _T:
        """Do a stage's work, time it and keep its summary."""
        name, begun = leg.value, time.monotonic()
        with self._app.tracer.stage(name, {"plimsoll.leg": name}):
            summary, found = work()
        self.legs.append(Leg(name, summary, time.monotonic() - begun))
        self._app.log.info("stage finished", stage=name, summary=summary)
        return found


@step("voyage")
def sail(app: Application, out: Path, entropy: Entropy, replay: bool = True) -> Voyage:
    """Make the voyage.

    Parameters
    ----------
    app : Application
        The opened workspace.
    out : Path
        Folder of the artifacts that people read.
    entropy : Callable[[int], bytes]
        Makes the demonstration's keys on the first run.
    replay : bool
        Whether to run the validation again from its manifest and compare; a voyage without it is ``ok`` all the same.

    Raises
    ------
    PlimsollError
        If a stage cannot go on.
    """
    out.mkdir(parents=True, exist_ok=True)
    log = _Log(app)
    with one_worker() as worker:
        log.leg(LegName.data, lambda: _data(app))
        versions, projection = log.leg(LegName.models, lambda: _models(app, worker, entropy))
        market = data.market(app)
        log.leg(LegName.valuation, lambda: _valuation(app, market))
        tested = log.leg(LegName.risk, lambda: _risk(app, market))
        replayed = log.leg(LegName.margin, lambda: _margin(app, market))
        log.leg(LegName.stress, lambda: _stress(app, market))
        material = validation.material_of(market, valuation.book_named(risk.BACKTEST_BOOK), tested, replayed)
        run = log.leg(LegName.validation, lambda: _validation(app, material))
        built = log.leg(LegName.report, lambda: _report(app, run, material, market, versions, out, entropy))
        ok = log.leg(LegName.replay, lambda: _replay(app, run)) if replay else True
        log.leg(LegName.mlflow, lambda: _projection(projection))
    artifacts = {
        "report (read this)": built.html_path,
        **({} if built.pdf_path is None else {"report.pdf": built.pdf_path}),
        "report.json": built.json_path,
        "signatures": signing.signatures_path(built.json_path),
        "audit head": out / "audit-head.json",
        "workspace": app.workspace.root,
        **metrics.leave_textfile(app, out / "metrics.prom"),
    }
    notes = (PDF_LEFT_OUT,) if built.pdf_path is None else ()
    return Voyage(tuple(log.legs), artifacts, run, built.digest, ok, notes)


def _data(app: Application) -> tuple[str, None]:
    manifests = data.ingest(app)
    broken = [record for record in data.verify_inputs(app) if not record.intact]
    if broken:
        first = broken[0]
        raise IntegrityBroken(
            "stored_file_changed",
            field=first.path,
            value=first.actual,
            allowed=first.expected,
            fix="restore the file; a feature store is built again by `plimsoll data features`",
        )
    breaches = sum(len(found.breaches) for found in data.quality(app))
    features = data.features(app)
    rows = sum(manifest.rows for manifest in manifests)
    return (
        f"{len(manifests)} datasets, {rows:,} rows, {breaches} quality limits exceeded, {features.rows:,} features",
        None,
    )


def _models(
    app: Application, worker: ProcessPoolExecutor, entropy: Entropy
) -> tuple[str, tuple[list[VersionRecord], "Future[ProjectionOutcome]"]]:
    with open_desk(app) as desk:
        app.progress.stage("models", 0)
        versions = lifecycle.submit(app, desk, _signers(app, desk, entropy))
        app.progress.done()
        state = desk.state()
    records = [record.to_dict() for record in state.models.values()]
    plain = [record.to_dict() for record in state.versions.values()]
    future = worker.submit(project, records, plain, app.workspace.mlflow, app.workspace.mlartifacts)
    words = ", ".join(
        f"{record.key[0]} {record.key[1]} (tier {state.model(record.key[0]).tier})" for record in versions
    )
    return words, (versions, future)


def _signers(app: Application, desk: Desk, entropy: Entropy) -> lifecycle.Signers:
    signers = demo_identities(app, desk, entropy)
    return {role: by_role(desk, signers, role) for role in Role}


def _valuation(app: Application, market: Market) -> tuple[str, None]:
    words = []
    for name in book_names():
        book = valuation.book_named(name)
        snapshot = read_snapshot(data.snapshot_of(app, market, book.as_of))
        valued, _ = valuation.value(app, book, snapshot, valuation.method_named("tree"))
        words.append(f"{name}: {len(valued.outcomes) - valued.failed} valued, {valued.failed} refused")
    return "; ".join(words), None


def _risk(app: Application, market: Market) -> tuple[str, BacktestRun]:
    book = valuation.book_named(risk.BACKTEST_BOOK)
    measured, _ = risk.measure(app, book, market)
    tested = risk.backtest(app, book, market)
    risk.record(app, tested, market)
    whole, total = (
        math.fsum(row.value_at_risk for row in rows if row.model == VALIDATED_MODEL)
        for rows in (measured.book, measured.accounts)
    )
    words = f"{len(tested.accounts)} accounts, {len(tested.dates):,} days; FHS VaR of the book {whole:,.0f}"
    return f"{words}, sum of the accounts' {total:,.0f}", tested


def _margin(app: Application, market: Market) -> tuple[str, list[MarginReplay]]:
    words, found = [], []
    for name in book_names():
        book = valuation.book_named(name)
        margin.run(app, book, read_snapshot(data.snapshot_of(app, market, book.as_of)))
        replayed = margin.replay(app, book, market)
        margin.record(app, replayed)
        rows = replayed.summaries()
        short = sum(1 for row in rows if row.days_in_shortfall)
        words.append(f"{replayed.name}: {sum(r.calls_issued for r in rows)} calls, {short} accounts short")
        found.append(replayed)
    return "; ".join(words), found


def _stress(app: Application, market: Market) -> tuple[str, None]:
    packs = stress.packs_named(())
    words = []
    for name in book_names():
        book = valuation.book_named(name)
        found, _ = stress.run(app, book, read_snapshot(market.snapshot(book.as_of)), market, packs)
        words.append(stress.summary(found))
    return "; ".join(words), None


def _validation(app: Application, material: Material) -> tuple[str, ValidationRun]:
    run = validation.validate(app, material)
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in run.counts().items() if count), run


def _report(
    app: Application,
    run: ValidationRun,
    material: Material,
    market: Market,
    versions: Sequence[VersionRecord],
    out: Path,
    entropy: Entropy,
) -> tuple[str, Built]:
    with open_desk(app) as desk:
        signers = _signers(app, desk, entropy)
        lifecycle.begin_validation(desk, versions, signers[Role.validator])
        raised = lifecycle.raise_findings(desk, versions, run.results, signers[Role.validator])
        desk.note("run.finished", run.run_id, {"digest": run.digest(), "counts": run.counts()})
    built = report.build(app, run, material, market, out)
    with open_desk(app) as desk:
        signed = [
            signing.sign_with(app, desk, built.json_path, dict(built.document), signers[role], role, meaning)
            for role, meaning in _SIGNATURES
        ]
        concluded = lifecycle.conclude(desk, versions, run.results, built.digest, signers)
        sign(desk, Subject("audit log", desk.verify().head), Role.owner, "attested", signers[Role.owner])
        head = json.dumps(desk.head_document(), indent=1, sort_keys=True)
    write_atomically(out / "audit-head.json", head.encode())
    built = report.complete(app, built.document, out, possible())
    states = ", ".join(f"{record.key[0]}: {record.state.value.replace('_', ' ')}" for record in concluded)
    standing = sum(1 for each in signed if not each.new)
    words = f"{len(signed)} signatures" + (f" ({standing} stand from before)" if standing else "")
    return f"{words}, {raised} new findings; {states}", built


def _replay(app: Application, run: ValidationRun) -> tuple[str, bool]:
    found = validation.replay(app, run.run_id)
    return " ".join(found.lines()), found.bit_equal


def _projection(future: "Future[ProjectionOutcome]") -> tuple[str, None]:
    outcome = future.result()
    return (
        f"{outcome.status.value}: {outcome.models} models, {outcome.versions} versions {outcome.reason}".rstrip(),
        None,
    )
