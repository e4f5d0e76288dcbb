"""What a stress run gives: outcomes by scenario, position, account and underlying; amounts are exact, in dollars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plimsoll.engine.book import Position
from plimsoll.engine.stress import StressedAccount, StressedPosition
from plimsoll.engine.stress_pack import Scenario
from plimsoll.models.stress.shocks import ResolvedScenario
from plimsoll.vocabulary.errors import PlimsollError

if TYPE_CHECKING:
    import pyarrow as pa

NOTHING = Decimal("0.00")
FIGURES = ("equity", "initial", "maintenance", "excess", "call", "shortfall")


@dataclass(frozen=True, slots=True)
class PositionOutcome:
    """One position under one scenario: the price before, and the position after, a value or a refusal."""

    position: Position
    price_before: float | None
    after: StressedPosition


@dataclass(frozen=True, slots=True)
class AccountOutcome:
    """One account under one scenario, seen from the customer's side.

    ``profit`` is that of the positions that have a value on both sides, ``not_valued`` the number of the others.
    """

    account_id: str
    profit: Decimal
    not_valued: int
    before: StressedAccount
    after: StressedAccount

    @property
    def loss_over_margin(self) -> Decimal | None:
        """What the loss is beyond the margin that stood before the shock; None without one.

        That margin is equity less excess: the maintenance requirement and the value of options without loan value. The
        requirement of a short option holds its premium, which equity owes already, so the premium is taken out; a long
        option that is paid in full has no requirement, and what it is worth is what is held against its loss.
        """
        equity, excess = self.before.amount("equity"), self.before.amount("excess")
        return None if equity is None or excess is None else max(NOTHING, -self.profit - (equity - excess))

    def is_above(self, figure: str) -> bool:
        """Tell whether a figure of the account after the shock is more than nothing."""
        amount = self.after.amount(figure)
        return amount is not None and amount > 0

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain data, amounts as text."""
        refusal = self.after.refusal
        return {
            "account_id": self.account_id,
            "profit": str(self.profit),
            "not_valued": self.not_valued,
            **{name: _text(self.after.amount(name)) for name in FIGURES},
            "loss_over_margin": _text(self.loss_over_margin),
            "refusal": None if refusal is None else refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """A book under one scenario.

    ``outside_range`` counts the options that are valued outside the range that the valuation was validated in.
    """

    pack_id: str
    resolved: ResolvedScenario
    snapshot_digest: str
    is_hindsight: bool
    positions: tuple[PositionOutcome, ...]
    accounts: tuple[AccountOutcome, ...]
    outside_range: int

    @property
    def scenario_id(self) -> str:
        """Name of the scenario."""
        return self.resolved.scenario.scenario_id

    @property
    def profit(self) -> Decimal:
        """Profit of the book: the sum over its accounts, and over its underlyings, to the cent."""
        return sum((account.profit for account in self.accounts), NOTHING)

    @property
    def not_valued(self) -> int:
        """Number of positions without a value."""
        return sum(account.not_valued for account in self.accounts)

    @property
    def worst_account(self) -> AccountOutcome | None:
        """The account that loses most, the first of equals; None for a book without accounts."""
        return min(self.accounts, key=lambda account: account.profit, default=None)

    def by_underlying(self) -> dict[str, Decimal]:
        """Give the profit of the book by underlying, by name; they add up to the profit of the book."""
        found: dict[str, Decimal] = {}
        for item in self.positions:
            if item.after.profit is not None and item.position.underlying is not None:
                name = item.position.underlying
                found[name] = found.get(name, NOTHING) + item.after.profit
        return dict(sorted(found.items()))

    def still(self) -> list[str]:
        """Give the underlyings of the book that no move of the scenario touches."""
        moved = {item.underlying for item in self.resolved.applied}
        held = {name for item in self.positions for name in item.position.underlyings}
        return sorted(held - moved)

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain data: the book, its accounts and underlyings; positions stand in the table."""
        worst = self.worst_account
        return {
            **self.resolved.scenario.to_dict(),
            "pack_id": self.pack_id,
            "shock_digest": self.resolved.shock.digest,
            "snapshot_digest": self.snapshot_digest,
            "hindsight": self.is_hindsight,
            "chosen": list(self.resolved.chosen),
            "profit": str(self.profit),
            "worst_account": None if worst is None else worst.account_id,
            "worst_account_profit": None if worst is None else str(worst.profit),
            "accounts_called": [a.account_id for a in self.accounts if a.is_above("call")],
            "accounts_in_shortfall": [a.account_id for a in self.accounts if a.is_above("shortfall")],
            "accounts_over_margin": [a.account_id for a in self.accounts if (a.loss_over_margin or 0) > 0],
            "shortfall": str(sum((a.after.amount("shortfall") or NOTHING for a in self.accounts), NOTHING)),
            "not_valued": self.not_valued,
            "outside_range": self.outside_range,
            "still": self.still(),
            "applied": [item.to_dict() for item in self.resolved.applied],
            "not_applied": [item.to_dict() for item in self.resolved.not_applied],
            "by_underlying": {name: str(amount) for name, amount in self.by_underlying().items()},
            "accounts": [account.to_dict() for account in self.accounts],
        }


@dataclass(frozen=True, slots=True)
class RefusedScenario:
    """A scenario whose shock the core refuses, and why; its place names the move that is to blame."""

    pack_id: str
    scenario: Scenario
    refusal: PlimsollError

    def to_dict(self) -> dict[str, Any]:
        """Give the scenario and its refusal as plain data."""
        return {**self.scenario.to_dict(), "pack_id": self.pack_id, "refusal": self.refusal.to_dict()}


@dataclass(frozen=True, slots=True)
class SpotDistance:
    """How far all spots together may move before an account has no excess left, as fractions of the spot.

    ``down`` and ``up`` are the first trial moves beyond the limit, None where none was found. The limit lies within
    the tolerance of the search before them.
    """

    account_id: str
    excess: Decimal | None
    down: float | None
    up: float | None
    refusal: PlimsollError | None

    @property
    def nearest(self) -> float | None:
        """The smaller of the two moves; 0 where the account is called already."""
        if self.excess is not None and self.excess < 0:
            return 0.0
        return min((move for move in (self.down, self.up) if move is not None), key=abs, default=None)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "account_id": self.account_id,
            "excess": _text(self.excess),
            "nearest": self.nearest,
            "down": self.down,
            "up": self.up,
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class StressRun:
    """A book under every scenario that was asked for, those that could not be applied or are refused, and the reverse."""

    book_id: str
    valuation_date: date
    method: Mapping[str, object]
    digests: Mapping[str, str]
    outcomes: tuple[ScenarioOutcome, ...]
    not_applicable: tuple[ResolvedScenario, ...]
    refused_scenarios: tuple[RefusedScenario, ...]
    distances: tuple[SpotDistance, ...]
    search: Mapping[str, float]

    @property
    def failed(self) -> tuple[PositionOutcome, ...]:
        """The positions that some scenario could not value, each once."""
        found = {i.position.trade_id: i for o in self.outcomes for i in o.positions if i.after.refusal is not None}
        return tuple(found.values())

    @property
    def refused(self) -> dict[str, PlimsollError]:
        """The accounts that some scenario could not margin, with the first reason."""
        found: dict[str, PlimsollError] = {}
        for account in (account for outcome in self.outcomes for account in outcome.accounts):
            if account.after.refusal is not None:
                found.setdefault(account.account_id, account.after.refusal)
        return found

    @property
    def is_complete(self) -> bool:
        """Tell whether every scenario was taken and every position and account has its figures in each of them."""
        return not (self.refused_scenarios or self.failed or self.refused)

    @property
    def worst(self) -> ScenarioOutcome | None:
        """The scenario in which the book loses most, the first of equals."""
        return min(self.outcomes, key=lambda outcome: outcome.profit, default=None)

    def worst_by_account(self) -> list[dict[str, Any]]:
        """Give for each account the scenario in which it loses most, and the margin that it then has."""
        rows = []
        for place in range(len(self.outcomes[0].accounts) if self.outcomes else 0):
            worst = min(self.outcomes, key=lambda outcome: outcome.accounts[place].profit)
            account = worst.accounts[place]
            shown = {name: _text(account.after.amount(name)) for name in ("equity", "excess", "shortfall")}
            over = _text(account.loss_over_margin)
            head = {"account_id": account.account_id, "scenario": worst.scenario_id, "profit": str(account.profit)}
            rows.append({**head, **shown, "loss_over_margin": over})
        return rows

    def accounts_in_shortfall(self) -> list[str]:
        """Give the accounts that some scenario leaves with less than nothing."""
        found = {a.account_id for o in self.outcomes for a in o.accounts if a.is_above("shortfall")}
        return sorted(found)

    def to_dict(self) -> dict[str, Any]:
        """Give the run as plain data."""
        worst = self.worst
        return {
            "book_id": self.book_id,
            "valuation_date": self.valuation_date.isoformat(),
            "method": dict(self.method),
            "revaluation": "full, of every position",
            "digests": dict(self.digests),
            "worst_scenario": None if worst is None else worst.scenario_id,
            "worst_profit": None if worst is None else str(worst.profit),
            "accounts_in_shortfall": self.accounts_in_shortfall(),
            "positions_not_valued": [
                {"trade_id": item.position.trade_id, "refusal": item.after.refusal.to_dict()}
                for item in self.failed
                if item.after.refusal is not None
            ],
            "accounts_refused": {name: refusal.to_dict() for name, refusal in self.refused.items()},
            "scenarios": [outcome.to_dict() for outcome in self.outcomes],
            "not_applicable": [
                {**item.scenario.to_dict(), "not_applied": [missed.to_dict() for missed in item.not_applied]}
                for item in self.not_applicable
            ],
            "scenarios_refused": [item.to_dict() for item in self.refused_scenarios],
            "worst_by_account": self.worst_by_account(),
            "search": dict(self.search),
            "reverse": [distance.to_dict() for distance in self.distances],
        }

    def tables(self) -> dict[str, "pa.Table"]:
        """Give the run as Arrow tables: scenarios, accounts, positions, underlyings, moves, reverse."""
        from plimsoll.models.stress.tables import tables_of

        return tables_of(self)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
