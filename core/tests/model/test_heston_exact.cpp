#include "plimsoll/model/heston_exact.hpp"
#include "plimsoll/model/heston_quadratic_exponential.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double sigmas = 4.5;
constexpr int draws = 40'000;

/// Mean and its standard error.
struct Mean {
  double sum = 0.0;
  double squares = 0.0;
  void add(double x) {
    sum += x;
    squares += x * x;
  }
  double value() const { return sum / draws; }
  double error() const { return std::sqrt((squares / draws - value() * value()) / draws); }
};

void expect(const Mean& mean, double exact) { EXPECT_NEAR(mean.value(), exact, sigmas * mean.error()); }

TEST(HestonExact, moments_of_variance_its_integral_and_the_spot_are_those_of_the_model) {
  for (const double rho : {-0.99, 0.0, 0.6})
    for (const double years : {0.05, 1.0, 10.0}) {
      const Heston<double> m{100.0, 0.03, 0.01, 0.06, 0.8, 0.04, 0.5, rho};
      const HestonExact scheme(m, years);
      RandomStream stream(3, 1);
      Mean variance;
      Mean squared;
      Mean spot;
      Mean driven;
      for (int i = 0; i < draws; ++i) {
        const HestonState<double> next = scheme.advance({std::log(100.0), 0.06}, stream);
        variance.add(next.variance);
        squared.add(next.variance * next.variance);
        spot.add(std::exp(next.log_spot));
        driven.add(next.log_spot);
      }
      const double decay = std::exp(-0.8 * years);
      const double mean = expected_variance(m, years);
      const double spread = 0.25 / 0.8 * (1.0 - decay) * (0.06 * decay + 0.5 * 0.04 * (1.0 - decay));
      expect(variance, mean);
      expect(squared, mean * mean + spread);
      expect(spot, 100.0 * std::exp(0.02 * years));
      // The mean of the log spot is less by half the expected integral of the variance.
      const double integral = 0.04 * years + 0.02 * (1.0 - decay) / 0.8;
      expect(driven, std::log(100.0) + 0.02 * years - 0.5 * integral);
    }
}

TEST(HestonExact, integral_between_two_ends_has_the_moments_of_its_laplace_transform) {
  // Source: Broadie & Kaya (2006), eq. 13: here its two first derivatives at zero by differences of the logarithm of
  // the same transform, written with gamma = sqrt(kappa^2 + 2 sigma^2 a) and the series of the Bessel function.
  const Heston<double> m{100.0, 0.0, 0.0, 0.04, 0.9, 0.05, 0.4, 0.0};
  const double tau = 0.7;
  const double v0 = 0.05;
  const double v1 = 0.02;
  const double s2 = 0.16;
  const double nu = 2.0 * 0.9 * 0.05 / s2 - 1.0;
  const auto log_bessel = [nu](double z) {
    double sum = 0.0;
    double term = 1.0;
    for (int n = 0; n < 200; ++n) {
      sum += term;
      term *= 0.25 * z * z / ((n + 1.0) * (n + 1.0 + nu));
    }
    return nu * std::log(0.5 * z) + std::log(sum);
  };
  const auto log_transform = [&](double a) {
    const auto part = [&](double g) {
      const double shrink = (1.0 - std::exp(-g * tau)) / g;
      const double both = (v0 + v1) / s2 * g * (1.0 + std::exp(-g * tau)) / (1.0 - std::exp(-g * tau));
      return -0.5 * g * tau - std::log(shrink) - both +
             log_bessel(std::sqrt(v0 * v1) * 4.0 * g * std::exp(-0.5 * g * tau) / (s2 * (1.0 - std::exp(-g * tau))));
    };
    return part(std::sqrt(0.81 + 2.0 * s2 * a)) - part(0.9);
  };
  const double h = 1e-3;
  const double mean = -(log_transform(h) - log_transform(-h)) / (2.0 * h);
  const double variance = (log_transform(h) + log_transform(-h)) / (h * h);
  const HestonExact scheme(m, tau);
  RandomStream stream(5, 1);
  Mean first;
  Mean second;
  Mean transform;
  for (int i = 0; i < draws; ++i) {
    const double x = scheme.integrated_variance(v0, v1, stream);
    first.add(x);
    second.add((x - mean) * (x - mean));
    transform.add(std::exp(-30.0 * x));
  }
  EXPECT_NEAR(first.value(), mean, sigmas * first.error() + 1e-9);
  EXPECT_NEAR(second.value(), variance, sigmas * second.error() + 1e-4 * variance);
  expect(transform, std::exp(log_transform(30.0)));
}

TEST(HestonQuadraticExponential, one_step_has_the_exact_mean_of_spot_and_variance) {
  for (const double rho : {-0.99, 0.4}) {
    const Heston<double> m{100.0, 0.03, 0.01, 0.06, 0.8, 0.04, 0.9, rho};
    const QuadraticExponential<double> scheme(m, 0.25);
    RandomStream stream(3, 1);
    for (const double start : {0.0, 0.01, 0.06, 0.5}) {
      Mean variance;
      Mean spot;
      for (int i = 0; i < draws; ++i) {
        double z[2];
        stream.fill_normal(z);
        const HestonState<double> next = scheme.advance({std::log(100.0), start}, z[0], z[1]);
        variance.add(next.variance);
        spot.add(std::exp(next.log_spot));
      }
      expect(variance, 0.04 + (start - 0.04) * std::exp(-0.2));
      expect(spot, 100.0 * std::exp(0.005));
    }
  }
}

TEST(HestonQuadraticExponential, step_carries_derivatives) {
  using R = Adjoint<double>;
  for (const double start : {0.001, 0.06}) {
    const auto last = [&]<Real T>(const T& variance, const T& rho) {
      const Heston<T> m{T{100.0}, T{0.03}, T{0.01}, variance, T{0.8}, T{0.04}, T{0.9}, rho};
      return QuadraticExponential<T>(m, 0.25).advance({T{0.0}, variance}, 0.9, -0.4).log_spot;
    };
    Tape<double> tape;
    const R variance = R::leaf(tape, start);
    const R rho = R::leaf(tape, -0.6);
    const R moved = last(variance, rho);
    sweep(tape, moved, {});
    const double h = 1e-6;
    EXPECT_NEAR(variance.adjoint(), (last(start + h * start, -0.6) - last(start - h * start, -0.6)) / (2.0 * h * start),
                1e-5 * std::abs(variance.adjoint()) + 1e-6);
    EXPECT_NEAR(rho.adjoint(), (last(start, -0.6 + h) - last(start, -0.6 - h)) / (2.0 * h), 1e-6);
  }
}

}  // namespace
}  // namespace plimsoll
