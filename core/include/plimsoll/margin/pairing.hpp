#pragma once

#include "plimsoll/margin/group.hpp"
#include "plimsoll/margin/integer_program.hpp"
#include "plimsoll/margin/requirement.hpp"
#include "plimsoll/margin/rule_pack.hpp"

#include <cstdint>
#include <vector>

namespace plimsoll::margin {

/// The proof that comes with a pairing: no partition into the rule book's groups costs less than the bound.
struct Certificate {
  double optimum = 0.0;     ///< cost of the pairing in dollars, before rounding
  double bound = 0.0;       ///< proven lower bound on the cost of any pairing
  double relaxation = 0.0;  ///< cost of the linear relaxation, a weaker lower bound
  double unpaired = 0.0;    ///< cost with every holding on its own
  std::int64_t nodes = 0;   ///< of the branch and bound tree
  [[nodiscard]] double gap() const noexcept { return optimum - bound; }
};

/// The groups that the holdings of one underlying are margined in.
struct Pairing {
  std::vector<Group> groups;
  Certificate certificate;
};

/// The partition of the holdings into the rule book's groups that costs the account least.
/// Source: Rudd and Schroeder (1982), Management Science 28, 1368-1379; Matsypura and Timkovsky (2013), Optimization
/// Letters 7, 1143-1156; balanced spreads by FINRA Regulatory Notice 12-44: calls and puts each with equal aggregates,
/// one exercise style, no short expiring after a long.
/// Limits: optimal to the bound of the certificate; whole contracts and round lots only.
Pairing cheapest_pairing(const UnderlyingBook& book, Phase phase, const RulePack& pack, const SearchLimits& limits);

}  // namespace plimsoll::margin
