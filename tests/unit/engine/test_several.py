"""Options on two underlyings: as rows of a book, as trades of the door, and bad ones by field."""

import csv
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine_documents import book, option, snapshot, underlying
from plimsoll import (
    Basket,
    BestMethod,
    ClosedForm,
    CorrelationOption,
    CrankNicolson,
    European,
    Exchange,
    Exercise,
    Extrapolation,
    Extreme,
    ExtremeOption,
    LeisenReimer,
    MonteCarlo,
    OptionType,
    RainbowLattice,
    Spread,
    Trade,
    read_book,
    read_snapshot,
    value,
)
from plimsoll.engine.comparison import compare_methods
from plimsoll.engine.convergence import measure_convergence
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.methods import with_extrapolation
from plimsoll.engine.refusals import InvalidValue, Unsupported
from plimsoll.engine.stress import Shock, StressSubject, UnderlyingShock
from plimsoll.engine.valuation import mark

EXPIRY = date(2026, 12, 31)
ABC_XYZ = {"first": "ABC", "second": "XYZ", "value": 0.4, "status": "ASSUMED"}


def on_two(trade_id: str, kind: str, **terms: Any) -> dict[str, Any]:
    head = {"trade_id": trade_id, "kind": kind, "underlying": "ABC", "other": "XYZ", "quantity": -2, "multiplier": 10}
    return {**head, "expiry": EXPIRY.isoformat(), **terms}


def exchange(trade_id: str = "X", **changes: Any) -> dict[str, Any]:
    terms = {"exercise": "european", "received": 1.0, "delivered": 2.0}
    return on_two(trade_id, "exchange", **{**terms, **changes})


def spread(trade_id: str = "S", **changes: Any) -> dict[str, Any]:
    return on_two(trade_id, "spread", **{"type": "call", "exercise": "american", "strike": 50.0, **changes})


def basket(trade_id: str = "B", **changes: Any) -> dict[str, Any]:
    terms = {"type": "put", "exercise": "european", "weight": 0.5, "other_weight": 1.5, "strike": 110.0}
    return on_two(trade_id, "basket", **{**terms, **changes})


def extreme(trade_id: str = "W", **changes: Any) -> dict[str, Any]:
    terms = {"type": "put", "of": "minimum", "exercise": "european", "strike": 45.0}
    return on_two(trade_id, "extreme", **{**terms, **changes})


def correlation(trade_id: str = "C", **changes: Any) -> dict[str, Any]:
    return on_two(trade_id, "correlation", **{"type": "call", "trigger": 105.0, "strike": 38.0, **changes})


def market(*pairs: dict[str, Any], **changes: Any) -> dict[str, Any]:
    names = {"ABC": underlying(), "XYZ": underlying(40.0, 0.35), **changes}
    return {**snapshot(**names), "correlations": list(pairs)}


EVERY_KIND = (exchange(), spread(), basket(), extreme(), correlation())
MARKET = read_snapshot(market(ABC_XYZ))


def test_a_document_gives_the_terms_of_every_kind() -> None:
    read = [position.trade.product for position in read_book(book(*EVERY_KIND)).positions if position.trade]
    call, put, european = OptionType.call, OptionType.put, Exercise.european
    assert read == [
        Exchange("ABC", "XYZ", european, 1.0, 2.0, EXPIRY),
        Spread("ABC", "XYZ", call, Exercise.american, 50.0, EXPIRY),
        Basket("ABC", "XYZ", put, european, 0.5, 1.5, 110.0, EXPIRY),
        ExtremeOption("ABC", "XYZ", put, Extreme.minimum, european, 45.0, EXPIRY),
        CorrelationOption("ABC", "XYZ", call, 105.0, 38.0, EXPIRY),
    ]


