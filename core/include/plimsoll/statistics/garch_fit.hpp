#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// Bollerslev's variance: y(t) = mean + e(t), h(t) = constant + reaction e(t-1)^2 + persistence h(t-1). The literature
/// calls the four mu, omega, alpha and beta.
/// Source: Bollerslev (1986), Generalized autoregressive conditional heteroskedasticity, J. Econometrics 31, 307-327.
struct Garch {
  double mean = 0.0;
  double constant = 0.0;
  double reaction = 0.0;
  double persistence = 0.0;

  friend bool operator==(const Garch&, const Garch&) = default;
};

template <>
struct Fields<Garch> {
  static constexpr std::string_view name = "Garch";
  static constexpr auto list =
      std::make_tuple(field("mean", &Garch::mean), field("constant", &Garch::constant),
                      field("reaction", &Garch::reaction), field("persistence", &Garch::persistence));
};

/// When the search ends: the gradient of the mean log-likelihood, each parameter in its own size (the deviation for the
/// mean, the variance for the constant, one for the others), is below the tolerance.
struct GarchSettings {
  double tolerance = 1e-10;
  std::int64_t most_iterations = 200;

  friend bool operator==(const GarchSettings&, const GarchSettings&) = default;
};

template <>
struct Fields<GarchSettings> {
  static constexpr std::string_view name = "GarchSettings";
  static constexpr auto list = std::make_tuple(field("tolerance", &GarchSettings::tolerance),
                                               field("most_iterations", &GarchSettings::most_iterations));
};

/// The fit with its report. Standard errors: by the Hessian, by the outer products of the scores, and the robust ones
/// of both, which hold when the residuals are not normal. A parameter that a bound holds has none (NaN), nor has any
/// where the Hessian is not negative definite.
struct GarchFit {
  Garch parameters;
  Garch hessian_errors;
  Garch outer_product_errors;
  Garch robust_errors;
  double log_likelihood = 0.0;
  double gradient_norm = 0.0;
  double next_variance = 0.0;  // forecast for the value after the last
  std::int64_t iterations = 0;
  bool converged = false;
  bool at_bound = false;  // a parameter rests on a bound beyond which the likelihood still rises

  friend bool operator==(const GarchFit&, const GarchFit&) = default;
};

template <>
struct Fields<GarchFit> {
  static constexpr std::string_view name = "GarchFit";
  static constexpr auto list = std::make_tuple(
      field("parameters", &GarchFit::parameters), field("hessian_errors", &GarchFit::hessian_errors),
      field("outer_product_errors", &GarchFit::outer_product_errors), field("robust_errors", &GarchFit::robust_errors),
      field("log_likelihood", &GarchFit::log_likelihood), field("gradient_norm", &GarchFit::gradient_norm),
      field("next_variance", &GarchFit::next_variance), field("iterations", &GarchFit::iterations),
      field("converged", &GarchFit::converged), field("at_bound", &GarchFit::at_bound));
};

/// Normal (quasi-)maximum likelihood on analytic first and second derivatives. The square of the residual and the
/// variance before the first value are both the mean of the squared residuals, and move with the mean.
/// Source: Fiorentini, Calzolari & Panattoni (1996), Analytic derivatives and the computation of GARCH estimates,
/// J. Appl. Econometrics 11, 399-417; Bollerslev & Wooldridge (1992), Econometric Reviews 11 (robust errors).
/// Limits: at least 50 values that are not all equal; 0 <= reaction, persistence <= 1, whose sum may pass 1.
Result<GarchFit> fit_garch(std::span<const double> values, const GarchSettings& settings);

/// The normal log-likelihood of the values, with the same start.
Result<double> garch_log_likelihood(std::span<const double> values, const Garch& parameters);

}  // namespace plimsoll
