"""SPAN of books: the contracts of a parameter file found for each position, one outcome for each account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plimsoll import _core
from plimsoll._core import span as _span
from plimsoll.engine.book import Account, Book, Position
from plimsoll.engine.documents import short
from plimsoll.engine.margin import refusal_of
from plimsoll.engine.margin_records import Tree, dollars, tree_in_dollars
from plimsoll.engine.refusals import ExpiredProduct, InvalidValue, MissingQuote, NotInForce, Unsupported
from plimsoll.engine.span_file import SpanParameters
from plimsoll.engine.trades import American, European, Future, Stock, Trade
from plimsoll.vocabulary.errors import PlimsollError

if TYPE_CHECKING:
    import pyarrow as pa

#: What an account's positions may be margined as; customers who do not hedge are speculators.
ACCOUNT_CLASSES = ("member", "hedger", "speculator")
_Name = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class SpanMargin:
    """The requirement of one account: amounts in dollars, trees with whole cents, figures before rounding."""

    account_id: str
    maintenance: Tree
    initial: Tree
    commodities: tuple[Mapping[str, Any], ...]

    @property
    def amount(self) -> Decimal:
        """The maintenance requirement."""
        return dollars(self.maintenance["amount"])

    @property
    def initial_amount(self) -> Decimal:
        """The initial requirement."""
        return dollars(self.initial["amount"])

    def figure(self, name: str) -> float:
        """Sum a figure over the commodities."""
        return float(sum(commodity[name] for commodity in self.commodities))

    def to_dict(self) -> dict[str, Any]:
        """Give the requirement as plain data, amounts as text."""
        return {
            "account_id": self.account_id,
            "maintenance": str(self.amount),
            "initial": str(self.initial_amount),
            "commodities": [dict(commodity) for commodity in self.commodities],
            "maintenance_tree": tree_in_dollars(self.maintenance),
            "initial_tree": tree_in_dollars(self.initial),
        }


@dataclass(frozen=True, slots=True)
class SpanOutcome:
    """The requirement of an account, or the refusal that says why there is none."""

    account_id: str
    margin: SpanMargin | None
    refusal: PlimsollError | None

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain data."""
        parts = {"margin": self.margin, "refusal": self.refusal}
        return {"account_id": self.account_id, **{name: part and part.to_dict() for name, part in parts.items()}}


