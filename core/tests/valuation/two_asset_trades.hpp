#pragma once

#include "market_of.hpp"

#include <utility>
#include <vector>

// Trades on ABC at 100 and XYZ at 90.
namespace plimsoll::testing {

inline UnderlyingMarket second_market() {
  UnderlyingMarket market = market_of("XYZ", 90.0);
  market.dividend_yield = *Curve::flat(0.02);
  market.surface = *VolatilitySurface::flat(0.35);
  return market;
}

inline Snapshot pair_market(std::vector<Correlation> correlations = {{"ABC", "XYZ", 0.4}}) {
  return *Snapshot::make(today, {market_of("ABC"), second_market()}, std::move(correlations));
}

inline ExchangeTerms exchange_terms(Exercise exercise = Exercise::european) {
  return {"ABC", "XYZ", exercise, 1.0, 1.1, in_a_year};
}
inline SpreadTerms spread_terms(OptionType type = OptionType::call, Exercise exercise = Exercise::european,
                                double strike = 5.0) {
  return {"ABC", "XYZ", type, exercise, strike, in_a_year};
}
inline BasketTerms basket_terms(OptionType type = OptionType::call, Exercise exercise = Exercise::european) {
  return {"ABC", "XYZ", type, exercise, 0.4, 0.7, 100.0, in_a_year};
}
inline ExtremeTerms extreme_terms(OptionType type = OptionType::call, Extreme of = Extreme::minimum,
                                  Exercise exercise = Exercise::european) {
  return {"ABC", "XYZ", type, of, exercise, 95.0, in_a_year};
}
inline CorrelationTerms correlation_terms(OptionType type = OptionType::call) {
  return {"ABC", "XYZ", type, 105.0, 95.0, in_a_year};
}

inline std::vector<Terms> european_pairs() {
  std::vector<Terms> all{exchange_terms()};
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    all.emplace_back(spread_terms(type));
    all.emplace_back(basket_terms(type));
    for (const Extreme of : {Extreme::minimum, Extreme::maximum}) all.emplace_back(extreme_terms(type, of));
  }
  return all;
}

inline std::vector<Terms> american_pairs() {
  constexpr auto early = Exercise::american;
  std::vector<Terms> all{exchange_terms(early)};
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    all.emplace_back(spread_terms(type, early));
    all.emplace_back(basket_terms(type, early));
    for (const Extreme of : {Extreme::minimum, Extreme::maximum}) all.emplace_back(extreme_terms(type, of, early));
  }
  return all;
}

}  // namespace plimsoll::testing
