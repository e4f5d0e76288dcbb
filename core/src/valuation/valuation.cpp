#include "plimsoll/valuation/valuation.hpp"

#include "plimsoll/method/kernels.hpp"

#include <utility>

namespace plimsoll {

std::string_view name(Flag flag) noexcept {
  switch (flag) {
    case Flag::adjusted_prices:
      return "adjusted_prices";
    case Flag::assumed_rate:
      return "assumed_rate";
    case Flag::assumed_dividends:
      return "assumed_dividends";
    case Flag::assumed_volatility:
      return "assumed_volatility";
    case Flag::below_no_arbitrage_bound:
      return "below_no_arbitrage_bound";
    case Flag::assumed_correlation:
      return "assumed_correlation";
    case Flag::flattened_market:
      return "flattened_market";
    case Flag::above_no_arbitrage_bound:
      break;
  }
  return "above_no_arbitrage_bound";
}

Position position(const Trade& trade, const Valuation& valuation, std::optional<double> entry_price) {
  const double size = trade.quantity * trade.multiplier;
  const Greeks& unit = valuation.greeks;
  std::optional<double> value;
  if (!std::holds_alternative<FutureTerms>(trade.terms))
    value = size * valuation.price;
  else if (entry_price)
    value = size * (valuation.price - *entry_price);
  SeveralGreeks several = valuation.several;
  for (UnderlyingGreeks& own : several.by_underlying) {
    own.delta *= size;
    own.gamma *= size;
    own.vega *= size;
    own.dividend *= size;
  }
  for (PairGreeks& pair : several.by_pair) {
    pair.cross_gamma *= size;
    pair.correlation *= size;
  }
  return {value,
          {size * unit.delta, size * unit.gamma, size * unit.vega, size * unit.theta, size * unit.rho},
          std::move(several)};
}

std::string_view instruction_set() noexcept { return name_of(chosen_instruction_set()); }

}  // namespace plimsoll
