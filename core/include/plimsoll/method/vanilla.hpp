#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/lattice_workspace.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/pde/crank_nicolson.hpp"
#include "plimsoll/method/timed_dividend.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>
#include <span>

namespace plimsoll {

/// One European or American option with its market resolved to constants over its life; times in years.
struct VanillaCase {
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  double years = 0.0;
  BlackScholes<double> model{};
  std::span<const TimedDividend> dividends;
};

/// Memory for every method that works on a lattice or grid. One thread at a time.
struct VanillaWorkspace {
  LatticeWorkspace lattice;
  GridWorkspace grid;
};

/// Whether it is never better to exercise before expiry, so that the American option is the European one: no cash
/// dividend falls in its life, and waiting costs neither interest nor yield.
/// Source: Merton (1973), Theory of rational option pricing, theorem 2.
bool is_worth_holding(const VanillaCase& option) noexcept;

/// Whether the formula applies: no cash dividends, and European or worth holding to expiry.
bool has_closed_form(const VanillaCase& option) noexcept;

/// Price per unit seen by the holder, and sensitivities when asked for, by a method without chance; nothing when the
/// method does not apply to the option (a formula to one without, or Monte Carlo, which has a door of its own).
/// Limits: checked input.
std::optional<PricedGreeks> price_vanilla(const VanillaCase& option, const Method& method, Measures measures,
                                          VanillaWorkspace& workspace) noexcept;

}  // namespace plimsoll
