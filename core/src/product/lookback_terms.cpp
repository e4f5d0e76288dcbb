#include "plimsoll/product/lookback_terms.hpp"

#include "plimsoll/base/day_count.hpp"
#include "resolve_terms.hpp"

namespace plimsoll {

Result<Product> resolve_terms(const LookbackTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  return Product{Lookback{terms.type, terms.strike_kind, terms.strike, terms.extremum,
                          year_fraction_act365f(today, terms.expiry)}};
}

}  // namespace plimsoll
