#pragma once

#include <cstddef>
#include <cstdint>

namespace plimsoll_kernels {

/// Which points of how many dimensions, by the tiles of their direction numbers; the last tile may be part empty.
struct SobolPoints {
  const double* tiles;
  std::size_t dimensions;
  std::uint64_t first;
  std::size_t count;
};

}  // namespace plimsoll_kernels
