"""Reference tables of models by characteristic function and of the SABR smile, by the core."""

import csv
from pathlib import Path

import pytest

from plimsoll.validation.reference import check

HESTON = {"v0": "0.04", "kappa": "4", "theta": "0.25", "sigma_vol_of_vol": "1.0", "rho": "-0.5"}
LADDER = {"case_id": "c1", "option_type": "call", "spot": "100", "rate": "0.01", "dividend_yield": "0.02"}
LADDER |= {"maturity_years": "1", "strike": "100"}
ROUGH = {"v0": "0.04", "kappa": "0.3", "theta": "0.04", "sigma_vol_of_vol": "0.4", "rho": "-0.7", "hurst": "0.1"}
SMILE = {"case_id": "c1", "alpha": "0.35", "beta": "0.25", "nu": "1.0", "rho": "0.25"}
#: One printed row of each topic, with its source.
PRINTED: dict[str, dict[str, str]] = {
    # Lewis, wilmott.com thread 90957.
    "heston_european": LADDER | HESTON | {"expected": "16.0701549170288342782", "tolerance": "1e-10"},
    # Multiple-precision values of the HestonExponentialFitting repository.
    "heston_extreme_strikes": {
        "case_id": "c1",
        "forward_spot": "1",
        "rate": "0.0507",
        "dividend_yield": "0.0469",
        "maturity_years_act365": "1/365",
        "moneyness_x": "-5",
        "v0": "0.04",
        "kappa": "2.5",
        "theta": "0.06",
        "sigma_vol_of_vol": "0.75",
        "rho": "-0.6",
        "expected": "6.92896489110422086e-16",
        "tolerance_abs": "1e-10",
    },
    # Exact volatilities beside the expansion of Forde, Jacquier & Lee.
    "heston_implied_vol_forde": {
        "case_id": "c1",
        "forward": "100",
        "strike": "120",
        "maturity_years": "0.1",
        "v0": "0.04",
        "kappa": "1.15",
        "theta": "0.04",
        "sigma_vol_of_vol": "0.2",
        "rho": "-0.4",
        "expected_black_vol": "0.18721342919371017",
        "tolerance": "1e-6",
    },
    # Haug (1998), p. 9.
    "merton_jump_diffusion": LADDER
    | {
        "rate": "0.08",
        "dividend_yield": "0",
        "strike": "80",
        "maturity_years": "0.10",
        "vol": "0.25",
        "jump_intensity": "1.0",
        "gamma_fraction_of_variance_from_jumps": "0.25",
        "expected": "20.67",
        "tolerance": "1e-2",
    },
    "variance_gamma_european": LADDER
    | {
        "spot": "6000",
        "strike": "5550",
        "rate": "0.05",
        "dividend_yield": "0",
        "sigma": "0.20",
        "nu": "0.05",
        "theta": "-0.50",
        "expected": "955.1637",
        "tolerance": "1e-2",
    },
    # Kim & Wee (2014), Table 1.
    "asian_geometric_heston": LADDER
    | {
        "averaging": "geometric_continuous",
        "rate": "0.05",
        "dividend_yield": "0",
        "strike": "95",
        "maturity_years": "0.2",
        "v0": "0.09",
        "kappa": "1.15",
        "theta": "0.348",
        "sigma_vol_of_vol": "0.39",
        "rho": "-0.64",
        "expected": "6.5871",
        "tolerance": "1e-3",
    },
    "rough_heston_european": LADDER
    | ROUGH
    | {"rate": "0.03", "dividend_yield": "0", "maturity_years": "0.25", "expected": "3.793313", "tolerance": "5e-4"},
    # Hagan et al. (2002).
    "sabr_hagan_lognormal": {
        "case_id": "c1",
        "forward": "0.039",
        "strike": "0.03",
        "maturity_years": "1",
        "alpha": "0.3",
        "beta": "0.6",
        "nu": "0.02",
        "rho": "0.01",
        "expected_black_vol": "1.16725837321531",
        "tolerance": "1e-12",
    },
    # Le Floc'h & Kennedy (2014).
    "sabr_misc": SMILE
    | {
        "formula": "floch_kennedy_expansion",
        "quantity": "black_vol",
        "forward": "1",
        "strike": "1.5",
        "maturity_years": "2",
        "expected": "0.428489933046",
        "tolerance": "1e-8",
    },
}


