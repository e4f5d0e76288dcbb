#include "plimsoll/method/closed_form/partial_time_barrier.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"

namespace plimsoll {

namespace {

/// The barrier watched from today to expiry.
Barrier watched_always(const PartialTimeBarrier& option, BarrierSide direction) {
  return {option.type,  Payout::difference, option.strike, 0.0,          direction,
          option.knock, option.barrier,     0.0,           option.expiry};
}

/// Whether a path that is certain touches the barrier while it is watched.
bool is_touched(const PartialTimeBarrier& option, const BlackScholes<double>& model) {
  const double at_cover = certain_spot(model, option.cover);
  const double last = certain_spot(model, option.expiry);
  const bool is_start = option.window == BarrierWindow::start;
  if (option.window == BarrierWindow::end_any_side) return (at_cover - option.barrier) * (last - option.barrier) <= 0.0;
  return touches(is_start ? model.spot : last, option.direction, option.barrier) ||
         touches(at_cover, option.direction, option.barrier);
}

}  // namespace

Result<PricedGreeks> closed_form(const PartialTimeBarrier& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const bool is_start = option.window == BarrierWindow::start;
  const bool is_over = is_start && option.cover == 0.0 && !touches(model.spot, option.direction, option.barrier);
  if (is_certain(model, option.expiry) || is_over) {
    const bool alive = (option.knock == Knock::knock_out) != (!is_over && is_touched(option, model));
    const BlackScholes<double> nothing{0.0, model.rate, model.dividend_yield, model.volatility};
    // A plain option, or none: a call on nothing.
    return alive ? within_doubles(black_scholes_greeks(option.type, option.strike, option.expiry, model))
                 : within_doubles(black_scholes_greeks(OptionType::call, 1.0, option.expiry, nothing));
  }
  if (is_start && (touches(model.spot, option.direction, option.barrier) || option.cover == option.expiry))
    return closed_form(watched_always(option, option.direction), model);
  if (!is_start && option.cover == 0.0) {
    const bool is_below = option.window == BarrierWindow::end_any_side && model.spot < option.barrier;
    const bool is_above = option.window == BarrierWindow::end_any_side && !is_below;
    const BarrierSide side = is_below ? BarrierSide::up : is_above ? BarrierSide::down : option.direction;
    return closed_form(watched_always(option, side), model);
  }
  return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return partial_time_barrier_price<R>(option, m, years);
  }));
}

}  // namespace plimsoll
