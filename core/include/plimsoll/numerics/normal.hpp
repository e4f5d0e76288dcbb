#pragma once

#include "plimsoll/real/scalar.hpp"  // IWYU pragma: export: normal_cdf, normal_pdf, normal_quantile

namespace plimsoll {

/// log(normal_cdf(x)), finite where the distribution function itself is zero in double.
/// Accuracy: 1e-14 relative.
/// Limits: x >= -1e150.
double log_normal_cdf(double x) noexcept;

}  // namespace plimsoll
