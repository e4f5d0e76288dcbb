#include "plimsoll/method/pde/on_grid.hpp"

#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/digital.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/closed_form/double_touch.hpp"
#include "plimsoll/method/closed_form/partial_time_barrier.hpp"
#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/method/deterministic.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll {

namespace {

using Dividends = std::span<const TimedDividend>;

/// So many units of a contract.
struct Part {
  double units;
  SpotContract contract;
};

/// The dividends of one day are one amount.
std::vector<SpotDividend> by_day(Dividends dividends) {
  std::vector<SpotDividend> days;
  for (const TimedDividend& dividend : dividends) {
    if (days.empty() || days.back().years < dividend.years)
      days.push_back({dividend.years, dividend.amount, 0.0});
    else
      days.back().amount += dividend.amount;
  }
  return days;
}

void add(GridValuation& sum, double units, const GridValuation& part) noexcept {
  const Greeks& greeks = part.priced.greeks;
  sum.priced.price += units * part.priced.price;
  sum.priced.greeks.delta += units * greeks.delta;
  sum.priced.greeks.gamma += units * greeks.gamma;
  sum.priced.greeks.vega += units * greeks.vega;
  sum.priced.greeks.theta += units * greeks.theta;
  sum.priced.greeks.rho += units * greeks.rho;
  sum.dividend_rho += units * part.dividend_rho;
  if (part.error_estimate)
    sum.error_estimate = sum.error_estimate.value_or(0.0) + std::abs(units) * *part.error_estimate;
}

/// Three quarters of the steps, whose nodes lie elsewhere about strike and level than those of the halves and quarters.
CrankNicolson three_quarters(const CrankNicolson& settings) {
  return {std::max<std::int64_t>(settings.space_steps * 3 / 4, 20),
          std::max<std::int64_t>(settings.time_steps * 3 / 4, 5), settings.extrapolation};
}

/// The parts on grids of their own, or, where nothing is left to chance, the formula of the product.
template <class P>
Result<GridValuation> sum_of(const P& product, std::vector<Part> parts, const BlackScholes<double>& model,
                             Dividends dividends, const CrankNicolson& settings, Measures measures) {
  if (dividends.empty() && is_deterministic(1.0, product.expiry, model)) {
    const auto certain = closed_form(product, model);
    if (!certain) return certain.error();
    return GridValuation{*certain, 0.0, std::nullopt};
  }
  const FiniteDifferences grid{settings.space_steps, settings.time_steps, TimeScheme::crank_nicolson,
                               settings.extrapolation};
  GridValuation sum;
  for (Part& part : parts) {
    part.contract.dividends = by_day(dividends);
    const auto valued = finite_differences(part.contract, model, grid, measures);
    if (!valued) return valued.error();
    add(sum, part.units, *valued);
  }
  return sum;
}

SpotContract paying(OptionType type, Payout payout, double strike, double cash, double years) {
  SpotContract contract = spot_contract(European{type, strike, years});
  contract.payout = payout;
  contract.cash = cash;
  return contract;
}

std::vector<Part> parts_of(const Digital& option) {
  if (option.payout != Payout::difference)
    return {{1.0, paying(option.type, option.payout, option.strike, option.cash, option.expiry)}};
  // What is paid beyond the strike is the vanilla's and the gap, which may be less than nothing.
  const double gap = sign(option.type) * (option.strike - option.paid_strike);
  std::vector<Part> parts{{1.0, spot_contract(European{option.type, option.strike, option.expiry})}};
  if (gap != 0.0) parts.push_back({gap, paying(option.type, Payout::cash, option.strike, 1.0, option.expiry)});
  return parts;
}

std::vector<Part> parts_of(const Touch& option) {
  const bool is_down = option.direction == BarrierSide::down;
  const auto half = [&](OptionType type) {
    SpotContract contract = paying(type, option.payout, option.level, option.cash, option.expiry);
    contract.knock = option.knock;
    (is_down ? contract.lower : contract.upper) = option.level;
    return contract;
  };
  const OptionType inside = is_down ? OptionType::call : OptionType::put;
  const OptionType outside = is_down ? OptionType::put : OptionType::call;
  if (option.knock == Knock::knock_out) return {{1.0, half(inside)}};
  if (option.settlement == Settlement::at_expiry) return {{1.0, half(inside)}, {1.0, half(outside)}};
  SpotContract rebate = half(inside);
  rebate.knock = Knock::knock_out;
  rebate.payout = Payout::cash;
  rebate.cash = 0.0;
  rebate.rebate = option.payout == Payout::cash ? option.cash : option.level;
  return {{1.0, rebate}};
}

/// Between the levels a call struck at zero pays its amount at any spot.
std::vector<Part> parts_of(const DoubleTouch& option) {
  SpotContract neither = paying(OptionType::call, Payout::cash, 0.0, option.cash, option.expiry);
  neither.lower = option.lower;
  neither.upper = option.upper;
  return {{1.0, neither}};
}

/// A knock-in whose level, on one side, is watched over the window.
SpotContract begun_in_window(const PartialTimeBarrier& option, BarrierSide side) {
  SpotContract contract = spot_contract(European{option.type, option.strike, option.expiry});
  contract.knock = Knock::knock_in;
  (side == BarrierSide::down ? contract.lower : contract.upper) = option.barrier;
  const bool is_start = option.window == BarrierWindow::start;
  if (!is_start) contract.watched_from = option.cover;
  if (is_start && option.cover < option.expiry) contract.watched_to = option.cover;
  return contract;
}

/// What is knocked in on either side has been knocked in by a spot beyond the level on the cover date on the other, so
/// that both together are the option on any side and the one without a barrier. What is knocked out is the rest of it.
std::vector<Part> parts_of(const PartialTimeBarrier& option) {
  const bool any_side = option.window == BarrierWindow::end_any_side;
  const bool is_out = option.knock == Knock::knock_out;
  const double side = is_out ? -1.0 : 1.0;
  std::vector<Part> parts{{side, begun_in_window(option, any_side ? BarrierSide::down : option.direction)}};
  if (any_side) parts.push_back({side, begun_in_window(option, BarrierSide::up)});
  const double plain = (is_out ? 1.0 : 0.0) - (any_side ? side : 0.0);
  if (plain != 0.0) parts.push_back({plain, spot_contract(European{option.type, option.strike, option.expiry})});
  return parts;
}

/// An amount that is sure to be paid.
GridValuation sure(double cash, double years, const BlackScholes<double>& model) {
  const double worth = cash * discount_factor(model, years);
  GridValuation valuation;
  valuation.priced = {worth, {0.0, 0.0, 0.0, model.rate * worth, -years * worth}};
  return valuation;
}

}  // namespace

