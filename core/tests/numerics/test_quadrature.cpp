#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/quadrature.hpp"
#include "reference_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double epsilon = std::numeric_limits<double>::epsilon();

Result<GaussRule> rule_of(const testing::ReferenceRow& row) {
  const auto count = static_cast<std::size_t>(row.number("count"));
  if (row.text("family") == "legendre") return gauss_legendre(count);
  if (row.text("family") == "hermite") return gauss_hermite(count);
  if (row.text("family") == "laguerre") return gauss_laguerre(count, row.number("alpha"));
  return gauss_jacobi(count, row.number("alpha"), row.number("beta"));
}

/// Relative distance in halves of the machine epsilon, which is at least the distance in units of the last place.
double units(double found, double expected) {
  return expected == 0.0 ? std::abs(found) / 1e-300 : std::abs(found / expected - 1.0) / (0.5 * epsilon);
}

TEST(GaussRule, nodes_and_weights_agree_with_twenty_five_digits) {
  double worst_node = 0.0;
  double worst_weight = 0.0;
  std::string last;
  std::optional<GaussRule> rule;  // of one family after the other
  for (const auto& row : testing::reference_table("gauss_rules.csv")) {
    const std::string family = row.text("family") + row.text("count") + row.text("alpha") + row.text("beta");
    if (std::exchange(last, family) != family) rule = *rule_of(row);
    const auto i = static_cast<std::size_t>(row.number("index"));
    worst_node = std::max(worst_node, units(rule->nodes[i], row.number("node")));
    // The mass of a Jacobi or a general Laguerre weight comes from log_gamma and tgamma, with a few roundings.
    const bool is_scaled = row.number("alpha") != 0.0 || row.number("beta") != 0.0;
    const double off = units(rule->weights[i], row.number("weight"));
    if (is_scaled) {
      EXPECT_LT(off, 40.0) << row.text("family") << " " << row.text("count") << " " << i;
    } else {
      worst_weight = std::max(worst_weight, off);
    }
  }
  std::printf("[ MEASURED ] Gauss nodes %.2f, weights %.2f half epsilons\n", worst_node, worst_weight);
  EXPECT_LE(worst_node, 1.01);
  EXPECT_LE(worst_weight, 2.01);
}

TEST(GaussRule, polynomials_of_twice_the_degree_are_exact) {
  for (const std::size_t count : {1U, 3U, 8U, 17U}) {
    const auto legendre = gauss_legendre(count);
    const auto hermite = gauss_hermite(count);
    for (std::size_t degree = 0; degree < 2 * count; ++degree) {
      const auto power = [degree](double x) { return std::pow(x, static_cast<double>(degree)); };
      const double exact = degree % 2 == 1 ? 0.0 : 2.0 / static_cast<double>(degree + 1);
      EXPECT_NEAR((*legendre)(power), exact, 1e-15 * 2.0) << count << ", " << degree;
      const double half = 0.5 * static_cast<double>(degree + 1);
      const double moment = degree % 2 == 1 ? 0.0 : std::tgamma(half);
      EXPECT_NEAR((*hermite)(power), moment, 1e-14 * std::tgamma(half)) << count << ", " << degree;
    }
  }
}

TEST(GaussRule, six_hundred_nodes_lie_in_order_and_weigh_two) {
  const auto rule = gauss_legendre(600);
  double sum = 0.0;
  for (const double weight : rule->weights) sum += weight;
  EXPECT_NEAR(sum, 2.0, 1e-13);
  EXPECT_TRUE(std::ranges::is_sorted(rule->nodes));
  EXPECT_EQ(rule->nodes[3], -rule->nodes[596]);
}

TEST(GaussRule, mean_of_a_call_over_the_normal_distribution_converges) {
  // The exponential of a normal number has the mean exp(variance / 2).
  const auto rule = gauss_hermite(24);
  const double mean =
      (*rule)([](double x) { return std::exp(0.5 * std::numbers::sqrt2 * x); }) / std::sqrt(std::numbers::pi);
  EXPECT_NEAR(mean, std::exp(0.125), 1e-15 * 2.0);
}

TEST(GaussRule, refuses_counts_and_powers_that_it_has_not) {
  EXPECT_EQ(gauss_legendre(0).error().field, "count");
  EXPECT_EQ(gauss_hermite(341).error().allowed, "1 to 340");
  EXPECT_EQ(gauss_laguerre(171).error().field, "count");
  EXPECT_EQ(gauss_laguerre(5, -1.0).error().field, "alpha");
  EXPECT_EQ(gauss_jacobi(2001, 0.0, 0.0).error().field, "count");
  EXPECT_EQ(gauss_jacobi(5, 21.0, 0.0).error().field, "alpha");
  EXPECT_EQ(gauss_jacobi(5, 0.0, std::nan("")).error().field, "beta");
}

struct Known {
  std::string name;
  Integrand f;
  double low, high, value;
};

void expect_covered(const Known& known, const Integral& found) {
  const double off = std::abs(found.value - known.value);
  EXPECT_EQ(found.end, IntegralEnd::converged) << known.name;
  EXPECT_FALSE(find_flaw(found)) << known.name;
  EXPECT_LE(off, found.error + 4.0 * epsilon * std::abs(known.value)) << known.name;
  EXPECT_LE(off, 2e-13 * std::max(1.0, std::abs(known.value))) << known.name;
}

