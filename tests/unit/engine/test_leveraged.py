"""Leveraged retail products: files, packs, and a second, naive margin of random accounts that shares no code."""

import copy
import json
import math
import pickle
import random
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from books import snapshot as snapshot_document
from books import underlying, write_csv
from plimsoll import _core
from plimsoll.engine.leverage import fund_path
from plimsoll.engine.leveraged import cfd_run, perpetual_run
from plimsoll.engine.leveraged_files import cfd_accounts, index_closes, perpetual_accounts, units
from plimsoll.engine.leveraged_pack import cfd_pack, perpetual_pack
from plimsoll.engine.margin import market_view
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.vocabulary.errors import BadInput, PlimsollError

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
PERPETUALS: dict[str, Any] = json.loads((EXAMPLES / "perpetuals.json").read_text())
TIERS = [(5e4, 0.004), (2.5e5, 0.005), (1e6, 0.01), (1e7, 0.025), (2e7, 0.05), (5e7, 0.1), (math.inf, 0.125)]
CONTRACTS = {"LIN": ("linear", 1.0, TIERS), "QUA": ("quanto", 0.01, [(5e3, 0.02), (math.inf, 0.1)]),
             "INV": ("inverse", 1000.0, [(4e3, 0.02), (math.inf, 0.08)])}  # fmt: skip


def pack() -> dict[str, Any]:
    contracts = [
        {
            "name": name, "settlement": "USDT", "kind": kind, "multiplier": multiplier, "lot": 1,
            "negative_prices": False, "margin_price": "mark", "liquidation_fee": 0.0, "source": "test", "status": "ASSUMED",
            "tiers": [{"up_to": None if math.isinf(up) else up, "rate": rate, "maximum_leverage": 50} for up, rate in tiers],
        }
        for name, (kind, multiplier, tiers) in CONTRACTS.items()
    ]  # fmt: skip
    return {"schema": "plimsoll/perpetual-pack/v1", "pack_id": "test", "revision": "1", "in_force_from": "2020-01-01",
            "in_force_until": "2030-12-31", "contracts": contracts}  # fmt: skip


def document(*accounts: dict[str, Any], **marks: float) -> dict[str, Any]:
    return {
        "schema": "plimsoll/perpetual-accounts/v1",
        "as_of": "2026-11-27T16:00:00Z",
        "marks": [{"contract": name, "mark": mark} for name, mark in marks.items()],
        "accounts": list(accounts),
    }


def account(*positions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"account_id": "A", "settlement": "USDT", "wallet": "1000.00", "positions": list(positions), **changes}


def position(**changes: Any) -> dict[str, Any]:
    return {"trade_id": "T", "contract": "LIN", "quantity": 1, "entry_price": 100, "leverage": 10, **changes}


# ---- The second implementation: brackets as taxes, roots by bisection on the whole account --------------------------


def tax(notional: float, tiers: list[tuple[float, float]]) -> float:
    """Requirement as a tax: each slice of the notional at its own rate."""
    total, low = 0.0, 0.0
    for up, rate in tiers:
        total += max(0.0, min(notional, up) - low) * rate
        low = up
    return total


def worth(p: dict[str, Any], mark: float) -> tuple[float, float]:
    kind, multiplier, tiers = CONTRACTS[p["contract"]]
    size = p["quantity"] * multiplier
    profit = size * (1 / p["entry_price"] - 1 / mark) if kind == "inverse" else size * (mark - p["entry_price"])
    notional = abs(size) / mark if kind == "inverse" else abs(size) * mark
    return profit, tax(notional, tiers)


def naive_excess(wallet: float, positions: list[dict[str, Any]], marks: dict[str, float]) -> float:
    found = [worth(p, marks[p["contract"]]) for p in positions]
    return wallet + sum(profit for profit, _ in found) - sum(need for _, need in found)


