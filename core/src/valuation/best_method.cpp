#include "plimsoll/valuation/best_method.hpp"

#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/valuation/resolve_market.hpp"

#include <cmath>
#include <optional>
#include <type_traits>
#include <variant>

namespace plimsoll {

namespace {

/// The years that a product has left whose formula knows no cash dividends and that the grid values with them.
std::optional<double> years_on_grid(const Product& product) {
  return std::visit(
      []<class P>(const P& option) -> std::optional<double> {
        if constexpr (std::is_same_v<P, Digital> || std::is_same_v<P, Touch> || std::is_same_v<P, Barrier> ||
                      std::is_same_v<P, DoubleBarrier> || std::is_same_v<P, DoubleTouch> ||
                      std::is_same_v<P, PartialTimeBarrier>)
          return option.expiry;
        else
          return std::nullopt;
      },
      product);
}

}  // namespace

Method default_method(const Product& product) {
  if (std::holds_alternative<American>(product)) return LeisenReimer{};
  if (std::holds_alternative<ArithmeticAsian>(product)) return MonteCarlo{65536, 1, 1};
  if (const auto* const option = std::get_if<FutureOption>(&product); option != nullptr)
    return option->exercise == Exercise::american ? Method{Binomial{}} : Method{ClosedForm{}};
  if (const auto* const option = std::get_if<QuantoOption>(&product); option != nullptr)
    return option->exercise == Exercise::american ? Method{LeisenReimer{}} : Method{ClosedForm{}};
  if (const auto* const option = std::get_if<CurrencyOption>(&product); option != nullptr)
    return option->exercise == Exercise::american ? Method{LeisenReimer{}} : Method{ClosedForm{}};
  // Where spots meet the lattice comes near an early exercise as the root of its steps only.
  if (const auto* const option = std::get_if<Rainbow>(&product))
    return has_strike_of_one(*option) ? Method{CrankNicolson{100, 50}} : Method{RainbowLattice{}};
  return ClosedForm{};
}

Result<Method> best_method(const Trade& trade, const Snapshot& snapshot) {
  const auto product = resolve(trade, snapshot.valuation_date());
  if (!product) return product.error();
  const auto names = underlyings_of(trade);
  for (const std::string& name : names)
    if (const auto known = snapshot.underlying(name); !known) return known.error();
  const auto quotes = snapshot.underlying(underlying_of(trade));
  const auto pays = [&](double years) { return !dividends_until(**quotes, snapshot.valuation_date(), years).empty(); };
  if (const auto* const option = std::get_if<American>(&*product))
    return pays(option->expiry) ? Method{LeisenReimer{}} : Method{IntegralEquation::accurate()};
  if (const auto* const option = std::get_if<FutureOption>(&*product);
      option != nullptr && option->exercise == Exercise::american && (*quotes)->quotation != Quotation::normal_future)
    return Method{IntegralEquation::accurate()};
  if (const auto* const option = std::get_if<QuantoOption>(&*product);
      option != nullptr && option->exercise == Exercise::american)
    return Method{IntegralEquation::accurate()};
  if (const auto* const option = std::get_if<CurrencyOption>(&*product);
      option != nullptr && option->exercise == Exercise::american)
    return Method{IntegralEquation::accurate()};
  const auto* const european = std::get_if<European>(&*product);
  if (european != nullptr && pays(european->expiry)) return Method{LeisenReimer{}};
  if (std::holds_alternative<ArithmeticAsian>(*product)) return Method{CrankNicolson{}};
  if (const auto years = years_on_grid(*product); years && pays(*years)) return Method{CrankNicolson{}};
  // Below a dividend yield of zero the spots at which a holder extends are no one range, and no formula sums them.
  const auto* const extendible = std::get_if<Extendible>(&*product);
  if (extendible != nullptr && extendible->by == ExtendedBy::holder &&
      resolve_black_scholes(**quotes, extendible->strike, extendible->extended_expiry, {}).dividend_yield < 0.0)
    return Method{MonteCarlo{65536, 1, 1}};
  // Where the rate is far below zero an amount paid at the hit has no formula, and lattice and grid pay it.
  const auto* const touch = std::get_if<Touch>(&*product);
  if (touch != nullptr && touch->settlement == Settlement::at_hit &&
      !has_first_hit_discount(resolve_black_scholes(**quotes, touch->level, touch->expiry, {})))
    return Method{CrankNicolson{}};
  const auto* const barrier = std::get_if<Barrier>(&*product);
  if (barrier != nullptr && barrier->knock == Knock::knock_out && barrier->rebate > 0.0 &&
      !has_first_hit_discount(resolve_black_scholes(**quotes, barrier->strike, barrier->expiry, {})))
    return Method{Trinomial{}};
  // A lattice has two walks; where one asset decides over the other there is one, which the plane takes.
  if (std::holds_alternative<Rainbow>(*product)) {
    const auto pair = snapshot.correlations().find(names.front(), names.back());
    if (pair && std::abs(pair->value) == 1.0) return Method{CrankNicolson{100, 50}};
  }
  return default_method(*product);
}

}  // namespace plimsoll
