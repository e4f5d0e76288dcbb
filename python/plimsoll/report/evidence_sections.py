"""The sections that show what was found: replication, backtests, margin, sensitivity, findings, and the tests in full."""

from collections.abc import Iterable, Mapping
from typing import Any

from plimsoll.report.blocks import (
    Block,
    bullets,
    column,
    facts,
    figure,
    heading,
    note,
    open_table,
    paragraph,
    section,
    table,
)
from plimsoll.report.inputs import ReportInputs
from plimsoll.report.opening_sections import code_notes
from plimsoll.vocabulary.testing import TestResult


def found(inputs: ReportInputs, test_id: str) -> list[TestResult]:
    """Give the results of one test, on whatever models it ran."""
    return [result for result in inputs.run.results if result.test_id == test_id]


def replication(inputs: ReportInputs) -> Block:
    """Show the replication by the unrelated method and the agreement of our own methods."""
    blocks: list[Block] = []
    for result in found(inputs, "VAL-REP-01"):
        blocks.append(_result_line(result))
        if not result.detail:
            continue
        blocks.append(figure("replication"))
        blocks.append(_replication_table("Difference from QuantLib, all options", result.detail["table"]))
        blocks.append(_replication_table("The same by kind of dividend", result.detail["groups"]))
        blocks.extend(_worst_case(case) for case in result.detail["worst_cases"])
        blocks.extend(
            [paragraph(str(case["explanation"])) for case in result.detail["worst_cases"] if case["explanation"]]
        )
        failures = result.detail["challenger_failures"]
        blocks.append(
            open_table("Options on which QuantLib itself failed", failures)
            if failures
            else paragraph("QuantLib gave a price for every option.")
        )
    for test_id, caption in (
        ("VAL-AGR-01", "Agreement of our own methods"),
        ("MR-REP-01", "Value at risk of stock-only accounts computed again"),
    ):
        blocks.extend(_shown(found(inputs, test_id), caption))
    return section("replication", "7", "Replication and implementation", blocks)


def _replication_table(caption: str, rows: Iterable[Mapping[str, Any]]) -> Block:
    columns = [
        column("method", "Our method"),
        column("n", "Options", "integer"),
        column("p50_units", "Median, units", "fixed4"),
        column("p99_units", "p99, units", "fixed4"),
        column("max_units", "Largest, units", "fixed4"),
        column("p99_price", "p99, price", "scientific"),
        column("max_price", "Largest, price", "scientific"),
    ]
    return table(caption, columns, list(rows))


def _worst_case(case: Mapping[str, Any]) -> Block:
    option = case["option"]
    dividends = option["dividends"]
    pairs = {
        f"Worst case of the {case['method']}": f"{option['option_type']}, spot {option['spot']:.4f}, "
        f"strike {option['strike']:g}, {option['days']} days",
        "Market": f"volatility {option['volatility']:.2%}, rate {option['rate']:.2%}, "
        f"yield {option['dividend_yield']:.2%}, {len(dividends)} cash dividends"
        + (f" of {dividends[0]['amount']:.4f}" if dividends else ""),
        "Our price": f"{case['ours']:.6f}",
        f"{case['challenger_method']}": f"{case['challenger']:.6f}",
        f"{case['third_method']}": "failed" if case["third"] is None else f"{case['third']:.6f}",
        "Difference in tolerance units": f"{case['units']:.4f}",
    }
    return facts(pairs)


def outcomes(inputs: ReportInputs) -> Block:
    """Show valuation totals, the backtests of the risk model and the margin replay."""
    blocks: list[Block] = _summary("Valuation of the book", inputs.valuation)
    blocks.extend(_outside_range(inputs))
    if inputs.backtests:
        blocks.append(heading("Backtests of value at risk and expected shortfall"))
        blocks.extend([figure("backtest"), figure("exceptions")])
    blocks.extend(_summary("Risk", inputs.risk))
    shown: list[Any] = []
    for test_id in ("MR-APX-01", "MR-VAR-01", "MR-VAR-02", "MR-VAR-03", "MR-VAR-04", "MR-ES-01"):
        blocks.extend(_shown(found(inputs, test_id), "", shown))
    blocks.extend(_summary("Margin", inputs.margin))
    if inputs.margin_replays:
        blocks.extend([heading("Margin through 2008 and 2020"), figure("margin_replay")])
    for test_id in ("IM-GLD-01", "IM-MAX-01", "IM-TRE-01", "IM-COV-01"):
        blocks.extend(_shown(found(inputs, test_id), ""))
    return section("outcomes", "8", "Outcomes: valuation, backtests, margin", blocks)


def _outside_range(inputs: ReportInputs) -> list[Block]:
    rows = inputs.outside_range
    if not rows:
        return []
    outside = sum(int(row["outside"]) for row in rows)
    words = (
        "Outside the range that the option valuation was validated in, values carry a flag and rest on no evidence of this "
        "report."
        if outside
        else "Every option was valued inside the validated range."
    )
    return [open_table("Valued outside the validated range", rows), note(words) if outside else paragraph(words)]


def _summary(label: str, summary: Mapping[str, Any]) -> list[Block]:
    if not summary:
        return []
    blocks = [heading(label)]
    if summary.get("facts"):
        blocks.append(facts(summary["facts"]))
    blocks.extend(open_table(str(entry["caption"]), entry["rows"]) for entry in summary.get("tables", ()))
    blocks.extend(note(str(text)) for text in summary.get("notes", ()))
    return blocks


