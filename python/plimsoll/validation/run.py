"""Runs a plan: every test measured, coloured and recorded; a red with the draft of a finding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.outcome import DraftFinding, Outcome, draft_finding, grade
from plimsoll.validation.plan import Plan, PlannedTest
from plimsoll.vocabulary.clock import Clock
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken, PlimsollError
from plimsoll.vocabulary.ids import IdSource
from plimsoll.vocabulary.progress import Progress
from plimsoll.vocabulary.testing import Rag, TestResult

RUN_SCHEMA = "plimsoll/validation-run/v1"
_PROCEDURES = "plimsoll.validation.procedures"

Procedure = Callable[[TestDefinition, Context], Outcome]


@dataclass(frozen=True, slots=True)
class ValidationRun:
    """One run of a plan. Everything but the envelope is the same whenever the same inputs are run again."""

    run_id: str
    started_at: str
    finished_at: str
    plan: Plan
    manifest: Mapping[str, Any]
    results: tuple[TestResult, ...]
    draft_findings: tuple[DraftFinding, ...]

    def output_digests(self) -> dict[str, str]:
        """Give the digest of each result, by model and test."""
        return {f"{result.model_id}/{result.test_id}": digest_of(result.to_dict()) for result in self.results}

    def basis(self) -> dict[str, Any]:
        """Say what the results rest on: adjusted prices, and what is assumed."""
        return dict(self.manifest.get("basis", {}))

    def worst(self) -> Rag:
        """Give the worst colour among the results; not applicable only if nothing else is there."""
        colours = {result.rag for result in self.results}
        return next((rag for rag in (Rag.red, Rag.amber, Rag.green) if rag in colours), Rag.not_applicable)

    def counts(self) -> dict[str, int]:
        """Count the results by colour."""
        return {rag.value: sum(1 for result in self.results if result.rag is rag) for rag in Rag}

    def content(self) -> dict[str, Any]:
        """Give all but the envelope as plain data."""
        # A record from before there was a basis keeps the digest that it was made with.
        basis = {"basis": self.basis()} if "basis" in self.manifest else {}
        return {
            **basis,
            "schema": RUN_SCHEMA,
            "plan": self.plan.to_dict(),
            "manifest": dict(self.manifest),
            "results": [result.to_dict() for result in self.results],
            "output_digests": self.output_digests(),
            "draft_findings": [finding.to_dict() for finding in self.draft_findings],
        }

    def digest(self) -> str:
        """Give the digest of all but the envelope."""
        return digest_of(self.content())

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        envelope = {"run_id": self.run_id, "started_at": self.started_at, "finished_at": self.finished_at}
        return {**self.content(), "envelope": envelope, "digest": self.digest()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "ValidationRun":
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        IntegrityBroken
            If the content does not have the digest that stands beside it.
        """
        envelope = data["envelope"]
        stored = cls(
            run_id=envelope["run_id"],
            started_at=envelope["started_at"],
            finished_at=envelope["finished_at"],
            plan=Plan.from_dict(data["plan"]),
            manifest=dict(data["manifest"]),
            results=tuple(TestResult.from_dict(result) for result in data["results"]),
            draft_findings=tuple(DraftFinding.from_dict(finding) for finding in data["draft_findings"]),
        )
        if stored.digest() != data["digest"]:
            raise IntegrityBroken(
                "run_record_changed",
                field="digest",
                value=stored.digest(),
                allowed=str(data["digest"]),
                fix="restore the run record from its archive",
            )
        return stored


def run(plan: Plan, context: Context, clock: Clock, ids: IdSource, progress: Progress) -> ValidationRun:
    """Run every test of a plan.

    Parameters
    ----------
    plan : Plan
        What to run.
    context : Context
        What to run it on.
    clock, ids
        Time and run id; both end up in the envelope only.
    progress : Progress
        Hears of every finished test.

    Returns
    -------
    ValidationRun
        One result per planned test, in order. A procedure that fails with a typed error gives a red result with the
        error as its reason: a test that could not be run is no evidence of anything good.
    """
    started_at = clock.now().isoformat()
    progress.stage("validation", len(plan.tests))
    results, findings = [], []
    for planned in plan.tests:
        result = _run_one(planned, context)
        results.append(result)
        if result.rag is Rag.red:
            findings.append(draft_finding(planned.definition, result))
        progress.advance(1)
    progress.done()
    return ValidationRun(
        run_id=ids.next("VAL"),
        started_at=started_at,
        finished_at=clock.now().isoformat(),
        plan=plan,
        manifest=context.manifest(plan.digest()),
        results=tuple(results),
        draft_findings=tuple(findings),
    )


def status(validation_run: ValidationRun) -> dict[str, Any]:
    """Sum up a run: counts by colour, the worst colour, and what each red and each not-applicable test says."""
    return {
        "run_id": validation_run.run_id,
        "digest": validation_run.digest(),
        "overall": validation_run.worst().value,
        "counts": validation_run.counts(),
        "open": [
            {"model_id": result.model_id, "test_id": result.test_id, "rag": result.rag.value, "reason": result.reason}
            for result in validation_run.results
            if result.rag in (Rag.red, Rag.amber, Rag.not_applicable)
        ],
        "draft_findings": len(validation_run.draft_findings),
        "waived": [waived.to_dict() for waived in validation_run.plan.waived],
    }


def exit_code(validation_run: ValidationRun) -> int:
    """Give the exit code of a run: 1 if a test is red, else 0."""
    return 1 if validation_run.worst() is Rag.red else 0


def _run_one(planned: PlannedTest, context: Context) -> TestResult:
    try:
        outcome = _procedure(planned.definition)(planned.definition, context)
    except PlimsollError as error:
        return _failed(planned, error)
    return grade(planned.definition, planned.scale_override, planned.model_id, outcome)


def _procedure(definition: TestDefinition) -> Procedure:
    """Find the procedure ``module.function`` that the catalogue names."""
    module_name, _, function_name = definition.procedure.partition(".")
    path = f"{_PROCEDURES}.{module_name}"
    try:
        module = import_module(path)
    except ModuleNotFoundError as error:
        if error.name != path:
            raise  # the procedure is there; something that it needs is not
        raise _unknown_procedure(definition) from error
    if not hasattr(module, function_name):
        raise _unknown_procedure(definition)
    procedure: Procedure = getattr(module, function_name)
    return procedure


def _unknown_procedure(definition: TestDefinition) -> BadInput:
    return BadInput(
        "unknown_procedure",
        field=f"{definition.test_id}.procedure",
        value=definition.procedure,
        allowed="module.function inside plimsoll.validation.procedures",
        fix="correct the catalogue",
    )


def _failed(planned: PlannedTest, error: PlimsollError) -> TestResult:
    definition = planned.definition
    scale = definition.scale if planned.scale_override is None else planned.scale_override
    return TestResult(
        test_id=definition.test_id,
        rev=definition.rev,
        title=definition.title,
        model_id=planned.model_id,
        statistic=definition.statistic,
        value=None,
        unit=definition.unit,
        n=0,
        thresholds={**scale.to_dict(), "origin": "catalogue" if planned.scale_override is None else "policy pack"},
        rag=Rag.red,
        reason=f"the test could not be run: {error}",
    )
