#include "expect_derivatives.hpp"
#include "plimsoll/real/complex.hpp"

#include <complex>
#include <numbers>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using C = Complex<double>;
using Long = std::complex<long double>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

Long wide(const C& z) { return {z.real, z.imaginary}; }

/// Within `units` roundings of the modulus.
void expect_close(const C& found, const Long& expected, double units) {
  EXPECT_LE(static_cast<double>(std::abs(wide(found) - expected)),
            units * epsilon * static_cast<double>(std::abs(expected)));
}

std::vector<C> points() {
  std::vector<C> all;
  for (const double modulus : {1e-9, 1e-5, 1e-3, 0.3, 1.0, 4.0, 30.0})
    for (int i = -7; i <= 7; ++i) all.push_back({modulus * std::cos(0.44 * i), modulus * std::sin(0.44 * i)});
  return all;
}

TEST(Complex, arithmetic_and_functions_agree_with_long_double) {
  for (const C& z : points()) {
    SCOPED_TRACE(::testing::PrintToString(z.real) + " " + ::testing::PrintToString(z.imaginary));
    const C other{0.7, -1.9};
    expect_close(z + other, wide(z) + wide(other), 2.0);
    expect_close(z - other, wide(z) - wide(other), 2.0);
    expect_close(z * other, wide(z) * wide(other), 4.0);
    expect_close(z / other, wide(z) / wide(other), 4.0);
    expect_close(exp(z), std::exp(wide(z)), 4.0);
    expect_close(sqrt(z), std::sqrt(wide(z)), 4.0);
    // The modulus is rounded before its logarithm is taken, so next to the unit circle the error is absolute.
    EXPECT_LE(static_cast<double>(std::abs(wide(log(z)) - std::log(wide(z)))),
              4.0 * epsilon * std::max(1.0, static_cast<double>(std::abs(std::log(wide(z))))));
  }
}

TEST(Complex, differences_from_one_lose_no_digits) {
  for (const C& z : points()) {
    if (std::hypot(z.real, z.imaginary) > 0.5) continue;
    SCOPED_TRACE(::testing::PrintToString(z.real) + " " + ::testing::PrintToString(z.imaginary));
    Long series{};  // exp(z) - 1 and log(1 + z) by their series, which need no subtraction
    Long term{1.0L};
    for (int n = 1; n < 40; ++n) series += term *= wide(z) / static_cast<long double>(n);
    expect_close(expm1(z), series, 8.0);
    expect_close(exponential_mean(-z), series / wide(z), 8.0);
    Long logarithm{};
    Long power{1.0L};
    for (int n = 1; n < 90; ++n) logarithm += (power *= wide(z)) / static_cast<long double>(n % 2 == 1 ? n : -n);
    // Its real part is small beside |z|^2 where 1 + z is next to the unit circle: an error of 1 in z^2.
    expect_close(log1p(z), logarithm, 16.0);
    expect_close(logarithm_mean(z), logarithm / wide(z), 16.0);
  }
  EXPECT_EQ(exponential_mean(C{}).real, 1.0);
  EXPECT_EQ(logarithm_mean(C{}).real, 1.0);
}

TEST(Complex, root_is_the_principal_one_on_both_sides_of_the_cut) {
  EXPECT_EQ(sqrt(C{-4.0, 0.0}).imaginary, 2.0);
  EXPECT_EQ(sqrt(C{-4.0, -0.0}).imaginary, -2.0);
  EXPECT_DOUBLE_EQ(log(C{-1.0, 0.0}).imaginary, std::numbers::pi);
  EXPECT_DOUBLE_EQ(norm(C{3.0, -4.0}), 25.0);
}

TEST(Complex, mixes_with_real_numbers_and_constants) {
  const C z{1.5, -2.0};
  EXPECT_EQ((z + 1.0).real, 2.5);
  EXPECT_EQ((1.0 + z).real, 2.5);
  EXPECT_EQ((z - 1.0).real, 0.5);
  EXPECT_EQ((1.0 - z).imaginary, 2.0);
  EXPECT_EQ((2.0 * z).imaginary, -4.0);
  EXPECT_EQ((z / 2.0).real, 0.75);
  EXPECT_EQ(scaled(3.0, z).real, 4.5);
  EXPECT_EQ(constant<Adjoint<double>>(z).imaginary.value(), -2.0);
}

TEST(Complex, every_function_differentiates) {
  const auto all = [](auto x) {
    using R = std::remove_cvref_t<decltype(x[0])>;
    const Complex<R> z{R(x[0]), R(x[1])};
    const Complex<R> sum = exp(z) * sqrt(z) + log(z) / (z + R{3.0}) - expm1(z) * log1p(z) + exponential_mean(z) +
                           logarithm_mean(z) * constant<R>({0.4, 0.6}) + scaled<R>(x[1], {0.2, 0.1});
    return R(sum.real + 2.0 * sum.imaginary);
  };
  const std::vector<testing::Point> where{{0.8, 0.4}, {-0.6, 0.9}, {-0.7, -1.1}, {2e-4, 3e-4}};
  testing::expect_derivatives(all, where);
  testing::expect_second_derivatives(all, {{0.8, 0.4}, {-0.6, 0.9}, {-0.7, -1.1}});
}

TEST(Complex, means_differentiate_next_to_zero) {
  const auto means = [](auto x) {
    using R = std::remove_cvref_t<decltype(x[0])>;
    const Complex<R> sum = exponential_mean(Complex<R>{R(1e-5 * x[0]), R(1e-5 * x[1])}) +
                           logarithm_mean(Complex<R>{R(1e-5 * x[0]), R(1e-5 * x[1])});
    return R(sum.real + 2.0 * sum.imaginary);
  };
  testing::expect_derivatives(means, {{1.0, 2.0}, {-3.0, 0.0}});
}

}  // namespace
}  // namespace plimsoll
