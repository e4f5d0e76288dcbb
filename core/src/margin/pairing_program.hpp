#pragma once

#include "plimsoll/margin/group.hpp"
#include "plimsoll/margin/integer_program.hpp"

#include <cstddef>
#include <vector>

namespace plimsoll::margin {

/// Legs that may share a balanced spread: one exercise style, every short expiring on or before every long.
struct SpreadClass {
  std::vector<std::size_t> legs;
  friend bool operator==(const SpreadClass&, const SpreadClass&) = default;
};

/// What a variable of the program stands for.
enum class ColumnKind { group, boxed, spread_leg, spread_loss };

struct Column {
  ColumnKind kind = ColumnKind::group;
  Group unit;                    ///< of a group: one lot
  std::size_t leg = 0;           ///< of a spread leg
  std::size_t spread_class = 0;  ///< of a spread leg or loss
};

/// The choice of groups as an integer program: what each group saves against its holdings standing alone.
struct PairingProgram {
  IntegerProgram program;
  std::vector<Column> columns;
  std::vector<SpreadClass> classes;
  double unpaired = 0.0;  ///< cost with every holding alone
};

/// The maximal spread classes of the legs; empty when nothing can be spread.
std::vector<SpreadClass> spread_classes(const std::vector<OptionLeg>& legs);

PairingProgram build_program(const UnderlyingBook& book, Phase phase, const RulePack& pack);

/// Shares are counted in round lots inside the program, so that its coefficients are of one size.
inline constexpr double shares_per_lot = 100.0;

}  // namespace plimsoll::margin
