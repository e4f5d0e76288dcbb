#include "exotic_trades.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/valuation/routes_of_trade.hpp>

namespace plimsoll::testing {
namespace {

const MonteCarlo few_paths{1024, 3, 1};

double exact(const Valuation& valuation, const std::string& measure) {
  const Greeks& g = valuation.greeks;
  const std::vector<std::pair<std::string, double>> by_name{{"price", valuation.price}, {"delta", g.delta},
                                                            {"gamma", g.gamma},         {"vega", g.vega},
                                                            {"theta", g.theta},         {"rho", g.rho}};
  for (const auto& [name, number] : by_name)
    if (name == measure) return number;
  return std::nan("");
}

// Some twenty estimates a trade; 4.5 standard errors leave a right one outside once in 150,000.
TEST(RoutesOfTrade, every_route_gives_what_the_formula_of_the_door_gives) {
  const Snapshot market = snapshot_of(market_of("ABC"));
  // The bump of a jump is told by the few paths that cross it: it takes more of them.
  for (const auto& [trade, paths] :
       {std::pair{option_trade(OptionType::put, Exercise::european), 1024}, std::pair{trade_of(digital_terms()), 4096},
        std::pair{trade_of(barrier_terms()), 1024}}) {
    const auto valued = value(trade, market, ClosedForm{});
    const auto report = greek_routes(trade, market, {paths, 3, 1});
    ASSERT_TRUE(valued && report);
    ASSERT_GE(report->routes.size(), 4U);
    for (const RouteGreeks& by : report->routes)
      for (const RouteEstimate& found : by.estimates)
        EXPECT_NEAR(found.corrected.mean, exact(*valued, found.measure), 4.5 * found.corrected.standard_error)
            << name(by.route) << " " << found.measure;
  }
}

TEST(RoutesOfTrade, a_knocked_trade_is_what_is_left_of_it) {
  const Snapshot market = snapshot_of(market_of("ABC"));
  BarrierTerms begun = barrier_terms(Knock::knock_in);
  begun.state = BarrierState::knocked;
  begun.knocked_on = today;
  const auto of_vanilla = greek_routes(option_trade(OptionType::call, Exercise::european), market, few_paths);
  const auto of_begun = greek_routes(trade_of(begun), market, few_paths);
  ASSERT_TRUE(of_vanilla && of_begun);
  EXPECT_EQ(*of_vanilla, *of_begun);
}

TEST(RoutesOfTrade, average_options_have_routes_too) {
  const AsianTerms terms{"ABC", OptionType::call, 100.0, {date("2026-07-05"), in_a_year}, {}, in_a_year};
  const auto report = greek_routes(trade_of(terms), snapshot_of(market_of("ABC")), few_paths);
  ASSERT_TRUE(report);
  EXPECT_NE(estimate(*report, GreekRoute::mixed, "gamma"), nullptr);
}

TEST(RoutesOfTrade, refuses_what_it_cannot_simulate) {
  const auto code_of = [](const Trade& trade, const Snapshot& market, const MonteCarlo& method = few_paths) {
    const auto report = greek_routes(trade, market, method);
    return std::pair{report ? ErrorCode{} : report.error().code, report ? "" : report.error().field};
  };
  using Refusal = std::pair<ErrorCode, std::string>;
  const Snapshot market = snapshot_of(market_of("ABC"));
  const Trade put = option_trade(OptionType::put, Exercise::european);
  EXPECT_EQ(code_of(option_trade(OptionType::put, Exercise::american), market),
            (Refusal{ErrorCode::unsupported, "product"}));
  EXPECT_EQ(code_of(trade_of(StockTerms{"ABC"}), market), (Refusal{ErrorCode::unsupported, "product"}));
  EXPECT_EQ(code_of(put, snapshot_of(market_of("XYZ"))), (Refusal{ErrorCode::missing_quote, "underlying"}));
  EXPECT_EQ(code_of(put, market, {0, 1, 1}), (Refusal{ErrorCode::invalid_value, "paths"}));
  EXPECT_EQ(code_of(option_trade(OptionType::put, Exercise::european, 100.0, date("2025-01-05")), market).first,
            ErrorCode::expired_product);
  UnderlyingMarket paying = market_of("ABC");
  paying.dividends = {{date("2026-03-02"), 1.0}};
  EXPECT_EQ(code_of(put, snapshot_of(paying)), (Refusal{ErrorCode::unsupported, "cash_dividends"}));
  EXPECT_EQ(code_of(trade_of(barrier_terms()), snapshot_of(market_of("ABC", 80.0))),
            (Refusal{ErrorCode::unsupported, "barrier"}));
}

}  // namespace
}  // namespace plimsoll::testing
