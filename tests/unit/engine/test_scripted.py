"""Payoffs in Python, compiled and run by the core: held against built-in products, refused by name."""

import gc
import math
import random as source
import runpy
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.random import normal

from plimsoll import _core
from plimsoll.engine import scripted
from plimsoll.engine.methods import MonteCarlo
from plimsoll.engine.script_draws import drawn_by
from plimsoll.engine.scripted import ScriptFailed, value_script
from plimsoll.vocabulary.errors import BadInput, PlimsollError

ROOT = Path(__file__).resolve().parents[3]
MARKET: dict[str, Any] = {"spots": [100.0], "rate": 0.05, "dividend_yields": [0.02], "volatilities": [0.25]}
MODEL = _core.BlackScholes(spot=100.0, rate=0.05, dividend_yield=0.02, volatility=0.25)
MONTHS = [(i + 1) / 12 for i in range(12)]
PATHS = MonteCarlo(16384, seed=7)
#: Standard errors; of some twenty estimates in this file a right one lies outside once in a thousand runs of other seeds.
WIDE = 4.0


def mean_call(spots: Any, discounts: Any) -> float:
    return float(discounts[-1] * max(np.mean(spots) - 100.0, 0.0))


def largest(spots: Any, discounts: Any) -> float:
    return float(discounts[-1] * (max(spots.max(), 100.0) - spots[-1]))


def bridged_down_and_out(spots: Any, discounts: Any) -> float:
    """Watch a barrier of 90 between the dates too: the chance that a Brownian bridge stays above it."""
    alive, before = 1.0, 100.0
    for spot in spots:
        if spot <= 90.0:
            return 0.0
        alive *= 1.0 - math.exp(-2.0 * math.log(before / 90.0) * math.log(spot / 90.0) / (0.25 * 0.25 / 12.0))
        before = spot
    return alive * discounts[-1] * max(spots[-1] - 100.0, 0.0)


def digital(spots: Any, discounts: Any) -> float:
    return discounts[0] if spots[0] > 100.0 else 0.0


def exchange(spots: Any, discounts: Any) -> float:
    return discounts[0] * max(spots[0, 0] - spots[0, 1], 0.0)


def divides_by_zero(spots: Any, discounts: Any) -> float:
    below = max(95.0 - spots[-1], 0.0)
    return 1.0 / (0.0 if below > 20.0 else 1.0)


def reads_beyond(spots: Any, discounts: Any) -> float:
    return spots[len(spots)] if spots[-1] > 130.0 else 1.0


def gives_no_number(spots: Any, discounts: Any) -> float:
    return math.sqrt(spots[-1] - 80.0)


def has_no_end(spots: Any, discounts: Any) -> float:
    return np.inf * spots[0]


def takes_one(spots: Any) -> float:
    return 1.0


def writes(spots: Any, discounts: Any) -> float:
    spots[0] = 1.0
    return 1.0


def speaks(spots: Any, discounts: Any) -> Any:
    return "a price"


def cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def test_an_average_and_its_sensitivities_are_those_of_the_built_in_product() -> None:
    found = value_script(mean_call, MONTHS, **MARKET, method=PATHS, sensitivities=True)
    option = _core.ArithmeticAsian(
        type=_core.OptionType.call, strike=100.0, fixings=MONTHS, expiry=1.0, past_count=0, past_sum=0.0
    )
    routes = _core.numerics.greek_routes(option, MODEL, MonteCarlo(32768, seed=3).to_core())
    exact = {
        each.measure: each.corrected for by in routes.routes if by.route.name == "pathwise" for each in by.estimates
    }
    (by,) = found.sensitivities
    pairs = [
        (found.price, found.standard_error, exact["price"]),
        *((e.mean, e.standard_error, exact["delta"]) for e in (by.delta_bumped, by.delta_by_likelihood_ratio)),
        *((e.mean, e.standard_error, exact["vega"]) for e in (by.vega_bumped, by.vega_by_likelihood_ratio)),
    ]
    for mean, error, right in pairs:
        # The bias of the bumps is below a hundredth.
        assert abs(mean - right.mean) < WIDE * math.hypot(error, right.standard_error) + 0.005 * abs(right.mean)


