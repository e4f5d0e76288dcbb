#include "plimsoll/valuation/value.hpp"

#include "asked.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/base/version.hpp"
#include "plimsoll/valuation/best_method.hpp"
#include "several_assets.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace plimsoll {

namespace {

bool is_finite(const Greeks& greeks) noexcept {
  return std::isfinite(greeks.delta) && std::isfinite(greeks.gamma) && std::isfinite(greeks.vega) &&
         std::isfinite(greeks.theta) && std::isfinite(greeks.rho);
}

bool is_finite(const SeveralGreeks& several) noexcept {
  return std::ranges::all_of(several.by_underlying,
                             [](const UnderlyingGreeks& own) {
                               return std::isfinite(own.delta) && std::isfinite(own.gamma) && std::isfinite(own.vega) &&
                                      std::isfinite(own.dividend);
                             }) &&
         std::ranges::all_of(several.by_pair, [](const PairGreeks& pair) {
           return std::isfinite(pair.cross_gamma) && std::isfinite(pair.correlation);
         });
}

// Each number of a trade and its market makes sense alone; together they may still leave the range of a double.
std::optional<Error> flaw_of_result(const Valuation& valuation, const Method& method) {
  if (std::isfinite(valuation.price) && is_finite(valuation.greeks) && is_finite(valuation.several) &&
      std::isfinite(valuation.standard_error.value_or(0.0)))
    return std::nullopt;
  return Error{ErrorCode::not_converged, "method", std::string(kind(method)),
               "a method that gives a finite price and sensitivities for these terms in this market",
               "check spot, strike, expiry, volatility and rate, or choose another method"};
}

void add_market_flags(const Market& market, const Product& product, std::vector<Flag>& flags) {
  const auto any = [&](const auto& is_so) {
    return std::ranges::any_of(market.all, [&](const UnderlyingMarket* quotes) { return is_so(*quotes); });
  };
  const auto is_assumed = [&](Status UnderlyingMarket::* status) {
    return any([&](const UnderlyingMarket& quotes) { return quotes.*status == Status::assumed; });
  };
  if (any([](const UnderlyingMarket& quotes) { return quotes.price_basis == PriceBasis::adjusted; }))
    flags.push_back(Flag::adjusted_prices);
  if (std::holds_alternative<Stock>(product)) return;
  if (is_assumed(&UnderlyingMarket::rate_status)) flags.push_back(Flag::assumed_rate);
  if (is_assumed(&UnderlyingMarket::dividend_status)) flags.push_back(Flag::assumed_dividends);
  if (is_linear(product)) return;
  if (is_assumed(&UnderlyingMarket::volatility_status)) flags.push_back(Flag::assumed_volatility);
  if (market.correlation_status == Status::assumed) flags.push_back(Flag::assumed_correlation);
}

// What every trade of a run shares in its evidence.
Evidence evidence_of(const Snapshot& snapshot) {
  Evidence evidence;
  evidence.snapshot_digest = snapshot.digest();
  evidence.library_version = std::string(version);
  evidence.isa = std::string(instruction_set());
  return evidence;
}

void add_method(Evidence& evidence, Method method) {
  evidence.method = std::string(kind(method));
  if (auto* const simulation = std::get_if<MonteCarlo>(&method)) {
    simulation->threads = 1;
    evidence.seed = simulation->seed;
  }
  evidence.method_digest = digest_of(method);
}

Result<Valuation> value_with(const Trade& trade, const Snapshot& snapshot, const Method& method,
                             const Evidence& shared_evidence, VanillaWorkspace& workspace) {
  const auto product = resolve(trade, snapshot.valuation_date());
  if (!product) return product.error();
  const auto market = market_of(trade, snapshot);
  if (!market) return market.error();
  const Asked asked{method, Measures::with_greeks, CrossedBarrier::is_refused, workspace};
  auto valuation = std::visit([&](const auto& terms) { return value_product(terms, *market, asked); }, *product);
  if (!valuation) return valuation;
  if (auto flaw = flaw_of_result(*valuation, method)) return *flaw;
  add_market_flags(*market, *product, valuation->flags);
  valuation->evidence = shared_evidence;
  valuation->evidence.trade_digest = digest_of(trade);
  return valuation;
}

Result<Valuation> value_by_best(const Trade& trade, const Snapshot& snapshot, Evidence evidence,
                                VanillaWorkspace& workspace) {
  const auto method = best_method(trade, snapshot);
  if (!method) return method.error();
  add_method(evidence, *method);
  return value_with(trade, snapshot, *method, evidence, workspace);
}

/// Whether it is the method that was refused, and another may value the trade.
bool is_unfit(const Error& error) { return error.code == ErrorCode::unsupported && error.field == "method"; }

Result<double> price_of(const Trade& trade, const Snapshot& snapshot, const Method& method, CrossedBarrier crossed,
                        VanillaWorkspace& workspace) {
  const auto product = resolve(trade, snapshot.valuation_date());
  if (!product) return product.error();
  const auto market = market_of(trade, snapshot);
  if (!market) return market.error();
  const Asked asked{method, Measures::price_only, crossed, workspace};
  const auto valuation = std::visit([&](const auto& terms) { return value_product(terms, *market, asked); }, *product);
  if (!valuation) return valuation.error();
  if (std::isfinite(valuation->price)) return valuation->price;
  return Error{ErrorCode::not_converged, "price", text_of(valuation->price),
               "a market and terms in which " + std::string(kind(method)) + " gives a finite price",
               "check spot, strike, expiry, volatility and rate, or choose another method"};
}

/// The same where a method that does not value the trade yields to the best.
Result<double> price_of(const Trade& trade, const Snapshot& snapshot, const Method& method, CrossedBarrier crossed,
                        UnfitMethod unfit, VanillaWorkspace& workspace) {
  auto price = price_of(trade, snapshot, method, crossed, workspace);
  if (price || unfit == UnfitMethod::is_refused || !is_unfit(price.error())) return price;
  const auto best = best_method(trade, snapshot);
  return best ? price_of(trade, snapshot, *best, crossed, workspace) : price;
}

/// One outcome for each trade, in blocks on several threads; `one` values a trade with the memory of its block.
template <class One>
std::vector<Outcome> outcomes_of(std::span<const Trade> trades, int threads, const One& one) {
  constexpr std::size_t trades_in_block = 4;
  std::vector<Result<Valuation>> results(trades.size(), Error{});
  parallel_blocks(trades.size(), trades_in_block, threads, [&](std::size_t begin, std::size_t end) {
    VanillaWorkspace workspace;
    for (std::size_t i = begin; i < end; ++i) results[i] = one(trades[i], workspace);
  });
  std::vector<Outcome> outcomes;
  outcomes.reserve(trades.size());
  for (std::size_t i = 0; i < trades.size(); ++i) outcomes.push_back({trades[i].id, std::move(results[i])});
  return outcomes;
}

}  // namespace

