"""The facade: a trade or a book, a snapshot and a method in; a valuation or one outcome for each position out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from plimsoll import _core
from plimsoll.engine.book import Book, Position
from plimsoll.engine.documents import finite
from plimsoll.engine.methods import MethodChoice, MethodSpec, method_of_core, refuse_unknown_instruction_set
from plimsoll.engine.of_book import OfBook
from plimsoll.engine.refusals import refusal, refusal_of
from plimsoll.engine.several_greeks import NONE, SeveralGreeks
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.trades import Trade, text_of_underlyings, underlyings_of
from plimsoll.vocabulary.errors import PlimsollError
from plimsoll.vocabulary.evidence import Evidence

if TYPE_CHECKING:
    import pyarrow as pa

GREEKS = ("delta", "gamma", "vega", "theta", "rho")


@dataclass(frozen=True, slots=True)
class Valuation:
    """What one unit of a product is worth to its holder.

    Sensitivities by name: delta per 1 of spot, gamma per 1 of spot squared, vega per 1.00 of volatility, theta per year
    that passes, rho per 1.00 of rate. Standard errors are there when chance was simulated, ``error_estimate`` when the
    method says how far from exact its price may be. ``flags`` say what a reader must know, for instance
    ``assumed_volatility``. Of what is on several underlyings ``sensitivities`` are those to all spots, and to all
    volatilities, moved together by the same amount, and ``several`` tells them apart.
    """

    price: float
    sensitivities: Mapping[str, float]
    standard_error: float | None
    sensitivity_standard_errors: Mapping[str, float] | None
    error_estimate: float | None
    flags: tuple[str, ...]
    method: str
    evidence: Evidence
    several: SeveralGreeks = NONE
    several_standard_errors: SeveralGreeks = NONE

    def to_dict(self) -> dict[str, Any]:
        """Give the valuation as plain data."""
        errors = self.sensitivity_standard_errors
        several = {"several": self.several.to_dict()} if self.several.by_underlying else {}
        if self.several_standard_errors.by_underlying:
            several["several_standard_errors"] = self.several_standard_errors.to_dict()
        return {
            "price": self.price,
            **self.sensitivities,
            **several,
            "standard_error": self.standard_error,
            "sensitivity_standard_errors": None if errors is None else dict(errors),
            "error_estimate": self.error_estimate,
            "flags": list(self.flags),
            "method": self.method,
            "evidence": self.evidence.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one position: a valuation or a refusal, and the worth of the whole position.

    ``value`` and ``position_sensitivities`` are those of the unit times quantity times multiplier. A future costs nothing
    to enter, so its ``value`` is the variation since then, (forward price - entry price) times quantity times multiplier,
    which margin counts as equity; it is None for a future without an entry price, that is outside a book. Of a refused
    position ``underlying``, ``quantity`` and ``multiplier`` are what could be read. Of several underlyings ``underlying``
    is the text of all names, and ``position_several`` has the sensitivities of the position to each.
    """

    trade_id: str
    account_id: str
    underlying: str | None
    kind: str
    quantity: float | None
    multiplier: float | None
    valuation: Valuation | None
    value: float | None
    position_sensitivities: Mapping[str, float] | None
    refusal: PlimsollError | None
    underlyings: tuple[str, ...] = ()
    position_several: SeveralGreeks = NONE

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain data."""
        sensitivities = self.position_sensitivities
        several = {"position_several": self.position_several.to_dict()} if self.position_several.by_underlying else {}
        return {
            "trade_id": self.trade_id,
            "account_id": self.account_id,
            "underlying": self.underlying,
            "kind": self.kind,
            "quantity": finite(self.quantity),
            "multiplier": finite(self.multiplier),
            "valuation": None if self.valuation is None else self.valuation.to_dict(),
            "value": self.value,
            "position_sensitivities": None if sensitivities is None else dict(sensitivities),
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
            **several,
        }


@dataclass(frozen=True, slots=True)
class BookValuation(OfBook):
    """One outcome for each position of a book, in its order."""

    method: Mapping[str, object]
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> int:
        """Number of positions that were refused."""
        return sum(outcome.refusal is not None for outcome in self.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """Give the valuation of the book as plain data."""
        return {
            **self.head(),
            "method": dict(self.method),
            "valued": len(self.outcomes) - self.failed,
            "failed": self.failed,
            "outcomes": [outcome.to_dict() for outcome in self.outcomes],
        }

    def to_table(self) -> "pa.Table":
        """Give the outcomes as an Arrow table, one row a position."""
        from plimsoll.engine.arrow import table_of

        return table_of(self)


@overload
def value(subject: Trade, snapshot: Snapshot, method: MethodChoice, *, threads: int = ...) -> Valuation: ...
@overload
def value(
    subject: Book | Sequence[Trade], snapshot: Snapshot, method: MethodChoice, *, threads: int = ...
) -> BookValuation: ...
def value(
    subject: Trade | Book | Sequence[Trade], snapshot: Snapshot, method: MethodChoice, *, threads: int = 1
) -> Valuation | BookValuation:
    """Value a trade or a book as of the snapshot's date.

    Parameters
    ----------
    subject : Trade, Book or sequence of Trade
        What to value.
    snapshot : Snapshot
        The market.
    method : MethodChoice
        Settings of :mod:`plimsoll.engine.methods`; :func:`default_method` names one for a product, and ``BestMethod()``
        takes for each trade the one that :func:`best_method` names.
    threads : int
        Number of threads for a book; the bits of the results do not depend on it.

    Returns
    -------
    Valuation or BookValuation
        A valuation for a trade; one outcome for each position otherwise, so that a bad one never ends a run.

    Raises
    ------
    PlimsollError
        For one trade: ``InvalidValue``, ``MissingQuote``, ``ExpiredProduct`` or ``Unsupported``, with field, value,
        allowed and fix.
    """
    refuse_unknown_instruction_set()
    if isinstance(subject, Book):
        return _value_book(subject, snapshot, method, threads)
    if isinstance(subject, Trade):
        outcome = _outcomes([_Row("", subject)], snapshot, method, threads)[0]
        if outcome.valuation is None:
            assert outcome.refusal is not None
            raise outcome.refusal
        return outcome.valuation
    outcomes = tuple(_outcomes([_Row("", trade) for trade in subject], snapshot, method, threads))
    return _book_valuation("", "", snapshot, method, outcomes)


def mark(book: Book, snapshot: Snapshot, method: MethodSpec, *, threads: int = 1) -> BookValuation:
    """Value a book whole: what the method does not value by the best that does; the evidence says which it was."""
    refuse_unknown_instruction_set()
    return _value_book(book, snapshot, method, threads, unfit_by_best=True)


def _value_book(
    book: Book, snapshot: Snapshot, method: MethodChoice, threads: int, *, unfit_by_best: bool = False
) -> BookValuation:
    rows = [
        _Row(position.account_id, position.trade, position.entry_price)
        for position in book.positions
        if position.trade is not None
    ]
    valued = iter(_outcomes(rows, snapshot, method, threads, unfit_by_best=unfit_by_best))
    outcomes = tuple(
        next(valued) if position.trade is not None else _refused_row(position) for position in book.positions
    )
    return _book_valuation(book.book_id, book.digest, snapshot, method, outcomes)


def default_method(trade: Trade, snapshot: Snapshot) -> MethodSpec:
    """Give the method to take when nothing speaks for another; nothing takes it unasked.

    Raises
    ------
    PlimsollError
        If the trade makes no sense on the snapshot's date.
    """
    product = _core.resolve(trade.to_core(), snapshot.valuation_date)
    return method_of_core(_core.default_method(product))


def best_method(trade: Trade, snapshot: Snapshot) -> MethodSpec:
    """Give the most accurate method that the door has for a trade in this market, which ``BestMethod()`` takes.

    The formula where one holds; else the integral equation, which states its error; else, with cash dividends, a
    lattice, or finite differences for what has a barrier or a jump; finite differences for a mean.

    Raises
    ------
    PlimsollError
        If the trade makes no sense on the snapshot's date, or the snapshot lacks its underlying.
    """
    return method_of_core(_core.best_method(trade.to_core(), snapshot.core))


def _book_valuation(
    book_id: str, book_digest: str, snapshot: Snapshot, method: MethodChoice, outcomes: tuple[Outcome, ...]
) -> BookValuation:
    day = snapshot.valuation_date.isoformat()
    return BookValuation(book_id, day, snapshot.digest, book_digest, method.to_dict(), outcomes)


@dataclass(frozen=True, slots=True)
class _Row:
    account_id: str
    trade: Trade
    entry_price: float | None = None


def _outcomes(
    rows: Sequence[_Row], snapshot: Snapshot, method: MethodChoice, threads: int, *, unfit_by_best: bool = False
) -> list[Outcome]:
    trades = [_core_trade(row.trade) for row in rows]
    whole = [trade for trade in trades if isinstance(trade, _core.Trade)]
    answers = iter(_core.value_book(whole, snapshot.core, method.to_core(), threads, unfit_by_best))
    return [
        _outcome(row, trade, next(answers), snapshot) if isinstance(trade, _core.Trade) else _refused_trade(row, trade)
        for row, trade in zip(rows, trades, strict=True)
    ]


def _core_trade(trade: Trade) -> _core.Trade | PlimsollError:
    try:
        return trade.to_core()
    except PlimsollError as flaw:  # a trade that lacks a term must not end the run of the others
        return flaw


def _refused_trade(row: _Row, flaw: PlimsollError) -> Outcome:
    trade = row.trade
    kind, head = type(trade.product).__name__, (trade.trade_id, row.account_id, text_of_underlyings(trade.product))
    return Outcome(*head, kind, trade.quantity, trade.multiplier, None, None, None, flaw, underlyings_of(trade.product))


def _outcome(row: _Row, core_trade: _core.Trade, answer: _core.Valuation | _core.Error, snapshot: Snapshot) -> Outcome:
    trade = row.trade
    valuation, value_, sensitivities, refused, several = None, None, None, None, NONE
    if isinstance(answer, _core.Error):
        refused = _refusal(answer, snapshot)
    else:
        valuation = _valuation(answer)
        position = _core.position(core_trade, answer, row.entry_price)
        value_, sensitivities = position.value, _by_name(position.greeks)
        several = SeveralGreeks.of_core(position.several)
        whole = several.is_finite and all(map(math.isfinite, (value_ or 0.0, *sensitivities.values())))
        if not whole:
            valuation, value_, sensitivities, several, refused = None, None, None, NONE, _not_finite(trade, answer)
    return Outcome(
        trade.trade_id,
        row.account_id,
        text_of_underlyings(trade.product),
        type(trade.product).__name__,
        trade.quantity,
        trade.multiplier,
        valuation,
        value_,
        sensitivities,
        refused,
        underlyings_of(trade.product),
        several,
    )


def _not_finite(trade: Trade, unit: _core.Valuation) -> PlimsollError:
    if not all(math.isfinite(number) for number in (unit.price, *_by_name(unit.greeks).values())):
        return refusal(
            "not_converged",
            f"positions[{trade.trade_id}]",
            unit.evidence.method,
            "a method that gives a finite price and sensitivities for these terms in this market",
            "check spot, strike, expiry, volatility and rate, or choose another method",
        )
    return refusal(
        "invalid_value",
        f"positions[{trade.trade_id}].quantity",
        f"{trade.quantity} times {trade.multiplier}",
        "a position whose value is a finite number",
        "give the number of contracts and the units of one contract",
    )


def _refused_row(row: Position) -> Outcome:
    return Outcome(
        row.trade_id,
        row.account_id,
        row.underlying,
        row.kind,
        row.quantity,
        row.multiplier,
        None,
        None,
        None,
        row.refusal,
    )


def _refusal(error: _core.Error, snapshot: Snapshot) -> PlimsollError:
    # An underlying that was refused is not in the core's snapshot: what was wrong with it says more than its absence.
    if error.code.name == "missing_quote" and error.value in snapshot.refusals:
        return snapshot.refusals[error.value]
    return refusal_of(error)


def _by_name(greeks: _core.Greeks) -> dict[str, float]:
    return {name: getattr(greeks, name) for name in GREEKS}


def _valuation(valuation: _core.Valuation) -> Valuation:
    core_evidence = valuation.evidence
    errors = valuation.greek_standard_errors
    evidence = Evidence(
        trade_digest="sha256:" + core_evidence.trade_digest,
        snapshot_digest="sha256:" + core_evidence.snapshot_digest,
        method_digest="sha256:" + core_evidence.method_digest,
        library_version=core_evidence.library_version,
        seed=core_evidence.seed,
        isa=core_evidence.isa,
    )
    return Valuation(
        price=valuation.price,
        sensitivities=_by_name(valuation.greeks),
        standard_error=valuation.standard_error,
        sensitivity_standard_errors=None if errors is None else _by_name(errors),
        error_estimate=valuation.error_estimate,
        flags=tuple(flag.name for flag in valuation.flags),
        method=core_evidence.method,
        evidence=evidence,
        several=SeveralGreeks.of_core(valuation.several),
        several_standard_errors=SeveralGreeks.of_core(valuation.several_standard_errors),
    )
