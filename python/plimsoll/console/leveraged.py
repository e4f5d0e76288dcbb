"""`plimsoll margin perp` and `plimsoll margin cfd`: accounts of leveraged retail products."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import leveraged as stage
from plimsoll.console.command import command
from plimsoll.console.view import Table, Tree, View, number
from plimsoll.vocabulary.errors import BadInput

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@_FILE
@click.option(
    "--pack", default="perpetual-venue-2021-03", show_default=True, help="Contracts and brackets: a name or a file."
)
@click.option(
    "--move",
    "moves",
    multiple=True,
    metavar="[CONTRACT=]FRACTION",
    help="Liquidate at moved marks; -0.3 is a fall of 30 %.",
)
def perp(app: Application, file: Path, pack: str, moves: tuple[str, ...]) -> View:
    """Margin accounts of perpetual contracts in FILE: requirement, liquidation and bankruptcy prices.

    With --move the marks move, and every account and isolated position without excess runs through the waterfall: orders
    cancelled, reduced by bracket, taken over by the insurance fund at the bankruptcy price, or closed against others.
    """
    found, kept = stage.perpetual(app, file, pack, dict(_move(text) for text in moves))
    title = f"{file.name} at {found.as_of}, {found.pack_id}"
    margins = [o.margin for o in found.outcomes if o.margin is not None]
    tables = [Table(title, _POOLS, [row for m in margins for row in _pools(m)])]
    tables.append(Table("Positions", _POSITIONS, [row for m in margins for row in _positions(m)]))
    lines = [f"{w['code']}: {w['contract']}: {w['text']}" for m in margins for w in m["warnings"]]
    if found.waterfall is not None:
        tables += _waterfall(found.waterfall)
        lines.append(_totals(found.waterfall))
    trees = [_tree(pool[part], f"{m['account_id']} {pool['name']} ")
             for m in margins for pool in m["pools"] for part in ("equity", "maintenance")]  # fmt: skip
    return _view(found, kept.document, tables, trees, lines)


@_FILE
@click.option(
    "--pack", default="cfd-esma-2018-08", show_default=True, help="Leverage limits and close-out: a name or a file."
)
def cfd(app: Application, file: Path, pack: str) -> View:
    """Margin accounts of contracts for difference in FILE: initial margin, close-out, financing, dividends.

    Where equity is below the close-out level, the positions are named that the close-out closes, in its order, with what
    is left; a negative balance is the broker's where the rules protect the customer.
    """
    found, kept = stage.cfd(app, file, pack)
    margins = [o.margin for o in found.outcomes if o.margin is not None]
    rows = [
        (m["account_id"], m["equity"]["amount"], m["initial"]["amount"], m["close_out_level"],
         number(m["margin_level"]), number(m["leverage"], 2), " ".join(c["trade_id"] for c in m["closures"]) or "-",
         " ".join(m["left"]) or "-", m["equity_after"], m["broker_loss"])
        for m in margins
    ]  # fmt: skip
    tables = [Table(f"{file.name} on {found.as_of}, {found.pack_id}", _ACCOUNTS, rows)]
    lines = [
        (m["account_id"], p["trade_id"], number(p["notional"], 2), p["profit"], p["financing"], p["dividend"],
         p["initial"], number(p["stop_out_below"]), number(p["stop_out_above"]))
        for m in margins for p in m["positions"]
    ]  # fmt: skip
    tables.append(Table("Positions", _CFDS, lines))
    trees = [_tree(m[part], f"{m['account_id']} ") for m in margins for part in ("equity", "initial")]
    return _view(found, kept.document, tables, trees, [])


_POOLS = ("account", "balance of", "equity", "initial", "maintenance", "orders", "excess", "ratio", "liquidated")
_POSITIONS = ("account", "trade", "contract", "notional", "bracket", "leverage", "profit", "funding", "liquidated below",
              "liquidated above", "bankrupt at")  # fmt: skip
_ACCOUNTS = ("account", "equity", "initial", "close-out below", "level", "leverage", "closes", "leaves", "equity after",
             "broker's loss")  # fmt: skip
_CFDS = (
    "account",
    "trade",
    "notional",
    "profit",
    "financing",
    "dividend",
    "initial",
    "stop-out below",
    "stop-out above",
)
_STEPS = ("stage", "account", "trade", "against", "quantity", "price", "account's", "fund's", "market's", "other's")


def _move(text: str) -> tuple[str, float]:
    name, _, fraction = text.rpartition("=")
    try:
        return name or "*", float(fraction)
    except ValueError as error:
        raise BadInput(
            "invalid_value",
            field="--move",
            value=text,
            allowed="FRACTION or CONTRACT=FRACTION",
            fix="write for instance -0.3 or BTCUSDT=-0.3",
        ) from error


def _pools(margin: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for pool in margin["pools"]:
        amounts = (pool[part]["amount"] for part in ("equity", "initial", "maintenance"))
        ratio, out = number(pool["margin_ratio"]), "yes" if pool["liquidated"] else "no"
        yield margin["account_id"], pool["name"], *amounts, pool["order_hold"], pool["excess"], ratio, out


def _positions(margin: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for p in margin["positions"]:
        prices = (number(p[name]) for name in ("liquidation_below", "liquidation_above", "bankruptcy_price"))
        bracket, leverage = str(p["tier"]), number(p["effective_leverage"], 2)
        notional = number(p["notional"])
        yield (
            margin["account_id"],
            p["trade_id"],
            p["contract"],
            notional,
            bracket,
            leverage,
            p["profit"],
            p["funding"],
            *prices,
        )


def _waterfall(found: Mapping[str, Any]) -> list[Table]:
    steps = [
        (s["stage"], s["account_id"], s["trade_id"] or "-", s["counterparty"] or "-", number(s["quantity"]),
         number(s["price"]), s["account"], s["fund"], s["market"], s["other"])
        for s in found["steps"]
    ]  # fmt: skip
    after = [
        (a["account_id"], a["equity_before"], a["equity_after"], "yes" if a["liquidated"] else "no")
        for a in found["accounts"]
        if a["refusal"] is None
    ]
    columns = ("account", "equity before", "equity after", "taken over")
    return [Table("Waterfall", _STEPS, steps), Table("After the waterfall", columns, after)]


def _totals(found: Mapping[str, Any]) -> str:
    money = f"fund {found['fund_before']} -> {found['fund']}, market {found['market']}, uncovered {found['uncovered']}"
    left_out = [f"{a['account_id']}: {a['refusal']['field']}" for a in found["accounts"] if a["refusal"] is not None]
    return money + (f"; took no part: {', '.join(left_out)}" if left_out else "")


def _tree(node: Mapping[str, Any], prefix: str = "") -> Tree:
    words = " ".join((prefix + node["amount"], *(str(node[key]) for key in ("name", "rule_ref") if node[key])))
    inputs = ", ".join(f"{name} {value:g}" for name, value in node["inputs"].items())
    return Tree(f"{words} ({inputs})" if inputs else words, [_tree(child) for child in node["children"]])


def _view(found: Any, document: Mapping[str, Any], tables: list[Table], trees: list[Tree], lines: list[str]) -> View:
    refused = [f"{o.account_id} refused: {o.refusal}" for o in found.outcomes if o.refusal is not None]
    failed = bool(refused) or any(_is_flaw(a["refusal"]) for a in (found.waterfall or {"accounts": ()})["accounts"])
    return View(document, tables, [*lines, *refused], exit_code=1 if failed else 0, trees=trees)


def _is_flaw(refusal: Mapping[str, Any] | None) -> bool:
    # An account of another ledger than the fund's is sound, and has its margin.
    return refusal is not None and refusal["code"] != "unsupported"


def add_to(group: click.Group) -> None:
    """Hang the commands on a group."""
    command(group, "perp", "plimsoll margin perp examples/perpetuals.json --move BTCUSDT=-0.3")(perp)
    command(group, "cfd", "plimsoll margin cfd examples/cfds.csv")(cfd)
