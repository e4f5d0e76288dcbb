#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <plimsoll/market/snapshot.hpp>
#include <plimsoll/product/trade.hpp>
#include <plimsoll/valuation/value.hpp>

namespace plimsoll::testing {

inline Date date(const char* text) { return *Date::parse(text); }

inline const Date today = *Date::parse("2026-01-05");
inline const Date in_a_year = *Date::parse("2027-01-05");

inline UnderlyingMarket market_of(const std::string& name, double spot = 100.0) {
  return {name,
          spot,
          PriceBasis::raw,
          *Curve::flat(0.03),
          Status::observed,
          *Curve::flat(0.01),
          Status::observed,
          {},
          *VolatilitySurface::flat(0.25),
          Status::observed};
}

inline Snapshot snapshot_of(UnderlyingMarket market) { return *Snapshot::make(today, {std::move(market)}); }

inline Trade option_trade(OptionType type, Exercise exercise, double strike = 105.0, Date expiry = in_a_year,
                          const std::string& underlying = "ABC") {
  return {"T1", 2.0, 100.0, OptionTerms{underlying, type, exercise, strike, expiry}};
}

inline const Method tree = LeisenReimer{101, Extrapolation::richardson};
inline const Method grid = CrankNicolson{200, 100, Extrapolation::richardson};
inline const Method integral = IntegralEquation::accurate();
inline const Method formula = ClosedForm{};
inline const Method simulation = MonteCarlo{16384, 7, 1};

}  // namespace plimsoll::testing
