#include "plimsoll/method/fourier/riccati.hpp"

#include "contour_sum.hpp"
#include "ladder_pricing.hpp"
#include "plimsoll/numerics/special_functions.hpp"

#include <functional>
#include <memory>

namespace plimsoll {

namespace {

using fourier::Side;
using C = Complex<double>;

/// A quantity whose cumulant is known by a solver: what the contour needs of a model.
struct Solved {
  double spot = 0.0;  // the expectation of the quantity
  std::function<C(const C&)> raw;
  double at_one = 0.0;  // the raw cumulant there, taken off
};

template <ScalarReal R>
Complex<R> cumulant(const Solved& solved, const C& s, const R& /*years*/) {
  return solved.raw(s) - s * solved.at_one;
}

/// E[(spot exp(X) - strike)^+] or the put, undiscounted, between or beyond the poles as the strip allows.
RiccatiPrice undiscounted(const Solved& solved, OptionType type, double strike, double years,
                          const MomentStrip& strip) {
  const double log_strike = std::log(strike / solved.spot);
  const Side side = fourier::side_of(log_strike, strip);
  const auto contour = fourier::contour_of(solved, years, log_strike, strip, side);
  const auto rule = fourier::integrate(
      [&](double y) { return fourier::integrand<double>(solved, contour.at(y), years, log_strike); });
  const double unit = solved.spot / std::numbers::pi;
  const BlackScholes<double> carry{solved.spot, 0.0, 0.0, 0.0};
  const double rest = fourier::complement<double>(type, carry, years, strike, side);
  return {std::max(unit * rule.value + rest, 0.0), unit * rule.error};
}

/// The cumulant of the mean of log(S/F): the order's weight at time to expiry t is t over the whole.
C averaged_cumulant(const Heston<double>& m, const C& s, double years, int least_steps) {
  const double size = std::sqrt(norm(s));
  const double stiffness = (m.mean_reversion + m.volatility_of_variance * size) * years;
  const int steps = least_steps + static_cast<int>(std::min(2.0 * stiffness, 1e5));
  const double h = years / steps;
  const double half_square = 0.5 * m.volatility_of_variance * m.volatility_of_variance;
  const auto slope = [&](double share, const C& d) {
    const C order = s * share;
    return (order * order - order) * 0.5 + (order * (m.correlation * m.volatility_of_variance) - m.mean_reversion) * d +
           d * d * half_square;
  };
  C d{};
  C integral{};
  for (int i = 0; i < steps; ++i) {
    const double start = static_cast<double>(i) / steps;
    const double middle = (i + 0.5) / steps;
    const C a = slope(start, d);
    const C b = slope(middle, d + a * (0.5 * h));
    const C c = slope(middle, d + b * (0.5 * h));
    const C e = slope((i + 1.0) / steps, d + c * h);
    integral = integral + (d + (a + b + c) * (h / 6.0)) * h;
    d = d + (a + (b + c) * 2.0 + e) * (h / 6.0);
  }
  return d * m.variance + integral * (m.mean_reversion * m.long_variance);
}

/// The weights of Adams's and Moulton's fractional steps, which depend on the number of steps alone.
struct FractionalAdams {
  double alpha = 1.0;
  std::vector<double> later;  // second differences of n^(alpha + 1)
  std::vector<double> first;  // the weight of the first value

