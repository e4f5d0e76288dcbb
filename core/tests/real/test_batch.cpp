#include "plimsoll/real/batch_math.hpp"
#include "plimsoll/real/real.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using Eight = Batch<8>;
static_assert(Real<Eight>);
static_assert(Real<Adjoint<Eight>>);
static_assert(lane_count<Eight> == 8);

constexpr double infinity = std::numeric_limits<double>::infinity();

std::array<double, 8> values(const Eight& x) {
  std::array<double, 8> result{};
  x.store(result.data());
  return result;
}

std::array<double, 8> draw(std::mt19937_64& generator, double low, double high) {
  std::array<double, 8> result{};
  for (double& x : result) x = std::uniform_real_distribution<double>(low, high)(generator);
  return result;
}

/// Largest relative error of a function of a batch against one in extended precision, over results that are normal.
template <class F, class Exact>
double largest_error(F function, Exact exact, double low, double high, bool of_logarithm = false) {
  std::mt19937_64 generator(20261122);
  double largest = 0.0;
  for (int i = 0; i < 20'000; ++i) {
    std::array<double, 8> x = draw(generator, low, high);
    if (of_logarithm)
      for (double& value : x) value = std::exp(value);
    const auto found = values(function(Eight::load(x.data())));
    for (std::size_t lane = 0; lane < 8; ++lane) {
      const long double truth = exact(static_cast<long double>(x[lane]));
      if (std::abs(truth) < 1e-307L) continue;
      largest =
          std::max(largest, static_cast<double>(std::abs((static_cast<long double>(found[lane]) - truth) / truth)));
    }
  }
  return largest;
}

const auto exponential = [](const Eight& x) { return exp(x); };
const auto logarithm = [](const Eight& x) { return log(x); };
const auto distribution = [](const Eight& x) { return normal_cdf(x); };
const auto density = [](const Eight& x) { return normal_pdf(x); };

TEST(Batch, arithmetic_is_that_of_each_number) {
  std::mt19937_64 generator(7);
  const auto a = draw(generator, -3.0, 3.0);
  const auto b = draw(generator, 0.5, 2.0);
  const Eight x = Eight::load(a.data());
  const Eight y = Eight::load(b.data());
  for (std::size_t lane = 0; lane < 8; ++lane) {
    EXPECT_EQ((x + y)[lane], a[lane] + b[lane]);
    EXPECT_EQ((x - y)[lane], a[lane] - b[lane]);
    EXPECT_EQ((x * y)[lane], a[lane] * b[lane]);
    EXPECT_EQ((x / y)[lane], a[lane] / b[lane]);
    EXPECT_EQ((-x)[lane], -a[lane]);
    EXPECT_EQ(sqrt(y)[lane], std::sqrt(b[lane]));
    EXPECT_EQ(abs(x)[lane], std::abs(a[lane]));
    EXPECT_EQ(max(x, y)[lane], max(a[lane], b[lane]));
    EXPECT_EQ(min(x, 0.25)[lane], min(a[lane], 0.25));
    EXPECT_EQ(select(x > y, x, 7.0)[lane], a[lane] > b[lane] ? a[lane] : 7.0);
    EXPECT_EQ(select(both(x<y, x> Eight{0.0}), 1.0, Eight{0.0})[lane], a[lane] < b[lane] && a[lane] > 0 ? 1.0 : 0.0);
    EXPECT_EQ(lane_value(x, lane), a[lane]);
    EXPECT_EQ(passive(x)[lane], a[lane]);
    EXPECT_NEAR(multiply_add(x, y, Eight{1.0})[lane], std::fma(a[lane], b[lane], 1.0), 1e-15);
  }
  Eight changed = x;
  changed += y;
  changed -= 1.0;
  changed *= y;
  changed /= 2.0;
  EXPECT_EQ(changed[3], (a[3] + b[3] - 1.0) * b[3] / 2.0);
}