def test_json_and_csv_give_the_same_trades(tmp_path: Path) -> None:
    document = book(*EVERY_KIND)
    (tmp_path / "book.json").write_text(json.dumps(document), encoding="utf-8")
    account = document["accounts"][0]
    head = {name: document[name] for name in ("book_id", "as_of", "price_basis")}
    head |= {"account_id": account["account_id"], "account_type": account["type"], "currency": "USD"}
    rows = [{**head, "cash": account["cash"], **position} for position in account["positions"]]
    with (tmp_path / "book.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    assert read_book(tmp_path / "book.json").accounts == read_book(tmp_path / "book.csv").accounts


def test_the_best_method_values_every_kind_with_sensitivities_to_each_underlying() -> None:
    valued = value(read_book(book(*EVERY_KIND)), MARKET, BestMethod())
    assert [outcome.valuation.method for outcome in valued.outcomes if outcome.valuation] == [
        *("ClosedForm", "RainbowLattice", "ClosedForm", "ClosedForm", "ClosedForm")
    ]
    for outcome in valued.outcomes:
        assert outcome.underlying == "ABC, XYZ"
        assert outcome.underlyings == ("ABC", "XYZ")
        assert outcome.valuation is not None
        assert "assumed_correlation" in outcome.valuation.flags
        unit, whole = outcome.valuation.several, outcome.position_several
        assert list(unit.by_underlying) == ["ABC", "XYZ"]
        for name, part in unit.by_underlying.items():
            assert set(part) == {"delta", "gamma", "vega", "dividend"}
            assert {each: -20.0 * number for each, number in part.items()} == dict(whole.by_underlying[name])
        assert set(unit.by_pair["ABC", "XYZ"]) == {"cross_gamma", "correlation"}
        # What is moved together is the sum of what is moved apart.
        apart = sum(part["delta"] for part in unit.by_underlying.values())
        assert math.isclose(outcome.valuation.sensitivities["delta"], apart, abs_tol=1e-15)
        document = outcome.to_dict()
        assert document["valuation"]["several"] == unit.to_dict()
        assert document["position_several"]["by_pair"][0]["first"] == "ABC"


def test_a_simulation_gives_the_standard_error_of_each_sensitivity() -> None:
    trade = Trade.of(Exchange("ABC", "XYZ", Exercise.european, 1.0, 2.0, EXPIRY), trade_id="X")
    found, exact = value(trade, MARKET, MonteCarlo(paths=16384, seed=3)), value(trade, MARKET, ClosedForm())
    for name, part in found.several_standard_errors.by_underlying.items():
        for each, error in part.items():
            # Eight of them: one in 66,000 lies beyond by chance.
            assert abs(found.several.by_underlying[name][each] - exact.several.by_underlying[name][each]) < 4.5 * error
    assert found.to_dict()["several_standard_errors"]["by_pair"][0]["correlation"] > 0.0
    assert "several_standard_errors" not in exact.to_dict()
    assert (
        "several"
        not in value(Trade.of(European("ABC", OptionType.call, 105.0, EXPIRY)), MARKET, ClosedForm()).to_dict()
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (exchange(other="ABC"), ("invalid_value", "other", "ABC", "another underlying than the first")),
        (
            basket(weight=-0.5),
            ("invalid_value", "weight", "-0.5", "a finite number above zero"),
        ),
        (basket(other_weight=0.0), ("invalid_value", "other_weight", "0", "a finite number above zero")),
        (exchange(delivered=-1.0), ("invalid_value", "delivered", "-1", "a finite number >= 0")),
        (spread(strike=-1.0), ("invalid_value", "strike", "-1", "a finite number >= 0 where American")),
        (correlation(trigger=-1.0), ("invalid_value", "trigger", "-1", "a finite number >= 0")),
        (exchange(other="QQQ"), ("missing_quote", "underlying", "QQQ", "one of: ABC, XYZ")),
    ],
)
def test_terms_that_make_no_sense_refuse_their_row_alone(row: dict[str, Any], message: tuple[str, ...]) -> None:
    valued = value(read_book(book(extreme("good"), {**row, "trade_id": "bad"})), MARKET, ClosedForm())
    good, bad = valued.outcomes
    assert good.valuation is not None
    assert bad.refusal is not None
    assert (bad.refusal.code, bad.refusal.field, bad.refusal.value, bad.refusal.allowed) == message


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({name: item for name, item in exchange().items() if name != "other"}, "other"),
        ({name: item for name, item in basket().items() if name != "weight"}, "weight"),
        (exchange(other=""), "other"),
        (exchange(received="one"), "received"),
        (exchange(received=float("nan")), "received"),
        (spread(exercise="bermudan"), "exercise"),
        (extreme(of="middle"), "of"),
        (correlation(type="both"), "type"),
        (correlation(exercise="american"), "exercise"),
        (basket(trigger=5.0), "trigger"),
    ],
)
def test_a_bad_field_refuses_its_row_and_names_it(row: dict[str, Any], field: str) -> None:
    good, bad = read_book(book(extreme("good"), {**row, "trade_id": "bad"})).positions
    assert good.refusal is None
    assert bad.refusal is not None
    assert str(bad.refusal.field).endswith(field)


