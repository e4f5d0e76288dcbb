// Simulation along many dates against its peers, side by side in one run as bench_speed.cpp: path-steps a second, all
// Greeks by adjoints against one price, several Heston assets, and two threads against one. The time of one thread is
// that of the processor. One JSON document per line goes to the file that the first argument names.
#include "duel.hpp"
#include "plimsoll/method/kernels.hpp"
#include "plimsoll/method/monte_carlo/asian.hpp"
#include "plimsoll/method/monte_carlo/asian_paths.hpp"
#include "plimsoll/method/monte_carlo/heston_paths.hpp"
#include "plimsoll/method/monte_carlo/path_greeks.hpp"
#include "plimsoll/method/monte_carlo/weighted_sum_paths.hpp"
#include "plimsoll/method/path_kernels.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#ifdef PLIMSOLL_BENCH_QUANTLIB
#include <ql/exercise.hpp>
#include <ql/instruments/asianoption.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/pricingengines/asian/mc_discr_arith_av_price.hpp>
#include <ql/pricingengines/vanilla/mceuropeanhestonengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/processes/hestonprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>
#include <ql/version.hpp>
#endif
#ifdef PLIMSOLL_BENCH_ADOLC
#include <adolc/adolc.h>
#endif

namespace {

using namespace plimsoll;
using namespace plimsoll::bench;
using plimsoll_kernels::AsianBlock;
using plimsoll_kernels::LocalVolatilityBlock;
using plimsoll_kernels::PairedMoments;
using plimsoll_kernels::PathGradient;
using plimsoll_kernels::TermStructureBlock;
using plimsoll_kernels::WorstOfBlock;
using plimsoll_kernels::WorstOfMoments;

constexpr std::size_t steps = 252;
constexpr std::size_t paths = 1024;
constexpr BlackScholes<double> flat{100.0, 0.03, 0.01, 0.2};

const plimsoll_kernels::PathKernels& widest() { return path_kernels(chosen_instruction_set()); }

std::string ours(const char* what) {
  return std::string("Plimsoll ") + what + ", " + std::string(name_of(chosen_instruction_set()));
}

#ifdef PLIMSOLL_BENCH_QUANTLIB
namespace ql = QuantLib;

/// QuantLib's market: one flat curve of each kind, and options of one year.
struct TheirMarket {
  ql::Date today{20, ql::November, 2026};
  ql::Actual365Fixed days;
  ql::Handle<ql::Quote> spot;
  ql::Handle<ql::YieldTermStructure> rate, yield;
  ql::ext::shared_ptr<ql::GeneralizedBlackScholesProcess> process;
  ql::ext::shared_ptr<ql::Exercise> exercise;

  TheirMarket() {
    ql::Settings::instance().evaluationDate() = today;
    spot = ql::Handle<ql::Quote>(ql::ext::make_shared<ql::SimpleQuote>(flat.spot));
    rate = ql::Handle<ql::YieldTermStructure>(ql::ext::make_shared<ql::FlatForward>(today, flat.rate, days));
    yield = ql::Handle<ql::YieldTermStructure>(ql::ext::make_shared<ql::FlatForward>(today, flat.dividend_yield, days));
    const ql::Handle<ql::BlackVolTermStructure> volatility(
        ql::ext::make_shared<ql::BlackConstantVol>(today, ql::NullCalendar(), flat.volatility, days));
    process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(spot, yield, rate, volatility);
    exercise = ql::ext::make_shared<ql::EuropeanExercise>(today + 365);
  }
};
#endif

/// The Asian call of 252 fixings, in columns.
struct AsianCase {
  std::vector<double> times, roots, drifts;
  AsianBlock block{};
  ArithmeticAsian option{OptionType::call, 100.0, {}, 1.0, 0, 0.0};
  double exact = 0.0;  // the engine's own price of four million paths with the control

