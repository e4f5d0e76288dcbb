"""Stage 7, report: the records of the voyage as report.json and its renderings."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from plimsoll.bootstrap import artifacts, data, facts, outside_range, stress
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.governance import open_desk
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.report_files import Built, Renderings, write
from plimsoll.bootstrap.risk import BACKTEST_BOOK
from plimsoll.bootstrap.validation import Material, environment_now
from plimsoll.bootstrap.watch import watched
from plimsoll.data.assumptions import read_market_parameters
from plimsoll.data.books import load_book
from plimsoll.data.market import Market
from plimsoll.data.store import datasets, read_manifest
from plimsoll.engine.book import Book, read_book
from plimsoll.engine.trades import American, European, Stock
from plimsoll.governance.lifecycle import State, VersionRecord
from plimsoll.governance.policy import PolicyPack
from plimsoll.governance.state import GovernanceState
from plimsoll.report.build import build as build_document
from plimsoll.report.build import report_digest
from plimsoll.report.inputs import Envelope, ReportInputs
from plimsoll.report.wording import label_of, words_of
from plimsoll.validation.handover import VALIDATED_MODEL, account_label
from plimsoll.validation.inputs import MarginReplay
from plimsoll.validation.recommendation import Condition, Recommendation, recommend
from plimsoll.validation.replay import code_differences
from plimsoll.validation.run import ValidationRun
from plimsoll.vocabulary.clock import utc_text
from plimsoll.vocabulary.testing import Rag

_AUDIT_LINES = 20
_LARGEST = 12
_AUDIT_FIELDS = ("seq", "time", "actor", "kind", "subject", "hash")


@watched(Stage.report, facts.of_report)
@step("report")
def build(
    app: Application,
    run: ValidationRun,
    material: Material,
    market: Market,
    folder: Path,
    renderings: Renderings = Renderings.html,
) -> Built:
    """Build report.json of a validation run from the kept records, and render it."""
    inputs = _inputs(app, run, material, market)
    built = write(_document(app, run, inputs), folder, renderings)
    app.lineage.reads(artifacts.run("validation", run.to_dict()), *material.made_of, *artifacts.shown(inputs))
    app.lineage.makes(artifacts.report(built.digest))
    return built


def document_of(app: Application, run: ValidationRun, material: Material, market: Market) -> dict[str, Any]:
    """Build the report of a validation run as data."""
    return _document(app, run, _inputs(app, run, material, market))


def _document(app: Application, run: ValidationRun, inputs: ReportInputs) -> dict[str, Any]:
    return build_document(inputs, _envelope(app, run.run_id, (run.started_at, run.finished_at), None))


def complete(app: Application, document: Mapping[str, Any], folder: Path, renderings: Renderings) -> Built:
    """Write a report again with the signatures, findings and audit extract of now; its digest stays."""
    before = document["envelope"]
    span = before["started_at"], before["finished_at"]
    envelope = _envelope(app, before["run_id"], span, report_digest(dict(document)))
    return write({**document, "envelope": json.loads(json.dumps(envelope.to_dict()))}, folder, renderings)


def _inputs(app: Application, run: ValidationRun, material: Material, market: Market) -> ReportInputs:
    with open_desk(app) as desk:
        state, policy = desk.state(), desk.policy
    roster = () if state.roster is None else state.roster.members
    return ReportInputs(
        run=run,
        models=tuple(models_of(state)),
        datasets=tuple(read_manifest(app.workspace.datasets, n).to_dict() for n in datasets(app.workspace.datasets)),
        quality=tuple(found.to_dict() for found in data.quality(app)),
        assumptions=tuple(_assumptions(market)),
        roles={role.value: member.name for member in roster for role in member.roles},
        valuation=_valuation(app),
        risk=_risk(app),
        margin=_margin(app, material),
        backtests=material.backtests,
        margin_replays=material.replays,
        recommendations=tuple(entry.to_dict() for entry in recommendations(state, policy, run)),
        outside_range=tuple(outside_range.counts(market)),
        basis=run.basis() or material.basis,
        stress=tuple(found.document for found in stress.latest(app)),
        code_differences=tuple(other_code(run)),
        focus_accounts=tuple(focus_accounts(read_book(load_book(BACKTEST_BOOK)))),
    )


def focus_accounts(book: Book) -> list[tuple[str, str]]:
    """Choose the accounts that are drawn day by day: the first of stock alone, and the one with the most options alone."""
    kinds = {
        account.account_id: [type(p.trade.product) for p in account.positions if p.trade is not None]
        for account in book.accounts
    }
    stock = [name for name, held in kinds.items() if set(held) == {Stock}]
    options = [name for name, held in kinds.items() if held and set(held) <= {American, European}]
    chosen = [(name, "stock alone") for name in stock[:1]]
    chosen += [(name, "options alone") for name in sorted(options, key=lambda name: -len(kinds[name]))[:1]]
    return [(account_label(name, book.book_id), words) for name, words in chosen]


def other_code(run: ValidationRun) -> list[str]:
    """Say what of the code that runs now is not the code that ran a validation."""
    found = code_differences(run.manifest["environment"], environment_now().to_dict())
    return [f"{item.name}: the run has {item.recorded}, this report {item.replayed}" for item in found]


def recommendations(state: GovernanceState, policy: PolicyPack, run: ValidationRun) -> list[Recommendation]:
    """Recommend a decision on each model of a run that the inventory holds, by its open findings and its red tests.

    Ids and times of findings stay out, so that the same results lead to the same words. A red whose finding is settled
    binds nobody; one whose finding is not yet open counts with the severity that the policy gives to it.
    """
    return [
        recommend(
            model_id,
            [result for result in run.results if result.model_id == model_id],
            _conditions(state, policy, run, model_id),
        )
        for model_id in run.plan.models()
        if model_id in state.models
    ]


def _conditions(state: GovernanceState, policy: PolicyPack, run: ValidationRun, model_id: str) -> list[Condition]:
    record = _validated_version(state, model_id)
    held = state.findings_of(model_id, record.content.version) if record is not None else ()
    known = {finding.test_id for finding in held}
    severity = policy.severity_of_red[state.model(model_id).tier]
    found = [(item.test_id, item.title, item.severity) for item in held if not item.is_settled]
    found += [
        (result.test_id, result.title, severity)
        for result in run.results
        if result.model_id == model_id and result.rag is Rag.red and result.test_id not in known
    ]
    return [Condition(test_id, title, level.value, policy.due_days[level]) for test_id, title, level in sorted(found)]


def models_of(state: GovernanceState) -> list[dict[str, Any]]:
    """Give each model's record with the version that is being validated, the latest where none is."""
    found = []
    for model_id, record in state.models.items():
        chosen = _validated_version(state, model_id)
        reason = f"exposure {record.model.exposure}, purpose {record.model.purpose_class}"
        version = chosen.content.version if chosen is not None else ""
        found.append({**_timeless(record.to_dict()), "tier_reason": reason, "version": version})
    return found


