#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/model/correlated_black_scholes.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace plimsoll {

/// A payoff that its owner wrote elsewhere and compiled to machine code: the present value of all that its holder
/// receives along a path, from the spots (date after date, on each date asset after asset) and the value today of one
/// unit paid on each date. Where it fails it sets `raised` to one.
/// Limits: several threads call it at once; it must not unwind through its caller.
using Script = double (*)(const double* spots, const double* discounts, std::int64_t dates, std::int64_t assets,
                          std::int32_t* raised);

/// Sensitivities to one asset's spot and volatility (per 1.00), each by two routes that share the paths: central
/// differences on common random numbers, and likelihood ratios, which never look at the payoff's slope.
struct ScriptedSensitivity {
  std::int64_t asset = 0;
  Estimate delta_bumped;
  Estimate delta_by_likelihood_ratio;
  Estimate vega_bumped;
  Estimate vega_by_likelihood_ratio;

  friend bool operator==(const ScriptedSensitivity&, const ScriptedSensitivity&) = default;
};

template <>
struct Fields<ScriptedSensitivity> {
  static constexpr std::string_view name = "ScriptedSensitivity";
  static constexpr auto list = std::make_tuple(
      field("asset", &ScriptedSensitivity::asset), field("delta_bumped", &ScriptedSensitivity::delta_bumped),
      field("delta_by_likelihood_ratio", &ScriptedSensitivity::delta_by_likelihood_ratio),
      field("vega_bumped", &ScriptedSensitivity::vega_bumped),
      field("vega_by_likelihood_ratio", &ScriptedSensitivity::vega_by_likelihood_ratio));
};

/// What a script is worth to the holder of one unit; no sensitivities where they were not asked for.
struct ScriptedPrice {
  Estimate price;
  std::int64_t paths = 0;
  std::vector<ScriptedSensitivity> sensitivities;

  friend bool operator==(const ScriptedPrice&, const ScriptedPrice&) = default;
};

template <>
struct Fields<ScriptedPrice> {
  static constexpr std::string_view name = "ScriptedPrice";
  static constexpr auto list =
      std::make_tuple(field("price", &ScriptedPrice::price), field("paths", &ScriptedPrice::paths),
                      field("sensitivities", &ScriptedPrice::sensitivities));
};

/// The first path on which a script failed, so that its owner can follow it there.
struct ScriptFailure {
  std::int64_t path = 0;
  std::string market;  // "as given", or which bump: "spot of asset 0 up"
  std::string result;  // "raised", "nan" or "inf"
  std::vector<double> spots;
  std::vector<double> discounts;

  friend bool operator==(const ScriptFailure&, const ScriptFailure&) = default;
};

template <>
struct Fields<ScriptFailure> {
  static constexpr std::string_view name = "ScriptFailure";
  static constexpr auto list =
      std::make_tuple(field("path", &ScriptFailure::path), field("market", &ScriptFailure::market),
                      field("result", &ScriptFailure::result), field("spots", &ScriptFailure::spots),
                      field("discounts", &ScriptFailure::discounts));
};

using ScriptedAnswer = std::variant<ScriptedPrice, ScriptFailure>;

/// The most spots that one path may hold.
inline constexpr std::int64_t most_scripted_spots = 100'000;

/// Simulated price of a script on these dates, in years from today, and its sensitivities where asked for. The bumps
/// are one per cent of a spot and five per cent of a volatility: where the payoff jumps they are biased and noisy, and
/// the likelihood ratios are not. The same bits for any number of threads, and the same failure.
/// Source: Glasserman (2003), sec. 7.1 (differences), 7.3 (likelihood ratios: 7.3.2, and 7.3.4 for several assets).
/// Accuracy: the standard errors, which the bias of a bump is not part of.
/// Limits: refuses flaws of model and method, dates that are not above zero and rising, paths of more spots than
/// `most_scripted_spots`, and sensitivities where a spot or volatility is zero or the correlation has no inverse.
Result<ScriptedAnswer> scripted_price(Script script, const CorrelatedBlackScholes<double>& model,
                                      std::span<const double> dates, const MonteCarlo& method, Measures measures);

}  // namespace plimsoll
