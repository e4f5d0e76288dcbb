#include "plimsoll/method/closed_form/chooser.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"

namespace plimsoll {

namespace {

/// One of the two options at the date of the choice.
template <Real R>
R chosen_price(const Chooser& option, OptionType type, const BlackScholes<R>& model, const R& spot) {
  const bool is_call = type == OptionType::call;
  const BlackScholes<R> then{spot, model.rate, model.dividend_yield, model.volatility};
  return black_scholes_price<R>(type, is_call ? option.call_strike : option.put_strike,
                                (is_call ? option.call_expiry : option.put_expiry) - option.choice, then);
}

}  // namespace

Result<PricedGreeks> closed_form(const Chooser& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (option.choice == 0.0) {
    const auto price_of = [&](OptionType type) { return chosen_price<double>(option, type, model, model.spot); };
    if (price_of(OptionType::call) > price_of(OptionType::put))
      return within_doubles(black_scholes_greeks(OptionType::call, option.call_strike, option.call_expiry, model));
    return within_doubles(black_scholes_greeks(OptionType::put, option.put_strike, option.put_expiry, model));
  }
  if (is_certain(model, option.choice))
    return within_doubles(adjoint_greeks(model, option.choice, [&]<class R>(const BlackScholes<R>& m, const R& years) {
      const R spot = certain_spot<R>(m, years);
      return R(exp(-m.rate * years) * max(chosen_price<R>(option, OptionType::call, m, spot),
                                          chosen_price<R>(option, OptionType::put, m, spot)));
    }));
  const double near = option.call_strike > 0.0 ? option.call_strike : model.spot;
  const double indifferent = level_of_zero(
      [&](double spot) {
        return chosen_price<double>(option, OptionType::call, model, spot) -
               chosen_price<double>(option, OptionType::put, model, spot);
      },
      near);
  return within_doubles(adjoint_greeks(model, option.choice, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return chooser_price<R>(option, indifferent, m, years);
  }));
}

}  // namespace plimsoll
