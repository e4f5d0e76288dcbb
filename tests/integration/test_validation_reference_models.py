"""Reference tables of models that are fitted to data or solved on grids, and the fits against SciPy on real data."""

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.signal import lfilter
from scipy.stats import genpareto

from plimsoll.data.ingest import read_source
from plimsoll.data.sources import SOURCES, locate
from plimsoll.engine import statistics
from plimsoll.validation.reference import check

Numbers = NDArray[np.float64]

#: Facts with their source in the last column, a few of each published table; the fits and the two-sided ones follow.
TABLES = {
    "acerbi_szekely_z2_critical_values": """case_id,null_distribution,alpha,n_observations,significance,\
simulated_critical_value,tolerance,source
z1,normal,0.025,250,0.05,-0.70,0.02,"Acerbi & Szekely (2014), the fixed threshold"
z2,normal,0.025,250,0.0001,-1.80,0.4,"Acerbi & Szekely (2014), the fixed threshold"
""",
    "gjr_garch_option_duan": """case_id,option_type,spot,strike,maturity_days,rate,omega,alpha,beta,gamma_leverage,\
lambda_risk_premium,expected_analytic_approx,expected_monte_carlo,tolerance,source
g1,call,50,50,90,"0.05 annual, ActAct",2.0e-6,0.024,0.93,0.059,0.0,2.3282,2.3521,"analytic 0.01; MC see paper s.e.",\
"Duan, Gauthier, Simonato & Sasseville (2006)"
g2,call,50,55,90,0.05,2.0e-6,0.024,0.93,0.059,0.1,0.7822,0.8374,0.01,"Duan, Gauthier, Simonato & Sasseville (2006)"
""",
    "heston_american_put": """case_id,option_type,spot,strike,rate,dividend_yield,maturity_years,v0,kappa,theta,\
sigma_vol_of_vol,rho,expected,tolerance,source
h1,put,8,10,0.10,0,0.25,0.0625,5,0.16,0.9,0.1,2.00000,1e-3,"Ikonen & Toivanen, Jyvaskyla report B12/05"
h2,put,10,10,0.10,0,0.25,0.0625,5,0.16,0.9,0.1,0.520038,1e-3,"Ikonen & Toivanen, Jyvaskyla report B12/05"
""",
    "heston_discrete_dividends": """case_id,option_type,spot,strike,rate,maturity_years,v0,kappa,theta,\
sigma_vol_of_vol,rho,dividends,expected,tolerance,source
d1,call,100,95,0.05,"456/365 (27-Dec-2004 to 28-Mar-2006, ActAct)",0.04,1.0,0.04,0.001,0.0,\
"1.0 at 27-Mar-2005, 27-Sep-2005, 27-Mar-2006",12.946,5e-3,"QuantLib test-suite/hestonmodel.cpp"
""",
    "leveraged_etf_annual_return": """case_id,leverage_beta,index_return,index_volatility,horizon_years,rebalancing,\
expected_fund_return,tolerance,source
l1,2,-0.60,0.10,1,daily,-0.842,0.0006,"Direxion Daily 2X funds, SEC Form 497"
l2,2,-0.60,0.50,1,daily,-0.875,0.0006,"Direxion Daily 2X funds, SEC Form 497"
""",
    "leveraged_perpetual_margin": """case_id,case,inputs,quantity,expected,tolerance,source
p1,isolated_long,entry=2000;leverage=10;maintenance_margin_rate=0.005,liquidation_price,1826.48,0.01,MCS help centre
p2,isolated_long_10x,qty=0.1;entry=30000;leverage=10;mmr=0.01,maintenance_margin,30,1e-9,Flipster help centre
p3,isolated_long_10x,qty=0.1;entry=30000;leverage=10;mark=28000,remaining_margin,100,1e-9,Flipster help centre
p4,isolated_long_50x,qty=10;entry=1500;leverage=50;mmr=0.01;mark=1483,margin_ratio,1.1538,1e-4,Toobit help centre
p5,cross_short,qty=20;entry=1600;leverage=100;mark=1596,unrealised_pnl_per_formula (entry-mark)*qty,80,1e-9,Toobit
p6,inverse_long,contracts_usd=60000;entry=50000;leverage=10;mmr=0.005,initial_margin_btc,0.12,1e-9,Bybit help centre
""",
}
VARIANCE_HEAD = (
    "case_id,option_type,strike_variance,nominal,maturity_years,rate,v0,kappa,theta,sigma_vol_of_vol,rho,expected,"
    "tolerance\n"
)
GARCH_HEAD = "case_id,parameter,expected_estimate,expected_qmle_robust_se,log_likelihood,data_file,tolerance\n"
PARETO_HEAD = "case_id,threshold,n_data,quantity,expected,tolerance\n"


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def counts(outcome: dict[str, Any]) -> tuple[int, int, int, int]:
    return outcome["passed"], outcome["disputed"], outcome["failed"], outcome["unsupported"]


