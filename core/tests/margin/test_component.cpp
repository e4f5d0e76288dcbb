#include "plimsoll/margin/component.hpp"

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

Component leaf(std::int64_t cents) {
  return {ComponentKind::requirement, "leaf", "rule", {}, Money::from_cents(cents), {}};
}

TEST(Component, parent_is_the_sum_of_its_children) {
  const auto tree = sum_of("root", "", {leaf(1), sum_of("inner", "", {leaf(2), leaf(-5)})});
  EXPECT_EQ(tree.amount, Money::from_cents(-2));
  EXPECT_TRUE(adds_up(tree));
}

TEST(Component, a_tree_that_was_tampered_with_does_not_add_up) {
  auto tree = sum_of("root", "", {leaf(1), sum_of("inner", "", {leaf(2)})});
  tree.children[1].amount = Money::from_cents(3);
  EXPECT_FALSE(adds_up(tree));
  auto odd = leaf(1);
  odd.children.push_back(leaf(1));
  EXPECT_FALSE(adds_up(odd));
}

}  // namespace
}  // namespace plimsoll::margin
