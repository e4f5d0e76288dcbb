#include "expect_derivatives.hpp"
#include "plimsoll/model/cumulant.hpp"

#include <cmath>
#include <complex>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using C = std::complex<double>;

C wide(const Complex<double>& z) { return {z.real, z.imaginary}; }

const Heston<double> heston{1.0, 0.0, 0.0, 0.04, 1.2, 0.09, 0.8, -0.6};

/// Heston's cumulant from its Riccati equations by Runge and Kutta's fourth-order steps: no logarithm, no branch.
C by_riccati(const Heston<double>& m, C s, double years, int steps) {
  const C constant = 0.5 * (s * s - s);
  const C linear = m.correlation * m.volatility_of_variance * s - m.mean_reversion;
  const double square = 0.5 * m.volatility_of_variance * m.volatility_of_variance;
  const auto slope = [&](C d) { return constant + linear * d + square * d * d; };
  const double h = years / steps;
  C d{};
  C integral{};
  for (int i = 0; i < steps; ++i) {
    const C a = slope(d);
    const C b = slope(d + 0.5 * h * a);
    const C c = slope(d + 0.5 * h * b);
    const C e = slope(d + h * c);
    integral += h * (d + h / 6.0 * (a + b + c));  // Simpson's rule on the same stages
    d += h / 6.0 * (a + 2.0 * b + 2.0 * c + e);
  }
  return d * m.variance + m.mean_reversion * m.long_variance * integral;
}

TEST(Cumulant, heston_solves_its_riccati_equations_along_lines_and_off_them) {
  // Long times and high frequencies are where a logarithm that leaves its branch shows.
  for (const double years : {0.1, 1.0, 10.0})
    for (const C s : {C{0.5, 0.3}, C{0.5, 7.0}, C{-0.2, 12.0}, C{1.1, 12.0}, C{4.0, 9.0}, C{-3.0, 9.0}}) {
      const C exact = by_riccati(heston, s, years, 2000);
      const C found = wide(cumulant<double>(heston, {s.real(), s.imag()}, years));
      EXPECT_LT(std::abs(found - exact), 1e-8 * std::max(1.0, std::abs(exact))) << s << " " << years;
    }
}

TEST(Cumulant, is_zero_where_nothing_or_the_forward_is_expected) {
  const auto expect_martingale = [](const auto& model) {
    for (const double order : {0.0, 1.0}) {
      EXPECT_NEAR(cumulant<double>(model, {order, 0.0}, 2.0).real, 0.0, 1e-15);
      EXPECT_NEAR(cumulant<double>(model, {order, 0.0}, 2.0).imaginary, 0.0, 1e-15);
    }
  };
  expect_martingale(BlackScholes<double>{1.0, 0.0, 0.0, 0.3});
  expect_martingale(heston);
  expect_martingale(Merton<double>{1.0, 0.0, 0.0, 0.2, 0.7, -0.2, 0.3});
  expect_martingale(Bates<double>{1.0, 0.0, 0.0, 0.04, 1.2, 0.09, 0.8, -0.6, 0.7, -0.2, 0.3});
  expect_martingale(VarianceGamma<double>{1.0, 0.0, 0.0, 0.2, 0.3, -0.2});
}

TEST(Cumulant, differentiates_by_every_parameter_and_by_time) {
  const auto heston_part = [](auto x) {
    using R = std::remove_cvref_t<decltype(x[0])>;
    const Complex<R> k = cumulant(Heston<R>{R{1.0}, R{0.0}, R{0.0}, x[0], x[1], x[2], x[3], x[4]}, {0.4, 3.0}, R{x[5]});
    return R(k.real + 2.0 * k.imaginary);
  };
  // The last points are the limits of a variance that does not move, and does not revert either.
  testing::expect_derivatives(heston_part, {{0.04, 1.2, 0.09, 0.8, -0.6, 1.5},
                                            {0.04, 0.1, 0.09, 2.0, 0.9, 3.0},
                                            {0.04, 1.2, 0.09, 1e-3, -0.6, 1.5},
                                            {0.04, 1.2, 0.09, 0.0, -0.6, 1.5},
                                            {0.04, 0.0, 0.09, 0.5, -0.6, 1.5}});
  const auto others = [](auto x) {
    using R = std::remove_cvref_t<decltype(x[0])>;
    const Complex<R> k =
        cumulant(Merton<R>{R{1.0}, R{0.0}, R{0.0}, x[0], x[1], x[2], x[3]}, {0.4, 3.0}, R{x[4]}) +
        cumulant(VarianceGamma<R>{R{1.0}, R{0.0}, R{0.0}, x[0], x[3], x[2]}, {0.4, 3.0}, R{x[4]}) +
        cumulant(BlackScholes<R>{R{1.0}, R{0.0}, R{0.0}, x[0]}, {0.4, 3.0}, R{x[4]}) +
        cumulant(Bates<R>{R{1.0}, R{0.0}, R{0.0}, x[0], x[1], x[0], x[3], x[2], x[1], x[2], x[3]}, {0.4, 3.0}, R{x[4]});
    return R(k.real + 2.0 * k.imaginary);
  };
  testing::expect_derivatives(others, {{0.2, 0.7, -0.2, 0.3, 1.5}});
}

