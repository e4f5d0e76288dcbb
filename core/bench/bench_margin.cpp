// Accounts per second of the margin door: eight option legs on average, some with stock, every requirement explained.
#include "plimsoll/margin/margin.hpp"

#include <cstdio>
#include <ctime>
#include <random>
#include <vector>

namespace {

using namespace plimsoll;
using namespace plimsoll::margin;

RulePack rules() {
  RulePack p;
  p.in_force_from = *Date::parse("1999-01-01");
  p.in_force_until = *Date::parse("2030-12-31");
  p.stock = {0.50, 0.50, 0.25, 0.30, 5.0, 5.0, 1.0, 2.5, 0.05};
  p.option = {0.20, 0.20, 0.15, 0.10, 0.75, 9, 0.10, 0.50};
  return p;
}

/// A book of `legs` option positions over the given number of underlyings, with a stock position on some.
Account draw(std::mt19937& random, int legs, int underlyings, const std::vector<Date>& expiries) {
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  Account account{"A", {}, {}, {}, {}};
  for (int i = 0; i < legs; ++i) {
    const std::string underlying = "U" + std::to_string(pick(0, underlyings - 1));
    const bool call = pick(0, 1) == 1;
    const double strike = 80 + 2.5 * pick(0, 16);
    const auto month = static_cast<std::size_t>(pick(0, 1));
    const double mark = 0.1 * strike * static_cast<double>(month + 1);
    const int side = pick(0, 1) == 1 ? 1 : -1;
    account.options.push_back({"T", underlying, call ? OptionType::call : OptionType::put, Exercise::american, strike,
                               expiries[month], static_cast<double>(side * pick(1, 20)), 100, mark});
    if (pick(0, 9) == 0) account.stocks.push_back({"S", underlying, 100.0 * pick(-10, 10)});
  }
  return account;
}

void measure(const char* title, int accounts, int legs, int underlyings) {
  std::mt19937 random(20081010);
  const std::vector<Date> expiries{*Date::parse("2008-10-17"), *Date::parse("2008-11-21")};
  MarketView market{*Date::parse("2008-09-02"), {}};
  for (int i = 0; i < underlyings; ++i)
    market.underlyings.push_back({"U" + std::to_string(i), UnderlyingClass::equity, 100.0, 1.0, PriceBasis::raw});
  std::vector<Account> books;
  for (int i = 0; i < accounts; ++i) books.push_back(draw(random, legs, underlyings, expiries));
  const auto pack = rules();
  const std::clock_t start = std::clock();  // time of this process alone, however busy the machine is
  const auto results = margin_accounts(books, market, pack, {});
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  double worst_gap = 0.0;
  std::int64_t refused = 0;
  for (const auto& result : results) {
    if (!result) {
      ++refused;
      continue;
    }
    for (const auto& own : result->maintenance.pairings) worst_gap = std::max(worst_gap, own.pairing.certificate.gap());
  }
  std::printf("%-42s %8.0f accounts/s/core   widest gap %.2g dollars   refused %lld\n", title, accounts / seconds,
              worst_gap, static_cast<long long>(refused));
}

}  // namespace

int main() {
  measure("8 legs over 4 underlyings", 20'000, 8, 4);
  measure("8 legs on one underlying", 5'000, 8, 1);
  measure("20 legs on one underlying", 500, 20, 1);
  return 0;
}
