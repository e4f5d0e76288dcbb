#pragma once

namespace plimsoll {

/// log|Gamma(x)| for x > 0. Unlike the C library's, it writes no global sign and may run on any thread.
/// Source: Stirling's series from x >= 15 on, the recurrence below, and the series about 1 and 2 near its zeros;
/// Abramowitz & Stegun (1964), 6.1.41 and 6.1.33.
/// Accuracy: 2e-15 relative (absolute next to the zeros at 1 and 2).
double log_gamma(double x) noexcept;

/// Derivative of log Gamma(x), x > 0.
/// Source: asymptotic series DLMF 5.11.2 from x >= 15 on, the recurrence DLMF 5.5.2 below.
/// Accuracy: 1e-14 relative (absolute next to its zero at 1.4616).
/// Limits: NaN for x <= 0.
double digamma(double x) noexcept;

/// Second derivative of log Gamma(x), x > 0.
/// Source: asymptotic series (the derivative of DLMF 5.11.2) from x >= 15 on, the recurrence DLMF 5.15.5 below.
/// Accuracy: 1e-14 relative.
/// Limits: NaN for x <= 0.
double trigamma(double x) noexcept;

/// Lower regularised incomplete gamma function P(a, x), a > 0, x >= 0.
/// Source: series DLMF 8.11.4 below, continued fraction DLMF 8.9.2 above x = a + 1.
/// Accuracy: 1e-13 relative for a <= 1e4.
/// Limits: work grows as sqrt(a) near x = a; NaN outside the domain.
double regularised_gamma_p(double a, double x) noexcept;

/// Upper regularised incomplete gamma function Q(a, x) = 1 - P(a, x), its small values not by subtraction.
double regularised_gamma_q(double a, double x) noexcept;

/// The x with P(a, x) = p.
/// Accuracy: that of P, divided by the slope.
/// Limits: NaN for a <= 0 or p outside [0, 1]; infinity at p = 1.
double inverse_regularised_gamma_p(double a, double p) noexcept;

/// The x with Q(a, x) = q; use it for small q.
double inverse_regularised_gamma_q(double a, double q) noexcept;

/// Regularised incomplete beta function I_x(a, b), a > 0, b > 0, 0 <= x <= 1.
/// Source: continued fraction DLMF 8.17.22, on the side of the mean where it converges fast.
/// Accuracy: 1e-12 relative for a, b <= 1e4.
/// Limits: NaN outside the domain.
double regularised_beta(double a, double b, double x) noexcept;

/// The x with I_x(a, b) = p.
/// Limits: NaN outside the domain.
double inverse_regularised_beta(double a, double b, double p) noexcept;

}  // namespace plimsoll
