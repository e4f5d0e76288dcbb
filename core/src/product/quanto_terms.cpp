#include "plimsoll/product/quanto_terms.hpp"

#include "flaw.hpp"
#include "plimsoll/base/day_count.hpp"
#include "plimsoll/product/knocked.hpp"
#include "resolve_terms.hpp"

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_conversion(double conversion) {
  if (conversion > 0.0 && std::isfinite(conversion)) return std::nullopt;
  return Error{ErrorCode::invalid_value, "conversion", text_of(conversion), "a finite number above zero",
               "give the domestic money that the contract pays for one unit of the foreign"};
}

/// What is left of a barrier option, or the option itself while it is alive.
template <class Terms, class Option>
Result<Product> with_state(const Terms& terms, const Option& option, Date today) {
  if (auto flaw = flaw_of_other(terms.underlying, terms.other)) return *flaw;
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_state(terms.state, terms.knocked_on, today)) return *flaw;
  if (auto flaw = find_flaw(option)) return *flaw;
  if (terms.state == BarrierState::knocked) return knocked(option);
  return Product{option};
}

}  // namespace

std::optional<Error> find_flaw(const QuantoOption& option) {
  if (auto flaw = flaw_of_option(option.strike, option.expiry)) return flaw;
  return flaw_of_conversion(option.conversion);
}

std::optional<Error> find_flaw(const QuantoBarrier& option) {
  if (auto flaw = flaw_of_level("strike", option.strike)) return flaw;
  if (auto flaw = flaw_of_expiry(option.expiry)) return flaw;
  if (auto flaw = flaw_of_level("barrier", option.barrier)) return flaw;
  return flaw_of_conversion(option.conversion);
}

Product knocked(const QuantoBarrier& option) {
  if (option.knock == Knock::knock_out) return Payment{Payout::cash, 0.0, 0.0};
  return QuantoOption{option.type, Exercise::european, option.strike, option.expiry, option.conversion};
}

Product knocked(const TwoAssetBarrier& option) {
  if (option.knock == Knock::knock_out) return Payment{Payout::cash, 0.0, 0.0};
  return European{option.type, option.strike, option.expiry};
}

Result<Product> resolve_terms(const QuantoTerms& terms, Date today) {
  if (auto flaw = flaw_of_other(terms.underlying, terms.other)) return *flaw;
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  return Product{QuantoOption{terms.type, terms.exercise, terms.strike, year_fraction_act365f(today, terms.expiry),
                              terms.conversion}};
}

Result<Product> resolve_terms(const QuantoBarrierTerms& terms, Date today) {
  const QuantoBarrier option{terms.type,      terms.strike,  terms.direction,
                             terms.knock,     terms.barrier, year_fraction_act365f(today, terms.expiry),
                             terms.conversion};
  auto product = with_state(terms, option, today);
  if (!product) return product;
  if (auto flaw =
          flaw_of_side(terms.state, terms.knock, terms.type, terms.strike, terms.direction, "barrier", terms.barrier))
    return *flaw;
  return product;
}

Result<Product> resolve_terms(const TwoAssetBarrierTerms& terms, Date today) {
  const TwoAssetBarrier option{terms.type,  terms.strike,  terms.direction,
                               terms.knock, terms.barrier, year_fraction_act365f(today, terms.expiry)};
  return with_state(terms, option, today);
}

}  // namespace plimsoll
