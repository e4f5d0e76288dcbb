"""Draws the price of one trade, and its error, against the steps or paths of a method."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from plimsoll.report.drawing import INK, PALETTE, canvas, light_grid, style, svg

_NAME = "convergence"


def draw(found: Mapping[str, Any], form: str) -> bytes:
    """Give the drawing as the bytes of an ``svg`` or ``png`` file, which depend on the data alone.

    Parameters
    ----------
    found : mapping
        Plain data of :class:`plimsoll.engine.convergence.Convergence`.
    form : str
        ``svg`` or ``png``.
    """
    with style(_NAME):
        figure = canvas(3.2)
        prices, errors = figure.subplots(1, 2)
        _prices(prices, found)
        _errors(errors, found)
        if form == "png":
            buffer = BytesIO()
            figure.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
            return buffer.getvalue()
        method = found["method"]["kind"]
        title = f"Convergence of {found['trade_id']} by {method}"
        return svg(figure, _NAME, title, f"Price and error of {method} against {found['size_is']}.").encode()


def _prices(axes: Axes, found: Mapping[str, Any]) -> None:
    levels = found["levels"]
    sizes = [level["size"] for level in levels]
    bars = [2.0 * (level["standard_error"] or 0.0) for level in levels]
    axes.errorbar(sizes, [level["price"] for level in levels], yerr=bars if any(bars) else None, marker="o",
                  markersize=4, color=PALETTE[0], capsize=2, label=found["method"]["kind"])  # fmt: skip
    reference = found["reference"]
    axes.axhline(reference["price"], color=INK, linestyle="--", linewidth=0.9, label=reference["method"])
    axes.set_ylabel("price of a unit, two standard errors" if any(bars) else "price of a unit")
    axes.set_title(found["trade_id"])
    _size_axis(axes, found["size_is"], sizes)
    axes.legend(loc="best")


def _errors(axes: Axes, found: Mapping[str, Any]) -> None:
    levels = [level for level in found["levels"] if level["error"]]
    sizes = [level["size"] for level in levels]
    axes.plot(sizes, [level["error"] for level in levels], marker="o", markersize=4, color=PALETTE[1])
    if levels:
        axes.set_yscale("log")
    axes.set_ylabel("standard error" if found["size_is"] == "paths" else "change from half the steps")
    axes.set_title("order not measured" if found["order"] is None else f"order {found['order']:.2f}")
    _size_axis(axes, found["size_is"], [level["size"] for level in found["levels"]])


def _size_axis(axes: Axes, size_is: str, sizes: list[int]) -> None:
    axes.set_xscale("log", base=2)
    shown = sizes[:: 1 + len(sizes) // 7]
    axes.set_xticks(shown, [f"{size:,}" for size in shown])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(size_is)
    light_grid(axes, "both")
