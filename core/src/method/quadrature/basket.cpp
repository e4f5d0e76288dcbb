#include "plimsoll/method/quadrature/basket.hpp"

#include "../underlyings_match.hpp"
#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace plimsoll {

namespace {

constexpr double far = 9.5;  // standard deviations beyond which the normal law holds 1e-21

/// A log-normal amount at expiry.
struct LogNormal {
  double mean;       // of the amount
  double deviation;  // of its logarithm
};

double positive(double x) noexcept { return std::max(x, 0.0); }

/// Undiscounted value of side * (amount - strike), where positive.
/// Source: Black (1976).
double vanilla(double side, const LogNormal& s, double strike) noexcept {
  if (!(s.deviation > 0.0 && strike > 0.0 && s.mean > 0.0)) return positive(side * (s.mean - strike));
  const double upper = std::log(s.mean / strike) / s.deviation + 0.5 * s.deviation;
  return side * (s.mean * normal_cdf(side * upper) - strike * normal_cdf(side * (upper - s.deviation)));
}

/// The same of weight * amount.
double weighted_vanilla(double side, double weight, const LogNormal& s, double strike) noexcept {
  if (weight < 0.0) return weighted_vanilla(-side, -weight, s, -strike);
  return vanilla(side, {weight * s.mean, s.deviation}, strike);
}

/// Undiscounted value where the first amount is known and the second is not.
double given_first(const BasketOption& option, double first, const LogNormal& second) noexcept {
  const double side = sign(option.type);
  const double strike = option.strike;
  const double w = option.weights[1];
  if (option.of == Aggregate::sum) return weighted_vanilla(side, w, second, strike - first);
  const LogNormal s{w * second.mean, second.deviation};
  const bool is_largest = option.of == Aggregate::largest;
  // What lies between the strike and the first amount: the option on the second alone, less or more that at the first.
  if (is_largest == (side > 0.0))
    return side * (first - strike) > 0.0 ? side * (first - strike) + vanilla(side, s, first) : vanilla(side, s, strike);
  return side * (first - strike) > 0.0 ? vanilla(side, s, strike) - vanilla(side, s, first) : 0.0;
}

/// The mean of a function of a standard normal variable that has a kink.
Result<double> normal_mean(const Integrand& f, double kink, double scale) {
  const auto weighted = [&f](double z) { return f(z) * normal_pdf(z); };
  const IntegralTolerance tolerance{1e-11 * scale, 1e-13, 2000};
  const double middle = std::clamp(kink, -far, far);
  double sum = 0.0;
  for (const auto& [low, high] : {std::pair{-far, middle}, std::pair{middle, far}}) {
    if (!(low < high)) continue;
    const Integral part = gauss_kronrod(weighted, low, high, tolerance);
    if (part.end == IntegralEnd::not_finite || part.error > 1e-9 * scale) return find_flaw(part).value_or(Error{});
    sum += part.value;
  }
  return sum;
}

/// Undiscounted value of an option on two assets.
Result<double> on_two(const BasketOption& option, const std::vector<LogNormal>& assets, double correlation,
                      double scale) {
  const double own = std::sqrt(std::max(1.0 - correlation * correlation, 0.0));
  const double w = option.weights[0];
  const double d0 = assets[0].deviation;
  const double d1 = assets[1].deviation;
  const auto f = [&](double z) {
    const double first = w * assets[0].mean * std::exp((z - 0.5 * d0) * d0);
    const double shift = correlation * d1;
    return given_first(option, first, {assets[1].mean * std::exp((z - 0.5 * shift) * shift), own * d1});
  };
  const double ratio = option.strike / (w * assets[0].mean);
  return normal_mean(f, ratio > 0.0 && d0 > 0.0 ? std::log(ratio) / d0 + 0.5 * d0 : 0.0, scale);
}

/// What each asset takes from the common factor, so that products of two loadings are the correlations.
Result<std::vector<double>> loadings(const Matrix& c) {
  const std::size_t n = c.rows();
  std::vector<double> b(n, 0.0);
  std::size_t p = 0;
  std::size_t q = n > 1 ? 1 : 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      if (std::abs(c(i, j)) > std::abs(c(p, q))) std::tie(p, q) = std::pair{i, j};
  if (n < 2 || c(p, q) == 0.0) return b;
  std::size_t r = p;
  for (std::size_t i = 0; i < n; ++i)
    if (i != p && i != q && (r == p || std::abs(c(p, i) * c(q, i)) > std::abs(c(p, r) * c(q, r)))) r = i;
  const bool by_third = r != p && c(p, r) * c(q, r) != 0.0;
  b[p] = std::sqrt(by_third ? std::abs(c(p, q) * c(p, r) / c(q, r)) : std::abs(c(p, q)));
  for (std::size_t i = 0; i < n; ++i)
    if (i != p) b[i] = c(p, i) / b[p];
  for (std::size_t i = 0; i < n; ++i) {
    bool made = std::abs(b[i]) <= 1.0 + 1e-12;
    b[i] = std::clamp(b[i], -1.0, 1.0);
    for (std::size_t j = 0; j < i; ++j) made = made && std::abs(b[i] * b[j] - c(i, j)) <= 1e-12;
    if (!made)
      return Error{ErrorCode::unsupported, "correlation", "of " + std::to_string(n) + " assets",
                   "two assets, or correlations that one common factor makes", "use the simulation"};
  }
  return b;
}

/// Undiscounted value of an option on the largest or smallest of independent amounts, from their distribution
/// functions. `assets` are amounts times weights.
double on_extreme(const BasketOption& option, const std::vector<LogNormal>& assets, const GaussRule& rule) {
  const bool is_largest = option.of == Aggregate::largest;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double low = is_largest ? -infinity : infinity;
  double high = low;
  const auto extreme = [is_largest](double a, double b) { return is_largest ? std::max(a, b) : std::min(a, b); };
  for (const LogNormal& s : assets) {
    const double middle = std::log(s.mean) - 0.5 * s.deviation * s.deviation;
    low = extreme(low, middle - far * s.deviation);
    high = extreme(high, middle + far * s.deviation);
  }
  // The probability that the extreme is on the far side of x.
  const auto beyond = [&](double log_x, double side) {
    double product = 1.0;
    for (const LogNormal& s : assets) {
      const double gap = log_x - std::log(s.mean) + 0.5 * s.deviation * s.deviation;
      if (s.deviation > 0.0)
        product *= normal_cdf((is_largest ? gap : -gap) / s.deviation);
      else
        product *= (is_largest ? gap : -gap) >= 0.0 ? 1.0 : 0.0;
    }
    return is_largest == (side < 0.0) ? product : 1.0 - product;
  };
  const double side = sign(option.type);
  const double log_strike = option.strike > 0.0 ? std::log(option.strike) : -infinity;
  const double from = side > 0.0 ? std::clamp(log_strike, low, high) : low;
  const double to = side > 0.0 ? high : std::clamp(log_strike, low, high);
  double value = side > 0.0 ? positive(std::exp(low) - option.strike) : positive(option.strike - std::exp(high));
  const double half = 0.5 * (to - from);
  if (half > 0.0)
    value += half * rule([&](double t) {
               const double log_x = from + half * (1.0 + t);
               return beyond(log_x, side) * std::exp(log_x);
             });
  return value;
}

Result<double> on_many(const BasketOption& option, const std::vector<LogNormal>& assets,
                       const std::vector<double>& loads, double scale) {
  const auto rule = gauss_legendre(128);
  if (!rule) return rule.error();
  std::vector<LogNormal> given(assets.size());
  const auto f = [&](double z) {
    for (std::size_t i = 0; i < assets.size(); ++i) {
      const double shift = loads[i] * assets[i].deviation;
      const double own = std::sqrt(std::max(1.0 - loads[i] * loads[i], 0.0)) * assets[i].deviation;
      given[i] = {option.weights[i] * assets[i].mean * std::exp((z - 0.5 * shift) * shift), own};
    }
    return on_extreme(option, given, *rule);
  };
  if (std::ranges::all_of(loads, [](double b) { return b == 0.0; })) return f(0.0);
  return normal_mean(f, 0.0, scale);
}

}  // namespace

