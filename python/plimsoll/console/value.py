"""`plimsoll value` and `plimsoll greeks`."""

from collections.abc import Callable
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import valuation as stage
from plimsoll.console.command import make_command
from plimsoll.console.view import Table, View, number

_NAMES = ("delta", "gamma", "vega", "theta", "rho")


def _inputs(body: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Seed of a simulation."),
        click.option("--paths", type=click.IntRange(2, 2**63 - 1), help="Paths of a simulation."),
        click.option("--steps", type=click.IntRange(3, 2**31 - 1), help="Steps of a tree or grid."),
        click.option("--method", type=click.Choice(stage.METHODS), default="tree", show_default=True),
        click.option(
            "--snapshot", metavar="FILE|DATE", help="The market; the stored one of the book's date by default."
        ),
        click.argument("book"),
    ):
        body = option(body)
    return body


def _value(app: Application, book: str, snapshot: str | None, method: str, **settings: Any) -> tuple[Any, Any]:
    read = stage.book_named(book)
    chosen = stage.method_named(method, **settings)
    return stage.value(app, read, stage.snapshot_named(app, snapshot, read), chosen)


def _view(found: tuple[Any, Any], columns: tuple[str, ...], row: Callable[[Any], tuple[str, ...]]) -> View:
    valued, kept = found
    good = [outcome for outcome in valued.outcomes if outcome.valuation is not None]
    bad = [outcome for outcome in valued.outcomes if outcome.refusal is not None]
    total = sum(outcome.value for outcome in good)
    tables = [Table(f"{valued.book_id} on {valued.valuation_date}", columns, [row(outcome) for outcome in good])]
    if bad:
        rows = [(o.trade_id, *o.refusal.to_dict().values()) for o in bad]
        tables.append(Table("Refused", ("trade", "code", "field", "value", "allowed", "fix"), rows))
    flags = sorted({flag for outcome in good for flag in outcome.valuation.flags})
    lines = (
        f"{len(good)} valued, {len(bad)} refused; sum of values {number(total, 2)}",
        f"flags: {', '.join(flags)}",
    )
    document = {**valued.to_dict(), "basis": kept.document["basis"]}
    return View(document, tables, lines if flags else lines[:1], exit_code=1 if bad else 0)


def _value_row(outcome: Any) -> tuple[str, ...]:
    v = outcome.valuation
    return (
        outcome.trade_id,
        outcome.underlying,
        outcome.kind,
        number(outcome.quantity, 0),
        v.method,
        number(v.price),
        number(v.standard_error),
        number(outcome.value, 2),
    )


def _greeks_row(outcome: Any) -> tuple[str, ...]:
    shown = tuple(number(outcome.position_sensitivities[name], 3) for name in _NAMES)
    return (outcome.trade_id, outcome.underlying, outcome.kind, number(outcome.valuation.price), *shown)


@make_command("value", "plimsoll value demo-2020 --method pde")
@_inputs
def value(app: Application, **arguments: Any) -> View:
    """Price BOOK: a shipped book's name (demo-2008, demo-2020) or a file (JSON, CSV, Parquet).

    A bad position is refused with a reason and the others are priced; the exit code is then 1. One method values the
    whole book, or, as `--method best`, each position is valued by the most accurate one for it; `plimsoll methods` lists
    which method values what.
    """
    columns = ("trade", "underlying", "product", "quantity", "method", "price", "standard error", "value")
    return _view(_value(app, **arguments), columns, _value_row)


@make_command("greeks", "plimsoll greeks demo-2008 --json")
@_inputs
def greeks(app: Application, **arguments: Any) -> View:
    """Price BOOK with the sensitivities of each position.

    Delta is per 1 of spot, vega per 1.00 of volatility, theta per year, rho per 1.00 of rate, each for the whole
    position (quantity times multiplier).
    """
    return _view(_value(app, **arguments), ("trade", "underlying", "product", "price", *_NAMES), _greeks_row)
