#include "plimsoll/method/integral_equation/american.hpp"

#include "plimsoll/method/best_held.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/deterministic.hpp"
#include "plimsoll/method/integral_equation/premium.hpp"
#include "put_on_one.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

/// Whether the drift is so strong against the volatility that chance decides nothing.
bool is_driven(const BlackScholes<double>& model) noexcept {
  constexpr double most = 1e5;
  const double drift = 2.0 * std::max(std::abs(model.rate), std::abs(model.dividend_yield));
  return drift > most * model.volatility * model.volatility;
}

bool is_never_exercised(const VanillaCase& o) noexcept {
  return o.exercise == Exercise::european || early_exercise(o.type, o.model) == EarlyExercise::nowhere;
}

/// The price without chance or without exercise before expiry, where that is the answer.
bool has_simple_answer(const VanillaCase& option) noexcept {
  return is_never_exercised(option) || is_deterministic(option.strike, option.years, option.model) ||
         is_driven(option.model);
}

PricedGreeks simple_answer(const VanillaCase& o) noexcept {
  if (!is_never_exercised(o)) return deterministic_option(o.type, o.exercise, o.strike, o.years, o.model, {});
  PricedGreeks held = black_scholes_greeks(o.type, o.strike, o.years, o.model);
  // Waiting costs nothing, so that exercise pays no more but for rounding.
  if (o.exercise == Exercise::american) held.price = std::max(held.price, exercised_now(o));
  return held;
}

/// What rounding and, where chance was left out, the deviation of the spot may have moved. A spot of zero stays there,
/// and so does what a strike of zero leaves: nothing was left out.
double simple_error(const VanillaCase& o) noexcept {
  constexpr double rounding = 1e-14;
  const double scale = o.model.spot + o.strike;
  const bool left_out = !is_never_exercised(o) && o.model.spot > 0.0 && o.strike > 0.0;
  return scale * (rounding + (left_out ? o.model.volatility * std::sqrt(o.years) : 0.0));
}

/// Asset and strike of a put: those of the option, or exchanged with rate and yield for a call.
struct Side {
  double spot, strike, rate, yield;
};

Side side_of(const VanillaCase& o) noexcept {
  const auto& m = o.model;
  if (o.type == OptionType::put) return {m.spot, o.strike, m.rate, m.dividend_yield};
  return {o.strike, m.spot, m.dividend_yield, m.rate};
}

PutOnOne put_of(const VanillaCase& o) noexcept {
  const Side side = side_of(o);
  return {side.spot / side.strike, side.rate, side.yield, o.model.volatility, o.years};
}

const BoundaryTables& prepared(BoundaryTables& tables, const IntegralEquation& settings) {
  if (!(tables.settings() == settings)) tables = BoundaryTables(settings);
  return tables;
}

SpotPrice value_with(const VanillaCase& o, const BoundaryTables& tables, std::vector<double>& memory) {
  const PutOnOne put = put_of(o);
  const Side side = side_of(o);
  const std::optional<Premium<double>> added = exercise_premium(put, tables, memory);
  if (!added) return {exercised_now(o), sign(o.type), 0.0};
  const PricedGreeks european = black_scholes_greeks(o.type, o.strike, o.years, o.model);
  SpotPrice value{european.price + side.strike * added->value, european.greeks.delta + added->slope,
                  european.greeks.gamma + added->curvature / side.strike};
  if (o.type == OptionType::call) {
    value.delta = european.greeks.delta + added->value - put.spot * added->slope;
    value.gamma = european.greeks.gamma + put.spot * put.spot * added->curvature / o.model.spot;
  }
  value.price = std::max({value.price, european.price, exercised_now(o)});
  return value;
}

/// The same with fewer nodes and points; a fifth of the price's points is left out with two nodes.
IntegralEquation coarser(const IntegralEquation& settings, std::int64_t by) noexcept {
  constexpr std::int64_t least = 2;
  return {std::max(settings.nodes - by, least), std::max(settings.points - by, least), settings.steps,
          std::max(settings.price_points - by * settings.price_points / 10, least)};
}

}  // namespace

bool needs_one_boundary(const VanillaCase& option) noexcept {
  return !has_cash_dividends(option) && !has_simple_answer(option) &&
         early_exercise(option.type, option.model) == EarlyExercise::beyond_a_boundary;
}

double integral_equation_price(const VanillaCase& option, const IntegralEquation& settings,
                               IntegralWorkspace& workspace) {
  if (has_simple_answer(option)) return simple_answer(option).price;
  return value_with(option, prepared(workspace.fine, settings), workspace.memory).price;
}

BoundedPrice integral_equation_bounded(const VanillaCase& option, const IntegralEquation& settings,
                                       IntegralWorkspace& workspace) {
  if (has_simple_answer(option)) return {simple_answer(option).price, simple_error(option)};
  constexpr double rounding = 1e-13;
  constexpr double safety = 3.0;  // calibrated by tools/american_error_coverage.py
  const double price = value_with(option, prepared(workspace.fine, settings), workspace.memory).price;
  double apart = 0.0;
  for (std::int64_t by = 1; by <= 2; ++by) {
    BoundaryTables& tables = workspace.coarse[static_cast<std::size_t>(by - 1)];
    apart += std::abs(price - value_with(option, prepared(tables, coarser(settings, by)), workspace.memory).price);
  }
  return {price, safety * apart + rounding * (option.model.spot + option.strike)};
}

PricedGreeks integral_equation(const VanillaCase& option, const IntegralEquation& settings,
                               IntegralWorkspace& workspace) {
  if (has_simple_answer(option)) return simple_answer(option);
  const BoundaryTables& tables = prepared(workspace.fine, settings);
  const HeldOption held{option, value_with(option, tables, workspace.memory)};
  return priced_greeks(held,
                       [&](const VanillaCase& moved) { return integral_equation_price(moved, settings, workspace); });
}

}  // namespace plimsoll
