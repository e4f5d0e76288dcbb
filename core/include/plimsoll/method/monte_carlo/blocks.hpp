#pragma once

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/path_sample.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace plimsoll {

/// Paths in a full block. It is part of what the seed means: another size gives other random numbers.
inline constexpr std::size_t paths_per_block = 1024;

/// A share of the paths. Its number alone selects its random stream.
struct Block {
  std::uint64_t seed = 0;
  std::uint64_t number = 0;
  std::size_t paths = 0;
};

/// The paths of a simulation in blocks of fixed size; the last one may be smaller.
std::vector<Block> split(const MonteCarlo& method);

/// Runs `run_block` on every block, on so many threads, and adds up in the order of the blocks: the same bits for any
/// number of threads.
/// Limits: `run_block` touches nothing that is shared and does not throw.
template <std::invocable<const Block&> RunBlock>
BlockSums run_blocks(const MonteCarlo& method, const RunBlock& run_block) {
  const std::vector<Block> blocks = split(method);
  std::vector<BlockSums> sums(blocks.size());
  parallel_blocks(blocks.size(), 1, method.threads,
                  [&](std::size_t i, std::size_t) { sums[i] = run_block(blocks[i]); });
  BlockSums total;
  for (const BlockSums& part : sums) total.merge(part);
  return total;
}

}  // namespace plimsoll
