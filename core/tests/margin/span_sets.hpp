#pragma once

// Parameter sets and accounts for the tests of SPAN.
#include "plimsoll/margin/span/requirement.hpp"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll::margin::span::sets {

inline constexpr std::array<double, 14> price_moves{0, 0,  1,  1, -1, -1, 2,
                                                    2, -2, -2, 3, 3,  -3, -3};  // thirds of the scan range

/// The sixteen scenarios of the published layout: the last two are moves of twice the range, of which 35 % is covered.
inline std::vector<ScanPoint> points() {
  std::vector<ScanPoint> made;
  for (std::int32_t i = 0; i < 14; ++i) {
    const bool up = i % 2 == 0;
    made.push_back({price_moves[static_cast<std::size_t>(i)] / 3.0, up ? 1.0 : -1.0, 1.0, up ? i + 1 : i - 1});
  }
  made.push_back({2.0, 0.0, 0.35, 14});
  made.push_back({-2.0, 0.0, 0.35, 15});
  return made;
}

/// Losses of a contract that gains `slope` for a move up by the scan range and `vega` when volatility rises, and loses
/// `decay` over the day.
inline std::vector<double> linear(double slope, double vega = 0.0, double decay = 0.0) {
  std::vector<double> losses;
  for (const ScanPoint& point : points())
    losses.push_back(point.weight * (decay - slope * point.price - vega * point.volatility));
  return losses;
}

inline Contract future(const std::string& commodity, std::int32_t period, double slope) {
  return {commodity + " " + std::to_string(period),
          commodity,
          ContractKind::future,
          0.0,
          period,
          std::nullopt,
          50.0,
          100.0,
          1.0,
          1.0,
          false,
          linear(slope)};
}

inline Contract option(const std::string& commodity, ContractKind kind, double strike, std::int32_t period,
                       double delta, double price, std::vector<double> losses) {
  const std::string side = kind == ContractKind::call ? " C" : " P";
  return {commodity + " " + std::to_string(period) + side + text_of(strike),
          commodity,
          kind,
          strike,
          period,
          std::nullopt,
          50.0,
          price,
          delta,
          1.0,
          true,
          std::move(losses)};
}

inline Commodity commodity(std::string code) {
  Commodity made;
  made.code = std::move(code);
  made.currency = "USD";
  return made;
}

inline SpreadLeg leg(std::string of, Side side, double ratio, std::int32_t tier = 0, std::int32_t period = 0) {
  return {std::move(of), tier, period, side, ratio, std::nullopt};
}

inline constexpr std::int32_t march = 20260300;
inline constexpr std::int32_t june = 20260600;
inline constexpr std::int32_t september = 20260900;

/// Two commodities: X with an option, a charge between its months, a delivery and a minimum; Y a future alone.
inline ParameterSet two_commodities() {
  ParameterSet set;
  set.set_id = "hand";
  set.date = *Date::parse("2026-02-02");
  set.scan_points = points();
  Commodity x = commodity("X");
  x.spreads = {{1, SpreadRate::flat, 40.0, {leg("X", Side::a, 1, 0, march), leg("X", Side::b, 1, 0, june)}}};
  x.delivery = {{march, 10.0, 30.0}};
  x.option_tiers = {{1, 0, last_period, 100.0}};
  x.ratios = {{AccountClass::speculator, 1.0, 1.1}};
  Commodity y = commodity("Y");
  y.ratios = {{AccountClass::speculator, 1.0, 1.1}};
  set.commodities = {x, y};
  set.contracts = {future("X", march, 900), future("X", june, 900), future("Y", march, 500),
                   option("X", ContractKind::call, 100, march, 0.5, 12, linear(450, 60, 6))};
  set.inter_spreads = {{1, SpreadRate::weighted, 0.8, {leg("X", Side::a, 1), leg("Y", Side::b, 2)}}};
  return set;
}

inline Account account(std::vector<std::pair<std::string, double>> held, AccountClass kind = AccountClass::member) {
  Account made{"A", "USD", kind, {}};
  for (auto& [contract, quantity] : held)
    made.positions.push_back({"T" + std::to_string(made.positions.size()), std::move(contract), quantity});
  return made;
}

inline Requirement run(const ParameterSet& set, const Account& holder) {
  const auto prepared = PreparedSet::prepare(set);
  if (!prepared) throw std::runtime_error(prepared.error().message());
  auto found = requirement(holder, *prepared);
  if (!found) throw std::runtime_error(found.error().message());
  return *std::move(found);
}

inline Money dollars(double amount) { return *Money::round_half_up(amount); }

}  // namespace plimsoll::margin::span::sets
