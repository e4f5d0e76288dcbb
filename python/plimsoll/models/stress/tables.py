"""A stress run as Arrow tables; amounts are decimals in dollars."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from plimsoll.models.stress.records import FIGURES, ScenarioOutcome, StressRun
from plimsoll.vocabulary.errors import PlimsollError

_MONEY = pa.decimal128(18, 2)
_TEXT, _NUMBER, _COUNT = pa.string(), pa.float64(), pa.int64()
_REFUSAL = ("code", "field", "value", "allowed", "fix")


def tables_of(run: StressRun) -> dict[str, pa.Table]:
    """Give the tables of a run by name."""
    return {
        "scenarios": _table(_SCENARIOS, [_scenario(outcome) for outcome in run.outcomes]),
        "accounts": _table(_ACCOUNTS, [row for outcome in run.outcomes for row in _accounts(outcome)]),
        "positions": _table(_POSITIONS, [row for outcome in run.outcomes for row in _positions(outcome)]),
        "underlyings": _table(_UNDERLYINGS, [row for outcome in run.outcomes for row in _underlyings(outcome)]),
        "moves": _table(_MOVES, [row for outcome in run.outcomes for row in _moves(outcome)]),
        "reverse": _table(_REVERSE, [_reverse(distance) for distance in run.distances]),
    }


_REFUSED = {f"refusal_{name}": _TEXT for name in _REFUSAL}
_SCENARIOS = {
    "scenario_id": _TEXT,
    "pack_id": _TEXT,
    "kind": _TEXT,
    "status": _TEXT,
    "shock_digest": _TEXT,
    "snapshot_digest": _TEXT,
    "profit": _MONEY,
    "not_valued": _COUNT,
    "outside_range": _COUNT,
}
_ACCOUNTS = {
    "scenario_id": _TEXT,
    "account_id": _TEXT,
    "profit": _MONEY,
    "not_valued": _COUNT,
    **{f"{name}_before": _MONEY for name in FIGURES},
    **dict.fromkeys(FIGURES, _MONEY),
    "loss_over_margin": _MONEY,
    **_REFUSED,
}
_POSITIONS = {
    "scenario_id": _TEXT,
    "account_id": _TEXT,
    "trade_id": _TEXT,
    "underlying": _TEXT,
    "price_before": _NUMBER,
    "price": _NUMBER,
    "profit": _MONEY,
    **_REFUSED,
}
_UNDERLYINGS = {"scenario_id": _TEXT, "underlying": _TEXT, "profit": _MONEY}
_MOVES = {
    "scenario_id": _TEXT,
    "underlying": _TEXT,
    "factor": _TEXT,
    "amount": _NUMBER,
    "basis": _TEXT,
    "status": _TEXT,
}
_REVERSE = {"account_id": _TEXT, "excess": _MONEY, "down": _NUMBER, "up": _NUMBER, **_REFUSED}


def _table(columns: Mapping[str, pa.DataType], rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in columns.items()})


def _refusal(refusal: PlimsollError | None) -> dict[str, str | None]:
    return {f"refusal_{name}": None if refusal is None else getattr(refusal, name) for name in _REFUSAL}


def _scenario(outcome: ScenarioOutcome) -> dict[str, Any]:
    scenario = outcome.resolved.scenario
    return {
        "scenario_id": scenario.scenario_id,
        "pack_id": outcome.pack_id,
        "kind": scenario.kind,
        "status": scenario.status,
        "shock_digest": outcome.resolved.shock.digest,
        "snapshot_digest": outcome.snapshot_digest,
        "profit": outcome.profit,
        "not_valued": outcome.not_valued,
        "outside_range": outcome.outside_range,
    }


def _accounts(outcome: ScenarioOutcome) -> list[dict[str, Any]]:
    return [
        {
            "scenario_id": outcome.scenario_id,
            "account_id": account.account_id,
            "profit": account.profit,
            "not_valued": account.not_valued,
            **{f"{name}_before": account.before.amount(name) for name in FIGURES},
            **{name: account.after.amount(name) for name in FIGURES},
            "loss_over_margin": account.loss_over_margin,
            **_refusal(account.after.refusal),
        }
        for account in outcome.accounts
    ]


def _positions(outcome: ScenarioOutcome) -> list[dict[str, Any]]:
    return [
        {
            "scenario_id": outcome.scenario_id,
            "account_id": item.position.account_id,
            "trade_id": item.position.trade_id,
            "underlying": item.position.underlying,
            "price_before": item.price_before,
            "price": item.after.price,
            "profit": item.after.profit,
            **_refusal(item.after.refusal),
        }
        for item in outcome.positions
    ]


def _underlyings(outcome: ScenarioOutcome) -> list[dict[str, Any]]:
    return [
        {"scenario_id": outcome.scenario_id, "underlying": name, "profit": profit}
        for name, profit in outcome.by_underlying().items()
    ]


def _moves(outcome: ScenarioOutcome) -> list[dict[str, Any]]:
    return [{"scenario_id": outcome.scenario_id, **item.to_dict()} for item in outcome.resolved.applied]


def _reverse(distance: Any) -> dict[str, Any]:
    numbers = {name: getattr(distance, name) for name in ("account_id", "excess", "down", "up")}
    return {**numbers, **_refusal(distance.refusal)}
