#include "plimsoll/valuation/value.hpp"

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/base/version.hpp"
#include "plimsoll/method/monte_carlo/asian.hpp"
#include "plimsoll/method/monte_carlo/european.hpp"
#include "plimsoll/method/vanilla.hpp"
#include "plimsoll/valuation/bounds.hpp"
#include "plimsoll/valuation/resolve_market.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>

namespace plimsoll {

namespace {

struct Market {
  const UnderlyingMarket& quotes;
  Date today;
};

Error does_not_fit(const Method& method, std::string_view product, std::string_view fitting) {
  return {ErrorCode::unsupported, "method", std::string(kind(method)) + " for " + std::string(product),
          std::string(fitting), "choose one of the methods that value this product"};
}

Valuation from_simulation(const MonteCarloResult& result) {
  return {result.price, result.greeks, result.standard_error, result.greek_errors, std::nullopt, {}, {}};
}

// Rounding and discretisation may leave a price this far outside without being worth a flag; simulation may stray by
// five standard errors.
void check_bounds(const VanillaCase& option, Valuation& valuation) {
  constexpr double relative_slack = 1e-6;
  constexpr double standard_errors = 5.0;
  const PriceBounds bounds = no_arbitrage_bounds(option);
  const double slack =
      relative_slack * (option.model.spot + option.strike) + standard_errors * valuation.standard_error.value_or(0.0);
  if (valuation.price < bounds.low - slack) valuation.flags.push_back(Flag::below_no_arbitrage_bound);
  if (!(valuation.price <= bounds.high + slack)) valuation.flags.push_back(Flag::above_no_arbitrage_bound);
}

/// The methods that value this option, as a refusal lists them.
std::string fitting_methods(const VanillaCase& option) {
  std::string names = has_closed_form(option) ? "ClosedForm, " : "";
  names += "LeisenReimer, Binomial, Trinomial, CrankNicolson";
  if (has_cash_dividends(option)) return names;
  names += ", IntegralEquation";
  const bool has_two_boundaries = option.exercise == Exercise::american &&
                                  early_exercise(option.type, option.model) == EarlyExercise::between_boundaries;
  if (!has_two_boundaries) names += ", BaroneAdesiWhaley, BjerksundStensland, JuQuadratic";
  return names;
}

Result<Valuation> value_vanilla(const VanillaCase& option, const Method& method, Measures measures,
                                std::string_view product, VanillaWorkspace& workspace) {
  const bool is_european = option.exercise == Exercise::european;
  const auto* const simulation = std::get_if<MonteCarlo>(&method);
  Valuation valuation;
  if (simulation != nullptr && is_european && has_closed_form(option)) {
    valuation =
        from_simulation(monte_carlo_european({option.type, option.strike, option.years}, option.model, *simulation));
  } else if (const auto priced = price_vanilla(option, method, measures, workspace)) {
    valuation.price = priced->price;
    valuation.greeks = priced->greeks;
    if (const auto* const integral = std::get_if<IntegralEquation>(&method))
      valuation.error_estimate = integral_equation_bounded(option, *integral, workspace.integral).error;
  } else {
    return does_not_fit(method, std::string(product) + (has_cash_dividends(option) ? " with cash dividends" : ""),
                        fitting_methods(option));
  }
  check_bounds(option, valuation);
  return valuation;
}

bool is_finite(const Greeks& greeks) noexcept {
  return std::isfinite(greeks.delta) && std::isfinite(greeks.gamma) && std::isfinite(greeks.vega) &&
         std::isfinite(greeks.theta) && std::isfinite(greeks.rho);
}

// Each number of a trade and its market makes sense alone; together they may still leave the range of a double.
std::optional<Error> flaw_of_result(const Valuation& valuation, const Method& method) {
  if (std::isfinite(valuation.price) && is_finite(valuation.greeks) &&
      std::isfinite(valuation.standard_error.value_or(0.0)))
    return std::nullopt;
  return Error{ErrorCode::not_converged, "method", std::string(kind(method)),
               "a method that gives a finite price and sensitivities for these terms in this market",
               "check spot, strike, expiry, volatility and rate, or choose another method"};
}

// Each product in its own words; chosen once, here.
struct Door {
  const Market& market;
  const Method& method;
  Measures measures;
  VanillaWorkspace& workspace;