Result<double> quadrature_price(const BasketOption& option, const CorrelatedBlackScholes<double>& model) {
  if (auto flaw = flaw_of_match(option, model)) return *flaw;
  const double discount = std::exp(-model.rate * option.expiry);
  std::vector<LogNormal> assets;
  double scale = std::abs(option.strike);
  for (std::size_t i = 0; i < model.spots.size(); ++i) {
    assets.push_back({model.spots[i] * std::exp((model.rate - model.dividend_yields[i]) * option.expiry),
                      model.volatilities[i] * std::sqrt(option.expiry)});
    scale = std::max(scale, std::abs(option.weights[i]) * assets[i].mean);
  }
  const auto discounted = [discount](const Result<double>& value) -> Result<double> {
    if (!value) return value.error();
    return discount * *value;
  };
  if (std::ranges::any_of(assets, [](const LogNormal& s) { return !(s.mean > 0.0); }))
    return Error{ErrorCode::unsupported, "spots", "0", "spots above zero", "leave out what is worthless"};
  if (assets.size() == 1)
    return discount * weighted_vanilla(sign(option.type), option.weights[0], assets[0], option.strike);
  if (assets.size() == 2) return discounted(on_two(option, assets, model.correlation[1], scale));
  if (option.of == Aggregate::sum)
    return Error{ErrorCode::unsupported, "weights", std::to_string(assets.size()) + " assets in a sum",
                 "a sum of at most two, or the largest or smallest of any number", "use the simulation"};
  const auto loads = loadings(correlation_matrix(model));
  if (!loads) return loads.error();
  return discounted(on_many(option, assets, *loads, scale));
}

}  // namespace plimsoll
