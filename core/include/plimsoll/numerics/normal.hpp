#pragma once

#include "plimsoll/real/scalar.hpp"  // normal_cdf, normal_pdf

namespace plimsoll {

/// The x with normal_cdf(x) = probability; minus and plus infinity at 0 and 1, NaN outside [0, 1].
/// Source: Wichura (1988), Algorithm AS 241 (PPND16), Applied Statistics 37, 477-484.
/// Accuracy: 1e-15 relative against the printed claim of "about 1 part in 10^16".
double normal_quantile(double probability) noexcept;

/// log(normal_cdf(x)), finite where the distribution function itself is zero in double.
/// Accuracy: 1e-14 relative.
/// Limits: x >= -1e150.
double log_normal_cdf(double x) noexcept;

}  // namespace plimsoll