def half_up(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def bisected(
    wallet: float, positions: list[dict[str, Any]], marks: dict[str, float], name: str, end: float
) -> float | None:
    """Nearest price on the way to the end at which the excess is gone; a curve that is concave has one at most."""
    inside, outside = marks[name], end
    if naive_excess(wallet, positions, marks | {name: outside}) >= 0.0:
        return None
    for _ in range(120):
        middle = math.sqrt(inside * outside)
        if naive_excess(wallet, positions, marks | {name: middle}) >= 0.0:
            inside = middle
        else:
            outside = middle
    return inside


def test_random_accounts_agree_with_a_naive_margin_and_a_bisection() -> None:
    draw = random.Random(20261127)
    core = perpetual_pack(pack())
    prices = 0
    for _ in range(60):
        marks = {"LIN": draw.uniform(50, 50_000), "QUA": draw.uniform(50, 5_000), "INV": draw.uniform(0.5, 20)}
        positions = []
        for index in range(draw.randint(1, 5)):
            name = draw.choice(list(CONTRACTS))
            entry = marks[name] * draw.uniform(0.9, 1.1)
            positions.append(
                position(trade_id=f"T{index}", contract=name, quantity=draw.randint(-300, 300) or 1, entry_price=entry)
            )
        wallet = f"{draw.uniform(0, 3e6):.2f}"
        found = perpetual_run(perpetual_accounts(document(account(*positions, wallet=wallet), **marks)), core)
        margin = found.outcomes[0].margin
        assert margin is not None
        pool = margin["pools"][0]
        expected = [worth(p, marks[p["contract"]]) for p in positions]
        # Sums of cents against sums of cents: each leaf is rounded by itself in both.
        assert Decimal(pool["equity"]["amount"]) == Decimal(wallet) + sum(half_up(profit) for profit, _ in expected)
        off = abs(Decimal(pool["maintenance"]["amount"]) - sum(half_up(need) for _, need in expected))
        assert off <= Decimal("0.01") * len(positions)  # rate x notional - amount and slices differ in the last bits
        if naive_excess(float(wallet), positions, marks) < 0.0:
            continue
        for line in margin["positions"]:
            for side, end in (("liquidation_below", 1e-9), ("liquidation_above", 1e12)):
                naive = bisected(float(wallet), positions, marks, line["contract"], end)
                price = line[side] if line[side] is not None and 1e-9 < line[side] < 1e12 else None
                assert (naive is None) == (price is None), (line, side, naive)
                if naive is not None:
                    prices += 1
                    assert price == pytest.approx(
                        naive, rel=1e-9
                    )  # the excess, of 1e7, is known to 1e-9 of 1e2 a point
    assert prices > 60


def test_the_example_conserves_money_and_names_who_took_no_part() -> None:
    run = perpetual_run(perpetual_accounts(EXAMPLES / "perpetuals.json"), perpetual_pack(), {"BTCUSDT": -0.3})
    found = run.waterfall
    assert found is not None
    changes = [
        Decimal(a["equity_after"]) - Decimal(a["equity_before"]) for a in found["accounts"] if a["refusal"] is None
    ]
    fund = Decimal(found["fund"]) - Decimal(found["fund_before"])
    assert sum(changes) + fund + Decimal(found["market"]) - Decimal(found["uncovered"]) == 0
    assert [a["account_id"] for a in found["accounts"] if a["refusal"] is not None] == ["P05"]
    assert {step["stage"] for step in found["steps"]} == {"orders_cancelled", "taken_over", "deleveraged"}
    assert run.failed == 0
    assert "ETHUSD-QUANTO" in run.assumed
    everything = perpetual_run(perpetual_accounts(EXAMPLES / "perpetuals.json"), perpetual_pack(), {"*": 0.0})
    assert everything.waterfall is not None
    assert everything.waterfall["steps"] == []
    assert everything.to_dict()["accounts"][4]["margin"]["pools"][0]["equity"]["amount"] == "0.12711357"


@pytest.mark.parametrize(
    ("changes", "field", "value", "allowed"),
    [
        ({"wallet": "1.001"}, "accounts[A].wallet", "1.001", "an amount with at most 2 decimals"),
        ({"wallet": "much"}, "accounts[0].wallet", "'much'", "text that matches ^-?[0-9]{1,15}([.][0-9]{1,12})?$"),
        ({"decimals": 13}, "accounts[0].decimals", "13", "a number of at most 12"),
        ({"positions": [position(contract="TULIP")]}, "positions[T].contract", "TULIP", "a contract of the pack test"),
        ({"positions": [position(quantity=math.nan)]}, "accounts[0].positions[0].quantity", "nan", "a finite number"),
        ({"positions": [position(entry_price=0)]}, "positions[T].entry_price", "0",
         "a price above 0, up to 1e9, of the contract LIN"),
        ({"positions": [position(opened="2026-02-30T00:00:00Z")]}, "positions[T].opened", "2026-02-30T00:00:00Z",
         "a time of the calendar as YYYY-MM-DDTHH:MM:SSZ"),
    ],
)  # fmt: skip
def test_a_bad_account_is_refused_by_field_and_the_others_are_margined(
    changes: dict[str, Any], field: str, value: str, allowed: str
) -> None:
    good = account(position(trade_id="G"), account_id="G")
    run = perpetual_run(perpetual_accounts(document(account(**changes), good, LIN=100.0)), perpetual_pack(pack()))
    assert run.failed == 1
    refusal = run.outcomes[0].refusal
    assert refusal is not None
    assert (refusal.code, refusal.field, refusal.value, refusal.allowed) == (refusal.code, field, value, allowed)
    assert run.outcomes[1].margin is not None


def test_what_is_wrong_outside_the_accounts_ends_the_run() -> None:
    def fails(change: dict[str, Any]) -> tuple[str, str]:
        with pytest.raises(PlimsollError) as failure:
            perpetual_accounts(copy.deepcopy(PERPETUALS) | change)
        return failure.value.code, failure.value.field

    assert fails({"as_of": "2021-13-19T08:00:00Z"}) == ("invalid_value", "as_of")
    assert fails({"marks": [{"contract": "X"}]}) == ("missing_field", "marks[0].mark")
    assert fails({"accounts": PERPETUALS["accounts"][:1] * 2}) == ("double_account", "account_id")
    assert fails({"insurance_fund": {"settlement": "USDT", "amount": "0.001"}}) == (
        "invalid_value",
        "insurance_fund.amount",
    )
    assert fails({"marks": PERPETUALS["marks"][:1] * 2}) == ("double_name", "marks")
    file = perpetual_accounts({name: item for name, item in PERPETUALS.items() if name != "insurance_fund"})
    with pytest.raises(BadInput, match="insurance_fund"):
        perpetual_run(file, perpetual_pack(), {"BTCUSDT": 0.1})
    with pytest.raises(BadInput, match="DOGE"):
        perpetual_run(perpetual_accounts(PERPETUALS), perpetual_pack(), {"DOGE": 0.1})
    with pytest.raises(BadInput, match="unknown_pack"):
        perpetual_pack("perpetual-venue-1999")
    late = perpetual_run(perpetual_accounts(PERPETUALS | {"as_of": "2026-11-27T00:00:00Z"}), perpetual_pack())
    assert {outcome.refusal.code for outcome in late.outcomes if outcome.refusal is not None} == {"not_in_force"}


def test_tables_say_the_same_as_documents(tmp_path: Path) -> None:
    head = {
        "as_of": "2026-11-27T16:00:00Z",
        "account_id": "A",
        "settlement": "USDT",
        "wallet": "1000.00",
        "decimals": 2,
    }
    row = {"trade_id": "T", "contract": "LIN", "quantity": 1, "entry_price": 90.5, "leverage": 10, "mark": 100}
    table = write_csv(
        tmp_path / "p.csv",
        [head | row | {"isolated_margin": ""}, head | row | {"trade_id": "I", "isolated_margin": "20.00"}],
    )
    both = [position(entry_price=90.5), position(trade_id="I", entry_price=90.5, isolated_margin="20.00")]
    one = perpetual_run(perpetual_accounts(table), perpetual_pack(pack()))
    other = perpetual_run(perpetual_accounts(document(account(*both), LIN=100)), perpetual_pack(pack()))
    assert one.to_dict()["accounts"] == other.to_dict()["accounts"]

    def fails(*rows: dict[str, Any]) -> tuple[str, str]:
        with pytest.raises(BadInput) as failure:
            perpetual_accounts(write_csv(tmp_path / "bad.csv", list(rows)))
        return failure.value.code, failure.value.field

    assert fails(head | row, head | row | {"trade_id": "U", "mark": 99}) == ("inconsistent_column", "mark")
    assert fails(head | row, head | row | {"wallet": "1.00"}) == ("inconsistent_column", "wallet")
    assert fails(head | row, head | row | {"as_of": "2026-11-28T16:00:00Z"}) == ("inconsistent_column", "as_of")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(BadInput, match="wrong_schema"):
        perpetual_accounts(tmp_path / "list.json")


def test_contracts_for_difference_of_a_table() -> None:
    run = cfd_run(cfd_accounts(EXAMPLES / "cfds.csv"), cfd_pack())
    first, second, third = (outcome.margin for outcome in run.outcomes)
    assert first is not None
    assert second is not None
    assert third is not None
    # 60,000 x 1.16 x 0.862813 / 30 and 40 x 251.20 / 5; Decision 2018/796, annex I.
    assert first["initial"]["amount"] == "4011.33"
    # 40 x 2.35 less 26.375 % withheld; 69.2075.
    assert next(p for p in first["positions"] if p["trade_id"] == "C01-2")["dividend"] == "69.21"
    assert [closure["trade_id"] for closure in second["closures"]] == ["C02-1"]
    assert second["left"] == ["C02-2"]
    assert third["positions"][0]["stop_out_above"] > 64_000
    assert cfd_pack().assumed() == ["order"]
    whole = {"trade_id": "T", "instrument": "X", "asset_class": "gold", "quantity": 1, "entry_price": 1, "mark": 1}
    accounts = [
        {
            "account_id": name,
            "currency": "EUR",
            "cash": "10",
            "decimals": 2.0,
            "positions": [whole | {"nights": nights}],
        }
        for name, nights in (("A", 2.0), ("B", 2.5))
    ]
    told = {"schema": "plimsoll/cfd-accounts/v1", "as_of": "2026-11-27", "accounts": accounts}
    good, bad = cfd_run(cfd_accounts(told), cfd_pack()).outcomes
    assert good.refusal is None
    assert bad.refusal is not None
    assert bad.refusal.field == "accounts[1].positions[0].nights"
    with pytest.raises(BadInput, match="margin_price"):
        cfd_pack(dict(cfd_pack().document) | {"margin_price": {}})


def test_units_of_a_ledger_are_exact() -> None:
    assert units("-0.15", 8, "wallet") == -15_000_000
    with pytest.raises(BadInput, match="at most 0 decimals"):
        units("0.5", 0, "wallet")
    with pytest.raises(BadInput, match="units of 10\\^-12"):
        units("999999999999999", 12, "wallet")


def test_the_structs_are_values() -> None:
    rules, file = perpetual_pack().core, perpetual_accounts(PERPETUALS)
    for value in (
        rules,
        file.market,
        file.good[0],
        file.fund,
        cfd_pack().core,
        cfd_accounts(EXAMPLES / "cfds.csv").good[0],
    ):
        assert value is not None
        copied = pickle.loads(pickle.dumps(value))
        assert copied == value
        assert copied.digest == value.digest
    tiers = _core.margin.continuous_tiers(rules.contracts[0].tiers, "BTCUSDT")
    assert [tier.amount for tier in tiers[:4]] == pytest.approx([0.0, 50.0, 1300.0, 16300.0])


def test_the_multiple_of_a_fund_reaches_the_rules() -> None:
    market = read_snapshot(
        snapshot_document(AAA=underlying(), TQQQ=underlying(leverage=-3), BBB=underlying(leverage=0.5))
    )
    views = {view.name: view.leverage for view in market_view(market).underlyings}
    assert views == {"AAA": 1.0, "TQQQ": 3.0, "BBB": 0.5}
    assert market.leverages["TQQQ"] == -3.0
    without = read_snapshot(snapshot_document(AAA=underlying(), TQQQ=underlying(), BBB=underlying()))
    assert without.digest == without.core.digest == market.core.digest != market.digest


def test_closes_of_a_fund(tmp_path: Path) -> None:
    days, closes = index_closes(EXAMPLES / "index_closes.csv")
    found = fund_path(closes, multiple=3.0, net_assets=1e6)
    growth = math.prod(1 + 3 * (after / before - 1) for before, after in pairwise(closes))
    assert found["fund_return"] == pytest.approx(growth - 1.0, rel=1e-13)
    assert days[0] == "2008-10-09"
    for rows, field in (
        (["2020-01-02,1", "2020-01-01,1"], "date"),
        (["2020-01-01,x", "2020-01-02,1"], "close of 2020-01-01"),
    ):
        (tmp_path / "c.csv").write_text("\n".join(["date,close", *rows]) + "\n")
        with pytest.raises(BadInput) as failure:
            index_closes(tmp_path / "c.csv")
        assert failure.value.field == field
