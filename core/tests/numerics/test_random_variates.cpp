#include "plimsoll/numerics/random_variates.hpp"
#include "plimsoll/numerics/special_functions.hpp"

#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double sigmas = 4.5;  // 7 in a million, for some dozens of comparisons
constexpr int draws = 40'000;

/// Mean and variance of many draws against those of the law; `excess` is its fourth central moment over the variance
/// squared, which sets the error of a sample variance.
template <class Draw>
void expect_moments(const Draw& draw, double mean, double variance, double fourth) {
  RandomStream stream(17, 2);
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < draws; ++i) {
    const double x = draw(stream) - mean;
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / draws, 0.0, sigmas * std::sqrt(variance / draws)) << mean;
  EXPECT_NEAR(squares / draws, variance, sigmas * variance * std::sqrt((fourth - 1.0) / draws)) << mean;
}

TEST(RandomVariates, gamma_draws_follow_their_law) {
  for (const double shape : {0.02, 0.3, 1.0, 2.5, 40.0, 3000.0}) {
    expect_moments([shape](RandomStream& s) { return gamma_draw(shape, s); }, shape, shape, 3.0 + 6.0 / shape);
    // The distribution function at a quarter, a half and three quarters.
    RandomStream stream(4, 1);
    std::vector<double> below(3, 0.0);
    for (int i = 0; i < draws; ++i) {
      const double p = regularised_gamma_p(shape, gamma_draw(shape, stream));
      for (std::size_t k = 0; k < 3; ++k) below[k] += p < 0.25 * static_cast<double>(k + 1) ? 1.0 : 0.0;
    }
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(below[k] / draws, 0.25 * static_cast<double>(k + 1), sigmas * 0.5 / std::sqrt(draws)) << shape;
  }
  RandomStream stream(1, 1);
  EXPECT_EQ(gamma_draw(0.0, stream), 0.0);
}

TEST(RandomVariates, poisson_draws_follow_their_law) {
  for (const double mean : {0.1, 3.0, 9.99, 10.0, 55.0, 2000.0}) {
    expect_moments([mean](RandomStream& s) { return poisson_draw(mean, s); }, mean, mean, 3.0 + 1.0 / mean);
    // The probability of counts up to n is that of a gamma variable above the mean.
    RandomStream stream(4, 3);
    const double n = std::floor(mean);
    double below = 0.0;
    for (int i = 0; i < draws; ++i) below += poisson_draw(mean, stream) <= n ? 1.0 : 0.0;
    EXPECT_NEAR(below / draws, regularised_gamma_q(n + 1.0, mean), sigmas * 0.5 / std::sqrt(draws)) << mean;
  }
  RandomStream stream(1, 1);
  EXPECT_EQ(poisson_draw(0.0, stream), 0.0);
}

TEST(RandomVariates, bessel_draws_follow_their_law) {
  for (const auto& [nu, z] :
       {std::pair{-0.96, 0.5}, std::pair{-0.5, 3.0}, std::pair{1.0, 20.0}, std::pair{0.3, 400.0}}) {
    // Probabilities by their ratio, added up far beyond the mode.
    std::map<double, double> law;
    double total = 0.0;
    double log_weight = 0.0;
    const double mode = std::floor(0.5 * z);
    const auto log_of = [&, nu = nu, z = z](double n) {
      return 2.0 * n * std::log(0.5 * z) - log_gamma(n + 1.0) - log_gamma(n + nu + 1.0);
    };
    log_weight = log_of(mode);
    for (double n = 0.0; n < mode + 40.0 + 10.0 * std::sqrt(z); n += 1.0)
      total += law[n] = std::exp(log_of(n) - log_weight);
    double mean = 0.0;
    for (auto& [n, p] : law) mean += n * (p /= total);
    double variance = 0.0;
    double fourth = 0.0;
    for (const auto& [n, p] : law) {
      variance += p * (n - mean) * (n - mean);
      fourth += p * std::pow(n - mean, 4);
    }
    expect_moments([nu = nu, z = z](RandomStream& s) { return bessel_draw(nu, z, s); }, mean, variance,
                   fourth / (variance * variance));
  }
  RandomStream stream(1, 1);
  EXPECT_EQ(bessel_draw(0.5, 0.0, stream), 0.0);
}

}  // namespace
}  // namespace plimsoll
