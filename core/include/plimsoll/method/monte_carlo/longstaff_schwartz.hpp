#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/correlated_black_scholes.hpp"
#include "plimsoll/product/basket_option.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// Early exercise by regression: a policy is fitted on some paths, valued on others, and its distance from the best one
/// is bounded by a martingale from nested paths. No outer paths, no upper bound.
struct LongstaffSchwartz {
  std::int64_t fitting_paths = 16384;
  std::int64_t paths = 65536;
  std::int64_t outer_paths = 0;    // of the upper bound
  std::int64_t inner_paths = 256;  // from each date of each of them
  std::uint64_t seed = 1;
  std::int64_t threads = 1;

  friend bool operator==(const LongstaffSchwartz&, const LongstaffSchwartz&) = default;
};

template <>
struct Fields<LongstaffSchwartz> {
  static constexpr std::string_view name = "LongstaffSchwartz";
  static constexpr auto list = std::make_tuple(
      field("fitting_paths", &LongstaffSchwartz::fitting_paths), field("paths", &LongstaffSchwartz::paths),
      field("outer_paths", &LongstaffSchwartz::outer_paths), field("inner_paths", &LongstaffSchwartz::inner_paths),
      field("seed", &LongstaffSchwartz::seed), field("threads", &LongstaffSchwartz::threads));
};

std::optional<Error> find_flaw(const LongstaffSchwartz& method);

/// Bounds of the price of a Bermudan option for the holder of one unit. Up to their standard errors the price lies
/// between; without outer paths the upper bound is infinite.
struct BermudanBounds {
  double lower = 0.0;
  double lower_error = 0.0;
  double upper = 0.0;
  double upper_error = 0.0;
  double variance_gain = 1.0;  // of the lower bound, by the control variate

  friend bool operator==(const BermudanBounds&, const BermudanBounds&) = default;
};

template <>
struct Fields<BermudanBounds> {
  static constexpr std::string_view name = "BermudanBounds";
  static constexpr auto list =
      std::make_tuple(field("lower", &BermudanBounds::lower), field("lower_error", &BermudanBounds::lower_error),
                      field("upper", &BermudanBounds::upper), field("upper_error", &BermudanBounds::upper_error),
                      field("variance_gain", &BermudanBounds::variance_gain));
};

/// The lower bound is the value of the fitted policy on paths of its own, so it has no bias from above; its control is
/// the underlyings, yields reinvested, at the moment of exercise. The upper bound is the mean of the largest difference
/// of payoff and martingale along a path, the martingale being the policy's value made so by inner paths. The
/// regression is on polynomials of the spots in falling order (largest), rising order (smallest) or as they are, of the
/// payoff and, for a sum, of the sum, over paths in the money.
/// Source: Longstaff & Schwartz (2001), Valuing American options by simulation, RFS 14, 113-147; Andersen & Broadie
/// (2004), Primal-dual simulation algorithm for pricing multidimensional American options, Management Science 50,
/// 1222-1234; Glasserman (2003), sec. 8.6 and 8.7.
/// Accuracy: see docs/models/longstaff-schwartz.md.
/// Limits: refuses flaws, settings that would need more than 2^31 bytes of paths. A date of exercise today is decided
/// by comparing the payoff with the value of going on.
Result<BermudanBounds> bermudan_bounds(const BermudanBasket& product, const CorrelatedBlackScholes<double>& model,
                                       const LongstaffSchwartz& method);

}  // namespace plimsoll
