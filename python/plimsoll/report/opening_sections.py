"""The sections that say what was validated, for whom, by whom and on which data."""

from collections.abc import Mapping
from typing import Any

from plimsoll.report.blocks import Block, bullets, column, facts, heading, note, open_table, paragraph, section, table
from plimsoll.report.inputs import ReportInputs
from plimsoll.report.wording import roles_in_order, words_of
from plimsoll.vocabulary.testing import Rag, TestResult

_COLOUR_WORDS = {
    Rag.red: "red",
    Rag.amber: "amber",
    Rag.green: "green",
    Rag.not_applicable: "not applicable",
}


def executive_summary(inputs: ReportInputs) -> Block:
    """Give the overall colour, the heat map and what each test that is not green says."""
    run = inputs.run
    counts = run.counts()
    words = ", ".join(f"{counts[rag.value]} {_COLOUR_WORDS[rag]}" for rag in (Rag.green, Rag.amber, Rag.red))
    rest = counts[Rag.not_applicable.value]
    opening = (
        f"{len(run.results)} tests on {len(run.plan.models())} models: {words}"
        f"{f', {rest} not applicable' if rest else ''}. The overall colour is that of the worst test: "
        f"{_COLOUR_WORDS[run.worst()]}."
    )
    open_rows = [_attention_row(r) for r in run.results if r.rag is not Rag.green]
    blocks = [*code_notes(inputs), paragraph(opening), *_recommendations(inputs), _heat_map(inputs)]
    if open_rows:
        columns = [
            column("rag", "Colour", "rag"),
            column("test_id", "Test", "id"),
            column("title", "What it asks"),
            column("reason", "What it found"),
        ]
        blocks.append(table("Tests that are not green", columns, open_rows))
    return section("summary", "1", "Executive summary", blocks)


def code_notes(inputs: ReportInputs) -> list[Block]:
    """Say that other code ran the tests than made this report, where that is so."""
    if not inputs.code_differences:
        return []
    words = (
        "The tests were run by other code than the code that made this report and its figures: run the validation "
        "again before anybody signs. "
    )
    return [note(words + "; ".join(inputs.code_differences) + ".")]


def _recommendations(inputs: ReportInputs) -> list[Block]:
    if not inputs.recommendations:
        return []
    columns = [
        column("model", "Model"),
        column("decision", "Recommendation"),
        column("reason", "Reason"),
        column("conditions", "Conditions"),
    ]
    rows = [
        {
            "model": inputs.model_name(entry["model_id"]),
            "decision": words_of(entry["decision"]),
            "reason": entry["reason"],
            "conditions": "; ".join(_condition(condition) for condition in entry["conditions"]) or "none",
        }
        for entry in inputs.recommendations
    ]
    validator = inputs.roles.get("validator", "the validator")
    words = (
        f"Recommended by {validator}, whose signature covers these lines. The decision is the approver's: it stands in "
        "the audit log, and no model is in use without it."
    )
    return [table("Recommendation for each model", columns, rows), paragraph(words)]


def _condition(condition: Mapping[str, Any]) -> str:
    name = f"{condition['test_id']} {condition['title']}".strip()
    return f"{name} ({condition['severity']}): remedied and verified within {condition['due_days']} days"


def _attention_row(result: TestResult) -> dict[str, Any]:
    return {
        "rag": result.rag.value,
        "test_id": result.test_id,
        "title": result.title,
        "reason": result.reason,
    }


def _heat_map(inputs: ReportInputs) -> Block:
    rows = [
        {
            "model_id": model_id,
            "name": inputs.model_name(model_id),
            "cells": [
                {"test_id": r.test_id, "title": r.title, "rag": r.rag.value}
                for r in inputs.run.results
                if r.model_id == model_id
            ],
        }
        for model_id in inputs.run.plan.models()
    ]
    return {"kind": "heat_map", "caption": "Colour of every test, by model", "rows": rows}


def scope(inputs: ReportInputs) -> Block:
    """Give the plan, what was waived, and who is independent of whom."""
    plan = inputs.run.plan
    waived: list[Block] = (
        [open_table("Waived tests", [entry.to_dict() for entry in plan.waived])]
        if plan.waived
        else [paragraph("No required test is waived.")]
    )
    missing = [
        "Section numbers follow the house's full standard; those that are missing here are not part of this edition.",
        "Explainability and fairness: none of the three models is learned from data about persons.",
        "Post-model adjustments: none is recorded.",
        "Monitoring plan: monitoring is not part of this edition.",
        "Change log against an earlier validation: this report is not compared with an earlier one.",
    ]
    return section(
        "scope",
        "2",
        "Scope, plan and independence",
        [
            facts(
                {
                    "Policy pack": f"{plan.policy_pack_id}, revision {plan.policy_pack_revision}",
                    "Digest of the pack": plan.policy_pack_digest,
                    "Digest of the catalogue": plan.catalogue_digest,
                    "Digest of the plan": plan.digest(),
                }
            ),
            *(_required_tests(inputs, model_id) for model_id in plan.models()),
            *waived,
            heading("Independence"),
            paragraph(
                "Developer, validator and approver are three persons with three keys; the system refuses a sign-off "
                "in which any two of them are the same."
            ),
            facts({role.capitalize(): name for role, name in roles_in_order(inputs.roles)}),
            heading("Not covered"),
            bullets(missing),
        ],
    )


