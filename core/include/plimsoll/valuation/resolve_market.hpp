#pragma once

#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/method/timed_dividend.hpp"
#include "plimsoll/model/black_scholes.hpp"

#include <vector>

namespace plimsoll {

/// Cash dividends of the underlying with an ex-date after `today` and up to `years` from it, timed Act/365F. A dividend
/// with its ex-date today has left today's spot.
std::vector<TimedDividend> dividends_until(const UnderlyingMarket& market, Date today, double years);

/// Price today for delivery in `years`, paid then: the spot grown at rate less yield, less each dividend grown from its
/// ex-date; not below zero.
double forward_price(const UnderlyingMarket& market, double years,
                     const std::vector<TimedDividend>& dividends) noexcept;

/// The constants of the Black-Scholes model over a product's life: zero rate, zero yield and volatility of its expiry
/// (and of its strike against the forward).
BlackScholes<double> resolve_black_scholes(const UnderlyingMarket& market, double strike, double years,
                                           const std::vector<TimedDividend>& dividends) noexcept;

}  // namespace plimsoll
