"""The model-risk interval: models calibrated to quotes that one of them made, and what the range says."""

import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from model_range_world import EXPIRIES, FLAT, HESTON, SPOT, TODAY, book, option, pair, price, quotes, snapshot
from plimsoll import _core
from plimsoll.engine.book import read_book
from plimsoll.engine.model_range import BookRange, RangeQuestion, ranges_of_book
from plimsoll.engine.model_range_policy import read_policy
from plimsoll.engine.quotes import QuoteChain, read_quotes
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.vocabulary.errors import BadInput

LOW_PUT = option("low-put", "put", 80.0, EXPIRIES[2], -2.0)
KNOCK_OUT = option(
    *("knock-out", "put", 100.0, EXPIRIES[1]),
    kind="barrier",
    direction="down",
    knock="knock_out",
    barrier=80,
    rebate=0,
    state="alive",
)
FEW = ("black_scholes", "local_volatility", "heston", "merton")
ASKED = RangeQuestion(read_policy(), FEW, None, 512, 7, 1)


def found(chain: QuoteChain, *positions: dict[str, Any], asked: RangeQuestion = ASKED) -> BookRange:
    return ranges_of_book(read_book(book(*positions)), read_snapshot(snapshot()), {"XYZ": chain}, asked)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> QuoteChain:
    return read_quotes(quotes(tmp_path_factory.mktemp("heston"), HESTON))


@pytest.fixture(scope="module")
def by_models(chain: QuoteChain) -> BookRange:
    american = option("american", "put", 80.0, EXPIRIES[2], exercise="american")
    stock = {"trade_id": "stock", "kind": "stock", "underlying": "XYZ", "quantity": 100}
    broken = option("broken", "put", -1.0, EXPIRIES[2])
    return found(chain, LOW_PUT, american, stock, broken)


def test_the_model_that_made_the_quotes_is_found_again_and_lies_in_the_range(by_models: BookRange) -> None:
    put = by_models.trades[0]
    values = {each.model: each.value for each in put.valued()}
    true = price(HESTON, "put", 80.0, EXPIRIES[2])
    # The fit ends where Newton's steps are below 1e-8 of the parameters; the price moves by less than ten for one.
    assert values["heston"].price == pytest.approx(true, abs=1e-7)
    assert put.range is not None
    assert put.range.low - 1e-7 <= true <= put.range.high + 1e-7
    assert put.marked_by == "heston"  # its misses are the smallest
    assert put.is_resolved
    worst = max(value.price for value in values.values())
    assert put.side == "short"
    assert put.range.reserve == pytest.approx(200.0 * (worst - true), abs=1e-4)
    out = {model.model: model.reasons for model in by_models.models if not model.admissible}
    assert list(out) == ["black_scholes"]
    assert "half spreads" in out["black_scholes"][0]


def test_every_position_has_its_outcome(by_models: BookRange) -> None:
    _, american, stock, broken = by_models.trades
    assert {each.refusal.code for each in american.values if each.refusal} == {"unsupported"}
    assert american.refusal is not None
    assert american.refusal.to_dict()["fix"].startswith("value the trade by the methods of the snapshot's own model")
    assert stock.range is not None
    assert (stock.range.low, stock.range.high, stock.range.reserve) == (SPOT, SPOT, 0.0)
    assert (stock.is_resolved, stock.further_quote) == (False, None)
    assert broken.refusal is not None
    assert broken.refusal.field.endswith("strike")
    document = by_models.to_dict()
    assert [trade["refusal"] is None for trade in document["trades"]] == [True, False, True, False]
    assert document["policy"]["digest"].startswith("sha256:")
    assert document["trades"][0]["range"]["lowest"] in FEW


def test_an_expiry_beyond_all_carry_is_refused_alone(tmp_path: Path) -> None:
    growing = _core.Heston(**{**HESTON.to_dict(), "rate": 0.12})  # to the year 9999 by the 957th power of e
    asked = replace(ASKED, models=("local_volatility", "heston"))
    far = option("far", "put", 80.0, date(9999, 12, 31))
    near, gone = found(read_quotes(quotes(tmp_path, growing)), LOW_PUT, far, asked=asked).trades
    assert near.range is not None
    assert gone.refusal is not None
    assert gone.refusal.to_dict() == {
        "code": "invalid_value",
        "field": "expiry",
        "value": f"{(date(9999, 12, 31) - TODAY).days / 365!r} years",
        "allowed": "a time to which the quotes' forwards and discount factors can be carried on",
        "fix": "correct the expiry",
    }


def test_a_range_within_three_errors_of_a_difference_is_not_resolved(by_models: BookRange) -> None:
    put = by_models.trades[0]
    assert put.range is not None
    ends = [each.value for each in put.valued() if each.value is not None]
    apart = math.hypot(ends[put.range.lowest].error, ends[put.range.highest].error)
    assert put.is_resolved == (put.range.high - put.range.low > 3.0 * apart)