def notes(outcome: dict[str, Any]) -> str:
    return "; ".join(case["note"] for case in outcome["worst"])


@pytest.fixture(scope="module")
def returns() -> Numbers:
    """Give 5,030 daily returns of the S&P 500 in percent, 1999 to 2018, from the installed data."""
    (source,) = (source for source in SOURCES if source.dataset == "sp500_ohlcv")
    closes = np.array(read_source(locate(source)).column("close").to_pylist(), dtype=np.float64)
    return np.asarray(100.0 * np.diff(np.log(closes)))


def column(folder: Path, file: str, name: str, values: Numbers) -> None:
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[name], *([repr(float(value))] for value in values)])


def minus_log_likelihood(parameters: Numbers, values: Numbers) -> float:
    """Give the textbook's, the recursion as a linear filter of the squares."""
    mean, constant, reaction, persistence = parameters
    if min(constant, reaction, persistence) < 0.0:
        return math.inf
    squares = (values - mean) ** 2
    first = squares.mean()
    shocks = constant + reaction * np.concatenate([[first], squares[:-1]])
    variance, _ = lfilter([1.0], [1.0, -persistence], shocks, zi=[persistence * first])
    return float(0.5 * np.sum(np.log(2.0 * np.pi * variance) + squares / variance))


def scipy_garch(values: Numbers) -> Numbers:
    start = [values.mean(), 0.05 * values.var(), 0.1, 0.85]
    size = [0.01, 0.003, 0.01, 0.01]
    simplex = np.vstack([start, start + np.diag(size)])
    options = {"initial_simplex": simplex, "xatol": 1e-9, "fatol": 1e-9, "maxiter": 4000, "maxfev": 4000}
    found = minimize(minus_log_likelihood, start, args=(values,), method="Nelder-Mead", options=options)
    assert found.success
    return np.asarray(found.x)


SIMULATED = {"acerbi_szekely_z2_critical_values", "gjr_garch_option_duan"}


@pytest.mark.parametrize("name", sorted(TABLES.keys() - SIMULATED))
def test_every_published_row_passes(tmp_path: Path, name: str) -> None:
    assert counts(check(table(tmp_path, name, TABLES[name]))) == (TABLES[name].count("\n") - 1, 0, 0, 0)


def test_an_example_of_a_venue_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    name = "leveraged_perpetual_margin"
    more = """p7,isolated_long,qty=0.1;entry=30000;leverage=10,colour,1,1e-9,nobody
p8,isolated_long,qty=x;entry=30000;leverage=10,initial_margin,1,1e-9,nobody
p9,isolated_long,qty=0.1;entry=0;leverage=10,initial_margin,1,1e-9,nobody
"""
    outcome = check(table(tmp_path, name, TABLES[name] + more))
    assert counts(outcome) == (6, 0, 2, 1)
    assert list(outcome["unsupported_reasons"]) == ["no method for colour"]
    assert "bad_cell; p8.inputs.qty = x; allowed: a finite number; fix: correct the table" in notes(outcome)
    assert "marks[C].mark = 0; allowed: a price above 0, up to 1e9, of the contract C" in notes(outcome)


