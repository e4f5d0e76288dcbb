"""Draws the figures of a report from its figure data."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from plimsoll.report.drawing import AMBER_LIMIT, GREEN_LIMIT, GRID, INK, MUTED, PALETTE, canvas, light_grid, style, svg
from plimsoll.report.stress_figure import draw_stress
from plimsoll.report.wording import words_of

_CENTS = 100.0
_NOTHING = "no record"


def draw(report: Mapping[str, Any]) -> dict[str, str]:
    """Give the SVG of every figure of a report, by id; one that was just drawn, for another rendering, is not drawn again."""
    return {figure["id"]: _drawn(json.dumps(figure)) for figure in report["figures"]}


@lru_cache(maxsize=16)
def _drawn(figure: str) -> str:
    return draw_one(json.loads(figure))


def draw_one(figure: Mapping[str, Any]) -> str:
    """Give the SVG of one figure."""
    with style(figure["id"]):
        drawn = _DRAWERS[figure["kind"]](figure["data"])
        return svg(drawn, figure["id"], figure["title"], figure["alt"])


def _histogram(data: Mapping[str, Any]) -> Figure:
    figure = canvas(2.9)
    axes = figure.subplots()
    edges = data["edges"]
    labels = [f"< {edges[1]:g}", *(f"{low:g}\nto {high:g}" for low, high in pairwise(edges[1:]))]
    labels.append(f"≥ {edges[-1]:g}")
    width = 0.8 / len(data["series"])
    for k, series in enumerate(data["series"]):
        places = [i - 0.4 + width * (k + 0.5) for i in range(len(labels))]
        bars = axes.bar(places, series["counts"], width=width * 0.94, color=PALETTE[k], label=series["name"])
        axes.bar_label(bars, labels=[str(c) if c else "" for c in series["counts"]], fontsize=7.5, color=MUTED)
    for limit, colour, word in (
        (data["green"], GREEN_LIMIT, "green up to"),
        (data["amber"], AMBER_LIMIT, "amber up to"),
    ):
        if limit in edges:
            place = edges.index(limit) - 0.5
            axes.axvline(place, color=colour, linestyle="--", linewidth=1.0)
            axes.text(place - 0.04, 0.97, f"{word} {limit:g}", color=colour, fontsize=8, rotation=90, va="top", ha="right",
                      transform=axes.get_xaxis_transform())  # fmt: skip
    axes.set_xticks(range(len(labels)), labels)
    axes.set_xlabel("difference in tolerance units")
    axes.set_ylabel("options")
    light_grid(axes)
    axes.legend(loc="upper left")
    return figure


def _convergence(data: Mapping[str, Any]) -> Figure:
    figure = canvas(3.0)
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, word in ((left, "tree"), (right, "grid")):
        rows = [row for row in data["series"] if row["method"].startswith(word)]
        for k, row in enumerate(rows):
            label = f"{row['method'].split()[1]}: order {row['observed']:.2f}, theory {row['theory']:.0f}"
            axes.loglog(row["steps"], row["differences"], marker="o", markersize=4, color=PALETTE[k], label=label)
        steps = sorted({step for row in rows for step in row["steps"]})
        axes.set_xticks(steps, [str(step) for step in steps])
        axes.minorticks_off()
        axes.set_title(word.capitalize())
        axes.set_xlabel("steps" if word == "tree" else "space steps (time steps: half)")
        light_grid(axes, "both")
        axes.legend(loc="lower left")
    left.set_ylabel("mean change of price / strike")
    return figure


def _backtest(data: Mapping[str, Any]) -> Figure:
    windows = data["windows"]
    figure = canvas(2.3 * len(windows) if len(windows) > 2 else 2.7 * len(windows))
    panels = figure.subplots(len(windows), 1, squeeze=False)[:, 0]
    for axes, window in zip(panels, windows, strict=True):
        _backtest_panel(axes, window)
    named = [axes.get_legend_handles_labels() for axes in panels]
    handles, labels = max(named, key=lambda pair: len(pair[0]))
    if handles:
        figure.legend(handles, labels, loc="outside lower center", ncols=len(handles))
    return figure


def _backtest_panel(axes: Axes, window: Mapping[str, Any]) -> None:
    axes.set_title(window["name"])
    first = window["series"][0]
    if not first["dates"]:
        _empty(axes)
        return
    days = _days(first["dates"])
    axes.vlines(days, 0.0, first["profit"], colors="#aab4be", linewidth=1.3, label="profit of the day")
    for k, series in enumerate(window["series"]):
        losses = [-value for value in series["value_at_risk"]]
        axes.plot(_days(series["dates"]), losses, color=PALETTE[k], linewidth=1.1, label=_words(series["model"]))
    profit = dict(zip(first["dates"], first["profit"], strict=True))
    hit = first["exceptions"]
    axes.plot(_days(hit), [profit[day] for day in hit], linestyle="none", marker="v", markersize=5, color="#b00020",
              markeredgecolor="white", markeredgewidth=0.4, label="exception")  # fmt: skip
    axes.axhline(0.0, color=MUTED, linewidth=0.7)
    axes.yaxis.set_major_formatter(_thousands)
    axes.set_ylabel("USD")
    light_grid(axes)
    axes.margins(x=0.01)


def _exceptions(data: Mapping[str, Any]) -> Figure:
    rows = data["rows"]
    figure = canvas(0.6 + 0.19 * max(4, len(rows)))
    axes = figure.subplots()
    for window in data["windows"]:
        axes.axvspan(*_days([window["first"], window["last"]]), color=GRID, zorder=0)
    for place, row in enumerate(rows):
        days = _days(row["dates"])
        axes.plot(
            days, [place] * len(days), linestyle="none", marker="|", markersize=7, markeredgewidth=0.9, color=PALETTE[0]
        )
    axes.set_yticks(range(len(rows)), [row["account_id"] for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.01)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return figure


def _margin(data: Mapping[str, Any]) -> Figure:
    replays = data["replays"]
    most = max((len(replay["accounts"]) for replay in replays), default=1)
    figure = canvas((0.7 + 0.19 * most) * len(replays))
    panels = figure.subplots(len(replays), 1, squeeze=False)[:, 0]
    calls = [cell["call"] / _CENTS for replay in replays for cell in replay["cells"] if cell["call"] > 0]
    norm = LogNorm(min(calls), max(max(calls), min(calls) * 1.01)) if calls else None
    image = None
    for axes, replay in zip(panels, replays, strict=True):
        drawn = _margin_panel(axes, replay, norm)
        image = drawn if drawn is not None else image
    if image is not None:
        bar: Any = figure.colorbar(image, ax=list(panels), pad=0.01, fraction=0.03)
        bar.set_label("maintenance call, USD")
        bar.outline.set_visible(False)
        bar.solids.set_rasterized(False)  # a drawing without pixels
        bar.solids.set_edgecolor("face")  # no seams between its steps
    return figure


def _margin_panel(axes: Axes, replay: Mapping[str, Any], norm: LogNorm | None) -> Any:
    axes.set_title(replay["name"])
    place = {account: i for i, account in enumerate(replay["accounts"])}
    slot = {day: i for i, day in enumerate(replay["dates"])}
    grid = [[float("nan")] * len(slot) for _ in place]
    for cell in replay["cells"]:
        if cell["call"] > 0:
            grid[place[cell["account_id"]]][slot[cell["day"]]] = cell["call"] / _CENTS
    image = None
    if norm is not None and grid and slot:
        image = axes.pcolormesh(grid, cmap="YlOrRd", norm=norm, edgecolors="white", linewidth=0.3)
    short = [cell for cell in replay["cells"] if cell["shortfall"] > 0]
    crosses = ([slot[c["day"]] + 0.5 for c in short], [place[c["account_id"]] + 0.5 for c in short])
    # A pale cross beneath the dark one keeps it legible on every colour of the scale.
    for colour, width, label in (("white", 2.6, None), (INK, 1.0, "equity below zero")):
        axes.plot(
            *crosses, linestyle="none", marker="x", markersize=4, markeredgewidth=width, color=colour, label=label
        )
    if short:
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), borderpad=0.0)
    axes.set_yticks([i + 0.5 for i in place.values()], list(place))
    every = max(1, len(slot) // 8)
    axes.set_xticks([i + 0.5 for i in range(0, len(slot), every)], replay["dates"][::every])
    axes.set_xlim(0, max(1, len(slot)))
    axes.set_ylim(len(place), 0)
    axes.tick_params(axis="both", length=0)
    axes.set_facecolor("#f6f8fa")
    for spine in axes.spines.values():
        spine.set_visible(False)
    return image


def _days(dates: list[str]) -> Any:
    """Give dates as Matplotlib takes them; its stubs do not know that."""
    return [date.fromisoformat(text) for text in dates]


def _words(name: str) -> str:
    return f"{words_of(name)}, value at risk"


def _thousands(value: float, _position: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


def _empty(axes: Axes) -> None:
    axes.text(0.5, 0.5, _NOTHING, ha="center", va="center", color=MUTED, transform=axes.transAxes)
    axes.set_xticks([])
    axes.set_yticks([])


_DRAWERS: Mapping[str, Callable[[Mapping[str, Any]], Figure]] = {
    "histogram": _histogram,
    "convergence": _convergence,
    "backtest": _backtest,
    "exceptions": _exceptions,
    "margin_replay": _margin,
    "stress": draw_stress,
}
