#include "plimsoll/statistics/expected_shortfall_backtest.hpp"
#include "statistics/reference_rows.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(AcerbiSzekely, agrees_with_every_simulated_critical_value) {
  const std::map<std::string, double> degrees{{"student_t3", 3.0}, {"student_t10", 10.0}, {"normal", 0.0}};
  const auto table = reference::rows("acerbi_szekely_z2_critical_values");
  ASSERT_EQ(table.size(), 9U);
  std::map<std::string, std::vector<double>> simulated;
  for (const auto& row : table) {
    const std::string& shape = row.at("null_distribution");
    if (!simulated.contains(shape))
      simulated[shape] = *acerbi_szekely_z2_null({0.025, 250, degrees.at(shape), 60'000, 20081010}, 1);
    EXPECT_NEAR(*critical_value(simulated[shape], reference::number(row, "significance")),
                reference::number(row, "simulated_critical_value"), reference::number(row, "tolerance"))
        << row.at("case_id");
  }
}

// Recomputed with 20 000 simulations of another generator; its own standard errors are about 0.006 and 0.02.
TEST(AcerbiSzekely, agrees_with_the_recomputed_normal_critical_values) {
  const auto null = acerbi_szekely_z2_null({0.025, 250, 0.0, 20'000, 3}, 1);
  EXPECT_NEAR(*critical_value(*null, 0.05), -0.693, 0.02);
  EXPECT_NEAR(*critical_value(*null, 0.01), -1.04, 0.06);
}

TEST(AcerbiSzekely, is_zero_on_average_under_its_null) {
  for (const double degrees : {0.0, 4.0}) {
    const auto null = acerbi_szekely_z2_null({0.025, 250, degrees, 40'000, 9}, 1);
    const double mean = std::accumulate(null->begin(), null->end(), 0.0) / 40'000.0;
    EXPECT_NEAR(mean, 0.0, 4.0 * 0.5 / 200.0);  // four standard errors of a deviation of at most 0.5
  }
}

TEST(AcerbiSzekely, gives_the_same_bits_for_any_number_of_threads) {
  const Z2Null null{0.025, 250, 5.0, 1000, 4};
  EXPECT_EQ(*acerbi_szekely_z2_null(null, 1), *acerbi_szekely_z2_null(null, 2));
  EXPECT_EQ(*acerbi_szekely_z2_null(null, 1), *acerbi_szekely_z2_null(null, 3));
}

TEST(AcerbiSzekely, statistic_is_the_formula_by_hand) {
  const std::vector<double> profit{-3.0, 1.0, -2.0, 0.5};
  const std::vector<double> risk{2.0, 2.0, 2.0, 2.0};
  const std::vector<double> shortfall{2.5, 2.5, 2.5, 2.5};
  // Only the first day exceeds: a loss equal to the value at risk is no exception.
  EXPECT_DOUBLE_EQ(*acerbi_szekely_z2(profit, risk, shortfall, 0.25), -3.0 / 2.5 / (4.0 * 0.25) + 1.0);
  EXPECT_EQ(*acerbi_szekely_z2(std::vector<double>{1.0}, std::vector<double>{1.0}, std::vector<double>{1.0}, 0.1), 1.0);
}

TEST(AcerbiSzekely, statistic_refuses_series_that_do_not_match) {
  const std::vector<double> two{1.0, 2.0};
  const std::vector<double> one{1.0};
  const std::vector<double> zero{1.0, 0.0};
  const std::vector<double> broken{1.0, std::nan("")};
  EXPECT_EQ(acerbi_szekely_z2({}, {}, {}, 0.1).error().field, "profit");
  EXPECT_EQ(acerbi_szekely_z2(two, one, two, 0.1).error().field, "value_at_risk");
  EXPECT_EQ(acerbi_szekely_z2(two, two, one, 0.1).error().field, "expected_shortfall");
  EXPECT_EQ(acerbi_szekely_z2(two, two, zero, 0.1).error().field, "expected_shortfall[1]");
  EXPECT_EQ(acerbi_szekely_z2(broken, two, two, 0.1).error().field, "profit[1]");
  EXPECT_EQ(acerbi_szekely_z2(two, broken, two, 0.1).error().field, "value_at_risk[1]");
  EXPECT_EQ(acerbi_szekely_z2(two, two, two, 1.0).error().field, "tail_probability");
}

TEST(AcerbiSzekely, simulation_refuses_settings_without_sense) {
  EXPECT_EQ(acerbi_szekely_z2_null({0.0, 250, 0.0, 10, 1}, 1).error().field, "tail_probability");
  EXPECT_EQ(acerbi_szekely_z2_null({0.1, 0, 0.0, 10, 1}, 1).error().field, "observations");
  EXPECT_EQ(acerbi_szekely_z2_null({0.1, 250, 0.0, 0, 1}, 1).error().field, "simulations");
  EXPECT_EQ(acerbi_szekely_z2_null({0.1, 250, 1.0, 10, 1}, 1).error().field, "degrees_of_freedom");
  EXPECT_EQ(acerbi_szekely_z2_null({0.1, 250, 0.0, 10, 1}, 0).error().field, "threads");
}

TEST(AcerbiSzekely, critical_values_and_p_values_count_ranks) {
  const std::vector<double> ascending{-4.0, -3.0, -2.0, -1.0};
  EXPECT_EQ(*critical_value(ascending, 0.25), -4.0);
  EXPECT_EQ(*critical_value(ascending, 0.5), -3.0);
  EXPECT_EQ(critical_value(ascending, 0.01).error().allowed, "at least 100 values");
  EXPECT_EQ(critical_value(ascending, 0.0).error().field, "significance");
  EXPECT_EQ(*simulated_p_value(ascending, -5.0), 0.2);
  EXPECT_EQ(*simulated_p_value(ascending, -3.0), 0.6);
  EXPECT_EQ(simulated_p_value({}, 0.0).error().field, "ascending");
  EXPECT_EQ(simulated_p_value(ascending, std::nan("")).error().field, "statistic");
}

}  // namespace
}  // namespace plimsoll
