#pragma once

namespace plimsoll {

/// Derivative of log Gamma at x > 0.
/// Source: Abramowitz and Stegun (1964), 6.3.18 from x >= 12 on, the recurrence 6.3.5 below. Accuracy: 1e-14 absolute.
double digamma(double x) noexcept;

/// Second derivative of log Gamma at x > 0.
/// Source: Abramowitz and Stegun (1964), 6.4.12 from x >= 12 on, the recurrence 6.4.6 below. Accuracy: 1e-14 relative.
double trigamma(double x) noexcept;

}  // namespace plimsoll