Error does_not_fit(const Method& method, std::string_view product, std::string_view fitting) {
  const bool has_none = fitting.starts_with("none");
  return {ErrorCode::unsupported, "method", std::string(kind(method)) + " for " + std::string(product),
          std::string(fitting),
          has_none ? "give a dividend yield in place of the cash dividends, and one of the methods for it"
                   : "choose one of the methods that value this product"};
}

void check_bounds(const PriceBounds& bounds, Valuation& valuation) {
  // Rounding and discretisation may leave a price this far outside without being worth a flag; a method that states its
  // error may stray by it, and simulation by five standard errors.
  constexpr double relative_slack = 1e-6;
  constexpr double standard_errors = 5.0;
  const double slack = relative_slack * bounds.scale + valuation.error_estimate.value_or(0.0) +
                       standard_errors * valuation.standard_error.value_or(0.0);
  if (valuation.price < bounds.low - slack) valuation.flags.push_back(Flag::below_no_arbitrage_bound);
  if (!(valuation.price <= bounds.high + slack)) valuation.flags.push_back(Flag::above_no_arbitrage_bound);
}

Result<Valuation> value(const Trade& trade, const Snapshot& snapshot, const Method& method) {
  if (auto flaw = find_flaw(method)) return *flaw;
  VanillaWorkspace workspace;
  Evidence evidence = evidence_of(snapshot);
  add_method(evidence, method);
  return value_with(trade, snapshot, method, evidence, workspace);
}

std::vector<Outcome> value_book(std::span<const Trade> trades, const Snapshot& snapshot, const Method& method,
                                int threads, UnfitMethod unfit) {
  const auto flaw = find_flaw(method);
  const Evidence shared = evidence_of(snapshot);
  Evidence evidence = shared;
  add_method(evidence, method);
  return outcomes_of(trades, threads, [&](const Trade& trade, VanillaWorkspace& workspace) -> Result<Valuation> {
    if (flaw) return *flaw;
    auto valuation = value_with(trade, snapshot, method, evidence, workspace);
    if (valuation || unfit == UnfitMethod::is_refused || !is_unfit(valuation.error())) return valuation;
    return value_by_best(trade, snapshot, shared, workspace);
  });
}

std::vector<Outcome> value_book_by_best(std::span<const Trade> trades, const Snapshot& snapshot, int threads) {
  const Evidence evidence = evidence_of(snapshot);
  return outcomes_of(trades, threads, [&](const Trade& trade, VanillaWorkspace& workspace) {
    return value_by_best(trade, snapshot, evidence, workspace);
  });
}

std::vector<std::vector<Result<double>>> price_book(std::span<const Trade> trades, std::span<const Snapshot> snapshots,
                                                    const Method& method, int threads, CrossedBarrier crossed,
                                                    UnfitMethod unfit) {
  constexpr std::size_t prices_in_block = 8;
  const auto flaw = find_flaw(method);
  const std::size_t count = trades.size();
  std::vector<std::vector<Result<double>>> prices(snapshots.size(), std::vector<Result<double>>(count, Error{}));
  parallel_blocks(count * snapshots.size(), prices_in_block, threads, [&](std::size_t begin, std::size_t end) {
    VanillaWorkspace workspace;
    for (std::size_t i = begin; i < end; ++i)
      prices[i / count][i % count] =
          flaw ? Result<double>(*flaw)
               : price_of(trades[i % count], snapshots[i / count], method, crossed, unfit, workspace);
  });
  return prices;
}

}  // namespace plimsoll
