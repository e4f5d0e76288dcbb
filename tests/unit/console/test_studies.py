"""`plimsoll compare`, `converge` and `greeks --routes`: methods and routes side by side, what they disagree on, one order."""

import json
import math
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from books import book, option, snapshot, underlying
from console_world import Ran, plimsoll
from plimsoll.engine import comparison, convergence, greek_routes
from plimsoll.engine.chance import LEAST_PATHS, beyond_chance
from plimsoll.engine.methods import (
    Binomial,
    BjerksundStensland,
    ClosedForm,
    CrankNicolson,
    LeisenReimer,
    MonteCarlo,
    Trinomial,
    with_extrapolation,
)
from plimsoll.vocabulary.errors import BadInput

Run = Callable[..., Ran]
TERMS: dict[str, Any] = {"underlying": "AAA", "expiry": "2020-09-18", "quantity": 1, "multiplier": 100, "type": "call"}
DOWN_AND_OUT: dict[str, Any] = {
    "trade_id": "out", "kind": "barrier", **TERMS, "strike": 100.0, "direction": "down", "knock": "knock_out",
    "barrier": 90.0, "rebate": 0.0, "state": "alive",
}  # fmt: skip
LOOKBACK = {"trade_id": "look", "kind": "lookback", **TERMS, "strike_kind": "floating", "extremum": 95.0}
STOCK = {"trade_id": "share", "kind": "stock", "underlying": "AAA", "quantity": 5}
PUT = option("put", exercise="american", type="put")
EARLY = option("early", exercise="american", type="put")
CALL = option("call")
MARKET = snapshot(AAA=underlying())
PAYING = snapshot(AAA=underlying(cash_dividends=[{"ex_date": "2020-05-01", "amount": 1.0}]))
FALLEN = snapshot(AAA=underlying(rate={"kind": "flat", "status": "ASSUMED", "value": 0.3},
                                 volatility={"kind": "flat", "status": "ASSUMED", "value": 0.02}))  # fmt: skip


@pytest.fixture
def study(tmp_path: Path) -> Run:
    """Run a command on a book and a market, through files."""

    def run(word: str, *positions: dict[str, Any], words: tuple[object, ...] = (), market: Any = MARKET) -> Ran:
        (tmp_path / "book.json").write_text(json.dumps(book(*positions)))
        (tmp_path / "market.json").write_text(json.dumps(market))
        files = (tmp_path / "book.json", "--snapshot", tmp_path / "market.json")
        return plimsoll(tmp_path / "w", word, *files, *words)

    return run


def prices(ran: Ran) -> dict[str, dict[str, dict[str, Any]]]:
    return {trade["trade_id"]: {each["method"]: each for each in trade["prices"]} for trade in ran.document["trades"]}


def test_every_method_of_each_product_stands_beside_the_most_accurate_one(study: Run) -> None:
    ran = study("compare", CALL, PUT, DOWN_AND_OUT, LOOKBACK, STOCK, words=("--json", "--paths", 4096))
    assert ran.exit_code == 0
    assert not ran.document["disagrees"]
    found = prices(ran)
    assert len(found["call"]) == 12
    assert set(found["out"]) == {"closed-form", "trinomial", "pde", "monte-carlo"}
    assert set(found["look"]) == {"closed-form", "monte-carlo"}
    assert len(found["share"]) == 1
    kinds = {word: each["error_is"] for word, each in found["put"].items()}
    assert (kinds["tree"], kinds["pde"], kinds["integral"], kinds["ju"]) == (
        "fewer steps", "fewer steps", "estimate", "none"
    )  # fmt: skip
    assert found["call"]["monte-carlo"]["error_is"] == "standard error"
    assert found["put"]["ju"]["z"] is None
    assert abs(found["put"]["ju"]["difference"]) > 1e-3
    assert all(each["z"] is None or abs(each["z"]) < 3.0 for row in found.values() for each in row.values())
    # The pde's own error has the size of its distance from the integral equation, which is a hundred times better.
    pde = found["put"]["pde"]
    assert abs(pde["difference"]) <= pde["error"] <= 1e-3


def test_a_lattice_is_the_reference_with_cash_dividends_and_what_none_values_is_refused(study: Run) -> None:
    ran = study("compare", PUT, LOOKBACK, words=("--json",), market=PAYING)
    assert ran.exit_code == 1
    put, look = ran.document["trades"]
    assert put["reference"] == "LeisenReimer"
    assert [each["method"] for each in put["prices"] if each["z"] is None] == ["tree"]
    assert look["refusal"]["code"] == "unsupported"
    assert "Refused" in study("compare", LOOKBACK, market=PAYING).stdout


