#pragma once

#include "plimsoll/base/money.hpp"

#include <string>
#include <utility>
#include <vector>

namespace plimsoll::margin {

/// Whether a node is a sum of others, a figure that a rule demands, a value that equity may not count, or a holding.
enum class ComponentKind { sum, requirement, valuation, holding };

/// A number that went into a leaf, by name.
struct Input {
  std::string name;
  double value = 0.0;
  friend bool operator==(const Input&, const Input&) = default;
};

/// A node of the explanation: a leaf is rounded half-up to the cent, a parent is the sum of its children.
struct Component {
  ComponentKind kind = ComponentKind::sum;
  std::string name;
  std::string rule_ref;
  std::vector<Input> inputs;
  Money amount;
  std::vector<Component> children;
  friend bool operator==(const Component&, const Component&) = default;
};

/// A parent whose amount is the sum of its children.
Component sum_of(std::string name, std::string rule_ref, std::vector<Component> children);

/// Whether every parent below and including this node is exactly the sum of its children.
bool adds_up(const Component& node);

}  // namespace plimsoll::margin
