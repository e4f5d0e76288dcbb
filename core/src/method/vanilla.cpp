#include "plimsoll/method/vanilla.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/monte_carlo/european.hpp"
#include "plimsoll/method/tree/leisen_reimer.hpp"

namespace plimsoll {

namespace {

struct Pricing {
  const VanillaCase& o;
  Measures measures;
  VanillaWorkspace& w;

  std::optional<PricedGreeks> operator()(const ClosedForm& /*settings*/) const noexcept {
    if (!has_closed_form(o)) return std::nullopt;
    if (measures == Measures::with_greeks) return black_scholes_greeks(o.type, o.strike, o.years, o.model);
    return PricedGreeks{black_scholes_price(o.type, o.strike, o.years, o.model), {}};
  }

  std::optional<PricedGreeks> operator()(const LeisenReimer& settings) const noexcept {
    if (measures == Measures::with_greeks)
      return leisen_reimer(o.type, o.exercise, o.strike, o.years, o.model, o.dividends, settings, w.lattice);
    return PricedGreeks{
        leisen_reimer_price(o.type, o.exercise, o.strike, o.years, o.model, o.dividends, settings, w.lattice), {}};
  }

  std::optional<PricedGreeks> operator()(const CrankNicolson& settings) const noexcept {
    if (measures == Measures::with_greeks)
      return crank_nicolson(o.type, o.exercise, o.strike, o.years, o.model, o.dividends, settings, w.grid);
    return PricedGreeks{
        crank_nicolson_price(o.type, o.exercise, o.strike, o.years, o.model, o.dividends, settings, w.grid), {}};
  }

  std::optional<PricedGreeks> operator()(const MonteCarlo& settings) const {
    if (o.exercise == Exercise::american || !has_closed_form(o)) return std::nullopt;
    const MonteCarloResult result = monte_carlo_european({o.type, o.strike, o.years}, o.model, settings);
    return PricedGreeks{result.price, result.greeks};
  }
};

}  // namespace

std::optional<PricedGreeks> price_vanilla(const VanillaCase& option, const Method& method, Measures measures,
                                          VanillaWorkspace& workspace) {
  return std::visit(Pricing{option, measures, workspace}, method);
}

}  // namespace plimsoll
