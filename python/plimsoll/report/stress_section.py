"""The section on stress: what each scenario does to each book, whom it hits, how far spots may move, what is assumed."""

from collections.abc import Mapping, Sequence
from typing import Any

from plimsoll.report.blocks import Block, column, facts, figure, heading, note, paragraph, section, table
from plimsoll.report.inputs import Plain, ReportInputs

_STATUSES = (
    "Status of a scenario, as its source has it: V recomputed from daily price files or official closing data, S from a "
    "secondary source, M standard in the field and still to be checked, U not known, design chosen and never observed."
)
_HOW = (
    "Every scenario is applied at once to the snapshot of the book's date; every position is then valued in full, not by "
    "Greeks, and every account is margined anew. Profits are in US dollars, a loss is negative. Called: the account lacks "
    "maintenance margin. Shortfall: its equity is below zero, which the broker would lose. Loss over margin: the loss "
    "beyond the margin that stood before, which is equity less excess: the maintenance requirement without the premium of "
    "written options, which equity owes already, and with the value of options that are paid in full."
)
_ROUNDED = (
    "A profit is rounded to the cent by position, and so are the values that equity is the sum of: equity before, profit "
    "and equity after add up to within one cent for each position of the account."
)
_ASSUMED = (
    "ASSUMED: implied volatilities and how they move. No quotes are stored; where the source gives VIX, its relative move is "
    "put on every underlying, elsewhere the assumed volatility's own. Spot moves of historical scenarios are computed from "
    "the stored closes of the window, those of stocks with their dividends; 1987, 2024 and 2025 lie outside of them: the index "
    "moves as published, and every stock is taken to move with it."
)


def stress(inputs: ReportInputs) -> Block:
    """Show the scenarios by book, the worst one of each account, the reverse stress, and what was not applied."""
    runs = inputs.stress
    if not runs:
        return section(
            "stress", "10", "Stress", [paragraph("No stress run is on record for the books of this report.")]
        )
    blocks = [
        paragraph(_HOW),
        *(facts(_facts(run)) for run in runs),
        figure("stress"),
        _scenarios(runs),
        paragraph(_STATUSES),
        note(_ASSUMED),
    ]
    for run in runs:
        blocks.extend([heading(f"{run['book_id']} by account"), _accounts(run), note(_ROUNDED)])
    blocks.extend(_missed(runs))
    return section("stress", "10", "Stress", blocks)


def _facts(run: Plain) -> dict[str, Any]:
    outside = sum(scenario["outside_range"] for scenario in run["scenarios"])
    return {
        "Book": f"{run['book_id']} on {run['valuation_date']}",
        "Scenarios applied": len(run["scenarios"]),
        "Worst scenario of the book": _worst(run),
        "Accounts that some scenario leaves below zero": ", ".join(run["accounts_in_shortfall"]) or "none",
        "Positions that some scenario could not value": len(run["positions_not_valued"]),
        **_refused(run),
        "Options valued outside the validated range, over all scenarios": outside,
        "Method": ", ".join(f"{name} {value}" for name, value in sorted(run["method"].items())),
    }


def _refused(run: Plain) -> dict[str, str]:
    # A run that an earlier version kept knows of no refused scenario.
    refused = run.get("scenarios_refused", ())
    words = "; ".join(f"{s['scenario_id']}: {s['refusal']['field']}, {s['refusal']['value']}" for s in refused)
    return {"Scenarios refused": words} if words else {}


def _worst(run: Plain) -> str:
    return (
        "none applies" if run["worst_profit"] is None else f"{run['worst_scenario']}, {_whole(run['worst_profit'])} USD"
    )


def _whole(amount: str) -> str:
    return f"{float(amount):,.0f}".replace("-", "−")


