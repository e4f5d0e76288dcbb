#include "plimsoll/product/trade.hpp"

#include "plimsoll/base/day_count.hpp"
#include "resolve_terms.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_size(std::string_view field, double value, double least) {
  if (std::isfinite(value) && value > least) return std::nullopt;
  const bool any_sign = least < 0.0;
  return Error{ErrorCode::invalid_value, std::string(field), text_of(value),
               any_sign ? "a finite number" : "a finite number > 0",
               any_sign ? "give the signed number of contracts, + for long and - for short"
                        : "give the units of the underlying in one contract"};
}

Result<Product> resolve_terms(const OptionTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  const double years = year_fraction_act365f(today, terms.expiry);
  if (terms.exercise == Exercise::american) return Product{American{terms.type, terms.strike, years}};
  return Product{European{terms.type, terms.strike, years}};
}

Result<Product> resolve_terms(const AsianTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  ArithmeticAsian asian{terms.type, terms.strike, {}, year_fraction_act365f(today, terms.expiry), 0, 0.0};
  if (!std::ranges::is_sorted(terms.fixings))
    return Error{ErrorCode::invalid_value, "fixings", "unsorted dates", "dates in ascending order", "sort the fixings"};
  for (const Date fixing : terms.fixings) {
    if (fixing < today)
      ++asian.past_count;
    else
      asian.fixings.push_back(year_fraction_act365f(today, fixing));
  }
  if (terms.fixed.size() != static_cast<std::size_t>(asian.past_count))
    return Error{ErrorCode::missing_field, "fixed", std::to_string(terms.fixed.size()) + " values",
                 std::to_string(asian.past_count) + " values, one for each fixing before " + today.iso(),
                 "give the spot observed on each past fixing"};
  for (const double value : terms.fixed) asian.past_sum += value;
  return Product{asian};
}

Result<Product> resolve_terms(const StockTerms&, Date) { return Product{Stock{}}; }

Result<Product> resolve_terms(const FutureTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  return Product{Future{year_fraction_act365f(today, terms.expiry)}};
}

}  // namespace

std::optional<Error> flaw_of_date(Date expiry, Date valuation_date) {
  return flaw_of_date("expiry", expiry, valuation_date);
}

std::optional<Error> flaw_of_date(std::string_view field, Date expiry, Date valuation_date) {
  if (expiry >= valuation_date) return std::nullopt;
  return Error{ErrorCode::expired_product, std::string(field), expiry.iso(),
               "a date on or after the valuation date " + valuation_date.iso(),
               "remove the expired trade or value it as of a date on or before its expiry"};
}

const std::string& underlying_of(const Trade& trade) {
  return std::visit([](const auto& terms) -> const std::string& { return terms.underlying; }, trade.terms);
}

std::vector<std::string> underlyings_of(const Trade& trade) {
  return std::visit(
      [](const auto& terms) -> std::vector<std::string> {
        if constexpr (requires { terms.other; })
          return {terms.underlying, terms.other};
        else
          return {terms.underlying};
      },
      trade.terms);
}

Result<Product> resolve(const Trade& trade, Date valuation_date) {
  if (auto flaw = flaw_of_size("quantity", trade.quantity, -HUGE_VAL)) return *flaw;
  if (auto flaw = flaw_of_size("multiplier", trade.multiplier, 0.0)) return *flaw;
  if (underlying_of(trade).empty())
    return Error{ErrorCode::missing_field, "underlying", "", "the name of an underlying of the snapshot",
                 "name the underlying"};
  auto product = std::visit([&](const auto& terms) { return resolve_terms(terms, valuation_date); }, trade.terms);
  if (!product) return product;
  if (auto flaw = find_flaw(*product)) return *flaw;
  return product;
}

}  // namespace plimsoll
