#include "plimsoll/valuation/best_method.hpp"

#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/valuation/resolve_market.hpp"

namespace plimsoll {

Method default_method(const Product& product) {
  if (std::holds_alternative<American>(product)) return LeisenReimer{};
  if (std::holds_alternative<ArithmeticAsian>(product)) return MonteCarlo{65536, 1, 1};
  return ClosedForm{};
}

Result<Method> best_method(const Trade& trade, const Snapshot& snapshot) {
  const auto product = resolve(trade, snapshot.valuation_date());
  if (!product) return product.error();
  const auto quotes = snapshot.underlying(underlying_of(trade));
  if (!quotes) return quotes.error();
  const auto pays = [&](double years) { return !dividends_until(**quotes, snapshot.valuation_date(), years).empty(); };
  if (const auto* const option = std::get_if<American>(&*product))
    return pays(option->expiry) ? Method{LeisenReimer{}} : Method{IntegralEquation::accurate()};
  const auto* const european = std::get_if<European>(&*product);
  if (european != nullptr && pays(european->expiry)) return Method{LeisenReimer{}};
  // Where the rate is far below zero an amount paid at the hit has no formula, and the lattice pays it.
  const auto* const barrier = std::get_if<Barrier>(&*product);
  if (barrier != nullptr && barrier->knock == Knock::knock_out && barrier->rebate > 0.0 &&
      !has_first_hit_discount(resolve_black_scholes(**quotes, barrier->strike, barrier->expiry, {})))
    return Method{Trinomial{}};
  return default_method(*product);
}

}  // namespace plimsoll