def _required_tests(inputs: ReportInputs, model_id: str) -> Block:
    columns = [
        column("test_id", "Test", "id"),
        column("rev", "Rev.", "integer"),
        column("title", "Title"),
        column("question", "Question"),
        column("source", "Source"),
    ]
    definitions = [planned.definition for planned in inputs.run.plan.tests if planned.model_id == model_id]
    rows = [{entry["key"]: getattr(definition, entry["key"]) for entry in columns} for definition in definitions]
    return table(f"Required tests: {inputs.model_name(model_id)}", columns, rows)


def models(inputs: ReportInputs) -> Block:
    """Describe each model: purpose, uses, assumptions, limits, dependencies."""
    blocks: list[Block] = []
    for model in inputs.models:
        blocks.append(heading(str(model["name"])))
        blocks.append(paragraph(str(model["purpose"])))
        blocks.append(
            facts(
                {
                    "Id": model["model_id"],
                    "Version": model.get("version"),
                    "Class": model["model_class"],
                    "Owner": model["owner"],
                    "Developer": model["developer"],
                }
            )
        )
        for key, label in (
            ("uses_allowed", "Allowed uses"),
            ("uses_prohibited", "Prohibited uses"),
            ("assumptions", "Assumptions"),
            ("limits", "Limits"),
        ):
            blocks.extend([{"kind": "subheading", "text": label}, bullets([str(item) for item in model[key]])])
        if model["dependencies"]:
            columns = [column("kind", "Kind"), column("target", "On", "id"), column("materiality", "If it failed")]
            rows = [{key: words_of(value) for key, value in entry.items()} for entry in model["dependencies"]]
            blocks.append(table(f"What {model['name']} depends on", columns, rows))
    return section("models", "3", "Models, purpose and uses", blocks)


def tiering(inputs: ReportInputs) -> Block:
    """Give exposure, purpose and tier of each model."""
    columns = [
        column("name", "Model"),
        column("exposure", "Exposure"),
        column("exposure_measure", "Measured by"),
        column("purpose_class", "Purpose"),
        column("tier", "Tier"),
    ]
    return section(
        "tiering",
        "4",
        "Tiering",
        [
            paragraph("The tier follows from exposure and purpose by the matrix of the policy pack."),
            table("Tier of each model", columns, inputs.models),
        ],
    )


def data(inputs: ReportInputs) -> Block:
    """Give lineage and quality of the data, and every quantity that is assumed."""
    columns = [
        column("dataset", "Dataset", "id"),
        column("description", "What it is"),
        column("rows", "Rows", "integer"),
        column("first_date", "From", "id"),
        column("last_date", "To", "id"),
        column("price_basis", "Prices"),
        column("licence", "Licence"),
        column("logical_digest", "Logical digest", "digest"),
    ]
    rows = [{**manifest, "licence": _licence(manifest)} for manifest in inputs.datasets]
    blocks: list[Block] = [table("Datasets and where they come from", columns, rows)]
    adjusted = [str(m["dataset"]) for m in inputs.datasets if str(m.get("price_basis", "")).lower() == "adjusted"]
    if adjusted:
        blocks.append(
            note(
                f"ADJUSTED prices: {', '.join(adjusted)}. Closes are adjusted for splits and dividends; no dividend is "
                "put on them, and a rule that hinges on a price level is flagged where it applies."
            )
        )
    if inputs.quality:
        blocks.append(_quality(inputs))
    if inputs.assumptions:
        blocks.append(heading("Assumed inputs"))
        blocks.append(open_table("Inputs and whether they were observed", inputs.assumptions))
    return section("data", "5", "Data: lineage, quality and assumptions", blocks)


def _licence(manifest: Mapping[str, Any]) -> Any:
    origin = manifest.get("origin")
    return origin.get("licence") if isinstance(origin, Mapping) else manifest.get("licence")


def _quality(inputs: ReportInputs) -> Block:
    columns = [
        column("dataset", "Dataset", "id"),
        column("gaps", "Missing days", "count"),
        column("duplicates", "Duplicates", "count"),
        column("off_calendar", "Off calendar", "count"),
        column("out_of_order", "Out of order", "count"),
        column("breaches", "Breaches of the quality pack", "list"),
    ]
    rows = [
        {**found, "breaches": [str(item).replace("_", " ") for item in found["breaches"]]} for found in inputs.quality
    ]
    return table("Quality of the data", columns, rows)
