// Accounts per second of SPAN from columns of positions: 15 positions an account, charges, deliveries and credits in
// force.
#include "plimsoll/margin/span/requirement.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace plimsoll;
using namespace plimsoll::margin::span;

constexpr int commodity_count = 40;
constexpr int positions_an_account = 15;

int pick(std::mt19937& random, int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); }

std::string code_of(int i) { return "C" + std::to_string(100 + i); }

std::vector<ScanPoint> points() {
  std::vector<ScanPoint> made;
  for (const int thirds : {0, 1, -1, 2, -2, 3, -3})
    for (const double volatility : {1.0, -1.0}) {
      const auto own = static_cast<std::int32_t>(made.size());
      made.push_back({thirds / 3.0, volatility, 1.0, volatility > 0 ? own + 1 : own - 1});
    }
  made.push_back({2.0, 0.0, 0.35, 14});
  made.push_back({-2.0, 0.0, 0.35, 15});
  return made;
}

std::vector<double> array_of(double slope, double vega) {
  std::vector<double> losses;
  for (const ScanPoint& point : points())
    losses.push_back(point.weight * (-slope * point.price - vega * point.volatility));
  return losses;
}

SpreadLeg leg(const std::string& code, Side side, std::int32_t tier) { return {code, tier, 0, side, 1.0, {}}; }

/// Forty commodities of four months with eleven strikes each, cut into two tiers, with credits between neighbours.
ParameterSet parameters(std::mt19937& random) {
  ParameterSet set;
  set.set_id = "bench";
  set.scan_points = points();
  for (int i = 0; i < commodity_count; ++i) {
    Commodity own;
    own.code = code_of(i);
    own.currency = "USD";
    own.spread_tiers = {{1, 20260300, 20260699, 0.0}, {2, 20260900, last_period, 0.0}};
    own.credit_tiers = own.spread_tiers;
    own.option_tiers = {{1, 0, last_period, 10.0}};
    own.delivery = {{20260300, 5.0, 10.0}};
    for (std::int32_t a = 1; a <= 2; ++a)
      for (std::int32_t b = 1; b <= 2; ++b)
        own.spreads.push_back({a + b, SpreadRate::flat, 40.0, {leg(own.code, Side::a, a), leg(own.code, Side::b, b)}});
    set.commodities.push_back(own);
    for (const std::int32_t period : {20260300, 20260600, 20260900, 20261200}) {
      const double slope = 100.0 * pick(random, 5, 20);
      const std::string name = own.code + " " + std::to_string(period);
      set.contracts.push_back(
          {name, own.code, ContractKind::future, 0.0, period, {}, 50.0, 100.0, 1.0, 1.0, false, array_of(slope, 0.0)});
      for (int strike = 0; strike < 11; ++strike) {
        const double delta = (strike + 1) / 12.0;
        set.contracts.push_back({name + " C" + std::to_string(strike),
                                 own.code,
                                 ContractKind::call,
                                 1.0 * strike,
                                 period,
                                 {},
                                 50.0,
                                 1.0 * pick(random, 1, 20),
                                 delta,
                                 1.0,
                                 true,
                                 array_of(slope * delta, 50.0)});
      }
    }
    if (i > 0)
      set.inter_spreads.push_back(
          {i, SpreadRate::weighted, 0.5, {leg(code_of(i - 1), Side::a, 0), leg(own.code, Side::b, 0)}});
  }
  return set;
}

}  // namespace

int main() {
  constexpr std::size_t accounts = 1'000'000;
  constexpr std::int64_t threads = 2;
  std::mt19937 random(20260625);
  const auto set = PreparedSet::prepare(parameters(random));
  const auto known = static_cast<int>(set->parameters().contracts.size());
  std::vector<std::int64_t> offsets{0};
  std::vector<std::uint32_t> contract;
  std::vector<std::int64_t> quantity;
  for (std::size_t account = 0; account < accounts; ++account) {
    // An account trades a few commodities, not all of them.
    const int first = pick(random, 0, known - 1);
    for (int i = 0; i < positions_an_account; ++i) {
      contract.push_back(static_cast<std::uint32_t>((first + pick(random, 0, 4 * known / commodity_count)) % known));
      quantity.push_back(pick(random, 0, 1) == 1 ? pick(random, 1, 20) : -pick(random, 1, 20));
    }
    offsets.push_back(static_cast<std::int64_t>(contract.size()));
  }
  const std::clock_t started = std::clock();
  const auto wall = std::chrono::steady_clock::now();
  const auto found = requirement_columns({offsets, contract, quantity}, *set, AccountClass::speculator, threads);
  const double work = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  if (!found) {
    std::printf("%s\n", found.error().message().c_str());
    return 1;
  }
  std::int64_t total = 0;
  for (const std::int64_t cents : found->maintenance) total += cents;
  std::printf(
      "%zu accounts x %d positions, %d contracts: %.2f s on %lld threads (%.2f s of processor time), %lld cents\n",
      accounts, positions_an_account, known, seconds, static_cast<long long>(threads), work,
      static_cast<long long>(total));
  return 0;
}
