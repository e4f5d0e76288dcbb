"""A book under scenarios: positions, accounts, underlyings, the worst of each, and how far spots may move."""

from decimal import Decimal

import pytest

import margin_world
from plimsoll.engine.margin import Marks, margin_book
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.engine.valuation import value
from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.errors import BadInput
from stress_world import DAY, TREE, market, move, pack, scenario, small_book, stressed

DOWN = scenario("down", move(relative=-0.4))
SEARCH = {"lowest": -0.95, "highest": 1.0, "step": 0.05, "tolerance": 0.0001, "words": "made"}


def test_stock_on_margin_is_called_and_then_lost_as_the_rules_say() -> None:
    # 100 shares at 100 against a debit of 5,000, maintenance 25 % of market value: FINRA 4210(c)(1).
    found = stressed(DOWN, scenario("crash", move(relative=-0.6)))
    down, crash = (outcome.accounts[0] for outcome in found.outcomes)
    assert (down.profit, down.after.amount("call")) == (Decimal("-4000.00"), Decimal("500.00"))
    assert down.before.amount("maintenance") == Decimal("2500.00")
    assert down.loss_over_margin == Decimal("1500.00")
    assert crash.after.amount("shortfall") == Decimal("1000.00")
    assert crash.to_dict()["equity"] == "-1000.00"
    assert found.accounts_in_shortfall() == ["A1"]
    assert found.worst is found.outcomes[1]


def test_the_premium_of_a_written_option_is_no_margin_against_its_loss_and_a_paid_option_is_its_own() -> None:
    # Uncovered put, FINRA 4210(f)(2)(E): the premium and 20 % of the spot less what it is out of the money, or 10 % of the
    # strike. The premium was paid to the account and is owed in its equity: only the rest stands against a loss.
    writer = margin_world.account("W", "20000.00", [margin_world.option("w", "AAA", "put", 90.0, -10)])
    buyer = margin_world.account("B", "20000.00", [margin_world.option("b", "AAA", "call", 90.0, 10)])
    (outcome,) = stressed(DOWN, book=margin_world.book(writer, buyer)).outcomes
    written, bought = outcome.accounts
    price = outcome.positions[0].price_before
    assert price is not None
    premium = Decimal(1000 * price).quantize(Decimal("0.01"))
    assert premium > 100
    assert written.before.amount("maintenance") == premium + Decimal("10000.00")
    assert written.loss_over_margin == -written.profit - Decimal("10000.00") > 0
    assert bought.before.amount("maintenance") == 0
    assert bought.profit < 0
    assert bought.loss_over_margin == 0


def test_a_loss_over_margin_is_what_excess_beyond_the_requirement_would_have_had_to_be() -> None:
    # Equity less the loss falls below equity less margin, that is below the excess, by exactly that much.
    for account in stressed(DOWN, scenario("up", move(relative=0.8))).outcomes[0].accounts:
        excess, over = account.before.amount("excess"), account.loss_over_margin
        equity = account.before.amount("equity")
        assert excess is not None
        assert equity is not None
        assert over == max(Decimal(0), excess - (equity + account.profit))


def test_the_account_adds_up_but_for_a_cent_for_each_position() -> None:
    """Equity is a sum of values that are rounded by position, a profit the rounded difference of two values."""
    for outcome in stressed(DOWN, scenario("up", move(relative=0.137))).outcomes:
        held = [item.position.account_id for item in outcome.positions]
        for account in outcome.accounts:
            before, after = account.before.amount("equity"), account.after.amount("equity")
            assert before is not None
            assert after is not None
            cents = held.count(account.account_id)
            assert abs(before + account.profit - after) <= Decimal("0.01") * cents


def test_parts_add_up_to_wholes_to_the_cent() -> None:
    for outcome in stressed(DOWN, scenario("up", move(relative=0.3), move("volatility", shift=0.2))).outcomes:
        assert sum(outcome.by_underlying().values()) == outcome.profit
        assert sum(item.after.profit or 0 for item in outcome.positions) == outcome.profit
        assert list(outcome.by_underlying()) == ["AAA", "BBB", "SP500"]
        worst = outcome.worst_account
        assert worst is not None
        assert worst.profit == min(account.profit for account in outcome.accounts)


