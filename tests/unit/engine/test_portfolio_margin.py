"""Portfolio margin from Python: the shipped pack, typed outcomes, and a second way to every requirement."""

import copy
import math
import pickle
import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from margin_world import account, book, future, option, snapshot_document, stock
from plimsoll import _core
from plimsoll.engine.margin import Marks
from plimsoll.engine.methods import ClosedForm
from plimsoll.engine.portfolio_margin import (
    BookPortfolioMargin,
    PortfolioMarginPack,
    portfolio_margin_book,
    read_portfolio_pack,
    shipped_portfolio_pack,
)
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.vocabulary.errors import BadInput

DAY = "2008-09-02"
SPOTS = {"XYZ": 50.0, "ABC": 80.0, "SP500": 1250.0, "SPY": 125.0, "RUT": 700.0, "UPRO": 60.0}
BROAD = {"SP500", "SPY", "RUT"}
VOLATILITY = 0.4


def market() -> Snapshot:
    document = snapshot_document(DAY, SPOTS, volatility=VOLATILITY)
    for name in BROAD:
        document["underlyings"][name]["kind"] = "broad_index"
    return read_snapshot(document)


def run(*accounts: dict[str, object], pack: PortfolioMarginPack | None = None, **prices: float) -> BookPortfolioMargin:
    rules = pack or shipped_portfolio_pack()
    return portfolio_margin_book(book(*accounts), market(), Marks(prices, {}), rules, ClosedForm())


def test_the_shipped_pack_holds_the_ranges_of_the_rule_and_says_what_is_assumed() -> None:
    pack = shipped_portfolio_pack()
    ranges = {kind.name: (kind.moves[0], kind.moves[-1]) for kind in pack.core.class_types}
    assert ranges == {
        "equity": (-0.15, 0.15),
        "narrow-index": (-0.15, 0.15),
        "high-capitalisation-broad-index": (-0.08, 0.06),
        "broad-index": (-0.1, 0.1),
    }
    assert pack.core.minimum_per_unit == 0.375
    assert pack.core.tiers[0].equity == 10_000_000
    assumed = pack.assumed()
    assert "class_types.high-capitalisation-broad-index" in assumed
    assert "portfolio_groups[0].offset" in assumed
    assert all(f"classes[{index}]" in assumed for index in range(len(pack.core.classes)))
    assert "the account is no retirement account" in pack.not_checked()


def test_a_pack_is_read_as_its_schema_says() -> None:
    document = copy.deepcopy(dict(shipped_portfolio_pack().document))
    del document["class_types"]["equity"]["value"][0]
    with pytest.raises(BadInput) as caught:
        read_portfolio_pack(document)
    assert caught.value.field == "class_types.equity.value"
    with pytest.raises(BadInput) as unknown:
        shipped_portfolio_pack("moon")
    assert (unknown.value.code, unknown.value.value) == ("unknown_pack", "moon")


_GROUP = {"name": "a", "parent": "", "offset": 0.5}
_ROW = {"underlying": "a", "class_type": "b", "class_group": "", "product_group": "", "leverage": 1.0}
_PACK = {
    "pack_id": "a", "revision": "1", "in_force_from": date(2020, 1, 1), "in_force_until": date(2021, 1, 1),
    "class_types": [], "equity_type": "a", "narrow_index_type": "b", "broad_index_type": "c", "classes": [],
    "product_groups": [], "portfolio_groups": [], "minimum_per_unit": 0.375, "tiers": [],
}  # fmt: skip
STRUCTS: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
    (_core.margin.ClassType, {"name": "a", "moves": [0.1]}, {"name": "b", "moves": [0.2]}),
    (_core.margin.OffsetGroup, _GROUP, {"name": "b", "parent": "c", "offset": 0.75}),
    (_core.margin.EquityTier, {"name": "a", "equity": 1}, {"name": "b", "equity": 2}),
    (_core.margin.ClassRow, {**_ROW, "long_only": False},
     {**dict.fromkeys(_ROW, "z"), "leverage": 2.0, "long_only": True}),
    (_core.margin.PortfolioPack, _PACK, {
        "pack_id": "b", "revision": "2", "in_force_from": date(2020, 1, 2), "in_force_until": date(2021, 1, 2),
        "class_types": [_core.margin.ClassType(name="a", moves=[0.1])], "equity_type": "x", "narrow_index_type": "y",
        "broad_index_type": "z", "classes": [_core.margin.ClassRow(**_ROW, long_only=False)],
        "product_groups": [_core.margin.OffsetGroup(**_GROUP)], "portfolio_groups": [_core.margin.OffsetGroup(**_GROUP)],
        "minimum_per_unit": 0.5, "tiers": [_core.margin.EquityTier(name="a", equity=1)]}),
]  # fmt: skip
FIELDS = [(struct, fields, name, other[name]) for struct, fields, other in STRUCTS for name in fields]


