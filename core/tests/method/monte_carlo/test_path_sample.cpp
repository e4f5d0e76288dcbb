#include "plimsoll/method/monte_carlo/path_sample.hpp"
#include "real/two_lanes.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::TwoLanes;

const BlackScholes<double> model{100.0, 0.05, 0.02, 0.25};

TEST(PathSample, a_recorded_model_differentiates_each_value_by_itself) {
  RecordedModel<double> recorded(model);
  const auto& p = recorded.parameters();
  for (int path = 0; path < 3; ++path) {
    const Adjoint<double> value = p.spot * p.volatility + 3.0 * p.rate - 2.0 * recorded.elapsed();
    const auto sample = recorded.differentiate(value, 0.5);
    EXPECT_DOUBLE_EQ(sample.price, 25.15);
    EXPECT_DOUBLE_EQ(sample.delta, 0.25);
    EXPECT_DOUBLE_EQ(sample.gamma, 0.125);
    EXPECT_DOUBLE_EQ(sample.vega, 100.0);
    EXPECT_DOUBLE_EQ(sample.theta, -2.0);
    EXPECT_DOUBLE_EQ(sample.rho, 3.0);
  }
}

TEST(PathSample, two_paths_in_a_lane_are_two_samples) {
  RecordedModel<TwoLanes> recorded(model);
  const TwoLanes normals{1.0, -1.0};
  const Adjoint<TwoLanes> value = recorded.parameters().spot * exp(recorded.parameters().volatility * normals);
  const auto sample = recorded.differentiate(value, TwoLanes{0.0});
  BlockSums both;
  both.add(sample, {}, 2);
  EXPECT_NEAR(both.result().price, 100.0 * std::cosh(0.25), 1e-12);
  EXPECT_NEAR(both.result().greeks.vega, 100.0 * std::sinh(0.25), 1e-12);
  BlockSums first;
  first.add(sample, {}, 1);
  EXPECT_DOUBLE_EQ(first.result().price, 100.0 * std::exp(0.25));
}

TEST(PathSample, gamma_weight_has_mean_minus_one_over_spot) {
  EXPECT_DOUBLE_EQ(gamma_weight(model, 0.25, 0.0), -0.01);
  EXPECT_DOUBLE_EQ(gamma_weight(model, 0.25, 1.0), (1.0 / (0.25 * 0.5) - 1.0) / 100.0);
}

}  // namespace
}  // namespace plimsoll
