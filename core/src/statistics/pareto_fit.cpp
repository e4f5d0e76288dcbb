#include "plimsoll/statistics/pareto_fit.hpp"

#include "likelihood_ascent.hpp"
#include "plimsoll/statistics/check.hpp"

#include <limits>
#include <optional>

namespace plimsoll {
namespace {

using Vector = std::array<double, 2>;  // shape, log scale
using Local = likelihood::Local<2>;

constexpr double least_shape = -0.5;
constexpr double most_shape = 5.0;

/// log(1 + u) / u with its first two derivatives; a series where the closed form would cancel.
struct LogRatio {
  double value = 0.0, first = 0.0, second = 0.0;

  explicit LogRatio(double u) noexcept {
    if (std::abs(u) < 0.05) {
      for (int k = 14; k >= 0; --k) {  // 0.05^15 is below a rounding
        const double sign = k % 2 == 0 ? 1.0 : -1.0;
        value = value * u + sign / (k + 1.0);
        first = first * u - sign * (k + 1.0) / (k + 2.0);
        second = second * u + sign * (k + 1.0) * (k + 2.0) / (k + 3.0);
      }
      return;
    }
    value = std::log1p(u) / u;
    first = (1.0 / (1.0 + u) - value) / u;
    second = (-1.0 / ((1.0 + u) * (1.0 + u)) - 2.0 * first) / u;
  }
};

/// With z an excess in scales and u = shape z: l = -log scale - z log(1 + u) / u - log(1 + u).
Local mean_log_likelihood(std::span<const double> excess, const Vector& theta) {
  const double shape = theta[0];
  const double scale = std::exp(theta[1]);
  Local sum;
  for (const double y : excess) {
    const double z = y / scale;
    const double u = shape * z;
    if (!(1.0 + u > 0.0)) {
      sum.value = -std::numeric_limits<double>::infinity();
      return sum;
    }
    const LogRatio ratio{u};
    const double share = z / (1.0 + u);
    sum.value -= theta[1] + z * ratio.value + std::log1p(u);
    sum.gradient[0] -= z * z * ratio.first + share;
    sum.gradient[1] += (1.0 + shape) * share - 1.0;
    sum.hessian[0][0] += share * share - z * z * z * ratio.second;
    sum.hessian[0][1] += share - (1.0 + shape) * share * share;
    sum.hessian[1][1] -= (1.0 + shape) * share / (1.0 + u);
  }
  sum.hessian[1][0] = sum.hessian[0][1];
  sum.average(static_cast<double>(excess.size()));
  return sum;
}

/// Unbiased probability weighted moments: a0 the mean, a1 the mean weighted by the share of the sample that is larger.
ParetoTail by_weighted_moments(std::span<const double> rising) noexcept {
  const double n = static_cast<double>(rising.size());
  double a0 = 0.0;
  double a1 = 0.0;
  for (std::size_t i = 0; i < rising.size(); ++i) {
    a0 += rising[i] / n;
    a1 += rising[i] * (n - 1.0 - static_cast<double>(i)) / ((n - 1.0) * n);
  }
  return {2.0 - a0 / (a0 - 2.0 * a1), 2.0 * a0 * a1 / (a0 - 2.0 * a1)};
}

/// A start that gives every excess a density: the moments' where they do, else an exponential tail.
Vector start_of(const ParetoTail& moments, double mean, double largest) noexcept {
  const bool serves = moments.shape > least_shape && moments.shape < most_shape && moments.scale > 0.0 &&
                      moments.scale + moments.shape * largest > 0.0;
  return serves ? Vector{moments.shape, std::log(moments.scale)} : Vector{0.0, std::log(mean)};
}

std::optional<Error> flaw_of_tail(const ParetoFit& fit, double tail_probability) {
  if (auto flaw = check::open_probability(tail_probability, "tail_probability")) return flaw;
  const double most = static_cast<double>(fit.exceedances) / static_cast<double>(fit.observations);
  return check::refuse_unless(tail_probability <= most, "tail_probability", text_of(tail_probability),
                              "at most " + text_of(most) + ", the share above the threshold",
                              "fit above a lower threshold");
}

/// The errors of shape and scale from the inverse of the observed information, that of the scale by its logarithm's.
ParetoTail errors_of(const likelihood::Top<2>& top, double n) noexcept {
  const auto& bend = top.at.hessian;
  const double determinant = n * (bend[0][0] * bend[1][1] - bend[0][1] * bend[1][0]);
  if (top.at_bound() || !(determinant > 0.0)) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    return {none, none};
  }
  return {std::sqrt(-bend[1][1] / determinant), std::exp(top.parameters[1]) * std::sqrt(-bend[0][0] / determinant)};
}

}  // namespace

