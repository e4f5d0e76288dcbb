#include "plimsoll/statistics/polygamma.hpp"

#include <cmath>

namespace plimsoll {
namespace {

constexpr double series_from = 12.0;

}  // namespace

double digamma(double x) noexcept {
  double below = 0.0;
  for (; x < series_from; x += 1.0) below -= 1.0 / x;
  const double y = 1.0 / (x * x);
  // Bernoulli numbers B(2k) / (2k)
  const double series =
      y *
      (1.0 / 12.0 - y * (1.0 / 120.0 -
                         y * (1.0 / 252.0 - y * (1.0 / 240.0 - y * (1.0 / 132.0 - y * (691.0 / 32760.0 - y / 12.0))))));
  return below + std::log(x) - 0.5 / x - series;
}

double trigamma(double x) noexcept {
  double below = 0.0;
  for (; x < series_from; x += 1.0) below += 1.0 / (x * x);
  const double y = 1.0 / (x * x);
  // Bernoulli numbers B(2k)
  const double series =
      y *
      (1.0 / 6.0 - y * (1.0 / 30.0 -
                        y * (1.0 / 42.0 - y * (1.0 / 30.0 - y * (5.0 / 66.0 - y * (691.0 / 2730.0 - y * 7.0 / 6.0))))));
  return below + (1.0 + 0.5 / x + series) / x;
}

}  // namespace plimsoll