def test_a_wrong_price_is_flagged_and_ends_with_1(study: Run) -> None:
    # Few of the paths pay so far out of the money, and with this seed so little that their spread says nothing of it.
    far = option("far", strike=180.0)
    ran = study("compare", far, words=("--paths", 4096, "--seed", 397))
    assert ran.exit_code == 1
    assert "differs" in ran.stdout
    assert "1 flagged; disagreement beyond chance" in ran.stdout


def test_a_method_that_fails_at_its_product_keeps_its_row_and_ends_with_1(study: Run) -> None:
    ran = study("compare", CALL, words=("--json",), market=FALLEN)
    assert ran.exit_code == 1
    assert ran.document["refused"] == 1
    row = prices(ran)["call"]["crr"]
    # A rate that outgrows the lattice's moves has no probability there.
    assert (row["price"], row["error_is"], row["refusal"]["code"]) == (None, "refused", "not_converged")
    shown = study("compare", CALL, market=FALLEN).stdout
    assert "call by crr" in shown
    assert "11 prices of 1 trades" in shown


def test_a_method_is_not_held_against_itself(study: Run) -> None:
    ran = study("compare", CALL, STOCK, words=("--json", "--paths", 4096))
    found = prices(ran)
    own = found["call"]["closed-form"]
    assert (own["is_reference"], own["z"], own["difference"]) == (True, None, 0.0)
    assert [trade["second_method"] for trade in ran.document["trades"]] == [True, False]
    # The formula and three approximations of the call, and the share.
    assert (ran.document["without_z"], ran.document["without_second_method"]) == (5, 1)
    tested = sum(each["z"] is not None for row in found.values() for each in row.values())
    assert ran.document["beyond_chance_z"] == beyond_chance(tested)
    shown = study("compare", CALL, STOCK, words=("--paths", 4096)).stdout
    assert "13 prices of 2 trades, 5 without z; 1 trades with no second method" in shown
    assert "no second method" in shown.split("13 prices")[0]


def test_a_simulation_that_saw_no_hit_is_no_information(study: Run) -> None:
    # Five deviations out of the money, worth a hundred times the rounding, and no path of 256 ends above the strike.
    ran = study("compare", option("call", strike=300.0), words=("--json", "--paths", 256))
    assert ran.exit_code == 0
    row = prices(ran)["call"]["monte-carlo"]
    assert (row["price"], row["error"], row["error_is"], row["z"]) == (0.0, None, "no hit", None)
    assert row["difference"] < -100.0 * comparison.ROUNDING * 100.0


def test_half_the_steps_keeps_what_the_method_accepts() -> None:
    half = comparison.half_the_steps
    assert half(LeisenReimer(201)) == LeisenReimer(101)
    assert half(LeisenReimer(5)) is None
    assert half(Binomial(steps=9)) == Binomial(steps=4)
    assert half(Trinomial(200)) == Trinomial(100)
    assert half(CrankNicolson(200, 100)) == CrankNicolson(100, 50)
    assert half(CrankNicolson(99, 50)) is None
    assert half(ClosedForm()) is None


def test_what_chance_explains_grows_with_the_number_of_pairs() -> None:
    assert beyond_chance(0) == beyond_chance(1) == 3.0
    # 1 - 0.005 / 1000 of the normal distribution, Abramowitz & Stegun (1964), table 26.5: 4.42.
    assert beyond_chance(1000) == pytest.approx(4.4172, abs=1e-4)


# The orders of theory; the fit over few levels is a tenth off at most where the strike is no node.
@pytest.mark.parametrize(("method", "order"), [("tree", 2.0), ("pde", 2.0), ("monte-carlo", 0.5), ("crr", 1.0)])
def test_the_measured_order_is_that_of_theory(study: Run, method: str, order: float) -> None:
    ran = study("converge", CALL, words=("--trade", "call", "--method", method, "--json"))
    assert ran.exit_code == 0
    found = ran.document
    assert found["order"] == pytest.approx(order, abs=0.1)
    assert found["order_error"] < 0.1
    assert found["reference"]["method"] == "ClosedForm"
    sizes = [level["size"] for level in found["levels"]]
    assert len(sizes) == 6
    assert found["size_is"] == ("paths" if method == "monte-carlo" else "steps")
    last = found["levels"][-1]
    assert last["change"] == last["price"] - found["levels"][-2]["price"]
    assert last["difference"] == last["price"] - found["reference"]["price"]


