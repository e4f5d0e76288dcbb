"""MR-REP-01: value at risk of stock-only accounts computed again by slow, separate code, from closes on.

Options and futures are left out: how the model revalues them in a scenario is not reproduced.
Nothing of the core is used here: logarithms and exponentials of the standard library, lists, one sort.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.inputs import TailReproduction
from plimsoll.validation.outcome import Measurement, NotApplicable, Outcome

_ROUNDING = 1e-9


def reproduction(_definition: TestDefinition, context: Context) -> Outcome:
    """Measure the largest relative difference between a reported value at risk and ours, on linear positions."""
    if not context.tail_reproductions:
        return NotApplicable("no account that holds stock alone was handed over with its closes")
    rows: list[dict[str, Any]] = []
    for case in context.tail_reproductions:
        again = value_at_risk_again(case)
        rows.append(
            {
                "account_id": case.account_id,
                "model": case.model,
                "day": case.day.isoformat(),
                "reported": case.reported,
                "computed_again": again,
                "relative_difference": abs(again - case.reported) / abs(again),
            }
        )
    accounts = ", ".join(dict.fromkeys(str(row["account_id"]) for row in rows))
    worst = max(rows, key=lambda row: float(row["relative_difference"]))
    return Measurement(
        value=float(worst["relative_difference"]),
        n=len(rows),
        reason=(
            f"{len(rows)} values of accounts that hold stock alone ({accounts}) computed again from closes, none of an "
            f"account with options or futures; the largest difference is "
            f"{worst['relative_difference']:.1e} (account {worst['account_id']}, {worst['model']}, {worst['day']})"
        ),
        evidence={
            f"reproduction/{case.account_id}/{case.model}/{case.day}": case.digest()
            for case in context.tail_reproductions
        },
        detail={"table": rows},
    )


def value_at_risk_again(case: TailReproduction) -> float:
    """Give the value at risk of linear holdings by historical or filtered historical simulation.

    Source: Barone-Adesi, Giannopoulos and Vosper (1999), eq. 4; RiskMetrics (1996), eq. 5.3; McNeil, Frey and
    Embrechts (2015), def. 2.8.
    """
    filtered = case.model == "filtered_historical"
    returns = {name: _scenarios(case.closes[name], case.settings, filtered) for name in case.holdings}
    window = int(case.settings["window"])
    profits = sorted(
        math.fsum(held * (math.exp(returns[name][k]) - 1.0) for name, held in case.holdings.items())
        for k in range(window)
    )
    return -profits[int(case.tail_probability * window + _ROUNDING)]


def _scenarios(closes: Sequence[float], settings: Mapping[str, float], filtered: bool) -> list[float]:
    """Give the last returns of one underlying, each scaled from its own forecast volatility to the next day's."""
    moves = [math.log(b / a) for a, b in pairwise(closes)]
    window = int(settings["window"])
    if not filtered:
        return moves[-window:]
    seed = int(settings["seed_returns"])
    decay = settings["decay"]
    variance = math.fsum(move * move for move in moves[:seed]) / seed
    forecasts = []
    for move in moves[seed:]:
        forecasts.append(math.sqrt(variance))
        variance = decay * variance + (1.0 - decay) * move * move
    tomorrow = math.sqrt(variance)
    pairs = list(zip(moves[seed:], forecasts, strict=True))[-window:]
    return [move / forecast * tomorrow for move, forecast in pairs]