  AsianCase() : times(steps), roots(steps, std::sqrt(1.0 / steps)), drifts(steps) {
    double mean = 0.0;
    for (std::size_t i = 0; i < steps; ++i) {
      // QuantLib counts whole days.
      times[i] = std::round(365.0 * static_cast<double>(i + 1) / steps) / 365.0;
      roots[i] = std::sqrt(times[i] - (i == 0 ? 0.0 : times[i - 1]));
      drifts[i] = (flat.rate - flat.dividend_yield - 0.5 * flat.volatility * flat.volatility) * times[i];
      mean += times[i] / steps;
    }
    option.fixings = times;
    block = {{1.0, 100.0, 1.0, std::exp(-flat.rate), times[0], steps, steps, 0.0, 100.0, mean},
             flat.spot,
             flat.rate,
             flat.dividend_yield,
             flat.volatility,
             times.data(),
             roots.data(),
             drifts.data(),
             steps,
             7,
             0,
             paths};
    exact = monte_carlo_asian(option, flat, {524'288, 99, 2}).price;
  }

  template <class Fill>
  double plain(const Fill& fill) const {
    std::array<double, steps> normals{};
    double sum = 0.0;
    for (std::size_t p = 0; p < paths; ++p) {
      fill(normals);
      AsianPath<double> path;
      for (std::size_t i = 0; i < steps; ++i) path.move(times[i], roots[i], drifts[i], flat.volatility, normals[i]);
      sum += asian_sample<double>(block.terms, flat, path, normals[0]).option.price;
    }
    return sum / static_cast<double>(paths);
  }
};

void bench_asian(Log& log) {
  const AsianCase asian;
  double price = 0.0;
  const auto error = [&] { return std::abs(price - asian.exact); };
  const auto work = static_cast<double>(paths * steps);
  PairedMoments moments{};
  std::vector<Contestant> found;
  const auto kernel = [&](InstructionSet set) {
    return [&, set] {
      path_kernels(set).asian_block(asian.block, moments);
      price = moments.mean_x[0];
    };
  };
  found.push_back(contestant(ours("price, 5 Greeks, control"), work, kernel(chosen_instruction_set()), error));
  if (is_supported(InstructionSet::avx2))
    found.push_back(contestant("Plimsoll, the same, x86-64-v3", work, kernel(InstructionSet::avx2), error));
  RandomStream stream(7, 0);
  found.push_back(contestant(
      "plain C++: same template, Philox and AS 241", work,
      [&] { price = asian.plain([&](auto& normals) { stream.fill_normal(normals); }); }, error));
  std::mt19937_64 twister(5);
  std::normal_distribution<double> normal;
  found.push_back(contestant(
      "plain C++: same template, mt19937_64", work,
      [&] {
        price = asian.plain([&](auto& normals) {
          for (double& x : normals) x = normal(twister);
        });
      },
      error));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  const TheirMarket market;
  std::vector<ql::Date> dates;
  for (const double time : asian.times) dates.push_back(market.today + static_cast<int>(std::lround(365.0 * time)));
  ql::DiscreteAveragingAsianOption option(ql::Average::Arithmetic, 0.0, 0, dates,
                                          ql::ext::make_shared<ql::PlainVanillaPayoff>(ql::Option::Call, 100.0),
                                          market.exercise);
  found.push_back(contestant(
      "QuantLib " QL_VERSION " MCDiscreteArithmeticAP", work,
      [&] {
        option.setPricingEngine(ql::MakeMCDiscreteArithmeticAPEngine<ql::PseudoRandom>(market.process)
                                    .withSamples(paths)
                                    .withSeed(42)
                                    .withControlVariate(false));
        price = option.NPV();
      },
      error));
#endif
  duel(log, "Asian of 252 fixings, path-steps a second", "of the price, chance of 1024 paths included",
       std::move(found), Time::of_this_thread);
}

/// Problem A: 252 volatilities, 252 rates and the spot; problem B: a table of 30 by 60 local volatilities and the spot.
struct GradientCase {
  std::vector<double> weights, volatilities, drifts, carry, deviations, lengths, table, draws, derivatives;
  std::vector<std::uint32_t> rows;
  TermStructureBlock a{};
  LocalVolatilityBlock b{};

  GradientCase()
      : weights(steps, 1.0 / steps),
        volatilities(steps),
        drifts(steps),
        carry(steps, 0.03 / steps),
        deviations(steps),
        lengths(steps, 1.0 / steps),
        draws(plimsoll_kernels::draws_of(steps)),
        derivatives(1 + steps + std::size_t{1800}),
        rows(steps) {
    const double low = std::log(20.0);
    const double spacing = (std::log(500.0) - low) / 59.0;
    for (std::size_t i = 0; i < steps; ++i) {
      volatilities[i] = 0.2 + 0.05 * std::sin(0.05 * static_cast<double>(i));
      drifts[i] = (0.03 - 0.5 * volatilities[i] * volatilities[i]) / steps;
      deviations[i] = volatilities[i] * std::sqrt(1.0 / steps);
      rows[i] = static_cast<std::uint32_t>(i * 30 / steps);
    }
    for (std::size_t row = 0; row < 30; ++row)
      for (std::size_t column = 0; column < 60; ++column)
        table.push_back(0.2 + 0.1 * std::pow(low + static_cast<double>(column) * spacing - std::log(100.0), 2) +
                        0.002 * static_cast<double>(row));
    a = {{1.0, 100.0, 0.0, weights.data(), steps}, std::log(100.0), drifts.data(), deviations.data(), 1, 0, paths};
    b = {a.option, a.log_spot, carry.data(), lengths.data(), rows.data(), {table.data(), 30, 60, low, 1.0 / spacing},
         1,        0,          paths};
  }

  [[nodiscard]] PathGradient with() { return {0.0, 0.0, derivatives.data(), draws.data(), 0.0}; }
  [[nodiscard]] PathGradient without() { return {0.0, 0.0, nullptr, draws.data(), 0.0}; }
};

/// The chance that all contestants share: the same draws, in lanes and one path after the other.
struct SharedDraws {
  std::vector<double> normals;

  SharedDraws() : normals(paths * steps) {
    RandomStream stream(1, 0);
    for (std::size_t p = 0; p < paths; ++p) stream.fill_normal(std::span(normals).subspan(p * steps, steps));
  }
};

/// The adjoint of problem A by hand, eight paths after the other in plain loops, on given draws: the floor without a
/// tape.
double hand_adjoint(const GradientCase& c, const std::vector<double>& normals, std::vector<double>& sums) {
  std::ranges::fill(sums, 0.0);
  std::array<double, steps> spots{};
  double mean = 0.0;
  for (std::size_t p = 0; p < paths; ++p) {
    const double* const z = &normals[p * steps];
    double log = c.a.log_spot;
    double sum = -100.0;
    for (std::size_t i = 0; i < steps; ++i) {
      log += c.drifts[i] + c.deviations[i] * z[i];
      sum += spots[i] = std::exp(log) / steps;
    }
    if (sum <= 0.0) continue;
    mean += sum / paths;
    double behind = 0.0;
    for (std::size_t i = steps; i-- > 0;) {
      behind += spots[i] / paths;
      sums[1 + i] += behind;
      sums[1 + steps + i] += behind * z[i];
    }
    sums[0] += behind;
  }
  return mean;
}

#ifdef PLIMSOLL_BENCH_ADOLC
/// Problem A taped once by ADOL-C with the draws as inputs, and a gradient on every path.
class AdolcAsian {
 public:
  explicit AdolcAsian(const GradientCase& c) : inputs_(1 + 3 * steps), slopes_(inputs_.size()) {
    inputs_[0] = c.a.log_spot;
    std::ranges::copy(c.drifts, inputs_.begin() + 1);
    std::ranges::copy(c.deviations, inputs_.begin() + 1 + steps);
    trace_on(2);
    std::vector<adouble> x(inputs_.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] <<= inputs_[i];
    adouble log = x[0];
    adouble sum = 0.0;
    for (std::size_t i = 0; i < steps; ++i) {
      log = log + x[1 + i] + x[1 + steps + i] * x[1 + 2 * steps + i];
      sum += exp(log);
    }
    adouble amount = fmax(sum * (1.0 / steps) - 100.0, adouble(0.0));
    double value = 0.0;
    amount >>= value;
    trace_off();
  }

  void run(const std::vector<double>& normals, std::vector<double>& sums) {
    std::ranges::fill(sums, 0.0);
    for (std::size_t p = 0; p < paths; ++p) {
      std::copy_n(&normals[p * steps], steps, inputs_.begin() + 1 + 2 * steps);
      gradient(2, static_cast<int>(inputs_.size()), inputs_.data(), slopes_.data());
      for (std::size_t i = 0; i < 1 + 2 * steps; ++i) sums[i] += slopes_[i] / paths;
    }
  }

 private:
  std::vector<double> inputs_, slopes_;
};
#endif

template <class Block>
Contestant kernel_contestant(const char* name, void (*kernel)(const Block&, void*, PathGradient&), const Block& block,
                             void* tape, PathGradient& found, const std::function<double()>& error) {
  return contestant(ours(name), paths, [&, kernel, tape] { kernel(block, tape, found); }, error);
}

void bench_gradient_a(Log& log) {
  GradientCase c;
  const SharedDraws draws;
  std::vector<double> sums(1 + 2 * steps);
  std::vector<double> by_hand(sums.size());
  hand_adjoint(c, draws.normals, by_hand);
  const auto distance = [&](const std::vector<double>& found) {
    double largest = 0.0;
    for (std::size_t i = 0; i < by_hand.size(); ++i) largest = std::max(largest, std::abs(found[i] - by_hand[i]));
    return largest;
  };
  void* const tape = widest().new_tape();
  PathGradient all = c.with();
  PathGradient price = c.without();
  const auto none = [] { return 0.0; };
  const auto kernel = widest().term_structure_block;
  std::vector<Contestant> found;
  found.push_back(
      kernel_contestant("all 505 Greeks with draws", kernel, c.a, tape, all, [&] { return distance(c.derivatives); }));
  found.push_back(kernel_contestant("one price with draws", kernel, c.a, tape, price, none));
  std::array<double, steps> normals{};
  double mean = 0.0;
  found.push_back(contestant(
      "plain C++: one price, same template, own draws", paths,
      [&] {
        RandomStream stream(1, 0);
        mean = 0.0;
        for (std::size_t p = 0; p < paths; ++p) {
          stream.fill_normal(normals);
          mean += term_structure_value<double>(
              c.a.option, c.a.log_spot, [&](std::size_t i) { return c.drifts[i]; },
              [&](std::size_t i) { return c.deviations[i]; }, [&](std::size_t i) { return normals[i]; });
        }
      },
      [&] { return std::abs(mean / paths - price.mean); }));
  found.push_back(contestant(
      "plain C++: one price, draws given", paths,
      [&] {
        mean = 0.0;
        for (std::size_t p = 0; p < paths; ++p)
          mean += term_structure_value<double>(
              c.a.option, c.a.log_spot, [&](std::size_t i) { return c.drifts[i]; },
              [&](std::size_t i) { return c.deviations[i]; },
              [&](std::size_t i) { return draws.normals[p * steps + i]; });
      },
      [&] { return std::abs(mean / paths - price.mean); }));
  found.push_back(contestant(
      "plain C++: hand adjoint on double, draws given", paths, [&] { hand_adjoint(c, draws.normals, sums); },
      [&] { return distance(sums); }));
#ifdef PLIMSOLL_BENCH_ADOLC
  // The peer draws too, by our kernel: what is compared is the differentiation, and nobody's normals.
  AdolcAsian taped(c);
  std::vector<double> drawn(paths * steps);
  found.push_back(contestant(
      "ADOL-C: taped once, a gradient a path, our draws", paths,
      [&] {
        kernels(chosen_instruction_set()).normals(1, 0, drawn.data(), drawn.size());
        taped.run(drawn, sums);
      },
      [&] { return distance(sums); }));
#endif
  duel(log, "Asian with 505 inputs, paths a second", "of any Greek", std::move(found), Time::of_this_thread);
  std::printf("  the tape holds %zu bytes\n", widest().tape_bytes(tape));
  widest().delete_tape(tape);
}

void bench_gradient_b(Log& log) {
  GradientCase c;
  void* const tape = widest().new_tape();
  PathGradient all = c.with();
  PathGradient price = c.without();
  const auto kernel = widest().local_volatility_block;
  const auto bump_error = [&] {
    // Central differences at four nodes, on the same paths.
    kernel(c.b, tape, all);
    double largest = 0.0;
    for (const std::size_t node : {25U, 12U * 60U + 30U, 20U * 60U + 27U, 29U * 60U + 33U}) {
      const double before = c.table[node];
      std::array<double, 2> means{};
      for (std::size_t side = 0; side < 2; ++side) {
        c.table[node] = before + (side == 0 ? 1e-6 : -1e-6);
        kernel(c.b, tape, price);
        means[side] = price.mean;
      }
      c.table[node] = before;
      largest = std::max(largest, std::abs(c.derivatives[1 + steps + node] - (means[0] - means[1]) / 2e-6));
    }
    return largest;
  };
  std::vector<Contestant> found;
  found.push_back(kernel_contestant("all 1801 Greeks and rho", kernel, c.b, tape, all, bump_error));
  found.push_back(kernel_contestant("one price with draws", kernel, c.b, tape, price, [] { return 0.0; }));
  const SharedDraws draws;
  double mean = 0.0;
  found.push_back(contestant(
      "plain C++: one price, draws given", paths,
      [&] {
        mean = 0.0;
        for (std::size_t p = 0; p < paths; ++p)
          mean += local_volatility_value<double>(
              c.b, c.b.log_spot, [&](std::size_t i) { return c.carry[i]; }, 0,
              [&](std::size_t i) { return draws.normals[p * steps + i]; });
      },
      [&] { return std::abs(mean / paths - price.mean); }));
  duel(log, "Asian under a table of 1800 local volatilities, paths a second", "of a Greek against its bump",
       std::move(found), Time::of_this_thread);
  std::printf("  the tape holds %zu bytes\n", widest().tape_bytes(tape));
  widest().delete_tape(tape);
}

WorstOfBlock worst_of_case() {
  WorstOfBlock block{};
  block.side = -1.0;
  block.strike = 1.0;
  block.assets = 5;
  block.steps = steps;
  block.step = 1.0 / steps;
  const auto correlation = [](std::size_t i, std::size_t j) {
    if (i == j) return 1.0;
    if (i / 2 == j / 2) return -0.6;
    return i % 2 != j % 2 ? -0.2 : i % 2 == 0 ? 0.5 : 0.2;
  };
  std::array<std::array<double, 10>, 10> factor{};
  std::size_t entry = 0;
  for (std::size_t i = 0; i < 10; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = correlation(i, j);
      for (std::size_t k = 0; k < j; ++k) rest -= factor[i][k] * factor[j][k];
      factor[i][j] = i == j ? std::sqrt(rest) : rest / factor[j][j];
      block.factor[entry++] = factor[i][j] * std::sqrt(block.step);
    }
  for (std::size_t a = 0; a < 5; ++a) {
    block.drift[a] = 0.02 * block.step;
    block.variance[a] = block.long_variance[a] = 0.04;
    block.mean_reversion[a] = 1.5;
    block.volatility_of_variance[a] = 0.5;
  }
  block.seed = 1;
  block.paths = paths;
  return block;
}

void bench_heston(Log& log) {
  const WorstOfBlock block = worst_of_case();
  WorstOfMoments moments{};
  double mean = 0.0;
  WorstOfBlock many = block;
  double exact = 0.0;
  for (many.stream = 1; many.stream <= 256; ++many.stream) {
    widest().worst_of_block(many, moments);
    exact += moments.mean[0] / 256.0;
  }
  const auto error = [&] { return std::abs(mean - exact); };
  const auto work = static_cast<double>(5 * paths * steps);
  std::vector<Contestant> found;
  found.push_back(contestant(
      ours("5 assets, price and 5 deltas"), work,
      [&] {
        widest().worst_of_block(block, moments);
        mean = moments.mean[0];
      },
      error));
  const auto plain = [&](const auto& fill) {
    std::array<double, 10> normals{};
    double sum = 0.0;
    for (std::size_t p = 0; p < paths; ++p) {
      HestonPath<double, 5> path(block);
      for (std::size_t i = 0; i < steps; ++i) {
        fill(normals);
        path.move(block, [&](std::size_t k) { return normals[k]; });
      }
      sum += WorstOfSample<double, 5>(block, path).amount;
    }
    mean = sum / static_cast<double>(paths);
  };
  RandomStream stream(7, 0);
  found.push_back(contestant(
      "plain C++: same template, Philox and AS 241", work,
      [&] { plain([&](auto& normals) { stream.fill_normal(normals); }); }, error));
  std::mt19937_64 twister(5);
  std::normal_distribution<double> normal;
  found.push_back(contestant(
      "plain C++: same template, mt19937_64", work,
      [&] {
        plain([&](auto& normals) {
          for (double& x : normals) x = normal(twister);
        });
      },
      error));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  const TheirMarket market;
  const auto process = ql::ext::make_shared<ql::HestonProcess>(market.rate, market.yield, market.spot, 0.04, 1.5, 0.04,
                                                               0.5, -0.6, ql::HestonProcess::FullTruncation);
  ql::VanillaOption option(ql::ext::make_shared<ql::PlainVanillaPayoff>(ql::Option::Put, 100.0), market.exercise);
  const auto none = [] { return 0.0; };
  found.push_back(contestant(
      "QuantLib " QL_VERSION " MCEuropeanHeston, one asset", static_cast<double>(paths * steps),
      [&] {
        option.setPricingEngine(
            ql::MakeMCEuropeanHestonEngine<ql::PseudoRandom>(process).withSteps(steps).withSamples(paths).withSeed(42));
        static_cast<void>(option.NPV());
      },
      none));
#endif
  duel(log, "Heston by full truncation, asset-path-steps a second", "of the price, chance of 1024 paths included",
       std::move(found), Time::of_this_thread);
}

void bench_threads(Log& log) {
  const AsianCase asian;
  MonteCarloResult one;
  MonteCarloResult two;
  const std::int64_t many = 65'536;
  std::vector<Contestant> found;
  const auto none = [] { return 0.0; };
  found.push_back(contestant(
      "Plimsoll, 2 threads", static_cast<double>(many),
      [&] { two = monte_carlo_asian(asian.option, flat, {many, 3, 2}); }, none));
  found.push_back(contestant(
      "Plimsoll, 1 thread", static_cast<double>(many),
      [&] { one = monte_carlo_asian(asian.option, flat, {many, 3, 1}); }, none));
  duel(log, "Asian of 252 fixings, paths a second, threads", "(difference of the two)", std::move(found));
  std::printf("  the two have %s bits\n", one == two ? "the same" : "NOT THE SAME");
  log.sound = log.sound && one == two;
}

}  // namespace

int main(int count, char** arguments) {
  Log log;
  if (count > 1) log.history.open(arguments[1], std::ios::app);
  std::printf("Plimsoll %s, kernels for %s, one thread unless said\n", std::string(version).c_str(),
              std::string(name_of(chosen_instruction_set())).c_str());
  bench_asian(log);
  bench_gradient_a(log);
  bench_gradient_b(log);
  bench_heston(log);
  bench_threads(log);
  return log.sound ? 0 : 1;
}
