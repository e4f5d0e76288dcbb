#include "plimsoll/method/closed_form/partial_lookback.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/closed_form/lookback.hpp"

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_extremum(const PartialLookback& option, double spot) {
  if (option.kind == LookbackStrike::fixed) return std::nullopt;
  const bool is_call = option.type == OptionType::call;
  if (is_call ? option.extremum <= spot : option.extremum >= spot) return std::nullopt;
  return Error{
      ErrorCode::invalid_value, "extremum", text_of(option.extremum),
      std::string(is_call ? "the minimum so far, at or below the spot " : "the maximum so far, at or above the spot ") +
          text_of(spot),
      "bring the extremum up to date with today's spot"};
}

/// The payoff of a path that is certain, hence monotone.
template <Real R>
R certain_price(const PartialLookback& option, const BlackScholes<R>& model, const R& years) {
  const double sense = sign(option.type);
  const R last = certain_spot<R>(model, years);
  const R at_window = certain_spot<R>(model, R(years - (option.expiry - option.window)));
  const R discount = exp(-model.rate * years);
  if (option.kind == LookbackStrike::fixed) {
    const R extremum = sense > 0.0 ? R(max(last, at_window)) : R(min(last, at_window));
    return discount * max(R(sense * (extremum - option.strike)), R{0.0});
  }
  const R extremum = sense > 0.0 ? R(min(at_window, option.extremum)) : R(max(at_window, option.extremum));
  return discount * max(R(sense * (last - option.fraction * extremum)), R{0.0});
}

}  // namespace

Result<PricedGreeks> closed_form(const PartialLookback& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = flaw_of_extremum(option, model.spot)) return *flaw;
  const bool is_fixed = option.kind == LookbackStrike::fixed;
  if (is_certain(model, option.expiry))
    return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
      return certain_price<R>(option, m, years);
    }));
  const double nothing_watched = is_fixed ? option.expiry : 0.0;
  if (option.window == nothing_watched)
    return within_doubles(black_scholes_greeks(
        option.type, is_fixed ? option.strike : option.fraction * option.extremum, option.expiry, model));
  if (is_fixed && option.window == 0.0)
    return closed_form(Lookback{option.type, option.kind, option.strike, model.spot, option.expiry}, model);
  if (!is_fixed && option.window == option.expiry && option.fraction == 1.0)
    return closed_form(Lookback{option.type, option.kind, 0.0, option.extremum, option.expiry}, model);
  return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return partial_lookback_price<R>(option, m, years);
  }));
}

}  // namespace plimsoll
