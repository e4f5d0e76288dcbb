"""Chains of option quotes: read, held for arbitrage, repaired, and models fitted to them."""

from datetime import date
from pathlib import Path
from typing import Any

from plimsoll.bootstrap.application import Application
from plimsoll.engine import calibration, surfaces
from plimsoll.engine.calibration import MODELS as MODELS
from plimsoll.engine.calibration import ModelFit as ModelFit
from plimsoll.engine.quotes import QuoteChain as QuoteChain
from plimsoll.engine.quotes import read_quotes
from plimsoll.engine.surfaces import ArbitrageCell as ArbitrageCell
from plimsoll.engine.surfaces import Repair as Repair
from plimsoll.engine.surfaces import count_by_kind as count_by_kind


def quotes_named(path: Path, day: date | None, **terms: Any) -> QuoteChain:
    """Read a table of listed options as of a day, or of the day that the table names."""
    return read_quotes(path, day, **terms)


def calibrate(app: Application, quotes: QuoteChain, model: str) -> tuple[ModelFit, ...]:
    """Fit a model to the chain, or a smile to each of its expiries."""
    app.progress.stage(f"calibration of {model}", 1)
    fits = calibration.fit(quotes, model)
    app.progress.advance(1)
    app.progress.done()
    failed = sum(fit.refusal is not None or not fit.converged for fit in fits)
    app.log.info("model calibrated", model=model, fits=len(fits), failed=failed)
    return fits


def surface(app: Application, quotes: QuoteChain, repaired: bool) -> tuple[tuple[ArbitrageCell, ...], Repair | None]:
    """Find the arbitrage in a chain and, if asked, the nearest prices without it."""
    cells = surfaces.find_arbitrage(quotes)
    mended = surfaces.repair(quotes) if repaired else None
    app.log.info("surface examined", arbitrages=len(cells), moved=len(mended.moved) if mended else 0)
    return cells, mended
