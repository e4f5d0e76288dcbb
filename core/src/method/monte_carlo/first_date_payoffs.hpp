#pragma once

#include "bridged_payoffs.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/compound.hpp"
#include "plimsoll/product/chooser.hpp"
#include "plimsoll/product/compound.hpp"
#include "plimsoll/product/extendible.hpp"
#include "plimsoll/product/forward_start.hpp"

#include <cmath>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

// What options with a first date are worth there, given its spot; inside the simulation of bridged paths.
namespace plimsoll {

/// When the spot is drawn, in years: at expiry, or on the first date. Of a forward start it is what the spot does from
/// the start on.
template <class P>
double drawn_date(const P& option) {
  return option.expiry;
}
inline double drawn_date(const Chooser& option) { return option.choice; }
inline double drawn_date(const ForwardStart& option) { return option.expiry - option.start; }

/// The refusal of a double touch that is not paid at expiry.
inline std::optional<Error> flaw_of_touch_order(const DoubleTouch& option) {
  if (option.order == TouchOrder::neither || option.order == TouchOrder::either) return std::nullopt;
  return Error{ErrorCode::unsupported, "order", "paid at the hit", "neither, either",
               "value the touch by its formula, or one that is paid at expiry"};
}

/// A function of the market on the date of the drawn spots.
template <Real R, class Function>
R on_drawn_date(const LogLaw<R>& law, const Ends& ends, const Function& function) {
  const BlackScholes<R>& m = law.model;
  if constexpr (std::same_as<R, Dual<Dual<Paths>>>) {
    // Today's spot, by which alone the second order is taken, does not move it.
    return Still<R>::of(
        function(BlackScholes<Paths>{ends.spot, passive(m.rate), passive(m.dividend_yield), passive(m.volatility)}));
  } else {
    return function(BlackScholes<R>{Still<R>::of(ends.spot), m.rate, m.dividend_yield, m.volatility});
  }
}

/// What an option that is left is worth on the date of the drawn spots.
template <Real R>
R left_price(OptionType type, double strike, double years, const LogLaw<R>& law, const Ends& ends) {
  return on_drawn_date<R>(law, ends, [&]<class Then>(const BlackScholes<Then>& then) -> Then {
    return black_scholes_price<Then>(type, strike, years, then);
  });
}

/// Density times what is had on the date.
template <Real R>
R weighed(const LogLaw<R>& law, const Ends& ends, const R& had) {
  return law.density(Still<R>::of(ends.log_spot), law.drift) * law.discount * had;
}

template <Real R>
R weighed_value(const Chooser& option, const LogLaw<R>& law, const Ends& ends) {
  const double call_years = option.call_expiry - option.choice;
  const double put_years = option.put_expiry - option.choice;
  const R call = left_price<R>(OptionType::call, option.call_strike, call_years, law, ends);
  const R put = left_price<R>(OptionType::put, option.put_strike, put_years, law, ends);
  return weighed<R>(law, ends, R(max(call, put)));
}

template <Real R>
R weighed_value(const Compound& option, const LogLaw<R>& law, const Ends& ends) {
  const double years = option.daughter_expiry - option.expiry;
  const R daughter = left_price<R>(option.daughter_type, option.daughter_strike, years, law, ends);
  return weighed<R>(law, ends, R(max(R(sign(option.type) * (daughter - option.strike)), R{0.0})));
}

template <Real R>
R weighed_value(const Extendible& option, const LogLaw<R>& law, const Ends& ends) {
  const double years = option.extended_expiry - option.expiry;
  const R longer = left_price<R>(option.type, option.extended_strike, years, law, ends) - option.premium;
  const R exercised = sign(option.type) * (Still<R>::of(ends.spot) - option.strike);
  if (option.by == ExtendedBy::writer) return weighed<R>(law, ends, R(select(exercised > 0.0, exercised, longer)));
  return weighed<R>(law, ends, R(max(R(max(exercised, longer)), R{0.0})));
}

/// The ends are today's spot times what the spot does from the start on; the other draw is the spot on the start.
template <Real R>
R weighed_value(const ForwardStart& option, const LogLaw<R>& law, const Ends& ends) {
  constexpr double least_draw = 0x1p-60;  // a draw of zero has no normal
  LogLaw<R> since_start = law;
  since_start.start = Still<R>::of(passive(law.start));
  const R volatility = law.model.volatility;
  const R to_start = R((-law.model.dividend_yield - 0.5 * volatility * volatility) * option.start) +
                     volatility * Still<R>::of(std::sqrt(option.start) * normal_quantile(max(ends.draw, least_draw)));
  const Paths today = passive(law.model.spot);
  const Paths growth = ends.spot / today;
  const double side = sign(option.type);
  const Paths paid = max(Paths(side * (growth - option.moneyness)), Paths{0.0});
  return weighed<R>(since_start, ends, R(law.model.spot * exp(to_start) * Still<R>::of(paid)));
}

/// Where, besides the forward, paths may matter: at the strikes, and where a mother begins to be exercised.
template <class P>
std::vector<double> places_of(const P& option, const BlackScholes<double>& /*model*/) {
  return places_of(option);
}
inline std::vector<double> places_of(const Chooser& option, const BlackScholes<double>& model) {
  // What is chosen pays in both tails, where the weights of the second order are the largest.
  const double tail = std::exp(2.0 * model.volatility * std::sqrt(option.choice));
  const double middle = forward(model, option.choice);
  return {middle / tail, middle * tail, option.call_strike, option.put_strike};
}
inline std::vector<double> places_of(const Compound& option, const BlackScholes<double>& model) {
  const SpotRange exercised = exercised_range(option, model);
  const double level = exercised.low > 0.0 ? exercised.low : exercised.high;
  return {option.daughter_strike, std::isfinite(level) ? level : option.daughter_strike};
}
inline std::vector<double> places_of(const Extendible& option, const BlackScholes<double>& /*model*/) {
  return {option.strike, option.extended_strike};
}
inline std::vector<double> places_of(const ForwardStart& option, const BlackScholes<double>& model) {
  return {option.moneyness * model.spot};
}

/// The control: the asset on the date. An option on it might be the product itself, and the simulation its formula.
template <class P>
Digital control_of_drawn(const P& option) {
  return {OptionType::call, Payout::asset, 0.0, 0.0, 0.0, drawn_date(option)};
}
inline Digital control_of(const Chooser& option) { return control_of_drawn(option); }
inline Digital control_of(const Compound& option) { return control_of_drawn(option); }
inline Digital control_of(const Extendible& option) { return control_of_drawn(option); }
inline Digital control_of(const ForwardStart& option) { return control_of_drawn(option); }

}  // namespace plimsoll