def test_what_a_market_lacks_is_named() -> None:
    def refused(document: dict[str, Any]) -> tuple[object, ...]:
        outcome = value(read_book(book(exchange())), read_snapshot(document), ClosedForm()).outcomes[0]
        assert outcome.refusal is not None
        return outcome.refusal.code, outcome.refusal.field, outcome.refusal.value, outcome.refusal.fix

    lacking = ("missing_quote", "correlations", "ABC, XYZ", "add the correlation of ABC and XYZ to the snapshot")
    assert refused(market()) == lacking
    # The second underlying is there, but refused for what is wrong with it.
    wrong = refused(market(ABC_XYZ, XYZ=underlying(-40.0)))
    assert wrong[:2] == ("invalid_value", "underlyings.XYZ.spot")
    dear = {"kind": "flat", "value": 0.05, "status": "OBSERVED"}
    assert refused(market(ABC_XYZ, XYZ=underlying(40.0, rate=dear))) == (
        "invalid_value",
        "rate",
        "0.03 of ABC, 0.05 of XYZ",
        "give underlyings of one currency one rate curve",
    )


def test_all_methods_of_a_trade_agree_and_one_converges() -> None:
    trades = read_book(book(exchange(), spread(strike=60.0)))
    methods = {
        "formula": ClosedForm(),
        "plane": CrankNicolson(100, 50),
        "simulation": MonteCarlo(paths=16384, seed=3),
        "lattice": RainbowLattice(100),
    }
    compared = compare_methods(trades, MARKET, methods)
    assert [[price.method for price in trade.prices] for trade in compared.trades] == [
        ["formula", "plane", "simulation", "lattice"],
        ["plane", "lattice"],
    ]
    assert not compared.flagged
    trade = trades.positions[1].trade
    assert trade is not None
    found = measure_convergence(trade, MARKET, RainbowLattice(extrapolation=Extrapolation.none), 20, 4)
    assert found.order is not None
    assert abs(found.order - 1.0) < 0.3


def test_a_stress_moves_either_underlying_and_keeps_their_correlation() -> None:
    held, tree = read_book(book(exchange(quantity=1, multiplier=1), spread(), option())), LeisenReimer()
    marked = mark(held, MARKET, tree)
    assert [outcome.valuation.method for outcome in marked.outcomes if outcome.valuation] == [
        *("ClosedForm", "RainbowLattice", "LeisenReimer")
    ]
    subject = StressSubject.of(held, marked, MARKET, shipped_pack(), tree, 1)
    still = ("volatility_relative", "volatility_shift", "skew_shift", "rate_bp", "dividend_yield_bp")
    fall = UnderlyingShock(underlying="XYZ", spot_relative=-0.2, dividends_relative=0.0, **dict.fromkeys(still, 0.0))
    stressed = subject.stress([subject.apply(Shock(moves=[fall], volatility_floor=0.05))])
    moved = read_snapshot(market(ABC_XYZ, XYZ=underlying(32.0, 0.35)))
    assert held.positions[0].trade is not None
    # The spot after the shock is the product of two doubles.
    expected = value(held.positions[0].trade, moved, ClosedForm()).price
    assert stressed.positions[0][0].price == pytest.approx(expected, rel=1e-12)
    assert isinstance(stressed.accounts[0][0].refusal, Unsupported), "the regime has no rule for it"


def test_a_lattice_of_two_steps_is_refused() -> None:
    with pytest.raises(InvalidValue, match="steps"):
        value(
            Trade.of(Spread("ABC", "XYZ", OptionType.call, Exercise.american, 50.0, EXPIRY)), MARKET, RainbowLattice(2)
        )
    assert with_extrapolation(RainbowLattice(50), "none") == RainbowLattice(50, Extrapolation.none)
