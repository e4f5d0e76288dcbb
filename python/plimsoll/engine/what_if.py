"""What-if: an account before and after trades, prices and cash, by either regime, and the largest size of a trade."""

import dataclasses
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from plimsoll import _core
from plimsoll._core import scenario as _scenario
from plimsoll.engine.book import Account
from plimsoll.engine.margin import Marks, core_account, market_view, search_limits
from plimsoll.engine.margin_pack import MarginPack, cents
from plimsoll.engine.margin_records import dollars
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.option_type import OptionType
from plimsoll.engine.portfolio_margin import PortfolioMarginPack
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.trades import American, European, Future, Stock, Trade
from plimsoll.engine.valuation import value
from plimsoll.vocabulary.errors import BadInput

_TRADE = re.compile(
    r"(?P<size>[+-]?\d{1,15}(?:\.\d+)?) (?P<underlying>\S+)"
    r"(?: (?P<type>call|put) (?P<strike>\d{1,15}(?:\.\d+)?) (?P<expiry>\d{4}-\d\d-\d\d)(?: (?P<style>american|european))?"
    r"| future (?P<month>\d{4}-\d\d-\d\d))?(?: x(?P<multiplier>\d{1,15}))?(?: @(?P<price>-?\d{1,15}(?:\.\d+)?))?"
)
_TRADE_WORDS = (
    "SIZE UNDERLYING @PRICE for stock; SIZE UNDERLYING call|put STRIKE EXPIRY [american|european] [xMULTIPLIER] "
    "[@PRICE]; SIZE UNDERLYING future EXPIRY xMULTIPLIER [@PRICE]"
)
_PRICE = re.compile(r"(?P<underlying>[^=\s]+)=(?P<spot>\d{1,15}(?:\.\d+)?)")
_LARGEST_PRICE = 10_000_000  # as of every price that the rules take
_CASH = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Order:
    """A trade that is asked about; without a price it is done at the mark."""

    trade: Trade
    price: float | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: new prices first, then cash, then trades in their order."""

    prices: Mapping[str, float]
    cash: Decimal
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An account before and after, in dollars; ``marginals`` is what each position then adds to the requirement."""

    account_id: str
    before: Mapping[str, Decimal]
    after: Mapping[str, Decimal]
    marginals: Mapping[str, Mapping[str, Decimal]]
    largest: Mapping[str, Any] | None

    @property
    def change(self) -> dict[str, Decimal]:
        """What the changes add to each figure."""
        return {name: self.after[name] - self.before[name] for name in self.before}

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain data, amounts as text."""
        text = {part: _text(getattr(self, part)) for part in ("before", "after", "change")}
        marginals = [{"trade_id": trade_id, **_text(amounts)} for trade_id, amounts in self.marginals.items()]
        return {"account_id": self.account_id, **text, "marginals": marginals, "largest": self.largest}


def _text(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: str(amount) for name, amount in amounts.items()}


def read_question(trades: Sequence[str], prices: Sequence[str], cash: str | None) -> Question:
    """Read what is asked from the words of a command line.

    Raises
    ------
    BadInput
        If a word is not as it should be.
    """
    moved = {}
    for text in prices:
        found = _PRICE.fullmatch(text)
        if found is None:
            raise _bad("price", text, "UNDERLYING=PRICE", "write for instance AAA=95.5")
        if found["underlying"] in moved:
            raise _bad("price", text, "one price for each underlying", "leave out all but one of its prices")
        moved[found["underlying"]] = float(found["spot"])
    if cash is not None and _CASH.fullmatch(cash) is None:
        raise _bad("cash", cash, "an amount with at most two decimals", "write for instance -1000.00")
    orders = tuple(_order(text, f"trade {number}") for number, text in enumerate(trades, start=1))
    return Question(moved, Decimal(cash or 0), orders)


def _order(text: str, trade_id: str) -> Order:
    found = _TRADE.fullmatch(text)
    if found is None or not _is_whole(found):
        raise _bad("trade", text, _TRADE_WORDS, "write for instance '-2 AAA call 105 2020-09-18 @3.20'")
    if float(found["price"] or 0.0) > _LARGEST_PRICE:
        raise _bad("trade", text, f"a price up to {_LARGEST_PRICE:,}", "correct the price")
    try:
        product = _product(found)
    except ValueError as failure:
        raise _bad("trade", text, "an expiry that is a day", "correct the expiry") from failure
    shares = isinstance(product, Stock)
    multiplier = float(found["multiplier"] or (1 if shares else 100))
    trade = Trade.of(product, quantity=float(found["size"]), multiplier=multiplier, trade_id=trade_id)
    return Order(trade, None if found["price"] is None else float(found["price"]))


def _is_whole(found: re.Match[str]) -> bool:
    """Whether the words agree: shares have no multiplier, a future has one, and a future alone may cost less than 0."""
    future, shares = found["month"] is not None, found["month"] is None and found["type"] is None
    agreed = not (shares and found["multiplier"]) and (not future or found["multiplier"])
    paid = future or not (found["price"] or "").startswith("-")
    return bool(agreed and paid and float(found["size"]))


def _product(found: re.Match[str]) -> Stock | European | American | Future:
    if found["month"]:
        return Future(found["underlying"], date.fromisoformat(found["month"]))
    if not found["type"]:
        return Stock(found["underlying"])
    made = European if found["style"] == "european" else American
    return made(
        found["underlying"], OptionType(found["type"]), float(found["strike"]), date.fromisoformat(found["expiry"])
    )


def _bad(field: str, given: str, allowed: str, fix: str) -> BadInput:
    return BadInput("bad_change", field=field, value=given, allowed=allowed, fix=fix)


@dataclass(frozen=True, slots=True)
class Asked:
    """An account with what is asked of it, as the core takes both."""

    account: _core.margin.Account
    snapshot: Snapshot
    changes: tuple[Any, ...]


def ask(
    account: Account,
    question: Question,
    snapshot: Snapshot,
    marks: Marks,
    pack: MarginPack | PortfolioMarginPack,
    method: MethodSpec,
) -> Asked:
    """Mark the account and the trades that are asked about, at the prices that are asked about.

    Raises
    ------
    PlimsollError
        If the account cannot be margined, or a trade or a position cannot be valued at the new prices.
    """
    core = core_account(account, marks, pack)
    changes: list[Any] = []
    market = snapshot
    for name, spot in question.prices.items():
        market = _moved(market, name, spot)
        changes.append(_price_change(account, name, market, method))
    if question.cash:
        changes.append(_core.margin.CashChange(amount=cents(question.cash)))
    taken = {position.trade_id for position in account.positions}
    changes += [_trade_change(_apart(order, taken), market, method) for order in question.orders]
    return Asked(core, snapshot, tuple(changes))


def _moved(snapshot: Snapshot, name: str, spot: float) -> Snapshot:
    still = dict.fromkeys(
        ("volatility_relative", "volatility_shift", "skew_shift", "rate_bp", "dividend_yield_bp", "dividends_relative"),
        0.0,
    )
    move = _scenario.UnderlyingShock(underlying=name, spot_relative=spot / snapshot.spot(name) - 1.0, **still)
    shock = _scenario.Shock(moves=[move], volatility_floor=0.0)
    return dataclasses.replace(snapshot, core=_scenario.apply(shock, snapshot.core))


def _price_change(account: Account, name: str, market: Snapshot, method: MethodSpec) -> _core.margin.PriceChange:
    trades = [
        position.trade
        for position in account.positions
        if position.trade is not None
        and not isinstance(position.trade.product, Stock)
        and position.underlyings == (name,)
    ]
    marks = [
        _core.margin.MarkChange(trade_id=trade.trade_id, mark=value(trade, market, method).price) for trade in trades
    ]
    return _core.margin.PriceChange(underlying=name, spot=market.spot(name), marks=marks)


def _apart(order: Order, taken: Set[str]) -> Order:
    """Give the order a name that no position of the account has: what each position adds is told by name."""
    name = order.trade.trade_id
    while name in taken:
        name += " asked"
    return dataclasses.replace(order, trade=dataclasses.replace(order.trade, trade_id=name))


def _trade_change(order: Order, market: Snapshot, method: MethodSpec) -> _core.margin.TradeChange:
    trade, product = order.trade, order.trade.product
    mark = value(trade, market, method).price
    price = mark if order.price is None else order.price
    position: _core.margin.StockPosition | _core.margin.OptionPosition | _core.margin.FuturePosition
    if isinstance(product, Stock):
        position = _core.margin.StockPosition(
            trade_id=trade.trade_id, underlying=product.underlying, quantity=trade.quantity
        )
    elif isinstance(product, Future):
        position = _core.margin.FuturePosition(
            trade_id=trade.trade_id,
            underlying=product.underlying,
            expiry=product.expiry,
            quantity=trade.quantity,
            multiplier=trade.multiplier,
            entry_price=price,
            mark=mark,
        )
    else:
        assert isinstance(product, European | American)
        style = _core.Exercise.european if isinstance(product, European) else _core.Exercise.american
        position = _core.margin.OptionPosition(
            trade_id=trade.trade_id,
            underlying=product.underlying,
            type=_core.OptionType[product.type.value],
            exercise=style,
            strike=product.strike,
            expiry=product.expiry,
            quantity=trade.quantity,
            multiplier=trade.multiplier,
            mark=mark,
        )
    return _core.margin.TradeChange(position=position, price=price)


def by_strategies(asked: Asked, pack: MarginPack, limit: int | None = None) -> WhatIf:
    """Answer by Regulation T and FINRA 4210; with a limit, search for the largest size of the last trade too.

    The search keeps the initial excess at 0 or more, with the other changes made.
    """
    view = market_view(asked.snapshot)
    _require_trade(asked, limit)
    found = _core.margin.what_if(asked.account, view, pack.core, search_limits(), asked.changes, limit)
    return _answer(asked, found)


def by_portfolio(asked: Asked, pack: PortfolioMarginPack, method: MethodSpec, limit: int | None = None) -> WhatIf:
    """Answer by portfolio margin; with a limit, search for the largest size of the last trade too."""
    view, market = market_view(asked.snapshot), asked.snapshot.core
    _require_trade(asked, limit)
    found = _core.margin.portfolio_what_if(
        asked.account, market, method.to_core(), view, pack.core, asked.changes, limit
    )
    return _answer(asked, found)


def _require_trade(asked: Asked, limit: int | None) -> None:
    last = asked.changes[-1] if asked.changes else None
    if limit is not None and not isinstance(last, _core.margin.TradeChange):
        raise _bad("trade", "none", _TRADE_WORDS, "name the trade whose size is searched for")


def _answer(asked: Asked, found: Mapping[str, Any]) -> WhatIf:
    def amounts(record: Any) -> dict[str, Decimal]:
        return {name: dollars(cents_) for name, cents_ in record.to_dict().items() if name != "trade_id"}

    return WhatIf(
        account_id=asked.account.account_id,
        before=amounts(found["before"]),
        after=amounts(found["after"]),
        marginals={each.trade_id: amounts(each) for each in found["marginals"]},
        largest=None if found["largest"] is None else _largest(found["largest"]),
    )


def _largest(found: _core.margin.LargestSize) -> dict[str, Any]:
    return {
        "quantity": found.quantity,
        "excess": str(dollars(found.excess)),
        "next_excess": None if found.reached_limit else str(dollars(found.next_excess)),
        "reached_limit": found.reached_limit,
        "evaluations": found.evaluations,
    }
