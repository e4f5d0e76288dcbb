// Compiled once for each instruction set, as kernels.cpp.
#include "plimsoll/method/path_kernels.hpp"

#include "lanes.hpp"
#include "plimsoll/method/monte_carlo/asian_paths.hpp"
#include "plimsoll/method/monte_carlo/heston_paths.hpp"
#include "plimsoll/method/monte_carlo/weighted_sum_paths.hpp"
#include "plimsoll/numerics/lane_draws.hpp"
#include "plimsoll/real/batch_math.hpp"

namespace plimsoll {
namespace {

namespace kernel = plimsoll_kernels;
constexpr std::size_t pass_groups = 8;  // of eight paths, that draw their numbers together
constexpr std::size_t pass_pairs = 8;   // of draws of each path, in one pass
constexpr std::size_t pass_values = pass_groups * 2 * pass_pairs * lanes;

/// Moments of `count` pairs, gathered lane by lane and added up in the order of the lanes. What stands beyond the
/// count, up to a whole lane, is overwritten.
void gather_pairs(double* x, double* y, std::size_t count, kernel::PairedMoments& moments,
                  std::size_t measure) noexcept {
  const std::size_t padded = (count + lanes - 1) / lanes * lanes;
  for (std::size_t i = count; i < padded; ++i) x[i] = y[i] = 0.0;
  Lane sum_x{0.0};
  Lane sum_y{0.0};
  for (std::size_t i = 0; i < count; i += lanes) {
    sum_x += Lane::load(x + i);
    sum_y += Lane::load(y + i);
  }
  const double mean_x = total(sum_x) / static_cast<double>(count);
  const double mean_y = total(sum_y) / static_cast<double>(count);
  for (std::size_t i = count; i < padded; ++i) {  // deviates by nothing
    x[i] = mean_x;
    y[i] = mean_y;
  }
  Lane xx{0.0};
  Lane xy{0.0};
  Lane yy{0.0};
  for (std::size_t i = 0; i < count; i += lanes) {
    const Lane dx = Lane::load(x + i) - mean_x;
    const Lane dy = Lane::load(y + i) - mean_y;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  moments.mean_x[measure] = mean_x;
  moments.mean_y[measure] = mean_y;
  moments.xx[measure] = total(xx);
  moments.xy[measure] = total(xy);
  moments.yy[measure] = total(yy);
}

/// Samples of a block, a row for each measure.
using Rows = double[kernel::measure_count][kernel::most_paths];

void store(const PathSample<Lane>& sample, Rows& rows, std::size_t at) noexcept {
  sample.price.store(rows[0] + at);
  sample.delta.store(rows[1] + at);
  sample.gamma.store(rows[2] + at);
  sample.vega.store(rows[3] + at);
  sample.theta.store(rows[4] + at);
  sample.rho.store(rows[5] + at);
}

/// Moves `groups` lanes of paths along all fixings; `first` are the draws of the first one.
void move_asians(const kernel::AsianBlock& b, const LaneDraws<lanes>& draws, std::size_t path, std::size_t groups,
                 AsianPath<Lane>* moved, Lane* first) noexcept {
  alignas(64) double normals[pass_values];
  alignas(64) double widths[pass_values];
  for (std::size_t g = 0; g < groups; ++g) moved[g] = AsianPath<Lane>{};
  for (std::size_t pair = 0; pair < draws.pairs(); pair += pass_pairs) {
    const std::size_t pairs = draws.pairs() - pair < pass_pairs ? draws.pairs() - pair : pass_pairs;
    const std::size_t stride = 2 * pairs * lanes;
    for (std::size_t g = 0; g < groups; ++g) draws.fill_uniform(path + g * lanes, pair, pairs, normals + g * stride);
    normals_of_uniforms<lanes>(normals, widths, groups * stride);
    const std::size_t end = 2 * (pair + pairs) < b.fixings ? 2 * (pair + pairs) : b.fixings;
    for (std::size_t g = 0; g < groups; ++g) {
      const double* normal = normals + g * stride;
      if (pair == 0) first[g] = Lane::load(normal);
      AsianPath<Lane> way = moved[g];
      for (std::size_t i = 2 * pair; i < end; ++i, normal += lanes)
        way.move(b.times[i], b.roots[i], b.drifts[i], b.volatility, Lane::load(normal));
      moved[g] = way;
    }
  }
}

PLIMSOLL_FLATTEN void asian_block(const kernel::AsianBlock& block, kernel::PairedMoments& moments) noexcept {
  alignas(64) Rows options;
  alignas(64) Rows controls;
  const BlackScholes<double> model{block.spot, block.rate, block.dividend_yield, block.volatility};
  const LaneDraws<lanes> draws(block.seed, block.stream, block.fixings);
  AsianPath<Lane> moved[pass_groups];
  Lane first[pass_groups];
  for (std::size_t path = 0; path < block.paths; path += pass_groups * lanes) {
    const std::size_t left = (block.paths - path + lanes - 1) / lanes;
    const std::size_t groups = left < pass_groups ? left : pass_groups;
    move_asians(block, draws, path, groups, moved, first);
    for (std::size_t g = 0; g < groups; ++g) {
      const AsianSample<Lane> sample = asian_sample<Lane>(block.terms, model, moved[g], first[g]);
      store(sample.option, options, path + g * lanes);
      store(sample.control, controls, path + g * lanes);
    }
  }
  for (std::size_t m = 0; m < kernel::measure_count; ++m)
    gather_pairs(options[m], controls[m], block.paths, moments, m);
}

// NOLINTBEGIN(cppcoreguidelines-owning-memory): the table of kernels is made of plain pointers; KernelTape owns them
void* new_tape() { return new Tape<Lane>; }
void delete_tape(void* tape) noexcept { delete static_cast<Tape<Lane>*>(tape); }
// NOLINTEND(cppcoreguidelines-owning-memory)
std::size_t tape_bytes(const void* tape) noexcept { return static_cast<const Tape<Lane>*>(tape)->bytes(); }

/// The normal draws of one lane of paths, step by step; the rest of the memory is for the passes.
void fill_draws(const LaneDraws<lanes>& draws, std::size_t path, double* to) noexcept {
  constexpr std::size_t pairs_of_a_pass = pass_values / (2 * lanes);
  double* const widths = to + draws.pairs() * 2 * lanes;
  for (std::size_t pair = 0; pair < draws.pairs(); pair += pairs_of_a_pass) {
    const std::size_t left = draws.pairs() - pair;
    const std::size_t pairs = left < pairs_of_a_pass ? left : pairs_of_a_pass;
    double* const here = to + pair * 2 * lanes;
    draws.fill_uniform(path, pair, pairs, here);
    normals_of_uniforms<lanes>(here, widths, pairs * 2 * lanes);
  }
}

/// Ones for the first `count` lanes, zeros for the others.
Lane lanes_in_use(std::size_t count) noexcept {
  double ones[lanes];
  for (std::size_t k = 0; k < lanes; ++k) ones[k] = k < count ? 1.0 : 0.0;
  return Lane::load(ones);
}

/// Runs `value` on every lane of paths of a block and gathers what it says.
template <class Block, class Value>
void gather_paths(const Block& b, kernel::PathGradient& out, const Value& value) {
  alignas(64) double amounts[kernel::most_paths];
  const LaneDraws<lanes> draws(b.seed, b.stream, b.option.steps);
  Lane sum{0.0};
  for (std::size_t path = 0; path < b.paths; path += lanes) {
    fill_draws(draws, path, out.draws);
    const Lane used = lanes_in_use(b.paths - path);
    const Lane amount = value(used);
    amount.store(amounts + path);
    sum = multiply_add(amount, used, sum);
  }
  out.mean = total(sum) / static_cast<double>(b.paths);
  out.squares = 0.0;
  for (std::size_t i = 0; i < b.paths; ++i) out.squares += (amounts[i] - out.mean) * (amounts[i] - out.mean);
}

/// A column of numbers as leaves of a tape that follow each other.
struct LeafColumn {
  Tape<Lane>* tape;
  const double* values;
  std::uint32_t first;

  LeafColumn(Tape<Lane>& on, const double* from, std::size_t count) : tape(&on), values(from), first(on.mark().slots) {
    for (std::size_t i = 0; i < count; ++i) on.add_leaf();
  }

  Adjoint<Lane> operator()(std::size_t i) const noexcept {
    return Adjoint<Lane>::leaf_at(*tape, first + static_cast<std::uint32_t>(i), Lane{values[i]});
  }
};

/// Runs a block on a tape: `record` gives the amount of one lane of paths as a recorded number.
template <class Block, class Record>
void differentiate_paths(const Block& b, Tape<Lane>& tape, kernel::PathGradient& out, const Record& record) {
  const auto leaves = tape.mark();
  Lane deltas{0.0};
  Lane gammas{0.0};
  gather_paths(b, out, [&](const Lane& used) {
    const Adjoint<Lane> amount = record();
    const Lane value = amount.value();
    amount.add_adjoint(used);
    tape.sweep(leaves);
    tape.rewind(leaves);
    const Lane delta = tape.take_adjoint(0);
    deltas += delta;
    gammas = multiply_add(delta, Lane::load(out.draws), gammas);
    return value;
  });
  const auto share = 1.0 / static_cast<double>(b.paths);
  out.gamma_mean = total(gammas) * share;
  out.derivatives[0] = total(deltas) * share;
  for (std::uint32_t i = 1; i < leaves.slots; ++i) out.derivatives[i] = total(tape.take_adjoint(i)) * share;
}

PLIMSOLL_FLATTEN void term_structure_price(const kernel::TermStructureBlock& b, kernel::PathGradient& out) {
  gather_paths(b, out, [&](const Lane&) {
    return term_structure_value<Lane>(
        b.option, Lane{b.log_spot}, [&](std::size_t i) { return Lane{b.drifts[i]}; },
        [&](std::size_t i) { return Lane{b.deviations[i]}; },
        [&](std::size_t i) { return Lane::load(out.draws + i * lanes); });
  });
}

PLIMSOLL_FLATTEN void term_structure_block(const kernel::TermStructureBlock& b, void* memory,
                                           kernel::PathGradient& out) {
  if (out.derivatives == nullptr) {
    term_structure_price(b, out);
    return;
  }
  auto& tape = *static_cast<Tape<Lane>*>(memory);
  tape.rewind({});
  const auto log_spot = Adjoint<Lane>::leaf(tape, Lane{b.log_spot});
  const LeafColumn drifts(tape, b.drifts, b.option.steps);
  const LeafColumn deviations(tape, b.deviations, b.option.steps);
  differentiate_paths(b, tape, out, [&] {
    return term_structure_value<Adjoint<Lane>>(b.option, log_spot, drifts, deviations,
                                               [&](std::size_t i) { return Lane::load(out.draws + i * lanes); });
  });
}

PLIMSOLL_FLATTEN void local_volatility_price(const kernel::LocalVolatilityBlock& b, kernel::PathGradient& out) {
  gather_paths(b, out, [&](const Lane&) {
    return local_volatility_value<Lane>(
        b, Lane{b.log_spot}, [&](std::size_t i) { return Lane{b.drifts[i]}; }, 0,
        [&](std::size_t i) { return Lane::load(out.draws + i * lanes); });
  });
}

PLIMSOLL_FLATTEN void local_volatility_block(const kernel::LocalVolatilityBlock& b, void* memory,
                                             kernel::PathGradient& out) {
  if (out.derivatives == nullptr) {
    local_volatility_price(b, out);
    return;
  }
  auto& tape = *static_cast<Tape<Lane>*>(memory);
  tape.rewind({});
  const auto log_spot = Adjoint<Lane>::leaf(tape, Lane{b.log_spot});
  const LeafColumn drifts(tape, b.drifts, b.option.steps);
  const LeafColumn table(tape, b.table.volatilities, b.table.rows * b.table.columns);
  differentiate_paths(b, tape, out, [&] {
    return local_volatility_value<Adjoint<Lane>>(b, log_spot, drifts, table.first,
                                                 [&](std::size_t i) { return Lane::load(out.draws + i * lanes); });
  });
}

/// Mean and squared deviations of `count` samples.
void gather_samples(double* samples, std::size_t count, double& mean, double& squares) noexcept {
  const std::size_t padded = (count + lanes - 1) / lanes * lanes;
  for (std::size_t i = count; i < padded; ++i) samples[i] = 0.0;
  Lane sum{0.0};
  for (std::size_t i = 0; i < count; i += lanes) sum += Lane::load(samples + i);
  mean = total(sum) / static_cast<double>(count);
  for (std::size_t i = count; i < padded; ++i) samples[i] = mean;
  Lane deviations{0.0};
  for (std::size_t i = 0; i < count; i += lanes) {
    const Lane deviation = Lane::load(samples + i) - mean;
    deviations += deviation * deviation;
  }
  squares = total(deviations);
}

template <std::size_t assets>
PLIMSOLL_FLATTEN void worst_of_assets(const kernel::WorstOfBlock& block, kernel::WorstOfMoments& moments) noexcept {
  constexpr std::size_t steps_of_a_pass = pass_values / (2 * assets * lanes);
  alignas(64) double normals[pass_values];
  alignas(64) double widths[pass_values];
  alignas(64) double samples[1 + assets][kernel::most_paths];
  const LaneDraws<lanes> draws(block.seed, block.stream, 2 * assets * block.steps);
  for (std::size_t path = 0; path < block.paths; path += lanes) {
    HestonPath<Lane, assets> way(block);
    for (std::size_t step = 0; step < block.steps; step += steps_of_a_pass) {
      const std::size_t left = block.steps - step;
      const std::size_t steps = left < steps_of_a_pass ? left : steps_of_a_pass;
      draws.fill_uniform(path, step * assets, steps * assets, normals);
      normals_of_uniforms<lanes>(normals, widths, steps * 2 * assets * lanes);
      for (std::size_t i = 0; i < steps; ++i) {
        const double* const drawn = normals + i * 2 * assets * lanes;
        way.move(block, [drawn](std::size_t k) { return Lane::load(drawn + k * lanes); });
      }
    }
    const WorstOfSample<Lane, assets> sample(block, way);
    sample.amount.store(samples[0] + path);
    for (std::size_t a = 0; a < assets; ++a) sample.by_log_spot[a].store(samples[1 + a] + path);
  }
  for (std::size_t m = 0; m <= assets; ++m)
    gather_samples(samples[m], block.paths, moments.mean[m], moments.squares[m]);
}

void worst_of_block(const kernel::WorstOfBlock& block, kernel::WorstOfMoments& moments) noexcept {
  using Kernel = void (*)(const kernel::WorstOfBlock&, kernel::WorstOfMoments&) noexcept;
  constexpr Kernel kernels[kernel::most_assets] = {worst_of_assets<1>, worst_of_assets<2>, worst_of_assets<3>,
                                                   worst_of_assets<4>, worst_of_assets<5>, worst_of_assets<6>};
  kernels[block.assets - 1](block, moments);
}

}  // namespace

extern const plimsoll_kernels::PathKernels path_table;  // declared again by core/src/method/path_kernels.cpp
const plimsoll_kernels::PathKernels path_table{
    asian_block, new_tape, delete_tape, tape_bytes, term_structure_block, local_volatility_block, worst_of_block};

}  // namespace plimsoll
