"""Books under shocks: the Python face of the core's shocks, revaluation, stressed margin and reverse stress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plimsoll import _core
from plimsoll._core import margin as _margin
from plimsoll._core import scenario as _scenario
from plimsoll.engine.book import Book
from plimsoll.engine.margin import Marks, core_account, market_view, search_limits
from plimsoll.engine.margin_pack import MarginPack
from plimsoll.engine.margin_records import dollars
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.refusals import refusal_of
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.valuation import BookValuation
from plimsoll.vocabulary.errors import PlimsollError

Shock = _scenario.Shock
UnderlyingShock = _scenario.UnderlyingShock
SpotSearch = _margin.SpotSearch


@dataclass(frozen=True, slots=True)
class StressedPosition:
    """A position after a shock: price of one unit, profit of the whole position in dollars; or why there is none."""

    price: float | None
    profit: Decimal | None
    refusal: PlimsollError | None


@dataclass(frozen=True, slots=True)
class StressedAccount:
    """Margin of an account at the prices of one market, in dollars; or why there is none.

    ``excess`` is equity with loan value less the maintenance requirement, ``call`` what is missing to it, ``shortfall``
    what equity is below zero.
    """

    amounts: Mapping[str, Decimal] | None
    refusal: PlimsollError | None

    def amount(self, name: str) -> Decimal | None:
        """Give one of equity, initial, maintenance, excess, call and shortfall."""
        return None if self.amounts is None else self.amounts[name]


@dataclass(frozen=True, slots=True)
class Stressed:
    """A book before and after each shock, in the order of its positions and accounts."""

    prices: tuple[float | None, ...]
    positions: tuple[tuple[StressedPosition, ...], ...]
    before: tuple[StressedAccount, ...]
    accounts: tuple[tuple[StressedAccount, ...], ...]


@dataclass(frozen=True, slots=True)
class StressSubject:
    """A book on its snapshot, ready to be stressed: what the core takes of it, and what was refused already."""

    book: Book
    snapshot: Snapshot
    trades: tuple[_core.Trade, ...]
    accounts: tuple[_margin.Account, ...]
    refusals: Mapping[str, PlimsollError]
    pack: MarginPack
    method: MethodSpec
    threads: int

    @classmethod
    def of(
        cls,
        book: Book,
        valuation: BookValuation,
        snapshot: Snapshot,
        pack: MarginPack,
        method: MethodSpec,
        threads: int,
    ) -> "StressSubject":
        """Prepare a book; ``valuation`` is that of the book on the snapshot, by the same method."""
        marks = Marks.of_valuation(valuation)
        accounts: list[_margin.Account] = []
        refusals: dict[str, PlimsollError] = {}
        for account in book.accounts:
            try:
                accounts.append(core_account(account, marks, pack))
            except PlimsollError as failure:
                refusals[account.account_id] = failure
        trades = tuple(position.trade.to_core() for position in book.positions if position.trade is not None)
        return cls(book, snapshot, trades, tuple(accounts), refusals, pack, method, threads)

    def apply(self, shock: Shock) -> _core.Snapshot:
        """Give the market after a shock.

        Raises
        ------
        PlimsollError
            As the core refuses it.
        """
        return _scenario.apply(shock, self.snapshot.core)

    def profits(self, after: Sequence[_core.Snapshot]) -> list[Decimal]:
        """Give the profit of the book's valued positions in each market, in dollars."""
        core = self.method.to_core()
        found = _scenario.revalue(self.trades, self.snapshot.core, after, core, self.threads)
        return [dollars(sum(item[1] for item in row if isinstance(item, tuple))) for row in found["after"]]

    def stress(self, after: Sequence[_core.Snapshot]) -> Stressed:
        """Value every position in full and margin every account, before and in each market."""
        view, limits = market_view(self.snapshot), search_limits()
        core = self.method.to_core()
        found = _margin.stress(
            self.trades, self.accounts, self.snapshot.core, after, core, view, self.pack.core, limits, self.threads
        )
        return Stressed(
            prices=tuple(price if isinstance(price, float) else None for price in self._spread(found["before"])),
            positions=tuple(tuple(self._positions(row)) for row in found["after"]),
            before=tuple(self._accounts(found["margins_before"])),
            accounts=tuple(tuple(self._accounts(row)) for row in found["margins"]),
        )

    def spot_limits(self, search: SpotSearch) -> list["_margin.SpotLimits | PlimsollError"]:
        """Give for each account the nearest parallel moves of all spots that leave it no excess, or its refusal.

        Raises
        ------
        PlimsollError
            If the search makes no sense.
        """
        view, limits = market_view(self.snapshot), search_limits()
        core = self.method.to_core()
        found = iter(
            _margin.spot_limits(
                self.trades, self.accounts, self.snapshot.core, core, view, self.pack.core, limits, search, self.threads
            )
        )
        return [
            self.refusals[account.account_id] if account.account_id in self.refusals else _answer(next(found))
            for account in self.book.accounts
        ]

    def _spread(self, answers: Sequence[Any]) -> list[Any]:
        """Put what the core found of its trades beside the book's positions; None where a row is no trade."""
        left = iter(answers)
        return [None if position.trade is None else next(left) for position in self.book.positions]

    def _positions(self, row: Sequence[Any]) -> list[StressedPosition]:
        found = []
        for position, answer in zip(self.book.positions, self._spread(row), strict=True):
            if isinstance(answer, tuple):
                found.append(StressedPosition(answer[0], dollars(answer[1]), None))
            elif position.trade is None:
                found.append(StressedPosition(None, None, position.refusal))
            else:
                found.append(StressedPosition(None, None, _refused(answer, self.snapshot)))
        return found

    def _accounts(self, row: Sequence[Any]) -> list[StressedAccount]:
        left = iter(row)
        found = []
        for account in self.book.accounts:
            refused = self.refusals.get(account.account_id)
            answer = _answer(next(left)) if refused is None else refused
            if isinstance(answer, PlimsollError):
                found.append(StressedAccount(None, answer))
            else:
                cents = answer.to_dict()
                found.append(StressedAccount({name: dollars(cents[name]) for name in cents}, None))
        return found


def _answer(answer: Any) -> Any:
    if isinstance(answer, _core.Error):
        return refusal_of(answer)
    return answer


def _refused(error: _core.Error, snapshot: Snapshot) -> PlimsollError:
    # An underlying that was refused is not in the core's snapshot: what was wrong with it says more than its absence.
    if error.code.name == "missing_quote" and error.value in snapshot.refusals:
        return snapshot.refusals[error.value]
    return refusal_of(error)
