#include "plimsoll/statistics/coverage.hpp"
#include "plimsoll/statistics/distributions.hpp"
#include "statistics/reference_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

using reference::named;
using reference::number;

std::vector<std::uint8_t> hits_on(std::size_t days, std::initializer_list<std::size_t> exceptions) {
  std::vector<std::uint8_t> hits(days, 0);
  for (const std::size_t day : exceptions) hits[day - 1] = 1;
  return hits;
}

HitTransitions transitions_of(const std::string& inputs) {
  return {named(inputs, "n00"), named(inputs, "n01"), named(inputs, "n10"), named(inputs, "n11")};
}

LikelihoodRatio recomputed(const reference::Row& row) {
  const std::string& test = row.at("test");
  const std::string& inputs = row.at("inputs");
  if (test == "kupiec_pof") {
    const double p = std::stod(inputs.substr(inputs.find("p=") + 2));
    const auto coverage = kupiec_test(named(inputs, "x"), named(inputs, "n"), p);
    return {coverage->statistic, coverage->p_value, 1.0};
  }
  if (test == "christoffersen_conditional_coverage")
    return *christoffersen_conditional_coverage_test(57, 1043, 0.05, transitions_of(inputs));
  if (inputs.find("n00") != std::string::npos) return *christoffersen_independence_test(transitions_of(inputs));
  if (test == "christoffersen_independence")
    return *christoffersen_independence_test(*hit_transitions(hits_on(60, {18, 19, 20, 42})));
  const double given = number(row, "expected_statistic");
  const double degrees = test == "time_between_failures_mixed" ? 58.0 : 57.0;
  return {given, chi_square_tail(given, degrees), degrees};
}

/// Half a unit of the last printed digit of "0.572" or "1.30e-8".
double half_unit(const std::string& printed) {
  const std::size_t exponent = printed.find('e');
  const std::string mantissa = printed.substr(0, exponent);
  const auto decimals = static_cast<double>(mantissa.size() - 1 - mantissa.find('.'));
  const double power = exponent == std::string::npos ? 0.0 : std::stod(printed.substr(exponent + 1));
  return 0.5 * std::pow(10.0, power - decimals);
}

TEST(Coverage, agrees_with_every_published_statistic) {
  const auto table = reference::rows("var_backtest_statistics");
  ASSERT_EQ(table.size(), 9U);
  for (const auto& row : table) {
    const LikelihoodRatio test = recomputed(row);
    const double statistic = number(row, "expected_statistic");
    const double p_value = number(row, "expected_p_value");
    const double tolerance = number(row, "tolerance");  // relative; never finer than the digits printed
    EXPECT_NEAR(test.statistic, statistic, tolerance * statistic) << row.at("case_id");
    EXPECT_NEAR(test.p_value, p_value, std::max(tolerance * p_value, half_unit(row.at("expected_p_value"))))
        << row.at("case_id");
  }
}

TEST(Coverage, agrees_with_every_published_non_rejection_region) {
  const auto table = reference::rows("kupiec_nonrejection_regions");
  ASSERT_EQ(table.size(), 10U);
  for (const auto& row : table) {
    const auto region = kupiec_non_rejection(static_cast<std::int64_t>(number(row, "n_observations")),
                                             number(row, "var_tail_probability"), number(row, "test_level"));
    ASSERT_TRUE(region);
    EXPECT_EQ(region->lower_exclusive, static_cast<std::int64_t>(number(row, "lower_exclusive_recomputed")))
        << row.at("case_id");
    EXPECT_EQ(region->upper_exclusive, static_cast<std::int64_t>(number(row, "upper_exclusive"))) << row.at("case_id");
  }
}

