#include "margin/books.hpp"
#include "plimsoll/margin/group.hpp"

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

struct Part {
  OptionType type;
  double strike;
  std::int64_t quantity;
  Date expiry = books::near_expiry();
};

std::string name(const std::vector<Part>& parts) {
  UnderlyingBook book;
  std::vector<GroupLeg> legs;
  for (const Part& part : parts) {
    legs.push_back({book.legs.size(), part.quantity});
    book.legs.push_back({part.type, Exercise::american, part.strike, part.expiry, 100, 1.0, part.quantity, false});
  }
  return spread_name(legs, book);
}

constexpr auto C = OptionType::call;
constexpr auto P = OptionType::put;

TEST(Group, spreads_bear_their_market_names) {
  EXPECT_EQ(name({{C, 50, 2}, {C, 55, -2}}), "debit call vertical");
  EXPECT_EQ(name({{C, 50, -1}, {C, 55, 1}}), "credit call vertical");
  EXPECT_EQ(name({{P, 50, -1}, {P, 55, 1}}), "debit put vertical");
  EXPECT_EQ(name({{P, 50, 1}, {P, 55, -1}}), "credit put vertical");
  EXPECT_EQ(name({{C, 50, -1}, {C, 50, 1, books::next_expiry()}}), "call calendar");
  EXPECT_EQ(name({{P, 55, -1}, {P, 50, 1, books::next_expiry()}}), "diagonal put spread");
  EXPECT_EQ(name({{C, 50, 1}, {C, 55, -2}, {C, 60, 1}}), "long call butterfly");
  EXPECT_EQ(name({{P, 50, -1}, {P, 55, 2}, {P, 60, -1}}), "short put butterfly");
  EXPECT_EQ(name({{P, 50, 1}, {P, 55, -1}, {P, 60, -1}, {P, 65, 1}}), "long put condor");
  EXPECT_EQ(name({{C, 50, -3}, {C, 55, 3}, {C, 60, 3}, {C, 65, -3}}), "short call condor");
  EXPECT_EQ(name({{P, 50, 1}, {P, 55, -1}, {C, 60, -1}, {C, 65, 1}}), "short iron condor");
  EXPECT_EQ(name({{P, 50, 1}, {P, 55, -1}, {C, 55, -1}, {C, 65, 1}}), "short iron butterfly");
  EXPECT_EQ(name({{P, 50, -1}, {P, 55, 1}, {C, 60, 1}, {C, 65, -1}}), "long iron condor");
  EXPECT_EQ(name({{C, 50, 1}, {C, 60, -1}, {P, 60, 1}, {P, 50, -1}}), "long box");
  EXPECT_EQ(name({{C, 50, -1}, {C, 60, 1}, {P, 60, -1}, {P, 50, 1}}), "short box");
}

TEST(Group, spreads_without_a_market_name_say_how_many_legs_they_have) {
  EXPECT_EQ(name({{C, 50, 1}, {C, 55, -3}, {C, 60, 2}}), "balanced spread of 3 legs");
  EXPECT_EQ(name({{C, 50, 2}, {C, 55, -1}, {C, 60, -2}, {C, 65, 1}}), "balanced spread of 4 legs");
  EXPECT_EQ(name({{C, 50, 1}, {C, 55, -1}, {C, 60, 1}, {C, 65, -1}}), "balanced spread of 4 legs");
  EXPECT_EQ(name({{C, 50, -1}, {C, 60, 1}, {P, 65, -1}, {P, 55, 1}}), "balanced spread of 4 legs");
  EXPECT_EQ(name({{C, 50, 1}, {P, 55, -1}, {P, 60, 1}, {P, 65, -1}}), "balanced spread of 4 legs");
  EXPECT_EQ(name({{C, 50, 1}, {C, 55, -2}, {C, 60, 1, books::next_expiry()}}), "balanced spread of 3 legs");
}

TEST(Group, explanation_of_a_spread_shows_its_worst_price_and_the_uncovered_alternative) {
  const auto result = books::run(books::Writer{}.put(95, -1, 5).put(90, 1, 3), 92);
  const auto& inputs = result.maintenance.requirement.children[0].children[0].children[0].inputs;
  const auto value = [&](const std::string& wanted) {
    for (const Input& input : inputs)
      if (input.name == wanted) return input.value;
    return -1.0;
  };
  EXPECT_EQ(value("maximum loss"), 500.0);
  EXPECT_EQ(value("at underlying price"), 90.0);
  EXPECT_NEAR(value("sum of uncovered requirements"), 100 * (5 + 18.4), 1e-9);
  EXPECT_EQ(value("short put strike"), 95.0);
}

TEST(Group, explanation_counts_the_lots) {
  const auto result = books::run(books::Writer{}.put(95, -3, 5).put(90, 3, 3), 92);
  EXPECT_EQ(result.maintenance.requirement.children[0].children[0].name, "credit put vertical x 3");
}

TEST(Group, long_dated_and_leveraged_inputs_are_shown) {
  books::Writer writer;
  writer.call(80, 1, 12.0, books::far_expiry());
  const auto result = books::run(writer.account, books::at(78, UnderlyingClass::equity, 2.0));
  const auto& leaf = result.maintenance.requirement.children[0].children[0].children[0];
  EXPECT_EQ(leaf.inputs[1], (Input{"leverage", 2.0}));
  EXPECT_EQ(leaf.inputs.back(), (Input{"rate", 0.75}));
}

}  // namespace
}  // namespace plimsoll::margin