def test_a_policy_does_not_reach_back(chain: QuoteChain) -> None:
    later = replace(ASKED, policy=replace(ASKED.policy, in_force_from=TODAY + timedelta(days=1)))
    with pytest.raises(BadInput) as error:
        found(chain, LOW_PUT, asked=later)
    assert error.value.to_dict() == {
        "code": "not_in_force",
        "field": "policy",
        "value": "plimsoll-2026-01",
        "allowed": "a policy in force on 2026-01-05; this one is from 2026-01-06",
        "fix": "give --policy FILE, one of that date",
    }


def test_the_further_quote_narrows_the_range(by_models: BookRange, tmp_path: Path) -> None:
    before = by_models.trades[0]
    asked_for = before.further_quote
    assert before.range is not None
    assert asked_for is not None
    assert asked_for.range_after < before.range.high - before.range.low
    assert set(asked_for.prices) == {each.model for each in before.valued()}
    more = pair(HESTON, round(asked_for.strike, 2), asked_for.expiry)
    after = found(read_quotes(quotes(tmp_path, HESTON, *more)), LOW_PUT).trades[0].range
    assert after is not None
    assert after.high - after.low < before.range.high - before.range.low


def test_quotes_of_one_volatility_leave_almost_no_range(tmp_path: Path) -> None:
    asked = replace(ASKED, models=("black_scholes", "heston", "merton"))
    flat = found(read_quotes(quotes(tmp_path, FLAT)), LOW_PUT, asked=asked)
    (put,) = flat.trades
    assert put.range is not None
    assert len(put.valued()) == 3
    misses = [model.quality.worst_volatility for model in flat.models if model.quality is not None]
    # Each model is within its worst miss of the one volatility, times the vega of at most 40 (0.4 S sqrt(T)); beyond the
    # quoted strikes, where the put lies, a smile's miss grows at most threefold.
    assert put.range.high - put.range.low <= 3.0 * 40.0 * (max(misses) + 1e-9)
    assert put.range.high - put.range.low < 1e-3


def test_a_barrier_is_valued_along_paths_and_again_to_the_bit_for_any_number_of_threads(chain: QuoteChain) -> None:
    asked = replace(ASKED, models=("local_volatility", "heston"))
    one, two = (found(chain, KNOCK_OUT, asked=replace(asked, threads=count)) for count in (1, 2))
    assert one.to_dict() == two.to_dict()
    (trade,) = one.trades
    assert {each.value.method for each in trade.valued() if each.value is not None} == {"paths"}
    assert trade.range is not None
    assert trade.range.low > 0.0


def test_a_mark_must_value_the_trade(chain: QuoteChain) -> None:
    (trade,) = found(chain, LOW_PUT, asked=replace(ASKED, marked="black_scholes")).trades
    assert trade.refusal is not None
    assert trade.refusal.to_dict() == {
        "code": "unsupported",
        "field": "marked",
        "value": "black_scholes",
        "allowed": "local_volatility, heston, merton",
        "fix": "mark by a model that is admissible and values the trade",
    }
    (marked,) = found(chain, LOW_PUT, asked=replace(ASKED, marked="merton")).trades
    assert marked.marked_by == "merton"


def test_a_trade_whose_underlying_has_no_quotes_is_refused(chain: QuoteChain) -> None:
    other = {**LOW_PUT, "trade_id": "other", "underlying": "ABC"}
    asked = replace(ASKED, models=("local_volatility", "heston"))
    trades = found(chain, LOW_PUT, other, asked=asked).trades
    assert trades[0].refusal is None
    assert trades[1].refusal is not None
    assert trades[1].refusal.to_dict() == {
        "code": "missing_quote",
        "field": "quotes",
        "value": "ABC",
        "allowed": "an underlying whose quotes are given: XYZ",
        "fix": "give --quotes ABC=FILE",
    }


@pytest.mark.parametrize(
    ("market", "field", "value", "allowed"),
    [
        (snapshot(spot=101.0), "quotes of XYZ: spot", "100.0", "101.0, as in the snapshot"),
        (
            snapshot(day=TODAY + timedelta(days=1)),
            "quotes of XYZ: valuation_date",
            "2026-01-05",
            "2026-01-06, as in the snapshot",
        ),
    ],
)
def test_quotes_of_another_market_are_refused(
    chain: QuoteChain, market: dict[str, Any], field: str, value: str, allowed: str
) -> None:
    with pytest.raises(BadInput) as error:
        ranges_of_book(read_book(book(LOW_PUT)), read_snapshot(market), {"XYZ": chain}, ASKED)
    assert error.value.to_dict() == {
        "code": "other_market",
        "field": field,
        "value": value,
        "allowed": allowed,
        "fix": "give quotes and snapshot of one moment",
    }


def test_a_model_that_the_quotes_do_not_determine_is_out_with_its_reason(tmp_path: Path) -> None:
    rows = quotes(tmp_path, HESTON).read_text().splitlines()
    # Two strikes of one expiry: fewer quotes than Heston's model has parameters.
    few = tmp_path / "few.csv"
    few.write_text("\n".join([rows[0], *rows[5:9]]) + "\n")
    (trade,), models = (lambda it: (it.trades, it.models))(found(read_quotes(few), LOW_PUT))
    heston = next(model for model in models if model.model == "heston")
    assert not heston.admissible
    assert heston.to_dict()["reasons"]
    assert trade.values or trade.refusal is not None
