"""What the figures show: the recorded series, cut to the days and fields that are drawn."""

from typing import Any

from plimsoll.report import stress_section
from plimsoll.report.inputs import CRISES, ReportInputs, Window
from plimsoll.report.wording import words_of
from plimsoll.validation.inputs import BacktestSeries, MarginReplay

Figure = dict[str, Any]
_BOOK_WORDS = (
    "The name of an account ends on that of its book, whose positions are struck anew on every day of the history."
)


def figures(inputs: ReportInputs) -> list[Figure]:
    """Give every figure that the records can fill."""
    made = [_replication(inputs), _backtest(inputs), _exceptions(inputs), _margin(inputs), _convergence(inputs)]
    made.append(stress_section.figure_data(inputs))
    return [figure for figure in made if figure is not None]


def _replication(inputs: ReportInputs) -> Figure | None:
    for result in inputs.run.results:
        if result.test_id == "VAL-REP-01" and result.detail:
            rows = result.detail["table"]
            counts = "; ".join(f"{row['method']}: 99th percentile {row['p99_units']:.4f}" for row in rows)
            return {
                "id": "replication",
                "kind": "histogram",
                "title": "Our prices against QuantLib with an unrelated method",
                "caption": "Number of options by size of the difference, in tolerance units: max(vega per volatility "
                "point, rho per basis point, 1 bp of strike). Dashed: limits of green and amber for the 99th percentile.",
                "alt": f"Histogram of price differences in tolerance units. {counts}.",
                "data": {
                    "edges": rows[0]["histogram_edges"],
                    "series": [{"name": row["method"], "counts": row["histogram"]} for row in rows],
                    "green": result.thresholds["green"],
                    "amber": result.thresholds["amber"],
                },
            }
    return None


def _convergence(inputs: ReportInputs) -> Figure | None:
    for result in inputs.run.results:
        if result.test_id == "VAL-CNV-01" and result.detail:
            rows = result.detail["table"]
            orders = "; ".join(f"{row['method']} {row['observed']:.2f} (theory {row['theory']:.0f})" for row in rows)
            return {
                "id": "convergence",
                "kind": "convergence",
                "title": "Convergence of tree and grid",
                "caption": "Mean change of the price, relative to strike, when the number of steps is doubled. Observed "
                f"order: {orders}.",
                "alt": f"Log-log plot of price change against steps. Observed order: {orders}.",
                "data": {"series": rows},
            }
    return None


def _backtest(inputs: ReportInputs) -> Figure | None:
    accounts = inputs.focus_accounts or tuple((series.account_id, "") for series in inputs.backtests[:1])
    shown = [(account, holds, _of(inputs, account)) for account, holds in accounts]
    shown = [entry for entry in shown if entry[2]]
    if not shown:
        return None
    years = " and ".join(window.name for window in CRISES)
    named = " and ".join(f"{account} ({holds})" if holds else account for account, holds, _ in shown)
    plural = "s" if len(shown) > 1 else ""
    return {
        "id": "backtest",
        "kind": "backtest",
        "title": f"Account{plural} {named}: daily profit and the loss that was forecast",
        "caption": "Bars: profit of the day; lines: value at risk forecast the day before, as a loss; marks: exceptions "
        f"of the first model named. {years}; each panel has a scale of its own. {_BOOK_WORDS}",
        "alt": f"Daily profit of account{plural} {named} against value at risk of {len(shown[0][2])} models in {years}.",
        "data": {
            "windows": [
                {
                    "name": f"{account}, {holds}, {w.name}" if holds else w.name,
                    "series": [_cut(series, w) for series in found],
                }
                for account, holds, found in shown
                for w in CRISES
            ]
        },
    }


def _of(inputs: ReportInputs, account: str) -> list[BacktestSeries]:
    return [series for series in inputs.backtests if series.account_id == account]


def _cut(series: BacktestSeries, window: Window) -> dict[str, Any]:
    kept = [i for i, day in enumerate(series.dates) if window.first <= day.isoformat() <= window.last]
    hits = series.hits()
    return {
        "model": series.model,
        "dates": [series.dates[i].isoformat() for i in kept],
        "profit": [series.profit[i] for i in kept],
        "value_at_risk": [series.value_at_risk[i] for i in kept],
        "exceptions": [series.dates[i].isoformat() for i in kept if hits[i]],
    }


def _exceptions(inputs: ReportInputs) -> Figure | None:
    if not inputs.backtests:
        return None
    model = inputs.backtests[0].model
    rows = [
        {
            "account_id": series.account_id,
            "first": series.dates[0].isoformat() if series.dates else "",
            "last": series.dates[-1].isoformat() if series.dates else "",
            "dates": [day.isoformat() for day, hit in zip(series.dates, series.hits(), strict=True) if hit],
        }
        for series in inputs.backtests
        if series.model == model
    ]
    return {
        "id": "exceptions",
        "kind": "exceptions",
        "title": "Every exception of the whole history, by account",
        "caption": f"Each mark is a day on which the loss exceeded the value at risk of {words_of(model)}. Shaded: "
        f"2008 and 2020. Marks in a column are accounts hit on the same day. {_BOOK_WORDS}",
        "alt": f"Dates of exceptions for {len(rows)} accounts over the whole history.",
        "data": {"rows": rows, "windows": [{"name": w.name, "first": w.first, "last": w.last} for w in CRISES]},
    }


def _margin(inputs: ReportInputs) -> Figure | None:
    if not inputs.margin_replays:
        return None
    names = " and ".join(replay.name for replay in inputs.margin_replays)
    return {
        "id": "margin_replay",
        "kind": "margin_replay",
        "title": "Margin calls and shortfalls, account by account",
        "caption": "Colour: size of the maintenance call of the day. Crosses: the account was worth less than nothing.",
        "alt": f"Heat map of margin calls by account and day in {names}.",
        "data": {"replays": [_replay(replay) for replay in inputs.margin_replays]},
    }


def _replay(replay: MarginReplay) -> dict[str, Any]:
    return {
        "name": replay.name,
        "accounts": list(dict.fromkeys(day.account_id for day in replay.days)),
        "dates": list(dict.fromkeys(day.day.isoformat() for day in replay.days)),
        "cells": [
            {"account_id": d.account_id, "day": d.day.isoformat(), "call": d.call, "shortfall": d.shortfall}
            for d in replay.days
            if d.call > 0 or d.shortfall > 0
        ],
    }
