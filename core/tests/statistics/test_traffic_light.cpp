#include "plimsoll/statistics/traffic_light.hpp"
#include "statistics/reference_rows.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(TrafficLight, agrees_with_every_row_of_the_supervisory_table) {
  const std::map<std::string, Zone> zones{{"green", Zone::green}, {"yellow", Zone::yellow}, {"red", Zone::red}};
  const auto table = reference::rows("basel_traffic_light_250d");
  ASSERT_EQ(table.size(), 11U);
  for (const auto& row : table) {
    const auto light = traffic_light(static_cast<std::int64_t>(reference::number(row, "exceptions")));
    ASSERT_TRUE(light);
    EXPECT_EQ(light->zone, zones.at(row.at("zone"))) << row.at("case_id");
    EXPECT_EQ(light->increase_1996, reference::number(row, "increase_in_scaling_factor_1996"));
    EXPECT_EQ(light->multiplier_1996, reference::number(row, "multiplier_1996"));
    EXPECT_EQ(light->multiplier_mar32, reference::number(row, "multiplier_mar32_frtb"));
    // The printed percentages are cut or rounded in the last decimal, so 0.005 or, where cut, just below 0.01.
    EXPECT_NEAR(100.0 * light->cumulative_probability, reference::number(row, "cumulative_probability_pct"),
                reference::number(row, "tolerance_pct_points") + 1e-9)
        << row.at("case_id");
  }
}

TEST(TrafficLight, keeps_the_last_row_for_all_above_ten_exceptions) {
  EXPECT_EQ(traffic_light(40)->zone, Zone::red);
  EXPECT_EQ(traffic_light(40)->multiplier_mar32, 2.0);
  EXPECT_EQ(traffic_light(250)->cumulative_probability, 1.0);
}

// Printed to four decimals of a per cent.
TEST(TrafficLight, agrees_with_the_recomputed_probabilities) {
  EXPECT_NEAR(100.0 * traffic_light(4)->cumulative_probability, 89.2188, 5.1e-5);
  EXPECT_NEAR(100.0 * traffic_light(5)->cumulative_probability, 95.8817, 5.1e-5);
  EXPECT_NEAR(100.0 * traffic_light(9)->cumulative_probability, 99.9750, 5.1e-5);
}

TEST(TrafficLight, finds_the_same_zones_by_probability) {
  for (std::int64_t exceptions = 0; exceptions <= 20; ++exceptions)
    EXPECT_EQ(*traffic_light_zone(exceptions, 250, 0.01), traffic_light(exceptions)->zone) << exceptions;
}

TEST(TrafficLight, refuses_counts_outside_the_table) {
  EXPECT_EQ(traffic_light(-1).error().field, "exceptions");
  EXPECT_EQ(traffic_light(251).error().value, "251");
  EXPECT_EQ(traffic_light_zone(1, 0, 0.01).error().field, "observations");
  EXPECT_EQ(traffic_light_zone(6, 5, 0.01).error().field, "exceptions");
  EXPECT_EQ(traffic_light_zone(1, 5, 1.0).error().field, "tail_probability");
}

}  // namespace
}  // namespace plimsoll
