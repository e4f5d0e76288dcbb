"""`plimsoll value` and `plimsoll greeks`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from plimsoll.bootstrap import Application, streaming, studies
from plimsoll.bootstrap import valuation as stage
from plimsoll.console.command import make_command
from plimsoll.console.model_range import OF_MODELS, interval, model_options, refuse_without_models
from plimsoll.console.refused import refused_table
from plimsoll.console.view import Table, View, number
from plimsoll.vocabulary.errors import BadInput

_NAMES = ("delta", "gamma", "vega", "theta", "rho")
_OWN = ("delta", "gamma", "vega", "dividend")
_OF_PAIR = ("cross_gamma", "correlation")


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


def _view(
    found: tuple[Any, Any],
    columns: tuple[str, ...],
    row: Callable[[Any], tuple[str, ...]],
    more: Callable[[Sequence[Any]], list[Table]] = lambda _: [],
) -> View:
    valued, kept = found
    good = [outcome for outcome in valued.outcomes if outcome.valuation is not None]
    bad = [outcome for outcome in valued.outcomes if outcome.refusal is not None]
    total = sum(outcome.value for outcome in good)
    tables = [Table(f"{valued.book_id} on {valued.valuation_date}", columns, [row(outcome) for outcome in good])]
    tables += more(good)
    tables += refused_table([(outcome.trade_id, outcome.refusal) for outcome in bad])
    flags = sorted({flag for outcome in good for flag in outcome.valuation.flags})
    lines = (
        f"{len(good)} valued, {len(bad)} refused; sum of values {number(total, 2)}",
        f"flags: {', '.join(flags)}",
    )
    document = {**valued.to_dict(), "basis": kept.document["basis"]}
    return View(document, tables, lines if flags else lines[:1], exit_code=1 if bad else 0)


def _streamed(app: Application, out: Path, book: str, snapshot: str | None, method: str, **settings: Any) -> View:
    found = streaming.value_stream(app, Path(book), snapshot, stage.method_named(method, **settings), out)
    lines = [
        f"{found.valued} valued, {found.failed} refused in {found.batches} batches; sum of values {number(found.total, 2)}",
        *([f"flags: {', '.join(found.flags)}"] if found.flags else []),
        str(found.out),
    ]
    return View(found.to_dict(), refused_table(found.first_refusals), lines, exit_code=1 if found.failed else 0)


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


def _several_tables(outcomes: Sequence[Any]) -> list[Table]:
    """Give the sensitivities of positions on several underlyings to each of them and to each pair."""
    own = [
        (outcome.trade_id, name, *(number(part[each], 3) for each in _OWN))
        for outcome in outcomes
        for name, part in outcome.position_several.by_underlying.items()
    ]
    pairs = [
        (outcome.trade_id, *names, *(number(part[each], 3) for each in _OF_PAIR))
        for outcome in outcomes
        for names, part in outcome.position_several.by_pair.items()
    ]
    if not own:
        return []
    return [
        Table("By underlying", ("trade", "underlying", *_OWN), own),
        Table("By pair", ("trade", "first", "second", "cross-gamma", "correlation"), pairs),
    ]


@make_command("value", "plimsoll value demo-2020 --method pde")
@_inputs
@click.option(
    "--stream",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Value a Parquet book of any size in batches, into this Parquet file.",
)
@model_options
def value(app: Application, stream: Path | None, models: str | None, **arguments: Any) -> View:
    """Price BOOK: a shipped book's name (demo-2008, demo-2020) or a file (JSON, CSV, Parquet).

    A bad position is refused with a reason and the others are priced; the exit code is then 1. One method values the
    whole book, or, as `--method best`, each position is valued by the most accurate one for it; `plimsoll methods` lists
    which method values what.

    `--stream FILE` reads BOOK, a Parquet file, in batches of rows and writes the outcomes as it goes, so that neither has to
    fit in memory; the workspace keeps no run of it, and that ids are unique is looked at within each batch.

    `--models all` values each position under every model that fits the quotes of its underlying (`--quotes`, a table as
    `plimsoll calibrate` takes it, with valuation_date): the range, the reserve from the mark to the worst model for the
    holder, and the further quote that would separate the models best. Models that miss the quotes by more than the policy
    allows stay out of it, with the reason. Exit 1 where a position has fewer than two models.
    """
    options = {name: arguments.pop(name) for name in OF_MODELS}
    if models is not None:
        _refuse_beside_models(stream, arguments)
        return interval(app, models, options, arguments)
    refuse_without_models(options)
    if stream is not None:
        return _streamed(app, stream, **arguments)
    columns = ("trade", "underlying", "product", "quantity", "method", "price", "standard error", "value")
    return _view(_value(app, **arguments), columns, _value_row)


def _refuse_beside_models(stream: Path | None, arguments: dict[str, Any]) -> None:
    by_default = click.get_current_context().get_parameter_source("method") is ParameterSource.DEFAULT
    if stream is not None or arguments["steps"] is not None or not by_default:
        raise BadInput(
            "setting_of_another_method",
            field="--models",
            value="with --stream, --steps or --method",
            allowed="--models with --quotes, --marked, --policy, --exercise, --rate, --paths and --seed alone",
            fix="leave the others out: each model has its own methods",
        )


@make_command("greeks", "plimsoll greeks demo-2008 --json")
@_inputs
@click.option(
    "--routes", type=click.Choice(["all"]), help="Every route of simulation to each sensitivity, side by side."
)
def greeks(app: Application, routes: str | None, **arguments: Any) -> View:
    """Price BOOK with the sensitivities of each position.

    Delta is per 1 of spot, vega per 1.00 of volatility, theta per year, rho per 1.00 of rate, each for the whole
    position (quantity times multiplier). Those of a position on two underlyings are to both moved together by the same
    amount; further tables tell them apart by underlying, with that to each dividend yield, and by pair, correlation per
    1.00.

    `--routes all` estimates those of one unit of European, Asian, digital and barrier options by adjoints along the paths,
    by bumps on common random numbers, by likelihood ratios and by what else the product has, each with its standard error.
    Routes more than three standard errors apart are flagged; the exit code is 1 where the widest is more than chance explains
    among so many pairs, or a position is refused.
    """
    if routes is not None:
        return _routes_view(_routes(app, **arguments))
    return _view(
        _value(app, **arguments), ("trade", "underlying", "product", "price", *_NAMES), _greeks_row, _several_tables
    )


def _routes(app: Application, book: str, snapshot: str | None, method: str, **settings: Any) -> studies.BookRoutes:
    by_default = click.get_current_context().get_parameter_source("method") is ParameterSource.DEFAULT
    if settings.pop("steps") is not None or (method != "monte-carlo" and not by_default):
        raise BadInput(
            "setting_of_another_method",
            field="--routes",
            value="all",
            allowed="with --method monte-carlo, --paths and --seed alone",
            fix="leave --method and --steps out",
        )
    read = stage.book_named(book)
    return studies.routes(app, read, stage.snapshot_named(app, snapshot, read), **settings)


def _routes_view(found: studies.BookRoutes) -> View:
    apart = {
        (trade.trade_id, d.measure, route)
        for trade in found.trades
        for d in trade.disagreements
        for route in (d.one, d.other)
    }
    rows = [
        (
            trade.trade_id,
            trade.kind,
            each.measure,
            each.route,
            number(each.estimate, 6),
            number(each.standard_error, 6),
            number(each.bias, 6),
            "differs" if (trade.trade_id, each.measure, each.route) in apart else "",
        )
        for trade in found.trades
        for each in trade.estimates
    ]
    columns = ("trade", "product", "measure", "route", "estimate", "standard error", "bias taken off", "flag")
    refused = [(trade.trade_id, trade.refusal) for trade in found.trades if trade.refusal is not None]
    pairs = sum(trade.pairs for trade in found.trades)
    flagged = sum(len(trade.disagreements) for trade in found.trades)
    disagrees = found.widest > found.limit
    line = (
        f"{pairs} pairs of routes, {flagged} flagged, the widest {found.widest:.2f} standard errors apart; "
        f"chance explains {found.limit:.2f}"
    )
    tables = (Table(f"{found.book_id} on {found.valuation_date}", columns, rows), *refused_table(refused))
    return View(found.to_dict(), tables, (line,), exit_code=1 if disagrees or refused else 0)
