#include "plimsoll/product/barrier.hpp"

#include "flaw.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/partial_time_barrier.hpp"
#include "plimsoll/product/soft_barrier.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Barrier& option) {
  if (auto flaw = flaw_of_level("barrier", option.barrier)) return flaw;
  if (auto flaw = flaw_of_amount("rebate", option.rebate, "give the rebate as an amount >= 0")) return flaw;
  if (auto flaw = flaw_of_amount("cash", option.cash, "give the amount paid, >= 0")) return flaw;
  return flaw_of_option(option.strike, option.expiry);
}

std::optional<Error> find_flaw(const DoubleBarrier& option) {
  if (auto flaw = flaw_of_range(option.lower, option.upper, false)) return flaw;
  if (auto flaw = flaw_of_amount("cash", option.cash, "give the amount paid, >= 0")) return flaw;
  return flaw_of_option(option.strike, option.expiry);
}

std::optional<Error> find_flaw(const SoftBarrier& option) {
  if (auto flaw = flaw_of_range(option.lower, option.upper, true)) return flaw;
  if (auto flaw = flaw_of_level("extremum", option.extremum.value_or(option.upper))) return flaw;
  return flaw_of_option(option.strike, option.expiry);
}

std::optional<Error> find_flaw(const PartialTimeBarrier& option) {
  if (auto flaw = flaw_of_level("barrier", option.barrier)) return flaw;
  if (auto flaw = flaw_of_option(option.strike, option.expiry)) return flaw;
  return flaw_of_order("cover", option.cover, "expiry", option.expiry);
}

}  // namespace plimsoll
