"""MR-VAR-01 to MR-VAR-04 and MR-ES-01: what the forecasts of a risk model said, and what happened."""

from collections.abc import Callable, Sequence
from typing import Any

from plimsoll.engine import statistics
from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.inputs import BacktestSeries
from plimsoll.validation.outcome import Measurement, NotApplicable, Outcome

# A chi-square approximation with fewer expected exceptions than this says little.
_EXPECTED_EXCEPTIONS_NEEDED = 2.0

Row = dict[str, Any]


def traffic_light(definition: TestDefinition, context: Context) -> Outcome:
    """Count the exceptions of the last days per account; the rows also hold the worst earlier window of that length."""
    days = int(definition.setting("days"))
    tested = _tested(definition, context)
    rows = [_light_row(series, days) for series in tested if len(series.dates) >= days]
    if not rows:
        return NotApplicable(f"no account has {days} days of history", n=len(tested))
    worst = max(rows, key=lambda row: int(row["exceptions"]))
    window = max(rows, key=lambda row: int(row["worst_window_exceptions"]))
    return Measurement(
        value=float(worst["exceptions"]),
        n=days * len(rows),
        reason=(
            f"last {days} days: at most {worst['exceptions']} exceptions (account {worst['account_id']}); the worst of "
            f"all consecutive windows had {window['worst_window_exceptions']} (account {window['account_id']}, "
            f"{window['worst_window_from']} to {window['worst_window_to']})"
        ),
        evidence=_evidence(tested),
        detail={"table": rows, "comparison": _comparison(context)},
    )


def proportion_of_failures(definition: TestDefinition, context: Context) -> Outcome:
    """Give the smallest Kupiec p-value over the accounts, adjusted for their number."""

    def row(series: BacktestSeries) -> Row:
        hits = series.hits()
        test = statistics.kupiec_test(sum(hits), len(hits), series.tail_probability)
        rate = sum(hits) / len(hits)
        return {"statistic": test.statistic, "p_value": test.p_value, "rate": rate, "direction": _name(test.direction)}

    return _smallest_p_value(definition, context, row)


def independence(definition: TestDefinition, context: Context) -> Outcome:
    """Give the smallest Christoffersen independence p-value over the accounts, adjusted for their number."""

    def row(series: BacktestSeries) -> Row:
        transitions = statistics.hit_transitions(series.hits())
        test = statistics.christoffersen_independence_test(transitions)
        return {"statistic": test.statistic, "p_value": test.p_value, "n11": transitions.n11}

    return _smallest_p_value(definition, context, row)


def conditional_coverage(definition: TestDefinition, context: Context) -> Outcome:
    """Give the smallest Christoffersen conditional-coverage p-value over the accounts, adjusted for their number."""

    def row(series: BacktestSeries) -> Row:
        hits = series.hits()
        transitions = statistics.hit_transitions(hits)
        test = statistics.christoffersen_conditional_coverage_test(
            sum(hits), len(hits), series.tail_probability, transitions
        )
        return {"statistic": test.statistic, "p_value": test.p_value}

    return _smallest_p_value(definition, context, row)


def expected_shortfall(definition: TestDefinition, context: Context) -> Outcome:
    """Give the lowest Acerbi-Szekely Z2 of the last days over the accounts; the rows hold that of the whole history."""
    days = int(definition.setting("days"))
    tested = _tested(definition, context)
    rows: list[Row] = []
    for series in tested:
        if len(series.dates) < days:
            continue
        recent = _z2(series, len(series.dates) - days, len(series.dates))
        starts = range(len(series.dates) % days, len(series.dates), days)
        windows = [(_z2(series, start, start + days), series.dates[start]) for start in starts]
        lowest_z2, since = min(windows)
        rows.append(
            {
                "account_id": series.account_id,
                "n": days,
                "z2": recent,
                "z2_whole_history": _z2(series, 0, len(series.dates)),
                "lowest_window_z2": lowest_z2,
                "lowest_window_from": since.isoformat(),
            }
        )
    if not rows:
        return NotApplicable(f"no account has {days} days of history", n=len(tested))
    worst = min(rows, key=lambda row: float(row["z2"]))
    lowest = min(rows, key=lambda row: float(row["lowest_window_z2"]))
    return Measurement(
        value=float(worst["z2"]),
        n=days * len(rows),
        reason=(
            f"last {days} days: lowest Z2 {worst['z2']:.3f} (account {worst['account_id']}); the lowest of all consecutive "
            f"windows is {lowest['lowest_window_z2']:.3f} (account {lowest['account_id']}, from "
            f"{lowest['lowest_window_from']})"
        ),
        evidence=_evidence(tested),
        detail={"table": rows},
    )


