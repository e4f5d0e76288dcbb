#include "plimsoll/margin/group.hpp"
#include "plimsoll/margin/maximum_loss.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll::margin {

namespace {

/// The rule that lets a holding count for less than its market value.
constexpr std::string_view valuation_ref = "RegT 220.4(b)(4)";

Money to_cents(double dollars) {
  // The door has bounded every price and quantity, so the amount is finite and within the range of Money.
  const auto cents = Money::round_half_up(dollars);
  return cents ? *cents : Money{};
}

std::vector<Input> leg_inputs(const GroupLeg& part, const OptionLeg& leg) {
  const std::string side = part.quantity > 0 ? "long " : "short ";
  const std::string prefix = side + (leg.type == OptionType::call ? "call " : "put ");
  return {{prefix + "strike", leg.strike},
          {prefix + "contracts", static_cast<double>(std::abs(part.quantity))},
          {prefix + "multiplier", static_cast<double>(leg.multiplier)},
          {prefix + "mark", leg.mark},
          {prefix + "expiry day", static_cast<double>(leg.expiry.days)}};
}

std::vector<Input> inputs_of(const Group& group, const UnderlyingBook& book) {
  std::vector<Input> inputs{{"underlying price", book.view.spot}};
  if (book.view.leverage != 1.0) inputs.push_back({"leverage", book.view.leverage});
  if (group.shares != 0.0) inputs.push_back({"shares", group.shares});
  for (const GroupLeg& part : group.legs) {
    auto more = leg_inputs(part, book.legs[part.leg]);
    std::ranges::move(more, std::back_inserter(inputs));
  }
  return inputs;
}

void add_rates(std::vector<Input>& inputs, const Group& group, const UnderlyingBook& book, const RulePack& pack) {
  switch (group.kind) {
    case GroupKind::naked_option:
    case GroupKind::straddle:
      inputs.push_back({"base rate", book.short_rates.base});
      inputs.push_back({"minimum rate", book.short_rates.minimum});
      return;
    case GroupKind::balanced_spread: {
      std::vector<PayoffLeg> payoff;
      double naked_sum = 0.0;
      for (const GroupLeg& part : group.legs) {
        const OptionLeg& leg = book.legs[part.leg];
        const double units = static_cast<double>(part.quantity * leg.multiplier);
        payoff.push_back({leg.type, leg.strike, units});
        if (part.quantity < 0)
          naked_sum -= units * naked_requirement(leg.type, leg.strike, leg.mark, book.view.spot, book.short_rates);
      }
      const MaximumLoss worst = maximum_loss(payoff);
      inputs.push_back({"maximum loss", worst.loss});
      inputs.push_back({"at underlying price", worst.at_price});
      inputs.push_back({"sum of uncovered requirements", naked_sum});
      return;
    }
    case GroupKind::long_dated_option:
      inputs.push_back({"rate", pack.option.long_dated_requirement});
      return;
    case GroupKind::long_box:
      inputs.push_back({"rate", pack.option.long_box_requirement});
      return;
    default:
      return;
  }
}

}  // namespace

Component explain(const Group& group, const UnderlyingBook& book, Phase phase, const RulePack& pack) {
  const Amounts cost = amounts(group, book, phase, pack);
  auto inputs = inputs_of(group, book);
  add_rates(inputs, group, book, pack);
  const std::string reference{rule_ref(group.kind, phase)};
  std::vector<Component> leaves;
  leaves.push_back(
      {ComponentKind::requirement, "requirement", reference, std::move(inputs), to_cents(cost.requirement), {}});
  if (cost.valuation != 0.0)
    leaves.push_back({ComponentKind::valuation,
                      group.kind == GroupKind::reverse_conversion || group.kind == GroupKind::covered_put
                          ? "short stock valued at the exercise price"
                          : "long stock valued at the exercise price",
                      std::string{valuation_ref},
                      {{"underlying price", book.view.spot}},
                      to_cents(cost.valuation),
                      {}});
  std::string label = group.name;
  if (group.count > 1) label += " x " + std::to_string(group.count);
  return sum_of(std::move(label), reference, std::move(leaves));
}

}  // namespace plimsoll::margin
