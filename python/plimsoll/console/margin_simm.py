"""`plimsoll margin simm` and `plimsoll margin variation`: margin between two parties without a clearing house."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import bilateral as stage
from plimsoll.console.command import make_command
from plimsoll.console.files import write_text
from plimsoll.console.view import Table, View, number
from plimsoll.vocabulary.errors import BadInput

_FILE = click.Path(path_type=Path, dir_okay=False)
_DAY = click.option(
    "--date",
    "day",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    required=True,
    help="The day of the margin; the pack must be in force.",
)
_AGREEMENTS = click.option("--agreements", type=_FILE, help="Terms and collateral: adds what is to be delivered.")
_PRODUCTS = ("rates_and_exchange", "credit", "equity", "commodity")
_CALL_COLUMNS = (
    *("netting set", "currency", "requirement", "after threshold", "held", "delivery", "return", "unsecured"),
    *("settles on",),
)


@make_command("simm", "plimsoll margin simm examples/bilateral/risk.csv --pack synthetic-simm --date 2026-06-30")
@click.argument("crif", type=_FILE)
@click.option("--pack", help="Calibration or schedule: the name of a shipped pack, or a file.")
@click.option("--horizon", type=click.Choice(["10d", "1d"]), default="10d", show_default=True)
@click.option("--side", type=click.Choice(["call", "post"]), default="call", show_default=True)
@_DAY
@click.option("--currency", metavar="CODE", help="Calculation currency; that of the pack by default.")
@click.option("--rate", "rates", multiple=True, metavar="CODE=NUMBER", help="One unit in the pack's currency.")
@click.option("--schedule", is_flag=True, help="By the schedule of notionals: rows of im_model Schedule.")
@click.option("--explain", is_flag=True, help="Show products, risk classes, buckets and factors.")
@_AGREEMENTS
@click.option("--netted", type=_FILE, help="Write the rows added up over trades to this file, .csv or .tsv.")
def simm(
    app: Application,
    crif: Path,
    pack: str | None,
    horizon: str,
    side: str,
    day: datetime,
    currency: str | None,
    rates: tuple[str, ...],
    schedule: bool,
    explain: bool,
    agreements: Path | None,
    netted: Path | None,
) -> View:
    """Give the initial margin of each netting set of CRIF, a file of risk data, under each regulation that it names."""
    parsed = dict(map(_rate, rates))
    if schedule:
        found = stage.schedule(app, crif, pack, side, day.date(), parsed)
    else:
        found = stage.simm(app, crif, pack, horizon, side, day.date(), currency, parsed)
    if netted is not None:
        write_text(netted, stage.netted_text(crif, netted), "--netted")
    calls = [] if agreements is None else stage.initial_calls(agreements, found)
    document = {**found.to_dict(), "calls": calls}
    tables = [_schedule_table(document) if schedule else _table(document)]
    if calls:
        tables.append(_calls_table(calls, "Initial margin to be delivered"))
    lines = [f"{document['pack']['status']}: {document['pack']['source']}", *_refusals(document["netting_sets"])]
    lines += _refusals(calls)
    if explain and not schedule:
        lines += [line for entry in document["netting_sets"] if entry["margin"] for line in _explained(entry)]
    refused = bool(found.refused) or any(call["refusal"] for call in calls)
    return View(document, tables, lines, exit_code=1 if refused else 0)


@make_command("variation", "plimsoll margin variation examples/bilateral/agreements.json --date 2026-06-30")
@click.argument("agreements", type=_FILE)
@_DAY
def variation(app: Application, agreements: Path, day: datetime) -> View:
    """Give the transfers of variation margin of both sides under each agreement of AGREEMENTS."""
    calls = stage.variation(app, agreements, day.date())
    tables = [
        _calls_table([{**call, "call": call["call"][side]} for call in calls if call["call"]], title)
        for side, title in (("theirs", "They secure"), ("ours", "We secure"))
    ]
    lines = [f"{call['portfolio_id']}: net {call['call']['net']} {call['currency']}" for call in calls if call["call"]]
    refused = _refusals(calls)
    document = {"valuation_date": day.date().isoformat(), "calls": calls}
    return View(document, tables, [*lines, *refused], exit_code=1 if refused else 0)


def _rate(text: str) -> tuple[str, float]:
    code, _, value = text.partition("=")
    try:
        return code, float(value)
    except ValueError:
        raise BadInput(
            "invalid_value", field="--rate", value=text, allowed="a currency and a number, EUR=1.1", fix="correct it"
        ) from None


def _table(document: Mapping[str, Any]) -> Table:
    add_ons = ("multiplier_add_on", "fixed_add_on", "notional_add_on", "amount")
    rows = []
    for entry in document["netting_sets"]:
        margin = entry["margin"]
        if margin is None:
            continue
        of_class = {line["product_class"]: line["amount"] for line in margin["products"]}
        products = [number(of_class.get(name), 2) for name in _PRODUCTS]
        mark = "binding" if document["binding"].get(entry["portfolio_id"]) == entry["regulation"] else ""
        amounts = [number(margin[name], 2) for name in add_ons]
        rows.append((entry["portfolio_id"], entry["regulation"], *products, *amounts, mark))
    columns = ("netting set", "regulation", *(name.replace("_", " ") for name in _PRODUCTS))
    return Table(_title(document), (*columns, "multipliers", "fixed", "notional", "margin", ""), rows)


def _schedule_table(document: Mapping[str, Any]) -> Table:
    names = ("gross_margin", "gross_replacement_cost", "net_replacement_cost", "net_to_gross", "amount")
    rows = [
        (entry["portfolio_id"], *(number(entry["margin"][name], 2) for name in names))
        for entry in document["netting_sets"]
        if entry["margin"]
    ]
    columns = ("netting set", "gross margin", "gross replacement", "net replacement", "net to gross", "margin")
    return Table(_title(document), columns, rows)


def _title(document: Mapping[str, Any]) -> str:
    pack, day = document["pack"]["pack_id"], document["valuation_date"]
    return f"Initial margin to {document['side']} on {day}, {pack}, {document['currency']}"


def _calls_table(calls: list[dict[str, Any]], title: str) -> Table:
    names = ("requirement", "required", "held", "delivery", "returned", "unsecured")
    rows = [
        (call["portfolio_id"], call["currency"], *(call["call"][name] for name in names), call["settles_on"])
        for call in calls
        if call["call"]
    ]
    return Table(title, _CALL_COLUMNS, rows)


def _refusals(entries: list[dict[str, Any]]) -> list[str]:
    return [
        f"{entry['portfolio_id']} refused: {failure['field']}: {failure['value']}: allowed is {failure['allowed']}"
        f": {failure['fix']}"
        for entry in entries
        if (failure := entry["refusal"])
    ]


def _explained(entry: Mapping[str, Any]) -> Iterator[str]:
    margin = entry["margin"]
    yield f"{entry['portfolio_id']}, {entry['regulation']}: {number(margin['amount'], 2)}"
    for product in margin["products"]:
        name = product["product_class"]
        yield f"  {name}: {number(product['amount'], 2)}, of it by diversification {number(product['diversification'], 2)}"
        for line in (line for line in margin["classes"] if line["product_class"] == name):
            yield f"    {line['risk_class']}: {number(line['amount'], 2)}"
            yield from _bucket_lines(margin, line)
    for text in ("multiplier_add_on", "fixed_add_on", "notional_add_on"):
        if margin[text]:
            yield f"  {text.replace('_', ' ')}: {number(margin[text], 2)}"
    yield from (f"  warning: {warning}" for warning in margin["warnings"])


def _bucket_lines(margin: Mapping[str, Any], line: Mapping[str, Any]) -> Iterator[str]:
    same = ("product_class", "risk_class")
    own = [b for b in margin["buckets"] if all(b[key] == line[key] for key in same)]
    for bucket in own:
        yield (
            f"      {bucket['measure']}, bucket {bucket['bucket']}: K {number(bucket['amount'], 2)}, "
            f"S {number(bucket['offset_sum'], 2)}, concentration {number(bucket['concentration'])}"
        )
        for factor in margin["factors"]:
            if all(factor[key] == bucket[key] for key in (*same, "measure", "bucket")):
                words = " ".join(filter(None, (factor[k] for k in ("qualifier", "label1", "label2"))))
                yield (
                    f"        {words}: {number(factor['sensitivity'], 2)} x {number(factor['weight'])} x "
                    f"{number(factor['concentration'])} = {number(factor['weighted'], 2)}"
                )
