"""Contracts of a risk-parameter file: futures, options and physical positions, portfolio by portfolio."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plimsoll._core import span as _span
from plimsoll.engine.span_xml import Element

#: Portfolios of products by the name of their element: the type that a link calls them by, and what they hold.
PORTFOLIOS = {
    "phyPf": ("PHY", "phy"),
    "equityPf": ("EQUITY", "equity"),
    "futPf": ("FUT", "fut"),
    "oopPf": ("OOP", "opt"),
    "oofPf": ("OOF", "opt"),
    "ooePf": ("OOE", "opt"),
}
_OPTIONS = {"C": _span.ContractKind.call, "P": _span.ContractKind.put}


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a contract is listed: exchange, product code, how its value settles, how it is exercised (AMER, EURO).

    ``period`` is its own contract month; the delta of an option on a future counts in the month of the future.
    """

    exchange: str
    product: str
    kind: str
    value_method: str
    exercise: str = ""
    period: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A contract as its portfolio states it; the combined commodity is known once the links have been read.

    ``link`` is how a link names the portfolio; ``price_scan`` the scan range, None where none is given. ``place`` and
    ``underlying`` name the contract, and the future that an option is on, by exchange, portfolio and number.
    """

    link: tuple[str, str, str]
    place: tuple[str, str, str]
    underlying: tuple[str, str, str] | None
    listing: Listing
    fields: dict[str, Any]
    price_scan: float | None

    @property
    def rank(self) -> tuple[int, int]:
        """Whose scan range stands for the commodity: the nearest future's, or of what is nearest without one."""
        return (0 if self.listing.kind == "FUT" else 1, self.fields["period"])

    def contract(self, commodity: str, scale: float, name: str, period: int) -> _span.Contract:
        """Give the contract under its commodity, with the month that its delta counts in."""
        changed = {"id": name, "scale": self.fields["scale"] * scale, "period": period}
        return _span.Contract(commodity=commodity, **{**self.fields, **changed})


def drafts(portfolio: Element) -> Iterator[Draft]:
    """Give the contracts of one portfolio of products.

    Raises
    ------
    BadInput
        If one lacks a term or has one of the wrong type, with the element at fault.
    """
    assert portfolio.above is not None
    exchange = portfolio.above.word("exch")
    kind, _ = PORTFOLIOS[portfolio.name]
    method, exercise = portfolio.word("valueMeth", "FUT"), portfolio.word("exercise", "")
    product, portfolio_id = portfolio.word("pfCode"), portfolio.word("pfId")
    for element, series in _held_in(portfolio):
        terms = element if series is None else series
        scan = terms.find("scanRate/priceScan")
        price_scan = None if scan is None else terms.number("scanRate/priceScan")
        listing = Listing(exchange, product, kind, method, exercise, terms.period("pe", 0))
        yield Draft(
            link=(exchange, portfolio_id, kind),
            place=(exchange, portfolio_id, element.word("cId", "")),
            underlying=_future_under(terms, exchange) if kind == "OOF" else None,
            listing=listing,
            fields=_fields(element, terms, portfolio, listing),
            price_scan=price_scan,
        )


def _future_under(series: Element, exchange: str) -> tuple[str, str, str] | None:
    under = series.find("undC")
    if under is None:
        return None
    return under.word("exch", exchange), under.word("pfId"), under.word("cId")


def _fields(element: Element, terms: Element, portfolio: Element, listing: Listing) -> dict[str, Any]:
    array = element.find("ra")
    if array is None:
        raise element.flaw("ra", "", "a risk array")
    option = terms is not element
    kind, strike, words = _what(element, option, listing)
    return {
        "id": " ".join((listing.exchange, listing.product, *words, period_text(listing.period))).strip(),
        "kind": kind,
        "strike": strike,
        "period": listing.period,
        "expiry": terms.day("setlDate") or terms.day("pe"),
        "multiplier": next((p.number("cvf") for p in (element, terms, portfolio) if p.find("cvf")), 1.0),
        "price": element.number("p", 0.0),
        "delta": array.number("d", element.number("d", 1.0)),
        "scale": element.number("sc", terms.number("sc", 1.0)),
        "premium_style": option and listing.value_method != "FUT",
        "losses": [_number(array, loss) for loss in array.each("a")],
    }


def _held_in(portfolio: Element) -> Iterator[tuple[Element, Element | None]]:
    _, name = PORTFOLIOS[portfolio.name]
    if name != "opt":
        # Where no array is given, as for a currency, nothing is margined.
        yield from ((held, None) for held in portfolio.each(name) if name == "fut" or held.find("ra"))
        return
    for series in portfolio.each("series"):
        yield from ((option, series) for option in series.each("opt"))


def _what(element: Element, option: bool, listing: Listing) -> tuple[_span.ContractKind, float, tuple[str, ...]]:
    if not option:
        future = listing.kind == "FUT"
        return _span.ContractKind.future if future else _span.ContractKind.physical, 0.0, (listing.kind,)
    kind = element.choice("o", _OPTIONS)
    strike = element.number("k")
    return kind, strike, (element.word("o"), f"{strike!r}".removesuffix(".0"))


def _number(array: Element, loss: Element) -> float:
    return Element("ra", array.path, children=[loss]).number("a")


def period_text(period: int, *, last: bool = False) -> str:
    """Give a contract month as files write it: YYYYMM where there is no day, which ends a range with its 99th."""
    if period == 0:
        return ""
    return str(period // 100 if period % 100 == (99 if last else 0) else period).zfill(6)
