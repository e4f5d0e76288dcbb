// Compiled once for each instruction set, with `plimsoll` renamed to a namespace of its own and PLIMSOLL_KERNEL_NAME to
// the name of the set. Everything that stays out of line must carry that namespace in its name:
// tests/unit/test_kernel_symbols.py.
#include "plimsoll/method/kernels.hpp"

#include "lanes.hpp"
#include "plimsoll/method/closed_form/european_steps.hpp"
#include "plimsoll/method/integral_equation/premium.hpp"
#include "plimsoll/method/monte_carlo/european_paths.hpp"
#include "plimsoll/method/tree/put_lattice.hpp"
#include "plimsoll/numerics/philox_batch.hpp"
#include "plimsoll/numerics/sobol_tiles.hpp"
#include "plimsoll/real/batch_math.hpp"
#include "plimsoll/real/batch_power.hpp"
#include "plimsoll/real/batch_trigonometry.hpp"

namespace plimsoll {
namespace {

namespace kernel = plimsoll_kernels;

template <class F>
void apply(F function, const double* from, double* to, std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) function(Lane::load(from + i)).store(to + i);
  if (i < count) store_some(function(load_some(from + i, count - i)), to + i, count - i);
}

void exponential(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return exp(x); }, from, to, count);
}
void logarithm(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return log(x); }, from, to, count);
}
void distribution(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return normal_cdf(x); }, from, to, count);
}
void density(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return normal_pdf(x); }, from, to, count);
}
void quantile(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return normal_quantile(x); }, from, to, count);
}

void exponential_less_one(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return expm1(x); }, from, to, count);
}
void logarithm_of_one_plus(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return log1p(x); }, from, to, count);
}
void sine(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return sin(x); }, from, to, count);
}
void cosine(const double* from, double* to, std::size_t count) noexcept {
  apply([](const Lane& x) { return cos(x); }, from, to, count);
}
void power(const double* first, const double* second, double* to, std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) pow(Lane::load(first + i), Lane::load(second + i)).store(to + i);
  if (i == count) return;
  store_some(pow(load_some(first + i, count - i), load_some(second + i, count - i)), to + i, count - i);
}

/// The next draws of a stream, as RandomStream orders them: two of each counter.
void uniforms(std::uint64_t seed, std::uint64_t stream, double* to, std::size_t count) noexcept {
  double first[lanes];
  for (std::size_t k = 0; k < lanes; ++k) first[k] = 0x1p52 + static_cast<double>(k);  // k in the lower bits
  BatchWords<lanes> counters = bits_of(Lane::load(first)) & BatchWords<lanes>{0xFFFFFFFF};
  for (std::size_t done = 0; done < count; done += 2 * lanes, counters = counters + BatchWords<lanes>{8}) {
    const auto pair = philox_uniforms(seed, stream, counters);
    double even[lanes];
    double odd[lanes];
    pair.first.store(even);
    pair.second.store(odd);
    if (done + 2 * lanes <= count) {
      for (std::size_t k = 0; k < lanes; ++k) {
        to[done + 2 * k] = even[k];
        to[done + 2 * k + 1] = odd[k];
      }
    } else {
      for (std::size_t k = 0; done + k < count; ++k) to[done + k] = (k % 2 == 0 ? even : odd)[k / 2];
    }
  }
}

void normals(std::uint64_t seed, std::uint64_t stream, double* to, std::size_t count) noexcept {
  uniforms(seed, stream, to, count);
  quantile(to, to, count);
}

void sobol(const kernel::SobolPoints& asked, double* points) noexcept { fill_sobol_points(asked, points); }

BlackScholes<Lane> model_at(const kernel::EuropeanBook& b, std::size_t at) noexcept {
  return {Lane::load(b.spot + at), Lane::load(b.rate + at), Lane::load(b.dividend_yield + at),
          Lane::load(b.volatility + at)};
}

/// Every measure of eight options in a row whose parts are known, or their prices alone.
template <bool certain>
void measure_lane(const kernel::EuropeanBook& b, const kernel::EuropeanResults& r, std::size_t at,
                  const EuropeanParts<Lane>& parts) noexcept {
  const Lane side = Lane::load(b.side + at);
  if (r.delta == nullptr) {
    european_price<certain>(side, parts).store(r.price + at);
    return;
  }
  const EuropeanMeasures<Lane> m = european_measures<certain>(side, Lane::load(b.years + at), model_at(b, at), parts);
  m.price.store(r.price + at);
  m.delta.store(r.delta + at);
  m.gamma.store(r.gamma + at);
  m.vega.store(r.vega + at);
  m.theta.store(r.theta + at);
  m.rho.store(r.rho + at);
}

constexpr std::size_t lanes_in_block = 16;