@dataclass(frozen=True, slots=True)
class BookSpan:
    """One outcome for each account of a book, in its order, and what it stands on."""

    book_id: str
    valuation_date: date
    set_id: str
    account_class: str
    digests: Mapping[str, str]
    notes: tuple[str, ...]
    outcomes: tuple[SpanOutcome, ...]

    @property
    def failed(self) -> int:
        """Number of accounts that were refused."""
        return sum(outcome.refusal is not None for outcome in self.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """Give the requirements of the book as plain data."""
        return {
            "book_id": self.book_id,
            "valuation_date": self.valuation_date.isoformat(),
            "set_id": self.set_id,
            "account_class": self.account_class,
            "digests": dict(self.digests),
            "notes": list(self.notes),
            "margined": len(self.outcomes) - self.failed,
            "failed": self.failed,
            "accounts": [outcome.to_dict() for outcome in self.outcomes],
        }

    def to_table(self) -> "pa.Table":
        """Give the outcomes as an Arrow table, one row an account; requirements are decimals in dollars."""
        import pyarrow as pa

        margins = [outcome.margin for outcome in self.outcomes]
        money = pa.decimal128(18, 2)
        columns = {
            "account_id": pa.array([outcome.account_id for outcome in self.outcomes], pa.string()),
            "maintenance": pa.array([None if m is None else m.amount for m in margins], money),
            "initial": pa.array([None if m is None else m.initial_amount for m in margins], money),
        }
        for name in ("code", "field", "value", "allowed", "fix"):
            cells = [None if o.refusal is None else getattr(o.refusal, name) for o in self.outcomes]
            columns[f"refusal_{name}"] = pa.array(cells, pa.string())
        return pa.table(columns).replace_schema_metadata(dict(self.digests))


def span_book(
    book: Book,
    parameters: SpanParameters,
    account_class: str,
    day: date | None = None,
    refusals: Mapping[str, PlimsollError] | None = None,
) -> BookSpan:
    """Give the SPAN requirement of every account of a book.

    Parameters
    ----------
    book : Book
        Accounts with futures, options and physical positions.
    parameters : SpanParameters
        Of a file or of the generator, of that day.
    account_class : str
        One of ``ACCOUNT_CLASSES``: whose ratio of initial to maintenance applies.
    day : date, optional
        The day that the book is margined on; its own unless given.
    refusals : mapping, optional
        Trades that are known to have no parameters, with the reason.

    Returns
    -------
    BookSpan
        One outcome for each account: a bad position refuses its account and no other.
    """
    day = day or book.as_of
    finder = _Finder(parameters, refusals or {})
    found: list[_span.Account | PlimsollError] = []
    for account in book.accounts:
        try:
            found.append(_core_account(account, day, finder, _span.AccountClass[account_class]))
        except PlimsollError as failure:
            found.append(failure)
    accounts = [account for account in found if not isinstance(account, PlimsollError)]
    answers = iter(_span.requirements(accounts, parameters.prepared))
    outcomes = tuple(
        (
            SpanOutcome(source.account_id, None, account)
            if isinstance(account, PlimsollError)
            else _outcome(source.account_id, next(answers))
        )
        for source, account in zip(book.accounts, found, strict=True)
    )
    return BookSpan(
        book_id=book.book_id,
        valuation_date=day,
        set_id=parameters.core.set_id,
        account_class=account_class,
        digests={"book": book.digest, "parameters": parameters.digest, "library_version": _core.version},
        notes=parameters.notes,
        outcomes=outcomes,
    )


def _outcome(account_id: str, answer: Mapping[str, Any] | _core.Error) -> SpanOutcome:
    if isinstance(answer, _core.Error):
        return SpanOutcome(account_id, None, refusal_of(answer))
    margin = SpanMargin(account_id, answer["maintenance"], answer["initial"], tuple(answer["commodities"]))
    return SpanOutcome(account_id, margin, None)


def _core_account(account: Account, day: date, finder: "_Finder", account_class: _span.AccountClass) -> _span.Account:
    if account.refusal is not None:
        raise account.refusal
    if finder.parameters.date != day:
        raise NotInForce(
            "not_in_force",
            field=f"accounts[{account.account_id}]",
            value=day.isoformat(),
            allowed=f"the day of the parameters, {finder.parameters.date}",
            fix="take the parameter file of the book's day",
        )
    return _span.Account(
        account_id=account.account_id,
        currency=account.currency,
        account_class=account_class,
        positions=[finder.position(position) for position in account.positions],
    )


class _Finder:
    """Finds the contract of a position by product or commodity, kind, strike and expiry."""

    def __init__(self, parameters: SpanParameters, refusals: Mapping[str, PlimsollError]) -> None:
        self.parameters = parameters
        self._refusals = refusals
        self._by_name: dict[_Name, list[_span.Contract]] = {}
        self._names: set[str] = set()
        for contract in parameters.prepared.parameters.contracts:
            names = {contract.commodity, parameters.listings[contract.id].product}
            self._names |= names
            for name in names:
                self._by_name.setdefault((name, contract.kind.name, contract.strike), []).append(contract)

    def position(self, position: Position) -> _span.Position:
        if position.trade is None:
            assert position.refusal is not None
            raise position.refusal
        if position.trade_id in self._refusals:
            raise self._refusals[position.trade_id]
        contract = self._contract(position.trade)
        quantity = position.trade.quantity * position.trade.multiplier / contract.multiplier
        return _span.Position(trade_id=position.trade_id, contract=contract.id, quantity=quantity)

    def _contract(self, trade: Trade) -> _span.Contract:
        product, place = trade.product, f"positions[{trade.trade_id}]"
        if not isinstance(product, American | European | Future | Stock):
            raise Unsupported(
                "unsupported",
                field=f"{place}.kind",
                value=type(product).__name__,
                allowed="stock, option, future",
                fix="SPAN margins listed contracts alone: keep it in an account of another regime",
            )
        expiry = None if isinstance(product, Stock) else product.expiry
        if expiry is not None and expiry < self.parameters.date:
            raise ExpiredProduct(
                "expired_product",
                field=f"{place}.expiry",
                value=expiry.isoformat(),
                allowed=f"{self.parameters.date} or later",
                fix="take the expired leg out of the book",
            )
        if product.underlying not in self._names:
            raise MissingQuote(
                "missing_quote",
                field=f"{place}.underlying",
                value=product.underlying,
                allowed=f"a product of {self.parameters.core.set_id}: {short(', '.join(sorted(self._names)))}",
                fix="take the parameters of the house that clears it",
            )
        return self._only(self._fitting(product, expiry), trade, place)

    def _fitting(self, product: American | European | Future | Stock, expiry: date | None) -> list[_span.Contract]:
        kind, strike, style = "physical", 0.0, ""
        if isinstance(product, Future):
            kind = "future"
        if isinstance(product, American | European):
            kind, strike = product.type.value, product.strike
            style = "EURO" if isinstance(product, European) else "AMER"
        return [
            contract
            for contract in self._by_name.get((product.underlying, kind, strike), ())
            if _ends_on(contract, self._period_of(contract), expiry)
            and self.parameters.listings[contract.id].exercise in ("", style)
        ]

    def _period_of(self, contract: _span.Contract) -> int:
        return self.parameters.listings[contract.id].period

    def _only(self, found: Sequence[_span.Contract], trade: Trade, place: str) -> _span.Contract:
        if not found:
            raise MissingQuote(
                "missing_quote",
                field=f"{place}.contract",
                value=_words(trade),
                allowed=f"a contract of {self.parameters.core.set_id}",
                fix="check strike, expiry and style, or take the parameters of the house that lists it",
            )
        sizes = sorted(contract.multiplier for contract in found)
        same = [contract for contract in found if contract.multiplier == trade.multiplier]
        whole = [c for c in found if (trade.quantity * trade.multiplier / c.multiplier).is_integer()]
        chosen = same or whole
        if not chosen:
            raise InvalidValue(
                "invalid_value",
                field=f"{place}.multiplier",
                value=str(trade.multiplier),
                allowed=f"whole contracts of {', '.join(map(str, sizes))}",
                fix="give the multiplier of the contract that is listed",
            )
        if len(chosen) > 1:
            raise InvalidValue(
                "invalid_value",
                field=f"{place}.underlying",
                value=_words(trade),
                allowed=f"one contract; these fit: {short(', '.join(contract.id for contract in chosen))}",
                fix="name the product by its own code",
            )
        return chosen[0]


def _ends_on(contract: _span.Contract, period: int, expiry: date | None) -> bool:
    if expiry is None or contract.expiry is not None:
        return contract.expiry == expiry
    return period // 100 == expiry.year * 100 + expiry.month


def _words(trade: Trade) -> str:
    product = trade.product
    words = [type(product).__name__.lower(), getattr(product, "underlying", "")]
    words += [str(getattr(product, name)) for name in ("strike", "expiry") if hasattr(product, name)]
    option_type = getattr(product, "type", None)
    return " ".join(words if option_type is None else [words[0], option_type.value, *words[1:]])
