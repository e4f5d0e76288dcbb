// What-if on an account of twenty legs over five underlyings, and on one: a price, and a quantity with its certificate.
#include "plimsoll/margin/what_if/margin_state.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
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

OptionPosition leg(std::mt19937_64& random, int number, int underlyings) {
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  const double strike = 80 + 2.5 * pick(0, 16);
  return {"T" + std::to_string(number),
          "U" + std::to_string(number % underlyings),
          pick(0, 1) == 1 ? OptionType::call : OptionType::put,
          Exercise::american,
          strike,
          *Date::parse("2008-10-17"),
          static_cast<double>((pick(0, 1) == 1 ? 1 : -1) * pick(1, 20)),
          100,
          0.1 * strike};
}

void print(const char* title, int underlyings, std::vector<double> micros) {
  std::ranges::sort(micros);
  const auto at = [&](double share) {
    return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  std::printf("20 legs over %d underlyings, %-34s p50 %8.1f us   p99 %8.1f us\n", underlyings, title, at(0.5),
              at(0.99));
}

void measure(int underlyings, int accounts) {
  std::mt19937_64 random(20081010);
  MarketView market{*Date::parse("2008-09-02"), {}};
  for (int i = 0; i < underlyings; ++i)
    market.underlyings.push_back({"U" + std::to_string(i), UnderlyingClass::equity, 100.0, 1.0, PriceBasis::raw});
  std::vector<double> price;
  std::vector<double> quantity;
  const auto timed = [](const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
  };
  for (int a = 0; a < accounts; ++a) {
    Account account{"A", *Money::parse("1000000"), {}, {}, {}};
    for (int i = 0; i < 20; ++i) account.options.push_back(leg(random, i, underlyings));
    auto made = MarginState::of(account, market, rules(), {});
    if (!made) continue;  // two lots of a series with two marks
    MarginState& state = *made;
    for (int i = 0; i < 20; ++i) {
      const std::string name = "U" + std::to_string(i % underlyings);
      price.push_back(
          timed([&] { static_cast<void>(state.apply(PriceChange{name, 100.0 + 0.25 * (i % 9 - 4), {}})); }));
      OptionPosition more = account.options[static_cast<std::size_t>(i)];
      more.quantity = i % 2 == 0 ? 1.0 : -1.0;
      quantity.push_back(timed([&] { static_cast<void>(state.tried(TradeChange{more, more.mark})); }));
    }
  }
  print("price of one underlying", underlyings, price);
  print("quantity of one leg, certified", underlyings, quantity);
}

}  // namespace

int main() {
  measure(20, 200);
  measure(5, 200);
  measure(1, 50);
  return 0;
}
