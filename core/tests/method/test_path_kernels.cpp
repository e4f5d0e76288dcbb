#include "plimsoll/method/monte_carlo/asian_paths.hpp"
#include "plimsoll/method/monte_carlo/weighted_sum_paths.hpp"
#include "plimsoll/method/path_kernels.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using plimsoll_kernels::AsianBlock;
using plimsoll_kernels::PairedMoments;

constexpr BlackScholes<double> model{100.0, 0.05, 0.02, 0.3};
constexpr std::uint64_t seed = 11;
constexpr std::uint64_t stream = (std::uint64_t{1} << 32U) + 4;

std::vector<InstructionSet> supported_sets() {
  std::vector<InstructionSet> found;
  for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512})
    if (is_supported(set)) found.push_back(set);
  return found;
}

/// A seasoned put with so many fixings, at uneven dates.
struct AsianColumns {
  ArithmeticAsian option{OptionType::put, 98.0, {}, 1.25, 2, 204.0};
  std::vector<double> roots, drifts;
  plimsoll_kernels::AsianTerms terms{};

  explicit AsianColumns(std::size_t count) {
    double before = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double time = std::pow(static_cast<double>(i + 1) / static_cast<double>(count), 1.5);
      option.fixings.push_back(time);
      roots.push_back(std::sqrt(time - before));
      drifts.push_back((0.05 - 0.02 - 0.045) * time);
      before = time;
    }
    double mean = 0.0;
    for (const double time : option.fixings) mean += time / static_cast<double>(count);
    const auto to_come = static_cast<double>(count);
    terms = {-1.0,
             98.0,
             1.25,
             std::exp(-0.05 * 1.25),
             option.fixings.front(),
             to_come,
             to_come + 2.0,
             204.0,
             (98.0 * (to_come + 2.0) - 204.0) / to_come,
             mean};
  }

  [[nodiscard]] AsianBlock block(std::size_t paths) const {
    return {terms,
            model.spot,
            model.rate,
            model.dividend_yield,
            model.volatility,
            option.fixings.data(),
            roots.data(),
            drifts.data(),
            option.fixings.size(),
            seed,
            stream,
            paths};
  }

  /// The same moments from the recorded path of each draw, one path at a time, and the control left out.
  [[nodiscard]] BlockSums recorded(std::size_t paths) const {
    using R = Adjoint<double>;
    RecordedModel<double> leaves(model);
    RandomStream draws(seed, stream);
    std::vector<double> normals(option.fixings.size());
    std::vector<R> path(normals.size());
    BlockSums sums;
    for (std::size_t i = 0; i < paths; ++i) {
      draws.fill_normal(normals);
      simulate<R>(leaves.parameters(), leaves.elapsed(), option.fixings, normals, path);
      const R discount = exp(-leaves.parameters().rate * (option.expiry - leaves.elapsed()));
      const auto sample =
          leaves.differentiate(discount * payoff<R>(option, path), gamma_weight(model, option.fixings[0], normals[0]));
      sums.add(sample, {}, 1);
    }
    return sums;
  }
};

TEST(PathKernels, asian_paths_and_their_derivatives_are_those_of_the_tape) {
  for (const std::size_t fixings : {1U, 3U, 16U, 37U}) {
    const AsianColumns columns(fixings);
    for (const std::size_t paths : {1U, 13U, 200U}) {
      const MonteCarloResult expected = columns.recorded(paths).result();
      for (const InstructionSet set : supported_sets()) {
        PairedMoments moments{};
        path_kernels(set).asian_block(columns.block(paths), moments);
        BlockSums sums;
        sums.add_block(static_cast<double>(paths), moments);
        const MonteCarloResult found = sums.result();
        // Sums of some hundred numbers of the size of the spot, each rounded once, and as often a draw.
        EXPECT_NEAR(found.price, expected.price, 1e-11);
        EXPECT_NEAR(found.standard_error, expected.standard_error, 1e-11);
        EXPECT_NEAR(found.greeks.delta, expected.greeks.delta, 1e-12);
        EXPECT_NEAR(found.greeks.gamma, expected.greeks.gamma, 1e-12);
        EXPECT_NEAR(found.greeks.vega, expected.greeks.vega, 1e-10);
        EXPECT_NEAR(found.greeks.theta, expected.greeks.theta, 1e-10);
        EXPECT_NEAR(found.greeks.rho, expected.greeks.rho, 1e-10);
      }
    }
  }
}

