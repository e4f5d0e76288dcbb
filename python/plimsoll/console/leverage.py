"""`plimsoll margin leverage` and `plimsoll margin fund`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import leveraged as stage
from plimsoll.bootstrap import valuation as books
from plimsoll.console.command import command
from plimsoll.console.view import Table, View, number
from plimsoll.vocabulary.errors import BadInput

_RATIOS = ("gross", "net", "delta_gross", "delta_net", "beta_net", "look_through_net")
_COLUMNS = (
    *("account", "equity", *(name.replace("_", " ") for name in _RATIOS), "stressed gross"),
    *("utilisation", "regime allows", "index down", "index up"),
)


@click.argument("book")
@click.option("--snapshot", metavar="FILE|DATE", help="The market; the stored one of the book's date by default.")
@click.option("--account", help="One account; all by default.")
@click.option(
    "--beta", "betas", multiple=True, metavar="NAME=BETA", help="Beta of an underlying to the index; 1 by default."
)
@click.option(
    "--stressed-move",
    type=float,
    default=-0.2,
    show_default=True,
    help="Move of the index that leverage is stressed by.",
)
@click.option("--by-name", is_flag=True, help="The distance to a call by each name alone too.")
def leverage(
    app: Application, book: str, snapshot: str | None, account: str | None, betas: tuple[str, ...],
    stressed_move: float, by_name: bool,
) -> View:  # fmt: skip
    """Give leverage of the accounts of BOOK: gross, net, by delta, beta and looking through funds, and the distance to a call.

    Each ratio is an exposure over equity. The distances are the moves of the index, each underlying by its beta, at which
    the account, revalued and margined there, has no excess left.
    """
    read = books.book_named(book)
    asked = {"betas": dict(_beta(text) for text in betas), "stressed_move": stressed_move, "by_name": by_name}
    outcomes, kept = stage.leverage(app, read, books.snapshot_named(app, snapshot, read), account, **asked)
    found = [outcome.margin for outcome in outcomes if outcome.margin is not None]
    tables = [Table(f"Leverage of {read.book_id}", _COLUMNS, [_row(each) for each in found])]
    names = [
        (each["account_id"], name["underlying"], _limit(name["limits"]["down"]), _limit(name["limits"]["up"]))
        for each in found
        for name in each["names"]
    ]
    if by_name:
        tables.append(Table("Distance to a call by one name", ("account", "name", "down", "up"), names))
    refused = [f"{o.account_id} refused: {o.refusal}" for o in outcomes if o.refusal is not None]
    return View(kept.document, tables, refused, exit_code=1 if refused else 0)


@click.argument("closes", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--multiple", type=float, required=True, help="What the fund is reset to at each close; -1 is inverse.")
@click.option("--assets", type=float, default=1e6, show_default=True, help="Net assets at the first close.")
@click.option("--fee", type=float, default=0.0, show_default=True, help="Of net assets, a year.")
@click.option("--rate", type=float, default=0.0, show_default=True, help="Paid on what is borrowed, a year.")
def fund(_: Application, closes: Path, multiple: float, assets: float, fee: float, rate: float) -> View:
    """Follow a leveraged or inverse fund over CLOSES, a table with the columns date and close: decay and rebalancing.

    Flows are what the fund buys at each close to come back to its multiple, in currency and in units of the index.
    """
    found = stage.fund(closes, multiple, assets, fee, rate)
    rows = [
        (
            d["date"],
            number(d["index_return"], 6),
            number(d["net_assets"], 2),
            number(d["rebalancing"], 2),
            number(d["shares"], 2),
        )
        for d in found["days"]
    ]
    table = Table(f"{multiple:g} x {closes.name}", ("date", "index", "net assets", "rebalancing", "units"), rows)
    lines = [
        f"fund {number(found['fund_return'], 6)}, index {number(found['index_return'], 6)}, "
        f"fund less {multiple:g} x index {number(found['shortfall'], 6)}",
        f"decay of log growth {number(found['decay'], 8)}; by the variance {number(found['decay_by_variance'], 8)} "
        f"+- {number(found['error_bound'], 8)}; fund rebalanced without a gap {number(found['frequent_limit'], 6)}",
    ]
    return View(found, (table,), lines, exit_code=1 if found["lost"] else 0)


def _beta(text: str) -> tuple[str, float]:
    name, _, value = text.rpartition("=")
    try:
        if name:
            return name, float(value)
    except ValueError:
        pass
    raise BadInput("invalid_value", field="--beta", value=text, allowed="NAME=BETA", fix="write for instance AAPL=1.2")


def _row(found: Mapping[str, Any]) -> tuple[str, ...]:
    ratios = found["ratios"] or dict.fromkeys(_RATIOS)
    stressed = (found["stressed"] or {"gross": None})["gross"]
    shown = (number(ratios[name], 2) for name in _RATIOS)
    rest = (number(stressed, 2), number(found["utilisation"], 4), number(found["regime_leverage"], 2))
    return (
        found["account_id"],
        found["equity"],
        *shown,
        *rest,
        *(_limit(found["index"][side]) for side in ("down", "up")),
    )


def _limit(limit: Mapping[str, Any] | None) -> str:
    return "-" if limit is None else f"{limit['inside']:+.4%}"


def add_to(group: click.Group) -> None:
    """Hang the commands on a group."""
    command(group, "leverage", "plimsoll margin leverage demo-2020 --account A02 --beta AAPL=1.3")(leverage)
    command(group, "fund", "plimsoll margin fund examples/index_closes.csv --multiple 3")(fund)
