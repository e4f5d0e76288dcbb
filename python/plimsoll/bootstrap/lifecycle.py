"""The life of the shipped models' versions: submitted, validated on a signed report, approved or not."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from plimsoll.bootstrap import artifacts, facts
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.governance import open_desk
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.models import register_at, version_artifact, version_content
from plimsoll.bootstrap.signing import read_report
from plimsoll.bootstrap.watch import watched
from plimsoll.governance.desk import Desk
from plimsoll.governance.guards import Grounds
from plimsoll.governance.inventory import VersionContent
from plimsoll.governance.lifecycle import TRANSITIONS, State, VersionRecord
from plimsoll.governance.objections import open_findings_for_reds
from plimsoll.governance.policy import shipped_models
from plimsoll.governance.ports import Signer
from plimsoll.governance.progression import move
from plimsoll.governance.registration import propose_version
from plimsoll.governance.roster import Role
from plimsoll.report.build import report_digest
from plimsoll.vocabulary.testing import TestResult

Signers = Mapping[Role, Signer]
ACTIONS = tuple(name for name, step in TRANSITIONS.items() if step.role is not None)
"""The steps that people take."""
_IN_FORCE = (State.approved, State.approved_with_conditions, State.in_use, State.suspended)


@step("model-version")
def propose(app: Application, model_id: str, signer: Signer) -> VersionRecord:
    """Enter the version that a registered model's present content makes, unless it stands in the inventory already."""
    with open_desk(app) as desk:
        content = _content(app, desk, model_id)
        if (model_id, content.version) not in desk.state().versions:
            propose_version(desk, content, signer)
        _note_version(app, content)
        return desk.state().version(model_id, content.version)


def advance(
    app: Application, key: tuple[str, str], action: str, signer: Signer, reason: str = "", report: Path | None = None
) -> VersionRecord:
    """Take one step of a version's life on the grounds at hand: its present content, a reason, a signed report.

    A validator who validates raises a finding for each red test first; an approver with conditions takes every
    finding that is not settled as one.
    """
    grounds = Grounds(reason=reason)
    if report is not None:
        document = read_report(report)
        results = tuple(TestResult.from_dict(item) for item in document["results"])
        grounds = replace(grounds, report_digest=report_digest(document), results=results)
    with open_desk(app) as desk:
        record = desk.state().version(*key)
        if action in ("submit", "put_in_use"):
            model = desk.state().model(key[0]).model
            grounds = replace(grounds, content=version_content(app, model, key[1]))
        elif action == "validate":
            raise_findings(desk, [record], grounds.results, signer)
        elif action == "approve_with_conditions":
            unsettled = [item for item in desk.state().findings_of(*key) if not item.is_settled]
            grounds = replace(grounds, conditions=tuple(item.finding_id for item in unsettled))
        return move(desk, *key, action, signer, grounds)


@watched(Stage.models, facts.of_models)
@step("model-version")
def submit(app: Application, desk: Desk, signers: Signers) -> list[VersionRecord]:
    """Register the shipped models and bring the version that their present content makes up to validation.

    Content that stands in the inventory keeps its version; changed content gets the next one. A version already in
    force comes up for review.
    """
    records = []
    for model in shipped_models():
        register_at(desk, model, signers[Role.owner])
        content = _content(app, desk, model.model_id)
        key = (model.model_id, content.version)
        if key not in desk.state().versions:
            propose_version(desk, content, signers[Role.developer])
        if desk.state().version(*key).state is State.proposed:
            move(desk, *key, "start_development", signers[Role.owner])
        if desk.state().version(*key).state is State.in_development:
            move(desk, *key, "submit", signers[Role.developer], Grounds(content=content))
        if desk.state().version(*key).state in _IN_FORCE:
            move(desk, *key, "review", signers[Role.validator], Grounds(reason="validated again on request"))
        _note_version(app, content)
        records.append(desk.state().version(*key))
        app.progress.advance(1)
    return records


def _note_version(app: Application, content: VersionContent) -> None:
    app.lineage.reads(*artifacts.datasets(content.datasets))
    app.lineage.makes(version_artifact(content))
    app.lineage.notes(digests={f"{content.model_id} {content.version}": content.content_hash})


def begin_validation(desk: Desk, versions: Iterable[VersionRecord], validator: Signer) -> None:
    """Take the versions into validation; one that is being validated already stays there."""
    for record in versions:
        if desk.state().version(*record.key).state in (State.submitted, State.under_review):
            move(desk, *record.key, "begin_validation", validator)


def raise_findings(
    desk: Desk, versions: Iterable[VersionRecord], results: Iterable[TestResult], validator: Signer
) -> int:
    """Raise a finding for every red test that has none, and give the number of new ones."""
    found = tuple(results)
    count = 0
    for record in versions:
        of_model = [result for result in found if result.model_id == record.key[0]]
        count += len(open_findings_for_reds(desk, record.key[1], of_model, validator))
    return count


def conclude(
    desk: Desk, versions: Iterable[VersionRecord], results: tuple[TestResult, ...], report: str, signers: Signers
) -> list[VersionRecord]:
    """Validate each version on the signed report and decide: approved, with conditions, or rejected.

    Open findings become conditions; a finding that the policy says blocks approval is accepted only as a condition,
    and a critical one leads to rejection.
    """
    concluded = []
    for record in versions:
        grounds = Grounds(report_digest=report, results=results)
        if desk.state().version(*record.key).state is State.in_validation:
            move(desk, *record.key, "validate", signers[Role.validator], grounds)
        action, grounds = _decision(desk, record, grounds)
        if desk.state().version(*record.key).state is State.pending_approval:
            move(desk, *record.key, action, signers[Role.approver], grounds)
        concluded.append(desk.state().version(*record.key))
    return concluded


def _decision(desk: Desk, record: VersionRecord, grounds: Grounds) -> tuple[str, Grounds]:
    unsettled = [item for item in desk.state().findings_of(*record.key) if not item.is_settled]
    if not unsettled:
        return "approve", grounds
    if any(item.severity.value == "critical" for item in unsettled):
        return "reject", replace(grounds, reason="a critical finding is open")
    return "approve_with_conditions", replace(grounds, conditions=tuple(item.finding_id for item in unsettled))


def _content(app: Application, desk: Desk, model_id: str) -> VersionContent:
    model = desk.state().model(model_id).model
    versions = [record for key, record in desk.state().versions.items() if key[0] == model_id]
    for record in versions:
        same = version_content(app, model, record.content.version)
        if same.content_hash == record.content.content_hash and record.state is not State.rejected:
            return same
    if not versions:
        return version_content(app, model, metadata.version("plimsoll"))
    numbers = max(tuple(int(part) for part in record.content.version.split(".")) for record in versions)
    return version_content(app, model, ".".join(str(part) for part in (*numbers[:-1], numbers[-1] + 1)))