// Recomputed in pure Python; printed to four decimals and five of the p-value.
TEST(Coverage, agrees_with_the_recomputed_statistics_for_250_days) {
  struct Printed {
    std::int64_t exceptions;
    double statistic, p_value;
  };
  for (const auto& [exceptions, statistic, p_value] :
       {Printed{0, 5.0252, 0.02498}, Printed{4, 0.7691, 0.38048}, Printed{6, 3.5554, 0.05935},
        Printed{7, 5.4970, 0.01905}, Printed{10, 12.9555, 0.00032}}) {
    const auto coverage = kupiec_test(exceptions, 250, 0.01);
    EXPECT_NEAR(coverage->statistic, statistic, 5.1e-5);
    EXPECT_NEAR(coverage->p_value, p_value, 5.1e-6);
  }
  const auto independence = christoffersen_independence_test({240, 4, 4, 2});
  EXPECT_NEAR(independence->statistic, 8.1520, 5.1e-5);
  EXPECT_NEAR(independence->p_value, 0.00430, 5.1e-6);
}

TEST(Coverage, reports_which_side_it_rejects) {
  EXPECT_EQ(kupiec_test(0, 250, 0.01)->direction, Direction::fewer);
  EXPECT_LT(kupiec_test(0, 250, 0.01)->p_value, 0.05);
  EXPECT_EQ(kupiec_test(10, 250, 0.01)->direction, Direction::more);
  const auto exact = kupiec_test(10, 1000, 0.01);
  EXPECT_EQ(exact->direction, Direction::as_expected);
  EXPECT_NEAR(exact->statistic, 0.0, 1e-12);  // rounding of two equal log-likelihoods of size 60
  EXPECT_EQ(exact->expected, 10.0);
}

TEST(Coverage, has_exact_limits_without_and_with_only_exceptions) {
  EXPECT_NEAR(kupiec_test(0, 250, 0.01)->statistic, -500.0 * std::log(0.99), 1e-12);
  EXPECT_NEAR(kupiec_test(250, 250, 0.01)->statistic, -500.0 * std::log(0.01), 1e-9);
}

TEST(Coverage, finds_no_lower_bound_where_zero_exceptions_are_not_rejected) {
  const auto region = kupiec_non_rejection(100, 0.01, 0.05);
  EXPECT_EQ(region->lower_exclusive, -1);
  // With one observation nothing can be rejected at a level below its own probability.
  EXPECT_EQ(kupiec_non_rejection(1, 0.5, 0.01)->upper_exclusive, 2);
}

TEST(Coverage, refuses_impossible_counts_and_levels) {
  EXPECT_EQ(kupiec_test(3, 2, 0.01).error().field, "exceptions");
  EXPECT_EQ(kupiec_test(-1, 2, 0.01).error().value, "-1");
  EXPECT_EQ(kupiec_test(0, 0, 0.01).error().field, "observations");
  EXPECT_EQ(kupiec_test(0, 10, 0.0).error().field, "tail_probability");
  EXPECT_EQ(kupiec_test(0, 10, std::numeric_limits<double>::quiet_NaN()).error().value, "nan");
  EXPECT_EQ(kupiec_non_rejection(0, 0.01, 0.05).error().field, "observations");
  EXPECT_EQ(kupiec_non_rejection(10, 0.01, 1.5).error().field, "test_level");
  EXPECT_EQ(christoffersen_independence_test({-1, 0, 0, 0}).error().field, "n00");
  EXPECT_EQ(christoffersen_independence_test({0, -1, 0, 0}).error().field, "n01");
  EXPECT_EQ(christoffersen_independence_test({0, 0, -1, 0}).error().field, "n10");
  EXPECT_EQ(christoffersen_independence_test({0, 0, 0, -1}).error().field, "n11");
  EXPECT_EQ(christoffersen_conditional_coverage_test(3, 2, 0.01, {}).error().field, "exceptions");
  EXPECT_EQ(christoffersen_conditional_coverage_test(1, 2, 0.01, {0, 0, 0, -1}).error().field, "n11");
  EXPECT_EQ(hit_transitions(std::vector<std::uint8_t>{0, 1, 2}).error().field, "hits[2]");
}

