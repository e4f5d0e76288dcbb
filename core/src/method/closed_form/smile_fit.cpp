#include "plimsoll/method/closed_form/smile_fit.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/implied_volatility.hpp"
#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Calls `variance(expiry, strike)` for each quote of a chain and prices it by Black.
template <ScalarReal R, class Variance>
void black_prices(std::span<const QuotedExpiry> chain, const Variance& variance, std::span<R> prices) {
  std::size_t quote = 0;
  for (std::size_t e = 0; e < chain.size(); ++e) {
    const QuotedExpiry& expiry = chain[e];
    for (std::size_t i = 0; i < expiry.strikes.size(); ++i) {
      const R deviation = sqrt(variance(e, expiry.strikes[i]));
      prices[quote++] = black_price<R>(Passive<R>{sign(expiry.types[i])}, R{expiry.discount * expiry.forward},
                                       R{expiry.discount * expiry.strikes[i]}, deviation);
    }
  }
}

/// Fits what `prices(parameters, out)` says to a chain.
template <class F>
Result<QuoteFit> fit_chain(std::span<const QuotedExpiry> chain, const F& prices, std::vector<double> start,
                           LeastSquaresSettings settings) {
  std::vector<double> quotes;
  settings.weights.clear();
  for (const QuotedExpiry& expiry : chain) {
    quotes.insert(quotes.end(), expiry.prices.begin(), expiry.prices.end());
    settings.weights.insert(settings.weights.end(), expiry.weights.begin(), expiry.weights.end());
  }
  return fit_quotes(recorded_quotes(prices, quotes.size()), quotes, std::move(start), settings);
}

template <class Model>
std::vector<double> numbers_of(const Model& model) {
  std::vector<double> numbers;
  for_each_field(model, [&](std::string_view, double number) { numbers.push_back(number); });
  return numbers;
}

template <class Model, class R>
Model model_of(std::span<const R> numbers) {
  Model model;
  std::size_t i = 0;
  for_each_field(model, [&](std::string_view, R& number) { number = numbers[i++]; });
  return model;
}

std::optional<Error> flaw_of_single(std::span<const QuotedExpiry> chain) {
  if (auto flaw = find_flaw(chain)) return flaw;
  if (chain.size() == 1) return std::nullopt;
  return Error{ErrorCode::invalid_value, "chain", std::to_string(chain.size()) + " expiries", "one expiry",
               "fit each expiry alone"};
}

/// A fit of a smile with `variance(model, log_strike, strike)`.
template <template <class> class Smile, class Variance>
Result<ChainFit<Smile<double>>> fit_smile(std::span<const QuotedExpiry> chain, const Smile<double>& start,
                                          const Smile<double>& lower, const Smile<double>& upper,
                                          LeastSquaresSettings settings, const Variance& variance) {
  if (auto flaw = flaw_of_single(chain)) return *flaw;
  if (auto flaw = find_flaw(start)) return *flaw;
  settings.lower = numbers_of(lower);
  settings.upper = numbers_of(upper);
  const auto prices = [&]<class R>(std::span<const R> at, std::span<R> out) {
    const auto model = model_of<Smile<R>, R>(at);
    black_prices<R>(chain, [&](std::size_t, double strike) { return variance(model, strike); }, out);
  };
  auto fit = fit_chain(chain, prices, numbers_of(start), std::move(settings));
  if (!fit) return fit.error();
  const auto model = model_of<Smile<double>, double>(std::span<const double>(fit->fit.parameters));
  return ChainFit<Smile<double>>{model, *std::move(fit)};
}

/// Rises of the variance, then the three shapes.
std::vector<double> free_numbers(const Ssvi<double>& model, bool as_rises) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < model.variances.size(); ++i)
    numbers.push_back(model.variances[i] - (as_rises && i > 0 ? model.variances[i - 1] : 0.0));
  numbers.insert(numbers.end(), {model.correlation, model.steepness, model.exponent});
  return numbers;
}

template <ScalarReal R>
Ssvi<R> surface_of(const std::vector<double>& years, std::span<const R> numbers) {
  Ssvi<R> model{years, {}, numbers[years.size()], numbers[years.size() + 1], numbers[years.size() + 2]};
  R variance{0.0};
  for (std::size_t i = 0; i < years.size(); ++i) {
    variance = variance + numbers[i];
    model.variances.push_back(variance);
  }
  return model;
}

