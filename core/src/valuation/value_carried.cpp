#include "plimsoll/method/closed_form/bachelier.hpp"
#include "plimsoll/method/normal_future.hpp"
#include "plimsoll/valuation/resolve_market.hpp"
#include "value_by.hpp"

#include <string>

// Options whose underlying costs nothing to hold, and exchange rates.
namespace plimsoll {

namespace {

/// Price and sensitivities by the future and by the rate alone, of a future whose logarithm is normal.
Result<Valuation> on_log_normal(const FutureOption& option, const BlackScholes<double>& model, const Asked& asked) {
  const std::string_view product = Fields<FutureOption>::name;
  if (option.strike < 0.0)
    return Error{ErrorCode::invalid_value, "strike", text_of(option.strike),
                 "a finite number >= 0 where the volatility is that of a logarithm",
                 "quote the future with a normal volatility, or correct the strike"};
  const VanillaCase on_future{option.type, option.exercise, option.strike, option.expiry, model, {}};
  auto valuation = value_vanilla(on_future, asked, product);
  if (!valuation || asked.measures == Measures::price_only) return valuation;
  if (option.exercise == Exercise::european) {
    // The rate discounts and does nothing else.
    Valuation& found = *valuation;
    found.greeks.rho = -option.expiry * found.price;
    if (found.greek_standard_errors && found.standard_error)
      found.greek_standard_errors->rho = option.expiry * *found.standard_error;
    return valuation;
  }
  const auto by_yield = yield_slope(on_future, asked, product);
  if (!by_yield) return by_yield.error();
  valuation->greeks.rho += *by_yield;
  return valuation;
}

/// The same of a future that is itself normal.
Result<Valuation> on_normal(const NormalOption& option, const Asked& asked) {
  const bool is_european = option.exercise == Exercise::european;
  if (std::holds_alternative<ClosedForm>(asked.method) && is_european)
    return deterministic(bachelier(option.type, option.strike, option.years, option.model));
  if (const auto* const lattice = std::get_if<Binomial>(&asked.method))
    return estimated(on_normal_lattice(option, *lattice, asked.measures));
  if (const auto* const grid = std::get_if<CrankNicolson>(&asked.method))
    return estimated(on_normal_grid(option, *grid, asked.measures));
  if (const auto* const simulation = std::get_if<MonteCarlo>(&asked.method); simulation != nullptr && is_european) {
    const auto found = monte_carlo_normal(option, *simulation);
    if (!found) return found.error();
    return simulated(*found);
  }
  return does_not_fit(asked.method, std::string(Fields<FutureOption>::name) + " with a normal volatility",
                      is_european ? "ClosedForm, Binomial, CrankNicolson, MonteCarlo" : "Binomial, CrankNicolson");
}

/// From sensitivities by the future to those by the spot, the rate and the time that move it.
void carry(Greeks& greeks, const Greeks& future) {
  greeks.rho += greeks.delta * future.rho;
  greeks.theta += greeks.delta * future.theta;
  greeks.delta *= future.delta;
  greeks.gamma *= future.delta * future.delta;
}

/// The standard errors of the same; one number moves with another, so their errors add up at most.
void carry_errors(Greeks& errors, const Greeks& future) {
  errors.rho += errors.delta * std::abs(future.rho);
  errors.theta += errors.delta * std::abs(future.theta);
  errors.delta *= future.delta;
  errors.gamma *= future.delta * future.delta;
}

/// The refusal of cash dividends: a currency earns interest.
std::optional<Error> flaw_of_currency(const Market& market, double years) {
  const auto dividends = dividends_until(market.quotes, market.today, years);
  if (dividends.empty()) return std::nullopt;
  return Error{ErrorCode::unsupported, "cash_dividends", std::to_string(dividends.size()) + " before expiry",
               "none on an exchange rate", "give the foreign rate as the dividend yield"};
}

/// The sensitivities by the underlying's name, of which `dividend` is that to the foreign rate.
SeveralGreeks by_name(const Market& market, const Greeks& greeks, double foreign_rho) {
  return {{{market.quotes.name, greeks.delta, greeks.gamma, greeks.vega, foreign_rho}}, {}};
}

}  // namespace

Result<double> yield_slope(const VanillaCase& option, const Asked& asked, std::string_view product) {
  const BlackScholes<double>& m = option.model;
  const OptionType other = option.type == OptionType::call ? OptionType::put : OptionType::call;
  const VanillaCase mirrored{
      other, option.exercise, m.spot, option.years, {option.strike, m.dividend_yield, m.rate, m.volatility}, {}};
  const auto valued = value_vanilla(mirrored, asked, product);
  if (!valued) return valued.error();
  return valued->greeks.rho;
}

Result<Valuation> value_product(const CurrencyForward& forward, const Market& market, const Asked& /*asked*/) {
  if (auto flaw = flaw_of_currency(market, forward.expiry)) return *flaw;
  const double years = forward.expiry;
  const double rate = market.quotes.rate.zero_rate(years);
  const double yield = market.quotes.dividend_yield.zero_rate(years);
  const double received = market.quotes.spot * std::exp(-yield * years);
  const double paid = forward.strike * std::exp(-rate * years);
  Valuation valuation;
  valuation.price = received - paid;
  valuation.greeks = {std::exp(-yield * years), 0.0, 0.0, yield * received - rate * paid, years * paid};
  valuation.several = by_name(market, valuation.greeks, -years * received);
  return valuation;
}

Result<Valuation> value_product(const CurrencyOption& option, const Market& market, const Asked& asked) {
  if (auto flaw = flaw_of_currency(market, option.expiry)) return *flaw;
  const std::string_view product = Fields<CurrencyOption>::name;
  const auto model = resolve_black_scholes(market.quotes, option.strike, option.expiry, {});
  const VanillaCase on_rate{option.type, option.exercise, option.strike, option.expiry, model, {}};
  auto valuation = value_vanilla(on_rate, asked, product);
  if (!valuation || asked.measures == Measures::price_only) return valuation;
  if (option.exercise == Exercise::american) {
    const auto by_yield = yield_slope(on_rate, asked, product);
    if (!by_yield) return by_yield.error();
    valuation->several = by_name(market, valuation->greeks, *by_yield);
    return valuation;
  }
  // The foreign rate counts by what one unit of the expiry costs today and nothing else.
  const double units = option.expiry * model.spot;
  valuation->several = by_name(market, valuation->greeks, -units * valuation->greeks.delta);
  if (const auto& errors = valuation->greek_standard_errors)
    valuation->several_standard_errors = by_name(market, *errors, units * errors->delta);
  return valuation;
}

Result<Valuation> value_product(const FutureOption& option, const Market& market, const Asked& asked) {
  const UnderlyingMarket& quotes = market.quotes;
  const auto future = value_product(Future{option.future_expiry}, market, asked);
  if (!future) return future.error();
  const double rate = quotes.rate.zero_rate(option.expiry);
  const double volatility = quotes.surface.volatility(option.strike, future->price, option.expiry);
  Result<Valuation> valuation = Error{};
  if (quotes.quotation == Quotation::normal_future) {
    const NormalOption normal{
        option.type, option.exercise, option.strike, option.expiry, {future->price, rate, volatility}};
    valuation = on_normal(normal, asked);
    if (valuation) check_bounds(no_arbitrage_bounds(normal), *valuation);
  } else {
    valuation = on_log_normal(option, {future->price, rate, rate, volatility}, asked);
  }
  if (!valuation) return valuation;
  carry(valuation->greeks, future->greeks);
  if (valuation->greek_standard_errors) carry_errors(*valuation->greek_standard_errors, future->greeks);
  return valuation;
}

}  // namespace plimsoll
