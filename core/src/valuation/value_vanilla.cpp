#include "asked.hpp"
#include "plimsoll/method/monte_carlo/european.hpp"
#include "plimsoll/valuation/resolve_market.hpp"
#include "value_by.hpp"

#include <string>

namespace plimsoll {

namespace {

/// The methods that value this option, as a refusal lists them.
std::string fitting_methods_of(const VanillaCase& option) {
  std::string names = has_closed_form(option) ? "ClosedForm, " : "";
  names += "LeisenReimer, Binomial, Trinomial, CrankNicolson";
  if (has_cash_dividends(option)) return names;
  names += ", IntegralEquation";
  const bool has_two_boundaries = option.exercise == Exercise::american &&
                                  early_exercise(option.type, option.model) == EarlyExercise::between_boundaries;
  if (!has_two_boundaries) names += ", BaroneAdesiWhaley, BjerksundStensland, JuQuadratic";
  return names;
}

template <class Option>
Result<Valuation> value_option(const Option& option, Exercise exercise, const Market& market, const Asked& asked) {
  const auto dividends = dividends_until(market.quotes, market.today, option.expiry);
  const auto model = resolve_black_scholes(market.quotes, option.strike, option.expiry, dividends);
  return value_vanilla({option.type, exercise, option.strike, option.expiry, model, dividends}, asked,
                       Fields<Option>::name);
}

}  // namespace

Result<Valuation> value_vanilla(const VanillaCase& option, const Asked& asked, std::string_view product) {
  const bool is_european = option.exercise == Exercise::european;
  const auto* const simulation = std::get_if<MonteCarlo>(&asked.method);
  Valuation valuation;
  if (simulation != nullptr && is_european && has_closed_form(option)) {
    valuation = simulated(monte_carlo_european({option.type, option.strike, option.years}, option.model, *simulation));
  } else if (const auto priced = price_vanilla(option, asked.method, asked.measures, asked.workspace)) {
    valuation.price = priced->price;
    valuation.greeks = priced->greeks;
    if (const auto* const integral = std::get_if<IntegralEquation>(&asked.method))
      valuation.error_estimate = integral_equation_bounded(option, *integral, asked.workspace.integral).error;
  } else {
    return does_not_fit(asked.method, std::string(product) + (has_cash_dividends(option) ? " with cash dividends" : ""),
                        fitting_methods_of(option));
  }
  check_bounds(no_arbitrage_bounds(option), valuation);
  return valuation;
}

Result<Valuation> value_product(const European& option, const Market& market, const Asked& asked) {
  return value_option(option, Exercise::european, market, asked);
}

Result<Valuation> value_product(const American& option, const Market& market, const Asked& asked) {
  return value_option(option, Exercise::american, market, asked);
}

}  // namespace plimsoll
