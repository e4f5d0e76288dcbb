#include "plimsoll/model/svi.hpp"

#include "flaw.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_open_correlation(double value) {
  if (value > -1.0 && value < 1.0) return std::nullopt;
  return refused_parameter("correlation", value, "a number above -1 and below 1");
}

std::optional<Error> flaw_of_terms(const Ssvi<double>& model) {
  if (model.years.empty() || model.years.size() != model.variances.size())
    return Error{ErrorCode::invalid_value, "variances",
                 std::to_string(model.variances.size()) + " for " + std::to_string(model.years.size()) + " expiries",
                 "one variance for each expiry, at least one", "give the variance at the forward of each expiry"};
  double years = 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < model.years.size(); ++i) {
    if (!(model.years[i] > years && std::isfinite(model.years[i])))
      return refused_parameter("years", model.years[i], "finite times that rise from above zero");
    if (!(model.variances[i] >= variance && model.variances[i] > 0.0 && std::isfinite(model.variances[i])))
      return refused_parameter("variances", model.variances[i],
                               "total variances above zero that do not fall, else a calendar spread can be arbitraged");
    years = model.years[i];
    variance = model.variances[i];
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> find_flaw(const Svi<double>& model) {
  if (auto flaw = flaw_of_number("level", model.level)) return flaw;
  if (auto flaw = flaw_of_amount("wing_slope", model.wing_slope)) return flaw;
  if (auto flaw = flaw_of_open_correlation(model.correlation)) return flaw;
  if (auto flaw = flaw_of_number("shift", model.shift)) return flaw;
  if (auto flaw = flaw_of_positive("curvature", model.curvature)) return flaw;
  const double least = model.wing_slope * model.curvature * std::sqrt(1.0 - model.correlation * model.correlation);
  if (model.level + least >= 0.0) return std::nullopt;
  return refused_parameter("level", model.level, text_of(-least) + " or above, where the least total variance is zero");
}

std::optional<Error> find_flaw(const Ssvi<double>& model) {
  if (auto flaw = flaw_of_terms(model)) return flaw;
  if (auto flaw = flaw_of_open_correlation(model.correlation)) return flaw;
  if (!(model.steepness >= 0.0 && model.steepness <= 1.0))
    return refused_parameter("steepness", model.steepness, "a number from 0 to 1, else a butterfly can be arbitraged");
  if (model.exponent > 0.0 && model.exponent <= 0.5) return std::nullopt;
  return refused_parameter("exponent", model.exponent, "a number above 0 and up to 0.5");
}

double variance_at_forward(const Ssvi<double>& model, double years) noexcept {
  const auto above = std::ranges::lower_bound(model.years, years);
  const std::size_t end =
      std::min<std::size_t>(static_cast<std::size_t>(above - model.years.begin()), model.years.size() - 1);
  const double before = end == 0 ? 0.0 : model.years[end - 1];
  const double variance = end == 0 ? 0.0 : model.variances[end - 1];
  return variance + (years - before) / (model.years[end] - before) * (model.variances[end] - variance);
}

VarianceJet variance_jet(const Svi<double>& model, double log_strike) noexcept {
  const double from = log_strike - model.shift;
  const double root = std::sqrt(from * from + model.curvature * model.curvature);
  const double bend = model.curvature / root;
  return {model.level + model.wing_slope * (model.correlation * from + root),
          model.wing_slope * (model.correlation + from / root), model.wing_slope * bend * bend / root};
}

Svi<double> slice_of(const Ssvi<double>& model, double years) noexcept {
  const double at_forward = variance_at_forward(model, years);
  const double rho = model.correlation;
  const double power = 2.0 * model.steepness / (1.0 + std::abs(rho)) * std::pow(at_forward, -model.exponent) *
                       std::pow(1.0 + at_forward, model.exponent - 1.0);
  if (power == 0.0) return {at_forward, 0.0, rho, 0.0, 1.0};
  return {0.5 * at_forward * (1.0 - rho * rho), 0.5 * at_forward * power, rho, -rho / power,
          std::sqrt(1.0 - rho * rho) / power};
}

JumpWings jump_wings(const Svi<double>& model, double years) noexcept {
  const double rho = model.correlation;
  const double root = std::hypot(model.shift, model.curvature);
  const double at_forward = model.level + model.wing_slope * (root - rho * model.shift);
  const double unit = model.wing_slope / std::sqrt(at_forward);
  return {at_forward / years, 0.5 * unit * (rho - model.shift / root), unit * (1.0 - rho), unit * (1.0 + rho),
          (model.level + model.wing_slope * model.curvature * std::sqrt(1.0 - rho * rho)) / years};
}

Result<Svi<double>> from_jump_wings(const JumpWings& wings, double years) {
  if (auto flaw = flaw_of_positive("years", years)) return *flaw;
  if (auto flaw = flaw_of_positive("variance", wings.variance)) return *flaw;
  if (auto flaw = flaw_of_positive("put_slope", wings.put_slope)) return *flaw;
  if (auto flaw = flaw_of_positive("call_slope", wings.call_slope)) return *flaw;
  if (!(wings.least_variance >= 0.0 && wings.least_variance <= wings.variance))
    return refused_parameter("least_variance", wings.least_variance, "from zero to the variance at the forward");
  const double root = std::sqrt(wings.variance * years);
  const double slope = 0.5 * root * (wings.put_slope + wings.call_slope);
  const double rho = 1.0 - wings.put_slope * root / slope;
  const double lean = rho - 2.0 * wings.skew * root / slope;  // shift over the distance of the forward's point
  if (!(lean > -1.0 && lean < 1.0))
    return refused_parameter(
        "skew", wings.skew,
        "above " + text_of(-0.5 * wings.put_slope) + " and below " + text_of(0.5 * wings.call_slope));
  const double across = std::sqrt(1.0 - rho * rho);
  // The variance at the forward less the least, by the distance of the forward's point: zero where it is the least.
  const double height = 1.0 - rho * lean - across * std::sqrt(1.0 - lean * lean);
  if (!(height > 0.0))
    return refused_parameter("skew", wings.skew, "other than zero: at a least variance no curvature can be told");
  const double distance = (wings.variance - wings.least_variance) * years / (slope * height);
  const double curvature = distance * std::sqrt(1.0 - lean * lean);
  const Svi<double> found{wings.least_variance * years - slope * curvature * across, slope, rho, lean * distance,
                          curvature};
  if (auto flaw = flaw_of_positive("least_variance", curvature)) return *flaw;
  return found;
}

JumpWings without_butterflies(const JumpWings& wings) noexcept {
  JumpWings fixed = wings;
  fixed.call_slope = wings.put_slope + 2.0 * wings.skew;
  const double sum = wings.put_slope + fixed.call_slope;
  fixed.least_variance = wings.variance * 4.0 * wings.put_slope * fixed.call_slope / (sum * sum);
  return fixed;
}

namespace {

std::optional<Error> flaw_of_points(double widest, std::size_t points) {
  if (auto flaw = flaw_of_positive("widest", widest)) return flaw;
  if (points < 2) return refused_parameter("points", static_cast<double>(points), "two or more");
  return std::nullopt;
}

/// The logarithm of a point's strike over the forward.
double log_strike_of(std::size_t point, double widest, std::size_t points) noexcept {
  return widest * (2.0 * static_cast<double>(point) / static_cast<double>(points - 1) - 1.0);
}

}  // namespace

Result<std::vector<DensityFlaw>> svi_density_flaws(const Svi<double>& model, double widest, std::size_t points) {
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = flaw_of_points(widest, points)) return *flaw;
  std::vector<DensityFlaw> flaws;
  for (std::size_t i = 0; i < points; ++i) {
    const double log_strike = log_strike_of(i, widest, points);
    const double density = density_ratio(log_strike, variance_jet(model, log_strike));
    if (!(density >= 0.0)) flaws.push_back({std::exp(log_strike), density});
  }
  return flaws;
}

Result<std::vector<CalendarCrossing>> svi_calendar_crossings(const Svi<double>& near, const Svi<double>& far,
                                                             double widest, std::size_t points) {
  if (auto flaw = find_flaw(near)) return *flaw;
  if (auto flaw = find_flaw(far)) return *flaw;
  if (auto flaw = flaw_of_points(widest, points)) return *flaw;
  std::vector<CalendarCrossing> crossings;
  for (std::size_t i = 0; i < points; ++i) {
    const double log_strike = log_strike_of(i, widest, points);
    const double before = total_variance<double>(near, log_strike);
    const double after = total_variance<double>(far, log_strike);
    if (!(after >= before)) crossings.push_back({std::exp(log_strike), before, after});
  }
  return crossings;
}

}  // namespace plimsoll
