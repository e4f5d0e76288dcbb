#pragma once

#include "plimsoll/method/closed_form/smile_fit.hpp"
#include "plimsoll/method/fitted_prices.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/product/trade.hpp"
#include "plimsoll/statistics/model_range.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

// What one fitted model says of the trades on its underlying, and of quotes that could be asked for.
namespace plimsoll {

/// The carry of a chain: spot as given, forwards and discount factors as its expiries have them.
ImpliedCarry carry_of(double spot, std::span<const QuotedExpiry> chain);

/// How well a fit meets its quotes: root mean square and largest miss in volatility, of `inverted` quotes that have one
/// (a fitted price without one, at or below what is certain, misses by all of it); root mean square of the misses in
/// half spreads (or what the weights stand for).
struct FitQuality {
  double volatility_rmse = 0.0;
  double worst_volatility = 0.0;
  double half_spread_rmse = 0.0;
  std::int64_t inverted = 0;

  friend bool operator==(const FitQuality&, const FitQuality&) = default;
};

template <>
struct Fields<FitQuality> {
  static constexpr std::string_view name = "FitQuality";
  static constexpr auto list = std::make_tuple(
      field("volatility_rmse", &FitQuality::volatility_rmse), field("worst_volatility", &FitQuality::worst_volatility),
      field("half_spread_rmse", &FitQuality::half_spread_rmse), field("inverted", &FitQuality::inverted));
};

/// Limits: refuses a flawed chain, and other than one weighted residual for each quote; NaN where no quote has a
/// volatility.
Result<FitQuality> fit_quality(std::span<const QuotedExpiry> chain, std::span<const double> residuals);

/// A European option out of the money that could be quoted, `width` between bid and ask.
struct CandidateQuote {
  OptionType type = OptionType::call;
  double years = 0.0;
  double strike = 0.0;
  double width = 0.0;

  friend bool operator==(const CandidateQuote&, const CandidateQuote&) = default;
};

template <>
struct Fields<CandidateQuote> {
  static constexpr std::string_view name = "CandidateQuote";
  static constexpr auto list =
      std::make_tuple(field("type", &CandidateQuote::type), field("years", &CandidateQuote::years),
                      field("strike", &CandidateQuote::strike), field("width", &CandidateQuote::width));
};

/// Where further quotes are looked for: at these times, so many standard deviations of the chain's volatility at the
/// forward from the forward; as wide as `volatility_width` makes a price there, or as `least_width` of the forward.
struct CandidateGrid {
  std::vector<double> years;
  std::vector<double> deviations;
  double volatility_width = 0.0;
  double least_width = 0.0;

  friend bool operator==(const CandidateGrid&, const CandidateGrid&) = default;
};

template <>
struct Fields<CandidateGrid> {
  static constexpr std::string_view name = "CandidateGrid";
  static constexpr auto list = std::make_tuple(
      field("years", &CandidateGrid::years), field("deviations", &CandidateGrid::deviations),
      field("volatility_width", &CandidateGrid::volatility_width), field("least_width", &CandidateGrid::least_width));
};

/// The candidates in order of time and strike, without those that lie within a thousandth of a strike that is quoted or
/// so far off in time that a strike or width is beyond a double.
/// Total variance at the forward is linear in time between the chain's expiries.
/// Limits: refuses a flawed chain or carry, times and widths that are not above zero.
Result<std::vector<CandidateQuote>> candidate_quotes(std::span<const QuotedExpiry> chain, const ImpliedCarry& carry,
                                                     const CandidateGrid& grid);

/// A fitted model, the covariances of its parameters in the order of the fit where quotes err by half their spreads, by
/// how much more the residuals scatter (one at least, of a variance), and how well it fits.
struct UncertainModel {
  FittedModel model;
  Matrix covariance;
  double scatter = 1.0;
  FitQuality quality;
};

/// Limits: as `fit_quality`.
template <class Model>
Result<UncertainModel> uncertain_model(const ChainFit<Model>& fit, std::span<const QuotedExpiry> chain) {
  const auto quality = fit_quality(chain, fit.quotes.fit.residuals);
  if (!quality) return quality.error();
  std::vector<double> weights;
  for (const QuotedExpiry& expiry : chain) weights.insert(weights.end(), expiry.weights.begin(), expiry.weights.end());
  const double variance = fit.quotes.fit.residual_variance;  // NaN, where no quotes are over, counts as none
  return UncertainModel{fit.model, parameter_covariance(fit.quotes, weights), variance > 1.0 ? variance : 1.0,
                        *quality};
}

/// The worth of one unit under a fitted model, how far the method may be off, and the standard deviation that the
/// quotes' width and the misses of the fit leave of it, by the delta method.
struct FittedValue {
  double price = 0.0;
  double error = 0.0;
  double deviation = 0.0;
  std::string method;

  friend bool operator==(const FittedValue&, const FittedValue&) = default;
};

template <>
struct Fields<FittedValue> {
  static constexpr std::string_view name = "FittedValue";
  static constexpr auto list =
      std::make_tuple(field("price", &FittedValue::price), field("error", &FittedValue::error),
                      field("deviation", &FittedValue::deviation), field("method", &FittedValue::method));
};

/// By trade its value or refusal, and beside each value all that the separation of models by a further quote needs.
struct FittedView {
  std::vector<Result<FittedValue>> trades;
  std::vector<ModelView> views;
};

/// Values trades as of a day under a fitted model, and the candidates beside them. What the fit leaves open is the sum
/// of squares along directions that make up the covariance: central differences of a small part of a standard
/// deviation, and of a whole one for prices along paths, on a quarter of the paths and the same for both sides; less
/// where a side leaves the model's range. A parameter that a bound holds does not move. Limits: as `fitted_price`, by
/// trade; refuses a flawed model, carry or candidate.
Result<FittedView> fitted_view(const UncertainModel& model, const ImpliedCarry& carry, std::span<const Trade> trades,
                               Date today, std::span<const CandidateQuote> candidates, const PathPlan& plan);

/// The range of a trade's unit values by model, and the reserve of the whole position: quantity times multiplier.
/// Limits: as `model_range`.
Result<ModelRange> range_of(const Trade& trade, std::span<const double> values, std::size_t marked);

}  // namespace plimsoll