def test_a_barrier_by_ones_own_bridge_is_worth_the_formula() -> None:
    found = value_script(bridged_down_and_out, MONTHS, **MARKET, method=PATHS)
    assert abs(found.price - down_and_out_call(100.0, 100.0, 90.0)) < WIDE * found.standard_error


def down_and_out_call(spot: float, strike: float, barrier: float) -> float:
    """Merton (1973): the call less its image at the barrier, for a strike above it."""
    power = 2.0 * (0.05 - 0.02) / 0.25**2 - 1.0
    return call(spot, strike) - (barrier / spot) ** power * call(barrier**2 / spot, strike)


def call(spot: float, strike: float) -> float:
    d = (math.log(spot / strike) + 0.03) / 0.25 + 0.125
    return spot * math.exp(-0.02) * cdf(d) - strike * math.exp(-0.05) * cdf(d - 0.25)


def test_a_lookback_is_worth_the_continuous_formula_with_the_correction_for_its_dates() -> None:
    dates = [(i + 1) / 200 for i in range(200)]
    found = value_script(largest, dates, **MARKET, method=MonteCarlo(8192, seed=7))
    # A maximum on dates is one without gaps, lowered by 0.5826 deviations of a step: Broadie, Glasserman & Kou (1999),
    # Connecting discrete and continuous path-dependent options, theorem 3; the rest is o(1 / sqrt(dates)).
    shift = math.exp(0.5825971579 * 0.25 * math.sqrt(1 / 200))
    option = _core.Lookback(
        type=_core.OptionType.put, kind=_core.LookbackStrike.floating, strike=0.0, extremum=100.0 * shift, expiry=1.0
    )
    lifted = _core.closed_form(option, MODEL).price
    forward = 100.0 * math.exp(-0.02)
    right = (lifted + forward) / shift - forward
    assert abs(found.price - right) < WIDE * found.standard_error + 0.01


def test_a_jump_has_a_delta_by_likelihood_ratio() -> None:
    found = value_script(digital, [1.0], **MARKET, method=PATHS, sensitivities=True)
    d = 0.03 / 0.25 - 0.125
    density = math.exp(-0.5 * d * d) / math.sqrt(2.0 * math.pi)
    (by,) = found.sensitivities
    assert abs(found.price - math.exp(-0.05) * cdf(d)) < WIDE * found.standard_error
    exact = math.exp(-0.05) * density / 25.0
    ratio = by.delta_by_likelihood_ratio
    assert abs(ratio.mean - exact) < WIDE * ratio.standard_error
    assert by.delta_bumped.standard_error > 2.0 * ratio.standard_error


def test_several_assets_are_seen_side_by_side() -> None:
    market = {"spots": [100.0, 95.0], "rate": 0.05, "dividend_yields": [0.0, 0.0], "volatilities": [0.25, 0.3]}
    found = value_script(exchange, [1.0], **market, correlation=[[1.0, 0.5], [0.5, 1.0]], method=PATHS)
    width = math.sqrt(0.25**2 + 0.3**2 - 2 * 0.5 * 0.25 * 0.3)
    d = math.log(100 / 95) / width + 0.5 * width  # Margrabe (1978)
    assert abs(found.price - (100 * cdf(d) - 95 * cdf(d - width))) < WIDE * found.standard_error
    with pytest.raises(PlimsollError, match="correlation"):
        value_script(exchange, [1.0], **market)


def test_the_bits_are_the_same_for_any_number_of_threads_and_for_what_is_compiled_already() -> None:
    import numba

    one = value_script(mean_call, MONTHS, **MARKET, method=MonteCarlo(3000), sensitivities=True)
    two = value_script(mean_call, MONTHS, **MARKET, method=MonteCarlo(3000, threads=2), sensitivities=True)
    assert (one.price, one.standard_error, one.sensitivities) == (two.price, two.standard_error, two.sensitivities)
    jitted = numba.njit(mean_call)
    assert value_script(jitted, MONTHS, **MARKET, method=MonteCarlo(3000)).price == one.price
    assert one.to_dict()["method"]["paths"] == 3000
    assert one.model_digest.startswith("sha256:")