@pytest.mark.parametrize(("form", "head"), [("svg", b"<svg "), ("png", b"\x89PNG")])
def test_the_drawing_has_the_form_of_its_name_and_the_bytes_of_its_data(
    study: Run, tmp_path: Path, form: str, head: bytes
) -> None:
    files = [tmp_path / f"{name}.{form}" for name in "ab"]
    for file in files:
        words = ("--trade", "call", "--method", "monte-carlo", "--levels", 3, "--plot", file)
        ran = study("converge", CALL, words=words)
        assert ran.exit_code == 0
        assert str(file) in ran.stdout
        assert "measured order 0." in ran.stdout
    drawn, again = (file.read_bytes() for file in files)
    assert drawn.startswith(head)
    assert drawn == again


def test_what_is_exact_at_every_size_has_no_order(study: Run, tmp_path: Path) -> None:
    words = ("--trade", "share", "--levels", 3, "--plot", tmp_path / "flat.svg")
    assert "order not measured" in study("converge", STOCK, words=words).stdout
    assert "order not measured" in (tmp_path / "flat.svg").read_text()
    # Two points give a slope and no error of it.
    ran = study("converge", CALL, words=("--trade", "call", "--levels", 3, "--json"))
    assert (ran.document["fitted_levels"], ran.document["order_error"]) == (2, None)


@pytest.mark.parametrize(
    ("words", "field", "exit_code"),
    [
        (("--trade", "none"), "--trade", 2),
        (("--trade", "call", "--plot", "x.pdf"), "--plot", 2),
        (("--trade", "call", "--plot", "/proc/none/x.svg"), "--plot", 2),
        (("--trade", "call", "--first", 4000, "--levels", 4), "steps", 2),
        (("--trade", "look", "--method", "crr"), "--method", 2),
        (("--trade", "early", "--method", "monte-carlo"), "--method", 2),
        (("--trade", "bad"), "strike", 1),
    ],
    ids=lambda item: " ".join(map(str, item)) if isinstance(item, tuple) else "",
)
def test_a_wrong_convergence_is_refused_by_name(
    study: Run, words: tuple[object, ...], field: str, exit_code: int
) -> None:
    many = [option(f"{i}") for i in range(9)]
    ran = study("converge", CALL, LOOKBACK, EARLY, option("bad", strike=-1.0), *many, words=(*words, "--json"))
    assert ran.exit_code == exit_code
    assert ran.error["field"].endswith(field)


def test_a_drawing_of_an_unknown_form_is_refused_before_the_levels(study: Run) -> None:
    # The first level of this trade would be refused for its strike.
    bad = option("bad", strike=-1.0)
    assert study("converge", bad, words=("--trade", "bad", "--json")).error["field"].endswith("strike")
    ran = study("converge", bad, words=("--trade", "bad", "--plot", "x.gif", "--json"))
    assert (ran.exit_code, ran.error["code"], ran.error["field"]) == (2, "unknown_plot_form", "--plot")


def test_a_convergence_needs_a_size_and_levels(study: Run) -> None:
    trade: Any = None
    with pytest.raises(BadInput, match="method_without_size"):
        convergence.measure_convergence(trade, trade, ClosedForm(), 25, 5)
    with pytest.raises(BadInput, match="wrong_levels"):
        convergence.measure_convergence(trade, trade, LeisenReimer(), 25, 2)
    assert with_extrapolation(BjerksundStensland(), "none") == BjerksundStensland()


def test_every_route_to_a_sensitivity_stands_with_its_error(study: Run) -> None:
    ran = study("greeks", CALL, DOWN_AND_OUT, words=("--routes", "all", "--paths", 4096, "--seed", 5, "--json"))
    assert ran.exit_code == 0
    found = ran.document
    assert found["method"] == {"kind": "MonteCarlo", "paths": 4096, "seed": 5, "threads": 1}
    call = found["trades"][0]
    routes = {(each["measure"], each["route"]): each for each in call["estimates"]}
    for measure in ("delta", "vega", "rho", "theta"):
        for route in ("pathwise", "likelihood_ratio", "bumped"):
            assert routes[measure, route]["standard_error"] > 0.0
    assert ("gamma", "pathwise") not in routes
    assert routes["gamma", "bumped"]["bias_standard_error"] > 0.0
    assert len(call["estimates"]) == 24
    # Four routes to each measure, and three to the gamma of a barrier: pairs.
    assert found["pairs"] == 6 * 6 + 5 * 6 + 3
    again = study("greeks", CALL, DOWN_AND_OUT, words=("--routes", "all", "--paths", 4096, "--seed", 5, "--json"))
    assert again.stdout == ran.stdout


