#include "plimsoll/method/approximation/variance_swap.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"

#include <cmath>
#include <vector>

namespace plimsoll {

namespace {

/// What must be replicated, per year: a share of the stock at the boundary less the logarithm, flat at the boundary.
double payoff_at(double spot, double boundary, double years) {
  return 2.0 / years * ((spot - boundary) / boundary - std::log(spot / boundary));
}

/// Today's value of the options on one side, walking away from the boundary: each option adds the change of slope.
double replicated_side(OptionType type, const std::vector<StripQuote>& quotes, double boundary, double years,
                       const BlackScholes<double>& model) {
  double value = 0.0;
  double held = 0.0;  // the slope that the options so far give
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    const double strike = quotes[i].strike;
    const double step = i + 1 < quotes.size() ? quotes[i + 1].strike - strike : strike - quotes[i - 1].strike;
    const double next = strike + step;
    if (!(next > 0.0)) break;
    const double slope =
        (payoff_at(next, boundary, years) - payoff_at(strike, boundary, years)) / std::abs(next - strike);
    BlackScholes<double> at = model;
    at.volatility = quotes[i].volatility;
    value += (slope - held) * black_scholes_price<double>(type, strike, years, at);
    held = slope;
  }
  return value;
}

}  // namespace

Result<double> replicated_variance(const VarianceStrip& strip, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(strip)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (!(model.spot > 0.0))
    return Error{ErrorCode::invalid_value, "spot", text_of(model.spot), "a price > 0", "give today's spot"};
  const double years = strip.expiry;
  const double boundary = strip.calls.front().strike;
  const std::vector<StripQuote> puts(strip.puts.rbegin(), strip.puts.rend());
  const double options = replicated_side(OptionType::put, puts, boundary, years, model) +
                         replicated_side(OptionType::call, strip.calls, boundary, years, model);
  const double growth = (model.rate - model.dividend_yield) * years;
  const double at_forward = model.spot * std::exp(growth) / boundary;
  return 2.0 / years * (growth - (at_forward - 1.0) - std::log(boundary / model.spot)) +
         std::exp(model.rate * years) * options;
}

}  // namespace plimsoll