std::optional<Error> flaw_of_expiries(std::span<const QuotedExpiry> chain, const Ssvi<double>& start,
                                      const Ssvi<double>& lower, const Ssvi<double>& upper) {
  if (auto flaw = find_flaw(chain)) return flaw;
  if (auto flaw = find_flaw(start)) return flaw;
  const auto has_years = [](const QuotedExpiry& expiry, double years) { return expiry.years == years; };
  const std::size_t count = chain.size();
  if (std::ranges::equal(chain, start.years, has_years) && lower.variances.size() == count &&
      upper.variances.size() == count)
    return std::nullopt;
  return Error{ErrorCode::invalid_value, "years", std::to_string(start.years.size()) + " expiries",
               "the " + std::to_string(count) + " expiries of the chain, in start and bounds",
               "begin where ssvi_start says"};
}

}  // namespace

template <>
Result<ChainFit<Svi<double>>> calibrate(std::span<const QuotedExpiry> chain, const Svi<double>& start,
                                        const Svi<double>& lower, const Svi<double>& upper,
                                        LeastSquaresSettings settings) {
  const double forward = chain.empty() ? 1.0 : chain.front().forward;
  auto fit = fit_smile<Svi>(chain, start, lower, upper, std::move(settings),
                            [forward]<class R>(const Svi<R>& model, double strike) {
                              return total_variance<R>(model, R{std::log(strike / forward)});
                            });
  if (!fit) return fit;
  if (auto flaw = find_flaw(fit->model)) return *flaw;
  return fit;
}

template <>
Result<ChainFit<Sabr<double>>> calibrate(std::span<const QuotedExpiry> chain, const Sabr<double>& start,
                                         const Sabr<double>& lower, const Sabr<double>& upper,
                                         LeastSquaresSettings settings) {
  const double forward = chain.empty() ? 1.0 : chain.front().forward;
  const double years = chain.empty() ? 1.0 : chain.front().years;
  return fit_smile<Sabr>(chain, start, lower, upper, std::move(settings),
                         [=]<class R>(const Sabr<R>& model, double strike) -> R {
                           const R volatility = hagan_volatility<R>(model, R{forward}, R{strike}, years);
                           return volatility * volatility * years;
                         });
}

template <>
Result<ChainFit<Ssvi<double>>> calibrate(std::span<const QuotedExpiry> chain, const Ssvi<double>& start,
                                         const Ssvi<double>& lower, const Ssvi<double>& upper,
                                         LeastSquaresSettings settings) {
  if (auto flaw = flaw_of_expiries(chain, start, lower, upper)) return *flaw;
  constexpr double least_rise = 1e-10;  // of a variance: where it is zero the powers have no derivative
  constexpr double inside = 0.999;
  const std::size_t count = chain.size();
  settings.lower = free_numbers(lower, false);
  settings.upper = free_numbers(upper, false);
  for (std::size_t i = 0; i < count; ++i) settings.lower[i] = std::max(settings.lower[i], i == 0 ? least_rise : 0.0);
  settings.lower[count] = std::max(settings.lower[count], -inside);
  settings.upper[count] = std::min(settings.upper[count], inside);
  settings.lower[count + 1] = std::max(settings.lower[count + 1], 0.0);
  settings.upper[count + 1] = std::min(settings.upper[count + 1], 1.0);
  settings.lower[count + 2] = std::max(settings.lower[count + 2], 1e-3);
  settings.upper[count + 2] = std::min(settings.upper[count + 2], 0.5);
  const std::vector<double> years = start.years;
  const auto prices = [&]<class R>(std::span<const R> at, std::span<R> out) {
    const Ssvi<R> model = surface_of<R>(years, at);
    black_prices<R>(
        chain,
        [&](std::size_t e, double strike) {
          return total_variance<R>(model, model.variances[e], R{std::log(strike / chain[e].forward)});
        },
        out);
  };
  auto fit = fit_chain(chain, prices, free_numbers(start, true), std::move(settings));
  if (!fit) return fit.error();
  Ssvi<double> found = surface_of<double>(years, fit->fit.parameters);
  return ChainFit<Ssvi<double>>{std::move(found), *std::move(fit)};
}

Result<std::vector<SmilePoint>> smile_points(const QuotedExpiry& expiry) {
  if (auto flaw = find_flaw(std::span(&expiry, 1))) return *flaw;
  std::vector<SmilePoint> points;
  for (std::size_t i = 0; i < expiry.strikes.size(); ++i) {
    const auto volatility = implied_volatility(
        {expiry.types[i], expiry.strikes[i], expiry.years, expiry.forward, expiry.discount, expiry.prices[i]});
    if (!volatility || !(*volatility > 0.0)) continue;
    const double log_strike = std::log(expiry.strikes[i] / expiry.forward);
    const double variance = *volatility * *volatility * expiry.years;
    const double deviation = std::sqrt(variance);
    const double density = normal_pdf(0.5 * deviation - log_strike / deviation);
    points.push_back(
        {log_strike, variance, 0.5 * expiry.discount * expiry.forward * density / deviation, expiry.weights[i]});
  }
  std::ranges::sort(points, {}, &SmilePoint::log_strike);
  return points;
}

