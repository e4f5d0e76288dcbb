#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// What several models make of one unit of a position. `median` is the central value: the middle one in order, or the
/// mean of the middle two. `reserve` is that of the whole position for its holder: what it is worth by the model it is
/// marked by less what it is worth by the worst; never below zero.
struct ModelRange {
  double low = 0.0;
  double high = 0.0;
  double median = 0.0;
  double half_range = 0.0;
  double reserve = 0.0;
  std::int64_t lowest = 0;  // place of the model that says `low`
  std::int64_t highest = 0;

  friend bool operator==(const ModelRange&, const ModelRange&) = default;
};

template <>
struct Fields<ModelRange> {
  static constexpr std::string_view name = "ModelRange";
  static constexpr auto list = std::make_tuple(
      field("low", &ModelRange::low), field("high", &ModelRange::high), field("median", &ModelRange::median),
      field("half_range", &ModelRange::half_range), field("reserve", &ModelRange::reserve),
      field("lowest", &ModelRange::lowest), field("highest", &ModelRange::highest));
};

/// The range of values of one unit by model, for a position of so many signed units that is marked by one of them.
/// Source: Cont (2006), Model uncertainty and its impact on the pricing of derivative instruments, Math. Finance 16,
/// 519-547 (the range over models that fit the same quotes).
/// Limits: refuses no values, and numbers that are not finite.
Result<ModelRange> model_range(std::span<const double> values, std::size_t marked, double units);

/// What one model says of a position's unit and of quotes that could be asked for, and what its fit leaves open where
/// quotes err by half their spreads: the variance of each such quote, and its covariance with the unit's value. The fit
/// misses its `fitted` quotes by so many half spreads, and by so much volatility, in the root of the mean square.
struct ModelView {
  double value = 0.0;
  std::vector<double> quotes;
  std::vector<double> variances;
  std::vector<double> covariances;
  double fitted = 0.0;
  double half_spread_rmse = 0.0;
  double volatility_rmse = 0.0;
};

/// How far a fit may miss its quotes to count, either being enough, and the width of a quote in volatility.
struct FitLimits {
  double half_spread_rmse = 0.0;
  double volatility_rmse = 0.0;
  double volatility_width = 0.0;
};

/// What a further quote would do. `disagreement`: the distance between the models' extremes over the quote's width.
/// `range_after`: the range of the unit's value that is then expected; `left`: how many models then stand, in the mean.
struct QuoteSeparation {
  double disagreement = 0.0;
  double range_after = 0.0;
  double left = 0.0;

  friend bool operator==(const QuoteSeparation&, const QuoteSeparation&) = default;
};

template <>
struct Fields<QuoteSeparation> {
  static constexpr std::string_view name = "QuoteSeparation";
  static constexpr auto list =
      std::make_tuple(field("disagreement", &QuoteSeparation::disagreement),
                      field("range_after", &QuoteSeparation::range_after), field("left", &QuoteSeparation::left));
};

/// What each quote would do, as wide as given and fitted with the weight of half that. Each model in turn is taken to
/// be the truth and its price to be quoted: the others are fitted again to the first order, those that then miss their
/// quotes by more than both limits fall, and the mean of the ranges left is expected, all models being as likely.
/// Source: the update of a linear fit by one observation, and what it adds to the squares: Kalman (1960), A new
/// approach to linear filtering and prediction problems, J. Basic Eng. 82; the choice by the expected gain: Lindley
/// (1956), On a measure of the information provided by an experiment, Ann. Math. Stat. 27. The range in place of the
/// entropy is ours. Limits: refuses no models, lists of other lengths, widths that are not above zero, and numbers that
/// are not finite. Fits that are not linear within their uncertainty move otherwise.
Result<std::vector<QuoteSeparation>> quote_separations(std::span<const ModelView> views, std::span<const double> widths,
                                                       const FitLimits& limits);

}  // namespace plimsoll
