#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/method/fourier/fourier.hpp"
#include "plimsoll/model/svi.hpp"
#include "plimsoll/product/product.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

// Prices under models that were fitted to one chain of quotes, all with the chain's own forwards and discount factors,
// so that only the models differ.
namespace plimsoll {

/// The carry that parity implies from a chain: by expiry, in years and rising, the forward and the discount factor.
/// Zero rates and the logarithm of forward over spot are linear in time between, from none today; beyond the last both
/// grow at its mean pace.
struct ImpliedCarry {
  double spot = 0.0;
  std::vector<double> years;
  std::vector<double> forwards;
  std::vector<double> discounts;

  friend bool operator==(const ImpliedCarry&, const ImpliedCarry&) = default;
};

template <>
struct Fields<ImpliedCarry> {
  static constexpr std::string_view name = "ImpliedCarry";
  static constexpr auto list =
      std::make_tuple(field("spot", &ImpliedCarry::spot), field("years", &ImpliedCarry::years),
                      field("forwards", &ImpliedCarry::forwards), field("discounts", &ImpliedCarry::discounts));
};

/// The first flaw: lists of other lengths or empty, times that do not rise, numbers that are not above zero.
std::optional<Error> find_flaw(const ImpliedCarry& carry);

/// Forward and discount factor at a time of zero years or more.
struct CarryTo {
  double forward = 0.0;
  double discount = 1.0;
};
CarryTo carry_to(const ImpliedCarry& carry, double years) noexcept;

/// A model fitted to a chain; its own carry is not read. A surface stands for the diffusion with Dupire's local
/// volatilities, the only one without jumps or a second factor that has its prices; where it has no steepness that is
/// Black and Scholes's model with a term structure.
using FittedModel = std::variant<Heston<double>, Bates<double>, Merton<double>, VarianceGamma<double>, Ssvi<double>>;

/// The name of the model, for instance "Heston".
std::string_view kind(const FittedModel& model);

/// How paths are made where a product needs them: steps of equal length between the dates of the product, no longer
/// than those of so many a year.
struct PathPlan {
  std::int64_t paths = 32768;
  std::uint64_t seed = 1;
  std::int64_t threads = 1;
  std::int64_t steps_per_year = 96;

  friend bool operator==(const PathPlan&, const PathPlan&) = default;
};

template <>
struct Fields<PathPlan> {
  static constexpr std::string_view name = "PathPlan";
  static constexpr auto list =
      std::make_tuple(field("paths", &PathPlan::paths), field("seed", &PathPlan::seed),
                      field("threads", &PathPlan::threads), field("steps_per_year", &PathPlan::steps_per_year));
};

std::optional<Error> find_flaw(const PathPlan& plan);

/// The worth of one unit, how far it may be off, and what gave both: "cosine series, contour" (the error is the
/// distance between the two and what the contour states), "Black", "exact", or "paths" (a standard error and what other
/// steps change).
struct FittedPrice {
  double price = 0.0;
  double error = 0.0;
  std::string method;

  friend bool operator==(const FittedPrice&, const FittedPrice&) = default;
};

/// Whether a price is held against a second one, which gives its error; without, the error is zero.
enum class Checked { no, yes };

/// European options of a ladder: by the cosine series against the contour, or Black's formula of a surface's variance.
Result<std::vector<FittedPrice>> fitted_prices(const StrikeLadder& ladder, const FittedModel& model,
                                               const ImpliedCarry& carry, Checked checked);

/// One product. European and digital options as above: a digital follows from price and delta, because prices of the
/// same strike over spot are as the spots; shares, futures and payments by the carry; Asian, barrier and touch options
/// along paths.
/// Source: Euler's theorem on homogeneous functions; Merton (1973), Theory of rational option pricing, theorem 9.
/// Limits: refuses what makes no sense, a level that the spot has crossed, and as `unsupported` a product that the
/// model has no method for: American, lookback and soft barrier options, and under variance gamma all that is watched
/// without a gap.
Result<FittedPrice> fitted_price(const Product& product, const FittedModel& model, const ImpliedCarry& carry,
                                 const PathPlan& plan, Checked checked);

}  // namespace plimsoll