TEST(Batch, a_mask_holds_somewhere_if_one_lane_does) {
  std::array<double, 8> x{};
  EXPECT_FALSE(any(Eight::load(x.data()) > Eight{0.0}));
  for (std::size_t lane = 0; lane < 8; ++lane) {
    x = {};
    x[lane] = 1.0;
    EXPECT_TRUE(any(Eight::load(x.data()) > Eight{0.0}));
    EXPECT_TRUE(any(Eight::load(x.data()) == Eight{1.0}));
  }
}

TEST(BatchWords, arithmetic_wraps_and_shifts_bring_in_zeros) {
  const BatchWords<8> most{std::numeric_limits<std::int64_t>::max()};
  const BatchWords<8> one{1};
  const auto is = [](const BatchWords<8>& words, std::int64_t expected) {
    return std::bit_cast<std::int64_t>(from_bits(words)[5]) == expected;
  };
  EXPECT_TRUE(is(one + one, 2));
  EXPECT_TRUE(is(one - BatchWords<8>{3}, -2));
  EXPECT_TRUE(is((BatchWords<8>{-1} >> 62), 3));
  EXPECT_TRUE(is(one << 4, 16));
  EXPECT_TRUE(is((BatchWords<8>{6} & BatchWords<8>{3}), 2));
  EXPECT_TRUE(is((BatchWords<8>{6} | BatchWords<8>{3}), 7));
  EXPECT_TRUE(is((BatchWords<8>{6} ^ BatchWords<8>{3}), 5));
  EXPECT_TRUE(is(most & BatchWords<8>{0x10}, 0x10));
}

// The bounds are those of the comments; over 8 million arguments the distribution function was off by 9.2e-16 at most.
TEST(BatchMath, exponential_and_logarithm_are_off_by_less_than_one_unit_in_the_last_place) {
  const auto truth = [](long double x) { return std::exp(x); };
  EXPECT_LT(largest_error(exponential, truth, -708.0, 709.7), 2.2e-16);
  EXPECT_LT(largest_error(exponential, truth, -1.0, 1.0), 2.2e-16);
  const auto log_truth = [](long double x) { return std::log(x); };
  EXPECT_LT(largest_error(logarithm, log_truth, -740.0, 709.0, true), 2.2e-16);
  EXPECT_LT(largest_error(logarithm, log_truth, 0.5, 2.0), 2.2e-16);
}

TEST(BatchMath, normal_distribution_keeps_its_digits_in_both_tails) {
  const auto truth = [](long double x) { return 0.5L * std::erfc(-x / std::sqrt(2.0L)); };
  EXPECT_LT(largest_error(distribution, truth, -37.5, 9.0), 1e-15);
  EXPECT_LT(largest_error(distribution, truth, -3.0, 3.0), 1e-15);
  const auto bell = [](long double x) { return std::exp(-0.5L * x * x) * 0.398942280401432677939946L; };
  EXPECT_LT(largest_error(density, bell, -37.5, 37.5), 8e-16);
}

// Each bell is 3 ulp off, and the share of the two places' common inverse adds one.
TEST(BatchMath, both_ends_of_an_option_keep_their_digits) {
  std::mt19937_64 generator(14);
  double worst = 0.0;
  for (int i = 0; i < 4'000; ++i) {
    auto near = draw(generator, i % 2 == 0 ? -3.0 : -35.0, i % 2 == 0 ? 3.0 : 0.0);
    auto far = draw(generator, 0.0, 2.0);
    for (std::size_t lane = 0; lane < 8; ++lane) far[lane] = -std::abs(near[lane]) - far[lane];
    const Eight x = Eight::load(near.data());
    const Eight y = Eight::load(far.data());
    const auto ends = normal_ends(x, y, normal_bell(x), normal_bell(y));
    const auto found_near = values(ends.near);
    const auto found_far = values(ends.far);
    for (std::size_t lane = 0; lane < 8; ++lane) {
      worst = std::max(worst, std::abs(found_near[lane] / normal_cdf(near[lane]) - 1.0));
      worst = std::max(worst, std::abs(found_far[lane] / normal_cdf(far[lane]) - 1.0));
    }
  }
  std::printf("[ MEASURED ] both ends: %.2g relative\n", worst);
  EXPECT_LE(worst, 2e-15);
  const auto ends = normal_ends(0.5, -0.5, normal_bell(0.5), normal_bell(-0.5));
  EXPECT_EQ(ends.near, normal_cdf(0.5));
  EXPECT_EQ(ends.far, normal_cdf(-0.5));
  EXPECT_NEAR(normal_bell(0.5), std::exp(-0.125), 4e-16);
}