@pytest.mark.parametrize(
    ("payoff", "code", "what"),
    [
        (divides_by_zero, "script_raised", "ZeroDivisionError: float division by zero"),
        (reads_beyond, "script_raised", "IndexError: index 12 is out of bounds"),
    ],
)
def test_an_exception_is_named_with_the_first_path_on_which_it_came(payoff: Any, code: str, what: str) -> None:
    failures = []
    for threads in (1, 2):
        with pytest.raises(ScriptFailed) as caught:
            value_script(payoff, MONTHS, **MARKET, method=MonteCarlo(65536, threads=threads))
        failures.append(caught.value.to_dict())
    assert failures[0] == failures[1]
    assert failures[0]["code"] == code
    assert failures[0]["value"].startswith(what)
    assert "market as given, spots [" in failures[0]["value"]


def test_what_is_no_number_is_named() -> None:
    with pytest.raises(ScriptFailed) as caught:
        value_script(gives_no_number, MONTHS, **MARKET, method=PATHS)
    # The root of a negative number is NaN to Numba, whatever the interpreter would do.
    assert caught.value.code == "script_not_finite"
    assert caught.value.value.startswith("nan; path ")
    with pytest.raises(ScriptFailed, match="script_not_finite") as caught:
        value_script(has_no_end, [1.0], **MARKET, method=PATHS)
    assert caught.value.value.startswith("inf; path 0, market as given")


def test_an_exception_that_the_interpreter_does_not_raise_says_so() -> None:
    failure = _core.ScriptFailure(path=3, market="as given", result="raised", spots=[1.0, 2.0], discounts=[1.0])
    found = scripted._failed(exchange, failure, 2)
    assert found.value.startswith("an exception where the interpreter gives 0.0; path 3")


