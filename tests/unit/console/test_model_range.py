"""`plimsoll value --models`."""

import json
from pathlib import Path

import pytest

from console_world import plimsoll
from model_range_world import EXPIRIES, HESTON, book, option, quotes, snapshot

PUT = option("low-put", "put", 80.0, EXPIRIES[2], -2.0)
FEW = ("--models", "black_scholes,local_volatility,heston", "--paths", "512")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("range")
    quotes(folder, HESTON)
    american = option("american", "put", 80.0, EXPIRIES[2], exercise="american")
    (folder / "book.json").write_text(json.dumps(book(PUT)))
    (folder / "two.json").write_text(json.dumps(book(PUT, american)))
    (folder / "snapshot.json").write_text(json.dumps(snapshot()))
    return folder


def words(files: Path, *more: str, name: str = "book.json") -> list[str]:
    return ["value", str(files / name), "--snapshot", str(files / "snapshot.json"), *more]


def test_a_person_reads_models_values_range_and_the_further_quote(files: Path, tmp_path: Path) -> None:
    ran = plimsoll(tmp_path, *words(files, *FEW, "--quotes", str(files / "quotes.csv")))
    assert ran.exit_code == 0
    for text in ("admissible", "half spreads", "low-put", "heston", "short", "further quote", "without netting"):
        assert text in ran.stdout


def test_a_position_without_two_models_ends_with_one(files: Path, tmp_path: Path) -> None:
    given = f"XYZ={files / 'quotes.csv'}"
    ran = plimsoll(tmp_path, *words(files, *FEW, "--quotes", given, "--json", name="two.json"))
    assert ran.exit_code == 1
    put, american = ran.document["trades"]
    assert put["refusal"] is None
    assert american["refusal"] == {
        "code": "unsupported",
        "field": "model",
        "value": "Ssvi for American",
        "allowed": "European, Digital, ArithmeticAsian, Stock, Future, Payment under every model; Barrier, DoubleBarrier, "
        "Touch under all but VarianceGamma",
        "fix": "value the trade by the methods of the snapshot's own model, which `methods` lists",
    }
    shown = plimsoll(tmp_path, *words(files, *FEW, "--quotes", given, name="two.json"))
    assert "Refused" in shown.stdout
    assert ran.document["chains"]["XYZ"]["rows"]["used"] == 21


def test_a_policy_of_ones_own_is_data(files: Path, tmp_path: Path) -> None:
    import plimsoll as package

    shipped = Path(package.__file__).parent / "packs/model_range/plimsoll-2026-01.json"
    policy = json.loads(shipped.read_text())
    policy |= {"policy_id": "strict", "models": ["heston", "local_volatility"]}
    policy["fit"] = {"most_half_spread_rmse": 1e-6, "most_volatility_rmse": 0.0}
    policy |= {"paths": {"steps_per_year": 24.0}, "least_models": 2.0}  # whole numbers as JSON may write them
    (tmp_path / "strict.json").write_text(json.dumps(policy))
    options = ("--models", "all", "--policy", str(tmp_path / "strict.json"), "--quotes", str(files / "quotes.csv"))
    ran = plimsoll(tmp_path, *words(files, *options, "--json"))
    assert ran.exit_code == 1
    assert [model["admissible"] for model in ran.document["models"]] == [True, False]
    policy["least_models"] = 1
    (tmp_path / "strict.json").write_text(json.dumps(policy))
    refused = plimsoll(tmp_path, *words(files, *options, "--json"))
    assert (refused.exit_code, refused.error["field"]) == (2, "least_models")


QUOTES = ("--quotes", "quotes.csv")
BESIDE = "--models with --quotes, --marked, --policy, --exercise, --rate, --paths and --seed alone"
MODELS = "all, or of black_scholes, local_volatility, heston, bates, merton, variance_gamma"


@pytest.mark.parametrize(
    ("more", "field", "value", "allowed"),
    [
        (("--models", "sabr"), "--models", "sabr", MODELS),
        (("--models", "heston", "--marked", "bates"), "--marked", "bates", "heston"),
        (("--models", "all", "--paths", "10"), "--paths", "10", "256 at least"),
        (("--models", "all"), "--quotes", "not given", "a table of listed options for each underlying"),
        (("--models", "all", "--quotes", "ABC=q.csv"), "--quotes", "ABC=q.csv", "UNDERLYING=FILE, once each of: XYZ"),
        (("--models", "all", "--quotes", "q.txt"), "q.txt", ".txt", ".csv or .parquet"),
        (QUOTES, "--quotes", "('quotes.csv',)", "with --models alone"),
        (("--marked", "heston"), "--marked", "heston", "with --models alone"),
        (("--models", "all", "--method", "pde"), "--models", "with --stream, --steps or --method", BESIDE),
        (("--models", "all", "--steps", "50"), "--models", "with --stream, --steps or --method", BESIDE),
    ],
)
def test_wrong_options_are_named(
    more: tuple[str, ...], field: str, value: str, allowed: str, files: Path, tmp_path: Path
) -> None:
    ran = plimsoll(tmp_path, *words(files, *more, "--json"))
    assert ran.exit_code == 2
    assert (ran.error["field"], ran.error["value"], ran.error["allowed"]) == (field, value, allowed)
