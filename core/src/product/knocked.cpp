#include "plimsoll/product/knocked.hpp"

namespace plimsoll {

namespace {

Product begun(OptionType type, Payout payout, double strike, double cash, double expiry) {
  if (payout == Payout::difference) return European{type, strike, expiry};
  return Digital{type, payout, strike, cash, 0.0, expiry};
}

}  // namespace

Product knocked(const Barrier& option, HitDay day) {
  if (option.knock == Knock::knock_in)
    return begun(option.type, option.payout, option.strike, option.cash, option.expiry);
  return Payment{Payout::cash, day == HitDay::today ? option.rebate : 0.0, 0.0};
}

Product knocked(const DoubleBarrier& option) {
  if (option.knock == Knock::knock_in)
    return begun(option.type, option.payout, option.strike, option.cash, option.expiry);
  return Payment{};
}

Product knocked(const PartialTimeBarrier& option) {
  if (option.knock == Knock::knock_in) return European{option.type, option.strike, option.expiry};
  return Payment{};
}

Product knocked(const Touch& option, HitDay day) {
  if (option.knock == Knock::knock_out) return Payment{};
  const double amount = option.payout == Payout::cash ? option.cash : 1.0;
  if (option.settlement == Settlement::at_expiry) return Payment{option.payout, amount, option.expiry};
  return Payment{option.payout, day == HitDay::today ? amount : 0.0, 0.0};
}

Product knocked(const DoubleTouch& option) {
  if (option.order == TouchOrder::neither) return Payment{};
  return Payment{Payout::cash, option.cash, option.expiry};
}

}  // namespace plimsoll
