#include "flaw.hpp"
#include "plimsoll/product/correlation_option.hpp"
#include "plimsoll/product/exchange_option.hpp"
#include "plimsoll/product/extreme_option.hpp"
#include "plimsoll/product/spread.hpp"
#include "plimsoll/product/two_asset_barrier.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const ExchangeOption& option) {
  if (auto flaw = flaw_of_amount("received", option.received, "give the units received, >= 0")) return flaw;
  if (auto flaw = flaw_of_amount("delivered", option.delivered, "give the units delivered, >= 0")) return flaw;
  return flaw_of_expiry(option.expiry);
}

std::optional<Error> find_flaw(const ExtremeOption& option) { return flaw_of_option(option.strike, option.expiry); }

std::optional<Error> find_flaw(const CorrelationOption& option) {
  if (auto flaw = flaw_of_amount("first_strike", option.first_strike, "give the strike as a price >= 0")) return flaw;
  if (auto flaw = flaw_of_amount("second_strike", option.second_strike, "give the strike as a price >= 0")) return flaw;
  return flaw_of_expiry(option.expiry);
}

std::optional<Error> find_flaw(const TwoAssetBarrier& option) {
  if (auto flaw = flaw_of_level("barrier", option.barrier)) return flaw;
  return flaw_of_option(option.strike, option.expiry);
}

std::optional<Error> find_flaw(const Spread& option) {
  if (!std::isfinite(option.strike))
    return Error{ErrorCode::invalid_value, "strike", text_of(option.strike), "a finite number",
                 "give the strike as an amount of either sign"};
  return flaw_of_expiry(option.expiry);
}

}  // namespace plimsoll