def _z2(series: BacktestSeries, start: int, stop: int) -> float:
    return float(
        statistics.acerbi_szekely_z2(
            series.profit[start:stop],
            series.shortfall_value_at_risk[start:stop],
            series.expected_shortfall[start:stop],
            series.shortfall_tail_probability,
        )
    )


def _smallest_p_value(definition: TestDefinition, context: Context, row_of: Callable[[BacktestSeries], Row]) -> Outcome:
    tested = _tested(definition, context)
    long_enough = [s for s in tested if len(s.dates) * s.tail_probability >= _EXPECTED_EXCEPTIONS_NEEDED]
    if not long_enough:
        return NotApplicable("no account has a history long enough for two expected exceptions", n=len(tested))
    rows = []
    for series in long_enough:
        hits = series.hits()
        common = {"account_id": series.account_id, "n": len(hits), "exceptions": sum(hits)}
        rows.append({**common, **row_of(series)})
    worst = min(rows, key=lambda row: float(row["p_value"]))
    adjusted = min(1.0, float(worst["p_value"]) * len(rows))
    rejected = sum(1 for row in rows if float(row["p_value"]) < definition.scale.green)
    return Measurement(
        value=adjusted,
        n=sum(int(row["n"]) for row in rows),
        reason=(
            f"smallest p-value {worst['p_value']:.3g} (account {worst['account_id']}, {worst['exceptions']} exceptions in "
            f"{worst['n']} days, {worst['n'] * long_enough[0].tail_probability:.1f} expected), adjusted {adjusted:.3g}; "
            f"{rejected} of {len(rows)} accounts below {definition.scale.green:g} unadjusted"
        ),
        effect=float(worst["exceptions"]) / float(worst["n"]),
        evidence=_evidence(long_enough),
        detail={"table": rows, "comparison": _comparison(context)},
    )


def _tested(definition: TestDefinition, context: Context) -> list[BacktestSeries]:
    model = str(definition.setting("model"))
    return [series for series in context.backtests if series.model == model]


def _light_row(series: BacktestSeries, days: int) -> Row:
    hits = series.hits()
    starts = range(len(hits) % days, len(hits), days)
    counts = [(sum(hits[start : start + days]), start) for start in starts]
    most, start = max(counts, key=lambda pair: (pair[0], -pair[1]))
    zones = [statistics.traffic_light(count).zone for count, _ in counts]
    return {
        "account_id": series.account_id,
        "n": days,
        "exceptions": sum(hits[-days:]),
        "zone": _name(statistics.traffic_light(sum(hits[-days:])).zone),
        "windows": len(counts),
        "red_windows": sum(1 for zone in zones if _name(zone) == "red"),
        "yellow_windows": sum(1 for zone in zones if _name(zone) == "yellow"),
        "worst_window_exceptions": most,
        "worst_window_from": series.dates[start].isoformat(),
        "worst_window_to": series.dates[start + days - 1].isoformat(),
    }


def _comparison(context: Context) -> list[Row]:
    """Give exceptions by risk model over all accounts, so that the model stands beside its challengers."""
    models = dict.fromkeys(series.model for series in context.backtests)
    rows = []
    for model in models:
        hits = [hit for series in context.backtests if series.model == model for hit in series.hits()]
        rows.append({"model": model, "account_days": len(hits), "exceptions": sum(hits), "rate": sum(hits) / len(hits)})
    return rows


def _evidence(series: Sequence[BacktestSeries]) -> dict[str, str]:
    return {f"backtest/{item.account_id}/{item.model}": item.digest() for item in series}


def _name(value: object) -> str:
    return str(getattr(value, "name", value))
