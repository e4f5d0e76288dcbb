#include "plimsoll/product/bounded_cliquet.hpp"

#include "flaw.hpp"

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_bounds(const char* field, double floor, double cap) {
  if (!std::isnan(cap) && std::isfinite(floor) && floor <= cap) return std::nullopt;
  return Error{ErrorCode::invalid_value, field, text_of(floor), "a finite number up to the cap " + text_of(cap),
               "exchange floor and cap, or correct them"};
}

}  // namespace

std::optional<Error> find_flaw(const BoundedCliquet& option) {
  if (auto flaw = flaw_of_amount("notional", option.notional, "give the notional")) return flaw;
  if (auto flaw = flaw_of_level("last_fixing", option.last_fixing)) return flaw;
  if (auto flaw = flaw_of_dates("reset_dates", option.reset_dates, Earliest::later)) return flaw;
  if (auto flaw = flaw_of_bounds("local_floor", option.local_floor, option.local_cap)) return flaw;
  if (auto flaw = flaw_of_bounds("global_floor", option.global_floor, option.global_cap)) return flaw;
  if (std::isfinite(option.past_sum)) return std::nullopt;
  return Error{ErrorCode::invalid_value, "past_sum", text_of(option.past_sum), "a finite number",
               "give the sum of the past returns between their bounds"};
}

}  // namespace plimsoll
