#include "path_draws.hpp"

#include "plimsoll/numerics/normal.hpp"

#include <string>
#include <utility>

namespace plimsoll {

Result<SobolDraws> SobolDraws::of(std::uint64_t seed, std::span<const double> times, std::size_t factors) {
  auto bridge = BrownianBridge::on(times);
  if (!bridge) return bridge.error();
  std::vector<Sobol> points;
  for (std::size_t k = 0; k < scramblings; ++k) {
    // A seed of its own for each scrambling, by a bijection of the seed and the number: Philox of both.
    const auto words = philox4x32_10({static_cast<std::uint32_t>(k), 0x5343524DU, 0, 0x4F57454FU},
                                     {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)});
    auto scrambled = Sobol::scrambled(times.size() * factors, std::uint64_t{words[0]} << 32U | words[1]);
    if (!scrambled) return scrambled.error();
    points.push_back(*std::move(scrambled));
  }
  return SobolDraws(std::move(points), *std::move(bridge), factors);
}

void SobolDraws::fill(std::size_t scrambling, std::uint64_t first, std::size_t count,
                      std::vector<double>& normals) const {
  const std::size_t times = bridge_.size();
  const std::size_t size = times * factors_;
  std::vector<double> cube(count * size);
  points_[scrambling].fill(first, cube);
  normals.resize(cube.size());
  std::vector<double> motion(times);
  std::vector<double> increments(times);
  for (std::size_t path = 0; path < count; ++path)
    for (std::size_t f = 0; f < factors_; ++f) {
      for (std::size_t t = 0; t < times; ++t) motion[t] = normal_quantile(cube[path * size + t * factors_ + f]);
      bridge_.build_increments(motion, increments);
      for (std::size_t t = 0; t < times; ++t) normals[path * size + t * factors_ + f] = increments[t];
    }
}

}  // namespace plimsoll