def test_no_move_changes_no_figure_and_the_margin_before_is_that_of_the_margin_stage() -> None:
    found = stressed(scenario("still", move(relative=0.0)))
    (outcome,) = found.outcomes
    assert outcome.snapshot_digest == market().digest
    direct = margin_book(
        small_book(), market(), Marks.of_valuation(value(small_book(), market(), TREE)), shipped_pack()
    )
    for account, margin in zip(outcome.accounts, direct.margins, strict=True):
        assert account.profit == 0
        assert account.before == account.after
        assert account.before.amount("equity") == margin.equity
        assert account.before.amount("excess") == margin.maintenance.excess


def test_a_position_without_a_price_is_named_refuses_its_account_and_no_other() -> None:
    lost = margin_world.account("A9", "0.00", [margin_world.stock("t", "TULIP", 5), margin_world.stock("u", "AAA", 1)])
    bad = margin_world.account("A8", "0.00", [{**margin_world.stock("w", "AAA", 5), "quantity": "many"}])
    cash = margin_world.account("A7", "0.00", [margin_world.stock("c", "AAA", 5)], type="cash")
    found = stressed(DOWN, book=small_book(lost, bad, cash), reverse_search=SEARCH)
    refusals = {item.position.trade_id: item.after.refusal.code for item in found.failed if item.after.refusal}
    assert refusals == {"t": "missing_quote", "w": "invalid_value"}
    assert {name: error.code for name, error in found.refused.items()} == {
        "A9": "missing_quote",
        "A8": "invalid_value",
        "A7": "unsupported",
    }
    (outcome,) = found.outcomes
    accounts = {account.account_id: account for account in outcome.accounts}
    assert (accounts["A9"].profit, accounts["A9"].not_valued) == (Decimal("-40.00"), 1)
    assert accounts["A9"].loss_over_margin is None
    assert accounts["A7"].profit == Decimal("-200.00")
    assert accounts["A1"].after.refusal is None
    assert outcome.not_valued == 2
    distances = {distance.account_id: distance for distance in found.distances}
    assert distances["A9"].refusal is not None
    assert distances["A1"].refusal is None
    document = found.to_dict()
    assert [item["trade_id"] for item in document["positions_not_valued"]] == ["t", "w"]
    rows = found.tables()["positions"].to_pylist()
    assert {row["trade_id"]: row["refusal_code"] for row in rows if row["refusal_code"]} == refusals


def test_an_underlying_that_was_refused_says_why_its_trades_have_no_value() -> None:
    document = margin_world.snapshot_document(DAY, {"AAA": 100.0, "BBB": -50.0, "SP500": 1000.0})
    found = stressed(DOWN, snapshot=read_snapshot(document))
    reasons = {item.position.trade_id: item.after.refusal for item in found.failed}
    assert set(reasons) == {"s2", "o2"}
    assert all(reason is not None and reason.field == "underlyings.BBB.spot" for reason in reasons.values())


def test_a_scenario_that_moves_nothing_is_named_and_has_no_outcome() -> None:
    unheld = [{"factor": "gold", "move": "-9 %", "status": "V"}]
    found = stressed(scenario("gold", unheld=unheld))
    assert (found.outcomes, found.worst, found.worst_by_account()) == ((), None, [])
    (missed,) = found.to_dict()["not_applicable"]
    assert missed["not_applied"][0]["factor"] == "gold"


def test_a_shock_that_the_core_refuses_refuses_its_scenario_names_the_move_and_leaves_the_others() -> None:
    far = move(select={"underlying": "BBB"}, relative=1e308)
    bad = scenario("bad", move(relative=-0.1), far, move("skew", shift=-0.1))
    mended = scenario("mended", far, move(select={"underlying": "BBB"}, relative=-0.1))
    chosen = scenario("chosen", move(select={"worst": 1}, relative=1e308))
    found = stressed(bad, DOWN, mended, chosen)
    assert [outcome.scenario_id for outcome in found.outcomes] == ["down", "mended"]
    first, second = found.refused_scenarios
    assert (first.scenario.scenario_id, first.refusal.code) == ("bad", "invalid_value")
    assert first.refusal.field == "scenarios[bad].moves[1]"
    assert "inf" in first.refusal.value
    assert second.refusal.field == "scenarios[chosen].moves[0]"
    assert not found.is_complete
    assert [s["scenario_id"] for s in found.to_dict()["scenarios_refused"]] == ["bad", "chosen"]
    alone = stressed(DOWN)
    assert alone.is_complete
    assert alone.outcomes[0].to_dict() == found.outcomes[0].to_dict()


def test_a_fall_of_everything_is_a_market_like_another() -> None:
    (outcome,) = stressed(scenario("gone", move(relative=-1.0))).outcomes
    assert outcome.accounts[0].profit == Decimal("-10000.00")


