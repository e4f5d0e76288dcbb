"""Makes the demo books: packs/books/demo-2008.json and demo-2020.json, from the sources' closes and demo_books.json.

The same closes give the same bytes. Run: python tools/make_demo_books.py [--check]
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from plimsoll.data.ingest import read_source
from plimsoll.data.sources import SOURCES, locate

BOOKS = Path(__file__).resolve().parents[1] / "python" / "plimsoll" / "packs" / "books"
TABLE = Path(__file__).with_name("demo_books.json")
INDEX = "SP500"
NOTE = (
    "DEMO. Made accounts, no client's. Prices are on closes adjusted for splits and dividends, so a low price is not "
    "the price that was paid on that day. Options expire on third Fridays, the last trading day; strikes lie on a "
    "listed-like grid around the adjusted close."
)
Position = dict[str, Any]
_CONCENTRATION = (330_000, 230_000, 150_000, 90_000)


@dataclass(frozen=True)
class Episode:
    """What differs between the two books: the day, the expiries, the closes and the names that take each part."""

    book_id: str
    as_of: date
    near: date
    middle: date
    far: date
    long_dated: date
    future_basis: float
    hedge_futures: int
    spots: Mapping[str, float]
    names: Mapping[str, Sequence[str]]
    cash: Mapping[str, int]


def third_friday(year: int, month: int) -> date:
    """Give the third Friday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(4 - first.weekday()) % 7 + 14)


def strike(name: str, spot: float, moneyness: float) -> float:
    """Give spot times moneyness on the grid that a listing exchange would use at this level."""
    if name == INDEX:
        step = 25.0
    else:
        step = next(step for least, step in ((100, 5.0), (50, 2.5), (20, 1.0), (8, 0.5), (0, 0.25)) if spot >= least)
    return round(spot * moneyness / step) * step


class Desk:
    """Turns dollars and moneyness into positions of one episode."""

    def __init__(self, episode: Episode) -> None:
        self.episode = episode

    def shares(self, name: str, dollars: float) -> int:
        """Give whole round lots worth about so much."""
        return max(1, round(dollars / self.episode.spots[name] / 100)) * 100

    def stock(self, name: str, dollars: float) -> Position:
        """Hold, or with negative dollars owe, round lots."""
        quantity = self.shares(name, abs(dollars)) * (1 if dollars > 0 else -1)
        return {"kind": "stock", "underlying": name, "quantity": quantity}

    def option(self, name: str, kind: str, moneyness: float, expiry: date, quantity: int) -> Position:
        """Hold or owe listed options: European on the index, American on stocks."""
        return {
            "kind": "option",
            "underlying": name,
            "type": kind,
            "exercise": "european" if name == INDEX else "american",
            "strike": strike(name, self.episode.spots[name], moneyness),
            "expiry": expiry.isoformat(),
            "quantity": quantity,
            "multiplier": 100,
        }

    def future(self, quantity: int) -> Position:
        """Hold or owe index futures, entered at the fair price of the day on the quarter-point grid."""
        entry = round(self.episode.spots[INDEX] * (1.0 + self.episode.future_basis) * 4) / 4
        return {
            "kind": "future",
            "underlying": INDEX,
            "expiry": self.episode.far.isoformat(),
            "quantity": quantity,
            "multiplier": 50,
            "entry_price": entry,
        }

    def lots(self, name: str, dollars: float) -> int:
        """Give contracts that cover round lots worth so much."""
        return self.shares(name, dollars) // 100


def diversified(desk: Desk) -> Iterator[Position]:
    """Twelve stocks on moderate margin."""
    for name in desk.episode.names["diversified"]:
        yield desk.stock(name, 50_000)


def concentrated(desk: Desk) -> Iterator[Position]:
    """Four stocks on as much margin as maintenance allows."""
    for name, dollars in zip(desk.episode.names["concentrated"], _CONCENTRATION, strict=True):
        yield desk.stock(name, dollars)


def long_short(desk: Desk) -> Iterator[Position]:
    """Eight stocks held against eight owed."""
    for name in desk.episode.names["long"]:
        yield desk.stock(name, 60_000)
    for name in desk.episode.names["short"]:
        yield desk.stock(name, -50_000)


def covered_calls(desk: Desk) -> Iterator[Position]:
    """Stocks with calls written on every lot, half near, half later."""
    for place, name in enumerate(desk.episode.names["covered"]):
        expiry = (desk.episode.near, desk.episode.middle)[place % 2]
        yield desk.stock(name, 45_000)
        yield desk.option(name, "call", 1.05, expiry, -desk.lots(name, 45_000))


