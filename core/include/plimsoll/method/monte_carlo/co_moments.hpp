#pragma once

#include "plimsoll/base/fields.hpp"

#include <string_view>
#include <tuple>

namespace plimsoll {

/// Count, means and central second moments of pairs (sample, control), gathered one by one and merged block by block.
/// Source: Chan, Golub & LeVeque (1983), Algorithms for computing the sample variance, Am. Stat. 37, 242-247.
struct CoMoments {
  double count = 0.0;
  double mean_x = 0.0;
  double mean_y = 0.0;
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;

  void add(double x, double y) noexcept { merge({1.0, x, y, 0.0, 0.0, 0.0}); }

  void merge(const CoMoments& other) noexcept {
    const double total = count + other.count;
    if (total == 0.0) return;
    const double share = other.count / total;
    const double dx = other.mean_x - mean_x;
    const double dy = other.mean_y - mean_y;
    const double weight = count * share;
    xx += other.xx + dx * dx * weight;
    xy += other.xy + dx * dy * weight;
    yy += other.yy + dy * dy * weight;
    mean_x += dx * share;
    mean_y += dy * share;
    count = total;
  }
};

/// A mean and its standard error.
struct Estimate {
  double mean = 0.0;
  double standard_error = 0.0;

  friend bool operator==(const Estimate&, const Estimate&) = default;
};

template <>
struct Fields<Estimate> {
  static constexpr std::string_view name = "Estimate";
  static constexpr auto list =
      std::make_tuple(field("mean", &Estimate::mean), field("standard_error", &Estimate::standard_error));
};

/// The plain mean of the samples.
/// Limits: a single sample has standard error zero.
Estimate plain_estimate(const CoMoments& moments) noexcept;

/// The mean of the samples with what the control is known to miss taken off, by the coefficient that the samples
/// suggest.
/// Source: Glasserman (2003), sec. 4.1.
/// Limits: the fitted coefficient biases the mean by O(1 / count); fewer than three samples or a constant control leave
/// the plain mean.
Estimate controlled_estimate(const CoMoments& moments, double control_mean) noexcept;

}  // namespace plimsoll
