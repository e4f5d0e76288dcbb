"""`plimsoll calibrate` and `plimsoll surface`."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import surfaces as stage
from plimsoll.console.command import make_command
from plimsoll.console.view import Table, View, number

_SHOWN = 20
_SENSITIVITIES = (
    "Add to --json how each parameter moves with the European price fitted for each row; forward, discount factor and"
    " weights are held."
)


def _inputs(body: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--rate", type=float, help="Continuous rate; implied from parity by default."),
        click.option("--spot", type=float, help="Price of the underlying; a column of the table by default."),
        click.option("--exercise", type=click.Choice(("european", "american")), default="european", show_default=True),
        click.option(
            *("--date", "day"), type=click.DateTime(["%Y-%m-%d"]), help="Valuation date; a column by default."
        ),
        click.argument("quotes", type=click.Path(path_type=Path, dir_okay=False)),
    ):
        body = option(body)
    return body


def _read(quotes: Path, day: datetime | None, **terms: Any) -> stage.QuoteChain:
    return stage.quotes_named(quotes, day.date() if day is not None else None, **terms)


def _chain_tables(chain: stage.QuoteChain) -> tuple[list[Table], str]:
    """Give what parity implies, the rows that are refused, and a line of counts."""
    found = chain.to_dict()
    columns = (
        "expiry",
        "years",
        "forward",
        "discount",
        "pairs",
        "left out rows",
        "miss of parity",
        "quotes",
        "volatility",
    )
    rows = [
        (
            *(each["expiry"], number(each["years"]), number(each["forward"]), number(each["discount"], 6)),
            *(_pairs(each), _named(each["left_out"]), number(each["mean_miss_of_parity"]), str(each["quotes"])),
            number(each["volatility_at_forward"]),
        )
        for each in found["expiries"]
    ]
    tables = [Table(f"Implied from parity on {chain.today}", columns, rows)]
    if chain.refused:
        refused = [
            (
                str(each.row),
                str(each.cells.get("expiry", "")),
                str(each.cells.get("strike", "")),
                *_failure(each.refusal),
            )
            for each in chain.refused
        ]
        names = ("row", "expiry", "strike", "code", "field", "value", "allowed", "fix")
        tables.append(Table("Refused", names, refused[:_SHOWN]))
    doubtful = [each["expiry"] for each in found["expiries"] if each["misses_beyond_spread"]]
    counts = ", ".join(f"{count} {end}" for end, count in found["rows"].items())
    return tables, counts + "".join(f"; {expiry}: pairs miss parity by more than their spread" for expiry in doubtful)


def _pairs(expiry: dict[str, Any]) -> str:
    left_out = len(expiry["left_out"]) // 2
    return f"{expiry['pairs']} of {expiry['pairs'] + left_out}" if left_out else str(expiry["pairs"])


def _named(rows: list[int]) -> str:
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return ", ".join(map(str, rows[:_SHOWN])) + more or "-"


def _failure(failure: Any) -> tuple[str, ...]:
    return tuple(failure.to_dict().values())


@make_command("calibrate", "plimsoll calibrate examples/quotes.csv --model ssvi")
@_inputs
@click.option("--model", type=click.Choice(stage.MODELS), required=True, help="What is fitted.")
@click.option("--sensitivities", is_flag=True, help=_SENSITIVITIES)
def calibrate(app: Application, model: str, sensitivities: bool, **arguments: Any) -> View:
    """Fit a model to QUOTES, a CSV or Parquet table of listed options.

    Columns: expiry, strike, type (call, put, C, P), and bid and ask, or price; valuation_date and spot may be columns.
    Forward and discount factor of each expiry are implied from parity. American prices are made European ones of the same
    volatility first, which needs spot and rate. Residuals are in half spreads, or in hundredths of volatility for quotes
    without a spread. What moves a parameter is the European price fitted, with forward, discount factor and weights held,
    though parity implies these from the same rows. A bad row is refused with a reason and spoils no other; the exit code
    is then 1, as where a fit is refused or does not converge.
    """
    chain = _read(**arguments)
    fits = stage.calibrate(app, chain, model)
    tables, counts = _chain_tables(chain)
    rows = [(fit.expiry or "all", *_parameter_row(fit, parameter)) for fit in fits for parameter in fit.parameters]
    tables.append(
        Table(
            f"{model} fitted",
            ("expiry", "parameter", "value", "standard error", "moved most by the price of row"),
            rows,
        )
    )
    refused = [(fit.expiry or "all", *_failure(fit.refusal)) for fit in fits if fit.refusal is not None]
    if refused:
        tables.append(Table("Fits refused", ("expiry", "code", "field", "value", "allowed", "fix"), refused))
    lines = [_fit_line(fit, model) for fit in fits if fit.refusal is None]
    document = {
        **chain.to_dict(),
        "model": model,
        "fits": [fit.to_dict(sensitivities) for fit in fits],
    }
    failed = bool(chain.refused) or any(fit.refusal is not None or not fit.converged for fit in fits)
    return View(document, tables, (*lines, counts), exit_code=1 if failed else 0)


def _fit_line(fit: stage.ModelFit, model: str) -> str:
    ended = "converged" if fit.converged else "NOT CONVERGED"
    parts = [f"{fit.expiry or 'all'}: {ended} ({fit.end}) in {fit.iterations} steps"]
    parts.append(f"residuals deviate by {number(fit.residual_deviation)}")
    if model in ("svi", "sabr"):
        parts.append(f"{len(fit.flaws)} strikes of negative density")
    if model == "svi":
        parts.append(f"{len(fit.crossings)} strikes with less variance than the expiry before")
    if fit.failed_first is not None:
        parts.append(f"{', '.join(fit.held)} held after a first fit failed: {fit.failed_first}")
    return "; ".join(parts)


def _parameter_row(fit: stage.ModelFit, parameter: Any) -> tuple[str, ...]:
    held = "held" if parameter.name in fit.held else "at a bound"
    error = held if parameter.at_bound else number(parameter.standard_error, 6)
    most = max(range(len(fit.rows)), key=lambda place: abs(parameter.by_quote[place]))
    moved = "-" if parameter.at_bound else f"{fit.rows[most]} ({parameter.by_quote[most]:+.4g} for 1 of price)"
    return parameter.name, number(parameter.value, 6), error, moved


@make_command("surface", "plimsoll surface examples/quotes.csv --repair")
@_inputs
@click.option("--repair", is_flag=True, help="Give the nearest prices without arbitrage, and what moved.")
def surface(app: Application, repair: bool, **arguments: Any) -> View:
    """Hold QUOTES for butterfly and calendar arbitrage, cell by cell; with --repair, mend them.

    QUOTES is a table as `plimsoll calibrate` takes it. The middles of bid and ask are what is held and moved, quotes with
    a narrow spread the least. Exit 1 when a row is refused, or when there is arbitrage and no repair was asked for.
    """
    chain = _read(**arguments)
    cells, mended = stage.surface(app, chain, repair)
    tables, counts = _chain_tables(chain)
    kinds = stage.count_by_kind(cells)
    if cells:
        columns = ("kind", "expiry", "strike", "row", "against", "earns, over the forward")
        tables.append(Table("Arbitrage", columns, [_cell_row(cell) for cell in cells[:_SHOWN]]))
    if mended is not None and mended.moved:
        names = ("expiry", "strike", "type", "row", "before", "after", "volatility before", "after")
        tables.append(Table("Moved", names, [_moved_row(quote) for quote in mended.moved[:_SHOWN]]))
    lines = [counts, "arbitrage: " + (", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "none")]
    if mended is not None:
        lines.append(f"repair: {len(mended.moved)} moved, by {mended.largest_move:.2e} of the forward at most")
    document = {
        **chain.to_dict(),
        "arbitrage": {"kinds": kinds, "cells": [cell.to_dict() for cell in cells]},
        "repair": mended.to_dict() if mended is not None else None,
    }
    failed = bool(chain.refused) or (bool(cells) and mended is None)
    return View(document, tables, lines, exit_code=1 if failed else 0)


def _cell_row(cell: stage.ArbitrageCell) -> tuple[str, ...]:
    against = "; ".join(f"{expiry} {strike:g}" for expiry, strike in cell.against)
    return cell.kind, cell.expiry, f"{cell.strike:g}", str(cell.row), against or "the forward", f"{cell.excess:.2e}"


def _moved_row(quote: Any) -> tuple[str, ...]:
    volatilities = number(quote.volatility_before), number(quote.volatility_after)
    prices = number(quote.before), number(quote.after)
    return quote.expiry, f"{quote.strike:g}", quote.type, str(quote.row), *prices, *volatilities