def test_the_published_thresholds_are_quantiles_of_the_statistic_on_two_threads(tmp_path: Path) -> None:
    name = "acerbi_szekely_z2_critical_values"
    strange = 'z3,student_t,0.025,250,0.05,-0.7,0.02,"a law without its degrees"\n'
    outcome = check(table(tmp_path, name, TABLES[name] + strange))
    assert counts(outcome) == (2, 0, 1, 0)
    assert "z3.null_distribution = student_t; allowed: normal" in notes(outcome)
    shown = [comparison["standard_error"] for case in outcome["worst"] for comparison in case["comparisons"]]
    assert all(0.0 < error < 0.05 for error in shown)


def test_options_under_garch_pass_by_series_and_paths_on_two_threads(tmp_path: Path) -> None:
    name = "gjr_garch_option_duan"
    wrong = "g3,call,50,55,90,five,2.0e-6,0.024,0.93,0.059,0.1,0.7822,0.8374,0.01,a rate in words\n"
    outcome = check(table(tmp_path, name, TABLES[name] + wrong))
    assert counts(outcome) == (2, 0, 1, 0)
    words = "bad_cell; g3.rate = five; allowed: a number, or one as in 0.05 annual, ActAct; fix: correct the cell"
    assert words in notes(outcome)


def test_garch_on_real_returns_is_what_scipy_finds(tmp_path: Path, returns: Numbers) -> None:
    fit = statistics.fit_garch(returns)
    assert fit.converged
    assert not fit.at_bound
    found = scipy_garch(returns)
    ours = np.array(list(fit.parameters.to_dict().values()))
    errors = np.array(list(fit.hessian_errors.to_dict().values()))
    assert fit.log_likelihood == pytest.approx(-minus_log_likelihood(ours, returns), abs=1e-8)
    # The likelihood of 7,000 is rounded at 1e-12, which hides 1e-6 errors; a simplex stops somewhat before.
    assert np.max(np.abs(found - ours) / errors) < 1e-3
    column(tmp_path, "returns.csv", "return_pct", returns)
    robust = fit.robust_errors
    rows = (
        f"g1,mu,{found[0]},{robust.mean},,returns.csv,1e-4\n"
        f"g2,omega,{found[1]},{robust.constant},,returns.csv,1e-4\n"
        f"g3,alpha1,{found[2]},{robust.reaction},,returns.csv,1e-4\n"
        f"g4,beta1,{found[3]},{robust.persistence},,returns.csv,1e-4\n"
        f"g5,log_likelihood,,,{-minus_log_likelihood(found, returns)},returns.csv,1e-5\n"
    )
    other = f"g6,gamma1,0.1,0.1,,returns.csv,1e-4\ng7,alpha1,{found[2] + 1e-3},{robust.reaction},,returns.csv,1e-4\n"
    outcome = check(table(tmp_path, "garch_fcp_benchmark", GARCH_HEAD + rows + other))
    assert counts(outcome) == (5, 0, 1, 1)
    assert outcome["worst"][0]["case_id"] == "g7"
    assert list(outcome["unsupported_reasons"]) == ["the core's GARCH has no parameter called gamma1"]


