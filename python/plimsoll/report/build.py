"""Builds the report as data: the same records give the same document outside its envelope."""

from collections.abc import Mapping
from typing import Any, cast

from plimsoll.report import evidence_sections, opening_sections, stress_section
from plimsoll.report.figure_data import figures
from plimsoll.report.inputs import Envelope, ReportInputs
from plimsoll.vocabulary.digest import digest_of, plain

REPORT_SCHEMA = "plimsoll/report/v1"


def build(inputs: ReportInputs, envelope: Envelope) -> dict[str, Any]:
    """Build ``report.json``.

    Parameters
    ----------
    inputs : ReportInputs
        The records that the report shows.
    envelope : Envelope
        Ids, times, signatures, numbered findings and the extract of the audit log.

    Returns
    -------
    dict
        Plain data that meets ``packs/schemas/report-v1.json``; ``digest`` covers all but ``envelope``, and it is what
        a sign-off signs.
    """
    run = inputs.run
    content: dict[str, Any] = {
        "schema": REPORT_SCHEMA,
        "cover": {
            "title": "Model validation report",
            "models": [_covered(m) for m in inputs.models],
            "valuation_date": run.manifest["valuation_date"],
            "policy_pack": f"{run.plan.policy_pack_id}, revision {run.plan.policy_pack_revision}",
            "overall": run.worst().value,
            "counts": run.counts(),
            "run_digest": run.digest(),
            "roles": dict(inputs.roles),
            "recommendations": [dict(entry) for entry in inputs.recommendations],
        },
        "sections": [
            opening_sections.executive_summary(inputs),
            opening_sections.scope(inputs),
            opening_sections.models(inputs),
            opening_sections.tiering(inputs),
            opening_sections.data(inputs),
            evidence_sections.replication(inputs),
            evidence_sections.outcomes(inputs),
            evidence_sections.sensitivity(inputs),
            stress_section.stress(inputs),
            evidence_sections.findings(inputs),
            evidence_sections.limitations(inputs),
            evidence_sections.tests_in_full(inputs),
            evidence_sections.reproducibility(inputs),
        ],
        "figures": figures(inputs),
        "results": [result.to_dict() for result in run.results],
        "manifest": dict(run.manifest),
        "basis": dict(inputs.basis),
        "plan": run.plan.to_dict(),
    }
    document = cast(dict[str, Any], plain(content))
    return {**document, "digest": digest_of(document), "envelope": cast(dict[str, Any], plain(envelope.to_dict()))}


def _covered(model: Mapping[str, Any]) -> dict[str, Any]:
    return {key: model.get(key) for key in ("model_id", "name", "version", "tier")}


def report_digest(report: dict[str, Any]) -> str:
    """Give the digest of everything in a report but its envelope and its own digest: what a signature stands for."""
    return digest_of({key: value for key, value in report.items() if key not in ("envelope", "digest")})
