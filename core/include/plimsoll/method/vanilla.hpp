#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/integral_equation/american.hpp"
#include "plimsoll/method/lattice_workspace.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/pde/crank_nicolson.hpp"
#include "plimsoll/method/vanilla_case.hpp"

#include <optional>

namespace plimsoll {

/// Memory for every method that keeps some from call to call. One thread at a time.
struct VanillaWorkspace {
  LatticeWorkspace lattice;
  GridWorkspace grid;
  IntegralWorkspace integral;
};

/// Price per unit seen by the holder, and sensitivities when asked for; nothing when the method does not apply to the
/// option: the formula to one that has none, Monte Carlo to an American one or to one with cash dividends, the integral
/// equation to one with cash dividends.
/// Limits: checked input.
std::optional<PricedGreeks> price_vanilla(const VanillaCase& option, const Method& method, Measures measures,
                                          VanillaWorkspace& workspace);

}  // namespace plimsoll
