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

/// All batches so far, added up in their order: one pair of moments for each quantity, a batch with its paths as
/// weight.
struct BatchTotals {
  std::vector<CoMoments> quantities;
  std::size_t batches = 0;
  std::size_t tape_bytes = 0;  // of the largest tape

  void add(const BatchMeans& batch) {
    quantities.resize(batch.means.size());
    const auto weight = static_cast<double>(batch.paths);
    for (std::size_t i = 0; i < quantities.size(); ++i)
      quantities[i].merge({.count = weight, .mean_x = batch.means[i]});
    ++batches;
    tape_bytes = std::max(tape_bytes, batch.tape_bytes);
  }

  /// The mean of a quantity, and its standard error from how the batches differ: the weighted squares have one variance
  /// of a path for each batch but one.
  /// Limits: one batch has no standard error: zero.
  [[nodiscard]] Estimate estimate(std::size_t quantity) const {
    const CoMoments& all = quantities[quantity];
    if (batches < 2) return {all.mean_x, 0.0};
    return {all.mean_x, std::sqrt(all.xx / static_cast<double>(batches - 1) / all.count)};
  }
};

/// Runs `work` for runs of batches, each with what `begin` makes for it, on so many threads. Batch and stream are one
/// number, so the results do not depend on the threads; the memory does not depend on the number of paths.
template <class Begin, class Work>
BatchTotals run_batches(const MonteCarlo& method, const Begin& begin, const Work& work) {
  constexpr std::size_t batches_of_a_tape = 8;
  constexpr std::size_t batches_of_a_wave = 256;
  const auto paths = static_cast<std::size_t>(method.paths);
  const std::size_t size = paths_of_a_batch(paths);
  const std::size_t count = (paths + size - 1) / size;
  BatchTotals totals;
  for (std::size_t start = 0; start < count; start += batches_of_a_wave) {
    std::vector<BatchMeans> wave(std::min(batches_of_a_wave, count - start));
    parallel_blocks(wave.size(), batches_of_a_tape, method.threads, [&](std::size_t first, std::size_t last) {
      auto state = begin();
      for (std::size_t i = first; i < last; ++i) {
        wave[i].paths = std::min(size, paths - (start + i) * size);
        work(state, start + i, wave[i]);
      }
    });
    for (const BatchMeans& batch : wave) totals.add(batch);
  }
  return totals;
}

}  // namespace plimsoll
