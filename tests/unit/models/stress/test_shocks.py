"""From scenarios to shocks: what moves, on what basis, and what is named because it cannot."""

from datetime import date

import pytest

import margin_world
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.models.stress.shocks import ResolvedScenario, resolve
from stress_world import BEGIN, END, MadeHistory, market, move, pack, replayed, scenario

HISTORY = MadeHistory(
    closes={("AAA", BEGIN): 80.0, ("AAA", END): 60.0, ("SP500", BEGIN): 1213.27, ("SP500", END): 1106.42},
    volatilities={(name, day): level for name in ("AAA", "BBB", "SP500") for day, level in ((BEGIN, 0.3), (END, 0.45))},
    vix_closes={BEGIN: 20.0, END: 30.0},
)


def resolved(document: dict[str, object], history: MadeHistory = HISTORY) -> ResolvedScenario:
    made = pack(document)
    return resolve(made.scenarios[0], made, market(), history, lambda _relative, count: ("BBB", "AAA")[:count])


def moves(found: ResolvedScenario) -> dict[tuple[str, str], float]:
    return {(item.underlying, item.factor): item.amount for item in found.applied}


def test_a_replay_takes_the_ratio_of_closes_and_names_the_underlying_that_has_none() -> None:
    found = resolved(replayed("x", move(**{"from": "closes"})))
    assert moves(found) == {
        ("AAA", "spot_relative"): 60.0 / 80.0 - 1.0,
        ("SP500", "spot_relative"): 1106.42 / 1213.27 - 1.0,
    }
    (missed,) = found.not_applied
    assert (missed.factor, missed.why) == ("spot of BBB", "no closes of both days of the window")


def test_volatility_moves_with_vix_or_with_the_assumed_volatility() -> None:
    for source in ("vix", "assumed_volatility"):
        found = resolved(replayed("x", move("volatility", **{"from": source})))
        assert set(moves(found).values()) == {0.45 / 0.3 - 1.0} if source != "vix" else {0.5}
        assert {item.factor for item in found.applied} == {"volatility_relative"}


def test_a_history_without_the_day_or_with_nothing_to_divide_by_moves_nothing() -> None:
    broken = MadeHistory(vix_closes={BEGIN: 0.0, END: 30.0})
    found = resolved(replayed("x", move("volatility", **{"from": "vix"})), broken)
    assert not found.applied
    assert len(found.not_applied) == 3
    early = replayed("x", move(**{"from": "closes"}), begin=date(1987, 10, 16), end=date(1987, 10, 19))
    assert not resolved(early).applied


def test_the_later_move_of_a_factor_stands_and_other_factors_keep_theirs() -> None:
    found = resolved(
        scenario(
            "x",
            move(relative=-0.2),
            move("volatility", relative=0.5, shift=0.1),
            move(select={"kind": "broad_index"}, relative=-0.1),
            move(select={"underlying": "AAA"}, relative=0.0),
            move("volatility", {"underlying": "AAA"}, shift=0.3),
        )
    )
    assert moves(found) == {
        ("AAA", "spot_relative"): 0.0,
        ("AAA", "volatility_shift"): 0.3,
        ("BBB", "spot_relative"): -0.2,
        ("BBB", "volatility_relative"): 0.5,
        ("BBB", "volatility_shift"): 0.1,
        ("SP500", "spot_relative"): -0.1,
        ("SP500", "volatility_relative"): 0.5,
        ("SP500", "volatility_shift"): 0.1,
    }
    by_name = {each.underlying: each for each in found.shock.moves}
    assert (by_name["SP500"].spot_relative, by_name["AAA"].volatility_shift) == (-0.1, 0.3)
    assert found.shock.volatility_floor == 0.05


@pytest.mark.parametrize(
    ("factor", "number", "field"),
    [
        ("skew", {"shift": -0.2}, "skew_shift"),
        ("rate", {"bp": 300}, "rate_bp"),
        ("dividend_yield", {"bp": -100}, "dividend_yield_bp"),
        ("cash_dividends", {"relative": -0.5}, "dividends_relative"),
    ],
)
def test_each_factor_reaches_its_field(factor: str, number: dict[str, float], field: str) -> None:
    found = resolved(scenario("x", move(factor, {"underlying": "AAA"}, **number)))
    (amount,) = number.values()
    assert moves(found) == {("AAA", field): amount}
    assert getattr(found.shock.moves[0], field) == amount


def test_what_the_snapshot_lacks_and_what_no_snapshot_holds_is_named() -> None:
    unheld = [{"factor": "gold", "move": "-9.15 %", "status": "V"}]
    tulip, fund = move(select={"underlying": "TULIP"}, relative=-0.9), move(
        select={"kind": "narrow_index"}, relative=0.1
    )
    found = resolved(scenario("x", tulip, fund, unheld=unheld))
    assert not found.applied
    assert [(item.factor, item.why) for item in found.not_applied] == [
        ("gold", "no snapshot holds this factor"),
        ("spot of TULIP", "the snapshot has no underlying TULIP; it has AAA, BBB, SP500"),
        ("spot of kind narrow_index", "the snapshot has no underlying of kind narrow_index"),
    ]
    assert found.not_applied[0].to_dict()["status"] == "V"


def test_the_worst_names_are_chosen_and_named() -> None:
    found = resolved(scenario("x", move(select={"worst": 2}, relative=-0.5)))
    assert found.chosen == ("BBB", "AAA")
    assert set(moves(found)) == {("AAA", "spot_relative"), ("BBB", "spot_relative")}


def test_more_worst_names_than_the_book_holds_are_named_and_the_others_move() -> None:
    found = resolved(scenario("x", move(select={"worst": 99}, relative=-0.5)))
    assert found.chosen == ("BBB", "AAA")
    (missed,) = found.not_applied
    assert (missed.factor, missed.why) == (
        "spot of worst 99",
        "the book holds 2 single names that it could be, not 99",
    )


def test_a_snapshot_without_an_underlying_says_so() -> None:
    made = pack(scenario("x", move(relative=-0.1), move(select={"underlying": "AAA"}, relative=-0.1)))
    empty = read_snapshot(margin_world.snapshot_document("2008-09-02", {"AAA": -1.0}))
    found = resolve(made.scenarios[0], made, empty, HISTORY, lambda _relative, _count: ())
    assert [item.why for item in found.not_applied] == [
        "the snapshot has no underlying",
        "the snapshot has no underlying AAA; it has none",
    ]