TEST(BatchMath, quantile_inverts_the_distribution) {
  std::mt19937_64 generator(11);
  for (int i = 0; i < 20'000; ++i) {
    auto p = draw(generator, 0.0, 1.0);
    if (i % 2 == 0)
      for (double& x : p) x = std::exp(-700.0 * x);
    const auto x = values(normal_quantile(Eight::load(p.data())));
    for (std::size_t lane = 0; lane < 8; ++lane) {
      // A quantile off by a share e of itself moves a small probability by x^2 e of itself.
      const double probability = normal_cdf(x[lane]);
      const double sensitivity = 1.0 + x[lane] * x[lane];
      EXPECT_NEAR(probability / p[lane], 1.0, 2e-15 * sensitivity) << p[lane];
    }
  }
}

/// The quantile in extended precision: one of Newton's steps from the double one, on the side where no digit cancels.
long double true_quantile(double p) {
  const long double x = normal_quantile(p);
  const long double bell = std::exp(-0.5L * x * x) * 0.398942280401432677939946L;
  const long double half = std::sqrt(0.5L);
  if (std::abs(p - 0.5) < 0.25) return x - (0.5L * std::erf(x * half) - (static_cast<long double>(p) - 0.5L)) / bell;
  if (p < 0.5) return x - (0.5L * std::erfc(-x * half) - p) / bell;
  return x + (0.5L * std::erfc(x * half) - (1.0L - p)) / bell;
}

TEST(BatchMath, quantile_is_off_by_at_most_1e_15_over_all_probabilities) {
  std::mt19937_64 generator(12);
  double worst = 0.0;
  for (int i = 0; i < 6'000; ++i) {
    auto p = draw(generator, 0.0, 1.0);
    if (i % 3 == 0)
      for (double& x : p) x = std::exp(-700.0 * x);
    if (i % 3 == 1)
      for (double& x : p) x = 0.5 + (x - 0.5) * std::exp(-20.0 * std::abs(x - 0.5));
    const auto x = values(normal_quantile(Eight::load(p.data())));
    for (std::size_t lane = 0; lane < 8; ++lane) {
      const long double truth = true_quantile(p[lane]);
      worst = std::max(worst, static_cast<double>(std::abs((x[lane] - truth) / truth)));
    }
  }
  std::printf("[ MEASURED ] quantile of a batch: %.2g relative\n", worst);
  EXPECT_LE(worst, 1e-15);
}

TEST(BatchMath, edges_are_those_of_the_standard_library) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::array<double, 8> edges{0.0, -0.0, infinity, -infinity, nan, 5e-324, -1.0, 1e-310};
  const Eight x = Eight::load(edges.data());
  for (std::size_t lane = 0; lane < 8; ++lane) {
    const double at = edges[lane];
    const auto same = [&](double found, double expected) {
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(found)) << at;
      } else {
        EXPECT_DOUBLE_EQ(found, expected) << at;
      }
    };
    same(exp(x)[lane], std::exp(at));
    same(log(x)[lane], std::log(at));
    same(normal_cdf(x)[lane], normal_cdf(at));
    same(normal_pdf(x)[lane], normal_pdf(at));
  }
  const std::array<double, 8> far{-745.0, 710.0, 1e300, -1e300, -744.4, 709.78, -708.5, 720.0};
  for (std::size_t lane = 0; lane < 8; ++lane)
    EXPECT_DOUBLE_EQ(exp(Eight::load(far.data()))[lane], std::exp(far[lane])) << far[lane];
  const std::array<double, 8> p{0.0, 1.0, 0.5, -0.1, 1.1, nan, 5e-324, 0.25};
  const auto quantiles = values(normal_quantile(Eight::load(p.data())));
  EXPECT_EQ(quantiles[0], -infinity);
  EXPECT_EQ(quantiles[1], infinity);
  EXPECT_EQ(quantiles[2], 0.0);
  EXPECT_TRUE(std::isnan(quantiles[3]) && std::isnan(quantiles[4]) && std::isnan(quantiles[5]));
  EXPECT_NEAR(quantiles[6], -38.4674, 1e-4);  // scipy.stats.norm.ppf(5e-324)
}

