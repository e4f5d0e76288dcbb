#include "plimsoll/method/closed_form/extendible.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"

namespace plimsoll {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// What the longer option is worth on the first expiry, the holder's premium paid.
template <Real R>
R extended_worth(const Extendible& option, const BlackScholes<R>& model, const R& spot) {
  const BlackScholes<R> then{spot, model.rate, model.dividend_yield, model.volatility};
  return black_scholes_price<R>(option.type, option.extended_strike, option.extended_expiry - option.expiry, then) -
         option.premium;
}

template <Real R>
R intrinsic(const Extendible& option, const R& spot) {
  return sign(option.type) * (spot - option.strike);
}

/// The option on its first expiry.
PricedGreeks decided_now(const Extendible& option, const BlackScholes<double>& model) {
  PricedGreeks longer = black_scholes_greeks(option.type, option.extended_strike, option.extended_expiry, model);
  longer.price -= option.premium;
  const double exercised = intrinsic<double>(option, model.spot);
  const bool by_holder = option.by == ExtendedBy::holder;
  if (exercised > 0.0 && !(by_holder && longer.price > exercised))
    return {exercised, {sign(option.type), 0.0, 0.0, 0.0, 0.0}};
  if (by_holder && !(longer.price > 0.0)) return {};
  return longer;
}

}  // namespace

ExtensionRanges extension_ranges(const Extendible& option, const BlackScholes<double>& model) {
  const bool is_call = option.type == OptionType::call;
  const SpotRange in_the_money = is_call ? SpotRange{option.strike, infinity} : SpotRange{0.0, option.strike};
  const SpotRange out_of_it = is_call ? SpotRange{0.0, option.strike} : SpotRange{option.strike, infinity};
  if (option.by == ExtendedBy::writer) return {out_of_it, in_the_money};
  const auto worth = [&](double spot) { return extended_worth<double>(option, model, spot); };
  if (!(worth(option.strike) > 0.0)) return {{0.0, 0.0}, in_the_money};
  const double slope = sign(option.type);
  const double near = option.strike > 0.0 ? option.strike : model.spot;
  const double worthless = level_of_zero([&](double spot) { return slope * worth(spot); }, near);
  const double exercised =
      level_of_zero([&](double spot) { return slope * (intrinsic<double>(option, spot) - worth(spot)); }, near);
  if (is_call) return {{worthless, exercised}, {exercised, infinity}};
  return {{exercised, worthless}, {0.0, exercised}};
}

Result<PricedGreeks> closed_form(const Extendible& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (option.expiry == 0.0) return within_doubles(decided_now(option, model));
  const bool by_holder = option.by == ExtendedBy::holder;
  if (is_certain(model, option.expiry))
    return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
      const R spot = certain_spot<R>(m, years);
      const R exercised = max(intrinsic<R>(option, spot), R{0.0});
      const R extended = extended_worth<R>(option, m, spot);
      const R best = by_holder ? R(max(exercised, extended)) : R(select(exercised > 0.0, exercised, extended));
      return R(exp(-m.rate * years) * best);
    }));
  if (by_holder && model.dividend_yield < 0.0)
    return Error{ErrorCode::unsupported, "dividend_yield", text_of(model.dividend_yield),
                 "0 or more where the holder extends: below, the spots at which it is best are no one range",
                 "value the option by a method that is not a formula"};
  const ExtensionRanges ranges = extension_ranges(option, model);
  return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return extendible_price<R>(option, ranges, m, years);
  }));
}

}  // namespace plimsoll