TEST(GaussKronrod, known_integrals_lie_within_its_error_estimate) {
  for (const Known& known : {
           Known{"polynomial of degree 31", [](double x) { return std::pow(x, 31) + 3.0 * x * x; }, -1.0, 2.0,
                 std::ldexp(1.0, 27) - 1.0 / 32.0 + 9.0},
           Known{"peak", [](double x) { return 1e-4 / (x * x + 1e-8); }, -1.0, 1.0, 2.0 * std::atan(1e4)},
           Known{"oscillation", [](double x) { return std::cos(100.0 * x); }, 0.0, 1.0, std::sin(100.0) / 100.0},
           Known{"kink", [](double x) { return std::abs(x - 1.0 / 3.0); }, 0.0, 1.0, 5.0 / 18.0},
           Known{"root", [](double x) { return std::sqrt(x); }, 0.0, 1.0, 2.0 / 3.0},
           Known{"bell", [](double x) { return std::exp(-x * x); }, -infinity, infinity, std::sqrt(std::numbers::pi)},
           Known{"half line", [](double x) { return 1.0 / (x * x); }, 2.0, infinity, 0.5},
           Known{"lower tail", [](double x) { return normal_pdf(x); }, -infinity, -1.0, normal_cdf(-1.0)},
           Known{"backwards", [](double x) { return std::exp(x); }, 1.0, 0.0, 1.0 - std::numbers::e},
           Known{"nothing", [](double) { return 1.0; }, 3.0, 3.0, 0.0},
       })
    expect_covered(known, gauss_kronrod(known.f, known.low, known.high));
}

TEST(TanhSinh, singular_ends_are_integrated_to_the_last_digits) {
  for (const Known& known : {
           Known{"1 / sqrt(x)", [](double x) { return 1.0 / std::sqrt(x); }, 0.0, 1.0, 2.0},
           Known{"log x", [](double x) { return std::log(x); }, 0.0, 1.0, -1.0},
           Known{"log(x)^2 / x^(1/4)", [](double x) { return std::log(x) * std::log(x) / std::pow(x, 0.25); }, 0.0, 1.0,
                 2.0 / (0.75 * 0.75 * 0.75)},
           Known{"half circle", [](double x) { return std::sqrt((1.0 - x) * (1.0 + x)); }, -1.0, 1.0,
                 std::numbers::pi / 2.0},
           Known{"exponential", [](double x) { return std::exp(x); }, 0.0, 2.0, std::expm1(2.0)},
           Known{"backwards", [](double x) { return std::exp(x); }, 1.0, 0.0, 1.0 - std::numbers::e},
       })
    expect_covered(known, tanh_sinh(known.f, known.low, known.high));
}

TEST(TanhSinh, admits_what_it_cannot_see_next_to_a_limit_that_is_not_zero) {
  const Integral found = tanh_sinh([](double x) { return 1.0 / std::sqrt(1.0 - x); }, 0.0, 1.0);
  EXPECT_EQ(found.end, IntegralEnd::rounding);
  EXPECT_GT(found.error, std::abs(found.value - 2.0));
  EXPECT_LT(std::abs(found.value - 2.0), 1e-7);
  EXPECT_EQ(find_flaw(found)->field, "tolerance");
}

TEST(Quadrature, says_where_the_function_is_not_finite) {
  const auto broken = [](double x) { return x > 0.7 ? std::log(-1.0) : x; };
  const Integral kronrod = gauss_kronrod(broken, 0.0, 1.0);
  EXPECT_EQ(kronrod.end, IntegralEnd::not_finite);
  EXPECT_GT(kronrod.at, 0.7);
  EXPECT_EQ(tanh_sinh(broken, 0.0, 1.0).end, IntegralEnd::not_finite);
  const Integral tail = gauss_kronrod([](double x) { return x > 5.0 ? 1.0 / 0.0 : std::exp(-x); }, 0.0, infinity);
  EXPECT_EQ(tail.end, IntegralEnd::not_finite);
  EXPECT_GT(tail.at, 5.0);
  EXPECT_EQ(find_flaw(tail)->field, "function");
  EXPECT_TRUE(find_flaw(tail)->value.starts_with("not finite at "));
}

TEST(Quadrature, says_when_the_pieces_do_not_reach) {
  const Integral diverges = gauss_kronrod([](double x) { return 1.0 / x; }, 0.0, 1.0, {1e-13, 1e-13, 40});
  EXPECT_EQ(diverges.end, IntegralEnd::out_of_pieces);
  EXPECT_EQ(find_flaw(diverges)->field, "most_pieces");
  const Integral jumps = gauss_kronrod([](double x) { return x < 0.3 ? 0.0 : 1.0; }, 0.0, 1.0, {1e-18, 0.0, 4000});
  EXPECT_EQ(jumps.end, IntegralEnd::rounding);
  const Integral waves = tanh_sinh([](double x) { return std::sin(1e5 * x); }, 0.0, 1.0);
  EXPECT_EQ(waves.end, IntegralEnd::out_of_pieces);
}

}  // namespace
}  // namespace plimsoll
