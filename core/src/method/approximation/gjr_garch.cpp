#include "plimsoll/method/approximation/gjr_garch.hpp"

#include "plimsoll/real/dual.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace plimsoll {

namespace {

/// The factor A of h' = constant + h A: its moments alone and beside powers of the day's draw z.
template <Real R>
struct Factor {
  R first, second, third;        // E[A], E[A^2], E[A^3]
  R drawn, drawn_second;         // E[z A], E[z A^2]
  R drawn_squared, drawn_cubed;  // E[z^2 A], E[z^3 A]
};

constexpr std::size_t powers = 7;  // of the draw, from zero: the cube of A has six
template <Real R>
using Powers = std::array<R, powers>;

/// The mean of z^draws (persistence + slope (z - premium)^2)^times under a law whose moments are given.
template <Real R>
R mean_of_power(std::size_t draws, int times, const R& persistence, const R& slope, const R& premium,
                const Powers<R>& moments) {
  const std::array<R, 3> square{persistence + slope * premium * premium, -2.0 * slope * premium, slope};
  Powers<R> product{};
  product[draws] = 1.0;
  for (int i = 0; i < times; ++i) {
    Powers<R> next{};
    for (std::size_t k = 0; k < powers; ++k)
      for (std::size_t j = 0; j < 3 && k + j < powers; ++j) next[k + j] = next[k + j] + product[k] * square[j];
    product = next;
  }
  R sum = 0.0;
  for (std::size_t k = 0; k < powers; ++k) sum = sum + product[k] * moments[k];
  return sum;
}

template <Real R>
Factor<R> factor_of(const GjrGarch<R>& model) {
  const R& premium = model.risk_premium;
  // E[z^k where z < premium] by parts, and the rest of E[z^k].
  Powers<R> below{};
  Powers<R> above{};
  const R density = normal_pdf(premium);
  below[0] = normal_cdf(premium);
  below[1] = -density;
  above[0] = 1.0 - below[0];
  above[1] = density;
  R power = premium;
  Powers<R> whole{};
  whole[0] = 1.0;
  for (std::size_t k = 2; k < powers; ++k) {
    const double order = static_cast<double>(k) - 1.0;
    below[k] = order * below[k - 2] - power * density;
    whole[k] = order * whole[k - 2];
    above[k] = whole[k] - below[k];
    power = power * premium;
  }
  const R slope_below = model.reaction + model.leverage;
  const auto mean = [&](std::size_t draws, int times) {
    return R(mean_of_power<R>(draws, times, model.persistence, slope_below, premium, below) +
             mean_of_power<R>(draws, times, model.persistence, model.reaction, premium, above));
  };
  return {mean(0, 1), mean(0, 2), mean(0, 3), mean(1, 1), mean(1, 2), mean(2, 1), mean(3, 1)};
}

/// Sums over days i < j < k of means of products, named by what each day gives: h a variance, x a return's draw
/// sqrt(h) z, and a number its power where it is not one.
template <Real R>
struct DaySums {
  R h{0.0}, h2{0.0}, h3{0.0};
  R hh{0.0}, hh2{0.0}, h2h{0.0}, hhh{0.0};
  R xh{0.0}, xh2{0.0}, x2h{0.0}, x3h{0.0};
  R hx_h{0.0};  // sqrt(h) z h on one day, h on another
  R xhh{0.0}, hxh{0.0}, xxh{0.0};
};

/// E[h^power] for power 3/2 or 5/2 to the second order about the mean: of the mean and the mean square.
template <Real R>
R three_halves(const R& mean, const R& square) {
  const R root = sqrt(mean);
  return 0.375 * square / root + 0.625 * mean * root;
}
template <Real R>
R five_halves(const R& mean, const R& square) {
  const R root = sqrt(mean);
  return 1.875 * square * root - 0.875 * mean * mean * root;
}

/// What the days after a day sum up to: `fading[n]` of growth^q for q below n, `building[n]` of fading[1] to fading[n];
/// and the mean variance of each day.
template <Real R>
struct Days {
  std::vector<R> fading, building, mean;

