#include "plimsoll/margin/group.hpp"

#include "plimsoll/margin/maximum_loss.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::margin {

namespace {

// Requirements that differ by rounding alone are equal, so that the last bit does not choose between two amounts.
constexpr double equal_requirements = 1e-12;

/// The legs of a one-lot strategy by type, and the units of the underlying in one lot. Of a strategy that has no leg of
/// a type, that pointer means the first leg and no rule asks for it.
struct Unit {
  const OptionLeg* call;
  const OptionLeg* put;
  double units;
};

Unit unit_of(const Group& group, const UnderlyingBook& book) {
  const OptionLeg* const first = &book.legs[group.legs.front().leg];
  Unit unit{first, first, 0.0};
  for (const GroupLeg& part : group.legs) {
    const OptionLeg& leg = book.legs[part.leg];
    (leg.type == OptionType::call ? unit.call : unit.put) = &leg;
    unit.units = static_cast<double>(leg.multiplier);
  }
  return unit;
}

double naked(const OptionLeg& leg, const UnderlyingBook& book) {
  return naked_requirement(leg.type, leg.strike, leg.mark, book.view.spot, book.short_rates);
}

double itm(const OptionLeg& leg, const UnderlyingBook& book) {
  return in_the_money(leg.type, leg.strike, book.view.spot);
}

double otm(const OptionLeg& leg, const UnderlyingBook& book) {
  return out_of_the_money(leg.type, leg.strike, book.view.spot);
}

/// Per-unit amounts of stock hedged by options.
Amounts hedge_amounts(GroupKind kind, const Unit& unit, const UnderlyingBook& book, Phase phase, const RulePack& pack) {
  const double spot = book.view.spot;
  const double leverage = book.view.leverage;
  const bool short_side =
      kind == GroupKind::covered_put || kind == GroupKind::protective_call || kind == GroupKind::reverse_conversion;
  const auto long_stock = [&](double price) { return long_stock_requirement(phase, price, leverage, pack.stock); };
  const double stock = short_side ? short_stock_requirement(phase, spot, leverage, pack.stock) : long_stock(spot);
  const double tenth = pack.option.hedged_strike_rate;
  const bool initial = phase == Phase::initial;
  switch (kind) {
    case GroupKind::covered_call:
      return {initial ? stock : long_stock(std::min(spot, unit.call->strike)), itm(*unit.call, book), 0.0};
    case GroupKind::covered_put:
      return {stock, itm(*unit.put, book), 0.0};
    case GroupKind::protective_put:
      return {initial ? stock : std::min(tenth * std::fabs(unit.put->strike) + otm(*unit.put, book), stock), 0.0, 0.0};
    case GroupKind::protective_call:
      return {initial ? stock : std::min(tenth * std::fabs(unit.call->strike) + otm(*unit.call, book), stock), 0.0,
              0.0};
    case GroupKind::collar:
      return {initial
                  ? stock
                  : std::min(tenth * std::fabs(unit.put->strike) + otm(*unit.put, book), long_stock(unit.call->strike)),
              itm(*unit.call, book), 0.0};
    case GroupKind::conversion:
      return {initial ? stock : tenth * std::fabs(unit.put->strike), itm(*unit.call, book), 0.0};
    default:  // reverse conversion: in maintenance the short stock is valued at the exercise price, on either side
      return {initial ? stock : tenth * std::fabs(unit.put->strike),
              itm(*unit.put, book) - (initial ? 0.0 : itm(*unit.call, book)), 0.0};
  }
}

Amounts spread_amounts(const Group& group, const UnderlyingBook& book) {
  std::vector<PayoffLeg> payoff;
  payoff.reserve(group.legs.size());
  for (const GroupLeg& part : group.legs) {
    const OptionLeg& leg = book.legs[part.leg];
    payoff.push_back({leg.type, leg.strike, static_cast<double>(part.quantity * leg.multiplier)});
  }
  return {maximum_loss(payoff).loss, 0.0, 0.0};
}

Amounts box_amounts(const Group& group, const UnderlyingBook& book, const RulePack& pack) {
  double low = book.legs[group.legs.front().leg].strike;
  double high = low;
  double value = 0.0;
  double units = 0.0;
  for (const GroupLeg& part : group.legs) {
    const OptionLeg& leg = book.legs[part.leg];
    low = std::min(low, leg.strike);
    high = std::max(high, leg.strike);
    value += static_cast<double>(part.quantity) * leg.contract_value();
    units = static_cast<double>(std::abs(part.quantity) * leg.multiplier);
  }
  return {pack.option.long_box_requirement * (high - low) * units, 0.0, value};
}

/// The greater requirement and the value of the other leg; of equal requirements the dearer reading.
Amounts straddle_amounts(const Unit& unit, const UnderlyingBook& book) {
  const double call = naked(*unit.call, book);
  const double put = naked(*unit.put, book);
  const double by_call = call + unit.put->mark;
  const double by_put = put + unit.call->mark;
  if (std::fabs(call - put) <= equal_requirements * (1.0 + std::fabs(call)))
    return {std::max(by_call, by_put), 0.0, 0.0};
  return {call > put ? by_call : by_put, 0.0, 0.0};
}

Amounts scaled(const Amounts& unit, double factor) {
  return {unit.requirement * factor, unit.valuation * factor, unit.counted_value * factor};
}

}  // namespace

