"""Margin of books: accounts, a snapshot, marks and a parameter pack in; one explained outcome for each account out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from plimsoll import _core
from plimsoll.engine.book import Account, Book, Position
from plimsoll.engine.margin_pack import MarginPack, cents
from plimsoll.engine.margin_pack import read_pack as read_pack
from plimsoll.engine.margin_pack import shipped_pack as shipped_pack
from plimsoll.engine.margin_records import AccountMargin, AccountOutcome, BookMargin
from plimsoll.engine.margin_reference import reference_row as reference_row
from plimsoll.engine.refusals import MissingQuote, Unsupported, refusal
from plimsoll.engine.refusals import refusal_of as refusal_of
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.trades import American, European, Future, Stock, Trade
from plimsoll.engine.valuation import BookValuation
from plimsoll.vocabulary.errors import PlimsollError


class InCurrency(Protocol):
    """A pack whose amounts are in one currency."""

    @property
    def currency(self) -> str:
        """Code of the currency."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Prices per unit of the underlying by trade id, or the refusal that says why there is none."""

    prices: Mapping[str, float]
    refusals: Mapping[str, PlimsollError]
    method_digest: str = ""

    @classmethod
    def of_valuation(cls, valuation: BookValuation) -> "Marks":
        """Take the prices of a valued book as its marks."""
        prices = {o.trade_id: o.valuation.price for o in valuation.outcomes if o.valuation is not None}
        refusals = {o.trade_id: o.refusal for o in valuation.outcomes if o.refusal is not None}
        digests = {o.valuation.evidence.method_digest for o in valuation.outcomes if o.valuation is not None}
        return cls(prices, refusals, min(digests, default=""))


def search_limits(nodes: int = 5_000, pivots: int = 2_000_000) -> _core.margin.SearchLimits:
    """Give how long the pairing of one underlying may search before it answers with a gap."""
    return _core.margin.SearchLimits(nodes=nodes, pivots=pivots)


def margin_book(
    book: Book,
    snapshot: Snapshot,
    marks: Marks,
    pack: MarginPack,
    limits: _core.margin.SearchLimits | None = None,
) -> BookMargin:
    """Margin every account of a book by Regulation T and FINRA 4210.

    Parameters
    ----------
    book : Book
        Accounts with their positions.
    snapshot : Snapshot
        Prices of the underlyings, their class and their price basis.
    marks : Marks
        Prices of options and futures by trade id.
    pack : MarginPack
        The rules' numbers; :func:`shipped_pack` reads one.
    limits : SearchLimits, optional
        Length of the search for the cheapest pairing; :func:`search_limits` without arguments unless given.

    Returns
    -------
    BookMargin
        One outcome for each account: a bad position refuses its account and no other.
    """
    accounts: list[_core.margin.Account | PlimsollError] = []
    for account in book.accounts:
        try:
            accounts.append(core_account(account, marks, pack))
        except PlimsollError as failure:
            accounts.append(failure)
    core = [account for account in accounts if not isinstance(account, PlimsollError)]
    answers = iter(_core.margin.margin_accounts(core, market_view(snapshot), pack.core, limits or search_limits()))
    outcomes = tuple(
        (
            AccountOutcome(source.account_id, None, account)
            if isinstance(account, PlimsollError)
            else _outcome(source.account_id, next(answers))
        )
        for source, account in zip(book.accounts, accounts, strict=True)
    )
    return BookMargin(
        book_id=book.book_id,
        valuation_date=snapshot.valuation_date,
        pack_id=pack.pack_id,
        digests={
            "book": book.digest,
            "snapshot": snapshot.digest,
            "pack": pack.digest,
            "method": marks.method_digest,
            "library_version": _core.version,
        },
        outcomes=outcomes,
    )


def market_view(snapshot: Snapshot) -> _core.margin.MarketView:
    """Give what the margin rules look at in a snapshot."""
    views = [
        _core.margin.UnderlyingView(
            name=market.name,
            kind=_class_of(snapshot.kinds[market.name]),
            spot=market.spot,
            leverage=abs(snapshot.leverages.get(market.name, 1.0)),
            price_basis=market.price_basis,
        )
        for market in snapshot.core.underlyings
        if snapshot.kinds[market.name] not in ("future", "exchange_rate")  # of which the rules know nothing
    ]
    return _core.margin.MarketView(valuation_date=snapshot.valuation_date, underlyings=views)