@pytest.mark.parametrize(("struct", "fields", "name", "other"), FIELDS, ids=lambda item: str(item)[:20])
def test_a_field_of_the_pack_is_read_where_it_was_written(
    struct: Any, fields: dict[str, Any], name: str, other: Any
) -> None:
    plain, changed = struct(**fields), struct(**{**fields, name: other})
    assert pickle.loads(pickle.dumps(changed)) == changed != plain
    assert (getattr(plain, name), getattr(changed, name)) == (fields[name], other)
    assert plain.digest != changed.digest


def test_a_book_is_margined_account_by_account_and_shown_as_data_and_table() -> None:
    long = account("A", "50000.00", [stock("S", "XYZ", 100)])
    lost = account("B", "1.00", [stock("T", "TULIP", 1)])
    cash = {**account("C", "1.00", []), "type": "cash"}
    found = run(long, lost, cash)
    assert found.failed == 2
    document = found.to_dict()
    assert (document["margined"], document["regime"], document["pack_id"]) == (1, "portfolio", "us-portfolio-2026-11")
    margined = document["accounts"][0]["margin"]
    assert (margined["equity"], margined["requirement"]) == ("55000.00", "750.00")
    assert margined["groups"][0]["profits"][0] == "-750.00"
    assert margined["requirement_tree"]["children"][0]["children"][0]["amount"] == "750.00"
    assert [warning["code"] for warning in margined["warnings"]] == ["below_equity_tier"] * 4
    assert document["accounts"][1]["refusal"]["field"] == "positions[T].underlying"
    assert document["accounts"][2]["refusal"]["field"] == "accounts[C].type"
    table = found.to_table()
    assert table.column("requirement").to_pylist() == [Decimal("750.00"), None, None]
    assert table.column("refusal_code").to_pylist() == [None, "missing_quote", "unsupported"]
    assert found.margins[0].shortfall == 0


def test_a_pack_that_is_not_in_force_refuses_every_account() -> None:
    document = {**shipped_portfolio_pack().document, "in_force_until": "2008-01-01"}
    found = run(account("A", "1.00", [stock("S", "XYZ", 1)]), pack=read_portfolio_pack(document))
    failure = found.outcomes[0].refusal
    assert failure is not None
    assert (failure.code, failure.value) == ("not_in_force", "us-portfolio")
    assert failure.allowed == "a pack in force on 2008-09-02; this one is from 2007-04-02 to 2008-01-01"


# The second way shares no code with the core: Black-Scholes by the error function, money in decimals, groups by name.


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def theoretical(row: Mapping[str, Any], spot: float) -> float:
    years = (date.fromisoformat(row["expiry"]) - date.fromisoformat(DAY)).days / 365.0
    width = VOLATILITY * math.sqrt(years)
    d1 = math.log(spot / row["strike"]) / width + 0.5 * width
    call = spot * normal(d1) - row["strike"] * normal(d1 - width)
    return call if row["type"] == "call" else call - spot + row["strike"]


def profit(row: Mapping[str, Any], move: float) -> Decimal:
    spot = SPOTS[row["underlying"]]
    if row["kind"] != "option":
        per_unit = Decimal(repr(spot)) * Decimal(repr(move))
    else:
        per_unit = Decimal(theoretical(row, spot * (1.0 + move))) - Decimal(theoretical(row, spot))
    return cents(per_unit * Decimal(row["quantity"]) * Decimal(row.get("multiplier", 1)))