def test_a_tail_of_real_losses_is_what_scipy_finds(tmp_path: Path, returns: Numbers) -> None:
    losses, threshold = -returns, 2.0
    fit = statistics.fit_pareto_tail(losses, threshold)
    shape, _, scale = genpareto.fit(losses[losses > threshold] - threshold, floc=0.0)
    # SciPy's simplex stops at 1e-4 of the parameters.
    assert fit.tail.shape == pytest.approx(shape, abs=1e-4)
    assert fit.tail.scale == pytest.approx(scale, abs=1e-4)
    likelihood = float(genpareto.logpdf(losses[losses > threshold] - threshold, shape, 0.0, scale).sum())
    assert likelihood <= fit.log_likelihood == pytest.approx(likelihood, abs=1e-5)
    beyond = fit.exceedances / fit.observations
    at_risk = threshold + float(genpareto.isf(0.01 / beyond, fit.tail.shape, 0.0, fit.tail.scale))
    assert statistics.pareto_value_at_risk(fit, 0.01) == pytest.approx(at_risk, rel=1e-12)
    column(tmp_path, "data_danish_fire_losses.csv", "loss_million_dkk_1985", losses)
    rows = (
        f"p1,2,{len(losses)},n_exceedances,{fit.exceedances},0\n"
        f"p2,2,{len(losses)},xi_mle,{shape:.6f},1e-4\n"
        f"p3,2,{len(losses)},beta_mle,{scale:.6f},1e-4\n"
        f"p4,2,{len(losses)},log_likelihood,{likelihood:.4f},1e-4\n"
        f"p5,2,{len(losses)},var_0.99,{at_risk:.6f},1e-6\n"
        f"p6,2,{len(losses)},es_0.99,{at_risk:.6f},1e-6\n"
        f"p7,2,{len(losses)},mode,1.0,1e-4\n"
        f"p8,2,3,xi_mle,1.0,1e-4\n"
    )
    outcome = check(table(tmp_path, "gpd_danish_fire", PARETO_HEAD + rows))
    assert counts(outcome) == (5, 0, 2, 1)
    assert list(outcome["unsupported_reasons"]) == ["the core's tail has no quantity called mode"]
    assert (
        "other_data; p8.n_data = 3; allowed: 5030, the losses in data_danish_fire_losses.csv; fix: give the table"
        in notes(outcome)
    )


@pytest.mark.parametrize("name", ["", "none.csv", "../returns.csv"])
def test_returns_that_are_not_beside_the_table_are_named(tmp_path: Path, name: str) -> None:
    text = GARCH_HEAD + f"g1,mu,0.1,0.1,,{name},1e-6\n"
    outcome = check(table(tmp_path, "garch_fcp_benchmark", text))
    assert counts(outcome) == (0, 0, 1, 0)
    assert f"no_such_table; g1.data_file = {name or 'empty'}; allowed: a table in {tmp_path}" in notes(outcome)
    assert "fix: give the folder that holds it by --companions" in notes(outcome)


def test_an_option_on_variance_passes_by_its_transform_and_is_disputed_where_both_of_ours_deny_it(
    tmp_path: Path,
) -> None:
    # QuantLib test-suite/varianceoption.cpp: the call is that of the transform, the put that of a coarse grid.
    rows = (
        "v1,call,0.05,1.0,1.5,see origin,2.0,2.0,0.01,0.1,-0.5,0.9104619,1e-7\n"
        "v2,put,0.7,1.0,1.0,see origin,1.5,2.0,0.01,0.1,-0.5,0.0466796,1e-7\n"
        "v3,put,0.7,1.0,1.0,0.0,1.5,2.0,0.01,0.1,-0.5,0.047,far\n"
        "v4,put,0.7,1.0,1.0,none,1.5,2.0,0.01,0.1,-0.5,0.0466796,1e-7\n"
    )
    outcome = check(table(tmp_path, "variance_option_heston_integral", VARIANCE_HEAD + rows))
    assert counts(outcome) == (1, 1, 2, 0)
    assert "v4.rate = none" in notes(outcome)
    assert "inverse Laplace transform and the cosine series" in notes(outcome)
    assert "bad_tolerance; tolerance = far" in notes(outcome)


def test_a_grid_of_dividends_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    name = "heston_discrete_dividends"
    span = TABLES[name].replace("456/365 (27-Dec-2004 to 28-Mar-2006, ActAct)", "456 days")
    paid = TABLES[name].replace("1.0 at 27-Mar-2005", "on 27 March")
    assert (
        "bad_cell; d1.maturity_years = 456 days; allowed: days/365 (27-Dec-2004 to 28-Mar-2006); "
        "fix: correct the table" in notes(check(table(tmp_path, name, span)))
    )
    assert (
        "bad_cell; d1.dividends = on 27 March, 27-Sep-2005, 27-Mar-2006; "
        "allowed: 1.0 at 27-Mar-2005, 27-Sep-2005; fix: correct the table" in notes(check(table(tmp_path, name, paid)))
    )
    without = TABLES[name].replace("1.0 at 27-Mar-2005", "27-Mar-2005")
    assert "bad_cell; d1.dividends = 27-Mar-2005, 27-Sep-2005" in notes(check(table(tmp_path, name, without)))
