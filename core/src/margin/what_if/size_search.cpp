#include "size_search.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace plimsoll::margin {

namespace {

// A bound that many quantities pass and none of them meets would be a search without end.
constexpr std::int64_t most_evaluations = 20'000;

/// Evaluates each quantity once; the first refusal ends the search.
class Evaluator {
 public:
  explicit Evaluator(const std::function<Result<SizePoint>(std::int64_t)>& evaluate) : evaluate_(evaluate) {}

  SizePoint at(std::int64_t quantity) {
    const auto known = points_.find(quantity);
    if (known != points_.end()) return known->second;
    if (flaw_) return {};
    if (count() >= most_evaluations) {
      flaw_ = Error{ErrorCode::not_converged, "quantity", std::to_string(quantity),
                    "an answer within " + std::to_string(most_evaluations) + " quantities", "give a lower limit"};
      return {};
    }
    auto found = evaluate_(quantity);
    if (!found) {
      flaw_ = found.error();
      return {};
    }
    points_.emplace(quantity, *found);
    return *found;
  }

  [[nodiscard]] bool allows(std::int64_t quantity) { return at(quantity).bound >= 0.0; }
  [[nodiscard]] bool bears(std::int64_t quantity) { return at(quantity).excess >= Money{}; }
  [[nodiscard]] const std::optional<Error>& flaw() const noexcept { return flaw_; }
  [[nodiscard]] std::int64_t count() const noexcept { return static_cast<std::int64_t>(points_.size()); }

 private:
  const std::function<Result<SizePoint>(std::int64_t)>& evaluate_;
  std::map<std::int64_t, SizePoint> points_;
  std::optional<Error> flaw_;
};

/// A quantity of the piece where the bound is greatest, by thirds: a concave bound rises before it and falls after it.
std::int64_t peak(Evaluator& points, std::int64_t low, std::int64_t high) {
  while (high - low > 2 && !points.flaw()) {
    const std::int64_t third = (high - low) / 3;
    if (points.at(low + third).bound < points.at(high - third).bound)
      low += third;
    else
      high -= third;
  }
  std::int64_t best = low;
  for (std::int64_t quantity = low; quantity <= high; ++quantity)
    if (points.at(quantity).bound > points.at(best).bound) best = quantity;
  return best;
}

/// The largest quantity of a piece that is borne, if one is.
std::optional<std::int64_t> largest_of_piece(Evaluator& points, std::int64_t low, std::int64_t high) {
  std::int64_t allowed = points.allows(low) ? low : high;
  if (!points.allows(allowed)) allowed = peak(points, low, high);
  if (!points.allows(allowed)) return std::nullopt;
  std::int64_t beyond = high + 1;
  if (points.allows(high)) allowed = high;
  while (beyond - allowed > 1) {
    const std::int64_t middle = allowed + (beyond - allowed) / 2;
    (points.allows(middle) ? allowed : beyond) = middle;
  }
  for (std::int64_t quantity = allowed; quantity >= low && points.allows(quantity) && !points.flaw(); --quantity)
    if (points.bears(quantity)) return quantity;
  return std::nullopt;
}

}  // namespace

Result<LargestSize> largest_size(const std::function<Result<SizePoint>(std::int64_t)>& evaluate,
                                 std::vector<std::int64_t> starts, std::int64_t limit) {
  Evaluator points(evaluate);
  starts.push_back(0);
  starts.push_back(1);
  std::erase_if(starts, [&](std::int64_t start) { return start < 0 || start > limit; });
  std::ranges::sort(starts, std::greater<>{});
  std::int64_t high = limit;
  for (const std::int64_t low : starts) {
    if (low > high) continue;
    const auto found = largest_of_piece(points, low, high);
    if (points.flaw()) return *points.flaw();
    if (found) {
      const bool at_limit = *found == limit;
      LargestSize size{*found, points.at(*found).excess, {}, at_limit, 0};
      if (!at_limit) size.next_excess = points.at(*found + 1).excess;
      if (points.flaw()) return *points.flaw();
      size.evaluations = points.count();
      return size;
    }
    high = low - 1;
  }
  return Error{ErrorCode::invalid_value, "excess", points.at(0).excess.text(),
               "0 or more at some quantity up to " + std::to_string(limit),
               "pay in, or close positions first: no quantity of this trade can be borne"};
}

}  // namespace plimsoll::margin
