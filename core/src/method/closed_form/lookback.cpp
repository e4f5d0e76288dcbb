#include "plimsoll/method/closed_form/lookback.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"

namespace plimsoll {

namespace {

bool follows_maximum(const Lookback& option) {
  return (option.type == OptionType::call) == (option.kind == LookbackStrike::fixed);
}

std::optional<Error> flaw_of_extremum(const Lookback& option, double spot) {
  const bool upward = follows_maximum(option);
  if (upward ? option.extremum >= spot : option.extremum <= spot) return std::nullopt;
  return Error{
      ErrorCode::invalid_value, "extremum", text_of(option.extremum),
      std::string(upward ? "the maximum so far, at or above the spot " : "the minimum so far, at or below the spot ") +
          text_of(spot),
      "bring the extremum up to date with today's spot"};
}

/// The payoff of a path that is certain, hence monotone.
template <Real R>
R certain_price(const Lookback& option, const BlackScholes<R>& model, const R& years) {
  const double sense = option.type == OptionType::call ? 1.0 : -1.0;
  const R last = certain_spot<R>(model, years);
  const R extremum = follows_maximum(option) ? R(max(last, R{option.extremum})) : R(min(last, R{option.extremum}));
  const R discount = exp(-model.rate * years);
  if (option.kind == LookbackStrike::floating) return discount * sense * (last - extremum);
  return discount * max(R(sense * (extremum - option.strike)), R{0.0});
}

}  // namespace

Result<PricedGreeks> closed_form(const Lookback& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = flaw_of_extremum(option, model.spot)) return *flaw;
  const bool certain = is_certain(model, option.expiry);
  return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return certain ? certain_price<R>(option, m, years) : lookback_price<R>(option, m, years);
  }));
}

}  // namespace plimsoll