/// The steps after the legs for a block of lanes, `at` on.
template <bool certain>
void value_block(const kernel::EuropeanBook& book, const kernel::EuropeanResults& results, std::size_t at,
                 EuropeanParts<Lane>* parts, std::size_t count) noexcept {
  for (std::size_t k = 0; k < count; ++k) place<certain>(parts[k]);
  for (std::size_t k = 0; k < count; ++k) find_ends<certain>(parts[k]);
  for (std::size_t k = 0; k < count; ++k) ring(parts[k]);
  for (std::size_t k = 0; k < count; ++k) weigh(parts[k]);
  for (std::size_t k = 0; k < count; ++k) measure_lane<certain>(book, results, at + k * lanes, parts[k]);
}

/// Whole lanes of options, step by step for a block that stays in the nearest cache.
void value_lanes(const kernel::EuropeanBook& book, const kernel::EuropeanResults& results) noexcept {
  EuropeanParts<Lane> parts[lanes_in_block];
  for (std::size_t begin = 0; begin < book.count; begin += lanes_in_block * lanes) {
    const std::size_t left = (book.count - begin) / lanes;
    const std::size_t in_block = left < lanes_in_block ? left : lanes_in_block;
    Lane least{1.0};
    Lane most{1.0};
    for (std::size_t k = 0; k < in_block; ++k) {
      const std::size_t at = begin + k * lanes;
      parts[k] = european_legs<Lane>(Lane::load(book.strike + at), Lane::load(book.years + at), model_at(book, at));
      least = min(least, min(parts[k].asset, min(parts[k].cash, parts[k].deviation)));
      most = max(most, max(parts[k].asset, parts[k].cash));
    }
    // A block where something is left to chance everywhere need not ask for it: the answers are the same. The ratio of
    // any two of these legs is a normal number.
    if (!any(least < Lane{1e-150}) && !any(most > Lane{1e150}))
      value_block<true>(book, results, begin, parts, in_block);
    else
      value_block<false>(book, results, begin, parts, in_block);
  }
}

PLIMSOLL_FLATTEN void european_book(const kernel::EuropeanBook& book, const kernel::EuropeanResults& results) noexcept {
  const std::size_t whole = book.count / lanes * lanes;
  const std::size_t rest = book.count - whole;
  value_lanes({book.side, book.spot, book.strike, book.years, book.rate, book.dividend_yield, book.volatility, whole},
              results);
  if (rest == 0) return;
  // What does not fill a lane, filled up with ones.
  double in[7][lanes];
  double out[kernel::measure_count][lanes];
  const double* const columns[7] = {book.side, book.spot,           book.strike,    book.years,
                                    book.rate, book.dividend_yield, book.volatility};
  for (std::size_t c = 0; c < 7; ++c) load_some(columns[c] + whole, rest).store(in[c]);
  const bool all = results.delta != nullptr;
  value_lanes({in[0], in[1], in[2], in[3], in[4], in[5], in[6], lanes},
              {out[0], all ? out[1] : nullptr, out[2], out[3], out[4], out[5]});
  double* const found[kernel::measure_count] = {results.price, results.delta, results.gamma,
                                                results.vega,  results.theta, results.rho};
  for (std::size_t m = 0; m < (all ? kernel::measure_count : 1); ++m)
    for (std::size_t k = 0; k < rest; ++k) found[m][whole + k] = out[m][k];
}

/// Mean and squared deviations of `count` samples, gathered lane by lane and added up in the order of the lanes.
void gather(const double* samples, std::size_t count, double& mean, double& squares) noexcept {
  Lane sums{0.0};
  for (std::size_t i = 0; i < count; i += lanes) sums += Lane::load(samples + i);
  mean = total(sums) / static_cast<double>(count);
  Lane deviations{0.0};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Lane deviation = Lane::load(samples + i) - mean;
    deviations += deviation * deviation;
  }
  squares = total(deviations);
  for (; i < count; ++i) squares += (samples[i] - mean) * (samples[i] - mean);
}

PLIMSOLL_FLATTEN void european_block(const kernel::EuropeanBlock& block, kernel::BlockMoments& moments) {
  double draws[kernel::most_paths];
  double samples[kernel::measure_count][kernel::most_paths];
  normals(block.seed, block.stream, draws, block.paths);
  const std::size_t padded = (block.paths + lanes - 1) / lanes * lanes;
  for (std::size_t i = block.paths; i < padded; ++i) draws[i] = 0.0;
  const EuropeanTerms option{block.side, block.strike, block.expiry};
  const BlackScholes<double> model{block.spot, block.rate, block.dividend_yield, block.volatility};
  RecordedModel<Lane> recorded(model);
  for (std::size_t i = 0; i < padded; i += lanes) {
    const PathSample<Lane> sample = european_sample<Lane>(option, model, recorded, Lane::load(draws + i));
    sample.price.store(samples[0] + i);
    sample.delta.store(samples[1] + i);
    sample.gamma.store(samples[2] + i);
    sample.vega.store(samples[3] + i);
    sample.theta.store(samples[4] + i);
    sample.rho.store(samples[5] + i);
  }
  for (std::size_t m = 0; m < kernel::measure_count; ++m) {
    for (std::size_t i = block.paths; i < padded; ++i) samples[m][i] = 0.0;  // adds nothing to the mean
    gather(samples[m], block.paths, moments.mean[m], moments.squares[m]);
  }
}

