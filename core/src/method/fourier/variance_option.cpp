#include "plimsoll/method/fourier/variance_option.hpp"

#include "contour_sum.hpp"

#include <optional>

namespace plimsoll {

namespace {

using C = Complex<double>;

constexpr double rounding = 4.0 * std::numeric_limits<double>::epsilon();  // of some operations in a row

/// The integral's expectation.
double expectation(const Heston<double>& m, double years) {
  const double pull = m.mean_reversion * years;
  const double fading = pull == 0.0 ? 1.0 : -std::expm1(-pull) / pull;
  return years * (m.long_variance + (m.variance - m.long_variance) * fading);
}

/// log E[exp(-s I)] of the integral I of v dt, with no difference of terms that nearly agree: the root less the pull is
/// written as twice the variance of variance times s over their sum.
C transform(const Heston<double>& m, const C& s, double years) {
  const double square = m.volatility_of_variance * m.volatility_of_variance;
  const C root = sqrt(s * (2.0 * square) + m.mean_reversion * m.mean_reversion);
  const C sum = root + m.mean_reversion;
  const C gone = -expm1(root * -years);
  const C bend = s * gone * square / (root * sum);
  const C by_variance = s * gone / (root * (1.0 - bend));
  if (m.mean_reversion * m.long_variance == 0.0) return by_variance * -m.variance;
  const C by_mean = s * years / sum + log1p(-bend) * (1.0 / square);
  return by_variance * -m.variance - by_mean * (2.0 * m.mean_reversion * m.long_variance);
}

/// The order left of the pole where E[exp(-s I)] becomes infinite. There the root is i times the w whose half turn over
/// the expiry, w years / 2, and the angle of (pull, w) are half a circle together.
double explosion(const Heston<double>& m, double years) {
  double low = 0.0;
  double high = 2.0 * std::numbers::pi / years;
  constexpr int halvings = 60;
  for (int i = 0; i < halvings; ++i) {
    const double middle = 0.5 * (low + high);
    (0.5 * middle * years + std::atan2(middle, m.mean_reversion) < std::numbers::pi ? low : high) = middle;
  }
  const double pull = m.mean_reversion;
  return -0.5 * (pull * pull + low * low) / (m.volatility_of_variance * m.volatility_of_variance);
}

/// Undiscounted value out of the money: the integral of exp(s strike + log E[exp(-s I)]) / s^2 on a line through the
/// saddle `order` of it.
RiccatiPrice on_contour(const Heston<double>& m, double strike, double years, const fourier::HalfLine& line) {
  const auto slope = [&](double s) {
    const double step = 1e-4 * std::min(std::abs(s), std::abs(line.end - s));
    return strike + transform(m, {s, step}, years).imaginary / step - 2.0 / s;
  };
  const double outwards = line.end > 0.0 ? 1.0 : -1.0;
  const double saddle = fourier::crossing(line, 1.0 / strike, [&](double s) { return outwards * slope(s); });
  const double step = 1e-2 * std::min(std::abs(saddle), std::abs(line.end - saddle));
  const double bend = std::max((slope(saddle + step) - slope(saddle - step)) / (2.0 * step), 2.0 / (saddle * saddle));
  const fourier::Hyperbola contour{saddle, 1.0 / std::sqrt(bend), 0.0};
  const auto rule = fourier::integrate([&](double y) {
    const auto point = contour.at(y);
    const C exponent = point.order * strike + transform(m, point.order, years);
    return (exp(exponent) * point.speed / (point.order * point.order)).real;
  });
  const double exponents = std::abs(saddle * strike) + std::abs(transform(m, {saddle, 0.0}, years).real);
  const double rounded = rounding * (1.0 + exponents) * std::abs(rule.value);
  return {rule.value / std::numbers::pi, (rule.error + rounded) / std::numbers::pi};
}

/// What is known without a transform: certain integrals, and a strike of zero.
std::optional<RiccatiPrice> without_transform(const IntegratedVarianceOption& option, const Heston<double>& m) {
  const double mean = expectation(m, option.expiry);
  if (m.volatility_of_variance > 0.0 && mean > 0.0 && option.strike > 0.0) return std::nullopt;
  const double value = discount_factor(m, option.expiry) * std::max(sign(option.type) * (mean - option.strike), 0.0);
  return RiccatiPrice{value, rounding * (mean + option.strike)};
}

/// log E[exp(-s I)] from b' = -s - pull b + (volatility of variance)^2 b^2 / 2 and a' = pull * long variance * b.
C transform_by_steps(const Heston<double>& m, const C& s, double years, int least_steps) {
  const double half_square = 0.5 * m.volatility_of_variance * m.volatility_of_variance;
  const double rate = m.mean_reversion + std::sqrt(4.0 * half_square * std::sqrt(norm(s)));
  const int steps = least_steps + static_cast<int>(std::min(4.0 * rate * years, 1e5));
  const double h = years / steps;
  const auto slope = [&](const C& b) { return b * b * half_square - b * m.mean_reversion - s; };
  C b{};
  C integral{};
  for (int i = 0; i < steps; ++i) {
    const C first = slope(b);
    const C second = slope(b + first * (0.5 * h));
    const C third = slope(b + second * (0.5 * h));
    const C fourth = slope(b + third * h);
    integral = integral + (b + (first + second + third) * (h / 6.0)) * h;
    b = b + (first + (second + third) * 2.0 + fourth) * (h / 6.0);
  }
  return b * m.variance + integral * (m.mean_reversion * m.long_variance);
}

/// Undiscounted put by the cosine series of the density on [low, high].
double put_by_cosines(const Heston<double>& m, double strike, double years, int terms) {
  const double mean = expectation(m, years);
  const double step = 1e-3 / mean;
  const double deviation = std::sqrt(-2.0 * transform(m, {0.0, step}, years).real) / step;
  constexpr double deviations = 10.0;  // and as much again above, where the tail is exponential
  const double low = std::max(mean - deviations * deviation, 0.0);
  const double high = mean + 2.0 * deviations * deviation;
  const double reach = std::clamp(strike, low, high) - low;
  double sum = 0.25 * reach * reach;  // half the integral of (reach - x): the first term counts half
  for (int k = 1; k < terms; ++k) {
    const double u = k * std::numbers::pi / (high - low);
    const C density = exp(transform_by_steps(m, {0.0, -u}, years, terms) - C{0.0, u * low});
    const double half = std::sin(0.5 * u * reach);
    sum += density.real * 2.0 * half * half / (u * u);  // the integral of (reach - x) cos(u x)
  }
  // Beyond the interval on either side lies nothing that counts.
  return 2.0 / (high - low) * sum + std::max(strike - high, 0.0);
}

std::optional<Error> find_flaw(const IntegratedVarianceOption& option) {
  const auto refuse = [](const char* field, double value, const char* allowed) {
    return Error{ErrorCode::invalid_value, field, text_of(value), allowed, "correct the term"};
  };
  if (!(option.strike >= 0.0 && std::isfinite(option.strike)))
    return refuse("strike", option.strike, "a finite number that is not negative");
  if (!(option.expiry > 0.0 && std::isfinite(option.expiry)))
    return refuse("expiry", option.expiry, "a finite number above zero");
  return std::nullopt;
}

}  // namespace

Result<RiccatiPrice> integrated_variance_by_cosines(const IntegratedVarianceOption& option, const Heston<double>& model,
                                                    int terms) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (terms < 16 || terms > 4096)
    return Error{ErrorCode::invalid_value, "terms", std::to_string(terms), "16 to 4096", "give a number in that range"};
  if (const auto known = without_transform(option, model)) return *known;
  const double rough = put_by_cosines(model, option.strike, option.expiry, terms);
  const double close = put_by_cosines(model, option.strike, option.expiry, 2 * terms);
  const double ahead = option.type == OptionType::call ? expectation(model, option.expiry) - option.strike : 0.0;
  const double discount = discount_factor(model, option.expiry);
  return RiccatiPrice{discount * std::max(close + ahead, 0.0), discount * std::abs(close - rough)};
}

Result<RiccatiPrice> integrated_variance_option(const IntegratedVarianceOption& option, const Heston<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (const auto known = without_transform(option, model)) return *known;
  const double years = option.expiry;
  const double strike = option.strike;
  const double mean = expectation(model, years);
  const bool gives_call = strike >= mean;
  const fourier::HalfLine line{0.0, gives_call ? explosion(model, years) : std::numeric_limits<double>::infinity()};
  RiccatiPrice value = on_contour(model, strike, years, line);
  if (gives_call != (option.type == OptionType::call)) {
    value.price += sign(option.type) * (mean - strike);
    value.error += rounding * (mean + strike);
  }
  const double discount = discount_factor(model, years);
  return RiccatiPrice{discount * std::max(value.price, 0.0), discount * value.error};
}

}  // namespace plimsoll
