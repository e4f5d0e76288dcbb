#include "plimsoll/numerics/philox.hpp"

#include "plimsoll/numerics/normal.hpp"

#include <bit>
#include <cstddef>

namespace plimsoll {

double uniform_from_bits(std::uint64_t bits) noexcept {
  constexpr std::uint64_t exponent_of_one = 0x3FF0000000000000U;
  return std::bit_cast<double>((bits >> 12U) | exponent_of_one) - (1.0 - 0x1p-53);
}

void RandomStream::fill_uniform(std::span<double> draws) noexcept {
  const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
  const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32U); };
  for (std::size_t i = 0; i < draws.size(); i += 2, ++counter_) {
    const auto words =
        philox4x32_10({low(counter_), high(counter_), low(stream_), high(stream_)}, {low(seed_), high(seed_)});
    draws[i] = uniform_from_bits(std::uint64_t{words[0]} << 32U | words[1]);
    if (i + 1 < draws.size()) draws[i + 1] = uniform_from_bits(std::uint64_t{words[2]} << 32U | words[3]);
  }
}

void RandomStream::fill_normal(std::span<double> draws) noexcept {
  fill_uniform(draws);
  for (double& draw : draws) draw = normal_quantile(draw);
}

}  // namespace plimsoll
