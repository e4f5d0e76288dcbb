#include "plimsoll/method/closed_form/touch.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"

namespace plimsoll {

namespace {

/// What a level that is touched after `wait` is worth, with `years` left in all.
template <Real R>
R touched_value(const Touch& option, const BlackScholes<R>& model, const R& years, const R& wait) {
  if (option.knock == Knock::knock_out) return R{0.0};
  if (option.settlement == Settlement::at_expiry)
    return option.payout == Payout::cash ? R(option.cash * exp(-model.rate * years))
                                         : R(model.spot * exp(-model.dividend_yield * years));
  return option.payout == Payout::cash ? R(option.cash * exp(-model.rate * wait))
                                       : R(model.spot * exp(-model.dividend_yield * wait));
}

template <Real R>
R untouched_value(const Touch& option, const BlackScholes<R>& model, const R& years) {
  if (option.knock == Knock::knock_in) return R{0.0};
  return option.payout == Payout::cash ? R(option.cash * exp(-model.rate * years))
                                       : R(model.spot * exp(-model.dividend_yield * years));
}

}  // namespace

Result<PricedGreeks> closed_form(const Touch& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (touches(model.spot, option.direction, option.level))
    return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
      return touched_value<R>(option, m, years, R{0.0});
    }));
  if (is_certain(model, option.expiry)) {
    const bool hit = reaches(model, option.expiry, option.direction, option.level);
    return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
      return hit ? touched_value<R>(option, m, years, time_of_hit<R>(m, option.level))
                 : untouched_value<R>(option, m, years);
    }));
  }
  if (option.settlement == Settlement::at_hit && !has_first_hit_discount(model))
    return Error{ErrorCode::unsupported, "rate", text_of(model.rate),
                 "a rate at which paying at the hit has a formula: 2 r / sigma^2 above -((r - q) / sigma^2 - 1/2)^2",
                 "take payment at expiry, or a method that is not a formula"};
  return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return touch_price<R>(option, m, years);
  }));
}

}  // namespace plimsoll