def _class_of(kind: str) -> _core.margin.UnderlyingClass:
    # A share of a fund is stock, and its options are margined at the rates of stock.
    return _core.margin.UnderlyingClass["equity" if kind == "exchange_traded_fund" else kind]


def _outcome(account_id: str, answer: Mapping[str, object] | _core.Error) -> AccountOutcome:
    if isinstance(answer, _core.Error):
        return AccountOutcome(account_id, None, refusal_of(answer))
    return AccountOutcome(account_id, AccountMargin.of_core(answer), None)


def core_account(account: Account, marks: Marks, pack: InCurrency) -> _core.margin.Account:
    """Give an account as the core margins it.

    Raises
    ------
    PlimsollError
        If the account or one of its positions cannot be margined.
    """
    if account.refusal is not None:
        raise account.refusal
    if account.type != "margin":
        raise _unsupported("type", account.type, "margin", "take the account out of the book", account)
    if account.currency != pack.currency:
        raise _unsupported("currency", account.currency, pack.currency, "convert it with its own pack", account)
    trades = [_trade_of(position, marks) for position in account.positions]
    options: list[_core.margin.OptionPosition] = []
    futures: list[_core.margin.FuturePosition] = []
    for trade, position in zip(trades, account.positions, strict=True):
        if isinstance(trade.product, European | American):
            options.append(_option(trade, trade.product, marks))
        if isinstance(trade.product, Future):
            futures.append(_future(trade, trade.product, position.entry_price, marks))
    return _core.margin.Account(
        account_id=account.account_id,
        cash=cents(account.cash),
        stocks=_stocks(trades),
        options=options,
        futures=futures,
    )


def _trade_of(position: Position, marks: Marks) -> Trade:
    if position.trade is None:
        assert position.refusal is not None
        raise position.refusal
    if not isinstance(position.trade.product, American | European | Future | Stock):
        raise Unsupported(
            "unsupported",
            field=f"positions[{position.trade_id}].kind",
            value=position.kind,
            allowed="stock, option, future",
            fix=f"the regime has no margin rule for {type(position.trade.product).__name__}: keep it in an account of another",
        )
    if position.trade_id in marks.refusals:
        raise _placed(marks.refusals[position.trade_id], position.trade_id)
    return position.trade


def _stocks(trades: Sequence[Trade]) -> list[_core.margin.StockPosition]:
    return [
        _core.margin.StockPosition(
            trade_id=trade.trade_id, underlying=trade.product.underlying, quantity=trade.quantity * trade.multiplier
        )
        for trade in trades
        if isinstance(trade.product, Stock)
    ]


def _option(trade: Trade, option: European | American, marks: Marks) -> _core.margin.OptionPosition:
    style = _core.Exercise.european if isinstance(option, European) else _core.Exercise.american
    return _core.margin.OptionPosition(
        trade_id=trade.trade_id,
        underlying=option.underlying,
        type=_core.OptionType[option.type.value],
        exercise=style,
        strike=option.strike,
        expiry=option.expiry,
        quantity=trade.quantity,
        multiplier=trade.multiplier,
        mark=_mark(trade.trade_id, marks),
    )


def _future(trade: Trade, future: Future, entry_price: float | None, marks: Marks) -> _core.margin.FuturePosition:
    mark = _mark(trade.trade_id, marks)
    return _core.margin.FuturePosition(
        trade_id=trade.trade_id,
        underlying=future.underlying,
        expiry=future.expiry,
        quantity=trade.quantity,
        multiplier=trade.multiplier,
        entry_price=mark if entry_price is None else entry_price,
        mark=mark,
    )


def _mark(trade_id: str, marks: Marks) -> float:
    if trade_id not in marks.prices:
        raise MissingQuote(
            "missing_quote",
            field=f"marks[{trade_id}]",
            allowed="a price for every option and future",
            fix="value the book that is margined, on the same snapshot",
        )
    return marks.prices[trade_id]


def _placed(failure: PlimsollError, trade_id: str) -> PlimsollError:
    # A term such as "expiry" says enough beside its position; an account has many.
    place = failure.field if {".", "["} & {*failure.field} else f"positions[{trade_id}].{failure.field}"
    return refusal(failure.code, place, failure.value, failure.allowed, failure.fix)


def _unsupported(field: str, value: str, allowed: str, fix: str, account: Account) -> Unsupported:
    place = f"accounts[{account.account_id}].{field}"
    return Unsupported("unsupported", field=place, value=value, allowed=allowed, fix=fix)
