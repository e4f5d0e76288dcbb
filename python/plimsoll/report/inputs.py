"""The records that a report is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plimsoll.validation.inputs import BacktestSeries, MarginReplay
from plimsoll.validation.run import ValidationRun

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What differs between two runs of the same thing: ids, times, signatures. Nothing outside depends on it."""

    report_id: str
    run_id: str
    generated_at: str
    started_at: str = ""
    finished_at: str = ""
    signatures: tuple[Plain, ...] = ()
    findings: tuple[Plain, ...] = ()
    audit: tuple[Plain, ...] = ()
    audit_head: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "report_id": self.report_id,
            "run_id": self.run_id,
            "generated_at": self.generated_at,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "signatures": [dict(entry) for entry in self.signatures],
            "findings": [dict(entry) for entry in self.findings],
            "audit": [dict(entry) for entry in self.audit],
            "audit_head": self.audit_head,
        }


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days that a figure shows in full."""

    name: str
    first: str
    last: str


CRISES = (Window("2008", "2008-07-01", "2009-06-30"), Window("2020", "2020-01-02", "2020-12-31"))


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """Everything that goes into a report, as the records of the other packages have it.

    Parameters
    ----------
    run : ValidationRun
        The results.
    models : tuple of mappings
        Inventory records; each may hold ``tier`` and ``tier_reason`` beside the fields of the inventory.
    datasets, quality : tuple of mappings
        Manifests and quality reports.
    assumptions : tuple of mappings
        ``quantity``, ``value``, ``status`` (ASSUMED or OBSERVED), ``source``.
    roles : mapping
        ``developer``, ``validator``, ``approver``: the names of the roster.
    valuation, risk, margin : mappings
        Summaries: ``facts`` (label to value) and ``tables`` (``caption``, ``rows``).
    backtests, margin_replays : tuples
        What the figures show day by day.
    recommendations : tuple of mappings
        For each model ``model_id``, ``decision``, ``reason`` and ``conditions``: what the validator recommends.
    outside_range : tuple of mappings
        How much was valued outside the validated range, a row a stretch of time.
    basis : mapping
        Which prices are adjusted and what is assumed.
    stress : tuple of mappings
        The stress run of each book, as recorded.
    code_differences : tuple of str
        What differs between the code of the run and the code that builds the report, a line each.
    focus_accounts : tuple of pairs
        The accounts whose profits and forecasts are drawn, each with what it holds, in words; the first one if empty.
    """

    run: ValidationRun
    models: tuple[Plain, ...]
    datasets: tuple[Plain, ...] = ()
    quality: tuple[Plain, ...] = ()
    assumptions: tuple[Plain, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    valuation: Plain = field(default_factory=dict)
    risk: Plain = field(default_factory=dict)
    margin: Plain = field(default_factory=dict)
    backtests: tuple[BacktestSeries, ...] = ()
    margin_replays: tuple[MarginReplay, ...] = ()
    recommendations: tuple[Plain, ...] = ()
    outside_range: tuple[Plain, ...] = ()
    basis: Plain = field(default_factory=dict)
    stress: tuple[Plain, ...] = ()
    code_differences: tuple[str, ...] = ()
    focus_accounts: tuple[tuple[str, str], ...] = ()

    def model_name(self, model_id: str) -> str:
        """Give a model's name, its id where the inventory has none."""
        return next((str(model["name"]) for model in self.models if model["model_id"] == model_id), model_id)