@pytest.mark.parametrize(
    "payoff", [writes, speaks, takes_one, 3.0, [1]], ids=["writes", "text", "one", "number", "list"]
)
def test_what_cannot_be_compiled_is_refused(payoff: Any) -> None:
    with pytest.raises(BadInput) as caught:
        value_script(payoff, MONTHS, **MARKET)
    assert (caught.value.code, caught.value.field) == ("script_not_compiled", "payoff")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dates": [0.0]}, "dates"),
        ({"dates": 1.0}, "dates"),
        ({"spots": ["a"]}, "spots"),
        ({"spots": "12"}, "spots"),
        ({"spots": []}, "spots"),
        ({"rate": None}, "rate"),
        ({"correlation": 1.0}, "correlation"),
        ({"correlation": [1.0]}, "correlation"),
        ({"correlation": []}, "correlation"),
        ({"spots": [1.0, 1.0], "correlation": [[1.0, 0.5, 0.5, 1.0]]}, "correlation"),
        ({"spots": [1.0, 1.0], "correlation": [[1.0, 0.5, 0.5], [1.0]]}, "correlation"),
        ({"volatilities": [-0.2]}, "volatility of asset 0"),
        ({"dividend_yields": []}, "dividend_yields"),
        ({"method": MonteCarlo(0)}, "paths"),
        ({"volatilities": [0.0], "sensitivities": True}, "measures"),
    ],
    ids=lambda item: " ".join(f"{name}={value}" for name, value in item.items()) if isinstance(item, dict) else "",
)
def test_a_flawed_market_is_refused_by_name(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(PlimsollError) as caught:
        value_script(mean_call, **{"dates": MONTHS, **MARKET, **changes})
    assert caught.value.field == field


def through_another() -> Any:
    draws = normal

    def helper() -> Any:
        return draws() if draws is not None else later()

    def payoff(spots: Any, discounts: Any) -> Any:
        return spots[0] + helper()

    later: Any
    if draws is None:  # a cell that stays empty
        later = payoff
    return payoff


def imports(spots: Any, discounts: Any) -> Any:
    import random

    return random.gauss(0.0, 1.0)


def by_a_module(spots: Any, discounts: Any) -> Any:
    return source.gauss(0.0, 1.0)


def by_a_function_of_a_module(spots: Any, discounts: Any) -> Any:
    return sibling.payoff_that_draws(spots, discounts)


def inside(spots: Any, discounts: Any) -> Any:
    return sum([np.random.normal() for _ in range(3)])


def by_a_generator(spots: Any, discounts: Any) -> Any:
    return GENERATOR.normal()


def calls_itself(spots: Any, discounts: Any) -> Any:
    return calls_itself(spots, discounts) if spots[0] < 0.0 else mean_call(spots, discounts)


GENERATOR = np.random.default_rng(1)
sibling = ModuleType("sibling")
vars(sibling)["payoff_that_draws"] = inside


@pytest.mark.parametrize(
    ("payoff", "name"),
    [
        (inside, "np.random"),
        (imports, "random"),
        (by_a_module, "source"),
        (by_a_generator, "GENERATOR"),
        (through_another(), "helper: draws"),
        (by_a_function_of_a_module, "sibling.payoff_that_draws: np.random"),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_a_script_that_draws_random_numbers_is_refused(payoff: Any, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        value_script(payoff, MONTHS, **MARKET)
    assert (caught.value.code, caught.value.field, caught.value.value) == ("script_draws", "payoff", name)


@pytest.mark.parametrize("payoff", [mean_call, bridged_down_and_out, exchange, calls_itself, cdf])
def test_a_script_that_draws_none_is_let_through(payoff: Any) -> None:
    assert drawn_by(payoff) is None


def lived_during_a_call(paths: int) -> bool | None:
    """Say whether code that the cache forgets in the middle of a call lives on; None if the call ended before the look."""
    scripted._compiled.cache_clear()
    compiled = weakref.ref(scripted._compiled(digital, True))
    caller = threading.Thread(
        target=value_script, args=(digital, [1.0]), kwargs={**MARKET, "method": MonteCarlo(paths)}
    )
    caller.start()
    while not scripted._compiled.cache_info().hits:  # until the caller has taken the code
        time.sleep(1e-4)
    scripted._compiled.cache_clear()
    gc.collect()
    lives = compiled() is not None
    frame = sys._current_frames().get(caller.ident or 0)
    while frame is not None and frame.f_code is not value_script.__code__:
        frame = frame.f_back
    caller.join()
    return None if frame is None else lives


def test_the_code_lives_while_the_core_calls_it() -> None:
    # A call that a busy machine lets end before this thread has looked is made anew with twice the paths.
    looks = (lived_during_a_call(1 << power) for power in range(21, 28))
    assert next(look for look in looks if look is not None)


def test_without_numba_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['numba'] = None\n"
        "from plimsoll.engine.scripted import value_script\n"
        "from plimsoll.vocabulary.errors import MissingDependency\n"
        f"market = {MARKET!r}\n"
        "try:\n"
        "    value_script(lambda spots, discounts: discounts[0], [1.0], **market)\n"
        "except MissingDependency as error:\n"
        "    print(error.code, error.fix)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"numba_not_installed {scripted.INSTALL}"


@pytest.mark.parametrize("one_asset", [True, False])
def test_the_entry_gives_the_value_and_marks_an_exception(one_asset: bool) -> None:
    """The bodies that Numba compiles, run by the interpreter."""

    def inner(spots: Any, discounts: Any) -> float:
        return float(discounts / spots)

    entry = scripted._entry(inner, lambda pointer, _shape: pointer, one_asset)
    raised = [0]
    assert entry(4.0, 2.0, 1, 1, raised) == 0.5
    assert raised == [0]
    assert entry(0.0, 2.0, 1, 1, raised) == 0.0
    assert raised == [1]


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "python" / "scripted_payoff.py"))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert all(" ± " in line for line in lines)
