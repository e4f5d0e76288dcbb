#pragma once

#include <cstdint>

namespace plimsoll {

/// Probability that a standard normal variable is at most x. Accuracy: 1e-15 relative, both tails.
double normal_probability(double x) noexcept;

/// Probability that a chi-square variable is at least the statistic.
/// Source: Abramowitz and Stegun (1964), 26.4.2 and 26.4.19. Accuracy: 1e-12 relative.
double chi_square_tail(double statistic, double degrees_of_freedom) noexcept;

/// Probability that a standard Student-t variable is at most t.
/// Source: Abramowitz and Stegun (1964), 26.7.1. Accuracy: 1e-12 relative, both tails.
double student_t_probability(double t, double degrees_of_freedom) noexcept;

/// Density of the standard Student-t variable at t.
double student_t_density(double t, double degrees_of_freedom) noexcept;

/// The value that a standard Student-t variable stays below with this probability; infinite at 0 and 1.
/// Source: Hill (1970), Algorithm 396, refined by Halley steps. Accuracy: 1e-11 relative.
/// Limits: degrees of freedom from 1 to 1e6.
double student_t_quantile(double probability, double degrees_of_freedom) noexcept;

/// Probability of at most so many successes in the trials. Exact limits at probability 0 and 1.
double binomial_probability(std::int64_t successes, std::int64_t trials, double probability) noexcept;

/// Probability of at least so many successes in the trials.
double binomial_tail(std::int64_t successes, std::int64_t trials, double probability) noexcept;

/// Posterior probability, under the Jeffreys prior, that the true rate is at most the assumed one: small when more
/// events came than the rate allows.
/// Source: ECB (2019), Instructions for reporting the validation results of internal models, sec. 2.5.3.1.
double jeffreys_p_value(std::int64_t events, std::int64_t trials, double rate) noexcept;

}  // namespace plimsoll
