#include "plimsoll/method/closed_form/implied_volatility.hpp"

#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace plimsoll {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// 1 + z N(z)/n(z) for z <= 1/2, say: the expected excess of a normal number over -z, over its density there.
/// Source: the asymptotic series of Mills's ratio (Abramowitz & Stegun 26.2.12) below -12, the definition above, whose
/// cancellation costs z^2 roundings of a number that is raised to about that power less.
double excess_ratio(double z) noexcept {
  if (z > -12.0) return 1.0 + z * normal_cdf(z) / normal_pdf(z);
  const double inverse_square = 1.0 / (z * z);
  double term = inverse_square;
  double sum = term;
  for (int n = 1; n < 40 && std::abs(term) > 0.25 * epsilon * sum; ++n) {
    term *= -(2.0 * n + 1.0) * inverse_square;
    sum += term;
  }
  return sum;
}

/// The logarithm of a time value and its first two derivatives by the deviation.
struct LogValue {
  double value, slope, bend;
};

/// Black's time value over the density that is its vega: the integral of `excess_ratio` between both arguments. By
/// Gauss and Legendre's rule where they are close, since their difference would lose digits there.
double over_vega(double log_distance, double deviation) noexcept {
  const double middle = -log_distance / deviation;
  const double half = 0.5 * deviation;
  if (half < 0.5) {
    constexpr std::array<double, 6> nodes{0.12523340851146892, 0.36783149899818019, 0.58731795428661745,
                                          0.76990267419430469, 0.90411725637047486, 0.98156063424671925};
    constexpr std::array<double, 6> weights{0.24914704581340279, 0.23349253653835481, 0.20316742672306592,
                                            0.16007832854334623, 0.10693932599531843, 0.04717533638651183};
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes.size(); ++i)
      sum += weights[i] * (excess_ratio(middle - half * nodes[i]) + excess_ratio(middle + half * nodes[i]));
    return half * sum;
  }
  const auto ratio = [](double z) { return normal_cdf(z) / normal_pdf(z); };
  return ratio(middle + half) - ratio(middle - half);
}

double log_vega(double log_distance, double deviation) noexcept {
  const double middle = log_distance / deviation;
  return -0.5 * (middle * middle + 0.25 * deviation * deviation) - 0.5 * std::log(2.0 * std::numbers::pi);
}

/// d log(vega) / d deviation.
double vega_slope(double log_distance, double deviation) noexcept {
  return log_distance * log_distance / (deviation * deviation * deviation) - 0.25 * deviation;
}

LogValue log_time_value(double log_distance, double deviation) noexcept {
  const double ratio = over_vega(log_distance, deviation);
  const double slope = 1.0 / ratio;
  return {log_vega(log_distance, deviation) + std::log(ratio), slope,
          slope * (vega_slope(log_distance, deviation) - slope)};
}

/// What is left of the time value to its upper bound exp(-log_distance / 2).
LogValue log_left(double log_distance, double deviation) noexcept {
  const double middle = -log_distance / deviation;
  const double half = 0.5 * deviation;
  const double left = std::exp(-0.5 * log_distance) * normal_cdf(-middle - half) +
                      std::exp(0.5 * log_distance) * normal_cdf(middle - half);
  const double slope = -std::exp(log_vega(log_distance, deviation)) / left;
  return {std::log(left), slope, slope * (vega_slope(log_distance, deviation) - slope)};
}

/// Halley's steps kept in a bracket, on a monotone function that is known to cross `wanted`.
template <class F>
double solve(const F& f, double wanted, double low, double high, double guess, bool rising) noexcept {
  double x = std::clamp(guess, low, high);
  for (int i = 0; i < 100; ++i) {
    const LogValue at = f(x);
    const double off = at.value - wanted;
    if (off == 0.0) return x;
    ((off < 0.0) == rising ? low : high) = x;
    const double newton = off / at.slope;
    const double bend = 1.0 - 0.5 * newton * at.bend / at.slope;
    double next = x - newton / std::clamp(bend, 0.5, 2.0);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - x) <= 2.0 * epsilon * x) return next;
    x = next;
  }
  return x;
}

/// The deviation for a time value out of the money over the root of forward times strike.
double deviation_of(double log_distance, double time_value, double upper_left) noexcept {
  constexpr double widest = 80.0;                                    // nothing is left to the upper bound beyond 77
  const double turn = std::max(std::sqrt(2.0 * log_distance), 1.0);  // beyond it the value nears its upper bound
  const LogValue at_turn = log_time_value(log_distance, turn);
  const double log_wanted = std::log(time_value);
  if (log_wanted > at_turn.value)
    return solve([&](double d) { return log_left(log_distance, d); }, std::log(upper_left), turn, widest,
                 std::sqrt(std::max(-8.0 * std::log(upper_left), turn * turn)), false);
  const double at_the_money = std::sqrt(2.0 * std::numbers::pi) * time_value;
  const double far = log_distance / std::sqrt(std::max(-2.0 * log_wanted, 0.5));
  return solve([&](double d) { return log_time_value(log_distance, d); }, log_wanted,
               std::numeric_limits<double>::min(), turn, std::max(at_the_money, far), true);
}

/// The option of the same strike and forward that is out of the money: its time value and the upper bound of it.
struct OutOfTheMoney {
  double value = 0.0;
  double bound = 0.0;
  double left = 0.0;  // of the bound
};

OutOfTheMoney out_of_the_money(const QuotedOption& quote) noexcept {
  const double undiscounted = quote.price / quote.discount;
  const double ahead = sign(quote.type) * (quote.forward - quote.strike);
  const double most = quote.type == OptionType::call ? quote.forward : quote.strike;
  return {ahead > 0.0 ? undiscounted - ahead : undiscounted, std::min(quote.forward, quote.strike),
          most - undiscounted};
}