def _scenarios(runs: Sequence[Plain]) -> Block:
    columns = [column("scenario_id", "Scenario", "id"), column("name", "Name"), column("status", "Status")]
    rows: dict[str, dict[str, Any]] = {}
    for place, run in enumerate(runs):
        book = run["book_id"]
        columns += [
            column(f"profit_{place}", f"{book}: profit, USD", "money"),
            column(f"worst_{place}", f"{book}: worst account"),
            column(f"short_{place}", f"{book}: in shortfall"),
        ]
        for scenario in run["scenarios"]:
            row = rows.setdefault(
                scenario["scenario_id"], {name: scenario[name] for name in ("scenario_id", "name", "status")}
            )
            row[f"profit_{place}"] = scenario["profit"]
            row[f"worst_{place}"] = f"{scenario['worst_account']} {_whole(scenario['worst_account_profit'])}"
            hindsight = " (hindsight)" if scenario["hindsight"] else ""
            row[f"short_{place}"] = (", ".join(scenario["accounts_in_shortfall"]) or "none") + hindsight
    caption = "Each scenario on each book; hindsight: the episode lies after the book's date"
    return table(caption, columns, list(rows.values()))


def _accounts(run: Plain) -> Block:
    columns = [
        column("account_id", "Account", "id"),
        column("scenario", "Worst scenario", "id"),
        column("profit", "Profit, USD", "money"),
        column("excess", "Excess then, USD", "money"),
        column("shortfall", "Shortfall, USD", "money"),
        column("loss_over_margin", "Loss over margin, USD", "money"),
        column("down", "Called when spots fall by", "percent"),
        column("up", "Called when spots rise by", "percent"),
    ]
    moves = {row["account_id"]: _distance(row) for row in run["reverse"]}
    rows = [{**row, **moves.get(row["account_id"], {})} for row in run["worst_by_account"]]
    caption = f"{run['book_id']}: the worst scenario of each account"
    if run["search"]:
        caption += (
            ", and the reverse stress in its first form: the nearest move of all spots together that leaves no excess; 0 "
            "where the account is called already, empty where the search found none between a fall of "
            f"{-run['search']['lowest']:.0%} and a rise of {run['search']['highest']:.0%}"
        )
    return table(caption, columns, rows)


def _distance(row: Mapping[str, Any]) -> dict[str, float | None]:
    if row["nearest"] == 0.0:
        return {"down": 0.0, "up": 0.0}
    return {side: None if row[side] is None else abs(row[side]) for side in ("down", "up")}


def _missed(runs: Sequence[Plain]) -> list[Block]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for run in runs:
        for scenario in (*run["scenarios"], *run["not_applicable"]):
            for missed in scenario["not_applied"]:
                key = (scenario["scenario_id"], missed["factor"])
                found.setdefault(key, {"scenario_id": scenario["scenario_id"], **missed})
    if not found:
        return []
    columns = [
        column("scenario_id", "Scenario", "id"),
        column("factor", "Factor"),
        column("move", "Move"),
        column("status", "Status"),
        column("why", "Why it was not applied"),
    ]
    return [heading("Moves that were not applied"), table("Named, never taken as zero", columns, list(found.values()))]


def figure_data(inputs: ReportInputs) -> dict[str, Any] | None:
    """Give what the figure of the section shows; None without a stress run."""
    if not inputs.stress:
        return None
    books = [
        {
            "book_id": run["book_id"],
            "rows": [
                {"scenario": s["scenario_id"], "profit": float(s["profit"]), "short": len(s["accounts_in_shortfall"])}
                for s in run["scenarios"]
            ],
        }
        for run in inputs.stress
    ]
    worst = "; ".join(f"{run['book_id']} {run['worst_scenario']}" for run in inputs.stress)
    return {
        "id": "stress",
        "kind": "stress",
        "title": "Profit of each book under each scenario",
        "caption": "US dollars, full revaluation; the number beside a bar counts the accounts whose equity falls below zero.",
        "alt": f"Bars of profit by scenario and book. Worst: {worst}.",
        "data": {"books": books},
    }
