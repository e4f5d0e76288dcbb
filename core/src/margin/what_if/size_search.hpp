#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/what_if/change.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace plimsoll::margin {

/// An account with some quantity of a trade: its excess, and dollars that no excess there can pass. Between two starts
/// of pieces the bound is concave in the quantity.
struct SizePoint {
  Money excess;
  double bound = 0.0;
};

/// The largest quantity from 0 to the limit with an excess of 0 or more; `starts` are the first quantities of pieces.
Result<LargestSize> largest_size(const std::function<Result<SizePoint>(std::int64_t)>& evaluate,
                                 std::vector<std::int64_t> starts, std::int64_t limit);

}  // namespace plimsoll::margin
