#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <span>
#include <tuple>

namespace plimsoll {

/// The two confidence levels, as probabilities of not being exceeded.
struct TailLevels {
  double value_at_risk = 0.99;
  double expected_shortfall = 0.975;

  friend bool operator==(const TailLevels&, const TailLevels&) = default;
};

template <>
struct Fields<TailLevels> {
  static constexpr std::string_view name = "TailLevels";
  static constexpr auto list = std::make_tuple(field("value_at_risk", &TailLevels::value_at_risk),
                                               field("expected_shortfall", &TailLevels::expected_shortfall));
};

/// The figures in the unit of the profits, positive for a loss: value at risk, expected shortfall, and the value at
/// risk of the expected shortfall's own level, which its backtest counts exceptions against.
struct TailRisk {
  double value_at_risk = 0.0;
  double expected_shortfall = 0.0;
  double shortfall_value_at_risk = 0.0;

  friend bool operator==(const TailRisk&, const TailRisk&) = default;
};

template <>
struct Fields<TailRisk> {
  static constexpr std::string_view name = "TailRisk";
  static constexpr auto list = std::make_tuple(field("value_at_risk", &TailRisk::value_at_risk),
                                               field("expected_shortfall", &TailRisk::expected_shortfall),
                                               field("shortfall_value_at_risk", &TailRisk::shortfall_value_at_risk));
};

/// Expected number of n equally likely profits beyond the level; a product that misses a whole number by rounding
/// alone counts as that number, so 500 profits at 99 % leave exactly 5.
double tail_count(std::size_t n, double level) noexcept;

/// Loss that the level's share of the equally likely profits does not exceed: the smallest loss x with at least that
/// share of losses at or below x. Of 500 profits at 99 % it is the sixth worst; nothing is interpolated.
/// Source: McNeil, Frey and Embrechts (2015), Quantitative Risk Management, def. 2.8. Limits: at least 1 / (1 - level)
/// profits.
Result<double> value_at_risk(std::span<const double> profits, double level);

/// Mean of the worst profits as a loss, the last counted by the fraction that fills the tail: of 500 profits at 97.5 %
/// the twelve worst and half the thirteenth, over 12.5. Never below value at risk of the same level.
/// Source: Acerbi and Tasche (2002), On the coherence of expected shortfall, prop. 4.1.
Result<double> expected_shortfall(std::span<const double> profits, double level);

/// The figures of equally likely profits that were checked before. Puts `profits` in another order.
TailRisk tail_risk_of(std::span<double> profits, const TailLevels& levels) noexcept;

/// Standard error of value at risk when the profits are independent draws: the deviation of the order statistic under
/// resampling, in closed form. Source: Maritz and Jarrett (1978), A note on estimating the variance of the sample
/// median. Limits: sampling of the window alone, not whether the window is like tomorrow.
Result<double> value_at_risk_error(std::span<const double> profits, double level);

/// Standard error of expected shortfall when the profits are independent draws.
/// Source: Manistre and Hancock (2005), Variance of the CTE estimator, eq. 3, with value at risk held as estimated.
Result<double> expected_shortfall_error(std::span<const double> profits, double level);

}  // namespace plimsoll
