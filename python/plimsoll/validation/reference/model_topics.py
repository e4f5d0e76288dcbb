"""The reference tables of models that are fitted or solved on grids, beside the tables that they refer to."""

from collections.abc import Mapping

from plimsoll.validation.reference.topic import Topic

_HESTON = ("v0", "kappa", "theta", "sigma_vol_of_vol", "rho", "expected", "tolerance")
_OPTION = ("option_type", "spot", "strike", "rate", "maturity_years", *_HESTON)

MODEL_TOPICS: Mapping[str, Topic] = {
    "garch_fcp_benchmark": Topic(
        ("parameter", "expected_estimate", "expected_qmle_robust_se", "log_likelihood", "data_file", "tolerance"),
        "fits",
        "garch_benchmark",
        reads_companions=True,
    ),
    "gpd_danish_fire": Topic(
        ("threshold", "n_data", "quantity", "expected", "tolerance"), "fits", "pareto_tail", reads_companions=True
    ),
    "acerbi_szekely_z2_critical_values": Topic(
        ("null_distribution", "alpha", "n_observations", "significance", "simulated_critical_value", "tolerance"),
        "fits",
        "critical_values",
        whole_table=True,
    ),
    "heston_american_put": Topic((*_OPTION, "dividend_yield"), "heston_grids", "american"),
    "heston_discrete_dividends": Topic((*_OPTION, "dividends"), "heston_grids", "with_dividends"),
    "variance_option_heston_integral": Topic(
        ("option_type", "strike_variance", "nominal", "maturity_years", "rate", *_HESTON),
        "heston_grids",
        "variance_option",
    ),
    "gjr_garch_option_duan": Topic(
        (
            "option_type",
            "spot",
            "strike",
            "maturity_days",
            "rate",
            "omega",
            "alpha",
            "beta",
            "gamma_leverage",
            "lambda_risk_premium",
            "expected_analytic_approx",
            "expected_monte_carlo",
            "tolerance",
        ),
        "garch_options",
        "gjr_garch",
    ),
    "leveraged_etf_annual_return": Topic(
        (
            "leverage_beta",
            "index_return",
            "index_volatility",
            "horizon_years",
            "rebalancing",
            "expected_fund_return",
            "tolerance",
        ),
        "growth",
        "leveraged_fund",
    ),
    "leveraged_perpetual_margin": Topic(
        ("case", "inputs", "quantity", "expected", "tolerance"), "perpetuals", "perpetual"
    ),
}
