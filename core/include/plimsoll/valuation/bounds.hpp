#pragma once

#include "plimsoll/method/normal_future.hpp"
#include "plimsoll/method/vanilla.hpp"
#include "plimsoll/model/two_assets.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/basket_option.hpp"
#include "plimsoll/product/chooser.hpp"
#include "plimsoll/product/compound.hpp"
#include "plimsoll/product/correlation_option.hpp"
#include "plimsoll/product/digital.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/double_touch.hpp"
#include "plimsoll/product/exchange_option.hpp"
#include "plimsoll/product/extendible.hpp"
#include "plimsoll/product/extreme_option.hpp"
#include "plimsoll/product/forward_start.hpp"
#include "plimsoll/product/lookback.hpp"
#include "plimsoll/product/partial_lookback.hpp"
#include "plimsoll/product/partial_time_barrier.hpp"
#include "plimsoll/product/rainbow.hpp"
#include "plimsoll/product/soft_barrier.hpp"
#include "plimsoll/product/spread.hpp"
#include "plimsoll/product/touch.hpp"
#include "plimsoll/product/two_asset_barrier.hpp"

#include <span>

namespace plimsoll {

/// Prices between which every model without arbitrage must stay. `scale` is the size of the amounts in question, by
/// which rounding is measured.
struct PriceBounds {
  double low = 0.0;
  double high = 0.0;
  double scale = 0.0;
};

/// Bounds of an option's price that follow from its payoff, the rate, the yield and the dividends alone.
/// Source: Merton (1973), Theory of rational option pricing, sec. 2 and 4.
/// Limits: with cash dividends a put's lower bound takes the spot without its dividends (the spot stops at zero, so the
/// forward is at least the one that they leave), which is the weaker one.
PriceBounds no_arbitrage_bounds(const VanillaCase& option) noexcept;

/// The same for a digital, whose payoff its amount or the underlying caps, and for a touch, which pays its amount once
/// at most. `dividends` are the cash dividends before the expiry.
PriceBounds no_arbitrage_bounds(const Digital& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);
PriceBounds no_arbitrage_bounds(const Touch& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);
PriceBounds no_arbitrage_bounds(const DoubleTouch& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);

/// Bounds against the option without a barrier in the same model: neither the part that a barrier begins nor the one
/// that it ends is worth more than that option and its rebate, and none less than nothing.
/// Source: Merton (1973), sec. 6, for the knock-out.
PriceBounds no_arbitrage_bounds(const Barrier& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);
PriceBounds no_arbitrage_bounds(const DoubleBarrier& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);
PriceBounds no_arbitrage_bounds(const SoftBarrier& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);

/// An option on a mean is worth at least the mean's forward against the strike, and at most the mean or the strike.
/// Limits: no cash dividends.
PriceBounds no_arbitrage_bounds(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);

/// A lookback is worth at least the vanilla at its strike (fixed) or at its extremum (floating), and where the payoff
/// is capped at most the cap.
/// Source: Goldman, Sosin & Gatto (1979), sec. 3.
PriceBounds no_arbitrage_bounds(const Lookback& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);

/// A barrier watched over part of the life against the option without one, and a lookback against the vanilla that the
/// extremum so far, or the strike, makes of it.
PriceBounds no_arbitrage_bounds(const PartialTimeBarrier& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);
PriceBounds no_arbitrage_bounds(const PartialLookback& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);

/// A forward start is worth at least its forward against its strike, each of which is so many units of the asset, and
/// at most the leg that it receives. Source: Rubinstein (1990).
/// Limits: no cash dividends.
PriceBounds no_arbitrage_bounds(const ForwardStart& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);

/// Bounds against options of the same model. A chooser is worth the dearer of its options at least, for the choice may
/// be made at once, and both at most. A compound call is worth what its daughter is beyond its strike, and the daughter
/// at most; a put against the same legs. An extendible option is worth the shorter option at least, and, extended by
/// its holder, the longer one less the premium; it is never worth more than both.
/// Source: Rubinstein (1991); Geske (1979); Longstaff (1990). Limits: no cash dividends.
PriceBounds no_arbitrage_bounds(const Chooser& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);
PriceBounds no_arbitrage_bounds(const Compound& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);
PriceBounds no_arbitrage_bounds(const Extendible& option, const BlackScholes<double>& model,
                                std::span<const TimedDividend> dividends);

/// An option on a normal future: nothing but its worth on exercise bounds it.
PriceBounds no_arbitrage_bounds(const NormalOption& option) noexcept;

/// Options on two assets against what each of them costs for delivery at expiry, or, exercised early, on any day.
/// Source: Margrabe (1978), sec. 2; Stulz (1982), sec. 2.
PriceBounds no_arbitrage_bounds(const ExchangeOption& option, const TwoAssets<double>& model);
PriceBounds no_arbitrage_bounds(const Spread& option, const TwoAssets<double>& model);
PriceBounds no_arbitrage_bounds(const BasketOption& option, const TwoAssets<double>& model);
PriceBounds no_arbitrage_bounds(const ExtremeOption& option, const TwoAssets<double>& model);
PriceBounds no_arbitrage_bounds(const CorrelationOption& option, const TwoAssets<double>& model);
PriceBounds no_arbitrage_bounds(const TwoAssetBarrier& option, const TwoAssets<double>& model);
PriceBounds no_arbitrage_bounds(const Rainbow& option, const TwoAssets<double>& model);

}  // namespace plimsoll
