// Compiled once for each instruction set, as kernels.cpp.
#include "plimsoll/method/grid_kernels.hpp"

#include "lanes.hpp"
#include "plimsoll/method/pde/heston_plane.hpp"
#include "plimsoll/method/pde/plane_sweep.hpp"
#include "plimsoll/method/pde/put_sweep.hpp"
#include "plimsoll/real/batch_math.hpp"

namespace plimsoll {
namespace {

namespace kernel = plimsoll_kernels;

constexpr std::size_t groups_in_flight = 2;

std::size_t line_memory(const kernel::LinePlan& plan) noexcept {
  return groups_in_flight * PutSweep<Lane>::size(plan.nodes) * sizeof(Lane) + alignof(Lane);
}

/// Two lanes of options side by side; a call is the put on cash paid in shares. Rows beyond the last repeat it.
PLIMSOLL_FLATTEN void line_book(const kernel::EuropeanBook& b, const kernel::LinePlan& plan, void* memory,
                                double* price) noexcept {
  Lane* const aligned = aligned_lanes(memory);
  constexpr std::size_t width = groups_in_flight * lanes;
  for (std::size_t start = 0; start < b.count; start += width) {
    PutSweep<Lane> groups[groups_in_flight];
    Lane years[groups_in_flight];
    Lane unit[groups_in_flight];
    for (std::size_t g = 0; g < groups_in_flight; ++g) {
      const std::size_t first = start + g * lanes;
      const std::size_t at = first < b.count ? first : start;
      const std::size_t left = b.count - at < lanes ? b.count - at : lanes;
      const auto load = [at, left](const double* from) { return load_some(from + at, left); };
      const Lane spot = load(b.spot);
      const Lane strike = load(b.strike);
      const Lane rate = load(b.rate);
      const Lane yield = load(b.dividend_yield);
      const auto is_call = load(b.side) > 0.0;
      years[g] = load(b.years);
      unit[g] = select(is_call, spot, strike);
      groups[g] = PutSweep<Lane>(aligned + g * PutSweep<Lane>::size(plan.nodes), plan.nodes);
      groups[g].lay({select(is_call, strike, spot), select(is_call, yield, rate), select(is_call, rate, yield),
                     load(b.volatility)},
                    unit[g], years[g]);
    }
    march_puts<groups_in_flight>(groups, years, plan.phases, plan.steps);
    for (std::size_t g = 0; g < groups_in_flight && start + g * lanes < b.count; ++g) {
      const std::size_t first = start + g * lanes;
      store_some(unit[g] * groups[g].values[plan.nodes / 2], price + first,
                 b.count - first < lanes ? b.count - first : lanes);
    }
  }
}

std::size_t plane_memory(const kernel::PlanePlan& plan) noexcept {
  return (PlaneSweep<Lane>::size(plan.rows, plan.columns) + plan.rows + plan.columns) * sizeof(Lane) + alignof(Lane);
}

/// Weights of the cubic through four nodes of one lane at a place; gives back the first of them.
std::size_t cubic_weights(const Lane* nodes, std::size_t count, std::size_t lane, double place,
                          double* weights) noexcept {
  std::size_t first = 0;
  while (first + 4 < count && nodes[first + 2][lane] <= place) ++first;
  for (std::size_t a = 0; a < 4; ++a) {
    weights[a] = 1.0;
    for (std::size_t c = 0; c < 4; ++c)
      if (c != a) weights[a] *= (place - nodes[first + c][lane]) / (nodes[first + a][lane] - nodes[first + c][lane]);
  }
  return first;
}

/// Back from expiry, the first two steps in four implicit halves.
void march_plane(PlaneSweep<Lane>& sweep, const kernel::PlanePlan& plan, const Lane& years) noexcept {
  const auto scheme = static_cast<AlternatingScheme>(plan.scheme);
  const Lane step = years * (1.0 / static_cast<double>(plan.steps));
  sweep.prepare(AlternatingScheme::douglas, 1.0, 0.5 * step);
  for (int half = 0; half < 4; ++half) sweep.advance(plan.exercises);
  sweep.prepare(scheme, usual_theta(scheme), step);
  for (std::size_t k = 2; k < plan.steps; ++k) sweep.advance(plan.exercises);
}

PLIMSOLL_FLATTEN void plane_book(const kernel::HestonBook& b, const kernel::PlanePlan& plan, void* memory,
                                 double* price) noexcept {
  Lane* const spots = aligned_lanes(memory);
  Lane* const variances = spots + plan.columns;
  for (std::size_t at = 0; at < b.count; at += lanes) {
    const std::size_t left = b.count - at < lanes ? b.count - at : lanes;
    const auto load = [at, left](const double* from) { return load_some(from + at, left); };
    const Heston<Lane> model{
        load(b.spot),           load(b.rate),          load(b.dividend_yield),         load(b.variance),
        load(b.mean_reversion), load(b.long_variance), load(b.volatility_of_variance), load(b.correlation)};
    const Lane strike = load(b.strike);
    const Lane years = load(b.years);
    PlaneSweep<Lane> sweep(variances + plan.rows, plan.rows, plan.columns);
    lay_nodes<Lane>(heston_mesh<Lane>(model, strike, years, Lane{0.0}), plan.rows, plan.columns, spots, variances);
    lay_heston<Lane, Lane>(sweep.op, model, spots, variances);
    lay_vanilla<Lane, Lane>(sweep, load(b.side), strike, spots);
    march_plane(sweep, plan, years);
    for (std::size_t k = 0; k < left; ++k) {
      double along[4];
      double across[4];
      const std::size_t i = cubic_weights(spots, plan.columns, k, model.spot[k], along);
      const std::size_t j = cubic_weights(variances, plan.rows, k, model.variance[k], across);
      double sum = 0.0;
      for (std::size_t c = 0; c < 4; ++c)
        for (std::size_t a = 0; a < 4; ++a)
          sum += across[c] * along[a] * sweep.values[(j + c) * plan.columns + i + a][k];
      price[at + k] = sum;
    }
  }
}

}  // namespace

extern const plimsoll_kernels::GridKernels grid_table;  // declared again by core/src/method/grid_kernels.cpp
const plimsoll_kernels::GridKernels grid_table{line_book, line_memory, plane_book, plane_memory};

}  // namespace plimsoll