ImpliedEnd black(const QuotedOption& quote, double& volatility) noexcept {
  volatility = nan;
  for (const double positive : {quote.strike, quote.years, quote.forward, quote.discount})
    if (!(positive > 0.0 && std::isfinite(positive))) return ImpliedEnd::invalid;
  if (!std::isfinite(quote.price)) return ImpliedEnd::invalid;
  const OutOfTheMoney option = out_of_the_money(quote);
  if (option.value < 0.0) return ImpliedEnd::below_payoff;
  if (!(option.left > 0.0)) return ImpliedEnd::above_bound;
  volatility = 0.0;
  if (option.value == 0.0) return ImpliedEnd::found;
  // The difference of two prices next to each other is exact, their quotient is not.
  const double distance = std::abs(std::log1p((quote.strike - quote.forward) / quote.forward));
  const double unit = std::sqrt(quote.forward) * std::sqrt(quote.strike);
  volatility = deviation_of(distance, option.value / unit, option.left / unit) / std::sqrt(quote.years);
  return ImpliedEnd::found;
}

/// The logarithm of Bachelier's time value over the distance of the strike, by the argument z = distance / deviation.
LogValue log_normal_model_value(double z) noexcept {
  const double ratio = excess_ratio(-z);
  const double slope = -normal_cdf(-z) / normal_pdf(z) / ratio - 1.0 / z;
  const double by_cdf = normal_cdf(-z) / normal_pdf(z) / ratio;
  // d/dz of N(-z) / (n(z) excess) is (z M - 1 + M^2 / excess) / excess with M = N(-z) / n(z).
  const double mills = by_cdf * ratio;
  const double bend = -(z * mills - 1.0 + mills * mills / ratio) / ratio + 1.0 / (z * z);
  return {-0.5 * z * z - 0.5 * std::log(2.0 * std::numbers::pi) + std::log(ratio / z), slope, bend};
}

ImpliedEnd bachelier(const QuotedOption& quote, double& volatility) noexcept {
  volatility = nan;
  for (const double positive : {quote.years, quote.discount})
    if (!(positive > 0.0 && std::isfinite(positive))) return ImpliedEnd::invalid;
  if (!std::isfinite(quote.price + quote.strike + quote.forward)) return ImpliedEnd::invalid;
  const OutOfTheMoney option = out_of_the_money(quote);
  if (option.value < 0.0) return ImpliedEnd::below_payoff;
  volatility = 0.0;
  if (option.value == 0.0) return ImpliedEnd::found;
  const double root_time = std::sqrt(quote.years);
  const double distance = std::abs(quote.forward - quote.strike);
  const double at_the_money = std::sqrt(2.0 * std::numbers::pi) * option.value;
  volatility = at_the_money / root_time;
  if (distance < epsilon * option.value) return ImpliedEnd::found;
  const double wanted = std::log(option.value / distance);
  const double guess = std::min(distance / at_the_money, std::sqrt(std::max(-2.0 * wanted, 1e-3)));
  const double z = solve(log_normal_model_value, wanted, 0.25 * epsilon, 60.0, guess, false);
  volatility = distance / z / root_time;
  return ImpliedEnd::found;
}

Error refused(const QuotedOption& quote, ImpliedEnd end) {
  const double payoff = quote.discount * std::max(sign(quote.type) * (quote.forward - quote.strike), 0.0);
  const double most = quote.discount * (quote.type == OptionType::call ? quote.forward : quote.strike);
  if (end == ImpliedEnd::invalid)
    return Error{ErrorCode::invalid_value, "quote", text_of(quote.price),
                 "finite numbers, with strike, forward, years and discount above zero", "correct the quote"};
  const bool is_low = end == ImpliedEnd::below_payoff;
  return Error{ErrorCode::invalid_value, "price", text_of(quote.price),
               is_low ? "the payoff of the forward " + text_of(payoff) + " or more" : "below " + text_of(most),
               "no volatility gives this price: correct the quote, the forward or the discount factor"};
}

}  // namespace

double black_time_value(double log_distance, double deviation) noexcept {
  return std::exp(log_vega(log_distance, deviation)) * over_vega(log_distance, deviation);
}

Result<double> implied_volatility(const QuotedOption& quote) {
  double volatility = nan;
  const ImpliedEnd end = black(quote, volatility);
  if (end != ImpliedEnd::found) return refused(quote, end);
  return volatility;
}

Result<double> implied_normal_volatility(const QuotedOption& quote) {
  double volatility = nan;
  const ImpliedEnd end = bachelier(quote, volatility);
  if (end != ImpliedEnd::found) return refused(quote, end);
  return volatility;
}

void implied_volatilities(const QuotedColumns& quotes, bool normal, std::span<double> volatilities,
                          std::span<std::uint8_t> ends) noexcept {
  for (std::size_t i = 0; i < volatilities.size(); ++i) {
    const QuotedOption quote{quotes.types[i] == 0 ? OptionType::call : OptionType::put,
                             quotes.strikes[i],
                             quotes.years[i],
                             quotes.forwards[i],
                             quotes.discounts[i],
                             quotes.prices[i]};
    const ImpliedEnd end =
        quotes.types[i] > 1 ? ImpliedEnd::invalid : (normal ? bachelier : black)(quote, volatilities[i]);
    if (quotes.types[i] > 1) volatilities[i] = nan;
    ends[i] = static_cast<std::uint8_t>(end);
  }
}

}  // namespace plimsoll