def test_routes_that_disagree_are_flagged_and_a_product_without_routes_is_refused(study: Run) -> None:
    ran = study("greeks", PUT, option("bad", strike=-1.0), words=("--routes", "all"))
    assert ran.exit_code == 1
    assert "European, ArithmeticAsian, Digital, Barrier" in ran.stdout
    absent = study("greeks", option("x", underlying="ZZZ"), words=("--routes", "all", "--json"))
    assert absent.document["trades"][0]["refusal"]["code"] == "missing_quote"
    # Too few paths for a bump of a jump: its standard error is too small, as greek_routes.hpp says, and is found out.
    digital = {"trade_id": "jump", "kind": "digital", **TERMS, "strike": 100.0, "payout": "cash", "amount": 10.0}
    flagged = [
        ran
        for seed in range(12)
        if "differs"
        in (ran := study("greeks", digital, words=("--routes", "all", "--paths", 256, "--seed", seed))).stdout
    ]
    assert flagged
    assert "standard errors apart" in flagged[0].stdout


@pytest.mark.parametrize(("word", "words"), [("compare", ()), ("greeks", ("--routes", "all"))])
def test_too_few_paths_for_a_verdict_are_refused(study: Run, word: str, words: tuple[object, ...]) -> None:
    for paths in (2, LEAST_PATHS - 1):
        ran = study(word, CALL, words=(*words, "--paths", paths, "--json"))
        assert ran.exit_code == 2
        assert (ran.error["code"], ran.error["field"], ran.error["value"]) == ("too_few_paths", "--paths", str(paths))
        assert ran.error["allowed"].startswith(f"{LEAST_PATHS} or more")
        assert f"simulate {LEAST_PATHS} paths" in ran.error["fix"]
    assert study(word, CALL, words=(*words, "--paths", LEAST_PATHS)).exit_code == 0
    few = MonteCarlo(paths=2)
    nothing: Any = None
    with pytest.raises(BadInput, match="too_few_paths; paths = 2"):
        comparison.compare_methods(nothing, nothing, {"monte-carlo": few})
    with pytest.raises(BadInput, match="too_few_paths; paths = 2"):
        greek_routes.routes_of_book(nothing, nothing, few)
    with pytest.raises(BadInput, match="too_few_paths; paths = 2"):
        greek_routes.routes_of_trade(nothing, nothing, few)


def test_a_route_without_a_hit_is_held_against_none(study: Run) -> None:
    # Six deviations away: no path of 256 pays, so price and bumps are 0 with an error of 0.
    far = {"trade_id": "far", "kind": "digital", **TERMS, "strike": 400.0, "payout": "cash", "amount": 10.0}
    ran = study("greeks", far, words=("--routes", "all", "--paths", 256, "--json"))
    assert ran.exit_code == 0
    estimates = ran.document["trades"][0]["estimates"]
    seen = [each for each in estimates if each["estimate"] != 0.0 or each["standard_error"] != 0.0]
    assert len(seen) < len(estimates)
    assert ran.document["pairs"] == sum(a["measure"] == b["measure"] for a, b in combinations(seen, 2))
    assert ran.document["flagged"] == 0


@pytest.mark.parametrize("words", [("--method", "tree"), ("--steps", "9"), ("--method", "pde")], ids=" ".join)
def test_routes_take_no_other_method(study: Run, words: tuple[str, ...]) -> None:
    ran = study("greeks", CALL, words=("--routes", "all", *words, "--json"))
    assert ran.exit_code == 2
    assert ran.error["field"] == "--routes"


def test_routes_that_both_claim_to_be_exact_and_differ_are_still_a_document() -> None:
    apart = greek_routes.RouteDisagreement("delta", "bumped", "smoothed", math.inf)
    trade = greek_routes.TradeRoutes("one", "Digital", (), (apart,), None)
    found = greek_routes.BookRoutes("small", "2020-03-16", "", "", MonteCarlo(), (trade,))
    assert found.widest > found.limit
    document = found.to_dict()
    assert document["widest_standard_errors"] is None
    assert document["trades"][0]["disagreements"][0]["standard_errors"] is None
