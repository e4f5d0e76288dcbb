#include "plimsoll/numerics/brownian_bridge.hpp"

#include <cmath>
#include <queue>
#include <string>

namespace plimsoll {

namespace {

/// Points first to last that are not settled yet, both ends included, between settled ones.
struct Gap {
  std::size_t first, last;
  double width;
  bool operator<(const Gap& other) const noexcept {
    return width != other.width ? width < other.width : first > other.first;  // of equal ones the earlier
  }
};

}  // namespace

Result<BrownianBridge> BrownianBridge::on(std::span<const double> times) {
  const auto flaw = [](std::string value) {
    return Error{ErrorCode::invalid_value, "times", std::move(value), "finite times that rise from above zero",
                 "sort the times and leave the first out if it is zero"};
  };
  if (times.empty()) return flaw("none");
  for (std::size_t i = 0; i < times.size(); ++i)
    if (!(times[i] > (i == 0 ? 0.0 : times[i - 1]) && std::isfinite(times[i])))
      return flaw(text_of(times[i]) + " at place " + std::to_string(i));
  const std::size_t last = times.size() - 1;
  const auto time_of = [&](std::size_t left) { return left == 0 ? 0.0 : times[left - 1]; };
  std::vector<Step> steps{{last, 0, last, 0.0, 0.0, std::sqrt(times[last])}};
  std::priority_queue<Gap> gaps;
  const auto open = [&](std::size_t first, std::size_t end) {  // points first to end - 1
    if (first < end) gaps.push({first, end - 1, times[end] - time_of(first)});
  };
  open(0, last);
  while (!gaps.empty()) {
    const Gap gap = gaps.top();
    gaps.pop();
    const std::size_t place = gap.first + (gap.last - gap.first) / 2;
    const std::size_t right = gap.last + 1;
    const double before = times[place] - time_of(gap.first);
    const double after = times[right] - times[place];
    const double width = before + after;
    steps.push_back({place, gap.first, right, after / width, before / width, std::sqrt(before * after / width)});
    open(gap.first, place);
    open(place + 1, right);
  }
  std::vector<double> roots(times.size());
  for (std::size_t i = 0; i < roots.size(); ++i) roots[i] = std::sqrt(times[i] - time_of(i));
  return BrownianBridge(std::move(steps), std::move(roots));
}

void BrownianBridge::build(std::span<const double> normals, std::span<double> path) const noexcept {
  path[steps_[0].place] = steps_[0].deviation * normals[0];
  for (std::size_t i = 1; i < steps_.size(); ++i) {
    const Step& s = steps_[i];
    const double left = s.left == 0 ? 0.0 : path[s.left - 1];
    path[s.place] = s.left_weight * left + s.right_weight * path[s.right] + s.deviation * normals[i];
  }
}

void BrownianBridge::build_increments(std::span<const double> normals, std::span<double> increments) const noexcept {
  build(normals, increments);
  for (std::size_t i = increments.size(); i-- > 1;)
    increments[i] = (increments[i] - increments[i - 1]) / step_roots_[i];
  increments[0] /= step_roots_[0];
}

}  // namespace plimsoll
