"""`plimsoll stress`: run, list."""

from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import data as market_data
from plimsoll.bootstrap import stress as stage
from plimsoll.bootstrap import valuation as books
from plimsoll.console.command import command
from plimsoll.console.view import Table, View

_PACK = click.option(
    "--pack", "packs", multiple=True, metavar="NAME|FILE", help="A pack of scenarios; all shipped ones by default."
)


@click.group(name="stress", no_args_is_help=True)
def stress() -> None:
    """Put books under historical replays and hypothetical moves of the market."""


@command(stress, "list", "plimsoll stress list")
@_PACK
def list_packs(_app: Application, packs: tuple[str, ...]) -> View:
    """List the packs and their scenarios, each with its status and source."""
    found = stage.listing(packs)
    return View({"packs": found}, [_pack_table(pack) for pack in found], [str(pack["note"]) for pack in found])


def _pack_table(pack: dict[str, Any]) -> Table:
    rows = [
        (s["scenario_id"], s["name"], " to ".join(s["window"] or ()) or "-", s["status"],
         ", ".join(dict.fromkeys(move["basis"] for move in s["moves"])) or "-",
         f"{s['source']['document']}, {s['source']['section']}: {s['source']['words']}")
        for s in pack["scenarios"]
    ]  # fmt: skip
    title = f"{pack['pack_id']}, in force {pack['in_force_from']} to {pack['in_force_until']}"
    return Table(title, ("scenario", "name", "window", "status", "basis", "source"), rows)


@command(stress, "run", "plimsoll stress run demo-2020 --pack hypothetical-2026-11")
@click.argument("book")
@_PACK
@click.option("--scenario", "scenarios", multiple=True, metavar="ID", help="A scenario of the packs; all by default.")
@click.option("--snapshot", metavar="FILE|DATE", help="The market; the stored one of the book's date by default.")
def run(app: Application, book: str, packs: tuple[str, ...], scenarios: tuple[str, ...], snapshot: str | None) -> View:
    """Value BOOK in full and margin its accounts after each scenario; find how far spots may move before a call."""
    chosen, read = stage.packs_named(packs), books.book_named(book)
    stage.scenarios_named(chosen, scenarios)
    on = books.snapshot_named(app, snapshot, read)
    found, kept = stage.run(app, read, on, market_data.market(app), chosen, scenarios)
    tables = (_scenario_table(kept.document), _account_table(kept.document))
    code = 0 if found.is_complete else 1
    return View({**kept.document, "run_id": kept.run_id}, tables, _lines(kept), exit_code=code)


def _scenario_table(document: Any) -> Table:
    rows = [
        (s["scenario_id"], s["status"], s["profit"], f"{s['worst_account']} {s['worst_account_profit']}",
         str(len(s["accounts_called"])), ", ".join(s["accounts_in_shortfall"]) or "-", s["shortfall"],
         str(len(s["not_applied"])), "yes" if s["hindsight"] else "no")
        for s in document["scenarios"]
    ]  # fmt: skip
    columns = ("scenario", "status", "profit of the book, USD", "worst account", "called", "in shortfall",
               "shortfall, USD", "not applied", "hindsight")  # fmt: skip
    return Table(f"{document['book_id']} on {document['valuation_date']}, full revaluation", columns, rows)


def _account_table(document: Any) -> Table:
    distances = {row["account_id"]: row for row in document["reverse"]}
    rows = [
        (w["account_id"], w["scenario"], w["profit"], w["excess"] or "-", w["shortfall"] or "-",
         w["loss_over_margin"] or "-", *_moves(distances.get(w["account_id"], {})))
        for w in document["worst_by_account"]
    ]  # fmt: skip
    columns = ("account", "worst scenario", "profit", "excess then", "shortfall", "loss over margin",
               "called at spots down", "called at spots up")  # fmt: skip
    return Table(
        "Worst scenario of each account, and its reverse stress (first form: all spots together)", columns, rows
    )


def _moves(row: dict[str, Any]) -> tuple[str, str]:
    if row.get("nearest") == 0.0:
        return "called already", "called already"
    down, up = ("-" if row.get(side) is None else f"{row[side]:+.2%}" for side in ("down", "up"))
    return down, up


def _lines(kept: Any) -> list[str]:
    document = kept.document
    lines = [
        f"{s['scenario_id']}: not applied: {m['factor']}: {m['move']} [{m['status']}]: {m['why']}"
        for s in (*document["scenarios"], *document["not_applicable"])
        for m in s["not_applied"]
    ]
    lines += [f"{s['scenario_id']}: chosen: {', '.join(s['chosen'])}" for s in document["scenarios"] if s["chosen"]]
    lines += [f"{s['scenario_id']} refused: {_why(s['refusal'])}" for s in document["scenarios_refused"]]
    lines += [f"{item['trade_id']} not valued: {_why(item['refusal'])}" for item in document["positions_not_valued"]]
    lines += [f"{name} refused: {_why(refusal)}" for name, refusal in document["accounts_refused"].items()]
    kind = "stress_pack/"
    lines += [
        f"pack {name.removeprefix(kind)}: {digest}"
        for name, digest in document["digests"].items()
        if name.startswith(kind)
    ]
    basis = document["basis"]
    assumed = f"ASSUMED: {', '.join(basis['assumed'])}; adjusted closes: {len(basis['adjusted_prices'])} underlyings"
    return [*lines, assumed, kept.run_id]


def _why(refusal: dict[str, str]) -> str:
    return "; ".join((refusal["code"], f"{refusal['field']} = {refusal['value']}", f"fix: {refusal['fix']}"))
