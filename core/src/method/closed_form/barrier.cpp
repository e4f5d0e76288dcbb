#include "plimsoll/method/closed_form/barrier.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"

namespace plimsoll {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The option without its barriers.
template <Real R>
R plain_price(const LinearPayoff& payoff, const BlackScholes<R>& model, const R& years) {
  return exp(-model.rate * years) * expected_payoff<R>(log_normal_spot<R>(model, years), payoff, 0.0, infinity);
}

template <Real R>
R certain_price(const LinearPayoff& payoff, const BlackScholes<R>& model, const R& years, double last) {
  return exp(-model.rate * years) * certain_payoff<R>(payoff, certain_spot<R>(model, years), last);
}

LinearPayoff payoff_of(const Barrier& option) {
  return linear_payoff(option.type, option.payout, option.strike, option.cash);
}

LinearPayoff payoff_of(const DoubleBarrier& option) {
  return linear_payoff(option.type, option.payout, option.strike, option.cash);
}

/// The option that the barrier began, or what is left of the one that it ended.
PricedGreeks touched(const LinearPayoff& payoff, Knock knock, double rebate, const BlackScholes<double>& model,
                     double expiry) {
  const double last = certain_spot(model, expiry);
  const bool certain = is_certain(model, expiry);
  return adjoint_greeks(model, expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    if (knock == Knock::knock_out) return R{rebate};
    return certain ? certain_price<R>(payoff, m, years, last) : plain_price<R>(payoff, m, years);
  });
}

/// A path that is certain and does not touch the barrier yet; `level` is the one that it reaches, if it does.
PricedGreeks certain(const LinearPayoff& payoff, Knock knock, double rebate, const BlackScholes<double>& model,
                     double expiry, const double* level) {
  const double last = certain_spot(model, expiry);
  return adjoint_greeks(model, expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) -> R {
    const bool alive = (knock == Knock::knock_in) == (level != nullptr);
    if (alive) return certain_price<R>(payoff, m, years, last);
    if (rebate == 0.0) return R{0.0};
    return rebate * exp(-m.rate * (level != nullptr ? time_of_hit<R>(m, *level) : years));
  });
}

double deviation_of(const BlackScholes<double>& model, double years) { return model.volatility * std::sqrt(years); }

}  // namespace

Result<PricedGreeks> closed_form(const Barrier& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const LinearPayoff payoff = payoff_of(option);
  if (touches(model.spot, option.direction, option.barrier))
    return within_doubles(touched(payoff, option.knock, option.rebate, model, option.expiry));
  if (is_certain(model, option.expiry)) {
    const bool hit = reaches(model, option.expiry, option.direction, option.barrier);
    return within_doubles(
        certain(payoff, option.knock, option.rebate, model, option.expiry, hit ? &option.barrier : nullptr));
  }
  if (option.knock == Knock::knock_out && option.rebate != 0.0 && !has_first_hit_discount(model))
    return Error{ErrorCode::unsupported, "rebate", text_of(option.rebate),
                 "0 at this rate: paying at the hit has a formula where 2 r / sigma^2 is above "
                 "-((r - q) / sigma^2 - 1/2)^2",
                 "value the option without the rebate, or by a method that is not a formula"};
  return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return barrier_price<R>(option, m, years);
  }));
}

Series faster_series(const DoubleBarrier& option, const BlackScholes<double>& model) {
  const double width = std::log(option.upper / option.lower);
  return deviation_of(model, option.expiry) < width ? Series::images : Series::sines;
}

PricedGreeks double_barrier_by(const DoubleBarrier& option, const BlackScholes<double>& model, Series series) {
  const double deviation = deviation_of(model, option.expiry);
  return adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return double_barrier_price<R>(option, m, years, series, deviation);
  });
}

Result<PricedGreeks> closed_form(const DoubleBarrier& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const LinearPayoff payoff = payoff_of(option);
  if (touches(model.spot, BarrierSide::down, option.lower) || touches(model.spot, BarrierSide::up, option.upper))
    return within_doubles(touched(payoff, option.knock, 0.0, model, option.expiry));
  if (!is_certain(model, option.expiry))
    return within_doubles(double_barrier_by(option, model, faster_series(option, model)));
  const double* hit = nullptr;
  if (reaches(model, option.expiry, BarrierSide::down, option.lower)) hit = &option.lower;
  if (reaches(model, option.expiry, BarrierSide::up, option.upper)) hit = &option.upper;
  return within_doubles(certain(payoff, option.knock, 0.0, model, option.expiry, hit));
}

}  // namespace plimsoll
