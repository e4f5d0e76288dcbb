#include "expect_derivatives.hpp"
#include "plimsoll/model/sabr.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

Sabr<double> model_of(const testing::ReferenceRow& row) {
  return {row.number("alpha"), row.number("beta"), row.number("nu"), row.number("rho")};
}

const Sabr<double> smile{0.3, 0.6, 0.5, -0.4};

TEST(Sabr, agrees_with_the_printed_volatilities) {
  int cases = 0;
  for (const auto& row : testing::reference_table("sabr_hagan_lognormal.csv")) {
    const double found = hagan_volatility<double>(model_of(row), row.number("forward"), row.number("strike"),
                                                  row.number("maturity_years"));
    EXPECT_NEAR(found, row.number("expected_black_vol"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  for (const auto& row : testing::reference_table("sabr_misc.csv")) {
    const double found = local_expansion_volatility<double>(model_of(row), row.number("forward"), row.number("strike"),
                                                            row.number("maturity_years"));
    EXPECT_NEAR(found, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 24);
}

TEST(Sabr, volatility_is_smooth_through_the_forward) {
  for (const auto& formula :
       {hagan_volatility<double>, hagan_normal_volatility<double>, local_expansion_volatility<double>}) {
    const double at = formula(smile, 1.1, 1.1, 2.0);
    for (const double move : {1e-12, 1e-9, 1e-6, 1e-4}) {
      const double up = formula(smile, 1.1, 1.1 * std::exp(move), 2.0);
      const double down = formula(smile, 1.1, 1.1 * std::exp(-move), 2.0);
      EXPECT_NEAR(0.5 * (up + down), at, 1e-10 + move * move);
    }
    // Where the interpolation of the local expansion begins nothing jumps.
    EXPECT_NEAR(formula(smile, 1.0, std::exp(0.0019999), 2.0), formula(smile, 1.0, std::exp(0.0020001), 2.0), 1e-6);
  }
}

TEST(Sabr, without_volatility_of_level_and_with_elasticity_one_it_is_black) {
  for (const double strike : {0.5, 1.0, 3.0}) {
    EXPECT_DOUBLE_EQ(hagan_volatility<double>({0.2, 1.0, 0.0, 0.3}, 1.0, strike, 2.0), 0.2);
    EXPECT_NEAR(local_expansion_volatility<double>({0.2, 1.0, 0.0, 0.3}, 1.0, strike, 2.0), 0.2, 1e-9);
    EXPECT_NEAR(hagan_normal_volatility<double>({0.2, 0.0, 0.0, 0.3}, 1.0, strike, 2.0), 0.2,
                strike == 1.0 ? 1e-15 : 1e-3);  // both factors are series of four terms in the log-strike
  }
}

TEST(Sabr, expansions_agree_to_first_order_in_time) {
  // What they differ by falls with the square of the time at the forward, and with time elsewhere near it.
  for (const double years : {0.01, 0.1}) {
    const double hagan = hagan_volatility<double>(smile, 1.0, 1.05, years);
    EXPECT_NEAR(local_expansion_volatility<double>(smile, 1.0, 1.05, years), hagan, 2e-3 * hagan);
    // A normal volatility gives about the Black one times the mean of forward and strike.
    const double normal = hagan_normal_volatility<double>(smile, 1.0, 1.05, years);
    EXPECT_NEAR(normal / std::sqrt(1.05), hagan, 2e-3 * hagan);
  }
}

TEST(Sabr, differentiates_by_every_parameter_and_the_forward) {
  const auto each = [](auto formula) {
    return [formula](auto x) {
      using R = std::remove_cvref_t<decltype(x[0])>;
      return formula.template operator()<R>(Sabr<R>{x[0], x[1], x[2], x[3]}, x[4], x[5]);
    };
  };
  const std::vector<testing::Point> points{{0.3, 0.6, 0.5, -0.4, 1.0, 1.2}, {0.3, 0.6, 0.5, -0.4, 1.0, 1.0003}};
  testing::expect_derivatives(each([]<class R>(const Sabr<R>& m, const R& forward, const R& strike) {
                                return hagan_volatility<R>(m, forward, strike, 1.5);
                              }),
                              points);
  testing::expect_derivatives(each([]<class R>(const Sabr<R>& m, const R& forward, const R& strike) {
                                return hagan_normal_volatility<R>(m, forward, strike, 1.5);
                              }),
                              points);
  testing::expect_derivatives(each([]<class R>(const Sabr<R>& m, const R& forward, const R& strike) {
                                return local_expansion<R>(m, forward, strike, 1.5);
                              }),
                              {points.front()});
}

TEST(Sabr, flags_strikes_whose_density_is_negative) {
  const std::vector<double> strikes{0.002, 0.005, 0.01, 0.03, 0.05, 0.1};
  const Sabr<double> long_dated{0.05, 0.5, 0.4, -0.3};
  const auto flaws = sabr_density_flaws(long_dated, 0.03, 20.0, strikes);
  ASSERT_TRUE(flaws);
  ASSERT_FALSE(flaws->empty());
  EXPECT_EQ(flaws->front().strike, 0.002);
  EXPECT_LT(flaws->front().density, 0.0);
  EXPECT_LT(flaws->back().strike, 0.03);
  const auto none = sabr_density_flaws({0.2, 1.0, 0.3, -0.2}, 1.0, 0.5, std::vector<double>{0.5, 1.0, 2.0});
  EXPECT_TRUE(none->empty());
}

TEST(Sabr, refuses_what_makes_no_sense) {
  const auto field = [](const Sabr<double>& m) {
    const auto flaw = find_flaw(m);
    return flaw ? flaw->field : std::string("none");
  };
  EXPECT_EQ(field(smile), "none");
  EXPECT_EQ(field({0.0, 0.6, 0.5, -0.4}), "level");
  EXPECT_EQ(field({0.3, 1.1, 0.5, -0.4}), "elasticity");
  EXPECT_EQ(field({0.3, 0.6, -0.5, -0.4}), "volatility_of_level");
  EXPECT_EQ(field({0.3, 0.6, 0.5, 1.0}), "correlation");
  EXPECT_EQ(sabr_density_flaws({0.3, 0.6, 0.5, 2.0}, 1.0, 1.0, {}).error().field, "correlation");
  EXPECT_EQ(sabr_density_flaws(smile, -1.0, 1.0, {}).error().field, "forward");
  EXPECT_EQ(sabr_density_flaws(smile, 1.0, 0.0, {}).error().field, "years");
  EXPECT_EQ(sabr_density_flaws(smile, 1.0, 1.0, std::vector<double>{-1.0}).error().field, "strike");
}

}  // namespace
}  // namespace plimsoll