def requirement_by_hand(positions: list[dict[str, Any]], document: Mapping[str, Any]) -> Decimal:
    listed = {row["underlying"]: row for row in document["classes"]}
    products = {row["name"]: row for row in document["product_groups"]}
    portfolios = {row["name"]: row for row in document["portfolio_groups"]}

    def place(name: str) -> tuple[str, str, str, list[float], Decimal, Decimal]:
        row = listed.get(name)
        if row is None:
            moves = document["class_types"]["broad-index" if name in BROAD else "equity"]["value"]
            return name, name, name, moves, Decimal(1), Decimal(1)
        moves = [max(-1.0, min(1.0, m * row["leverage"])) for m in document["class_types"][row["class_type"]]["value"]]
        if not row["product_group"]:
            return row["class_group"], row["class_group"], row["class_group"], moves, Decimal(1), Decimal(1)
        product = products[row["product_group"]]
        portfolio = portfolios[product["portfolio_group"]]
        offsets = (Decimal(repr(each["offset"]["value"])) for each in (product, portfolio))
        return row["class_group"], product["name"], portfolio["name"], moves, *offsets

    minimum: dict[str, Decimal] = defaultdict(Decimal)
    for row in positions:
        if row["kind"] != "stock":
            minimum[place(row["underlying"])[2]] += cents(Decimal("0.375") * row["multiplier"] * abs(row["quantity"]))
    total = Decimal(0)
    for portfolio in {place(row["underlying"])[2] for row in positions}:
        worst = Decimal("Infinity")
        for point in range(10):
            by_class: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
            offset: dict[str, Decimal] = {}
            across = Decimal(1)
            for row in positions:
                group, product, name, moves, within, between = place(row["underlying"])
                if name == portfolio:
                    by_class[product, group] += profit(row, moves[point])
                    offset[product], across = within, between
            members = []
            for product, share in offset.items():
                nets = [net for (of, _), net in by_class.items() if of == product]
                members.append(sum(n for n in nets if n < 0) + cents(share * sum(n for n in nets if n > 0)))
            worst = min(worst, sum(m for m in members if m < 0) + cents(across * sum(m for m in members if m > 0)))
        total += max(-worst, minimum[portfolio])
    return total


def drawn(rng: random.Random) -> list[dict[str, Any]]:
    rows: dict[tuple[object, ...], dict[str, Any]] = {}
    for number in range(rng.randint(1, 9)):
        name, size = rng.choice([*SPOTS]), rng.choice([-1, 1]) * rng.randint(1, 60)
        kind = rng.choice(["stock", "call", "put", "future"])
        strike = round(SPOTS[name] * rng.choice([0.7, 0.9, 1.0, 1.1, 1.4]), 1)
        if kind == "stock":
            row = stock(f"T{number}", name, 10 * size)
        elif kind == "future":
            row = {**future(f"T{number}", size, SPOTS["SP500"]), "underlying": name}
        else:
            row = {**option(f"T{number}", name, kind, strike, size), "exercise": "european"}
        rows[name, kind, strike if kind in ("call", "put") else 0] = row
    return list(rows.values())


def test_three_hundred_random_books_cost_what_the_second_way_says() -> None:
    rng = random.Random(42101)
    books = [drawn(rng) for _ in range(300)]
    accounts = [account(f"A{number}", "0.00", rows) for number, rows in enumerate(books)]
    pack = shipped_portfolio_pack()
    # One mark for each trade id serves every account: the requirement does not read it.
    rows = [{**row, "trade_id": f"{number}-{row['trade_id']}"} for number, b in enumerate(books) for row in b]
    for number, each in enumerate(accounts):
        each["positions"] = [row for row in rows if row["trade_id"].startswith(f"{number}-")]
    marks = {row["trade_id"]: 3.0 for row in rows}
    found = portfolio_margin_book(book(*accounts), market(), Marks(marks, {}), pack, ClosedForm())
    assert found.failed == 0
    differences = [
        abs(margin.amounts["requirement"] - requirement_by_hand(each, pack.document))
        for margin, each in zip(found.margins, books, strict=True)
    ]
    # The two prices of an option differ by some 1e-12, which moves a cent where a profit lies that close to half of one.
    assert max(differences) <= Decimal("0.01")
    assert sum(difference > 0 for difference in differences) <= 1
