#pragma once

#include "plimsoll/margin/margin.hpp"

#include <string>
#include <vector>

namespace plimsoll::margin::books {

inline constexpr SearchLimits search{};

inline Date day(const char* iso) { return *Date::parse(iso); }

/// The rates of Regulation T and FINRA 4210, with one future for the outright margins.
inline RulePack pack() {
  RulePack p;
  p.pack_id = "test";
  p.revision = "1";
  p.in_force_from = day("1999-01-01");
  p.in_force_until = day("2030-12-31");
  p.stock = {0.50, 0.50, 0.25, 0.30, 5.0, 5.0, 1.0, 2.5, 0.05};
  p.option = {0.20, 0.20, 0.15, 0.10, 0.75, 9, 0.10, 0.50};
  p.futures = {{"SP500", 50.0, day("2008-01-01"), *Money::parse("4500"), *Money::parse("3600")},
               {"SP500", 50.0, day("2008-10-01"), *Money::parse("5625"), *Money::parse("4500")}};
  p.minimum_equity = *Money::parse("2000");
  return p;
}

inline MarketView at(double spot, UnderlyingClass kind = UnderlyingClass::equity, double leverage = 1.0) {
  return {day("2008-09-02"), {{"XYZ", kind, spot, leverage, PriceBasis::raw}}};
}

/// Three expiries, one, two and sixteen months ahead.
inline Date near_expiry() { return day("2008-10-17"); }
inline Date next_expiry() { return day("2008-11-21"); }
inline Date far_expiry() { return day("2010-01-15"); }

struct Writer {
  Account account{"A1", {}, {}, {}, {}};
  int next = 0;

  std::string id() { return "T" + std::to_string(++next); }
  Writer& cash(double dollars) {
    account.cash = *Money::round_half_up(dollars);
    return *this;
  }
  Writer& stock(double quantity) {
    account.stocks.push_back({id(), "XYZ", quantity});
    return *this;
  }
  Writer& option(OptionType type, double strike, double quantity, double mark, Date expiry = near_expiry(),
                 Exercise exercise = Exercise::american, double multiplier = 100) {
    account.options.push_back({id(), "XYZ", type, exercise, strike, expiry, quantity, multiplier, mark});
    return *this;
  }
  Writer& call(double strike, double quantity, double mark, Date expiry = near_expiry()) {
    return option(OptionType::call, strike, quantity, mark, expiry);
  }
  Writer& put(double strike, double quantity, double mark, Date expiry = near_expiry()) {
    return option(OptionType::put, strike, quantity, mark, expiry);
  }
};

inline MarginResult run(const Account& account, const MarketView& market) {
  return *margin(account, market, pack(), search);
}

inline MarginResult run(const Writer& writer, double spot) { return run(writer.account, at(spot)); }

/// Names of the groups of one requirement, in the order of the result.
inline std::vector<std::string> names(const PhaseResult& phase) {
  std::vector<std::string> found;
  for (const auto& underlying : phase.pairings)
    for (const auto& group : underlying.pairing.groups) found.push_back(group.name);
  return found;
}

/// Cost of all pairings of a requirement in dollars, before rounding.
inline double optimum(const PhaseResult& phase) {
  double total = 0.0;
  for (const auto& underlying : phase.pairings) total += underlying.pairing.certificate.optimum;
  return total;
}

}  // namespace plimsoll::margin::books
