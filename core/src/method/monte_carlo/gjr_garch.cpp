#include "plimsoll/method/monte_carlo/gjr_garch.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace plimsoll {

namespace {

using Path = ObservedPath<double>;

/// The mean over the days of the expected variance.
double mean_variance(const GjrGarch<double>& model, std::size_t days) {
  const double growth = variance_growth(model);
  double variance = model.variance;
  double sum = 0.0;
  for (std::size_t i = 0; i < days; ++i) {
    sum += variance;
    variance = model.constant + growth * variance;
  }
  return sum / static_cast<double>(days);
}

/// Two spots at expiry from the same draws: the model's, and one whose variance is the same each day.
PathSource source_of(const GjrGarch<double>& model, double expiry, std::size_t days, double steady) {
  PathSource source;
  source.assets = 2;
  source.discounts = {discount_factor(model, expiry)};
  for (std::size_t i = 1; i <= days; ++i) source.draw_times.push_back(static_cast<double>(i) / model.days_per_year);
  const double carry = (model.rate - model.dividend_yield) * expiry;
  source.fill = [model, carry, steady](std::span<const double> normals, std::span<double> spots) {
    double variance = model.variance;
    double log_growth = carry;
    double sum = 0.0;
    for (const double z : normals) {
      log_growth += std::sqrt(variance) * z - 0.5 * variance;
      sum += z;
      const double u = z - model.risk_premium;
      const double slope = model.reaction + (u < 0.0 ? model.leverage : 0.0);
      variance = model.constant + variance * (model.persistence + slope * u * u);
    }
    spots[0] = model.spot * std::exp(log_growth);
    spots[1] =
        model.spot * std::exp(carry + std::sqrt(steady) * sum - 0.5 * steady * static_cast<double>(normals.size()));
  };
  return source;
}

}  // namespace

Result<SimulatedPrice> simulated_price(const European& option, const GjrGarch<double>& model, const Simulation& method,
                                       const Listener& listener) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const auto days = days_until(option.expiry, model);
  if (!days) return days.error();
  if (*days == 0) {
    SimulatedPrice fixed;
    fixed.price = payoff<double>(option, model.spot);
    return fixed;
  }
  const auto count = static_cast<std::size_t>(*days);
  const double steady = mean_variance(model, count);
  if (!std::isfinite(steady))
    return Error{ErrorCode::unsupported, "variance_growth", text_of(variance_growth(model)),
                 "a growth whose mean variance stays within a double until expiry", "calibrate anew"};
  const BlackScholes<double> constant{model.spot, model.rate, model.dividend_yield,
                                      std::sqrt(steady * model.days_per_year)};
  const double expiry = static_cast<double>(count) / model.days_per_year;
  const auto paid = [option](const Path& path, std::size_t asset) {
    return path.discounts[0] * payoff<double>(option, path.spots[asset]);
  };
  const std::array<PathControl, 2> controls{
      PathControl{"forward", prepaid_forward(model, expiry),
                  [](const Path& path) { return path.discounts[0] * path.spots[0]; }},
      PathControl{"constant variance", black_scholes_price<double>(option.type, option.strike, expiry, constant),
                  [paid](const Path& path) { return paid(path, 1); }}};
  const PathValue value = [paid](const Path& path) { return paid(path, 0); };
  return simulate_mean(source_of(model, expiry, count, steady), value, controls, method, listener);
}

}  // namespace plimsoll
