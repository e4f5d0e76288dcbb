#include "plimsoll/valuation/valuation.hpp"

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
    case Flag::above_no_arbitrage_bound:
      break;
  }
  return "above_no_arbitrage_bound";
}

Position position(const Trade& trade, const Valuation& valuation, std::optional<double> entry_price) noexcept {
  const double size = trade.quantity * trade.multiplier;
  const Greeks& unit = valuation.greeks;
  std::optional<double> value;
  if (!std::holds_alternative<FutureTerms>(trade.terms))
    value = size * valuation.price;
  else if (entry_price)
    value = size * (valuation.price - *entry_price);
  return {value, {size * unit.delta, size * unit.gamma, size * unit.vega, size * unit.theta, size * unit.rho}};
}

std::string_view instruction_set() noexcept {
#ifdef __AVX512F__
  return "x86-64-v4";
#elif defined(__AVX2__)
  return "x86-64-v3";
#elif defined(__x86_64__)
  return "x86-64";
#else
  return "portable";
#endif
}

}  // namespace plimsoll
