#include "plimsoll/risk/tail_risk.hpp"

#include "plimsoll/numerics/special_functions.hpp"
#include "plimsoll/statistics/check.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace plimsoll {
namespace {

std::optional<Error> find_flaw(std::span<const double> profits, double level) {
  if (auto flaw = check::open_probability(level, "level")) return flaw;
  if (auto flaw = check::at_least(profits.size(), 1, "profits")) return flaw;
  if (auto flaw = check::refuse_unless(tail_count(profits.size(), level) >= 1.0, "profits",
                                       std::to_string(profits.size()) + " values",
                                       "at least 1 / (1 - level) = " + text_of(std::ceil(1.0 / (1.0 - level) - 1e-9)),
                                       "give a longer window or a lower level"))
    return flaw;
  return check::finite(profits, "profits");
}

/// Losses beyond the level: the worst in full, the next by its fraction.
struct Tail {
  double count;
  std::size_t whole;
  double fraction;

  Tail(std::size_t n, double level) noexcept
      : count(tail_count(n, level)), whole(static_cast<std::size_t>(count)), fraction(count - std::floor(count)) {}
};

/// Of profits whose first entries, up to the tail's next, are the worst in ascending order.
double shortfall_of(std::span<const double> ascending, const Tail& tail) noexcept {
  double sum = 0.0;
  for (std::size_t i = 0; i < tail.whole; ++i) sum += ascending[i];
  if (tail.fraction > 0.0) sum += tail.fraction * ascending[tail.whole];
  return -sum / tail.count;
}

std::vector<double> sorted(std::span<const double> profits) {
  std::vector<double> ascending(profits.begin(), profits.end());
  std::ranges::sort(ascending);
  return ascending;
}

}  // namespace

double tail_count(std::size_t n, double level) noexcept {
  const double count = static_cast<double>(n) * (1.0 - level);
  const double nearest = std::round(count);
  return std::abs(count - nearest) <= 1e-12 * static_cast<double>(n) ? nearest : count;
}

TailRisk tail_risk_of(std::span<double> profits, const TailLevels& levels) noexcept {
  const Tail far{profits.size(), levels.value_at_risk};
  const Tail near{profits.size(), levels.expected_shortfall};
  const std::size_t needed = std::min(profits.size(), std::max(far.whole, near.whole) + 1);
  std::partial_sort(profits.begin(), profits.begin() + static_cast<std::ptrdiff_t>(needed), profits.end());
  return {-profits[far.whole], shortfall_of(profits, near), -profits[near.whole]};
}

Result<double> value_at_risk(std::span<const double> profits, double level) {
  if (auto flaw = find_flaw(profits, level)) return *flaw;
  return -sorted(profits)[Tail{profits.size(), level}.whole];
}

Result<double> expected_shortfall(std::span<const double> profits, double level) {
  if (auto flaw = find_flaw(profits, level)) return *flaw;
  return shortfall_of(sorted(profits), Tail{profits.size(), level});
}

Result<double> value_at_risk_error(std::span<const double> profits, double level) {
  if (auto flaw = find_flaw(profits, level)) return *flaw;
  const std::vector<double> ascending = sorted(profits);
  const auto n = static_cast<double>(ascending.size());
  const auto rank = static_cast<double>(Tail{ascending.size(), level}.whole + 1);
  double below = 0.0;
  double mean = 0.0;
  double square = 0.0;
  const double origin = ascending[static_cast<std::size_t>(rank) - 1];  // against cancellation in the square
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const double upto = regularised_beta(rank, n - rank + 1.0, static_cast<double>(i + 1) / n);
    const double weight = upto - below;
    below = upto;
    const double value = ascending[i] - origin;
    mean += weight * value;
    square += weight * value * value;
  }
  return std::sqrt(std::max(0.0, square - mean * mean));
}

Result<double> expected_shortfall_error(std::span<const double> profits, double level) {
  if (auto flaw = find_flaw(profits, level)) return *flaw;
  const std::vector<double> ascending = sorted(profits);
  const Tail tail{ascending.size(), level};
  const auto n = static_cast<double>(ascending.size());
  double sum = 0.0;
  double square = 0.0;
  for (std::size_t i = 0; i < tail.whole; ++i) {
    const double beyond = ascending[tail.whole] - ascending[i];
    sum += beyond;
    square += beyond * beyond;
  }
  const double variance = std::max(0.0, square / n - (sum / n) * (sum / n));
  return std::sqrt(variance / n) / (1.0 - level);
}

}  // namespace plimsoll
