#include "plimsoll/method/approximation/variance_swap.hpp"
#include "reference_table.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(VarianceSwap, agrees_with_the_printed_replication) {
  VarianceStrip strip;
  BlackScholes<double> m{};
  for (const auto& row : testing::reference_table("variance_swap_demeterfi.csv")) {
    m = {row.number("spot"), row.number("rate"), row.number("dividend_yield"), 0.0};
    strip.expiry = row.number("maturity_years");
    if (row.text("role") == "strip_leg") {
      (row.text("option_type") == "put" ? strip.puts : strip.calls)
          .push_back({row.number("strike"), row.number("vol")});
      continue;
    }
    const auto variance = replicated_variance(strip, m);
    ASSERT_TRUE(variance) << variance.error().message();
    EXPECT_NEAR(*variance, row.number("expected_fair_variance"), row.number("tolerance"));
  }
}

VarianceStrip flat_strip(double volatility, double step, double boundary = 100.0) {
  VarianceStrip strip;
  strip.expiry = 0.5;
  for (double strike = step; strike < boundary + 0.5 * step; strike += step) strip.puts.push_back({strike, volatility});
  for (double strike = strip.puts.back().strike; strike < 600.0; strike += step)
    strip.calls.push_back({strike, volatility});
  return strip;
}

TEST(VarianceSwap, comes_to_the_flat_variance_as_the_square_of_the_step) {
  const BlackScholes<double> m{100.0, 0.05, 0.02, 0.0};
  const auto off = [&](double step) { return *replicated_variance(flat_strip(0.25, step), m) - 0.0625; };
  // A chord lies above a curve of second derivative 2 / (T S^2): the variance is too high by a sixth of the square of
  // the step over that of the spot, a year: 1/6 * (2/100)^2 / T at most twice that for the spots below.
  EXPECT_GT(off(2.0), 0.0);
  EXPECT_LT(off(2.0), 2.0 / 6.0 * 4e-4 / 0.5);
  EXPECT_NEAR(off(4.0) / off(2.0), 4.0, 0.1);
}

TEST(VarianceSwap, boundary_does_not_matter) {
  const BlackScholes<double> m{100.0, 0.05, 0.02, 0.0};
  EXPECT_NEAR(*replicated_variance(flat_strip(0.25, 1.0, 90.0), m),
              *replicated_variance(flat_strip(0.25, 1.0, 110.0), m), 1e-5);
}

TEST(VarianceSwap, refuses_what_makes_no_sense) {
  const BlackScholes<double> m{100.0, 0.05, 0.02, 0.0};
  const auto field_of = [&](const VarianceStrip& strip) { return replicated_variance(strip, m).error().field; };
  const VarianceStrip good = flat_strip(0.25, 10.0);
  VarianceStrip strip = good;
  strip.puts.resize(1);
  EXPECT_EQ(field_of(strip), "puts");
  strip = good;
  strip.calls[1].strike = 50.0;
  EXPECT_EQ(field_of(strip), "calls");
  strip = good;
  strip.calls[1].volatility = -0.1;
  EXPECT_EQ(field_of(strip), "volatility");
  strip = good;
  strip.calls.erase(strip.calls.begin());
  EXPECT_EQ(field_of(strip), "calls");
  strip = good;
  strip.expiry = 0.0;
  EXPECT_EQ(field_of(strip), "expiry");
  strip.expiry = -1.0;
  EXPECT_EQ(replicated_variance(strip, m).error().code, ErrorCode::expired_product);
  EXPECT_EQ(replicated_variance(good, {0.0, 0.05, 0.02, 0.0}).error().field, "spot");
  EXPECT_EQ(replicated_variance(good, {100.0, NAN, 0.02, 0.0}).error().field, "rate");
}

}  // namespace
}  // namespace plimsoll