/// Options in lanes on both sides of the strike: a call is the put on cash paid in shares.
struct AmericanLane {
  Lane side, strike, years;
  BlackScholes<Lane> model;

  Lane price(const kernel::BoundaryPlan& plan, const BoundaryScratch<Lane>& scratch, Lane* logs, Lane* squares,
             Lane& change) const noexcept {
    const auto is_call = side > 0.0;
    const Lane spot = select(is_call, strike, model.spot);
    const Lane unit = select(is_call, model.spot, strike);
    const Lane rate = select(is_call, model.dividend_yield, model.rate);
    const Lane yield = select(is_call, model.rate, model.dividend_yield);
    const auto terms = upper_boundary<Lane>(rate, yield, model.volatility, years);
    change = find_boundary<Lane>(terms, plan, squares, scratch, logs);
    const Lane added = premium<Lane>(terms, plan, squares, spot / unit, Lane{0.0}).value;
    const Lane european = black_scholes_price<Lane>(side, strike, years, model);
    const Lane exercised = side * (model.spot - strike);
    const Lane held = max(max(european + unit * added, european), exercised);
    return select(log(spot / unit) > terms.start + logs[plan.nodes - 1], held, exercised);
  }
};

std::size_t american_lanes(const kernel::BoundaryPlan& plan) noexcept {
  return BoundaryScratch<Lane>::size(plan.nodes, plan.points) + 2 * plan.nodes;
}

std::size_t american_memory(const kernel::BoundaryPlan& plan) noexcept {
  return american_lanes(plan) * sizeof(Lane) + alignof(Lane);
}

template <class Load, class Store>
void value_american(const kernel::EuropeanBook& b, std::size_t at, const kernel::BoundaryPlan& plan, Lane* memory,
                    double* price, double* change, Load load, Store store) noexcept {
  const AmericanLane option{
      load(b.side + at),
      load(b.strike + at),
      load(b.years + at),
      {load(b.spot + at), load(b.rate + at), load(b.dividend_yield + at), load(b.volatility + at)}};
  Lane* const logs = memory;
  Lane* const squares = logs + plan.nodes;
  const auto scratch = BoundaryScratch<Lane>::within(squares + plan.nodes, plan.nodes, plan.points);
  Lane moved;
  store(option.price(plan, scratch, logs, squares, moved), price + at);
  store(moved, change + at);
}

PLIMSOLL_FLATTEN void american_book(const kernel::EuropeanBook& book, const kernel::BoundaryPlan& plan, void* memory,
                                    double* price, double* change) noexcept {
  Lane* const aligned = aligned_lanes(memory);
  for (std::size_t i = 0; i < book.count; i += lanes) {
    const std::size_t left = book.count - i < lanes ? book.count - i : lanes;
    value_american(
        book, i, plan, aligned, price, change, [left](const double* from) { return load_some(from, left); },
        [left](const Lane& lane, double* to) { store_some(lane, to, left); });
  }
}

std::size_t lattice_memory(const kernel::LatticePlan& plan) noexcept {
  return PutLattice<Lane>::size(plan.steps) * sizeof(Lane) + alignof(Lane);
}

PLIMSOLL_FLATTEN void lattice_book(const kernel::EuropeanBook& b, const double* american,
                                   const kernel::LatticePlan& plan, void* memory, double* price) noexcept {
  Lane* const aligned = aligned_lanes(memory);
  for (std::size_t i = 0; i < b.count; i += lanes) {
    const std::size_t left = b.count - i < lanes ? b.count - i : lanes;
    const auto load = [i, left](const double* column) { return load_some(column + i, left); };
    const auto is_call = load(b.side) > 0.0;
    const Lane spot = load(b.spot);
    const Lane strike = load(b.strike);
    const Lane rate = load(b.rate);
    const Lane yield = load(b.dividend_yield);
    const PutTerms<Lane> put{select(is_call, spot, strike),
                             load(b.years),
                             load(american),
                             {select(is_call, strike, spot), select(is_call, yield, rate), select(is_call, rate, yield),
                              load(b.volatility)}};
    PutLattice<Lane> lattice(put, plan.steps, plan.last_by_formula, aligned);
    store_some(lattice.price(), price + i, left);
  }
}

}  // namespace

extern const plimsoll_kernels::Kernels table;  // declared again by core/src/method/kernels.cpp
const plimsoll_kernels::Kernels table{
    PLIMSOLL_KERNEL_NAME,  exponential,   logarithm,       distribution, density,       quantile, exponential_less_one,
    logarithm_of_one_plus, sine,          cosine,          power,        normals,       sobol,    european_book,
    european_block,        american_book, american_memory, lattice_book, lattice_memory};

}  // namespace plimsoll
