#include "plimsoll/product/option_on_dates_terms.hpp"

#include "flaw.hpp"
#include "plimsoll/base/day_count.hpp"
#include "resolve_terms.hpp"

#include <algorithm>

namespace plimsoll {

namespace {

/// The refusal of a trade whose first date is over: what came of it is a trade of another kind.
std::optional<Error> flaw_of_first_date(Date expiry, Date today, std::string_view what_is_left) {
  if (expiry >= today) return std::nullopt;
  return Error{ErrorCode::expired_product, "expiry", expiry.iso(),
               "a date on or after the valuation date " + today.iso(),
               "remove the expired trade, or give " + std::string(what_is_left) + " as an option"};
}

}  // namespace

std::optional<Error> flaw_of_order(std::string_view field, Date date, std::string_view last, Date end) {
  if (date <= end) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), date.iso(),
               "a date on or before " + std::string(last) + " " + end.iso(), "bring the dates into order"};
}

std::optional<Error> flaw_of_outcome(std::string_view field, bool is_given, const std::string& given, Date date,
                                     Date today, std::string_view what) {
  if (is_given && date > today)
    return Error{ErrorCode::invalid_value, std::string(field), given, "nothing before " + date.iso(),
                 "remove " + std::string(field) + ", or correct the date"};
  if (!is_given && date < today)
    return Error{ErrorCode::missing_field, std::string(field), "",
                 std::string(what) + " on " + date.iso() + ", before the valuation date " + today.iso(),
                 "give " + std::string(field)};
  return std::nullopt;
}

Result<Product> resolve_terms(const ForwardStartTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_order("start", terms.start, "expiry", terms.expiry)) return *flaw;
  const double years = year_fraction_act365f(today, terms.expiry);
  const double start = std::max(year_fraction_act365f(today, terms.start), 0.0);
  const ForwardStart option{terms.type, terms.moneyness, start, years};
  if (auto flaw = find_flaw(option)) return *flaw;
  const bool is_given = terms.start_spot.has_value();
  const double spot = terms.start_spot.value_or(1.0);
  if (auto flaw = flaw_of_outcome("start_spot", is_given, text_of(spot), terms.start, today, "the spot")) return *flaw;
  if (auto flaw = flaw_of_level("start_spot", spot)) return *flaw;
  if (!is_given) return Product{option};
  return Product{European{terms.type, terms.moneyness * spot, years}};
}

Result<Product> resolve_terms(const ChooserTerms& terms, Date today) {
  if (auto flaw = flaw_of_order("choice", terms.choice, "call_expiry", terms.call_expiry)) return *flaw;
  if (auto flaw = flaw_of_order("choice", terms.choice, "put_expiry", terms.put_expiry)) return *flaw;
  const bool is_call = terms.chosen == OptionType::call;
  const bool is_put = terms.chosen == OptionType::put;
  // A choice that is over leaves the chosen option alone alive.
  if (auto flaw = flaw_of_date("call_expiry", terms.call_expiry, today); flaw && (is_call || terms.put_expiry < today))
    return *flaw;
  if (auto flaw = flaw_of_date("put_expiry", terms.put_expiry, today); flaw && is_put) return *flaw;
  if (auto flaw = flaw_of_outcome("chosen", is_call || is_put, is_call ? "call" : "put", terms.choice, today,
                                  "what was chosen"))
    return *flaw;
  const auto years = [&](Date date) { return std::max(year_fraction_act365f(today, date), 0.0); };
  const Chooser option{years(terms.choice), terms.call_strike, years(terms.call_expiry), terms.put_strike,
                       years(terms.put_expiry)};
  if (auto flaw = find_flaw(option)) return *flaw;
  if (is_call) return Product{European{OptionType::call, option.call_strike, option.call_expiry}};
  if (is_put) return Product{European{OptionType::put, option.put_strike, option.put_expiry}};
  return Product{option};
}

Result<Product> resolve_terms(const CompoundTerms& terms, Date today) {
  if (auto flaw = flaw_of_first_date(terms.expiry, today, "the daughter of one that was exercised")) return *flaw;
  if (auto flaw = flaw_of_order("expiry", terms.expiry, "daughter_expiry", terms.daughter_expiry)) return *flaw;
  return Product{Compound{terms.type, terms.strike, year_fraction_act365f(today, terms.expiry), terms.daughter_type,
                          terms.daughter_strike, year_fraction_act365f(today, terms.daughter_expiry)}};
}

Result<Product> resolve_terms(const ExtendibleTerms& terms, Date today) {
  if (auto flaw = flaw_of_first_date(terms.expiry, today, "one that was extended")) return *flaw;
  if (auto flaw = flaw_of_order("expiry", terms.expiry, "extended_expiry", terms.extended_expiry)) return *flaw;
  return Product{Extendible{terms.type, terms.extended_by, terms.strike, year_fraction_act365f(today, terms.expiry),
                            terms.extended_strike, year_fraction_act365f(today, terms.extended_expiry), terms.premium}};
}

}  // namespace plimsoll
