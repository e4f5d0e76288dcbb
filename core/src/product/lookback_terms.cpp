#include "plimsoll/product/lookback_terms.hpp"

#include "flaw.hpp"
#include "plimsoll/base/day_count.hpp"
#include "resolve_terms.hpp"

#include <algorithm>

namespace plimsoll {

Result<Product> resolve_terms(const LookbackTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  return Product{Lookback{terms.type, terms.strike_kind, terms.strike, terms.extremum,
                          year_fraction_act365f(today, terms.expiry)}};
}

Result<Product> resolve_terms(const PartialLookbackTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_order("cover", terms.cover, "expiry", terms.expiry)) return *flaw;
  const double years = year_fraction_act365f(today, terms.expiry);
  const double window = std::max(year_fraction_act365f(today, terms.cover), 0.0);
  const bool is_given = terms.extremum.has_value();
  const bool is_fixed = terms.strike_kind == LookbackStrike::fixed;
  const double extremum = terms.extremum.value_or(1.0);
  if (!is_fixed && !is_given)
    return Error{ErrorCode::missing_field, "extremum", "", "the extremum of the spot since the trade began",
                 "give extremum"};
  if (auto flaw = flaw_of_level("extremum", extremum)) return *flaw;
  if (is_fixed)
    if (auto flaw = flaw_of_outcome("extremum", is_given, text_of(extremum), terms.cover, today, "what was watched"))
      return *flaw;
  const PartialLookback option{
      terms.type, terms.strike_kind, terms.strike, terms.fraction, is_given ? extremum : 0.0, window, years};
  if (auto flaw = find_flaw(option)) return *flaw;
  if (is_fixed && is_given) return Product{Lookback{terms.type, terms.strike_kind, terms.strike, extremum, years}};
  if (!is_fixed && terms.cover < today) return Product{European{terms.type, terms.fraction * extremum, years}};
  return Product{option};
}

}  // namespace plimsoll