Result<GridValuation> on_grid(const Digital& option, const BlackScholes<double>& model, Dividends dividends,
                              const CrankNicolson& settings, Measures measures) {
  return sum_of(option, parts_of(option), model, dividends, settings, measures);
}

Result<GridValuation> on_grid(const Touch& option, const BlackScholes<double>& model, Dividends dividends,
                              const CrankNicolson& settings, Measures measures) {
  // A spot that a dividend carries past the level is worth less than the level, which is what the grid pays there.
  if (!dividends.empty() && option.payout == Payout::asset && option.settlement == Settlement::at_hit &&
      option.direction == BarrierSide::down)
    return Error{ErrorCode::unsupported, "dividends", std::to_string(dividends.size()) + " before expiry",
                 "none on an asset paid at a hit from above", "give a dividend yield in their place"};
  return sum_of(option, parts_of(option), model, dividends, settings, measures);
}

Result<GridValuation> on_grid(const Barrier& option, const BlackScholes<double>& model, Dividends dividends,
                              const CrankNicolson& settings, Measures measures) {
  return sum_of(option, {{1.0, spot_contract(option)}}, model, dividends, settings, measures);
}

Result<GridValuation> on_grid(const DoubleBarrier& option, const BlackScholes<double>& model, Dividends dividends,
                              const CrankNicolson& settings, Measures measures) {
  return sum_of(option, {{1.0, spot_contract(option)}}, model, dividends, settings, measures);
}

Result<GridValuation> on_grid(const PartialTimeBarrier& option, const BlackScholes<double>& model, Dividends dividends,
                              const CrankNicolson& settings, Measures measures) {
  const bool is_start = option.window == BarrierWindow::start;
  if (is_start && option.cover == 0.0) {
    if (option.knock == Knock::knock_in) return GridValuation{};
    const SpotContract plain = spot_contract(European{option.type, option.strike, option.expiry});
    return sum_of(option, {{1.0, plain}}, model, dividends, settings, measures);
  }
  auto valued = sum_of(option, parts_of(option), model, dividends, settings, measures);
  if (!valued || !valued->error_estimate) return valued;
  const auto fewer = sum_of(option, parts_of(option), model, dividends, three_quarters(settings), Measures::price_only);
  if (!fewer) return fewer.error();
  valued->error_estimate = std::max(*valued->error_estimate, std::abs(valued->priced.price - fewer->priced.price));
  return valued;
}

Result<GridValuation> on_grid(const DoubleTouch& option, const BlackScholes<double>& model, Dividends dividends,
                              const CrankNicolson& settings, Measures measures) {
  if (option.order != TouchOrder::neither && option.order != TouchOrder::either)
    return Error{ErrorCode::unsupported, "order", "paid at the hit", "neither, either",
                 "value the touch by its formula, or one that is paid at expiry"};
  const DoubleTouch neither{TouchOrder::neither, option.cash, option.lower, option.upper, option.expiry};
  auto valued = sum_of(neither, parts_of(neither), model, dividends, settings, measures);
  if (!valued || option.order == TouchOrder::neither) return valued;
  // What a touch pays is sure but for what is paid without one.
  GridValuation either = sure(option.cash, option.expiry, model);
  add(either, -1.0, *valued);
  return either;
}

}  // namespace plimsoll