  FractionalAdams(double power, int steps) : alpha(power) {
    for (int k = 0; k < steps; ++k) {
      const double n = k;
      const double next = std::pow(n + 1.0, alpha + 1.0);
      later.push_back(std::pow(n + 2.0, alpha + 1.0) + std::pow(n, alpha + 1.0) - 2.0 * next);
      first.push_back(std::pow(n, alpha + 1.0) - (n - alpha) * std::pow(n + 1.0, alpha));
    }
  }
};

C rough_cumulant(const RoughHeston<double>& m, const C& s, double years, const FractionalAdams& adams) {
  const std::size_t steps = adams.first.size();
  const double h = years / static_cast<double>(steps);
  const double weight = std::pow(h, adams.alpha) / std::exp(log_gamma(adams.alpha + 2.0));
  const C constant = (s * s - s) * 0.5;
  const C linear = s * (m.correlation * m.volatility_of_variance) - m.mean_reversion;
  const double half_square = 0.5 * m.volatility_of_variance * m.volatility_of_variance;
  std::vector<C> slopes{constant};
  C integral = constant * (0.5 * m.variance);  // of mean_reversion long_variance x + variance slope, by trapezoids
  for (std::size_t k = 0; k < steps; ++k) {
    C known = slopes[0] * adams.first[k] + constant;
    for (std::size_t j = 1; j <= k; ++j) known = known + slopes[j] * adams.later[k - j];
    // x = weight (known + linear x + half_square x^2): the root that vanishes with the weight.
    const C c = known * weight;
    const C b = 1.0 - linear * weight;
    const C x = c * 2.0 / (b + sqrt(b * b - c * (4.0 * half_square * weight)));
    slopes.push_back(constant + linear * x + x * x * half_square);
    const C rate = x * (m.mean_reversion * m.long_variance) + slopes.back() * m.variance;
    integral = integral + rate * (k + 1 == steps ? 0.5 : 1.0);
  }
  return integral * h;
}

/// Prices a ladder with one solver and with a finer one, and takes the finer with the difference as its error.
template <class MakeSolved>
Result<std::vector<RiccatiPrice>> twice(const StrikeLadder& ladder, double discount, const MomentStrip& strip,
                                        const RiccatiSettings& settings, const MakeSolved& make) {
  const Solved coarse = make(settings.steps);
  const Solved fine = make(2 * settings.steps);
  std::vector<RiccatiPrice> prices;
  for (const double strike : ladder.strikes) {
    const RiccatiPrice rough = undiscounted(coarse, ladder.type, strike, ladder.expiry, strip);
    const RiccatiPrice close = undiscounted(fine, ladder.type, strike, ladder.expiry, strip);
    prices.push_back({discount * close.price, discount * (close.error + std::abs(close.price - rough.price))});
  }
  return prices;
}

template <class Model>
std::optional<Error> flaw_of_inputs(const StrikeLadder& ladder, const Model& model, const RiccatiSettings& settings) {
  if (auto flaw = find_flaw(ladder)) return flaw;
  if (auto flaw = find_flaw(model)) return flaw;
  const auto refuse = [](const char* field, double value, const char* allowed) {
    return Error{ErrorCode::invalid_value, field, text_of(value), allowed, "use the payoff, or correct the input"};
  };
  if (ladder.expiry == 0.0) return refuse("expiry", 0.0, "above zero");
  if (model.spot == 0.0) return refuse("spot", 0.0, "above zero");
  for (const double strike : ladder.strikes)
    if (strike == 0.0) return refuse("strike", 0.0, "above zero");
  if (model.variance == 0.0 && model.mean_reversion * model.long_variance == 0.0)
    return refuse("variance", 0.0, "above zero, or a mean above zero to which it reverts");
  if (settings.steps < 8 || settings.steps > 4096)
    return refuse("steps", static_cast<double>(settings.steps), "8 to 4096");
  return std::nullopt;
}

}  // namespace

Result<std::vector<RiccatiPrice>> geometric_asian(const StrikeLadder& ladder, const Heston<double>& model,
                                                  const RiccatiSettings& settings) {
  if (auto flaw = flaw_of_inputs(ladder, model, settings)) return *flaw;
  const double years = ladder.expiry;
  // The mean's moments are finite wherever those of the last spot are.
  const MomentStrip strip = moment_strip(model, years);
  return twice(ladder, discount_factor(model, years), strip, settings, [&](int steps) {
    const auto raw = [&model, years, steps](const C& s) { return averaged_cumulant(model, s, years, steps); };
    const double at_one = raw({1.0, 0.0}).real;
    return Solved{forward(model, 0.5 * years) * std::exp(at_one), raw, at_one};
  });
}

Result<std::vector<RiccatiPrice>> rough_heston(const StrikeLadder& ladder, const RoughHeston<double>& model,
                                               const RiccatiSettings& settings) {
  if (auto flaw = flaw_of_inputs(ladder, model, settings)) return *flaw;
  const double years = ladder.expiry;
  // Between the poles, where every moment is finite whatever the parameters.
  const MomentStrip strip{0.0, 1.0};
  return twice(ladder, discount_factor(model, years), strip, settings, [&](int steps) {
    const auto adams = std::make_shared<const FractionalAdams>(model.hurst + 0.5, steps);
    const auto raw = [&model, years, adams](const C& s) { return rough_cumulant(model, s, years, *adams); };
    return Solved{forward(model, years), raw, 0.0};
  });
}

}  // namespace plimsoll
