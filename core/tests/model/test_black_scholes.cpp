#include "expect_derivatives.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/model/leveraged_fund.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
const BlackScholes<double> model{100.0, 0.05, 0.02, 0.25};

TEST(BlackScholes, discounts_and_carries_by_exponentials) {
  EXPECT_DOUBLE_EQ(discount_factor(model, 2.0), std::exp(-0.1));
  EXPECT_DOUBLE_EQ(prepaid_forward(model, 2.0), 100.0 * std::exp(-0.04));
  EXPECT_DOUBLE_EQ(forward(model, 2.0), 100.0 * std::exp(0.06));
  EXPECT_EQ(discount_factor(model, 0.0), 1.0);
}

TEST(BlackScholes, path_without_shocks_grows_by_its_log_drift) {
  const std::vector<double> dates{0.5, 1.5};
  const std::vector<double> normals{0.0, 0.0};
  std::vector<double> path(2);
  simulate<double>(model, 0.0, dates, normals, path);
  const double drift = 0.05 - 0.02 - 0.5 * 0.25 * 0.25;
  EXPECT_DOUBLE_EQ(path[0], 100.0 * std::exp(0.5 * drift));
  EXPECT_DOUBLE_EQ(path[1], 100.0 * std::exp(1.5 * drift));
}

TEST(BlackScholes, path_moves_by_volatility_times_root_of_the_step) {
  const std::vector<double> dates{0.25, 1.25};
  const std::vector<double> normals{1.0, -2.0};
  std::vector<double> path(2);
  simulate<double>(model, 0.0, dates, normals, path);
  const double drift = 0.05 - 0.02 - 0.5 * 0.25 * 0.25;
  EXPECT_NEAR(std::log(path[0] / 100.0), 0.25 * drift + 0.25 * 0.5, 1e-15);
  EXPECT_NEAR(std::log(path[1] / path[0]), drift - 0.25 * 2.0, 1e-15);
}

TEST(BlackScholes, path_differentiates_by_every_parameter_and_by_elapsed_time) {
  testing::expect_derivatives(
      [](auto x) {
        using R = std::remove_cvref_t<decltype(x[0])>;
        const std::vector<double> dates{0.3, 0.8, 1.1};
        const std::vector<double> raw{0.4, -1.2, 0.7};
        const std::vector<Passive<R>> normals(raw.begin(), raw.end());
        std::vector<R> path(3);
        simulate<R>({x[0], x[1], x[2], x[3]}, x[4], dates, normals, path);
        return R(path[0] + 2.0 * path[1] + 3.0 * path[2]);
      },
      {{100.0, 0.05, 0.02, 0.25, 0.0}, {7.0, -0.01, 0.1, 0.8, 0.1}});
}

TEST(BlackScholes, refuses_each_parameter_that_makes_no_sense) {
  const auto flawed_field = [](double spot, double rate, double dividend_yield, double volatility) {
    const auto flaw = find_flaw({spot, rate, dividend_yield, volatility});
    return flaw ? flaw->field : std::string("none");
  };
  EXPECT_EQ(flawed_field(0.0, -0.5, -0.5, 0.0), "none");
  EXPECT_EQ(flawed_field(-1.0, 0.0, 0.0, 0.2), "spot");
  EXPECT_EQ(flawed_field(nan_value, 0.0, 0.0, 0.2), "spot");
  EXPECT_EQ(flawed_field(1.0, nan_value, 0.0, 0.2), "rate");
  EXPECT_EQ(flawed_field(1.0, 0.0, std::numeric_limits<double>::infinity(), 0.2), "dividend_yield");
  EXPECT_EQ(flawed_field(1.0, 0.0, 0.0, -0.2), "volatility");
  EXPECT_EQ(find_flaw({1.0, 0.0, 0.0, -0.2})->value, "-0.2");
}

// Source: Direxion Daily 2X funds, SEC Form 497 (accession 0001193125-20-267218): index down 60 %, up 60 %, and down 50
// % for a fund of minus two; no fees, no dividends, nothing paid for what is borrowed; printed to 0.1 %.
TEST(LeveragedFund, agrees_with_the_prospectus) {
  constexpr double half_last_place = 5.1e-4;
  EXPECT_NEAR(*leveraged_fund_growth(2.0, {0.4, 0.10, 1.0, 0.0}) - 1.0, -0.842, half_last_place);
  EXPECT_NEAR(*leveraged_fund_growth(2.0, {0.4, 0.75, 1.0, 0.0}) - 1.0, -0.909, half_last_place);
  EXPECT_NEAR(*leveraged_fund_growth(2.0, {0.5, 1.00, 1.0, 0.0}) - 1.0, -0.908, half_last_place);
}

TEST(LeveragedFund, is_the_limit_of_frequent_rebalancing) {
  constexpr int days = 200'000;
  constexpr double volatility = 0.4;
  constexpr double rate = 0.03;
  for (const double leverage : {-1.0, 0.0, 1.0, 3.0}) {
    double index = 1.0;
    double fund = 1.0;
    for (int day = 0; day < days; ++day) {
      const double move = (day % 2 == 0 ? 1.0 : -1.0) * volatility / std::sqrt(days) + 0.1 / days;
      index *= 1.0 + move;
      fund *= 1.0 + leverage * move + (1.0 - leverage) * rate / days;
    }
    // One step leaves a term of the third order of its move: in all volatility^3 / sqrt(days), times leverage^3.
    EXPECT_NEAR(*leveraged_fund_growth(leverage, {index, volatility, 1.0, rate}), fund, 27.0 * 0.064 / std::sqrt(days));
  }
}

TEST(LeveragedFund, refuses_what_makes_no_sense) {
  const auto field = [](double leverage, const IndexPath& index) {
    return leveraged_fund_growth(leverage, index).error().field;
  };
  EXPECT_EQ(field(nan_value, {}), "leverage");
  EXPECT_EQ(field(2.0, {0.0, 0.1, 1.0, 0.0}), "growth");
  EXPECT_EQ(field(2.0, {1.0, -0.1, 1.0, 0.0}), "volatility");
  EXPECT_EQ(field(2.0, {1.0, 0.1, -1.0, 0.0}), "years");
  EXPECT_EQ(field(2.0, {1.0, 0.1, 1.0, nan_value}), "rate");
}

}  // namespace
}  // namespace plimsoll
