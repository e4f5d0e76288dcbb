#include "plimsoll/product/two_asset_terms.hpp"

#include "plimsoll/base/day_count.hpp"
#include "resolve_terms.hpp"

#include <cmath>
#include <string_view>

namespace plimsoll {

namespace {

template <class TwoAssetTerms>
std::optional<Error> flaw_of_trade(const TwoAssetTerms& terms, Date today) {
  if (auto flaw = flaw_of_other(terms.underlying, terms.other)) return flaw;
  return flaw_of_date(terms.expiry, today);
}

std::optional<Error> flaw_of_weight(std::string_view field, double weight) {
  // Negated, so that NaN is refused as well.
  if (weight > 0.0 && std::isfinite(weight)) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), text_of(weight), "a finite number above zero",
               "give both units above zero; a spread takes one underlying from the other"};
}

Rainbow american(OptionType type, RainbowUnderlying on, double strike, double years) {
  return {type, on, strike, 1.0, 1.0, Exercise::american, 0, years};
}

}  // namespace

std::optional<Error> flaw_of_other(const std::string& underlying, const std::string& other) {
  if (other.empty())
    return Error{ErrorCode::missing_field, "other", "", "the name of a second underlying of the snapshot",
                 "name the other underlying"};
  if (other != underlying) return std::nullopt;
  return Error{ErrorCode::invalid_value, "other", other, "another underlying than the first",
               "name the other underlying, or give an option on one"};
}

Result<Product> resolve_terms(const ExchangeTerms& terms, Date today) {
  if (auto flaw = flaw_of_trade(terms, today)) return *flaw;
  const ExchangeOption option{terms.received, terms.delivered, year_fraction_act365f(today, terms.expiry)};
  if (auto flaw = find_flaw(option)) return *flaw;
  if (terms.exercise == Exercise::european) return Product{option};
  Rainbow early = american(OptionType::call, RainbowUnderlying::spread, 0.0, option.expiry);
  early.quantity_one = terms.received;
  early.quantity_two = terms.delivered;
  return Product{early};
}

Result<Product> resolve_terms(const SpreadTerms& terms, Date today) {
  if (auto flaw = flaw_of_trade(terms, today)) return *flaw;
  const double years = year_fraction_act365f(today, terms.expiry);
  if (terms.exercise == Exercise::european) return Product{Spread{terms.type, terms.strike, years}};
  if (terms.strike < 0.0)
    return Error{ErrorCode::invalid_value, "strike", text_of(terms.strike), "a finite number >= 0 where American",
                 "exchange the underlyings, call and put, and the sign of the strike"};
  return Product{american(terms.type, RainbowUnderlying::spread, terms.strike, years)};
}

Result<Product> resolve_terms(const BasketTerms& terms, Date today) {
  if (auto flaw = flaw_of_trade(terms, today)) return *flaw;
  if (auto flaw = flaw_of_weight("weight", terms.weight)) return *flaw;
  if (auto flaw = flaw_of_weight("other_weight", terms.other_weight)) return *flaw;
  const double years = year_fraction_act365f(today, terms.expiry);
  Rainbow early = american(terms.type, RainbowUnderlying::basket, terms.strike, years);
  early.quantity_one = terms.weight;
  early.quantity_two = terms.other_weight;
  if (auto flaw = find_flaw(early)) return *flaw;
  if (terms.exercise == Exercise::american) return Product{early};
  return Product{BasketOption{terms.type, Aggregate::sum, {terms.weight, terms.other_weight}, terms.strike, years}};
}

Result<Product> resolve_terms(const ExtremeTerms& terms, Date today) {
  if (auto flaw = flaw_of_trade(terms, today)) return *flaw;
  const double years = year_fraction_act365f(today, terms.expiry);
  if (terms.exercise == Exercise::european) return Product{ExtremeOption{terms.type, terms.of, terms.strike, years}};
  const bool is_worst = terms.of == Extreme::minimum;
  return Product{
      american(terms.type, is_worst ? RainbowUnderlying::worst_of : RainbowUnderlying::best_of, terms.strike, years)};
}

Result<Product> resolve_terms(const CorrelationTerms& terms, Date today) {
  if (auto flaw = flaw_of_trade(terms, today)) return *flaw;
  const CorrelationOption option{terms.type, terms.trigger, terms.strike, year_fraction_act365f(today, terms.expiry)};
  auto flaw = find_flaw(option);
  if (!flaw) return Product{option};
  // In the words of the trade.
  if (flaw->field == "first_strike") {
    flaw->field = "trigger";
    flaw->fix = "give the trigger as a price >= 0";
  }
  if (flaw->field == "second_strike") flaw->field = "strike";
  return *flaw;
}

}  // namespace plimsoll
