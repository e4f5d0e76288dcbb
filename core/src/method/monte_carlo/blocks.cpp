#include "plimsoll/method/monte_carlo/blocks.hpp"

#include <algorithm>

namespace plimsoll {

std::vector<Block> split(const MonteCarlo& method) {
  const auto paths = static_cast<std::size_t>(method.paths);
  std::vector<Block> blocks;
  blocks.reserve((paths + paths_per_block - 1) / paths_per_block);
  for (std::size_t done = 0; done < paths; done += paths_per_block) {
    blocks.push_back({method.seed, blocks.size(), std::min(paths_per_block, paths - done)});
  }
  return blocks;
}

}  // namespace plimsoll