def _validated_version(state: GovernanceState, model_id: str) -> VersionRecord | None:
    versions = [item for key, item in state.versions.items() if key[0] == model_id]
    alive = [item for item in versions if item.state in (State.in_validation, State.submitted)] or versions
    return alive[-1] if alive else None


def _timeless(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in record.items() if key not in ("registered_at",)}


def _envelope(app: Application, run_id: str, span: tuple[str, str], digest: str | None) -> Envelope:
    with open_desk(app) as desk:
        entries = desk.journal.read()[0]
        state = desk.state()
    return Envelope(
        report_id=f"report-{run_id}",
        run_id=run_id,
        generated_at=utc_text(app.clock.now()),
        started_at=span[0],
        finished_at=span[1],
        signatures=tuple(item.to_dict() for item in state.sign_offs if item.digest == digest),
        findings=tuple(finding.to_dict() for finding in state.findings.values()),
        audit=tuple({name: getattr(entry, name) for name in _AUDIT_FIELDS} for entry in entries[-_AUDIT_LINES:]),
        audit_head=entries[-1].hash if entries else "",
    )


def _assumptions(market: Market) -> list[dict[str, Any]]:
    parameters, fit = read_market_parameters(), market.premium_fit
    span = f"{fit.first_date} to {fit.last_date}, {fit.observations} days"
    rows = [
        ("implied volatility", f"EWMA ({parameters.decay}) times {fit.premium:.4f}", f"ratio to VIX, {span}"),
        ("error of that volatility", f"{fit.root_mean_square_error:.4f} root mean square", f"against VIX, {span}"),
        ("skew of stocks", str(parameters.equity_skew), parameters.name),
        ("skew of the index", str(parameters.index_skew), parameters.name),
        ("interest rates", "a step table by date", parameters.name),
        ("dividend yield of the index", "a step table by date", parameters.name),
        ("dividends of stocks", "none: closes are adjusted for them", parameters.name),
    ]
    return [{"quantity": q, "value": v, "status": "ASSUMED", "source": s} for q, v, s in rows]


