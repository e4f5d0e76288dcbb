#include "plimsoll/margin/component.hpp"

#include <algorithm>

namespace plimsoll::margin {

Component sum_of(std::string name, std::string rule_ref, std::vector<Component> children) {
  Component parent{ComponentKind::sum, std::move(name), std::move(rule_ref), {}, {}, std::move(children)};
  for (const Component& child : parent.children) parent.amount += child.amount;
  return parent;
}

bool adds_up(const Component& node) {
  if (node.kind != ComponentKind::sum) return node.children.empty();
  Money total;
  for (const Component& child : node.children) total += child.amount;
  return total == node.amount && std::ranges::all_of(node.children, adds_up);
}

}  // namespace plimsoll::margin