  Days(const R& first_variance, const R& constant, const R& growth, std::size_t days)
      : fading(days + 1, R{0.0}), building(days + 1, R{0.0}), mean(days, first_variance) {
    R power = 1.0;
    for (std::size_t n = 0; n < days; ++n) {
      fading[n + 1] = fading[n] + power;
      building[n + 1] = building[n] + fading[n + 1];
      power = power * growth;
      if (n > 0) mean[n] = constant + growth * mean[n - 1];
    }
  }
};

/// Adds what day i gives beside each later day j, and beside pairs of later days, whose last is summed in one piece.
template <Real R>
void add_pairs(DaySums<R>& sums, const Factor<R>& a, const R& constant, const Days<R>& days, std::size_t i,
               const R& square, const R& cube) {
  const R& mean = days.mean[i];
  const R half_three = three_halves(mean, square);
  const R half_five = five_halves(mean, square);
  const std::size_t count = days.mean.size();
  sums.hx_h = sums.hx_h + a.drawn * half_five * days.fading[count - 1 - i];
  sums.x3h = sums.x3h + a.drawn_cubed * half_five * days.fading[count - 1 - i];
  R hh = square;
  R hh2 = cube;
  R h2h = cube;
  R xh = a.drawn * half_three;
  R xh2 = 2.0 * constant * xh + a.drawn_second * half_five;
  R x2h = constant * mean + a.drawn_squared * square;
  for (std::size_t j = i + 1; j < count; ++j) {
    hh2 = constant * constant * mean + 2.0 * constant * a.first * hh + a.second * hh2;
    hh = constant * mean + a.first * hh;
    h2h = constant * square + a.first * h2h;
    const R& level = days.mean[j];
    const R root = sqrt(level);
    const R h_half_three = 0.375 * hh2 / root + 0.75 * root * hh - 0.125 * level * root * mean;
    const R x_half_three = 0.375 * xh2 / root + 0.75 * root * xh;
    const R& fading = days.fading[count - 1 - j];
    const R& building = days.building[count - 1 - j];
    sums.hh = sums.hh + hh;
    sums.hh2 = sums.hh2 + hh2;
    sums.h2h = sums.h2h + h2h;
    sums.xh = sums.xh + xh;
    sums.xh2 = sums.xh2 + xh2;
    sums.x2h = sums.x2h + x2h;
    sums.hhh = sums.hhh + a.first * hh2 * fading + constant * hh * building;
    sums.xhh = sums.xhh + a.first * xh2 * fading + constant * xh * building;
    sums.hxh = sums.hxh + a.drawn * h_half_three * fading;
    sums.xxh = sums.xxh + a.drawn * x_half_three * fading;
    xh2 = 2.0 * constant * a.first * xh + a.second * xh2;
    xh = a.first * xh;
    x2h = constant * mean + a.first * x2h;
  }
}

template <Real R>
DaySums<R> sums_of(const GjrGarch<R>& model, std::size_t count) {
  const Factor<R> a = factor_of(model);
  const R& constant = model.constant;
  const Days<R> days(model.variance, constant, a.first, count);
  DaySums<R> sums;
  R square = model.variance * model.variance;
  R cube = square * model.variance;
  for (std::size_t i = 0; i < count; ++i) {
    const R& mean = days.mean[i];
    sums.h = sums.h + mean;
    sums.h2 = sums.h2 + square;
    sums.h3 = sums.h3 + cube;
    add_pairs(sums, a, constant, days, i, square, cube);
    cube = constant * constant * constant + 3.0 * constant * constant * a.first * mean +
           3.0 * constant * a.second * square + a.third * cube;
    square = constant * constant + 2.0 * constant * a.first * mean + a.second * square;
  }
  return sums;
}

/// Moments of the log return less its carry: of X - Y / 2, X the sum of sqrt(h) z and Y that of h.
template <Real R>
struct Moments {
  R mean, variance, skewness, kurtosis;
};

template <Real R>
Moments<R> moments_of(const GjrGarch<R>& model, std::size_t count) {
  const DaySums<R> s = sums_of(model, count);
  const R y3 = 6.0 * s.hhh + 3.0 * s.hh2 + 3.0 * s.h2h + s.h3;
  const R xy2 = 2.0 * (s.hxh + s.xhh + s.hx_h) + s.xh2;
  const R x2y = s.x2h + s.hh + s.h2 + 2.0 * s.xxh;
  const R first = -0.5 * s.h;
  const R second = 0.25 * (2.0 * s.hh + s.h2) + s.h - s.xh;
  const R third = 3.0 * s.xh - 0.125 * y3 + 0.75 * xy2 - 1.5 * x2y;
  const R x4 = 6.0 * s.x2h + 12.0 * s.xxh + 3.0 * s.h2;
  const R x3y = 3.0 * (s.hxh + s.xhh + s.hx_h + s.xh2) + s.x3h;  // the terms that the source keeps
  const R x2y2 = 2.0 * (s.hhh + s.hh2);                          // likewise
  const R fourth = x4 - 2.0 * x3y + 1.5 * x2y2;
  const R square = first * first;
  const R variance = second - square;
  const R third_central = third - 3.0 * first * second + 2.0 * first * square;
  const R fourth_central = fourth - 4.0 * first * third + 6.0 * square * second - 3.0 * square * square;
  return {first, variance, third_central / (variance * sqrt(variance)), fourth_central / (variance * variance)};
}

/// The series of Gram and Charlier to the fourth moment. Source: Duan et al. (2006); with the sign of the last term as
/// Jarrow & Rudd's and Corrado & Su's, (d^2 - 1 - ...) n(d) + deviation^3 N(d), by which the printed values are made.
template <Real R>
R series(const European& option, const GjrGarch<R>& model, const Moments<R>& moments) {
  const R prepaid = prepaid_forward(model, option.expiry);
  const R bond = option.strike * discount_factor(model, option.expiry);
  const R deviation = sqrt(moments.variance);
  const R drift = moments.mean + 0.5 * moments.variance;  // zero, did the moments make a martingale of the spot
  const R d = (log(prepaid / bond) + 0.5 * moments.variance + drift) / deviation;
  const R grown = prepaid * exp(drift);
  const R below = d - deviation;
  const R cumulative = normal_cdf(d);
  const R density = normal_pdf(d);
  const R by_skewness = (deviation - below) * density + moments.variance * cumulative;
  const R by_kurtosis = (d * d - 1.0 - 3.0 * deviation * below) * density + moments.variance * deviation * cumulative;
  const R call =
      grown * cumulative - bond * normal_cdf(below) +
      grown * deviation * (moments.skewness * by_skewness / 6.0 + (moments.kurtosis - 3.0) * by_kurtosis / 24.0);
  return option.type == OptionType::call ? call : R(call - prepaid + bond);
}

/// What is certain: an option at its expiry, and one with a strike of zero.
template <Real R>
R certain(const European& option, const GjrGarch<R>& model) {
  const R ahead = prepaid_forward(model, option.expiry) - option.strike * discount_factor(model, option.expiry);
  return max(R(sign(option.type) * ahead), R{0.0});
}

using Slope = Dual<double>;

template <Real R>
GjrGarch<R> carried_over(const GjrGarch<double>& m) {
  return {m.spot,     m.rate,        m.dividend_yield, m.variance,     m.constant,
          m.reaction, m.persistence, m.leverage,       m.risk_premium, m.days_per_year};
}

/// The derivative of `value(model)` by one parameter.
template <class Value>
double slope_by(const GjrGarch<double>& model, Slope GjrGarch<Slope>::* parameter, const Value& value) {
  GjrGarch<Slope> moved = carried_over<Slope>(model);
  (moved.*parameter).tangent = 1.0;
  return value(moved).tangent;
}

template <class Value>
double curvature_by_spot(const GjrGarch<double>& model, const Value& value) {
  GjrGarch<Dual<Slope>> moved = carried_over<Dual<Slope>>(model);
  moved.spot = Dual<Slope>{Slope{model.spot, 1.0}, Slope{1.0}};
  return value(moved).tangent.tangent;
}

template <Real R>
Moments<R> constants(const Moments<double>& m) {
  return {m.mean, m.variance, m.skewness, m.kurtosis};
}

}  // namespace

