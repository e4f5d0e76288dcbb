"""What `plimsoll value --models` shows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application, valuation
from plimsoll.bootstrap import model_range as stage
from plimsoll.console.refused import refused_table
from plimsoll.console.view import Table, View, number
from plimsoll.vocabulary.errors import BadInput

#: The options that go with `--models` alone.
OF_MODELS = ("quotes", "marked", "policy", "exercise", "rate")


def model_options(body: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the interval to a command."""
    for option in (
        click.option("--rate", type=float, help="Continuous rate of the quotes; implied from parity by default."),
        click.option("--exercise", type=click.Choice(("european", "american")), help="Of the quotes."),
        click.option(
            "--policy", type=click.Path(path_type=Path, dir_okay=False), help="Policy in place of the shipped one."
        ),
        click.option("--marked", metavar="MODEL", help="The model of the book's mark; the best fitting by default."),
        click.option(
            "--quotes", multiple=True, metavar="[UNDERLYING=]FILE", help="Quotes to calibrate to, repeatable."
        ),
        click.option("--models", metavar="all|LIST", help="Value under several models and give the interval."),
    ):
        body = option(body)
    return body


def refuse_without_models(options: dict[str, Any]) -> None:
    """Refuse options of the interval where no models are asked for.

    Raises
    ------
    BadInput
        For the first that is given.
    """
    for name in OF_MODELS:
        if options[name] not in (None, ()):
            raise BadInput(
                "setting_of_another_method",
                field=f"--{name}",
                value=str(options[name]),
                allowed="with --models alone",
                fix="give --models, or leave the option out",
            )


def interval(app: Application, models: str, options: dict[str, Any], arguments: dict[str, Any]) -> View:
    """Value a book under several models and show the interval of each trade."""
    policy = stage.read_policy(options["policy"])
    asked = stage.question(app, models, options["marked"], policy, arguments["paths"], arguments["seed"])
    book = valuation.book_named(arguments["book"])
    snapshot = valuation.snapshot_named(app, arguments["snapshot"], book)
    exercise = options["exercise"] or "european"
    chains = stage.chains_named(book, snapshot, options["quotes"], exercise, options["rate"])
    found = stage.ranges(app, book, snapshot, chains, asked)
    document = {**found.to_dict(), "chains": {name: chain.to_dict() for name, chain in chains.items()}}
    tables = [_models(found), _values(found), _ranges(found), *_further(found), *refused_table(list(found.refused))]
    return View(document, tables, _lines(found), exit_code=1 if found.refused else 0)


def _models(found: Any) -> Table:
    columns = ("underlying", "model", "rmse in half spreads", "rmse in volatility", "verdict")
    rows = []
    for each in found.models:
        quality = each.quality
        fit = (
            ("-", "-") if quality is None else (number(quality.half_spread_rmse, 2), number(quality.volatility_rmse, 5))
        )
        rows.append((each.underlying, each.model, *fit, "admissible" if each.admissible else "; ".join(each.reasons)))
    return Table(f"Models calibrated to the same quotes, policy {found.policy.policy_id}", columns, rows)


def _values(found: Any) -> Table:
    columns = ("trade", "model", "price", "method's error", "calibration's deviation", "method")
    rows = [
        (
            *(trade.trade_id, each.model),
            *(
                ("-", "-", "-", f"refused: {each.refusal.field} = {each.refusal.value}")
                if each.value is None
                else _row(each)
            ),
        )
        for trade in found.trades
        for each in trade.values
    ]
    return Table("Value of one unit", columns, rows)


def _row(each: Any) -> tuple[str, ...]:
    value = each.value
    return number(value.price, 6), f"{value.error:.1e}", number(value.deviation, 6), value.method


def _ranges(found: Any) -> Table:
    columns = ("trade", "side", "low", "by", "median", "high", "by", "half range", "marked by", "reserve", "note")
    rows = []
    for trade in found.trades:
        if trade.range is None:
            continue
        each, names = trade.range, [value.model for value in trade.valued()]
        rows.append(
            (
                *(trade.trade_id, trade.side, number(each.low, 6), names[each.lowest], number(each.median, 6)),
                *(number(each.high, 6), names[each.highest], number(each.half_range, 6), trade.marked_by),
                *(number(each.reserve, 2), "" if trade.is_resolved else "within the methods' errors"),
            )
        )
    return Table(
        f"{found.book_id} on {found.valuation_date}: range of one unit, reserve of the position", columns, rows
    )


def _further(found: Any) -> list[Table]:
    columns = ("trade", "option", "expiry", "strike", "width", "models apart, in widths", "range now", "expected after")
    rows = []
    for trade in found.trades:
        quote = trade.further_quote
        if quote is None:
            continue
        now = trade.to_dict()["range"]
        rows.append(
            (
                *(trade.trade_id, quote.type, str(quote.expiry), number(quote.strike, 2), number(quote.width)),
                *(number(quote.disagreement, 2), number(2.0 * now["half_range"], 6), number(quote.range_after, 6)),
            )
        )
    return [Table("The further quote that would separate the models best", columns, rows)] if rows else []


def _lines(found: Any) -> tuple[str, ...]:
    good = [trade for trade in found.trades if trade.range is not None]
    reserve = sum(trade.range.reserve for trade in good)
    out = sum(not model.admissible for model in found.models)
    return (
        f"{len(good)} intervals, {len(found.refused)} refused; {len(found.models) - out} models admissible, {out} not",
        f"sum of reserves {number(reserve, 2)}, without netting between positions",
    )