  Result<Valuation> operator()(const European& option) const {
    return vanilla(option.type, Exercise::european, option.strike, option.expiry, Fields<European>::name);
  }

  Result<Valuation> operator()(const American& option) const {
    return vanilla(option.type, Exercise::american, option.strike, option.expiry, Fields<American>::name);
  }

  Result<Valuation> operator()(const ArithmeticAsian& option) const {
    const auto* const simulation = std::get_if<MonteCarlo>(&method);
    const auto dividends = dividends_until(market.quotes, market.today, option.expiry);
    if (simulation == nullptr) return does_not_fit(method, Fields<ArithmeticAsian>::name, "MonteCarlo");
    if (!dividends.empty())
      return does_not_fit(method, "ArithmeticAsian with cash dividends",
                          "none; a dividend yield in their place is valued by MonteCarlo");
    const auto model = resolve_black_scholes(market.quotes, option.strike, option.expiry, dividends);
    return from_simulation(monte_carlo_asian(option, model, *simulation));
  }

  Result<Valuation> operator()(const Stock& /*stock*/) const {
    Valuation valuation;
    valuation.price = market.quotes.spot;
    valuation.greeks.delta = 1.0;
    return valuation;
  }

  Result<Valuation> operator()(const Future& future) const {
    const auto dividends = dividends_until(market.quotes, market.today, future.expiry);
    const double carry =
        market.quotes.rate.zero_rate(future.expiry) - market.quotes.dividend_yield.zero_rate(future.expiry);
    const double growth = std::exp(carry * future.expiry);
    Valuation valuation;
    valuation.price = forward_price(market.quotes, future.expiry, dividends);
    if (!(valuation.price > 0.0)) return valuation;
    valuation.greeks.delta = growth;
    valuation.greeks.theta = -carry * growth * market.quotes.spot;
    valuation.greeks.rho = future.expiry * growth * market.quotes.spot;
    for (const TimedDividend& dividend : dividends) {
      const double left = future.expiry - dividend.years;
      valuation.greeks.rho -= left * dividend.amount * std::exp(carry * left);
    }
    return valuation;
  }

