#include "plimsoll/product/digital_terms.hpp"

#include "plimsoll/base/day_count.hpp"
#include "plimsoll/product/knocked.hpp"
#include "resolve_terms.hpp"

namespace plimsoll {

Result<Product> resolve_terms(const DigitalTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_payout(terms.amount)) return *flaw;
  return Product{Digital{terms.type, terms.payout, terms.strike, terms.amount, terms.paid_strike,
                         year_fraction_act365f(today, terms.expiry)}};
}

Result<Product> resolve_terms(const TouchTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_state(terms.state, terms.knocked_on, today)) return *flaw;
  if (auto flaw = flaw_of_payout(terms.amount)) return *flaw;
  const Touch touch{terms.payout,
                    terms.amount,
                    terms.direction,
                    terms.knock,
                    terms.settlement,
                    terms.level,
                    year_fraction_act365f(today, terms.expiry)};
  if (auto flaw = find_flaw(touch)) return *flaw;
  if (terms.state == BarrierState::alive) return Product{touch};
  return knocked(touch, terms.knocked_on == today ? HitDay::today : HitDay::earlier);
}

Result<Product> resolve_terms(const DoubleTouchTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_state(terms.state, terms.knocked_on, today)) return *flaw;
  if (auto flaw = flaw_of_payout(terms.amount)) return *flaw;
  const DoubleTouch touch{terms.knock == Knock::knock_in ? TouchOrder::either : TouchOrder::neither, terms.amount,
                          terms.lower, terms.upper, year_fraction_act365f(today, terms.expiry)};
  if (auto flaw = find_flaw(touch)) return *flaw;
  if (terms.state == BarrierState::alive) return Product{touch};
  return knocked(touch);
}

}  // namespace plimsoll
