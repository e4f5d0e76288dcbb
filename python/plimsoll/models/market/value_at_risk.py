"""Value at risk and expected shortfall of every account and of the book on one day, with standard errors."""

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from plimsoll.engine import risk
from plimsoll.engine.book import Book
from plimsoll.models.market.history import MarketColumns, MarketHistory
from plimsoll.models.market.positions import Refused, RestruckBook, restrike
from plimsoll.models.market.settings import MODEL_ID, MODELS, RiskSettings
from plimsoll.models.market.simulation import Simulation
from plimsoll.vocabulary.errors import BadInput

#: The name of the row of all accounts together; no account may bear it.
WHOLE_BOOK = "book"


@dataclass(frozen=True, slots=True)
class AccountTail:
    """One account, or the book, under one model: losses over the next trading day, in the account's currency.

    Standard errors are those of the window as independent draws; the Student-t has none.
    """

    account_id: str
    model: str
    value_at_risk: float
    value_at_risk_error: float | None
    expected_shortfall: float
    expected_shortfall_error: float | None

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "account_id": self.account_id,
            "model": self.model,
            "value_at_risk": self.value_at_risk,
            "value_at_risk_error": self.value_at_risk_error,
            "expected_shortfall": self.expected_shortfall,
            "expected_shortfall_error": self.expected_shortfall_error,
        }


@dataclass(frozen=True, slots=True)
class RiskRun:
    """The tails of every account and of the book at the close of a day, and the positions that could not be measured.

    ``book`` has the tails of the summed profits of all accounts. Records and tables have them as rows of the account
    ``book``, after the accounts.
    """

    book_id: str
    as_of: date
    settings: RiskSettings
    accounts: tuple[AccountTail, ...]
    book: tuple[AccountTail, ...]
    refused: tuple[Refused, ...]
    evidence: dict[str, str]

    @property
    def rows(self) -> tuple[AccountTail, ...]:
        """The accounts, then the book."""
        return self.accounts + self.book

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "model_id": MODEL_ID,
            "book_id": self.book_id,
            "as_of": self.as_of.isoformat(),
            "settings": self.settings.to_dict(),
            "accounts": [row.to_dict() for row in self.rows],
            "refused": [row.to_dict() for row in self.refused],
            "evidence": dict(self.evidence),
        }

    def table(self) -> pa.Table:
        """Give a row per account and model, and those of the book."""
        rows = [{"as_of": self.as_of, **row.to_dict()} for row in self.rows]
        names = ("value_at_risk", "value_at_risk_error", "expected_shortfall", "expected_shortfall_error")
        schema = pa.schema(
            [("as_of", pa.date32()), ("account_id", pa.string()), ("model", pa.string())]
            + [(name, pa.float64()) for name in names]
        )
        return pa.Table.from_pylist(rows, schema=schema)


def value_at_risk_run(
    book: Book, market: MarketColumns, settings: RiskSettings | None = None, threads: int = 1
) -> RiskRun:
    """Measure every account of a book, and the book, at the close of its date.

    Parameters
    ----------
    book : Book
        Accounts and positions.
    market : MarketColumns
        History up to the book's date or beyond; nothing after that date is read.
    settings : RiskSettings, optional
        The defaults are those of the model's inventory record.
    threads : int
        No number depends on it.

    Raises
    ------
    BadInput
        If the history lacks the date or is too short before it, no position can be measured, or an account has the name
        that is the book's.
    """
    settings = settings or RiskSettings()
    history = MarketHistory.of(market)
    struck = restrike(book, history)
    forecast = history.row(book.as_of) - settings.window
    if forecast < 0 or not struck.templates:
        raise BadInput(
            "nothing_to_measure" if forecast >= 0 else "history_too_short",
            field="book" if forecast >= 0 else "as_of",
            value=book.book_id if forecast >= 0 else book.as_of,
            allowed=f"positions on underlyings of the history, {settings.window} returns before the date",
            fix="choose a later date, a shorter window or other positions",
        )
    rows = _tails(Simulation(history, _with_the_whole(struck), settings, threads), forecast)
    evidence = {**history.inputs, "book": struck.digest, "settings": settings.digest()}
    own = len(struck.accounts) * len(MODELS)
    return RiskRun(struck.book_id, struck.as_of, settings, rows[:own], rows[own:], struck.refused, evidence)


def _with_the_whole(struck: RestruckBook) -> RestruckBook:
    """Add a row of holdings that is all accounts together; each sum is exactly rounded, in whatever order they stand."""
    if WHOLE_BOOK in struck.accounts:
        raise BadInput(
            "reserved_name",
            field="account_id",
            value=WHOLE_BOOK,
            allowed=f"any name but {WHOLE_BOOK}, which is that of all accounts together",
            fix="give the account another name",
        )
    whole = np.array([[math.fsum(held) for held in struck.weights.T]])
    return replace(
        struck, accounts=(*struck.accounts, WHOLE_BOOK), weights=np.concatenate([struck.weights, whole], axis=0)
    )


def _tails(simulation: Simulation, forecast: int) -> tuple[AccountTail, ...]:
    tails = simulation.tails(forecast, forecast + 1)
    scenarios = simulation.scenarios(forecast)
    settings = simulation.settings
    rows = []
    for account, name in enumerate(simulation.book.accounts):
        for model, model_name in enumerate(MODELS):
            profits = scenarios[model][account] if model < len(scenarios) else None
            rows.append(
                AccountTail(
                    account_id=name,
                    model=model_name,
                    value_at_risk=float(tails.value_at_risk[model, account, 0]),
                    value_at_risk_error=(
                        None if profits is None else risk.value_at_risk_error(profits, settings.value_at_risk_level)
                    ),
                    expected_shortfall=float(tails.expected_shortfall[model, account, 0]),
                    expected_shortfall_error=(
                        None
                        if profits is None
                        else risk.expected_shortfall_error(profits, settings.expected_shortfall_level)
                    ),
                )
            )
    return tuple(rows)