 private:
  [[nodiscard]] Result<Valuation> vanilla(OptionType type, Exercise exercise, double strike, double years,
                                          std::string_view product) const {
    const auto dividends = dividends_until(market.quotes, market.today, years);
    const auto model = resolve_black_scholes(market.quotes, strike, years, dividends);
    return value_vanilla({type, exercise, strike, years, model, dividends}, method, measures, product, workspace);
  }
};

void add_market_flags(const UnderlyingMarket& quotes, const Product& product, std::vector<Flag>& flags) {
  if (quotes.price_basis == PriceBasis::adjusted) flags.push_back(Flag::adjusted_prices);
  if (std::holds_alternative<Stock>(product)) return;
  if (quotes.rate_status == Status::assumed) flags.push_back(Flag::assumed_rate);
  if (quotes.dividend_status == Status::assumed) flags.push_back(Flag::assumed_dividends);
  if (std::holds_alternative<Future>(product)) return;
  if (quotes.volatility_status == Status::assumed) flags.push_back(Flag::assumed_volatility);
}

// What every trade of a run shares in its evidence.
Evidence evidence_of(const Snapshot& snapshot, Method method) {
  Evidence evidence;
  evidence.snapshot_digest = snapshot.digest();
  evidence.method = std::string(kind(method));
  if (auto* const simulation = std::get_if<MonteCarlo>(&method)) {
    simulation->threads = 1;
    evidence.seed = simulation->seed;
  }
  evidence.method_digest = digest_of(method);
  evidence.library_version = std::string(version);
  evidence.isa = std::string(instruction_set());
  return evidence;
}

Result<Valuation> value_with(const Trade& trade, const Snapshot& snapshot, const Method& method,
                             const Evidence& shared_evidence, VanillaWorkspace& workspace) {
  const auto product = resolve(trade, snapshot.valuation_date());
  if (!product) return product.error();
  const auto quotes = snapshot.underlying(underlying_of(trade));
  if (!quotes) return quotes.error();
  const Market market{**quotes, snapshot.valuation_date()};
  auto valuation = std::visit(Door{market, method, Measures::with_greeks, workspace}, *product);
  if (!valuation) return valuation;
  if (auto flaw = flaw_of_result(*valuation, method)) return *flaw;
  add_market_flags(**quotes, *product, valuation->flags);
  valuation->evidence = shared_evidence;
  valuation->evidence.trade_digest = digest_of(trade);
  return valuation;
}

Result<double> price_of(const Trade& trade, const Snapshot& snapshot, const Method& method,
                        VanillaWorkspace& workspace) {
  const auto product = resolve(trade, snapshot.valuation_date());
  if (!product) return product.error();
  const auto quotes = snapshot.underlying(underlying_of(trade));
  if (!quotes) return quotes.error();
  const Market market{**quotes, snapshot.valuation_date()};
  const auto valuation = std::visit(Door{market, method, Measures::price_only, workspace}, *product);
  if (!valuation) return valuation.error();
  if (std::isfinite(valuation->price)) return valuation->price;
  return Error{ErrorCode::not_converged, "price", text_of(valuation->price),
               "a market and terms in which " + std::string(kind(method)) + " gives a finite price",
               "check spot, strike, expiry, volatility and rate, or choose another method"};
}

}  // namespace

Result<Valuation> value(const Trade& trade, const Snapshot& snapshot, const Method& method) {
  if (auto flaw = find_flaw(method)) return *flaw;
  VanillaWorkspace workspace;
  return value_with(trade, snapshot, method, evidence_of(snapshot, method), workspace);
}

std::vector<Outcome> value_book(std::span<const Trade> trades, const Snapshot& snapshot, const Method& method,
                                int threads) {
  constexpr std::size_t trades_in_block = 4;
  const auto flaw = find_flaw(method);
  const Evidence evidence = evidence_of(snapshot, method);
  std::vector<Result<Valuation>> results(trades.size(), Error{});
  parallel_blocks(trades.size(), trades_in_block, threads, [&](std::size_t begin, std::size_t end) {
    VanillaWorkspace workspace;
    for (std::size_t i = begin; i < end; ++i)
      results[i] = flaw ? Result<Valuation>(*flaw) : value_with(trades[i], snapshot, method, evidence, workspace);
  });
  std::vector<Outcome> outcomes;
  outcomes.reserve(trades.size());
  for (std::size_t i = 0; i < trades.size(); ++i) outcomes.push_back({trades[i].id, std::move(results[i])});
  return outcomes;
}

std::vector<std::vector<Result<double>>> price_book(std::span<const Trade> trades, std::span<const Snapshot> snapshots,
                                                    const Method& method, int threads) {
  constexpr std::size_t prices_in_block = 8;
  const auto flaw = find_flaw(method);
  const std::size_t count = trades.size();
  std::vector<std::vector<Result<double>>> prices(snapshots.size(), std::vector<Result<double>>(count, Error{}));
  parallel_blocks(count * snapshots.size(), prices_in_block, threads, [&](std::size_t begin, std::size_t end) {
    VanillaWorkspace workspace;
    for (std::size_t i = begin; i < end; ++i)
      prices[i / count][i % count] =
          flaw ? Result<double>(*flaw) : price_of(trades[i % count], snapshots[i / count], method, workspace);
  });
  return prices;
}

Method default_method(const Product& product) {
  if (std::holds_alternative<American>(product)) return LeisenReimer{};
  if (std::holds_alternative<ArithmeticAsian>(product)) return MonteCarlo{65536, 1, 1};
  return ClosedForm{};
}

}  // namespace plimsoll
