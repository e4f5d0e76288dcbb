"""Small records of the shape that the other packages make: enough days, accounts and tests for every section."""

import math
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from plimsoll.report.inputs import Envelope, ReportInputs
from plimsoll.validation.catalogue import load_catalogue
from plimsoll.validation.inputs import BacktestSeries, MarginDay, MarginReplay
from plimsoll.validation.outcome import Measurement, NotApplicable, Outcome, draft_finding, grade
from plimsoll.validation.plan import Plan, plan
from plimsoll.validation.recommendation import Condition, recommend
from plimsoll.validation.run import ValidationRun
from plimsoll.vocabulary.testing import Rag

MODELS = {
    "american-option-valuation": ("VAL-REP-01", "VAL-LIM-01", "VAL-CNV-01", "VAL-DET-01"),
    "fhs-var-es": ("MR-VAR-01", "MR-VAR-02", "MR-ES-01"),
    "strategy-margin": ("IM-GLD-01", "IM-COV-01"),
}


def sample_plan() -> Plan:
    pack = {"pack_id": "sample", "revision": 1, "required_tests": {m: list(t) for m, t in MODELS.items()}}
    return plan(pack, load_catalogue())


def _replication() -> Measurement:
    option = {
        "option_type": "call",
        "spot": 158.0,
        "strike": 100.0,
        "days": 1081,
        "volatility": 1.34,
        "rate": 0.071,
        "dividend_yield": 0.144,
        "dividends": [{"ex_date": "2008-10-01", "amount": 1.5}],
    }
    edges = [0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 0.5]
    common = {"p50_units": 0.0012, "p99_price": 0.018, "max_price": 0.0179, "n": 512, "histogram_edges": edges}
    table = [
        {
            **common,
            "method": "tree",
            "p99_units": 0.031,
            "max_units": 0.044,
            "histogram": [2, 8, 40, 190, 220, 52, 0, 0],
        },
        {
            **common,
            "method": "grid",
            "p99_units": 0.022,
            "max_units": 0.038,
            "histogram": [4, 10, 60, 210, 200, 28, 0, 0],
        },
    ]
    case = {
        "method": "tree",
        "option": option,
        "ours": 102.1840,
        "challenger": 102.2019,
        "challenger_method": "QuantLib QdFp, high precision",
        "third_method": "QuantLib finite differences",
        "third": 102.2012,
        "units": 0.044,
        "explanation": "The third opinion sides with the challenger.",
    }
    return Measurement(
        0.031,
        512,
        "99th percentile 0.0310",
        detail={"table": table, "groups": table, "worst_cases": [case], "challenger_failures": []},
    )


def _convergence() -> Measurement:
    rows = [
        {
            "method": f"{method} {exercise}",
            "theory": order,
            "observed": order + 0.03,
            "shortfall": 0.0,
            "steps": [51, 101, 201, 401],
            "differences": [0.01 * 2.0 ** (-order * k) for k in range(4)],
        }
        for method in ("tree", "grid")
        for exercise, order in (("european", 2.0), ("american", 1.0))
    ]
    return Measurement(0.0, 24, "at theory", detail={"table": rows})


def outcomes() -> dict[str, Outcome]:
    table = {"table": [{"account_id": "A01", "n": 250, "exceptions": 3, "zone": "green"}]}
    return {
        "VAL-REP-01": _replication(),
        "VAL-LIM-01": Measurement(
            3e-14,
            1792,
            "largest violation 3.0e-14",
            detail={"table": [{"identity": "parity", "n": 256, "largest": 3e-14}]},
        ),
        "VAL-CNV-01": _convergence(),
        "VAL-DET-01": Measurement(0.0, 132, "same bits"),
        "MR-VAR-01": Measurement(7.0, 3000, "at most 7 exceptions (account A03)", detail=table),
        "MR-VAR-02": Measurement(0.004, 90000, "smallest p-value 0.0003", detail=table),
        "MR-ES-01": NotApplicable("no account has 250 days of history"),
        "IM-GLD-01": Measurement(0.0, 26, "every case to the cent"),
        "IM-COV-01": Measurement(0.004, 1800, "7 of 1800 account days"),
    }


@cache
def sample_run() -> ValidationRun:
    made, measured = sample_plan(), outcomes()
    results = tuple(
        grade(t.definition, t.scale_override, t.model_id, measured[t.definition.test_id]) for t in made.tests
    )
    red = [(t.definition, r) for t, r in zip(made.tests, results, strict=True) if r.rag is Rag.red]
    manifest: dict[str, Any] = {
        "valuation_date": "2008-09-02",
        "threads": 2,
        "environment": {"library_version": "0.1.0", "lock_digest": "sha256:" + "a" * 64, "isa": "x86-64"},
        "basis": {"adjusted_prices": ["JPM"], "assumed": ["volatility"]},
        "inputs": {"backtest/A01/filtered_historical": "sha256:" + "b" * 64},
    }
    findings = tuple(draft_finding(d, r) for d, r in red)
    return ValidationRun(
        "VAL-1", "2026-11-22T10:00:00+00:00", "2026-11-22T10:01:00+00:00", made, manifest, results, findings
    )


