"""The reference tables of exotic products, and of what they rest on."""

from collections.abc import Mapping

from plimsoll.validation.reference.topic import Topic

_MARKET = ("spot", "dividend_yield", "rate", "vol", "expected", "tolerance")
_OPTION = ("option_type", "strike", "maturity_years", *_MARKET)
_TWO_ASSETS = ("spot1", "spot2", "dividend_yield1", "dividend_yield2", "vol1", "vol2", "correlation", "rate")
_SMILE = ("spot", "foreign_rate", "domestic_rate", "vol_25d_put", "vol_atm", "vol_25d_call", "vol_at_strike")
_FX_BARRIER = ("barrier_type", "rebate", "option_type", "strike", "maturity_years", *_SMILE, "expected", "tolerance")

EXOTIC_TOPICS: Mapping[str, Topic] = {
    "partial_time_barrier": Topic(
        ("barrier_type", "window_type", "barrier", "rebate", "cover_event_time_years", *_OPTION),
        "windows",
        "partial_time_barrier",
    ),
    "lookback_partial_floating": Topic(
        (
            "option_type",
            "running_extremum",
            "lambda",
            "lookback_end_years",
            "maturity_years",
            *_MARKET,
        ),
        "windows",
        "partial_floating",
    ),
    "lookback_partial_fixed": Topic((*_OPTION, "lookback_start_years"), "windows", "partial_fixed"),
    "double_binary_haug": Topic(
        ("barrier_type", "barrier_low", "barrier_high", "cash", "maturity_years", *_MARKET), "windows", "double_touch"
    ),
    "barrier_babsiri_noel": Topic(("barrier_type", "barrier", "rebate", *_OPTION), "windows", "knocked_barrier"),
    "compound_geske": Topic(
        (
            "option_type_mother",
            "option_type_daughter",
            "strike_mother",
            "strike_daughter",
            "maturity_mother_years",
            "maturity_daughter_years",
            *_MARKET,
            *(f"expected_{name}" for name in ("delta", "gamma", "vega", "theta")),
        ),
        "dates",
        "compound",
    ),
    "chooser_forward_start_extensible": Topic(("product", "inputs", *_MARKET), "dates", "on_dates"),
    "exchange_margrabe_european": Topic(
        (
            "quantity1",
            "quantity2",
            "maturity_years",
            *_TWO_ASSETS,
            "expected",
            *(f"expected_{name}" for name in ("delta1", "delta2", "gamma1", "gamma2", "theta", "rho")),
            "tolerance",
        ),
        "two_assets",
        "exchange",
    ),
    "two_asset_min_max_stulz": Topic(
        ("payoff_type", "option_type", "strike", "maturity_years", *_TWO_ASSETS, "expected", "tolerance"),
        "two_assets",
        "extreme",
    ),
    "two_asset_correlation": Topic(
        ("option_type", "strike1", "strike2", "maturity_years", *_TWO_ASSETS, "expected", "tolerance"),
        "two_assets",
        "correlated",
    ),
    "two_asset_barrier_haug": Topic(
        (
            "barrier_type",
            "option_type",
            "barrier_on_asset2",
            "strike_on_asset1",
            "maturity_years",
            *_TWO_ASSETS,
            "expected",
            "tolerance",
        ),
        "two_assets",
        "barrier_on_second",
    ),
    "spread_kirk_futures": Topic(
        (
            "payoff_type",
            "option_type",
            "strike",
            "futures1",
            "futures2",
            "rate",
            "maturity_years",
            "vol1",
            "vol2",
            "correlation",
            "expected",
            "tolerance",
        ),
        "two_assets",
        "kirk_on_futures",
    ),
    "spread_kirk_strang_mathematica": Topic(
        (
            "option_type",
            "strike",
            "maturity_years",
            *_TWO_ASSETS,
            "expected_kirk",
            "expected_strang_1",
            "expected_strang_2",
            "tolerance_rel",
        ),
        "two_assets",
        "kirk_and_splittings",
    ),
    "spread_operator_splitting_lo": Topic(
        (
            "option_type",
            "strike",
            "maturity_years",
            *_TWO_ASSETS,
            "expected_first_order",
            "expected_second_order",
            "tolerance",
        ),
        "two_assets",
        "splittings",
    ),
    "quanto_options": Topic(
        (
            "product",
            "option_type",
            "strike_or_moneyness",
            "spot",
            "dividend_yield",
            "domestic_or_asset_rate",
            "start_years",
            "maturity_years",
            "vol",
            "fx_rate_interest",
            "fx_vol",
            "correlation",
            "expected",
            "tolerance",
        ),
        "exchange_rates",
        "quanto",
    ),
    "quanto_double_barrier": Topic(
        (
            "barrier_type",
            "barrier_low",
            "barrier_high",
            "rebate",
            *_OPTION,
            "fx_rate_interest",
            "fx_vol",
            "correlation",
        ),
        "exchange_rates",
        "quanto_double_barrier",
    ),
    "fx_delta_conventions": Topic(
        (
            "option_type",
            "delta_type",
            "spot",
            "domestic_discount_factor",
            "foreign_discount_factor",
            "std_dev",
            "strike",
            "expected_delta",
            "tolerance_delta",
            "tolerance_strike_from_delta",
        ),
        "exchange_rates",
        "deltas",
    ),
    "barrier_fx_vanna_volga": Topic(("barrier", *_FX_BARRIER), "exchange_rates", "single_on_smile"),
    "double_barrier_fx_vanna_volga": Topic(
        ("barrier_low", "barrier_high", *_FX_BARRIER), "exchange_rates", "double_on_smile"
    ),
    "bachelier_normal_model": Topic(
        ("option_type", "strike", "forward", "absolute_std_dev", "discount_factor", "expected", "tolerance"),
        "averages",
        "normal_model",
    ),
    "asian_levy_continuous": Topic(
        ("option_type", "strike", "average_so_far", "length_days_360", "elapsed_days_360", *_MARKET),
        "averages",
        "levy",
    ),
    "asian_turnbull_wakeman_term_vol": Topic(
        (
            "option_type",
            "spot",
            "strike",
            "cost_of_carry",
            "rate",
            "first_fixing_years",
            "maturity_years",
            "n_fixings",
            "vol_at_expiry",
            "vol_term_structure",
            "expected",
            "tolerance",
        ),
        "averages",
        "term_structure",
    ),
    "asian_continuous_arithmetic_vecer": Topic(_OPTION, "averages", "continuous"),
    "variance_swap_demeterfi": Topic(
        (
            "role",
            "option_type",
            "strike",
            "vol",
            "spot",
            "rate",
            "dividend_yield",
            "maturity_years",
            "expected_fair_variance",
            "tolerance",
        ),
        "averages",
        "variance_strip",
        whole_table=True,
    ),
}
