#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace plimsoll {

/// Calls body(begin, end) for consecutive blocks of 0 .. count - 1, each block once, on up to `threads` threads, this
/// one among them. Blocks do not depend on the number of threads; which thread takes which one, and when, is not fixed.
/// Limits: `body` must not throw; threads < 1 counts as 1.
template <class Body>
void parallel_blocks(std::size_t count, std::size_t block_size, std::int64_t threads, const Body& body) {
  const std::size_t blocks = (count + block_size - 1) / block_size;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t block = next.fetch_add(1); block < blocks; block = next.fetch_add(1))
      body(block * block_size, std::min((block + 1) * block_size, count));
  };
  const auto helpers =
      std::min(static_cast<std::size_t>(std::max<std::int64_t>(threads, 1)), std::max(blocks, std::size_t{1})) - 1;
  std::vector<std::jthread> pool;
  pool.reserve(helpers);
  for (std::size_t i = 0; i < helpers; ++i) pool.emplace_back(work);
  work();
}

}  // namespace plimsoll
