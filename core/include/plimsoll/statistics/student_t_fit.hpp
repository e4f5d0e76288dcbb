#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstdint>
#include <span>
#include <tuple>

namespace plimsoll {

/// A Student-t distribution moved to a location and stretched by a scale (not its standard deviation).
struct StudentT {
  double location = 0.0;
  double scale = 1.0;
  double degrees_of_freedom = 5.0;

  friend bool operator==(const StudentT&, const StudentT&) = default;
};

template <>
struct Fields<StudentT> {
  static constexpr std::string_view name = "StudentT";
  static constexpr auto list = std::make_tuple(field("location", &StudentT::location), field("scale", &StudentT::scale),
                                               field("degrees_of_freedom", &StudentT::degrees_of_freedom));
};

/// Where the fit may go and when it stops. The tolerance is on the gradient of the mean log-likelihood with respect
/// to location in scales, log scale and log degrees of freedom.
struct StudentTSettings {
  double least_degrees_of_freedom = 2.1;
  double most_degrees_of_freedom = 200.0;
  double tolerance = 1e-9;
  std::int64_t most_iterations = 100;

  friend bool operator==(const StudentTSettings&, const StudentTSettings&) = default;
};

template <>
struct Fields<StudentTSettings> {
  static constexpr std::string_view name = "StudentTSettings";
  static constexpr auto list = std::make_tuple(
      field("least_degrees_of_freedom", &StudentTSettings::least_degrees_of_freedom),
      field("most_degrees_of_freedom", &StudentTSettings::most_degrees_of_freedom),
      field("tolerance", &StudentTSettings::tolerance), field("most_iterations", &StudentTSettings::most_iterations));
};

/// How a fit ended: at_bound means that the likelihood still rises beyond the bound of the degrees of freedom.
enum class FitStatus { converged, at_bound, not_converged };

/// The fit with the report of its convergence.
struct StudentTFit {
  StudentT distribution;
  double log_likelihood = 0.0;
  double gradient_norm = 0.0;
  std::int64_t iterations = 0;
  FitStatus status = FitStatus::not_converged;

  friend bool operator==(const StudentTFit&, const StudentTFit&) = default;
};

template <>
struct Fields<StudentTFit> {
  static constexpr std::string_view name = "StudentTFit";
  static constexpr auto list = std::make_tuple(
      field("distribution", &StudentTFit::distribution), field("log_likelihood", &StudentTFit::log_likelihood),
      field("gradient_norm", &StudentTFit::gradient_norm), field("iterations", &StudentTFit::iterations),
      field("status", &StudentTFit::status));
};

/// Location, scale and degrees of freedom of greatest likelihood, by damped Newton steps on the exact derivatives.
/// Source: Lange, Little and Taylor (1989), Robust statistical modeling using the t distribution, sec. 3 and app. B.
/// Limits: at least 10 values that are not all equal.
Result<StudentTFit> fit_student_t(std::span<const double> values, const StudentTSettings& settings);

/// The same for checked input: finite values whose spread is above zero.
StudentTFit student_t_maximum_likelihood(std::span<const double> values, const StudentTSettings& settings) noexcept;

/// Loss that is exceeded with the tail probability, positive for a loss, when the profit has this distribution.
double student_t_value_at_risk(const StudentT& profit, double tail_probability) noexcept;

/// Mean loss beyond the value at risk of that tail probability.
/// Source: McNeil, Frey and Embrechts (2015), Quantitative Risk Management, example 2.15. Limits: more than one
/// degree of freedom.
double student_t_expected_shortfall(const StudentT& profit, double tail_probability) noexcept;

}  // namespace plimsoll
