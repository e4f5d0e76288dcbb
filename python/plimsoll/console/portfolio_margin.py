"""What `plimsoll margin` shows of the portfolio regime."""

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import portfolio_margin as stage
from plimsoll.bootstrap.portfolio_margin import Book, Snapshot
from plimsoll.console.tree_lines import tree_lines
from plimsoll.console.view import Table, View

_ASSUMED_SHOWN = 3


def run(app: Application, book: Book, snapshot: Snapshot) -> View:
    """Show requirement, equity, excess and call of each account of a book."""
    found, kept = stage.run(app, book, snapshot)
    rows = [
        (m.account_id, *(str(m.amounts[name]) for name in ("equity", "requirement", "excess", "call")),
         "; ".join(sorted({w["code"] for w in m.warnings})) or "-")
        for m in found.margins
    ]  # fmt: skip
    columns = ("account", "equity", "requirement", "excess", "call", "warnings")
    refused = [f"{o.account_id} refused: {o.refusal}" for o in found.outcomes if o.refusal is not None]
    table = Table(f"{found.book_id} on {found.valuation_date}, {found.pack.pack_id}", columns, rows)
    lines = [*refused, *_caveats(found.pack.assumed(), found.pack.not_checked())]
    return View(kept.document, (table,), lines, exit_code=1 if refused else 0)


def explain(app: Application, book: Book, snapshot: Snapshot, account: str) -> View:
    """Show each cent of an account: group, position and rule at the worst point, and the profits at all ten."""
    found = stage.explain(app, book, snapshot, account)
    rows = [(group["name"], *group["profits"], group["minimum"], group["requirement"]) for group in found["groups"]]
    columns = ("group", *(f"point {point}" for point in range(1, 11)), "minimum", "requirement")
    lines: list[str] = []
    for part in ("equity", "requirement"):
        lines += [part, *tree_lines(found[part], 1)]
    lines += [f"excess {found['excess']}, call {found['call']}"]
    lines += [f"{w['code']}: {w['text']}" for w in found["warnings"]]
    lines += _caveats(found["basis"]["assumed_parameters"], found["not_checked"])
    return View(found, (Table(f"{account}, profit at the ten points", columns, rows),), lines)


def _caveats(assumed: list[str], not_checked: list[str]) -> list[str]:
    more = f" and {len(assumed) - _ASSUMED_SHOWN} more" if len(assumed) > _ASSUMED_SHOWN else ""
    lines = [f"ASSUMED in the pack: {', '.join(assumed[:_ASSUMED_SHOWN])}{more}"] if assumed else []
    return [*lines, *(f"not checked: {condition}" for condition in not_checked)]
