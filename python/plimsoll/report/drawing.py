"""The look of the figures: one palette, one type size, and SVG whose bytes depend on the data alone."""

import re
from io import BytesIO
from typing import Any, Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1b2733"
MUTED = "#5b6875"
GRID = "#e3e8ed"
# Okabe and Ito (2008): tells apart for readers with any common colour vision.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
GREEN_LIMIT = "#1a7f4b"
AMBER_LIMIT = "#b26a00"
_WIDTH_INCHES = 8.6
_LAID_OUT_IN = "font-family: 'DejaVu Sans', sans-serif"
# What a page may show instead: each is narrower.
_SHOWN_IN = "font-family: 'Source Sans 3', 'Helvetica Neue', 'Arial', 'DejaVu Sans', sans-serif"

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    # The font that Matplotlib brings lays a figure out, so that its bytes do not depend on the fonts of the system.
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
}


def style(name: str) -> Any:
    """Give the context in which a figure is drawn; ``name`` salts its ids."""
    return matplotlib.rc_context({**_STYLE, "svg.hashsalt": f"plimsoll-{name}"})


def canvas(height_inches: float) -> Figure:
    """Give an empty figure of the width of the page."""
    return Figure(figsize=(_WIDTH_INCHES, height_inches), layout="constrained")


def light_grid(axes: Axes, axis: Literal["both", "x", "y"] = "y") -> None:
    """Draw a faint grid along one axis."""
    axes.grid(visible=True, axis=axis)


def svg(figure: Figure, name: str, title: str, alt: str) -> str:
    """Give the figure as an inline SVG element with a title and a description for readers who do not see it.

    No date and no program version goes in; ids carry the name of the figure, so that several can share a page.
    """
    buffer = BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue().decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = text.replace(_LAID_OUT_IN, _SHOWN_IN)
    text = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", text)
    opening = text[: text.index(">")]
    size = re.search(r'viewBox="[^"]+"', opening)
    head = (
        f'<svg {size.group(0) if size else ""} class="figure" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<title id="{name}-title">{_escape(title)}</title><desc id="{name}-desc">{_escape(alt)}</desc>'
    )
    return head + text[len(opening) + 1 :].strip()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