def outcome(tmp_path: Path, topic: str, changes: dict[str, str] | None = None) -> dict[str, object]:
    """Check a table of one printed row, with some of its cells changed."""
    row = PRINTED[topic] | (changes or {})
    table = tmp_path / f"{topic}.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    return check(table)


@pytest.mark.parametrize("topic", PRINTED)
def test_a_printed_value_passes_and_another_fails(tmp_path: Path, topic: str) -> None:
    assert outcome(tmp_path, topic)["passed"] == 1
    column = next(name for name in PRINTED[topic] if name.startswith("expected"))
    wrong = str(float(PRINTED[topic][column]) + 1.0)
    assert outcome(tmp_path, topic, {column: wrong})["failed"] == 1


def test_a_forward_of_one_and_a_note_beside_the_years_are_read(tmp_path: Path) -> None:
    cells = {"spot": "exp((0.02-0.05)*0.7)", "strike": "1.0", "rate": "0.05", "dividend_yield": "0.02"}
    cells |= {"maturity_years": "0.7", "v0": "0.09", "kappa": "1.2", "theta": "0.08", "sigma_vol_of_vol": "1.8"}
    cells |= {"rho": "-0.45", "expected": "0.0641016", "tolerance": "1e-6"}
    assert outcome(tmp_path, "heston_european", cells)["passed"] == 1
    cells = {"rate": "0", "dividend_yield": "0", "moneyness_x": "5", "v0": "0.0225", "kappa": "0.1", "theta": "0.01"}
    cells |= {"maturity_years_act365": "2.0 (730 or 731 days /365, see origin)", "sigma_vol_of_vol": "2.0"}
    cells |= {"rho": "0.5", "expected": "0.0019575784806211706", "tolerance_abs": "1e-7"}
    assert outcome(tmp_path, "heston_extreme_strikes", cells)["passed"] == 1


@pytest.mark.parametrize("years", ["", "1/0", "x/365", "-1"])
def test_years_that_are_none_fail_and_name_the_column(tmp_path: Path, years: str) -> None:
    result = outcome(tmp_path, "heston_extreme_strikes", {"maturity_years_act365": years})
    assert result["failed"] == 1
    assert "maturity_years_act365" in str(result["worst"])


def test_averages_and_formulas_of_other_names_are_unsupported(tmp_path: Path) -> None:
    assert outcome(tmp_path, "asian_geometric_heston", {"averaging": "harmonic"})["unsupported"] == 1
    assert outcome(tmp_path, "sabr_misc", {"formula": "antonov"})["unsupported"] == 1
    assert outcome(tmp_path, "sabr_misc", {"quantity": "density"})["unsupported"] == 1


def test_a_model_that_makes_no_sense_fails_and_names_the_parameter(tmp_path: Path) -> None:
    result = outcome(tmp_path, "heston_european", {"rho": "-1.5"})
    assert result["failed"] == 1
    assert "correlation" in str(result["worst"])


def test_other_formulas_of_sabr_have_their_names(tmp_path: Path) -> None:
    hagan = {"formula": "hagan_lognormal", "strike": "1", "expected": "0.408702473958"}
    assert outcome(tmp_path, "sabr_misc", hagan)["passed"] == 1
    normal = {"formula": "hagan_normal", "quantity": "normal_vol", "strike": "1", "expected": "0.4"}
    assert outcome(tmp_path, "sabr_misc", normal | {"tolerance": "0.1"})["passed"] == 1