namespace {

Error too_few(std::size_t found, const char* allowed) {
  return {ErrorCode::missing_quote, "strikes", std::to_string(found) + " with a time value", allowed,
          "give more quotes of this expiry, or leave it out"};
}

/// The total variance at the forward.
Result<double> variance_at_forward(const QuotedExpiry& expiry) {
  const auto points = smile_points(expiry);
  if (!points) return points.error();
  if (points->empty()) return too_few(0, "at least one");
  const auto above = std::ranges::lower_bound(*points, 0.0, {}, &SmilePoint::log_strike);
  if (above == points->begin()) return points->front().total_variance;
  if (above == points->end()) return points->back().total_variance;
  const SmilePoint& low = *(above - 1);
  const double share = -low.log_strike / (above->log_strike - low.log_strike);
  return low.total_variance + share * (above->total_variance - low.total_variance);
}

/// A slice of given shift and curvature by least squares, and the squares that it leaves.
std::pair<double, Svi<double>> best_slice(const std::vector<SmilePoint>& points, double shift, double curvature) {
  Matrix columns(points.size(), 3);
  std::vector<double> right;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const SmilePoint& point = points[i];
    const double scale = std::sqrt(point.weight) * point.price_slope;
    const double place = (point.log_strike - shift) / curvature;
    columns(i, 0) = scale;
    columns(i, 1) = scale * place;
    columns(i, 2) = scale * std::sqrt(place * place + 1.0);
    right.push_back(scale * point.total_variance);
  }
  const auto solved = least_squares(columns, right);
  if (!solved) return {infinity, {}};
  const double slope = std::max((*solved)[2], 1e-8) / curvature;
  const double rho = std::clamp((*solved)[1] / (slope * curvature), -0.99, 0.99);
  const double least = slope * curvature * std::sqrt(1.0 - rho * rho);
  const Svi<double> slice{std::max((*solved)[0], 1e-8 - least), slope, rho, shift, curvature};
  double squares = 0.0;
  for (const SmilePoint& point : points) {
    const double miss = total_variance<double>(slice, point.log_strike) - point.total_variance;
    squares += point.weight * std::pow(point.price_slope * miss, 2);
  }
  return {squares, slice};
}

}  // namespace

Result<double> volatility_at_forward(const QuotedExpiry& expiry) {
  const auto variance = variance_at_forward(expiry);
  if (!variance) return variance.error();
  return std::sqrt(*variance / expiry.years);
}

Result<Svi<double>> svi_start(const QuotedExpiry& expiry) {
  const auto points = smile_points(expiry);
  if (!points) return points.error();
  if (points->size() < 5) return too_few(points->size(), "at least five");
  const double low = points->front().log_strike;
  const double width = points->back().log_strike - low;
  std::pair<double, Svi<double>> best{infinity, {}};
  for (int i = 0; i <= 12; ++i)
    for (int j = 0; j < 12; ++j) {
      auto tried = best_slice(*points, low + width * i / 12.0, width * 0.02 * std::pow(1.5, j));
      if (tried.first < best.first) best = std::move(tried);
    }
  if (best.first < infinity) return best.second;
  return too_few(points->size(), "at least five at strikes of their own");
}

Result<Sabr<double>> sabr_start(const QuotedExpiry& expiry, double elasticity) {
  const auto volatility = volatility_at_forward(expiry);
  if (!volatility) return volatility.error();
  const Sabr<double> start{*volatility * std::pow(expiry.forward, 1.0 - elasticity), elasticity, 0.5, -0.3};
  if (auto flaw = find_flaw(start)) return *flaw;
  return start;
}

Result<Ssvi<double>> ssvi_start(std::span<const QuotedExpiry> chain) {
  if (auto flaw = find_flaw(chain)) return *flaw;
  Ssvi<double> start{{}, {}, -0.4, 0.6, 0.4};
  double before = 0.0;
  for (const QuotedExpiry& expiry : chain) {
    const auto variance = variance_at_forward(expiry);
    if (!variance) return variance.error();
    before = std::max(*variance, before * 1.001);
    start.years.push_back(expiry.years);
    start.variances.push_back(before);
  }
  if (auto flaw = find_flaw(start)) return *flaw;
  return start;
}

}  // namespace plimsoll
