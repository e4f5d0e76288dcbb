#include "plimsoll/method/approximation/vanna_volga.hpp"

#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/closed_form/fx_delta.hpp"
#include "plimsoll/real/dual.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

BlackScholes<double> flat_model(const FxSmile& smile) {
  return {smile.spot, smile.domestic_rate, smile.foreign_rate, smile.straddle_volatility};
}

/// The strikes of put, straddle and call, with their volatilities.
struct Quotes {
  std::array<double, 3> strikes;
  std::array<double, 3> volatilities;
};

Result<Quotes> quotes_of(const FxSmile& smile) {
  constexpr double wing = 0.25;
  const FxMarket market{smile.spot, std::exp(-smile.domestic_rate * smile.years),
                        std::exp(-smile.foreign_rate * smile.years)};
  const double root = std::sqrt(smile.years);
  const auto put = fx_strike(OptionType::put, FxDelta::forward, -wing, market, smile.put_volatility * root);
  if (!put) return put.error();
  const auto call = fx_strike(OptionType::call, FxDelta::forward, wing, market, smile.call_volatility * root);
  if (!call) return call.error();
  return Quotes{{*put, fx_straddle_strike(FxDelta::forward, market, smile.straddle_volatility * root), *call},
                {smile.put_volatility, smile.straddle_volatility, smile.call_volatility}};
}

double call_price(double strike, double volatility, const FxSmile& smile) {
  BlackScholes<double> model = flat_model(smile);
  model.volatility = volatility;
  return black_scholes_price<double>(OptionType::call, strike, smile.years, model);
}

/// What the quoted call costs beyond the flat smile.
std::array<double, 3> excesses(const Quotes& quotes, const FxSmile& smile) {
  std::array<double, 3> result{};
  for (std::size_t i = 0; i < 3; ++i)
    result[i] = call_price(quotes.strikes[i], quotes.volatilities[i], smile) -
                call_price(quotes.strikes[i], smile.straddle_volatility, smile);
  return result;
}

/// Vega, vanna and volga on the flat smile.
using Exposures = std::array<double, 3>;

template <class Price>
Exposures exposures_of(const FxSmile& smile, const Price& price) {
  using Lane = Dual<double>;
  using R = Adjoint<Lane>;
  const BlackScholes<double> model = flat_model(smile);
  Tape<Lane> tape;
  const R spot = R::leaf(tape, Lane{model.spot});
  const R volatility = R::leaf(tape, Lane{model.volatility, 1.0});
  const auto mark = tape.mark();
  const R value = price(BlackScholes<R>{spot, R{model.rate}, R{model.dividend_yield}, volatility}, R{smile.years});
  sweep(tape, value, mark);
  return {volatility.adjoint().value, spot.adjoint().tangent, volatility.adjoint().tangent};
}

double determinant(const std::array<Exposures, 3>& c) {
  return c[0][0] * (c[1][1] * c[2][2] - c[1][2] * c[2][1]) - c[1][0] * (c[0][1] * c[2][2] - c[0][2] * c[2][1]) +
         c[2][0] * (c[0][1] * c[1][2] - c[0][2] * c[1][1]);
}

/// How many of each quoted call have the exposures of the target, by Cramer's rule.
std::array<double, 3> hedge(const std::array<Exposures, 3>& calls, const Exposures& target) {
  const double whole = determinant(calls);
  std::array<double, 3> units{};
  for (std::size_t i = 0; i < 3; ++i) {
    std::array<Exposures, 3> replaced = calls;
    replaced[i] = target;
    units[i] = determinant(replaced) / whole;
  }
  return units;
}

std::optional<Error> flaw_of_terms(double expiry, const FxSmile& smile, std::optional<double> strike_volatility) {
  if (auto flaw = find_flaw(smile)) return flaw;
  if (expiry != smile.years)
    return Error{ErrorCode::unsupported, "expiry", text_of(expiry), "the expiry of the smile " + text_of(smile.years),
                 "give the quotes of the option's own expiry"};
  if (strike_volatility && !(*strike_volatility > 0.0 && std::isfinite(*strike_volatility)))
    return Error{ErrorCode::invalid_value, "strike_volatility", text_of(*strike_volatility), "a finite number > 0",
                 "leave it out or give the market's volatility at the strike"};
  return std::nullopt;
}

/// `out` and `alive` are the knock-out and one unit paid at expiry if it lives, both of any number type.
template <class Option, class Out>
Result<VannaVolgaPrice> corrected(const Option& option, const FxSmile& smile, std::optional<double> strike_volatility,
                                  double survival, const Out& out) {
  const auto quotes = quotes_of(smile);
  if (!quotes) return quotes.error();
  const auto by_smile = vanna_volga_plain(option.type, option.strike, smile);
  if (!by_smile) return by_smile.error();
  VannaVolgaPrice result;
  result.survival = survival;
  result.plain_price = *by_smile;
  if (strike_volatility) {
    BlackScholes<double> model = flat_model(smile);
    model.volatility = *strike_volatility;
    result.plain_price = black_scholes_price<double>(option.type, option.strike, smile.years, model);
  }
  double out_price = 0.0;
  if (survival > 0.0) {
    std::array<Exposures, 3> calls{};
    for (std::size_t i = 0; i < 3; ++i)
      calls[i] = exposures_of(smile, [&]<class R>(const BlackScholes<R>& m, const R& years) {
        return black_price<R>(Passive<R>{1.0}, R(m.spot * exp(-m.dividend_yield * years)),
                              R(quotes->strikes[i] * exp(-m.rate * years)), R(m.volatility * sqrt(years)));
      });
    const std::array<double, 3> units = hedge(calls, exposures_of(smile, out));
    const std::array<double, 3> beyond = excesses(*quotes, smile);
    for (std::size_t i = 0; i < 3; ++i) result.correction += units[i] * beyond[i];
    result.flat_price = out(flat_model(smile), smile.years);
    out_price = result.flat_price + survival * (result.correction + result.plain_price - *by_smile);
    out_price = std::clamp(out_price, 0.0, std::max(result.plain_price, 0.0));
  }
  result.price = option.knock == Knock::knock_out ? out_price : result.plain_price - out_price;
  return result;
}

