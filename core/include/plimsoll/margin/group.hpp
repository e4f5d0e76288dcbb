#pragma once

#include "plimsoll/margin/account.hpp"
#include "plimsoll/margin/component.hpp"
#include "plimsoll/margin/requirement.hpp"
#include "plimsoll/margin/rule_pack.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::margin {

/// All contracts of one option series in an account, netted.
struct OptionLeg {
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::american;
  double strike = 0.0;
  Date expiry;
  std::int64_t multiplier = 100;
  double mark = 0.0;
  std::int64_t quantity = 0;  ///< signed, never 0
  bool long_dated = false;

  [[nodiscard]] double contract_value() const noexcept { return mark * static_cast<double>(multiplier); }
};

/// The strategies of the rule book that one requirement is written for.
enum class GroupKind {
  long_stock,
  short_stock,
  boxed_stock,
  long_option,
  long_dated_option,
  naked_option,
  straddle,
  covered_call,
  covered_put,
  protective_put,
  protective_call,
  collar,
  conversion,
  reverse_conversion,
  balanced_spread,
  long_box,
};

/// Contracts of one leg inside a group; the quantity is signed.
struct GroupLeg {
  std::size_t leg = 0;
  std::int64_t quantity = 0;
  friend bool operator==(const GroupLeg&, const GroupLeg&) = default;
};

/// A set of holdings that are margined together, all of one underlying.
struct Group {
  GroupKind kind = GroupKind::long_stock;
  std::string name;        ///< the market's name, for instance "iron condor"
  std::int64_t count = 1;  ///< how often the unit strategy is held; 1 for stock and balanced spreads
  double shares = 0.0;     ///< signed; long shares when boxed
  std::vector<GroupLeg> legs;
};

/// What a group costs in dollars before rounding.
struct Amounts {
  double requirement = 0.0;    ///< the figure of the rule
  double valuation = 0.0;      ///< market value that equity counts but the rule does not
  double counted_value = 0.0;  ///< option market value that equity may count
  /// What the group takes away from the account's excess.
  [[nodiscard]] double cost() const noexcept { return requirement + valuation - counted_value; }
};

/// Everything of one underlying that the formulas of groups look at.
struct UnderlyingBook {
  UnderlyingView view;
  ShortOptionRates short_rates;
  double long_shares = 0.0;
  double short_shares = 0.0;  ///< positive size
  std::vector<OptionLeg> legs;
};

/// What the rule says in print: where the requirement of a group is written.
std::string_view rule_ref(GroupKind kind, Phase phase) noexcept;

/// Cost of a group in dollars. Source: the rule named by rule_ref, sections 1.1 and 1.2 of the model's document.
Amounts amounts(const Group& group, const UnderlyingBook& book, Phase phase, const RulePack& pack);

/// The group as a node of the explanation: its leaves rounded to the cent, their sum above them.
Component explain(const Group& group, const UnderlyingBook& book, Phase phase, const RulePack& pack);

/// The market's name of a balanced set of option legs, for instance "credit put vertical" or "iron butterfly".
std::string spread_name(const std::vector<GroupLeg>& legs, const UnderlyingBook& book);

}  // namespace plimsoll::margin