Result<GjrGarchPrice> duan_approximation(const European& option, const GjrGarch<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const auto days = days_until(option.expiry, model);
  if (!days) return days.error();
  const auto count = static_cast<std::size_t>(*days);
  const bool is_certain = count == 0 || option.strike == 0.0;
  const Moments<double> moments = count == 0 ? Moments<double>{0.0, 0.0, 0.0, 3.0} : moments_of(model, count);
  if (!(std::isfinite(moments.kurtosis) && (count == 0 || moments.variance > 0.0)))
    return Error{ErrorCode::unsupported, "variance_growth", text_of(variance_growth(model)),
                 "a growth whose moments stay within a double until expiry", "simulate the price, or calibrate anew"};
  // The moments know nothing of spot and carry.
  const auto by_carry = [&]<Real R>(const GjrGarch<R>& moved) {
    return is_certain ? certain<R>(option, moved) : series<R>(option, moved, constants<R>(moments));
  };
  const auto by_law = [&](const GjrGarch<Slope>& moved) {
    return is_certain ? Slope{0.0} : series<Slope>(option, moved, moments_of(moved, count));
  };
  GjrGarchPrice result;
  result.price = by_carry(model);
  result.gamma = curvature_by_spot(model, by_carry);
  using G = GjrGarch<Slope>;
  result.by_parameter = {slope_by(model, &G::spot, by_carry),           slope_by(model, &G::rate, by_carry),
                         slope_by(model, &G::dividend_yield, by_carry), slope_by(model, &G::variance, by_law),
                         slope_by(model, &G::constant, by_law),         slope_by(model, &G::reaction, by_law),
                         slope_by(model, &G::persistence, by_law),      slope_by(model, &G::leverage, by_law),
                         slope_by(model, &G::risk_premium, by_law),     0.0};
  result.mean = moments.mean + (model.rate - model.dividend_yield) * option.expiry;
  result.variance = moments.variance;
  result.skewness = moments.skewness;
  result.kurtosis = moments.kurtosis;
  const double highest = option.type == OptionType::call ? prepaid_forward(model, option.expiry)
                                                         : option.strike * discount_factor(model, option.expiry);
  result.within_bounds = result.price >= certain(option, model) && result.price <= highest;
  return result;
}

}  // namespace plimsoll