template <class Option>
Option knocked_out(const Option& option) {
  Option out = option;
  out.knock = Knock::knock_out;
  return out;
}

/// A chance from the value of one unit that is paid if no barrier is touched.
Result<double> survival_of(const Result<PricedGreeks>& unit, const FxSmile& smile) {
  if (!unit) return unit.error();
  return std::clamp(unit->price * std::exp(smile.domestic_rate * smile.years), 0.0, 1.0);
}

}  // namespace

std::optional<Error> find_flaw(const FxSmile& smile) {
  if (auto flaw = find_flaw(flat_model(smile))) return flaw;
  for (const auto& [field, value] :
       {std::pair{"spot", smile.spot}, std::pair{"years", smile.years},
        std::pair{"put_volatility", smile.put_volatility}, std::pair{"straddle_volatility", smile.straddle_volatility},
        std::pair{"call_volatility", smile.call_volatility}})
    if (!(value > 0.0 && std::isfinite(value)))
      return Error{ErrorCode::invalid_value, field, text_of(value), "a finite number > 0", "correct the quote"};
  return std::nullopt;
}

Result<double> vanna_volga_plain(OptionType type, double strike, const FxSmile& smile) {
  if (auto flaw = find_flaw(smile)) return *flaw;
  if (!(strike > 0.0 && std::isfinite(strike)))
    return Error{ErrorCode::invalid_value, "strike", text_of(strike), "a finite price > 0",
                 "give the strike as a price above zero"};
  const auto quotes = quotes_of(smile);
  if (!quotes) return quotes.error();
  const BlackScholes<double> model = flat_model(smile);
  const auto vega = [&](double at) {
    return black_scholes_greeks(OptionType::call, at, smile.years, model).greeks.vega;
  };
  const std::array<double, 3>& k = quotes->strikes;
  const std::array<double, 3> beyond = excesses(*quotes, smile);
  double price = black_scholes_price<double>(type, strike, smile.years, model);
  for (std::size_t i = 0; i < 3; ++i) {
    const double a = k[(i + 1) % 3];
    const double b = k[(i + 2) % 3];
    const double weight = std::log(a / strike) * std::log(b / strike) / (std::log(a / k[i]) * std::log(b / k[i]));
    price += vega(strike) / vega(k[i]) * weight * beyond[i];
  }
  return price;
}

Result<VannaVolgaPrice> vanna_volga(const Barrier& option, const FxSmile& smile,
                                    std::optional<double> strike_volatility) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = flaw_of_terms(option.expiry, smile, strike_volatility)) return *flaw;
  if (option.rebate != 0.0 || option.payout != Payout::difference)
    return Error{ErrorCode::unsupported, "rebate", text_of(option.rebate), "0, of a call or put that pays a difference",
                 "value rebate and cash as touches of their own"};
  const Barrier out = knocked_out(option);
  Barrier unit = out;
  unit.type = OptionType::call;
  unit.payout = Payout::cash;
  unit.cash = 1.0;
  unit.strike = 0.0;
  const auto survival = survival_of(closed_form(unit, flat_model(smile)), smile);
  if (!survival) return survival.error();
  return corrected(option, smile, strike_volatility, *survival,
                   [&]<class R>(const BlackScholes<R>& m, const R& years) { return barrier_price<R>(out, m, years); });
}

Result<VannaVolgaPrice> vanna_volga(const DoubleBarrier& option, const FxSmile& smile,
                                    std::optional<double> strike_volatility) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = flaw_of_terms(option.expiry, smile, strike_volatility)) return *flaw;
  if (option.payout != Payout::difference)
    return Error{ErrorCode::unsupported, "payout", "not a difference", "a call or put that pays a difference",
                 "value cash as a touch of its own"};
  const DoubleBarrier out = knocked_out(option);
  DoubleBarrier unit = out;
  unit.type = OptionType::call;
  unit.payout = Payout::cash;
  unit.cash = 1.0;
  unit.strike = 0.0;
  const BlackScholes<double> model = flat_model(smile);
  const auto survival = survival_of(closed_form(unit, model), smile);
  if (!survival) return survival.error();
  const Series series = faster_series(out, model);
  const double deviation = model.volatility * std::sqrt(smile.years);
  return corrected(option, smile, strike_volatility, *survival, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return double_barrier_price<R>(out, m, years, series, deviation);
  });
}

}  // namespace plimsoll