Result<ParetoFit> fit_pareto_tail(std::span<const double> losses, double threshold) {
  if (auto flaw = check::finite(losses, "losses")) return *flaw;
  if (auto flaw = check::refuse_unless(std::isfinite(threshold), "threshold", text_of(threshold), "a finite number",
                                       "give a level that some losses exceed"))
    return *flaw;
  std::vector<double> excess;
  for (const double loss : losses)
    if (loss > threshold) excess.push_back(loss - threshold);
  if (auto flaw = check::at_least(excess.size(), 10, "losses above the threshold")) return *flaw;
  std::ranges::sort(excess);
  if (auto flaw = check::refuse_unless(excess.front() < excess.back(), "losses above the threshold", "all equal",
                                       "values that differ", "a tail needs a spread"))
    return *flaw;
  const double n = static_cast<double>(excess.size());
  double mean = 0.0;
  for (const double y : excess) mean += y / n;
  ParetoFit fit;
  fit.by_moments = by_weighted_moments(excess);
  constexpr double tolerance = 1e-10;
  constexpr std::int64_t most_iterations = 200;
  constexpr double widest = 30.0;  // of the log scale, so that its exponential stays a normal number
  const double centre = std::log(mean);
  const likelihood::Domain<2> domain{{least_shape, centre - widest}, {most_shape, centre + widest}, {1.0, 1.0}};
  const auto top =
      likelihood::climb<2>([&](const Vector& theta) { return mean_log_likelihood(excess, theta); },
                           start_of(fit.by_moments, mean, excess.back()), domain, tolerance, most_iterations);
  fit.tail = {top.parameters[0], std::exp(top.parameters[1])};
  fit.errors = errors_of(top, n);
  fit.threshold = threshold;
  fit.observations = static_cast<std::int64_t>(losses.size());
  fit.exceedances = static_cast<std::int64_t>(excess.size());
  fit.log_likelihood = n * top.at.value;
  fit.iterations = top.iterations;
  fit.converged = top.converged;
  fit.at_bound = top.at_bound();
  return fit;
}

Result<double> pareto_value_at_risk(const ParetoFit& fit, double tail_probability) {
  if (auto flaw = flaw_of_tail(fit, tail_probability)) return *flaw;
  const double share = static_cast<double>(fit.exceedances) / static_cast<double>(fit.observations);
  const double depth = std::log(share / tail_probability);
  const double shape = fit.tail.shape;
  // (exp(shape depth) - 1) / shape, whose limit at shape zero is the depth.
  return fit.threshold + fit.tail.scale * (shape == 0.0 ? depth : std::expm1(shape * depth) / shape);
}

Result<double> pareto_expected_shortfall(const ParetoFit& fit, double tail_probability) {
  const auto risk = pareto_value_at_risk(fit, tail_probability);
  if (!risk) return risk.error();
  const double shape = fit.tail.shape;
  if (auto flaw = check::refuse_unless(shape < 1.0, "shape", text_of(shape), "below 1",
                                       "read the value at risk: the mean of this tail is infinite"))
    return *flaw;
  return *risk + (fit.tail.scale + shape * (*risk - fit.threshold)) / (1.0 - shape);
}

}  // namespace plimsoll
