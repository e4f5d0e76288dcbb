#include "plimsoll/method/vanilla.hpp"

#include "plimsoll/method/approximation/bjerksund_stensland.hpp"
#include "plimsoll/method/approximation/bumped_greeks.hpp"
#include "plimsoll/method/approximation/quadratic.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/monte_carlo/european.hpp"
#include "plimsoll/method/tree/binomial.hpp"
#include "plimsoll/method/tree/leisen_reimer.hpp"
#include "plimsoll/method/tree/trinomial.hpp"

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

  std::optional<PricedGreeks> operator()(const IntegralEquation& settings) const {
    if (has_cash_dividends(o)) return std::nullopt;
    if (measures == Measures::with_greeks) return integral_equation(o, settings, w.integral);
    return PricedGreeks{integral_equation_price(o, settings, w.integral), {}};
  }

  std::optional<PricedGreeks> operator()(const BaroneAdesiWhaley& /*settings*/) const {
    return approximated(barone_adesi_whaley_price);
  }

  std::optional<PricedGreeks> operator()(const BjerksundStensland& settings) const {
    return approximated([&](const VanillaCase& moved) { return bjerksund_stensland_price(moved, settings.edition); });
  }

  std::optional<PricedGreeks> operator()(const JuQuadratic& /*settings*/) const {
    return approximated(ju_quadratic_price);
  }

  std::optional<PricedGreeks> operator()(const Binomial& settings) const noexcept {
    if (measures == Measures::with_greeks) return binomial(o, settings, w.lattice);
    return PricedGreeks{binomial_price(o, settings, w.lattice), {}};
  }

  std::optional<PricedGreeks> operator()(const Trinomial& settings) const noexcept {
    if (measures == Measures::with_greeks) return trinomial(o, settings, w.lattice);
    return PricedGreeks{trinomial_price(o, settings, w.lattice), {}};
  }

  std::optional<PricedGreeks> operator()(const RainbowLattice& /*settings*/) const noexcept { return std::nullopt; }

 private:
  /// A European option's sensitivities are those of the formula, others' differences of the approximate price.
  template <class Price>
  std::optional<PricedGreeks> approximated(const Price& price) const {
    const std::optional<double> found = price(o);
    if (!found) return std::nullopt;
    if (measures == Measures::price_only) return PricedGreeks{*found, {}};
    if (o.exercise == Exercise::european) return black_scholes_greeks(o.type, o.strike, o.years, o.model);
    // Where the option itself has a price a moved one may have none: beyond the edge of two boundaries.
    return PricedGreeks{*found,
                        bumped_greeks(o, [&](const VanillaCase& moved) { return price(moved).value_or(*found); })};
  }
};

}  // namespace

std::optional<PricedGreeks> price_vanilla(const VanillaCase& option, const Method& method, Measures measures,
                                          VanillaWorkspace& workspace) {
  return std::visit(Pricing{option, measures, workspace}, method);
}

}  // namespace plimsoll
