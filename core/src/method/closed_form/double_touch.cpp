#include "plimsoll/method/closed_form/double_touch.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"

namespace plimsoll {

namespace {

/// Which level is touched, and when: now, or by the path that is certain.
struct Touched {
  bool lower = false;
  bool upper = false;
  bool now = false;
};

/// What a touch pays that is certain.
PricedGreeks certain(const DoubleTouch& option, const BlackScholes<double>& model, const Touched& touched) {
  const bool any = touched.lower || touched.upper;
  const bool at_hit = option.order == TouchOrder::lower_first || option.order == TouchOrder::upper_first;
  const bool pays = option.order == TouchOrder::neither       ? !any
                    : option.order == TouchOrder::either      ? any
                    : option.order == TouchOrder::lower_first ? touched.lower
                                                              : touched.upper;
  const double level = touched.lower ? option.lower : option.upper;
  return adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) -> R {
    if (!pays) return R{0.0};
    if (!at_hit) return option.cash * exp(-m.rate * years);
    return touched.now ? R{option.cash} : R(option.cash * exp(-m.rate * time_of_hit<R>(m, level)));
  });
}

}  // namespace

PricedGreeks double_touch_by(const DoubleTouch& option, const BlackScholes<double>& model, Series series) {
  const double deviation = model.volatility * std::sqrt(option.expiry);
  return adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return double_touch_price<R>(option, m, years, series, deviation);
  });
}

Result<PricedGreeks> closed_form(const DoubleTouch& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const bool at_lower = touches(model.spot, BarrierSide::down, option.lower);
  const bool at_upper = touches(model.spot, BarrierSide::up, option.upper);
  if (at_lower || at_upper) return within_doubles(certain(option, model, {at_lower, at_upper, true}));
  if (is_certain(model, option.expiry))
    return within_doubles(certain(option, model,
                                  {reaches(model, option.expiry, BarrierSide::down, option.lower),
                                   reaches(model, option.expiry, BarrierSide::up, option.upper), false}));
  const bool at_hit = option.order == TouchOrder::lower_first || option.order == TouchOrder::upper_first;
  if (at_hit && !has_first_hit_discount(model))
    return Error{ErrorCode::unsupported, "order", "paid at the hit",
                 "a rate at which paying at the hit has a formula: 2 r / sigma^2 above -((r - q) / sigma^2 - 1/2)^2",
                 "value the touch by a method that is not a formula"};
  const double deviation = model.volatility * std::sqrt(option.expiry);
  const double width = std::log(option.upper / option.lower);
  return within_doubles(double_touch_by(option, model, deviation < width ? Series::images : Series::sines));
}

}  // namespace plimsoll
