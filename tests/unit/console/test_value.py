"""`plimsoll value` and `plimsoll greeks`: good rows are priced, bad rows are typed outcomes, bad files compute nothing."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from books import book, book_rows, market_row, option, snapshot, underlying, write_csv
from console_world import Ran, plimsoll, refused

pytestmark = pytest.mark.xdist_group("console_market")

Price = Callable[..., Ran]


@pytest.fixture
def price(tmp_path: Path) -> Price:
    """Price a book document by a snapshot document, through files."""

    def run(book_document: dict[str, Any], market: dict[str, Any], *words: object) -> Ran:
        (tmp_path / "book.json").write_text(json.dumps(book_document))
        (tmp_path / "market.json").write_text(json.dumps(market))
        files = (tmp_path / "book.json", "--snapshot", tmp_path / "market.json")
        return plimsoll(tmp_path / "w", words[0], *files, *words[1:])

    return run


def outcomes(ran: Ran) -> dict[str, dict[str, Any]]:
    return {outcome["trade_id"]: outcome for outcome in ran.document["outcomes"]}


MARKET = snapshot(AAA=underlying())
TWO = book(option("one"), option("two", exercise="american", type="put"))


def test_a_shipped_book_is_priced_on_its_own_day(ingested_workspace: Path, market_workspace: Path) -> None:
    ran = plimsoll(market_workspace, "value", "demo-2020", "--json")
    assert ran.exit_code == 0
    assert (ran.document["valued"], ran.document["failed"]) == (188, 0)
    assert ran.document["valuation_date"] == "2020-01-31"
    assert ran.stderr == "valuation demo-2020: 188 done\n"


def test_a_day_names_the_stored_market(market_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(book(option("one", underlying="JPM", strike=80.0))))
    ran = plimsoll(market_workspace, "greeks", path, "--snapshot", "2020-03-16")
    assert ran.exit_code == 0
    assert "small on 2020-03-16" in ran.stdout
    assert "1 valued, 0 refused" in ran.stdout
    assert "flags: adjusted_prices, assumed_dividends, assumed_rate, assumed_volatility" in ran.stdout
    assert refused(market_workspace, "value", path, "--snapshot", "2020-03-15")[0] == 2


def test_a_person_reads_prices_and_the_sum(price: Price) -> None:
    ran = price(TWO, MARKET, "value")
    assert ran.exit_code == 0
    assert "standard error" in ran.stdout
    assert "2 valued, 0 refused; sum of values " in ran.stdout
    assert ran.stderr == "valuation small: 2 done\n"


def test_each_position_of_a_mixed_book_by_its_best_method(price: Price) -> None:
    exotic = {
        "trade_id": "three", "kind": "barrier", "underlying": "AAA", "type": "call", "strike": 100.0, "direction": "down",
        "knock": "knock_out", "barrier": 90.0, "rebate": 1.0, "state": "alive", "expiry": "2020-09-18", "quantity": 1,
        "multiplier": 100,
    }  # fmt: skip
    crossed = {**exotic, "trade_id": "four", "barrier": 110.0}
    ran = price(book(*TWO["accounts"][0]["positions"], exotic, crossed), MARKET, "value", "--json", "--method", "best")
    assert ran.exit_code == 1
    assert ran.document["method"] == {"kind": "BestMethod"}
    found = outcomes(ran)
    methods = {name: row["valuation"] and row["valuation"]["method"] for name, row in found.items()}
    assert methods == {"one": "ClosedForm", "two": "IntegralEquation", "three": "ClosedForm", "four": None}
    assert found["four"]["refusal"]["field"] == "barrier"
    assert "state is alive" in found["four"]["refusal"]["allowed"]
    shown = price(book(*TWO["accounts"][0]["positions"]), MARKET, "value", "--method", "best").stdout
    assert "IntegralEquation" in shown
    assert price(TWO, MARKET, "value", "--method", "best", "--steps", "9").exit_code == 2


def test_a_method_that_does_not_value_a_product_is_refused_with_the_words_of_those_that_do(price: Price) -> None:
    terms = {"underlying": "AAA", "expiry": "2020-09-18", "quantity": 1, "multiplier": 100, "type": "call"}
    one = {"trade_id": "one", "kind": "barrier", **terms, "strike": 100.0, "direction": "down", "knock": "knock_out"}
    one |= {"barrier": 90.0, "rebate": 1.0, "state": "alive"}
    two = {"trade_id": "two", "kind": "lookback", **terms, "strike_kind": "floating", "extremum": 95.0}
    exotic = book(one, two, option("three"))
    found = outcomes(price(exotic, MARKET, "value", "--json"))
    assert found["one"]["refusal"]["fix"].endswith("product: --method closed-form, pde, monte-carlo, trinomial or best")
    assert found["two"]["refusal"]["fix"].endswith("product: --method closed-form, monte-carlo or best")
    assert found["three"]["valuation"] is not None
    assert "--method" in price(exotic, MARKET, "value").stdout
    for word in ("closed-form", "best"):
        assert price(exotic, MARKET, "value", "--method", word).exit_code == 0
    american = price(book(option("one", exercise="american")), MARKET, "value", "--json", "--method", "closed-form")
    assert "--method tree, crr, jarrow-rudd, tian, trinomial, pde, " in outcomes(american)["one"]["refusal"]["fix"]
    paying = snapshot(AAA=underlying(cash_dividends=[{"ex_date": "2020-05-01", "amount": 1.0}]))
    nothing_fits = outcomes(price(exotic, paying, "value", "--json"))["two"]["refusal"]
    assert nothing_fits["allowed"].startswith("none; ")
    assert "--method" not in nothing_fits["fix"]


def test_the_sum_is_that_of_the_positions(price: Price) -> None:
    ran = price(TWO, MARKET, "value", "--json")
    found = outcomes(ran)
    assert all(found[name]["value"] == found[name]["valuation"]["price"] * -200 for name in ("one", "two"))
    assert found["one"]["account_id"] == "A01"


# Tree and grid with extrapolation meet the closed form to a few 1e-5 of the spot; the simulation to four of its errors.
@pytest.mark.parametrize(
    ("words", "tolerance"),
    [
        (["tree"], 2e-3),
        (["tree", "--steps", "401"], 1e-4),
        (["pde"], 2e-3),
        (["pde", "--steps", "400"], 1e-3),
        (["integral"], 1e-12),
        (["barone-adesi-whaley"], 1e-12),
        (["bjerksund-stensland"], 1e-12),
        (["ju"], 1e-12),
        (["crr"], 2e-2),
        (["crr", "--steps", "800"], 2e-3),
        (["jarrow-rudd"], 2e-2),
        (["tian"], 2e-2),
        (["trinomial"], 5e-3),
        (["trinomial", "--steps", "400"], 2e-3),
        (["monte-carlo"], None),
        (["monte-carlo", "--paths", "4096", "--seed", "7"], None),
    ],
    ids=str,
)
def test_every_method_meets_the_closed_form(price: Price, words: list[str], tolerance: float | None) -> None:
    subject = book(option("one"))
    exact = outcomes(price(subject, MARKET, "value", "--json", "--method", "closed-form"))["one"]["valuation"]
    ran = price(subject, MARKET, "greeks", "--json", "--method", *words)
    assert ran.exit_code == 0
    found = outcomes(ran)["one"]["valuation"]
    allowed = tolerance or 4.0 * found["standard_error"]
    assert found["price"] == pytest.approx(exact["price"], abs=allowed)
    assert found["delta"] == pytest.approx(exact["delta"], abs=0.05)
    assert ("standard_error" in found and found["standard_error"] is not None) == (words[0] == "monte-carlo")


def test_the_seed_alone_changes_a_simulation(price: Price) -> None:
    def digits(*words: str) -> float:
        ran = price(
            book(option("one")), MARKET, "value", "--json", "--method", "monte-carlo", "--paths", "1024", *words
        )
        return float(outcomes(ran)["one"]["valuation"]["price"])

    assert digits("--seed", "3") == digits("--seed", "3") != digits("--seed", "4")


def test_a_table_gives_what_the_document_gives(tmp_path: Path, price: Price) -> None:
    expected = outcomes(price(TWO, MARKET, "value", "--json"))
    rows = book_rows(option("one"), option("two", exercise="american", type="put"))
    paths = [write_csv(tmp_path / "book.csv", rows), tmp_path / "book.parquet"]
    pq.write_table(pa.Table.from_pylist(rows), paths[1])
    market = write_csv(tmp_path / "market.csv", [market_row("AAA")])
    for path in paths:
        ran = plimsoll(tmp_path / "w", "value", path, "--snapshot", market, "--json")
        assert ran.exit_code == 0, ran.stderr
        assert {name: item["value"] for name, item in outcomes(ran).items()} == {
            name: item["value"] for name, item in expected.items()
        }


def test_an_expired_option_is_an_outcome_and_the_others_are_priced(price: Price) -> None:
    subject = book(option("late", expiry="2020-03-13"), option("good"))
    ran = price(subject, MARKET, "value", "--json")
    assert ran.exit_code == 1
    late = outcomes(ran)["late"]
    assert late["valuation"] is None
    assert (late["refusal"]["code"], late["refusal"]["field"]) == ("expired_product", "expiry")
    assert late["refusal"]["value"] == "2020-03-13"
    assert outcomes(ran)["good"]["valuation"]["price"] > 0.0
    shown = price(subject, MARKET, "value")
    assert shown.exit_code == 1
    assert "Refused" in shown.stdout
    assert "expired_product" in shown.stdout
    assert "1 valued, 1 refused" in shown.stdout


def test_a_negative_volatility_refuses_its_trades_alone(price: Price) -> None:
    flat = {"kind": "flat", "status": "ASSUMED"}
    market = snapshot(AAA=underlying(), BBB=underlying(volatility={**flat, "value": -0.2}))
    ran = price(book(option("good"), option("bad", underlying="BBB")), market, "greeks", "--json")
    assert ran.exit_code == 1
    refusal = outcomes(ran)["bad"]["refusal"]
    assert refusal["code"] == "invalid_value"
    assert refusal["field"].startswith("underlyings.BBB.volatility")
    assert float(refusal["value"]) == -0.2
    assert refusal["allowed"]
    assert refusal["fix"]
    assert outcomes(ran)["good"]["valuation"]["vega"] > 0.0


def test_a_negative_volatility_in_a_table_refuses_its_row_alone(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "book.csv", book_rows(option("good"), option("bad", underlying="BBB")))
    market = write_csv(tmp_path / "market.csv", [market_row("AAA"), market_row("BBB", volatility=-0.2)])
    ran = plimsoll(tmp_path / "w", "value", path, "--snapshot", market, "--json")
    assert ran.exit_code == 1
    assert {name: item["valuation"] is None for name, item in outcomes(ran).items()} == {"good": False, "bad": True}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"strike": float("nan")}, "strike"),
        ({"strike": float("inf")}, "strike"),
        ({"strike": -1.0}, "strike"),
        ({"quantity": float("nan")}, "quantity"),
        ({"multiplier": float("inf")}, "multiplier"),
        ({"type": "cal"}, "type"),
        ({"expiry": "soon"}, "expiry"),
        ({"kind": "tulip"}, "kind"),
        ({"trade_id": "good"}, "trade_id"),
        ({"underlying": "ZZZ"}, "ZZZ"),
        ({"strike": "much"}, "strike"),
    ],
)
def test_a_bad_row_is_an_outcome_that_names_its_field(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    path = write_csv(tmp_path / "book.csv", book_rows(option("good"), {**option("bad"), **changes}))
    market = write_csv(tmp_path / "market.csv", [market_row("AAA")])
    ran = plimsoll(tmp_path / "w", "value", path, "--snapshot", market, "--json")
    assert ran.exit_code == 1
    good, bad = ran.document["outcomes"]
    assert math.isfinite(good["valuation"]["price"])
    refusal = bad["refusal"]
    assert field in refusal["field"] or field in refusal["value"]
    assert all(refusal[name] for name in ("code", "field", "allowed", "fix"))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("field", ["strike", "quantity", "multiplier"])
def test_a_number_in_json_that_is_not_finite_is_an_outcome_that_names_its_field(
    tmp_path: Path, field: str, number: str
) -> None:
    text = json.dumps(book(option("good"), option("bad", **{field: "here"}))).replace('"here"', number)
    (tmp_path / "book.json").write_text(text)
    (tmp_path / "market.json").write_text(json.dumps(MARKET))
    words = ("value", tmp_path / "book.json", "--snapshot", tmp_path / "market.json")
    ran = plimsoll(tmp_path / "w", *words, "--json")
    assert ran.exit_code == 1
    found = outcomes(ran)
    assert found["good"]["valuation"]["price"] > 0.0
    refusal = found["bad"]["refusal"]
    assert (refusal["code"], refusal["field"]) == ("invalid_value", f"accounts[0].positions[1].{field}")
    assert refusal["value"] in ("nan", "inf", "-inf")
    assert all(refusal.values())
    assert found["bad"]["underlying"] == "AAA"
    assert found["bad"]["quantity"] == (None if field == "quantity" else -2.0)
    shown = plimsoll(tmp_path / "w", *words)
    assert shown.exit_code == 1
    assert "a finite number" in shown.stdout


def test_a_nan_in_the_market_refuses_its_underlying_alone(price: Price) -> None:
    market = snapshot(AAA=underlying(), BBB=underlying(spot=float("nan")))
    ran = price(book(option("good"), option("bad", underlying="BBB")), market, "value", "--json")
    assert ran.exit_code == 1
    refusal = outcomes(ran)["bad"]["refusal"]
    assert (refusal["field"], refusal["value"]) == ("underlyings.BBB.spot", "nan")
    assert outcomes(ran)["good"]["refusal"] is None


def test_an_account_whose_cash_is_nan_is_valued_all_the_same(price: Price) -> None:
    subject = book(option("one"))
    subject["accounts"][0]["cash"] = float("nan")
    ran = price(subject, MARKET, "value", "--json")
    assert ran.exit_code == 0
    assert outcomes(ran)["one"]["value"] < 0.0


def test_the_sum_counts_a_future_by_its_variation(price: Price) -> None:
    future = {
        "trade_id": "f", "kind": "future", "underlying": "AAA", "expiry": "2020-09-18", "quantity": 2,
        "multiplier": 50, "entry_price": 101.0,
    }  # fmt: skip
    stock = {"trade_id": "s", "kind": "stock", "underlying": "AAA", "quantity": 3}
    ran = price(book(future, stock), MARKET, "value", "--json")
    found = outcomes(ran)
    assert ran.exit_code == 0
    assert found["f"]["value"] == 100.0 * (found["f"]["valuation"]["price"] - 101.0)
    total = found["f"]["value"] + 300.0
    assert f"sum of values {total:,.2f}\n" in price(book(future, stock), MARKET, "value").stdout


def test_a_method_that_does_not_apply_is_an_outcome(price: Price) -> None:
    ran = price(TWO, MARKET, "value", "--json", "--method", "closed-form")
    assert ran.exit_code == 1
    assert outcomes(ran)["two"]["refusal"]["code"] == "unsupported"
    assert outcomes(ran)["one"]["refusal"] is None


@pytest.mark.parametrize(
    "words",
    [
        ["--method", "guess"],
        ["--steps", "2"],
        ["--paths", "1"],
        ["--seed", "-1"],
        ["--seed", str(2**64)],
        ["--steps", "many"],
    ],
    ids=" ".join,
)
def test_a_bad_setting_is_bad_usage(tmp_path: Path, words: list[str]) -> None:
    ran = plimsoll(tmp_path / "w", "value", "demo-2008", *words)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert words[0] in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--steps", "100"],
        ["--steps", "100001"],
        ["--method", "pde", "--steps", "7"],
        ["--method", "monte-carlo", "--paths", str(10**15)],
    ],
    ids=" ".join,
)
def test_a_setting_that_the_method_does_not_take_computes_nothing(price: Price, words: list[str]) -> None:
    ran = price(TWO, MARKET, "value", "--json", *words)
    assert ran.exit_code == 2
    assert ran.error["field"]


@pytest.mark.parametrize("words", [["--paths", "100"], ["--seed", "1"], ["--method", "closed-form", "--steps", "9"]])
def test_a_setting_of_another_method_is_not_passed_over(price: Price, words: list[str]) -> None:
    ran = price(TWO, MARKET, "value", "--json", *words)
    assert ran.exit_code == 2
    assert ran.error["code"] == "setting_of_another_method"


def test_the_run_is_kept_with_its_inputs(price: Price, tmp_path: Path) -> None:
    ran = price(TWO, MARKET, "value", "--json")
    (path,) = (tmp_path / "w" / "runs").glob("*/run.json")
    run = json.loads(path.read_bytes())
    assert run["inputs"] == {name: ran.document[f"{name}_digest"] for name in ("book", "snapshot")}
    assert run["tables"]["outcomes"]["rows"] == 2


def test_a_position_on_two_underlyings_has_tables_by_underlying_and_by_pair(price: Price) -> None:
    pair = {"kind": "exchange", "other": "BBB", "received": 1.0, "delivered": 1.0, "type": None, "strike": None}
    both = snapshot(AAA=underlying(), BBB=underlying(spot=90.0))
    tied = {**both, "correlations": [{"first": "AAA", "second": "BBB", "value": 0.5, "status": "OBSERVED"}]}
    held = book({name: item for name, item in option("pair", **pair).items() if item is not None}, option("one"))
    ran = price(held, tied, "greeks", "--method", "best")
    assert ran.exit_code == 0
    assert "By underlying" in ran.stdout
    assert "cross-gamma" in ran.stdout
    alone = price(book(option("one")), both, "greeks", "--method", "best")
    assert "By underlying" not in alone.stdout
    lattice = price(held, tied, "value", "--method", "rainbow-lattice", "--steps", 20, "--json")
    assert (lattice.exit_code, lattice.document["valued"]) == (1, 1)
    assert outcomes(lattice)["pair"]["valuation"]["method"] == "RainbowLattice"
    untied = price(held, both, "value", "--method", "best", "--json")
    assert (untied.exit_code, untied.document["failed"]) == (1, 1)
    assert outcomes(untied)["pair"]["refusal"]["field"] == "correlations"
    impossible = price(held, {**both, "correlations": [{**tied["correlations"][0], "value": 1.5}]}, "value", "--json")
    assert (impossible.exit_code, impossible.document["error"]["field"]) == (2, "correlations[AAA, BBB].value")