@cache
def sample_backtests(accounts: int = 3, first: date = date(2007, 1, 1), days: int = 5000) -> tuple[BacktestSeries, ...]:
    dates = tuple(first + timedelta(days=k) for k in range(days))
    series = []
    for a in range(accounts):
        profit = tuple(1000.0 * math.sin(12.9898 * (k + 31 * a)) * (1.0 + 3.0 * (k % 700 < 60)) for k in range(days))
        for model, width in (("filtered_historical", 2600.0), ("historical", 2300.0), ("student_t", 2450.0)):
            level = tuple(width * (1.0 + 0.5 * math.sin(k / 90.0)) for k in range(days))
            deeper = tuple(1.2 * v for v in level)
            series.append(BacktestSeries(f"A{a + 1:02d}", model, 0.01, 0.025, dates, profit, level, deeper, level))
    return tuple(series)


@cache
def sample_replays() -> tuple[MarginReplay, ...]:
    made = []
    for name, first in (("2008", date(2008, 9, 2)), ("2020", date(2020, 2, 3))):
        days = []
        for a in range(12):
            for k in range(60):
                call = max(0, int(1e6 * math.sin(k / 9.0 + a) * (a % 3)))
                short = 50_000 if a == 4 and 30 < k < 36 else 0
                days.append(
                    MarginDay(
                        f"A{a + 1:02d}", first + timedelta(days=k), 10_000_000, 5_000_000, 2_500_000, call, short, 90
                    )
                )
        made.append(MarginReplay(name, tuple(days)))
    return tuple(made)


def sample_models() -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "model_id": model_id,
            "name": name,
            "model_class": kind,
            "owner": "Olga Owner",
            "developer": "Dev Eloper",
            "purpose": f"{name} for the demo book.",
            "purpose_class": "decision",
            "exposure": "high",
            "exposure_measure": "gross market value",
            "uses_allowed": ["end-of-day valuation"],
            "uses_prohibited": ["products with barriers <b>"],
            "assumptions": ["log-normal spot"],
            "limits": ["flat volatility within an option's life"],
            "dependencies": [{"kind": "data", "target": "us_stocks", "materiality": "no prices"}],
            "version": "0.1.0",
            "tier": 1,
        }
        for model_id, name, kind in (
            ("american-option-valuation", "American option valuation", "valuation"),
            ("fhs-var-es", "Filtered historical simulation", "market"),
            ("strategy-margin", "Strategy-based margin", "margin"),
        )
    )


def sample_recommendations() -> tuple[dict[str, Any], ...]:
    held = {"fhs-var-es": [Condition("MR-VAR-02", "Proportion of failures", "medium", 180)]}
    run = sample_run()
    return tuple(
        recommend(model_id, [r for r in run.results if r.model_id == model_id], held.get(model_id, ())).to_dict()
        for model_id in MODELS
    )


def sample_inputs(**changes: Any) -> ReportInputs:
    manifest = {
        "dataset": "us_stocks",
        "description": "Daily closes of 20 US stocks",
        "rows": 8313,
        "first_date": "1990-01-02",
        "last_date": "2022-12-28",
        "price_basis": "adjusted",
        "origin": {"licence": "BSD-3-Clause"},
        "logical_digest": "sha256:" + "c" * 64,
    }
    quality = {
        "dataset": "us_stocks",
        "gaps": ["2001-09-11"],
        "duplicates": [],
        "off_calendar": [],
        "out_of_order": [],
        "breaches": [],
    }
    values: dict[str, Any] = {
        "run": sample_run(),
        "models": sample_models(),
        "datasets": (manifest,),
        "quality": (quality,),
        "assumptions": (
            {"quantity": "implied volatility", "value": "EWMA x premium", "status": "ASSUMED", "source": "fit to VIX"},
        ),
        "roles": {"developer": "Dev Eloper", "validator": "Val Idator", "approver": "App Rover"},
        "valuation": {"facts": {"Positions valued": 150, "Not valued": 0}},
        "risk": {
            "tables": [
                {"caption": "Value at risk by account", "rows": [{"account_id": "A01", "value_at_risk": 1234.5}]}
            ]
        },
        "margin": {"notes": ["A03 is flagged: a price-level rule meets adjusted prices."]},
        "backtests": sample_backtests(),
        "margin_replays": sample_replays(),
        "recommendations": sample_recommendations(),
        "outside_range": (
            {
                "where": "replay of 2008",
                "unit": "option days",
                "counted": 4280,
                "outside": 215,
                "share_outside": 0.0502,
            },
        ),
        "basis": {"adjusted_prices": ["JPM"], "assumed": ["volatility", "rate", "dividend_yield"]},
    }
    return ReportInputs(**{**values, **changes})


def sample_envelope(report_id: str = "REP-1", **changes: Any) -> Envelope:
    now = datetime(2026, 11, 22, 10, 2, tzinfo=UTC).isoformat()
    return Envelope(report_id=report_id, run_id="VAL-1", generated_at=now, **changes)