std::string_view rule_ref(GroupKind kind, Phase phase) noexcept {
  const bool initial = phase == Phase::initial;
  switch (kind) {
    case GroupKind::long_stock:
      return initial ? "RegT 220.12(a)" : "4210(c)(1)";
    case GroupKind::short_stock:
      return initial ? "RegT 220.12(c)(1)" : "4210(c)(2)-(3)";
    case GroupKind::boxed_stock:
      return "4210(e)(1)";
    case GroupKind::long_option:
    case GroupKind::long_dated_option:
      return "4210(f)(2)(D)";
    case GroupKind::naked_option:
      return "4210(f)(2)(E)";
    case GroupKind::straddle:
      return "4210(f)(2)(G)";
    case GroupKind::balanced_spread:
    case GroupKind::long_box:
      return "4210(f)(2)(H)";
    default:
      return initial ? "RegT 220.4(b)(4)" : "4210(f)(2)(H)(v)";
  }
}

Amounts amounts(const Group& group, const UnderlyingBook& book, Phase phase, const RulePack& pack) {
  const double size = std::fabs(group.shares);
  switch (group.kind) {
    case GroupKind::long_stock:
      return {size * long_stock_requirement(phase, book.view.spot, book.view.leverage, pack.stock), 0.0, 0.0};
    case GroupKind::short_stock:
      return {size * short_stock_requirement(phase, book.view.spot, book.view.leverage, pack.stock), 0.0, 0.0};
    case GroupKind::boxed_stock:
      return {size * pack.stock.boxed * std::fabs(book.view.spot), 0.0, 0.0};
    case GroupKind::balanced_spread:
      return spread_amounts(group, book);
    case GroupKind::long_box:
      return box_amounts(group, book, pack);
    default:
      break;
  }
  const Unit unit = unit_of(group, book);
  const double factor = static_cast<double>(group.count) * unit.units;
  const OptionLeg& only = book.legs[group.legs.front().leg];
  switch (group.kind) {
    case GroupKind::long_option:
      return {};
    case GroupKind::long_dated_option:
      return scaled({pack.option.long_dated_requirement * only.mark, 0.0, only.mark}, factor);
    case GroupKind::naked_option:
      return scaled({naked(only, book), 0.0, 0.0}, factor);
    case GroupKind::straddle:
      return scaled(straddle_amounts(unit, book), factor);
    default:
      return scaled(hedge_amounts(group.kind, unit, book, phase, pack), factor);
  }
}

}  // namespace plimsoll::margin
