"""Draws the figure of the section on stress."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from plimsoll.report.drawing import INK, MUTED, PALETTE, canvas, light_grid


def draw_stress(data: Mapping[str, Any]) -> Figure:
    """Draw a group of bars for each scenario, one bar a book, with the number of accounts in shortfall beside it."""
    books = data["books"]
    names = list(dict.fromkeys(row["scenario"] for book in books for row in book["rows"]))
    place = {name: i for i, name in enumerate(names)}
    figure = canvas(0.9 + 0.26 * max(3, len(names)))
    axes = figure.subplots()
    width = 0.8 / len(books)
    for k, book in enumerate(books):
        rows = book["rows"]
        places = [place[row["scenario"]] - 0.4 + width * (k + 0.5) for row in rows]
        profits = [row["profit"] / 1e6 for row in rows]
        bars = axes.barh(places, profits, height=width * 0.92, color=PALETTE[k], label=book["book_id"])
        short = [str(row["short"]) if row["short"] else "" for row in rows]
        axes.bar_label(bars, labels=short, fontsize=7.5, color=INK, padding=2)
    axes.axvline(0.0, color=MUTED, linewidth=0.7)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("profit, millions of US dollars")
    axes.margins(x=0.06)
    light_grid(axes, "x")
    axes.legend(loc="lower left")
    return figure
