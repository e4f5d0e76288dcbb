#pragma once

#include "plimsoll/method/vanilla_case.hpp"

#include <optional>

// Approximations that take the premium for early exercise as the solution of a quadratic equation's exponent.
// They hold for one exercise boundary; between two they have nothing to say.
namespace plimsoll {

/// Price of an American option by the quadratic approximation; nothing where there are two boundaries.
/// Source: Barone-Adesi & Whaley (1987), Efficient analytic approximation of American option values, J. Finance 42,
/// eq. 20 and 25.
/// Accuracy: exact as the time to expiry goes to zero or infinity. Over moneyness 0.8 to 1.25, expiries up to 3 years,
/// volatilities from 10 to 60 % and rates and yields up to 10 % the error is at most 1.1 % of the strike; its root mean
/// square 0.2 %.
/// Limits: no cash dividends; checked input.
std::optional<double> barone_adesi_whaley_price(const VanillaCase& option);

/// Price of an American option by the modified quadratic approximation; nothing where there are two boundaries.
/// Source: Ju (1999), An approximate formula for pricing American options, J. Derivatives 7(2), eq. 17-25; the critical
/// price is that of Barone-Adesi & Whaley.
/// Accuracy: over the range of `barone_adesi_whaley_price` at most 0.12 % of the strike; root mean square 0.03 %.
/// Limits: as `barone_adesi_whaley_price`; a rate nearer to zero than 1e-7 acts as 1e-7.
std::optional<double> ju_quadratic_price(const VanillaCase& option);

}  // namespace plimsoll