TEST(Cumulant, still_variance_that_neither_moves_nor_reverts_is_black_scholes) {
  const Complex<double> s{0.4, 3.0};
  const Heston<double> still{1.0, 0.0, 0.0, 0.04, 0.0, 0.3, 0.0, 0.5};
  const auto one = cumulant<double>(still, s, 2.0);
  const auto two = cumulant<double>(BlackScholes<double>{1.0, 0.0, 0.0, 0.2}, s, 2.0);
  EXPECT_DOUBLE_EQ(one.real, two.real);
  EXPECT_DOUBLE_EQ(one.imaginary, two.imaginary);
}

TEST(MomentStrip, ends_where_the_moment_explodes) {
  // Just inside the strip the Riccati equation has a finite solution; just outside it passes through infinity.
  const MomentStrip strip = moment_strip(heston, 1.0);
  for (const double end : {strip.low, strip.high}) {
    EXPECT_TRUE(std::isfinite(end));
    const double inside = by_riccati(heston, end * (1.0 - 1e-3), 1.0, 5000).real();
    EXPECT_GT(inside, 10.0);
    const double outside = by_riccati(heston, end * (1.0 + 1e-3), 1.0, 5000).real();
    EXPECT_FALSE(outside > 0.0 && outside < 1e6);
    EXPECT_NEAR(cumulant<double>(heston, {end * (1.0 - 1e-3), 0.0}, 1.0).real, inside, 1e-3 * inside);
  }
  const Heston<double> calm{1.0, 0.0, 0.0, 0.04, 5.0, 0.09, 0.05, -1.0};
  EXPECT_GT(moment_strip(calm, 0.5).high, 1e3);
  Heston<double> still = heston;
  still.volatility_of_variance = 0.0;
  EXPECT_TRUE(std::isinf(moment_strip(still, 1.0).high));
  EXPECT_TRUE(std::isinf(moment_strip(BlackScholes<double>{1.0, 0.0, 0.0, 0.2}, 1.0).low));
  EXPECT_TRUE(std::isinf(moment_strip(Merton<double>{1.0, 0.0, 0.0, 0.2, 1.0, 0.0, 0.1}, 1.0).low));
  const Bates<double> jumping{1.0, 0.0, 0.0, 0.04, 1.2, 0.09, 0.8, -0.6, 0.7, -0.2, 0.3};
  EXPECT_EQ(moment_strip(jumping, 1.0).high, strip.high);
}

TEST(MomentStrip, of_variance_gamma_are_the_roots_under_the_logarithm) {
  const VarianceGamma<double> model{1.0, 0.0, 0.0, 0.2, 0.3, -0.2};
  const MomentStrip strip = moment_strip(model, 1.0);
  for (const double end : {strip.low, strip.high}) EXPECT_NEAR(1.0 - 0.3 * (-0.2 * end + 0.02 * end * end), 0.0, 1e-13);
}

TEST(Jumps, refuse_each_parameter_that_makes_no_sense) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto field = [](const std::optional<Error>& flaw) { return flaw ? flaw->field : std::string("none"); };
  EXPECT_EQ(field(find_flaw(Merton<double>{1.0, 0.0, 0.0, 0.2, 0.7, -0.2, 0.3})), "none");
  EXPECT_EQ(field(find_flaw(Merton<double>{-1.0, 0.0, 0.0, 0.2, 0.7, -0.2, 0.3})), "spot");
  EXPECT_EQ(field(find_flaw(Merton<double>{1.0, 0.0, 0.0, -0.2, 0.7, -0.2, 0.3})), "volatility");
  EXPECT_EQ(field(find_flaw(Merton<double>{1.0, 0.0, 0.0, 0.2, -0.7, -0.2, 0.3})), "jump_intensity");
  EXPECT_EQ(field(find_flaw(Merton<double>{1.0, 0.0, 0.0, 0.2, 0.7, nan, 0.3})), "mean_log_jump");
  EXPECT_EQ(field(find_flaw(Merton<double>{1.0, 0.0, 0.0, 0.2, 0.7, 0.0, -0.3})), "log_jump_deviation");
  Bates<double> bates{1.0, 0.0, 0.0, 0.04, 1.2, 0.09, 0.8, -0.6, 0.7, -0.2, 0.3};
  EXPECT_EQ(field(find_flaw(bates)), "none");
  bates.jump_intensity = nan;
  EXPECT_EQ(field(find_flaw(bates)), "jump_intensity");
  bates.correlation = 2.0;
  EXPECT_EQ(field(find_flaw(bates)), "correlation");
  EXPECT_EQ(field(find_flaw(VarianceGamma<double>{1.0, 0.0, 0.0, 0.2, 0.3, -0.2})), "none");
  EXPECT_EQ(field(find_flaw(VarianceGamma<double>{1.0, nan, 0.0, 0.2, 0.3, -0.2})), "rate");
  EXPECT_EQ(field(find_flaw(VarianceGamma<double>{1.0, 0.0, 0.0, nan, 0.3, -0.2})), "volatility");
  EXPECT_EQ(field(find_flaw(VarianceGamma<double>{1.0, 0.0, 0.0, 0.2, -0.3, -0.2})), "variance_rate");
  EXPECT_EQ(field(find_flaw(VarianceGamma<double>{1.0, 0.0, 0.0, 0.2, 0.3, nan})), "drift");
  EXPECT_EQ(field(find_flaw(VarianceGamma<double>{1.0, 0.0, 0.0, 0.2, 2.0, 0.5})), "variance_rate");
}

}  // namespace
}  // namespace plimsoll