TEST(Coverage, independence_knows_degenerate_tables) {
  EXPECT_EQ(christoffersen_independence_test({249, 0, 0, 0})->statistic, 0.0);           // no exception
  EXPECT_EQ(christoffersen_independence_test({0, 0, 0, 249})->statistic, 0.0);           // nothing but exceptions
  EXPECT_EQ(christoffersen_independence_test({0, 0, 0, 0})->p_value, 1.0);               // one day
  EXPECT_NEAR(christoffersen_independence_test({248, 1, 0, 0})->statistic, 0.0, 1e-12);  // exception on the last day
  EXPECT_GT(christoffersen_independence_test({100, 0, 0, 5})->statistic, 30.0);          // two unbroken blocks
}

TEST(Coverage, counts_neighbouring_days) {
  EXPECT_EQ(*hit_transitions(hits_on(6, {1, 2, 5})), (HitTransitions{1, 1, 2, 1}));
  EXPECT_EQ(*hit_transitions(std::vector<std::uint8_t>{}), HitTransitions{});
}

TEST(Coverage, time_until_first_failure_is_zero_at_its_expected_day) {
  EXPECT_NEAR(time_until_first_failure_test(100, 0.01)->statistic, 0.0, 1e-12);
  // -2 log p on the first day
  EXPECT_NEAR(time_until_first_failure_test(1, 0.01)->statistic, -2.0 * std::log(0.01), 1e-12);
  EXPECT_EQ(time_until_first_failure_test(0, 0.01).error().field, "first_failure_day");
  EXPECT_EQ(time_until_first_failure_test(1, -0.1).error().field, "tail_probability");
}

TEST(Coverage, time_between_failures_adds_one_term_for_each_exception) {
  const auto hits = hits_on(300, {100, 101, 250});
  const auto test = time_between_failures_test(hits, 0.01);
  const double by_hand = time_until_first_failure_test(100, 0.01)->statistic +
                         time_until_first_failure_test(1, 0.01)->statistic +
                         time_until_first_failure_test(149, 0.01)->statistic;
  EXPECT_NEAR(test->statistic, by_hand, 1e-12);
  EXPECT_EQ(test->degrees_of_freedom, 3.0);
  const auto mixed = mixed_failures_test(hits, 0.01);
  EXPECT_NEAR(mixed->statistic, by_hand + kupiec_test(3, 300, 0.01)->statistic, 1e-12);
  EXPECT_EQ(mixed->degrees_of_freedom, 4.0);
}

TEST(Coverage, time_between_failures_refuses_a_history_without_exceptions) {
  EXPECT_EQ(time_between_failures_test(hits_on(10, {}), 0.01).error().value, "no exception");
  EXPECT_EQ(mixed_failures_test(hits_on(10, {}), 0.01).error().field, "hits");
  EXPECT_EQ(time_between_failures_test(hits_on(10, {2}), 2.0).error().field, "tail_probability");
  EXPECT_EQ(mixed_failures_test(std::vector<std::uint8_t>{3}, 0.01).error().field, "hits[0]");
}

RC_GTEST_PROP(Coverage, statistic_is_never_negative_and_grows_away_from_the_expected_count, ()) {
  const auto observations = *rc::gen::inRange<std::int64_t>(2, 3000);
  const double p = *rc::gen::inRange(1, 99) * 0.01;
  const auto exceptions = *rc::gen::inRange<std::int64_t>(0, observations);
  const auto here = kupiec_test(exceptions, observations, p);
  const auto next = kupiec_test(exceptions + 1, observations, p);
  RC_ASSERT(here->statistic >= 0.0);
  const double slack = 1e-9;  // rounding of log-likelihoods of size 3000
  if (static_cast<double>(exceptions) >= here->expected) RC_ASSERT(next->statistic >= here->statistic - slack);
  if (static_cast<double>(exceptions + 1) <= here->expected) RC_ASSERT(next->statistic <= here->statistic + slack);
}

}  // namespace
}  // namespace plimsoll
