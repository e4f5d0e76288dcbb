#include "plimsoll/method/vanilla.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/tree/leisen_reimer.hpp"

#include <algorithm>

namespace plimsoll {

namespace {

bool has_dividends(const VanillaCase& option) noexcept {
  return std::ranges::any_of(option.dividends, [&](const TimedDividend& dividend) {
    return dividend.years > 0.0 && dividend.years <= option.years && dividend.amount > 0.0;
  });
}

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

  std::optional<PricedGreeks> operator()(const MonteCarlo& /*settings*/) const noexcept { return std::nullopt; }
};

}  // namespace

bool is_worth_holding(const VanillaCase& option) noexcept {
  if (has_dividends(option)) return false;
  const double gain = sign(option.type) * option.model.rate;
  const double loss = sign(option.type) * option.model.dividend_yield;
  return gain >= 0.0 && loss <= 0.0;
}

bool has_closed_form(const VanillaCase& option) noexcept {
  if (option.exercise == Exercise::american) return is_worth_holding(option);
  return !has_dividends(option);
}

std::optional<PricedGreeks> price_vanilla(const VanillaCase& option, const Method& method, Measures measures,
                                          VanillaWorkspace& workspace) noexcept {
  return std::visit(Pricing{option, measures, workspace}, method);
}

}  // namespace plimsoll
