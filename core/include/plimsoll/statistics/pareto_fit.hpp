#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// A generalised Pareto tail beyond a threshold u: P(X - u > y | X > u) = (1 + shape y / scale)^(-1 / shape). The
/// literature calls the two xi and beta. Losses are positive.
struct ParetoTail {
  double shape = 0.0;
  double scale = 1.0;

  friend bool operator==(const ParetoTail&, const ParetoTail&) = default;
};

template <>
struct Fields<ParetoTail> {
  static constexpr std::string_view name = "ParetoTail";
  static constexpr auto list = std::make_tuple(field("shape", &ParetoTail::shape), field("scale", &ParetoTail::scale));
};

/// A fitted tail with what is needed to read quantiles of the whole sample from it. The standard errors are those of
/// the observed information; NaN where a bound holds the shape.
struct ParetoFit {
  ParetoTail tail;
  ParetoTail errors;
  ParetoTail by_moments;  // probability weighted
  double threshold = 0.0;
  std::int64_t observations = 0;
  std::int64_t exceedances = 0;
  double log_likelihood = 0.0;
  std::int64_t iterations = 0;
  bool converged = false;
  bool at_bound = false;

  friend bool operator==(const ParetoFit&, const ParetoFit&) = default;
};

template <>
struct Fields<ParetoFit> {
  static constexpr std::string_view name = "ParetoFit";
  static constexpr auto list =
      std::make_tuple(field("tail", &ParetoFit::tail), field("errors", &ParetoFit::errors),
                      field("by_moments", &ParetoFit::by_moments), field("threshold", &ParetoFit::threshold),
                      field("observations", &ParetoFit::observations), field("exceedances", &ParetoFit::exceedances),
                      field("log_likelihood", &ParetoFit::log_likelihood), field("iterations", &ParetoFit::iterations),
                      field("converged", &ParetoFit::converged), field("at_bound", &ParetoFit::at_bound));
};

/// Tail of greatest likelihood of the losses above the threshold, by damped Newton steps on the exact derivatives, and
/// that of probability weighted moments, where the search starts.
/// Source: McNeil, Frey & Embrechts (2015), Quantitative Risk Management, sec. 5.2; Hosking & Wallis (1987), Parameter
/// and quantile estimation for the generalized Pareto distribution, Technometrics 29, 339-349.
/// Limits: at least 10 losses above the threshold that are not all equal; a shape from -0.5, below which likelihood has
/// no regular maximum, to 5.
Result<ParetoFit> fit_pareto_tail(std::span<const double> losses, double threshold);

/// Loss that is exceeded with the tail probability. Source: McNeil, Frey & Embrechts (2015), eq. 5.18.
/// Limits: a tail probability at most that of the threshold, beyond which the fit says nothing.
Result<double> pareto_value_at_risk(const ParetoFit& fit, double tail_probability);

/// Mean loss beyond that value at risk. Source: McNeil, Frey & Embrechts (2015), eq. 5.19.
/// Limits: the same, and a shape below one, where the mean is finite.
Result<double> pareto_expected_shortfall(const ParetoFit& fit, double tail_probability);

}  // namespace plimsoll
