#pragma once

#include "asked.hpp"
#include "plimsoll/method/monte_carlo/terminal_assets.hpp"

// What products on several underlyings have in common; inside the floor of valuation.
namespace plimsoll {

/// Whether a result comes from chance and so has standard errors.
enum class Chance { none, simulated };

/// Whether a product sees the market on its last day alone.
enum class Sees { expiry_alone, every_day };

/// The quotes of the trade's underlyings and their correlations: missing_quote where one is not there.
Result<Market> market_of(const Trade& trade, const Snapshot& snapshot);

/// The refusal of a trade whose underlying is quoted as a future, unless it is the future itself or an option on one.
std::optional<Error> flaw_of_quotation(const Trade& trade, const UnderlyingMarket& quotes);

/// The refusal of underlyings under different rates: what is paid in one money has one.
std::optional<Error> flaw_of_rates(const Market& market, double years);

/// Whether an underlying pays cash before the expiry.
bool pays_cash_dividends(const Market& market, double years);

/// Whether a number that was taken stands for several that differ in the market, by strike or by time.
bool is_flattened(const Market& market, Sees sees);

/// The result by the names of the underlyings.
Valuation valuation_of(const SimulatedAssets& priced, const Market& market, Chance chance);

}  // namespace plimsoll