def sensitivity(inputs: ReportInputs) -> Block:
    """Show limits, convergence, Greeks, extremes and determinism."""
    blocks: list[Block] = []
    for test_id in ("VAL-LIM-01", "VAL-CNV-01", "VAL-GRK-01", "VAL-GRK-02", "VAL-STR-01", "VAL-DET-01"):
        blocks.extend(_shown(found(inputs, test_id), ""))
        if test_id == "VAL-CNV-01" and any(result.detail for result in found(inputs, test_id)):
            blocks.append(figure("convergence"))
    return section("sensitivity", "9", "Limits, convergence, sensitivity, extremes", blocks)


def findings(inputs: ReportInputs) -> Block:
    """Give the finding that each red test calls for."""
    severities = {
        (entry["model_id"], condition["test_id"]): condition["severity"]
        for entry in inputs.recommendations
        for condition in entry["conditions"]
    }
    drafts = [
        {
            **draft.to_dict(),
            "model": inputs.model_name(draft.model_id),
            "severity": severities.get((draft.model_id, draft.test_id), draft.severity),
        }
        for draft in inputs.run.draft_findings
    ]
    if not drafts:
        return section("findings", "13", "Findings", [paragraph("No test is red, so this run calls for no finding.")])
    columns = [
        column("severity", "Severity"),
        column("model", "Model"),
        column("test_id", "Test", "id"),
        column("title", "Title"),
        column("description", "Description"),
    ]
    blocks = [
        paragraph("Each red test has a finding. Their numbers, owners and due dates stand in the envelope."),
        table("Findings of this run", columns, drafts),
    ]
    return section("findings", "13", "Findings", blocks)


def limitations(inputs: ReportInputs) -> Block:
    """Repeat what the models may not be used for, and what this validation did not see."""
    blocks: list[Block] = []
    for model in inputs.models:
        blocks.append(heading(str(model["name"])))
        blocks.append(
            bullets([*(str(item) for item in model["uses_prohibited"]), *(str(item) for item in model["limits"])])
        )
    unseen = [
        f"{result.test_id} {result.title}: {result.reason}"
        for result in inputs.run.results
        if result.rag.value == "not_applicable"
    ]
    if unseen:
        blocks.extend([heading("Not measured"), bullets(unseen)])
    return section("limitations", "15", "Use conditions and limitations", blocks)


def tests_in_full(inputs: ReportInputs) -> Block:
    """Give every test with its statistic, thresholds, colour, number of cases and evidence."""
    columns = [
        column("test_id", "Test", "id"),
        column("rev", "Rev.", "integer"),
        column("rag", "Colour", "rag"),
        column("statistic", "Statistic"),
        column("value", "Value", "significant"),
        column("unit", "Unit"),
        column("n", "n", "integer"),
        column("thresholds", "Thresholds in force", "thresholds"),
        column("reason", "Reason"),
        column("output_digest", "Digest of the result", "digest"),
    ]
    digests = inputs.run.output_digests()
    rows = [
        {**result.to_dict(), "output_digest": digests[f"{result.model_id}/{result.test_id}"]}
        for result in inputs.run.results
    ]
    tables = [
        table(inputs.model_name(model_id), columns, [row for row in rows if row["model_id"] == model_id])
        for model_id in inputs.run.plan.models()
    ]
    return section("tests", "A", "Every test in full", tables)


def reproducibility(inputs: ReportInputs) -> Block:
    """Give the manifest that a replay starts from."""
    manifest = inputs.run.manifest
    environment = {
        label.replace("_", " ").capitalize(): value for label, value in sorted(manifest["environment"].items())
    }
    digests = [{"input": name, "digest": digest} for name, digest in sorted(manifest["inputs"].items())]
    blocks = [
        *code_notes(inputs),
        facts({"Valuation date": manifest["valuation_date"], "Threads": manifest["threads"], **environment}),
        facts({"Digest of the run": inputs.run.digest()}),
        table("Inputs by digest", [column("input", "Input", "code"), column("digest", "Digest", "code")], digests),
        {"kind": "replay_command"},
    ]
    return section("reproducibility", "B", "Reproducibility", blocks)


def _shown(results: list[TestResult], caption: str, seen: list[Any] | None = None) -> list[Block]:
    """Show results with the tables of their detail; a table that was ``seen`` under an earlier result is not repeated."""
    blocks: list[Block] = []
    seen = [] if seen is None else seen
    for result in results:
        blocks.append(_result_line(result))
        for key, rows in sorted(result.detail.items(), key=lambda entry: (entry[0] != "table", entry[0])):
            if isinstance(rows, list | tuple) and rows and isinstance(rows[0], Mapping) and rows not in seen:
                seen.append(rows)
                title = caption or f"{result.test_id} by case"
                blocks.append(
                    open_table(title if key == "table" else f"{result.test_id}: {key.replace('_', ' ')}", rows)
                )
    return blocks


def _result_line(result: TestResult) -> Block:
    return {
        "kind": "result",
        "test_id": result.test_id,
        "title": result.title,
        "rag": result.rag.value,
        "statistic": result.statistic,
        "value": result.value,
        "unit": result.unit,
        "n": result.n,
        "thresholds": dict(result.thresholds),
        "reason": result.reason,
    }