def test_the_worst_names_are_those_that_cost_the_book_most() -> None:
    found = stressed(scenario("gap", move(select={"worst": 1}, relative=-0.5)))
    (outcome,) = found.outcomes
    # AAA: 100 shares lose 5,000 and the put written about 4,000; BBB: 200 shares lose 5,000 and the calls what they
    # cost. The index, a future of fifty at 1,000, would lose most and is no single name.
    assert outcome.resolved.chosen == ("AAA",)
    assert Decimal("-9200.00") < outcome.profit < Decimal("-8500.00")
    assert outcome.still() == ["BBB", "SP500"]


def test_reverse_stress_finds_where_the_algebra_says_the_excess_ends() -> None:
    found = stressed(DOWN, reverse_search=SEARCH)
    first = found.distances[0]
    # 100 S - 5000 = 25 S gives S = 66.67.
    assert first.down == pytest.approx(2 / 3 - 1, abs=1e-4)
    assert (first.up, first.nearest) == (None, first.down)
    called = stressed(
        DOWN,
        book=margin_world.book(margin_world.account("A1", "-9000.00", [margin_world.stock("s", "AAA", 100)])),
        reverse_search=SEARCH,
    )
    assert called.distances[0].nearest == 0.0
    assert stressed(DOWN).distances == ()


def test_options_outside_the_validated_range_are_counted() -> None:
    outcomes = stressed(scenario("calm", move(relative=0.01)), scenario("wild", move("volatility", shift=2.0))).outcomes
    assert [outcome.outside_range for outcome in outcomes] == [0, 2]


def test_an_episode_after_the_day_of_the_book_is_hindsight() -> None:
    window = {"from": "2020-02-19", "to": "2020-03-23"}
    (later,) = stressed(scenario("later", move(relative=-0.1), window=window)).outcomes
    assert later.is_hindsight
    window = {"from": "1998-07-17", "to": "1998-08-31"}
    (earlier,) = stressed(scenario("earlier", move(relative=-0.1), window=window)).outcomes
    assert not earlier.is_hindsight


def test_a_pack_that_is_not_in_force_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        stressed(DOWN, in_force_until="2008-09-01")
    assert (caught.value.code, caught.value.value) == ("not_in_force", "made-1")
    assert "2000-01-01 to 2008-09-01" in caught.value.allowed


def test_an_option_whose_forward_leaves_the_range_of_a_double_is_refused_and_not_counted_as_outside() -> None:
    (outcome,) = stressed(scenario("wild", move("rate", bp=1e8))).outcomes
    refused = {item.position.trade_id for item in outcome.positions if item.after.refusal is not None}
    assert refused == {"o1", "o2", "f1"}
    assert outcome.outside_range == 0


def test_threads_and_repetition_change_no_byte() -> None:
    documents = [
        canonical_json(stressed(DOWN, threads=threads, reverse_search=SEARCH).to_dict()) for threads in (1, 2, 3)
    ]
    assert len(set(documents)) == 1


def test_the_tables_hold_what_the_run_holds() -> None:
    found = stressed(DOWN, scenario("up", move(relative=0.1)), reverse_search=SEARCH)
    tables = found.tables()
    assert {name: table.num_rows for name, table in tables.items()} == {
        "scenarios": 2, "accounts": 6, "positions": 10, "underlyings": 6, "moves": 6, "reverse": 3,
    }  # fmt: skip
    assert tables["scenarios"].to_pylist()[0]["profit"] == found.outcomes[0].profit
    assert tables["accounts"].to_pylist()[0]["loss_over_margin"] == Decimal("1500.00")
    alone = stressed(DOWN)
    assert alone.digests["stress_pack/made-1"] == pack(DOWN).digest


def test_a_position_that_has_a_price_before_and_none_after_refuses_its_account_in_that_scenario_alone() -> None:
    wild = scenario("wild", move("rate", {"underlying": "SP500"}, bp=1e8))
    first, second = stressed(wild, DOWN).outcomes
    (future,) = [item for item in first.positions if item.position.trade_id == "f1"]
    assert future.price_before == 1000.0
    assert future.after.refusal is not None
    assert (future.after.refusal.code, future.after.refusal.value) == ("not_converged", "inf")
    refused = first.accounts[2].after.refusal
    assert refused is not None
    assert refused.field == "positions[f1].price"
    assert first.accounts[2].before.refusal is None
    assert second.accounts[2].after.refusal is None
