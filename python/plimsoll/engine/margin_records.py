"""Frozen records of margin: amounts are exact decimals in dollars, the nodes of trees hold whole cents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plimsoll.vocabulary.errors import PlimsollError

if TYPE_CHECKING:
    import pyarrow as pa

Tree = Mapping[str, Any]

_PRECISION, _SCALE = 18, 2


def dollars(amount: int) -> Decimal:
    """Give whole cents as an exact amount in dollars.

    Examples
    --------
    >>> str(dollars(-5))
    '-0.05'
    """
    return Decimal(amount).scaleb(-_SCALE)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement, initial or maintenance, with the explanation of every cent.

    ``amount`` is the sum of the rules' figures; ``excess`` is the equity with loan value less the amount.
    ``paid_in_full`` is the market value of long options without loan value. ``pairings`` holds, by underlying, the
    groups with their market names and the certificate: optimum, proven bound and gap in dollars before rounding.
    """

    amount: Decimal
    equity_with_loan_value: Decimal
    excess: Decimal
    paid_in_full: Decimal
    tree: Tree
    uncounted_options: Tree
    pairings: tuple[Mapping[str, Any], ...]

    @classmethod
    def of_core(cls, phase: Mapping[str, Any]) -> "Requirement":
        """Read the core's plain data."""
        return cls(
            amount=dollars(phase["amount"]),
            equity_with_loan_value=dollars(phase["equity_with_loan_value"]),
            excess=dollars(phase["excess"]),
            paid_in_full=dollars(phase["paid_in_full"]),
            tree=phase["requirement"],
            uncounted_options=phase["uncounted_options"],
            pairings=tuple(phase["pairings"]),
        )

    @property
    def gap(self) -> float:
        """Dollars by which the requirement may exceed the cheapest pairing, over all underlyings; 0 when proven."""
        return float(sum(pairing["gap"] for pairing in self.pairings))

    def to_dict(self) -> dict[str, Any]:
        """Give the requirement as plain data, amounts as text."""
        return {
            "amount": str(self.amount),
            "equity_with_loan_value": str(self.equity_with_loan_value),
            "excess": str(self.excess),
            "paid_in_full": str(self.paid_in_full),
            "tree": tree_in_dollars(self.tree),
            "uncounted_options": tree_in_dollars(self.uncounted_options),
            "pairings": [dict(pairing) for pairing in self.pairings],
        }


@dataclass(frozen=True, slots=True)
class AccountMargin:
    """Margin of one account on one date, seen from the customer's side."""

    account_id: str
    valuation_date: date
    equity: Decimal
    equity_tree: Tree
    initial: Requirement
    maintenance: Requirement
    call: Decimal
    minimum_equity_shortfall: Decimal
    warnings: tuple[Mapping[str, str], ...]

    @classmethod
    def of_core(cls, result: Mapping[str, Any]) -> "AccountMargin":
        """Read the core's plain data."""
        return cls(
            account_id=result["account_id"],
            valuation_date=result["valuation_date"],
            equity=dollars(result["equity"]),
            equity_tree=result["equity_tree"],
            initial=Requirement.of_core(result["initial"]),
            maintenance=Requirement.of_core(result["maintenance"]),
            call=dollars(result["call"]),
            minimum_equity_shortfall=dollars(result["minimum_equity_shortfall"]),
            warnings=tuple(result["warnings"]),
        )

    @property
    def shortfall(self) -> Decimal:
        """What the account would owe the broker if everything were closed at the marks."""
        return max(Decimal("0.00"), -self.equity)

    def trees(self) -> tuple[Tree, ...]:
        """Give every explanation of the account; nodes hold whole cents."""
        phases = (self.initial, self.maintenance)
        return (
            self.equity_tree,
            *(phase.tree for phase in phases),
            *(phase.uncounted_options for phase in phases),
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the margin as plain data, amounts as text."""
        return {
            "account_id": self.account_id,
            "valuation_date": self.valuation_date.isoformat(),
            "equity": str(self.equity),
            "equity_tree": tree_in_dollars(self.equity_tree),
            "initial": self.initial.to_dict(),
            "maintenance": self.maintenance.to_dict(),
            "excess": str(self.maintenance.excess),
            "call": str(self.call),
            "shortfall": str(self.shortfall),
            "minimum_equity_shortfall": str(self.minimum_equity_shortfall),
            "warnings": [dict(warning) for warning in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class AccountOutcome:
    """The margin of an account, or the refusal that says why there is none."""

    account_id: str
    margin: AccountMargin | None
    refusal: PlimsollError | None

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain data."""
        return {
            "account_id": self.account_id,
            "margin": None if self.margin is None else self.margin.to_dict(),
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class BookMargin:
    """One outcome for each account of a book, in its order, and what it stands on."""

    book_id: str
    valuation_date: date
    pack_id: str
    digests: Mapping[str, str]
    outcomes: tuple[AccountOutcome, ...]

    @property
    def failed(self) -> int:
        """Number of accounts that were refused."""
        return sum(outcome.refusal is not None for outcome in self.outcomes)

    @property
    def margins(self) -> tuple[AccountMargin, ...]:
        """The accounts that were margined."""
        return tuple(outcome.margin for outcome in self.outcomes if outcome.margin is not None)

    def to_dict(self) -> dict[str, Any]:
        """Give the margin of the book as plain data."""
        return {
            "book_id": self.book_id,
            "valuation_date": self.valuation_date.isoformat(),
            "pack_id": self.pack_id,
            "digests": dict(self.digests),
            "margined": len(self.outcomes) - self.failed,
            "failed": self.failed,
            "accounts": [outcome.to_dict() for outcome in self.outcomes],
        }

    def to_table(self) -> "pa.Table":
        """Give the outcomes as an Arrow table, one row an account; amounts are decimals in dollars."""
        import pyarrow as pa

        money = pa.decimal128(_PRECISION, _SCALE)
        amounts: dict[str, Callable[[AccountMargin], Decimal]] = {
            "equity": lambda m: m.equity,
            "equity_with_loan_value": lambda m: m.maintenance.equity_with_loan_value,
            "initial": lambda m: m.initial.amount,
            "maintenance": lambda m: m.maintenance.amount,
            "excess": lambda m: m.maintenance.excess,
            "call": lambda m: m.call,
            "shortfall": lambda m: m.shortfall,
            "minimum_equity_shortfall": lambda m: m.minimum_equity_shortfall,
        }
        margins = [outcome.margin for outcome in self.outcomes]
        columns = {"account_id": pa.array([outcome.account_id for outcome in self.outcomes], pa.string())}
        for name, read in amounts.items():
            columns[name] = pa.array([None if m is None else read(m) for m in margins], money)
        warnings = [None if m is None else [w["code"] for w in m.warnings] for m in margins]
        columns["warnings"] = pa.array(warnings, pa.list_(pa.string()))
        for name in ("code", "field", "value", "allowed", "fix"):
            cells = [None if o.refusal is None else getattr(o.refusal, name) for o in self.outcomes]
            columns[f"refusal_{name}"] = pa.array(cells, pa.string())
        return pa.table(columns).replace_schema_metadata(dict(self.digests))


def tree_in_dollars(node: Tree) -> dict[str, Any]:
    """Give a tree with its amounts as text in dollars."""
    return {
        **node,
        "amount": str(dollars(node["amount"])),
        "children": [tree_in_dollars(child) for child in node["children"]],
    }
