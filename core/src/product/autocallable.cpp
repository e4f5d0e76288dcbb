#include "plimsoll/product/autocallable.hpp"

#include "flaw.hpp"

#include <algorithm>
#include <string>

namespace plimsoll {

AutocallableSchedule schedule(const Autocallable& note) {
  AutocallableSchedule when;
  std::ranges::set_union(note.coupon_dates, note.knock_in_dates, std::back_inserter(when.dates));
  for (const double date : when.dates)
    when.is_coupon.push_back(std::ranges::binary_search(note.coupon_dates, date) ? 1 : 0);
  return when;
}

std::optional<Error> find_flaw(const Autocallable& note) {
  if (note.initial_fixings.empty())
    return Error{ErrorCode::missing_field, "initial_fixings", "[]", "one for each underlying",
                 "give the initial fixings"};
  for (const double fixing : note.initial_fixings)
    if (auto flaw = flaw_of_level("initial_fixings", fixing)) return flaw;
  if (auto flaw = flaw_of_dates("coupon_dates", note.coupon_dates, Earliest::later)) return flaw;
  if (!note.knock_in_dates.empty()) {
    if (auto flaw = flaw_of_dates("knock_in_dates", note.knock_in_dates, Earliest::later)) return flaw;
    if (note.knock_in_dates.back() > note.coupon_dates.back())
      return Error{ErrorCode::invalid_value, "knock_in_dates", text_of(note.knock_in_dates.back()),
                   "dates up to the last coupon date", "leave out what comes after the end of the note"};
  }
  if (auto flaw = flaw_of_amount("notional", note.notional, "give the notional")) return flaw;
  if (auto flaw = flaw_of_amount("coupon", note.coupon, "give the coupon as a share of the notional")) return flaw;
  if (auto flaw = flaw_of_amount("coupon_level", note.coupon_level, "give a share of the initial fixing")) return flaw;
  if (auto flaw = flaw_of_amount("knock_in_level", note.knock_in_level, "give a share of the initial fixing"))
    return flaw;
  if (auto flaw = flaw_of_level("call_level", note.call_level)) return flaw;
  if (auto flaw = flaw_of_level("strike_level", note.strike_level)) return flaw;
  if (note.missed_coupons < 0)
    return Error{ErrorCode::invalid_value, "missed_coupons", std::to_string(note.missed_coupons), "an integer >= 0",
                 "give the number of coupons missed so far"};
  return std::nullopt;
}

}  // namespace plimsoll
