#include "plimsoll/method/monte_carlo/multilevel.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(Multilevel, error_over_a_hundred_seeds_is_within_its_claim) {
  // The second of the seven cases that Geman & Yor, Rogers & Shi, Vecer and Linetsky all give: 0.246416.
  const BlackScholes<double> model{2.0, 0.05, 0.0, 0.5};
  constexpr double exact = 0.246416;
  double squares = 0.0;
  double claims = 0.0;
  int within_one = 0;
  int within_two = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto found = multilevel_continuous_asian(OptionType::call, 2.0, 1.0, model, {0.004, seed, 1, 12});
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_LE(found->claimed_error, 0.004 * 1.03);
    const double error = std::abs(found->price - exact);
    squares += error * error;
    claims += found->claimed_error * found->claimed_error;
    within_one += error <= found->claimed_error ? 1 : 0;
    within_two += error <= 2.0 * found->claimed_error ? 1 : 0;
  }
  // The mean square over a hundred seeds: chi squared of a hundred is below 1.43 times its mean in all but one of a
  // thousand. A normal error is within one claim in 68.3 % of cases, at least 52 of a hundred, and within two in 95.4
  // %, at least 87, but for one in a thousand.
  EXPECT_LE(squares, 1.43 * claims);
  EXPECT_GE(within_one, 52);
  EXPECT_GE(within_two, 87);
  RecordProperty("root_mean_square_over_claim", std::to_string(std::sqrt(squares / claims)));
}

TEST(Multilevel, agrees_with_the_printed_prices_of_continuous_asian_options) {
  for (const auto& row : testing::reference_table("continuous_asian_seven_cases.csv")) {
    const BlackScholes<double> model{row.number("spot"), row.number("rate"), row.number("dividend_yield"),
                                     row.number("vol")};
    const auto found = multilevel_continuous_asian(OptionType::call, row.number("strike"), row.number("maturity_years"),
                                                   model, {0.002, 5, 1, 12});
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->price, row.number("expected"), 4.0 * found->claimed_error) << row.text("case_id");
  }
}

TEST(Multilevel, differences_shrink_as_the_ladder_says_and_save_work) {
  const auto found = multilevel_continuous_asian(OptionType::put, 2.0, 1.0, {2.0, 0.05, 0.0, 0.5}, {0.0005, 3, 1, 12});
  ASSERT_TRUE(found);
  ASSERT_GE(found->levels.size(), 3U);
  for (std::size_t l = 2; l < found->levels.size(); ++l)
    EXPECT_NEAR(found->levels[l - 1].variance / found->levels[l].variance, 4.0, 1.0) << l;
  EXPECT_LT(found->work, 0.7);
  EXPECT_GT(found->levels[0].samples, found->levels[1].samples);
}

TEST(Multilevel, gives_the_same_bits_for_one_and_three_threads) {
  const BlackScholes<double> model{2.0, 0.05, 0.0, 0.5};
  const auto one = multilevel_continuous_asian(OptionType::call, 2.0, 1.0, model, {0.005, 3, 1, 12});
  EXPECT_EQ(*multilevel_continuous_asian(OptionType::call, 2.0, 1.0, model, {0.005, 3, 3, 12}), *one);
}

TEST(Multilevel, ladder_that_does_not_converge_is_refused_with_what_it_reached) {
  const LevelLadder stuck{[](std::size_t level, RandomStream&) {
                            return LevelPair{static_cast<double>(level),
                                             level == 0 ? 0.0 : static_cast<double>(level) - 1.0};
                          },
                          2.0, 1.0};
  const auto refused = multilevel_mean(stuck, {0.1, 1, 1, 4});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_converged);
  EXPECT_EQ(refused.error().allowed, "an error from 1 on with 4 levels");
}

TEST(Multilevel, refuses_settings_and_terms_that_make_no_sense) {
  const BlackScholes<double> model{2.0, 0.05, 0.0, 0.5};
  const auto field = [](double strike, double expiry, const BlackScholes<double>& m, const Multilevel& method) {
    const auto found = multilevel_continuous_asian(OptionType::call, strike, expiry, m, method);
    return found ? std::string("none") : found.error().field;
  };
  EXPECT_EQ(field(2.0, 1.0, model, {0.0, 1, 1, 12}), "target_error");
  EXPECT_EQ(field(2.0, 1.0, model, {std::numeric_limits<double>::quiet_NaN(), 1, 1, 12}), "target_error");
  EXPECT_EQ(field(2.0, 1.0, model, {0.1, 1, 0, 12}), "threads");
  EXPECT_EQ(field(2.0, 1.0, model, {0.1, 1, 1, 2}), "most_levels");
  EXPECT_EQ(field(-2.0, 1.0, model, {}), "strike");
  EXPECT_EQ(field(2.0, -1.0, model, {}), "expiry");
  EXPECT_EQ(field(2.0, 1.0, {2.0, 0.05, 0.0, -0.5}, {}), "volatility");
  EXPECT_EQ(field(2.0, 1.0, {2.0, 0.05, 0.0, 0.0}, {}), "volatility");
}

}  // namespace
}  // namespace plimsoll