def verticals(desk: Desk) -> Iterator[Position]:
    """Credit spreads in puts and calls and debit spreads in calls."""
    for place, name in enumerate(desk.episode.names["verticals"]):
        expiry = (desk.episode.near, desk.episode.middle, desk.episode.far)[place % 3]
        lots = max(5, desk.lots(name, 30_000))
        yield desk.option(name, "put", 0.95, expiry, -lots)
        yield desk.option(name, "put", 0.85, expiry, lots)
        yield desk.option(name, "call", 1.10, expiry, -lots)
        yield desk.option(name, "call", 1.20, expiry, lots)
    for name in desk.episode.names["debit"]:
        lots = max(5, desk.lots(name, 25_000))
        yield desk.option(name, "call", 1.0, desk.episode.far, lots)
        yield desk.option(name, "call", 1.15, desk.episode.far, -lots)


def short_volatility(desk: Desk) -> Iterator[Position]:
    """Straddles and strangles written without cover on stocks and the index."""
    for place, name in enumerate(desk.episode.names["volatility"]):
        put, call = ((1.0, 1.0), (0.92, 1.08))[place % 2]
        expiry = (desk.episode.middle, desk.episode.far)[place % 2]
        lots = desk.lots(name, 60_000)
        yield desk.option(name, "put", put, expiry, -lots)
        yield desk.option(name, "call", call, expiry, -lots)
    yield desk.option(INDEX, "put", 0.93, desk.episode.middle, -3)
    yield desk.option(INDEX, "call", 1.06, desk.episode.middle, -3)


def iron_condors(desk: Desk) -> Iterator[Position]:
    """Iron condors, two of them with wings of unequal width."""
    for place, name in enumerate((*desk.episode.names["condors"], INDEX)):
        expiry = (desk.episode.middle, desk.episode.far)[place % 2]
        lots = 4 if name == INDEX else max(5, desk.lots(name, 40_000))
        outer = (1.20, 1.30)[place % 2]
        yield desk.option(name, "put", 0.80, expiry, lots)
        yield desk.option(name, "put", 0.90, expiry, -lots)
        yield desk.option(name, "call", 1.10, expiry, -lots)
        yield desk.option(name, "call", outer, expiry, lots)


def protective_puts(desk: Desk) -> Iterator[Position]:
    """Stocks with a put on every lot."""
    for place, name in enumerate(desk.episode.names["protected"]):
        yield desk.stock(name, 55_000)
        yield desk.option(name, "put", (0.95, 0.90)[place % 2], desk.episode.far, desk.lots(name, 55_000))


def collars(desk: Desk) -> Iterator[Position]:
    """Stocks between a put held and a call written."""
    for name in desk.episode.names["collars"]:
        lots = desk.lots(name, 60_000)
        yield desk.stock(name, 60_000)
        yield desk.option(name, "put", 0.90, desk.episode.middle, lots)
        yield desk.option(name, "call", 1.10, desk.episode.middle, -lots)


def index_options(desk: Desk) -> Iterator[Position]:
    """European index options: put spreads, a call written, a hedge held, a butterfly of puts."""
    episode = desk.episode
    yield desk.option(INDEX, "put", 0.98, episode.near, -4)
    yield desk.option(INDEX, "put", 0.92, episode.near, 4)
    yield desk.option(INDEX, "put", 0.95, episode.middle, -5)
    yield desk.option(INDEX, "put", 0.88, episode.middle, 5)
    yield desk.option(INDEX, "call", 1.06, episode.middle, -2)
    yield desk.option(INDEX, "put", 0.90, episode.far, 2)
    yield desk.option(INDEX, "call", 1.02, episode.far, 3)
    yield desk.option(INDEX, "call", 1.10, episode.far, -3)
    yield desk.option(INDEX, "put", 0.85, episode.long_dated, 1)
    yield desk.option(INDEX, "put", 0.75, episode.far, -2)


def index_futures(desk: Desk) -> Iterator[Position]:
    """Index futures held outright with puts under a part of them."""
    yield desk.future(5)
    yield desk.option(INDEX, "put", 0.95, desk.episode.middle, 1)
    yield desk.option(INDEX, "put", 0.90, desk.episode.far, 1)
    yield desk.option(INDEX, "call", 1.08, desk.episode.far, -1)


def short_sellers(desk: Desk) -> Iterator[Position]:
    """Stocks owed, several near five dollars on adjusted closes, some under a call held."""
    for place, name in enumerate(desk.episode.names["sold"]):
        yield desk.stock(name, -40_000)
        if place % 2 == 0:
            yield desk.option(name, "call", 1.10, desk.episode.far, desk.lots(name, 40_000))