TEST(PathKernels, asian_kernel_is_the_same_template_on_double_control_included) {
  const AsianColumns columns(37);
  constexpr std::size_t paths = 300;
  RandomStream draws(seed, stream);
  std::vector<double> normals(37);
  BlockSums one_by_one;
  for (std::size_t i = 0; i < paths; ++i) {
    draws.fill_normal(normals);
    AsianPath<double> path;
    for (std::size_t k = 0; k < normals.size(); ++k)
      path.move(columns.option.fixings[k], columns.roots[k], columns.drifts[k], model.volatility, normals[k]);
    const auto sample = asian_sample<double>(columns.terms, model, path, normals[0]);
    one_by_one.add(sample.option, sample.control, 1);
  }
  const PricedGreeks control{3.0, {-0.4, 0.01, 20.0, -2.0, -30.0}};
  const MonteCarloResult expected = one_by_one.result(control);
  for (const InstructionSet set : supported_sets()) {
    PairedMoments moments{};
    path_kernels(set).asian_block(columns.block(paths), moments);
    BlockSums sums;
    sums.add_block(static_cast<double>(paths), moments);
    const MonteCarloResult found = sums.result(control);
    EXPECT_NEAR(found.price, expected.price, 1e-11);
    EXPECT_NEAR(found.variance_gain, expected.variance_gain, 1e-9 * expected.variance_gain);
    EXPECT_NEAR(found.greeks.gamma, expected.greeks.gamma, 1e-12);
    EXPECT_NEAR(found.greek_errors.vega, expected.greek_errors.vega, 1e-10);
    EXPECT_NEAR(found.greek_errors.theta, expected.greek_errors.theta, 1e-10);
  }
}

TEST(PathKernels, asian_block_gives_the_same_bits_with_avx2_and_avx512) {
  if (!is_supported(InstructionSet::avx512)) GTEST_SKIP() << "this machine has no AVX-512";
  for (const std::size_t fixings : {1U, 252U}) {
    const AsianColumns columns(fixings);
    PairedMoments narrow{};
    PairedMoments wide{};
    path_kernels(InstructionSet::avx2).asian_block(columns.block(1001), narrow);
    path_kernels(InstructionSet::avx512).asian_block(columns.block(1001), wide);
    EXPECT_TRUE(std::ranges::equal(narrow.mean_x, wide.mean_x));
    EXPECT_TRUE(std::ranges::equal(narrow.mean_y, wide.mean_y));
    EXPECT_TRUE(std::ranges::equal(narrow.xx, wide.xx));
    EXPECT_TRUE(std::ranges::equal(narrow.xy, wide.xy));
    EXPECT_TRUE(std::ranges::equal(narrow.yy, wide.yy));
  }
}

using plimsoll_kernels::draws_of;
using plimsoll_kernels::LocalVolatilityBlock;
using plimsoll_kernels::PathGradient;
using plimsoll_kernels::TermStructureBlock;

/// Columns of steps that differ from each other, and a table of volatilities.
struct Steps {
  std::vector<double> weights, drifts, deviations, lengths, table, draws;
  std::vector<std::uint32_t> rows;

  explicit Steps(std::size_t count) : draws(draws_of(count)) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = static_cast<double>(i);
      weights.push_back(i % 3 == 1 ? 0.0 : 1.0 / static_cast<double>(count));
      lengths.push_back(0.01 + 0.002 * std::cos(at));
      drifts.push_back(0.001 * std::sin(at));
      deviations.push_back(0.03 + 0.01 * std::cos(2.0 * at));
      rows.push_back(static_cast<std::uint32_t>(i * 3 / count));
    }
    for (std::size_t i = 0; i < 3 * std::size_t{7}; ++i)
      table.push_back(0.35 + 0.08 * std::sin(1.7 * static_cast<double>(i)));
  }

  [[nodiscard]] plimsoll_kernels::WeightedSum option() const {
    return {1.0, 65.0, 0.5, weights.data(), weights.size()};
  }
  [[nodiscard]] TermStructureBlock term_structure(std::size_t paths) const {
    return {option(), std::log(100.0), drifts.data(), deviations.data(), seed, stream, paths};
  }
  [[nodiscard]] LocalVolatilityBlock local_volatility(std::size_t paths) const {
    const double low = std::log(85.0);
    return {option(),       std::log(100.0), drifts.data(),
            lengths.data(), rows.data(),     {table.data(), 3, 7, low, 6.0 / (std::log(120.0) - low)},
            seed,           stream,          paths};
  }
};

/// A kernel's run with the derivatives, or without them.
struct KernelRun {
  std::vector<double> derivatives;
  PathGradient found{};

  template <class Block>
  KernelRun(InstructionSet set, void (*kernel)(const Block&, void*, PathGradient&), const Block& block, Steps& steps,
            std::size_t inputs)
      : derivatives(inputs) {
    const auto& kernels = path_kernels(set);
    void* const tape = kernels.new_tape();
    found.draws = steps.draws.data();
    found.derivatives = inputs == 0 ? nullptr : derivatives.data();
    kernel(block, tape, found);
    kernels.delete_tape(tape);
  }
};

