#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/greek_routes.hpp"
#include "plimsoll/product/trade.hpp"

namespace plimsoll {

/// Price and sensitivities of one unit of a trade by every route that simulation has for it, as of the snapshot's date,
/// in the units of `Greeks` and under the one volatility, rate and yield by which `value` prices the product.
/// Limits: European, ArithmeticAsian, Digital and Barrier; a knocked trade is what is left of it. Refuses what
/// `resolve` refuses, an underlying that the snapshot lacks (missing_quote), any other product and cash dividends
/// before the expiry (unsupported), and what `greek_routes` of the product refuses.
Result<RouteReport> greek_routes(const Trade& trade, const Snapshot& snapshot, const MonteCarlo& method);

}  // namespace plimsoll