def naked_puts(desk: Desk) -> Iterator[Position]:
    """Write puts without cover, for the premium."""
    for place, name in enumerate(desk.episode.names["puts"]):
        expiry = (desk.episode.middle, desk.episode.far)[place % 2]
        yield desk.option(name, "put", (0.95, 0.90)[place % 2], expiry, -desk.lots(name, 70_000))
    yield desk.option(INDEX, "put", 0.92, desk.episode.far, -2)


def long_options(desk: Desk) -> Iterator[Position]:
    """Options held and paid in full: long-dated calls, puts, a straddle."""
    for name in desk.episode.names["leaps"]:
        yield desk.option(name, "call", 1.0, desk.episode.long_dated, desk.lots(name, 40_000))
    for name in desk.episode.names["bought"]:
        yield desk.option(name, "put", 0.95, desk.episode.far, desk.lots(name, 40_000))
    straddled = desk.episode.names["bought"][0]
    yield desk.option(straddled, "call", 1.0, desk.episode.middle, 10)
    yield desk.option(straddled, "put", 1.0, desk.episode.middle, 10)


def hedged_with_futures(desk: Desk) -> Iterator[Position]:
    """Hold a stock portfolio against index futures owed."""
    for name in desk.episode.names["hedged"]:
        yield desk.stock(name, 70_000)
    yield desk.future(desk.episode.hedge_futures)


ACCOUNTS: tuple[tuple[str, Callable[[Desk], Iterator[Position]]], ...] = (
    ("A01", diversified),
    ("A02", concentrated),
    ("A03", long_short),
    ("A04", covered_calls),
    ("A05", verticals),
    ("A06", short_volatility),
    ("A07", iron_condors),
    ("A08", protective_puts),
    ("A09", collars),
    ("A10", index_options),
    ("A11", index_futures),
    ("A12", short_sellers),
    ("A13", naked_puts),
    ("A14", long_options),
    ("A15", hedged_with_futures),
)


def month(text: str) -> date:
    """Give the third Friday of a month written YYYY-MM."""
    year, number = map(int, text.split("-"))
    return third_friday(year, number)


def episodes(spots_on: Callable[[date], Mapping[str, float]]) -> list[Episode]:
    """Give the episodes of the table with the closes of their days."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return [
        Episode(
            book_id=row["book_id"],
            as_of=date.fromisoformat(row["as_of"]),
            near=month(row["near"]),
            middle=month(row["middle"]),
            far=month(row["far"]),
            long_dated=month(row["long_dated"]),
            future_basis=row["future_basis"],
            hedge_futures=row["hedge_futures"],
            spots=spots_on(date.fromisoformat(row["as_of"])),
            names={**table["shared_names"], **row["names"]},
            cash=row["cash"],
        )
        for row in table["episodes"]
    ]


def book(episode: Episode) -> dict[str, Any]:
    """Give the book document of an episode."""
    accounts = []
    for account_id, strategy in ACCOUNTS:
        positions = [
            {"trade_id": f"{account_id}-{number:03d}", **position}
            for number, position in enumerate(strategy(Desk(episode)), start=1)
        ]
        cash = episode.cash[account_id]
        accounts.append(
            {
                "account_id": account_id,
                "type": "margin",
                "currency": "USD",
                "cash": f"{cash}.00",
                "positions": positions,
            }
        )
    return {
        "schema": "plimsoll/book/v1",
        "book_id": episode.book_id,
        "as_of": episode.as_of.isoformat(),
        "price_basis": "adjusted",
        "note": NOTE,
        "accounts": accounts,
    }


def text_of(document: Mapping[str, Any]) -> str:
    """Give a book as JSON with a line for each position."""
    head = {key: value for key, value in document.items() if key != "accounts"}
    blocks = []
    for account in document["accounts"]:
        fields = {key: value for key, value in account.items() if key != "positions"}
        lines = ",\n".join(f"      {json.dumps(position)}" for position in account["positions"])
        blocks.append(f'    {json.dumps(fields)[:-1]}, "positions": [\n{lines}\n    ]}}')
    body = ",\n".join(blocks)
    opening = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items())
    return f'{{\n{opening},\n  "accounts": [\n{body}\n  ]\n}}\n'


def closes_on(day: date) -> dict[str, float]:
    """Give the closes of a day from the installed sources."""
    closes: dict[str, float] = {}
    for source in SOURCES[:2]:
        columns = read_source(locate(source)).to_pydict()
        row = columns["date"].index(day)
        closes |= {name: columns[name][row] for name in source.names}
    return closes


def main(arguments: Sequence[str]) -> int:
    """Write the books, or with --check tell whether the stored ones are what would be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a stored book differs")
    check = parser.parse_args(arguments).check
    status = 0
    for episode in episodes(closes_on):
        path, text = BOOKS / f"{episode.book_id}.json", text_of(book(episode))
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{path} differs from what this script makes\n")
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
