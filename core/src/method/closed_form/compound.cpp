#include "plimsoll/method/closed_form/compound.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"

namespace plimsoll {

namespace {

/// What the daughter is worth at the mother's expiry.
template <Real R>
R daughter_price(const Compound& option, const BlackScholes<R>& model, const R& spot) {
  const BlackScholes<R> then{spot, model.rate, model.dividend_yield, model.volatility};
  return black_scholes_price<R>(option.daughter_type, option.daughter_strike, option.daughter_expiry - option.expiry,
                                then);
}

/// The mother on her expiry.
PricedGreeks exercised_now(const Compound& option, const BlackScholes<double>& model) {
  const PricedGreeks daughter =
      black_scholes_greeks(option.daughter_type, option.daughter_strike, option.daughter_expiry, model);
  const double side = sign(option.type);
  const double worth = side * (daughter.price - option.strike);
  if (!(worth > 0.0)) return {};
  const Greeks& g = daughter.greeks;
  return {worth, {side * g.delta, side * g.gamma, side * g.vega, side * g.theta, side * g.rho}};
}

}  // namespace

SpotRange exercised_range(const Compound& option, const BlackScholes<double>& model) {
  const double slope = sign(option.daughter_type);
  const double near = option.daughter_strike > 0.0 ? option.daughter_strike : model.spot;
  const double level = level_of_zero(
      [&](double spot) { return slope * (daughter_price<double>(option, model, spot) - option.strike); }, near);
  // A call is exercised where the daughter is dear: above the level for a call, below it for a put; a put elsewhere.
  const bool is_call = option.type == OptionType::call;
  const bool above = is_call ? option.daughter_type == OptionType::call : option.daughter_type == OptionType::put;
  return above ? SpotRange{level, std::numeric_limits<double>::infinity()} : SpotRange{0.0, level};
}

Result<PricedGreeks> closed_form(const Compound& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (option.expiry == 0.0) return within_doubles(exercised_now(option, model));
  if (is_certain(model, option.expiry))
    return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
      const R worth = daughter_price<R>(option, m, certain_spot<R>(m, years)) - option.strike;
      return R(exp(-m.rate * years) * max(R(sign(option.type) * worth), R{0.0}));
    }));
  const SpotRange exercised = exercised_range(option, model);
  return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return compound_price<R>(option, exercised, m, years);
  }));
}

}  // namespace plimsoll
