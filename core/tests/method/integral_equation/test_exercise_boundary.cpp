#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/integral_equation/boundary_tables.hpp>
#include <plimsoll/method/integral_equation/exercise_boundary.hpp>
#include <plimsoll/real/batch.hpp>
#include <plimsoll/real/batch_math.hpp>

namespace plimsoll::testing {
namespace {

template <class R>
std::vector<R> logs_of(const BoundaryCase<R>& terms, const BoundaryTables& tables) {
  const auto plan = tables.plan();
  std::vector<R> memory(BoundaryScratch<R>::size(plan.nodes, plan.points));
  std::vector<R> logs(plan.nodes);
  std::vector<R> squares(plan.nodes);
  find_boundary<R>(terms, plan, squares.data(), BoundaryScratch<R>::within(memory.data(), plan.nodes, plan.points),
                   logs.data());
  return logs;
}

TEST(ExerciseBoundary, far_from_expiry_it_is_that_of_the_perpetual_option) {
  const BoundaryTables tables(IntegralEquation{24, 32, 8, 16});
  const auto terms = upper_boundary<double>(0.06, 0.02, 0.4, 200.0);
  const double half = 0.04 / 0.16 - 0.5;
  const double exponent = -half - std::sqrt(half * half + 2.0 * 0.06 / 0.16);
  EXPECT_NEAR(std::exp(terms.start + logs_of(terms, tables).back()), exponent / (exponent - 1.0), 1e-5);
}

TEST(ExerciseBoundary, at_expiry_it_begins_at_the_strike_or_at_the_ratio_of_rate_and_yield) {
  EXPECT_EQ(upper_boundary<double>(0.06, 0.02, 0.4, 1.0).start, 0.0);
  EXPECT_EQ(upper_boundary<double>(0.02, 0.06, 0.4, 1.0).start, std::log(0.02 / 0.06));
  EXPECT_EQ(lower_boundary<double>(-0.01, -0.03, 0.1, 1.0).start, std::log(0.01 / 0.03));
}

TEST(ExerciseBoundary, it_falls_with_the_time_to_expiry_and_the_lower_one_rises) {
  const BoundaryTables tables(IntegralEquation::accurate());
  const auto upper = logs_of(upper_boundary<double>(-0.01, -0.03, 0.05, 2.0), tables);
  const auto lower = logs_of(lower_boundary<double>(-0.01, -0.03, 0.05, 2.0), tables);
  for (std::size_t i = 1; i < upper.size(); ++i) {
    EXPECT_LT(upper[i], upper[i - 1]);
    EXPECT_GT(lower[i], lower[i - 1]);
  }
}

TEST(ExerciseBoundary, eight_side_by_side_are_those_found_one_by_one) {
  const BoundaryTables tables(IntegralEquation::fast());
  using Lane = Batch<8>;
  const double rates[8] = {0.01, 0.02, 0.05, 0.08, 0.03, 0.04, 1e-3, 0.1};
  const double yields[8] = {0.0, 0.05, 0.05, 0.02, -0.02, 0.1, 0.0, 0.01};
  const double volatilities[8] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.2, 0.3, 0.8};
  const double years[8] = {0.1, 0.5, 1.0, 2.0, 3.0, 1.5, 0.25, 1.0};
  const auto side_by_side = logs_of(
      upper_boundary<Lane>(Lane::load(rates), Lane::load(yields), Lane::load(volatilities), Lane::load(years)), tables);
  for (std::size_t lane = 0; lane < 8; ++lane) {
    const auto alone =
        logs_of(upper_boundary<double>(rates[lane], yields[lane], volatilities[lane], years[lane]), tables);
    for (std::size_t i = 0; i < alone.size(); ++i)
      EXPECT_NEAR(side_by_side[i][lane], alone[i], 1e-11 * std::abs(alone[i])) << lane;
  }
}

}  // namespace
}  // namespace plimsoll::testing
