#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/method/monte_carlo/simulation.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "plimsoll/product/european.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// How Heston's paths are made: by Andersen's quadratic-exponential steps, or without bias from date to date.
enum class HestonScheme { quadratic_exponential, exact };

struct HestonPaths {
  HestonScheme scheme = HestonScheme::quadratic_exponential;
  std::int64_t steps_per_year = 32;  // at least; of the quadratic-exponential scheme
  std::int64_t least_steps = 4;      // between two dates

  friend bool operator==(const HestonPaths&, const HestonPaths&) = default;
};

template <>
struct Fields<HestonPaths> {
  static constexpr std::string_view name = "HestonPaths";
  static constexpr auto list =
      std::make_tuple(field("scheme", &HestonPaths::scheme), field("steps_per_year", &HestonPaths::steps_per_year),
                      field("least_steps", &HestonPaths::least_steps));
};

/// Heston's spot on these dates, all after today, as a source of paths.
PathSource path_source(const Heston<double>& model, std::span<const double> dates, const HestonPaths& how);

/// Simulated price for the holder of one unit. Controls: the discounted forward, of the average for an Asian option;
/// for this also the option on the geometric mean, by its Fourier integral.
/// Accuracy: the standard error, and for the quadratic-exponential scheme its weak error;
/// docs/models/heston-simulation.md has both measured against Fourier integrals.
/// Limits: refuses flaws, a volatility of variance or mean reversion of zero, an expiry of zero, and the exact scheme
/// with Sobol points or antithetic draws, which its rejections do not go with.
Result<SimulatedPrice> simulated_price(const European& option, const Heston<double>& model, const HestonPaths& how,
                                       const Simulation& method, const Listener& listener = {});

Result<SimulatedPrice> simulated_price(const ArithmeticAsian& option, const Heston<double>& model,
                                       const HestonPaths& how, const Simulation& method, const Listener& listener = {});

}  // namespace plimsoll
