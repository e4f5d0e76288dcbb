"""Portfolio margin of books: accounts, a snapshot, marks and a dated pack in; one explained outcome for each account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll import _core
from plimsoll.engine.book import Book
from plimsoll.engine.documents import flaws, read_json
from plimsoll.engine.margin import Marks, core_account, market_view, refusal_of
from plimsoll.engine.margin_pack import assumed_in, cents, shipped_document
from plimsoll.engine.margin_records import Tree, dollars, tree_in_dollars
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.snapshot import Snapshot
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import PlimsollError

if TYPE_CHECKING:
    import pyarrow as pa

DEFAULT_PACK = "us-portfolio-2026-11"
_FOLDER = "packs/portfolio_margin"
_AMOUNTS = ("equity", "requirement", "excess", "call")


@dataclass(frozen=True, slots=True)
class PortfolioMarginPack:
    """One pack: the numbers as the core takes them, the document that they come from, and its digest."""

    core: _core.margin.PortfolioPack
    currency: str
    document: Mapping[str, Any]
    digest: str

    @property
    def pack_id(self) -> str:
        """Name of the pack with its revision."""
        return f"{self.core.pack_id}-{self.core.revision}"

    def assumed(self) -> list[str]:
        """Give the path of each entry whose status is ASSUMED."""
        return assumed_in(self.document)

    def not_checked(self) -> list[str]:
        """Give the conditions of the rule that no account of a book says anything about."""
        return [entry["condition"] for entry in self.document["not_checked"]]


def shipped_portfolio_pack(name: str = DEFAULT_PACK) -> PortfolioMarginPack:
    """Read a pack that is shipped with the package.

    Raises
    ------
    BadInput
        If there is no such pack.
    """
    return read_portfolio_pack(shipped_document(_FOLDER, name))


def read_portfolio_pack(source: Mapping[str, Any] | Path | str) -> PortfolioMarginPack:
    """Read a pack from a document v1 or the path of a JSON file.

    Raises
    ------
    BadInput
        If the file cannot be read, a field is missing or unknown, or a number has the wrong type.
    """
    document = source if isinstance(source, Mapping) else read_json(Path(source))
    for _, failure in flaws(document, "portfolio-margin-pack-v1"):
        raise failure
    return PortfolioMarginPack(_rules(document), document["currency"], document, digest_of(document))


def _rules(document: Mapping[str, Any]) -> _core.margin.PortfolioPack:
    types, defaults = document["class_types"], document["default_class_types"]
    terms = ("underlying", "class_type", "class_group", "product_group", "leverage", "long_only")
    return _core.margin.PortfolioPack(
        pack_id=document["pack_id"],
        revision=document["revision"],
        in_force_from=date.fromisoformat(document["in_force_from"]),
        in_force_until=date.fromisoformat(document["in_force_until"]),
        class_types=[_core.margin.ClassType(name=name, moves=entry["value"]) for name, entry in types.items()],
        equity_type=defaults["equity"],
        narrow_index_type=defaults["narrow_index"],
        broad_index_type=defaults["broad_index"],
        classes=[_core.margin.ClassRow(**{term: row[term] for term in terms}) for row in document["classes"]],
        product_groups=[_group(row, row["portfolio_group"]) for row in document["product_groups"]],
        portfolio_groups=[_group(row, "") for row in document["portfolio_groups"]],
        minimum_per_unit=document["minimum_per_unit"]["value"],
        tiers=[_core.margin.EquityTier(name=row["name"], equity=cents(row["equity"])) for row in document["tiers"]],
    )


def _group(row: Mapping[str, Any], parent: str) -> _core.margin.OffsetGroup:
    return _core.margin.OffsetGroup(name=row["name"], parent=parent, offset=row["offset"]["value"])


@dataclass(frozen=True, slots=True)
class PortfolioGroup:
    """What one portfolio group of an account comes to.

    ``profits`` holds its profit at the ten points after all offsets, in dollars; ``worst_point`` counts from 0.
    """

    name: str
    profits: tuple[Decimal, ...]
    worst_point: int
    risk: Decimal
    minimum: Decimal
    requirement: Decimal

    def to_dict(self) -> dict[str, Any]:
        """Give the group as plain data, amounts as text."""
        return {
            "name": self.name,
            "profits": [str(profit) for profit in self.profits],
            "worst_point": self.worst_point,
            "risk": str(self.risk),
            "minimum": str(self.minimum),
            "requirement": str(self.requirement),
        }


@dataclass(frozen=True, slots=True)
class PortfolioAccountMargin:
    """Portfolio margin of one account on one date, seen from the customer's side; nodes of trees hold whole cents."""

    account_id: str
    valuation_date: date
    amounts: Mapping[str, Decimal]
    equity_tree: Tree
    requirement_tree: Tree
    groups: tuple[PortfolioGroup, ...]
    warnings: tuple[Mapping[str, str], ...]

    @classmethod
    def of_core(cls, result: Mapping[str, Any]) -> "PortfolioAccountMargin":
        """Read the core's plain data."""
        return cls(
            account_id=result["account_id"],
            valuation_date=result["valuation_date"],
            amounts={name: dollars(result[name]) for name in _AMOUNTS},
            equity_tree=result["equity_tree"],
            requirement_tree=result["requirement_tree"],
            groups=tuple(
                PortfolioGroup(
                    name=group["name"],
                    profits=tuple(dollars(profit) for profit in group["profits"]),
                    worst_point=group["worst_point"],
                    **{name: dollars(group[name]) for name in ("risk", "minimum", "requirement")},
                )
                for group in result["groups"]
            ),
            warnings=tuple(result["warnings"]),
        )

    @property
    def shortfall(self) -> Decimal:
        """What the account would owe the broker if everything were closed at the marks."""
        return max(Decimal("0.00"), -self.amounts["equity"])

    def to_dict(self) -> dict[str, Any]:
        """Give the margin as plain data, amounts as text."""
        return {
            "account_id": self.account_id,
            "valuation_date": self.valuation_date.isoformat(),
            **{name: str(amount) for name, amount in self.amounts.items()},
            "equity_tree": tree_in_dollars(self.equity_tree),
            "requirement_tree": tree_in_dollars(self.requirement_tree),
            "groups": [group.to_dict() for group in self.groups],
            "warnings": [dict(warning) for warning in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class PortfolioOutcome:
    """The portfolio margin of an account, or the refusal that says why there is none."""

    account_id: str
    margin: PortfolioAccountMargin | None
    refusal: PlimsollError | None


@dataclass(frozen=True, slots=True)
class BookPortfolioMargin:
    """One outcome for each account of a book, in its order, and what it stands on."""

    book_id: str
    valuation_date: date
    pack: PortfolioMarginPack
    digests: Mapping[str, str]
    outcomes: tuple[PortfolioOutcome, ...]

    @property
    def failed(self) -> int:
        """Number of accounts that were refused."""
        return sum(outcome.refusal is not None for outcome in self.outcomes)

    @property
    def margins(self) -> tuple[PortfolioAccountMargin, ...]:
        """The accounts that were margined."""
        return tuple(outcome.margin for outcome in self.outcomes if outcome.margin is not None)

    def to_dict(self) -> dict[str, Any]:
        """Give the margin of the book as plain data."""
        return {
            "book_id": self.book_id,
            "valuation_date": self.valuation_date.isoformat(),
            "regime": "portfolio",
            "pack_id": self.pack.pack_id,
            "digests": dict(self.digests),
            "margined": len(self.outcomes) - self.failed,
            "failed": self.failed,
            "not_checked": self.pack.not_checked(),
            "accounts": [
                {
                    "account_id": outcome.account_id,
                    "margin": None if outcome.margin is None else outcome.margin.to_dict(),
                    "refusal": None if outcome.refusal is None else outcome.refusal.to_dict(),
                }
                for outcome in self.outcomes
            ],
        }

    def to_table(self) -> "pa.Table":
        """Give the outcomes as an Arrow table, one row an account; amounts are decimals in dollars."""
        import pyarrow as pa

        margins = [outcome.margin for outcome in self.outcomes]
        columns = {"account_id": pa.array([outcome.account_id for outcome in self.outcomes], pa.string())}
        for name in _AMOUNTS:
            cells = [None if margin is None else margin.amounts[name] for margin in margins]
            columns[name] = pa.array(cells, pa.decimal128(18, 2))
        for name in ("code", "field", "value", "allowed", "fix"):
            words = [None if o.refusal is None else getattr(o.refusal, name) for o in self.outcomes]
            columns[f"refusal_{name}"] = pa.array(words, pa.string())
        return pa.table(columns).replace_schema_metadata(dict(self.digests))


def portfolio_margin_book(
    book: Book, snapshot: Snapshot, marks: Marks, pack: PortfolioMarginPack, method: MethodSpec, *, threads: int = 1
) -> BookPortfolioMargin:
    """Margin every account of a book by the portfolio margin rules.

    Parameters
    ----------
    book : Book
        Accounts with their positions.
    snapshot : Snapshot
        The market, moved to the ten points of each class.
    marks : Marks
        Prices of options and futures by trade id, which equity counts.
    pack : PortfolioMarginPack
        The rules' numbers; :func:`shipped_portfolio_pack` reads one.
    method : MethodSpec
        How theoretical values are computed, before and at the points.
    threads : int
        The bits of the results do not depend on it.

    Returns
    -------
    BookPortfolioMargin
        One outcome for each account: a bad position refuses its account and no other.
    """
    accounts: list[_core.margin.Account | PlimsollError] = []
    for account in book.accounts:
        try:
            accounts.append(core_account(account, marks, pack))
        except PlimsollError as failure:
            accounts.append(failure)
    core = [account for account in accounts if not isinstance(account, PlimsollError)]
    answers = iter(
        _core.margin.portfolio_margin(core, snapshot.core, method.to_core(), market_view(snapshot), pack.core, threads)
    )
    outcomes = tuple(
        (
            PortfolioOutcome(source.account_id, None, account)
            if isinstance(account, PlimsollError)
            else _outcome(source.account_id, next(answers))
        )
        for source, account in zip(book.accounts, accounts, strict=True)
    )
    digests = {
        "book": book.digest,
        "snapshot": snapshot.digest,
        "pack": pack.digest,
        "method": marks.method_digest,
        "library_version": _core.version,
    }
    return BookPortfolioMargin(book.book_id, snapshot.valuation_date, pack, digests, outcomes)


def _outcome(account_id: str, answer: Mapping[str, Any] | _core.Error) -> PortfolioOutcome:
    if isinstance(answer, _core.Error):
        return PortfolioOutcome(account_id, None, refusal_of(answer))
    return PortfolioOutcome(account_id, PortfolioAccountMargin.of_core(answer), None)