TEST(BatchMath, adjoints_of_eight_paths_are_those_of_each) {
  const std::array<double, 8> starts{-2.0, -1.0, -0.5, -0.1, 0.2, 0.7, 1.5, 3.0};
  const auto formula = [](const auto& x, const auto& y) {
    return normal_cdf(x) * exp(-y) + max(x, y) / sqrt(y) - log(y) * normal_pdf(x);
  };
  Tape<Eight> tape;
  const auto x = Adjoint<Eight>::leaf(tape, Eight::load(starts.data()));
  const auto y = Adjoint<Eight>::leaf(tape, Eight{1.25});
  const auto mark = tape.mark();
  const Adjoint<Eight> value = formula(x, y);
  sweep(tape, value, mark);
  for (std::size_t lane = 0; lane < 8; ++lane) {
    Tape<double> alone;
    const auto a = Adjoint<double>::leaf(alone, starts[lane]);
    const auto b = Adjoint<double>::leaf(alone, 1.25);
    const auto begin = alone.mark();
    const Adjoint<double> single = formula(a, b);
    sweep(alone, single, begin);
    EXPECT_NEAR(value.value()[lane], single.value(), 2e-15);
    EXPECT_NEAR(x.adjoint()[lane], a.adjoint(), 2e-15);
    EXPECT_NEAR(y.adjoint()[lane], b.adjoint(), 2e-15);
  }
}

TEST(Batch, finds_the_cell_of_a_grid_that_a_number_lies_in) {
  const std::array<double, 8> x{0.0, 0.25, 1.0, 2.999, 3.5, 4.0, 1.75, 3.0};
  const auto found = grid_cell(Batch<8>::load(x.data()), 4.0);
  std::array<std::int64_t, 8> cells{};
  std::memcpy(cells.data(), &found.cell.parts(), sizeof(cells));
  for (std::size_t k = 0; k < 8; ++k) {
    EXPECT_EQ(static_cast<double>(cells[k]) + found.share[k], x[k]) << "the cell and the share are the number";
    EXPECT_GE(cells[k], 0);
    EXPECT_LE(cells[k], 3);
    EXPECT_GE(found.share[k], 0.0);
    EXPECT_LE(found.share[k], 1.0);
    const GridCell<double> alone = grid_cell(x[k], 4.0);
    EXPECT_EQ(static_cast<double>(alone.cell) + alone.share, x[k]);
  }
}

TEST(Batch, reads_and_adds_where_each_lane_asks) {
  const std::array<double, 6> table{10.0, 11.0, 12.0, 13.0, 14.0, 15.0};
  const std::array<double, 8> places{0.0, 5.0, 2.0, 2.0, 1.0, 4.0, 3.0, 5.0};
  const auto index = grid_cell(Batch<8>::load(places.data()) + 0.5, 6.0).cell;
  const Batch<8> read = gather(table.data(), index);
  std::array<Batch<8>, 6> sums;
  sums.fill(Batch<8>{1.0});
  add_at(sums.data(), index, read);
  for (std::size_t k = 0; k < 8; ++k) {
    EXPECT_EQ(read[k], 10.0 + places[k]);
    for (std::size_t row = 0; row < 6; ++row)
      EXPECT_EQ(sums[row][k], static_cast<double>(row) == places[k] ? 1.0 + read[k] : 1.0) << row << " " << k;
  }
  double alone[3]{1.0, 2.0, 3.0};
  add_at(static_cast<double*>(alone), std::int64_t{2}, gather(table.data(), std::int64_t{1}));
  EXPECT_EQ(alone[2], 14.0);
}

}  // namespace
}  // namespace plimsoll
