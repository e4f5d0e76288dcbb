// Everything that takes threads, on one thread and on several, from two callers at a time: the same bits each time.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <plimsoll/base/parallel.hpp>
#include <plimsoll/margin/margin.hpp>
#include <plimsoll/numerics/philox.hpp>
#include <plimsoll/risk/backtest.hpp>
#include <plimsoll/risk/volatility_filter.hpp>
#include <plimsoll/scenario/position_template.hpp>
#include <plimsoll/statistics/expected_shortfall_backtest.hpp>
#include <plimsoll/valuation/bulk.hpp>
#include <plimsoll/valuation/value.hpp>

namespace {

using namespace plimsoll;

constexpr int many = 4;
const Date today = *Date::parse("2026-01-05");

Snapshot market() {
  std::vector<UnderlyingMarket> markets;
  for (const auto* const name : {"ABC", "PAYER", "INDEX"}) {
    const std::string_view text = name;
    std::vector<CashDividend> dividends;
    if (text == "PAYER") dividends = {{*Date::parse("2026-03-16"), 0.8}};
    markets.push_back({name, 100.0, PriceBasis::raw, *Curve::from_zero_rates({0.5, 2.0}, {0.03, 0.035}),
                       Status::observed, *Curve::flat(0.01), Status::assumed, dividends,
                       *VolatilitySurface::skewed(0.25, -0.2), Status::assumed});
  }
  return *Snapshot::make(today, markets);
}

/// Every product of the house, many strikes each.
std::vector<Trade> book() {
  const Date expiry = *Date::parse("2026-07-17");
  std::vector<Trade> trades;
  for (int i = 0; i < 6; ++i) {
    const double strike = 85.0 + 6.0 * i;
    const auto type = i % 2 == 0 ? OptionType::call : OptionType::put;
    const std::string number = std::to_string(i);
    trades.push_back({"european-" + number, 1.0, 100.0, OptionTerms{"ABC", type, Exercise::european, strike, expiry}});
    trades.push_back(
        {"american-" + number, -2.0, 100.0, OptionTerms{"PAYER", type, Exercise::american, strike, expiry}});
    trades.push_back(
        {"asian-" + number, 3.0, 1.0,
         AsianTerms{
             "INDEX", type, strike, {*Date::parse("2026-02-02"), *Date::parse("2026-05-04"), expiry}, {}, expiry}});
    trades.push_back({"stock-" + number, 10.0, 1.0, StockTerms{"ABC"}});
    trades.push_back({"future-" + number, 1.0, 50.0, FutureTerms{"INDEX", expiry}});
  }
  return trades;
}

/// Digest of the prices and Greeks of a book by every method, refusals included.
std::string book_bits(int threads) {
  const Snapshot snapshot = market();
  const std::vector<Trade> trades = book();
  const Method methods[] = {ClosedForm{}, LeisenReimer{51, Extrapolation::richardson},
                            CrankNicolson{40, 20, Extrapolation::none}, MonteCarlo{4096, 7, threads}};
  Digester digester;
  for (const Method& method : methods)
    for (const Outcome& outcome : value_book(trades, snapshot, method, threads)) {
      digester.add(outcome.trade_id);
      if (!outcome.result) {
        digester.add(outcome.result.error().message());
        continue;
      }
      digester.add(outcome.result->price);
      add_to_digest(digester, outcome.result->greeks);
    }
  return digester.hex();
}

std::string bulk_bits(int threads) {
  constexpr std::size_t rows = 1500;
  std::vector<std::uint8_t> type(rows);
  std::vector<std::uint8_t> exercise(rows);
  std::vector<double> spot(rows, 100.0), strike(rows), years(rows, 0.5), rate(rows, 0.03), yield(rows, 0.01);
  std::vector<double> volatility(rows, 0.3), price(rows), delta(rows), gamma(rows), vega(rows), theta(rows), rho(rows);
  std::vector<std::int32_t> status(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    type[i] = static_cast<std::uint8_t>(i % 2);
    exercise[i] = static_cast<std::uint8_t>(i % 3 == 0);
    strike[i] = 60.0 + 0.05 * static_cast<double>(i);
  }
  Digester digester;
  for (const Method& method : {Method{ClosedForm{}}, Method{LeisenReimer{21, Extrapolation::none}}}) {
    const auto flaw =
        value_options({type, exercise, spot, strike, years, rate, yield, volatility, {}, {}, {}}, method,
                      Measures::with_greeks, threads, {price, delta, gamma, vega, theta, rho, status, {}});
    if (flaw) return flaw->message();
    for (const auto* const column : {&price, &delta, &gamma, &vega, &theta, &rho}) add_to_digest(digester, *column);
  }
  return digester.hex();
}

/// A year of returns of two underlyings; templates revalued on each day, then the tails of two accounts forecast.
std::string backtest_bits(int threads) {
  constexpr std::size_t rows = 200;
  constexpr std::size_t underlyings = 2;
  BacktestSettings settings;
  settings.window = 120;
  const std::size_t forecasts = rows - 120 + 1;
  std::vector<double> returns(rows * underlyings);
  RandomStream{11, 0}.fill_normal(returns);
  for (double& value : returns) value *= 0.01;
  std::vector<double> volatility((rows + 1) * underlyings);
  for (std::size_t u = 0; u < underlyings; ++u) {
    std::vector<double> column;
    for (std::size_t row = 0; row < rows; ++row) column.push_back(returns[row * underlyings + u]);
    const auto path = *ewma_volatility(column, 0.94, 0.01);
    for (std::size_t row = 0; row <= rows; ++row) volatility[row * underlyings + u] = path[row];
  }
  const ReturnHistory history{returns, volatility, underlyings};
  const auto nodes = *node_returns(history, 0, forecasts, settings);
  const std::vector<PositionTemplate> templates{
      {}, {PositionKind::option, 1, OptionType::put, Exercise::american, 1.0, 0.25}};
  const std::vector<double> rates(forecasts * underlyings, 0.02);
  const std::vector<double> yields(forecasts * underlyings, 0.0);
  const std::vector<double> premium{1.2, 1.1};
  const std::vector<double> skew{-0.2, -0.4};
  const std::span<const double> known = std::span(volatility).subspan(120 * underlyings, forecasts * underlyings);
  const auto profits = template_profits(templates, {known, rates, yields, premium, skew}, nodes, {}, threads);
  if (!profits) return profits.error().message();
  const std::vector<std::uint32_t> underlying_of{0, 1};
  const std::vector<double> weights{1000.0, -500.0, 0.0, 300.0};
  const auto tails = tail_history(history, {*profits, underlying_of, weights, 2}, 0, forecasts, settings, threads);
  if (!tails) return tails.error().message();
  const auto null = acerbi_szekely_z2_null({0.025, 250, 5.0, 2000, 3}, threads);
  Digester digester;
  add_to_digest(digester, *profits);
  add_to_digest(digester, tails->value_at_risk);
  add_to_digest(digester, tails->expected_shortfall);
  add_to_digest(digester, tails->degrees_of_freedom);
  add_to_digest(digester, *null);
  return digester.hex();
}

/// Margin takes no threads of its own: many callers may share its pack and its market.
std::string margin_bits(int threads) {
  using namespace plimsoll::margin;
  RulePack pack;
  pack.in_force_from = today;
  pack.in_force_until = today + 400;
  pack.stock = {0.50, 0.50, 0.25, 0.30, 5.0, 5.0, 1.0, 2.5, 0.05};
  pack.option = {0.20, 0.20, 0.15, 0.10, 0.75, 9, 0.10, 0.50};
  pack.minimum_equity = Money::from_cents(200'000);
  const MarketView view{today, {{"ABC", UnderlyingClass::equity, 100.0, 1.0, PriceBasis::raw}}};
  std::vector<Money> found(16);
  parallel_blocks(found.size(), 1, threads, [&](std::size_t i, std::size_t) {
    Account account{"A", Money::from_cents(5'000'000), {{"S", "ABC", 100.0 * static_cast<double>(i)}}, {}, {}};
    for (const double strike : {90.0, 100.0, 110.0})
      account.options.push_back({"O", "ABC", OptionType::call, Exercise::american, strike, today + 60,
                                 strike < 105.0 ? -static_cast<double>(i) : 2.0, 100.0, 3.0});
    const auto result = plimsoll::margin::margin(account, view, pack, {});
    found[i] = result ? result->initial.amount : Money::from_cents(-1);
  });
  Digester digester;
  for (const Money amount : found) digester.add(amount.cents());
  return digester.hex();
}

bool same_bits(std::string_view what, const std::function<std::string(int)>& bits) {
  const std::string alone = bits(1);
  std::string first;
  std::string second;
  {
    const std::jthread one([&] { first = bits(many); });
    const std::jthread other([&] { second = bits(many); });
  }
  const bool same = alone == first && alone == second;
  std::cout << what << ": " << (same ? "the same bits on 1 thread and on 2 x " : "OTHER BITS on 2 x ") << many
            << " threads, " << alone.substr(0, 12) << '\n';
  return same;
}

}  // namespace

int main() {
  // The first call of each kind comes from several threads at once, so that what is made on first use is made there.
  bool same = same_bits("margin", margin_bits);
  same = same_bits("book", book_bits) && same;
  same = same_bits("columns", bulk_bits) && same;
  same = same_bits("backtest", backtest_bits) && same;
  return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
