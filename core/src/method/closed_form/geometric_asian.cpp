#include "plimsoll/method/closed_form/geometric_asian.hpp"

#include "plimsoll/numerics/normal.hpp"

#include <cmath>
#include <string>

namespace plimsoll {

namespace {

/// The mean is proportional to the spot, so gamma is Black's with the leg that the price is made of.
double geometric_gamma(double strike, const AverageTimes& times, double expiry, const BlackScholes<double>& model) {
  const double variance = model.volatility * model.volatility * times.variance;
  if (!(variance > 0.0 && model.spot > 0.0 && strike > 0.0)) return 0.0;
  const double log_forward = std::log(model.spot / strike) + (model.rate - model.dividend_yield) * times.mean +
                             0.5 * (variance - model.volatility * model.volatility * times.mean);
  const double deviation = std::sqrt(variance);
  const double d1 = log_forward / deviation + 0.5 * deviation;
  const double carried_strike = strike * std::exp(log_forward - model.rate * expiry);
  return carried_strike * normal_pdf(d1) / (model.spot * model.spot * deviation);
}

}  // namespace

AverageTimes average_times(std::span<const double> fixings) noexcept {
  const auto count = static_cast<double>(fixings.size());
  AverageTimes times;
  double before = 0.0;
  double remaining = count;  // fixings that still see the step
  for (const double date : fixings) {
    const double share = remaining / count;
    times.mean += share * (date - before);
    times.variance += share * share * (date - before);
    before = date;
    remaining -= 1.0;
  }
  return times;
}

namespace {

PricedGreeks greeks_over(OptionType type, double strike, const AverageTimes& times, double expiry,
                         const BlackScholes<double>& model) {
  using R = Adjoint<double>;
  Tape<double> tape;
  const BlackScholes<R> leaves{R::leaf(tape, model.spot), R::leaf(tape, model.rate),
                               R::leaf(tape, model.dividend_yield), R::leaf(tape, model.volatility)};
  const R elapsed = R::leaf(tape, 0.0);
  const auto mark = tape.mark();
  const R price = geometric_asian_price(type, strike, times, expiry, leaves, elapsed);
  sweep(tape, price, mark);
  return {price.value(),
          {leaves.spot.adjoint(), geometric_gamma(strike, times, expiry, model), leaves.volatility.adjoint(),
           elapsed.adjoint(), leaves.rate.adjoint()}};
}

Error begun(const std::string& made) {
  return {ErrorCode::unsupported, "fixings", made, "fixings after the valuation date, none made",
          "take the simulation for an average that has begun"};
}

}  // namespace

PricedGreeks geometric_asian_greeks(OptionType type, double strike, std::span<const double> fixings, double expiry,
                                    const BlackScholes<double>& model) {
  return greeks_over(type, strike, average_times(fixings), expiry, model);
}

Result<PricedGreeks> geometric_asian(const ArithmeticAsian& option, const BlackScholes<double>& model) {
  if (option.past_count != 0 || option.fixings.empty() || !(option.fixings.front() > 0.0))
    return begun(std::to_string(option.past_count) + " made");
  return geometric_asian_greeks(option.type, option.strike, option.fixings, option.expiry, model);
}

Result<PricedGreeks> geometric_asian(const ContinuousAsian& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (option.elapsed != 0.0) return begun(text_of(option.elapsed) + " years");
  const AverageTimes times{option.expiry / 2.0, option.expiry / 3.0};
  return greeks_over(option.type, option.strike, times, option.expiry, model);
}

Result<double> geometric_asian_today(const ArithmeticAsian& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (option.past_count != 0 || option.fixings.empty()) return begun(std::to_string(option.past_count) + " made");
  return geometric_asian_price<double>(option.type, option.strike, average_times(option.fixings), option.expiry, model,
                                       0.0);
}

}  // namespace plimsoll
