#pragma once

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/method/path_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

// Batches of paths that are differentiated together; inside the floor of methods.
namespace plimsoll {

/// A tape of the chosen instruction set.
class KernelTape {
 public:
  KernelTape()
      : kernels_(&path_kernels(chosen_instruction_set())), tape_(kernels_->new_tape(), kernels_->delete_tape) {}

  [[nodiscard]] const plimsoll_kernels::PathKernels& kernels() const noexcept { return *kernels_; }
  [[nodiscard]] void* get() const noexcept { return tape_.get(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return kernels_->tape_bytes(tape_.get()); }

 private:
  const plimsoll_kernels::PathKernels* kernels_;
  std::unique_ptr<void, void (*)(void*) noexcept> tape_;
};

/// What one batch says: its paths, and the mean of each quantity over them.
struct BatchMeans {
  std::size_t paths = 0;
  std::size_t tape_bytes = 0;
  std::vector<double> means;
};

/// Paths of a batch: a full block of the kernel, or less where that would leave fewer than 32 batches.
inline std::size_t paths_of_a_batch(std::size_t paths) noexcept {
  return std::clamp<std::size_t>((paths / 32 + 7) / 8 * 8, 64, plimsoll_kernels::most_paths);
}

/// Runs `work` for runs of batches, each with what `begin` makes for it, on so many threads. Batch and stream are one
/// number, so the results do not depend on the threads.
template <class Begin, class Work>
std::vector<BatchMeans> run_batches(const MonteCarlo& method, const Begin& begin, const Work& work) {
  constexpr std::size_t batches_of_a_tape = 8;
  const auto paths = static_cast<std::size_t>(method.paths);
  const std::size_t size = paths_of_a_batch(paths);
  std::vector<BatchMeans> batches((paths + size - 1) / size);
  parallel_blocks(batches.size(), batches_of_a_tape, method.threads, [&](std::size_t first, std::size_t last) {
    auto state = begin();
    for (std::size_t i = first; i < last; ++i) {
      batches[i].paths = std::min(size, paths - i * size);
      work(state, i, batches[i]);
    }
  });
  return batches;
}

/// The mean of one quantity over all batches, in their order, and its standard error from how the batches differ.
/// Limits: one batch has no standard error: zero.
inline Estimate over_batches(const std::vector<BatchMeans>& batches, std::size_t quantity) {
  double paths = 0.0;
  double sum = 0.0;
  for (const BatchMeans& batch : batches) {
    paths += static_cast<double>(batch.paths);
    sum += static_cast<double>(batch.paths) * batch.means[quantity];
  }
  const double mean = sum / paths;
  double squares = 0.0;
  for (const BatchMeans& batch : batches) {
    const double share = static_cast<double>(batch.paths) / paths;
    squares += share * share * (batch.means[quantity] - mean) * (batch.means[quantity] - mean);
  }
  const auto count = static_cast<double>(batches.size());
  return {mean, batches.size() < 2 ? 0.0 : std::sqrt(squares * count / (count - 1.0))};
}

}  // namespace plimsoll
