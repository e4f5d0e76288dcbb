// Rule packs and accounts of any numbers: margin whose parts add up to the cent, or a refusal.
#include "fuzz.hpp"

#include <array>
#include <cstddef>

#include <plimsoll/margin/margin.hpp>

namespace plimsoll::fuzz {
namespace {

using namespace plimsoll::margin;

Money any_money(FuzzedDataProvider& data) {
  constexpr std::int64_t most = 100'000'000'000'000'000;  // what the doors of Money let in
  return Money::from_cents(data.ConsumeBool() ? data.ConsumeIntegralInRange<std::int64_t>(-most, most)
                                              : data.ConsumeIntegralInRange<std::int64_t>(-100'000'000, 100'000'000));
}

RulePack any_pack(FuzzedDataProvider& data, Numbers& numbers) {
  RulePack pack;
  pack.pack_id = "fuzz";
  pack.revision = "1";
  pack.in_force_from = Date{today.days - 1000};
  pack.in_force_until = Date{today.days + (numbers.one_in(16) ? -1 : 1000)};
  pack.stock = {0.50, 0.50, 0.25, 0.30, 5.0, 5.0, 1.0, 2.5, 0.05};
  pack.option = {0.20, 0.20, 0.15, 0.10, 0.75, 9, 0.10, 0.50};
  pack.minimum_equity = Money::from_cents(200'000);
  if (numbers.one_in(4)) {
    double* const parameters[] = {&pack.stock.long_initial,        &pack.stock.short_minimum_per_share,
                                  &pack.stock.low_price,           &pack.stock.boxed,
                                  &pack.option.equity_base,        &pack.option.minimum,
                                  &pack.option.hedged_strike_rate, &pack.option.long_dated_requirement};
    *data.PickValueInArray(parameters) = numbers.any();
    pack.option.long_dated_months = data.ConsumeIntegral<int>();
  }
  if (data.ConsumeBool())
    pack.futures = {{"ABC", numbers.mostly(1.0, 100.0), pack.in_force_from, any_money(data), any_money(data)}};
  return pack;
}

Account any_account(FuzzedDataProvider& data, Numbers& numbers) {
  Account account{"A", any_money(data), {}, {}, {}};
  const auto count = data.ConsumeIntegralInRange(0, 6);
  for (int i = 0; i < count; ++i) {
    const std::string underlying = numbers.one_in(16) ? "XYZ" : "ABC";
    const double whole = static_cast<double>(data.ConsumeIntegralInRange(-20, 20));
    const double quantity = numbers.one_in(8) ? numbers.any() : whole;
    const double multiplier = numbers.one_in(8) ? numbers.any() : 100.0;
    const double mark = numbers.mostly(0.0, 50.0);
    const double strike = numbers.one_in(8) ? numbers.any() : 90.0 + 5.0 * data.ConsumeIntegralInRange(0, 4);
    const Date expiry =
        numbers.one_in(8) ? numbers.date(today) : Date{today.days + 30 * data.ConsumeIntegralInRange(1, 3)};
    switch (data.ConsumeIntegralInRange(0, 4)) {
      case 0:
        account.stocks.push_back({"S", underlying, 100.0 * quantity});
        break;
      case 1:
        account.futures.push_back({"F", underlying, expiry, quantity, multiplier, numbers.mostly(0.0, 200.0), mark});
        break;
      default:
        account.options.push_back({"O", underlying, data.ConsumeBool() ? OptionType::call : OptionType::put,
                                   data.ConsumeBool() ? Exercise::american : Exercise::european, strike, expiry,
                                   quantity, multiplier, mark});
    }
  }
  return account;
}

/// Parents are sums of their parts.
void require_sums(const Component& component) {
  Money sum;
  for (const Component& child : component.children) {
    require_sums(child);
    sum += child.amount;
  }
  require(component.children.empty() || sum == component.amount, "a parent is the sum of its parts");
}

}  // namespace
}  // namespace plimsoll::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace plimsoll::fuzz;
  FuzzedDataProvider data(bytes, size);
  Numbers numbers(data);
  const RulePack pack = any_pack(data, numbers);
  const auto kinds = std::array{UnderlyingClass::equity, UnderlyingClass::narrow_index, UnderlyingClass::broad_index};
  const MarketView market{today,
                          {{"ABC", data.PickValueInArray(kinds), numbers.mostly(0.0, 200.0),
                            numbers.one_in(8) ? numbers.any() : 1.0, plimsoll::PriceBasis::raw}}};
  const auto result = margin(any_account(data, numbers), market, pack, {200, 20'000});
  if (!result) {
    require_plain(result.error());
    return 0;
  }
  for (const PhaseResult* phase : {&result->initial, &result->maintenance}) {
    require_sums(phase->requirement);
    require(phase->excess == phase->equity_with_loan_value - phase->amount, "excess is equity less requirement");
  }
  require_sums(result->equity_tree);
  require(result->call >= plimsoll::Money{}, "a call is never negative");
  return 0;
}