def _facts(document: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {label_of(name): document[name] for name in names if name in document}


def _rows(table: pa.Table, names: Sequence[str]) -> list[dict[str, Any]]:
    return [{name: _plain(row[name]) for name in names} for row in table.select(list(names)).to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(str(item).replace("_", " ") for item in value))
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _valuation(app: Application) -> dict[str, Any]:
    run = app.runs.latest("valuation")
    names = ("trade_id", "underlying", "kind", "quantity", "price", "value", "delta", "vega")
    rows = _rows(run.table("outcomes"), [name for name in names if name in run.table("outcomes").column_names])
    stocks = sorted((row for row in rows if row["kind"] == "Stock"), key=lambda row: -abs(row["value"] or 0.0))
    others = sorted((row for row in rows if row["kind"] != "Stock"), key=lambda row: -abs(row["value"] or 0.0))
    facts = _facts(run.document, ("book_id", "valuation_date", "valued", "failed"))
    unit = "price and sensitivities are those of one unit"
    tables = [
        {"caption": f"The {len(some[:_LARGEST])} largest positions in {words}; {unit}", "rows": some[:_LARGEST]}
        for some, words in ((stocks, "stock"), (others, "options and futures"))
        if some
    ]
    return {"facts": facts, "tables": tables}


def _risk(app: Application) -> dict[str, Any]:
    run, tested = app.runs.latest("risk"), app.runs.latest("backtest")
    names = ("account_id", "model", "value_at_risk", "value_at_risk_error", "expected_shortfall")
    facts = {
        **_facts(run.document, ("book_id", "as_of")),
        **_facts(tested.document, ("days", "first_day", "last_day")),
        "Largest interpolation error, share of spot": tested.document["interpolation"]["largest"],
        **_lattice_facts(tested.document["lattice"]),
    }
    tables = [
        {
            "caption": "1-day value at risk (99 %) and expected shortfall (97.5 %); book is all accounts together",
            "rows": _rows(run.table("accounts"), names),
        },
        {
            "caption": "Exceptions and the worst day of each crisis; value at risk by the model under validation",
            "rows": [row for row in tested.document["crises"] if row["model"] == VALIDATED_MODEL],
        },
    ]
    return {"facts": facts, "tables": tables}


def _lattice_facts(lattice: Mapping[str, Any]) -> dict[str, Any]:
    """Say how far scenarios by the tree of few steps lie from those by the tree that the valuation was validated with."""
    trees = f"{lattice['steps']} steps against {lattice['governed_steps']}"
    tail = lattice["largest_tail"]
    return {
        f"Largest difference of a scenario profit, {trees}, share of spot": lattice["largest"],
        f"99th percentile of that difference, {trees}, share of spot": lattice["percentile_99"],
        f"Largest relative difference of a value at risk, {trees}": tail["relative"],
        "Where it is": f"{tail['account_id']}, {words_of(tail['model'])}, {tail['day']}",
    }


def _margin(app: Application, material: Material) -> dict[str, Any]:
    run = app.runs.latest("margin")
    names = ("account_id", "equity", "initial", "maintenance", "excess", "call", "shortfall", "warnings")
    tables = [{"caption": f"Margin of {run.document['book_id']}", "rows": _rows(run.table("accounts"), names)}]
    for replay in material.replays:
        span = f"{replay.days[0].day} to {replay.days[-1].day}"
        tables.append({"caption": f"Replay of {replay.name}, {span}", "rows": _replayed(replay)})
    return {
        "facts": _facts(run.document, ("book_id", "valuation_date", "pack_id", "margined", "failed")),
        "tables": tables,
    }


def _replayed(replay: MarginReplay) -> list[dict[str, Any]]:
    rows = []
    for account_id in dict.fromkeys(day.account_id for day in replay.days):
        days = [day for day in replay.days if day.account_id == account_id]
        rows.append(
            {
                "account_id": account_id,
                "days": len(days),
                "days_with_a_call": sum(day.call > 0 for day in days),
                "largest_call_cents": max(day.call for day in days),
                "days_in_shortfall": sum(day.shortfall > 0 for day in days),
                "largest_shortfall_cents": max(day.shortfall for day in days),
            }
        )
    return rows
