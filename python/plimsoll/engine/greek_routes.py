"""Sensitivities of a book by every route of simulation, side by side, each with its standard error."""

from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

from plimsoll import _core
from plimsoll.engine.book import Book
from plimsoll.engine.chance import beyond_chance, refuse_too_few_paths
from plimsoll.engine.documents import finite
from plimsoll.engine.methods import MonteCarlo, refuse_unknown_instruction_set
from plimsoll.engine.of_book import OfBook
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.trades import Trade
from plimsoll.vocabulary.errors import PlimsollError

MEASURES = ("price", "delta", "gamma", "vega", "theta", "rho")


@dataclass(frozen=True, slots=True)
class RouteEstimate:
    """One measure of one unit by one route: the estimate less the bias that the route measured of itself."""

    measure: str
    route: str
    estimate: float
    standard_error: float
    bias: float
    bias_standard_error: float


@dataclass(frozen=True, slots=True)
class RouteDisagreement:
    """Two routes that lie more than three standard errors of their difference apart; infinite where both claim none."""

    measure: str
    one: str
    other: str
    standard_errors: float


@dataclass(frozen=True, slots=True)
class TradeRoutes:
    """What every route says of one trade, or why there is none."""

    trade_id: str
    kind: str
    estimates: tuple[RouteEstimate, ...]
    disagreements: tuple[RouteDisagreement, ...]
    refusal: PlimsollError | None

    @property
    def pairs(self) -> int:
        """Number of pairs of routes that were compared, over all measures; one that saw no hit is compared with none."""
        return sum(a.measure == b.measure for a, b in combinations(filter(_informs, self.estimates), 2))

    def to_dict(self) -> dict[str, Any]:
        """Give the routes as plain data."""
        return {
            "trade_id": self.trade_id,
            "kind": self.kind,
            "estimates": [asdict(each) for each in self.estimates],
            "disagreements": [
                {**asdict(each), "standard_errors": finite(each.standard_errors)} for each in self.disagreements
            ],
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class BookRoutes(OfBook):
    """The routes of every position of a book, in its order."""

    method: MonteCarlo
    trades: tuple[TradeRoutes, ...]

    @property
    def limit(self) -> float:
        """Distance in standard errors that chance alone does not explain among all pairs of the book."""
        return beyond_chance(sum(trade.pairs for trade in self.trades))

    @property
    def widest(self) -> float:
        """Largest flagged distance, zero where nothing is flagged."""
        return max((each.standard_errors for trade in self.trades for each in trade.disagreements), default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """Give the routes of the book as plain data."""
        return {
            **self.head(),
            "method": self.method.to_dict(),
            "pairs": sum(trade.pairs for trade in self.trades),
            "flagged": sum(len(trade.disagreements) for trade in self.trades),
            "widest_standard_errors": finite(self.widest),
            "beyond_chance_standard_errors": self.limit,
            "trades": [trade.to_dict() for trade in self.trades],
        }


def routes_of_trade(trade: Trade, snapshot: Snapshot, method: MonteCarlo) -> TradeRoutes:
    """Estimate price and sensitivities of one unit by every route that the product has.

    Parameters
    ----------
    trade : Trade
        A European, Asian, digital or barrier option; a knocked one is what is left of it.
    snapshot : Snapshot
        The market.
    method : MonteCarlo
        Paths, seed and threads. Each route runs on random numbers of its own.

    Returns
    -------
    TradeRoutes
        The estimates by measure and route (pathwise adjoints, likelihood ratios, bumps on common numbers, and others), with
        the pairs that lie more than three standard errors apart, or the refusal.

    Raises
    ------
    BadInput
        If there are too few paths for a standard error to count.
    """
    refuse_too_few_paths(method)
    refuse_unknown_instruction_set()
    kind = type(trade.product).__name__
    try:
        report = _core.greek_routes(trade.to_core(), snapshot.core, method.to_core())
    except PlimsollError as flaw:
        found = snapshot.refusals.get(str(flaw.value), flaw) if flaw.code == "missing_quote" else flaw
        return TradeRoutes(trade.trade_id, kind, (), (), found)
    estimates = sorted(
        (_estimate(by.route.name, found) for by in report.routes for found in by.estimates),
        key=lambda each: MEASURES.index(each.measure),
    )
    disagreements = tuple(
        RouteDisagreement(each.measure, each.one.name, each.other.name, each.standard_errors)
        for each in report.disagreements
    )
    return TradeRoutes(trade.trade_id, kind, tuple(estimates), disagreements, None)


def routes_of_book(book: Book, snapshot: Snapshot, method: MonteCarlo, *, threads: int = 1) -> BookRoutes:
    """Do the same for each position of a book; one that has no routes is refused, and the others go on.

    The paths run on so many threads, which changes no bit of the result.

    Raises
    ------
    BadInput
        If there are too few paths for a standard error to count.
    """
    refuse_too_few_paths(method)
    trades = []
    threaded = replace(method, threads=threads)
    for position in book.positions:
        if position.trade is None:
            trades.append(TradeRoutes(position.trade_id, position.kind, (), (), position.refusal))
        else:
            trades.append(routes_of_trade(position.trade, snapshot, threaded))
    day = snapshot.valuation_date.isoformat()
    return BookRoutes(book.book_id, day, snapshot.digest, book.digest, method, tuple(trades))


def _informs(found: RouteEstimate) -> bool:
    """Whether a path saw anything: the core finds no disagreement with 0 that has a standard error of 0."""
    return found.estimate != 0.0 or found.standard_error != 0.0


def _estimate(route: str, found: _core.RouteEstimate) -> RouteEstimate:
    corrected, bias = found.corrected, found.bias
    return RouteEstimate(found.measure, route, corrected.mean, corrected.standard_error, bias.mean, bias.standard_error)