/// The adjoint of a path with term structures written by hand, path by path on double.
std::vector<double> by_hand(const Steps& steps, std::size_t paths, double& mean) {
  const std::size_t count = steps.weights.size();
  std::vector<double> sums(1 + 2 * count, 0.0);
  std::vector<double> normals(count);
  std::vector<double> spots(count);
  RandomStream draws(seed, stream);
  mean = 0.0;
  for (std::size_t p = 0; p < paths; ++p) {
    draws.fill_normal(normals);
    double log = std::log(100.0);
    double sum = 0.5 - 65.0;
    for (std::size_t i = 0; i < count; ++i) {
      log += steps.drifts[i] + steps.deviations[i] * normals[i];
      spots[i] = steps.weights[i] * std::exp(log);
      sum += spots[i];
    }
    if (sum <= 0.0) continue;
    mean += sum / static_cast<double>(paths);
    double behind = 0.0;
    for (std::size_t i = count; i-- > 0;) {
      behind += spots[i] / static_cast<double>(paths);
      sums[1 + i] += behind;
      sums[1 + count + i] += behind * normals[i];
    }
    sums[0] += behind;
  }
  return sums;
}

TEST(PathKernels, derivatives_of_a_term_structure_are_the_adjoint_written_by_hand) {
  for (const std::size_t count : {1U, 5U, 130U}) {
    Steps steps(count);
    for (const std::size_t paths : {1U, 77U}) {
      double mean = 0.0;
      const std::vector<double> expected = by_hand(steps, paths, mean);
      for (const InstructionSet set : supported_sets()) {
        const auto kernel = path_kernels(set).term_structure_block;
        const KernelRun run(set, kernel, steps.term_structure(paths), steps, 1 + 2 * count);
        EXPECT_NEAR(run.found.mean, mean, 1e-11);
        for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(run.derivatives[i], expected[i], 1e-11) << i;
        const KernelRun price(set, kernel, steps.term_structure(paths), steps, 0);
        EXPECT_EQ(price.found.mean, run.found.mean);
        EXPECT_EQ(price.found.squares, run.found.squares);
      }
    }
  }
}

TEST(PathKernels, derivatives_under_local_volatility_are_those_of_the_tape_on_double) {
  constexpr std::size_t count = 40;
  constexpr std::size_t paths = 50;
  Steps steps(count);
  const LocalVolatilityBlock block = steps.local_volatility(paths);
  using R = Adjoint<double>;
  Tape<double> tape;
  const R log_spot = R::leaf(tape, block.log_spot);
  std::vector<R> drifts;
  std::vector<R> table;
  for (const double drift : steps.drifts) drifts.push_back(R::leaf(tape, drift));
  const std::uint32_t first = tape.mark().slots;
  for (const double volatility : steps.table) table.push_back(R::leaf(tape, volatility));
  const auto leaves = tape.mark();
  RandomStream draws(seed, stream);
  std::vector<double> normals(count);
  double mean = 0.0;
  for (std::size_t p = 0; p < paths; ++p) {
    draws.fill_normal(normals);
    const R value = local_volatility_value<R>(
        block, log_spot, [&](std::size_t i) { return drifts[i]; }, first, [&](std::size_t i) { return normals[i]; });
    mean += value.value() / paths;
    value.add_adjoint(1.0 / paths);
    tape.sweep(leaves);
    tape.rewind(leaves);
  }
  for (const InstructionSet set : supported_sets()) {
    const auto kernel = path_kernels(set).local_volatility_block;
    const KernelRun run(set, kernel, block, steps, 1 + count + 21);
    EXPECT_NEAR(run.found.mean, mean, 1e-11);
    EXPECT_NEAR(run.derivatives[0], log_spot.adjoint(), 1e-10);
    for (std::size_t i = 0; i < count; ++i) EXPECT_NEAR(run.derivatives[1 + i], drifts[i].adjoint(), 1e-10) << i;
    for (std::size_t i = 0; i < 21; ++i) EXPECT_NEAR(run.derivatives[1 + count + i], table[i].adjoint(), 1e-10) << i;
    const KernelRun price(set, kernel, block, steps, 0);
    EXPECT_NEAR(price.found.mean, run.found.mean, 1e-12);
  }
}

TEST(PathKernels, gradients_have_the_same_bits_with_avx2_and_avx512) {
  if (!is_supported(InstructionSet::avx512)) GTEST_SKIP() << "this machine has no AVX-512";
  Steps steps(100);
  const auto compare = [&](auto kernel_of, const auto& block, std::size_t inputs) {
    const KernelRun narrow(InstructionSet::avx2, kernel_of(path_kernels(InstructionSet::avx2)), block, steps, inputs);
    const KernelRun wide(InstructionSet::avx512, kernel_of(path_kernels(InstructionSet::avx512)), block, steps, inputs);
    EXPECT_EQ(narrow.found.mean, wide.found.mean);
    EXPECT_EQ(narrow.found.gamma_mean, wide.found.gamma_mean);
    EXPECT_EQ(narrow.derivatives, wide.derivatives);
  };
  compare([](const auto& k) { return k.term_structure_block; }, steps.term_structure(203), 201);
  compare([](const auto& k) { return k.local_volatility_block; }, steps.local_volatility(203), 122);
}

}  // namespace
}  // namespace plimsoll
