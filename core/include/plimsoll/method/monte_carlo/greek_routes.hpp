#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/digital.hpp"
#include "plimsoll/product/european.hpp"

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// How a sensitivity is estimated from paths.
/// pathwise: the derivative of each path by the adjoint tape; no gamma, because a kink would be differentiated.
/// likelihood_ratio: the path is held where it is and its density is differentiated, twice for gamma.
/// mixed: gamma alone, the path's delta times the likelihood ratio of the first step.
/// conditional: the second half of the life is a formula, which is smooth: differentiated path by path, twice for
/// gamma. smoothed: as pathwise, with a jump replaced by a ramp; its bias is measured on the same paths by likelihood
/// ratios. bumped: central differences on common random numbers; its bias is measured by a bump twice as wide.
enum class GreekRoute { pathwise, likelihood_ratio, mixed, conditional, smoothed, bumped };

/// "pathwise" and so on.
std::string_view name(GreekRoute route) noexcept;

/// One measure by one route: what it estimates, the bias that it measured of itself, and the difference of both.
struct RouteEstimate {
  std::string measure;  // "price", "delta", "gamma", "vega", "theta", "rho"
  Estimate raw;
  Estimate bias;
  Estimate corrected;

  friend bool operator==(const RouteEstimate&, const RouteEstimate&) = default;
};

template <>
struct Fields<RouteEstimate> {
  static constexpr std::string_view name = "RouteEstimate";
  static constexpr auto list =
      std::make_tuple(field("measure", &RouteEstimate::measure), field("raw", &RouteEstimate::raw),
                      field("bias", &RouteEstimate::bias), field("corrected", &RouteEstimate::corrected));
};

/// What one route says. Measures that the route cannot give are left out.
struct RouteGreeks {
  GreekRoute route = GreekRoute::pathwise;
  std::vector<RouteEstimate> estimates;

  friend bool operator==(const RouteGreeks&, const RouteGreeks&) = default;
};

template <>
struct Fields<RouteGreeks> {
  static constexpr std::string_view name = "RouteGreeks";
  static constexpr auto list =
      std::make_tuple(field("route", &RouteGreeks::route), field("estimates", &RouteGreeks::estimates));
};

/// Two routes that differ by more than three standard errors of their difference.
struct RouteDisagreement {
  std::string measure;
  GreekRoute one = GreekRoute::pathwise;
  GreekRoute other = GreekRoute::pathwise;
  double standard_errors = 0.0;

  friend bool operator==(const RouteDisagreement&, const RouteDisagreement&) = default;
};

template <>
struct Fields<RouteDisagreement> {
  static constexpr std::string_view name = "RouteDisagreement";
  static constexpr auto list = std::make_tuple(
      field("measure", &RouteDisagreement::measure), field("one", &RouteDisagreement::one),
      field("other", &RouteDisagreement::other), field("standard_errors", &RouteDisagreement::standard_errors));
};

/// All routes side by side.
struct RouteReport {
  std::vector<RouteGreeks> routes;
  std::vector<RouteDisagreement> disagreements;

  friend bool operator==(const RouteReport&, const RouteReport&) = default;
};

template <>
struct Fields<RouteReport> {
  static constexpr std::string_view name = "RouteReport";
  static constexpr auto list =
      std::make_tuple(field("routes", &RouteReport::routes), field("disagreements", &RouteReport::disagreements));
};

/// The estimate of a measure by a route; null if the report has none.
const RouteEstimate* estimate(const RouteReport& report, GreekRoute route, std::string_view measure) noexcept;

/// Whether no path saw anything: 0 with a standard error of 0 says how rare a hit is, not that there is none.
bool is_without_information(const Estimate& found) noexcept;

/// Every pair of estimates of one measure that differ by more than three standard errors of their difference; one
/// without information differs from nothing.
/// Limits: the estimates are independent.
std::vector<RouteDisagreement> disagreements(const std::vector<RouteGreeks>& routes);

/// Price and sensitivities of one option by every route that it has, each on random numbers of its own, and where they
/// disagree. A barrier is watched between dates by the Brownian bridge, so without bias.
/// Source: Glasserman (2003), ch. 6.4 and 7; Broadie & Glasserman (1996), Estimating security price derivatives using
/// simulation, Management Science 42, 269-285.
/// Accuracy: scores against closed forms have mean zero and deviation one by every route (bench_routes). Of some thirty
/// pairs of right estimates one is beyond three standard errors by chance in one report of ten.
/// Limits: refuses flawed input, and options with nothing left to chance, whose first fixing is today, or that have
/// touched their barrier; barriers have no rebate here. A bump of a jump is told by the few paths that cross it: below
/// a hundred of them, which are some thousand paths, its standard error is too small.
Result<RouteReport> greek_routes(const European& option, const BlackScholes<double>& model, const MonteCarlo& method);
Result<RouteReport> greek_routes(const Digital& option, const BlackScholes<double>& model, const MonteCarlo& method);
Result<RouteReport> greek_routes(const Barrier& option, const BlackScholes<double>& model, const MonteCarlo& method);
Result<RouteReport> greek_routes(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                 const MonteCarlo& method);

}  // namespace plimsoll
