#include "plimsoll/product/carry_terms.hpp"

#include "flaw.hpp"
#include "plimsoll/base/day_count.hpp"
#include "resolve_terms.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_currency(std::string_view field, const std::string& code) {
  if (code.size() == 3 && std::ranges::all_of(code, [](char letter) { return letter >= 'A' && letter <= 'Z'; }))
    return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), code, "a code of three capital letters",
               "give the code of ISO 4217, EUR for the euro"};
}

template <class CurrencyTerms>
std::optional<Error> flaw_of_currencies(const CurrencyTerms& terms) {
  if (auto flaw = flaw_of_currency("notional_currency", terms.notional_currency)) return flaw;
  if (auto flaw = flaw_of_currency("price_currency", terms.price_currency)) return flaw;
  if (terms.notional_currency != terms.price_currency) return std::nullopt;
  return Error{ErrorCode::invalid_value, "price_currency", terms.price_currency,
               "another currency than that of the notional", "give the currency that strike and value are in"};
}

}  // namespace

std::optional<Error> find_flaw(const FutureOption& option) {
  if (!std::isfinite(option.strike))
    return Error{ErrorCode::invalid_value, "strike", text_of(option.strike), "a finite number",
                 "give the strike as a price of the future"};
  if (auto flaw = flaw_of_expiry(option.expiry)) return flaw;
  return flaw_of_order("expiry", option.expiry, "future_expiry", option.future_expiry);
}

std::optional<Error> find_flaw(const CurrencyForward& forward) {
  return flaw_of_option(forward.strike, forward.expiry);
}

std::optional<Error> find_flaw(const CurrencyOption& option) { return flaw_of_option(option.strike, option.expiry); }

Result<Product> resolve_terms(const CurrencyForwardTerms& terms, Date today) {
  if (auto flaw = flaw_of_currencies(terms)) return *flaw;
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  return Product{CurrencyForward{terms.strike, year_fraction_act365f(today, terms.expiry)}};
}

Result<Product> resolve_terms(const CurrencyOptionTerms& terms, Date today) {
  if (auto flaw = flaw_of_currencies(terms)) return *flaw;
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  return Product{CurrencyOption{terms.type, terms.exercise, terms.strike, year_fraction_act365f(today, terms.expiry)}};
}

Result<Product> resolve_terms(const FutureOptionTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (terms.future_expiry < terms.expiry)
    return Error{ErrorCode::invalid_value, "future_expiry", terms.future_expiry.iso(),
                 "a date on or after the option's expiry " + terms.expiry.iso(),
                 "give the expiry of the future that the option is on"};
  return Product{FutureOption{terms.type, terms.exercise, terms.strike, year_fraction_act365f(today, terms.expiry),
                              year_fraction_act365f(today, terms.future_expiry)}};
}

}  // namespace plimsoll
