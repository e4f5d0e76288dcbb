// Ratios against plain C++ (the same templates on double), QuantLib and ADOL-C, measured side by side in one run: each
// round times every contestant once, and a ratio is the median over the rounds. Both sides' error is printed.
// One JSON document per line goes to the file that the first argument names.
#include "duel.hpp"
#include "plimsoll/base/version.hpp"
#include "plimsoll/method/closed_form/european_steps.hpp"
#include "plimsoll/method/kernels.hpp"
#include "plimsoll/method/monte_carlo/european.hpp"
#include "plimsoll/method/monte_carlo/european_paths.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/sobol.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#ifdef PLIMSOLL_BENCH_QUANTLIB
#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/math/distributions/normaldistribution.hpp>
#include <ql/math/randomnumbers/sobolrsg.hpp>
#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/vanilla/analyticeuropeanengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
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

/// Options around the money, one row each: side, spot, strike, years, rate, yield, volatility.
struct Options {
  static constexpr std::size_t count = 4096;
  std::array<std::vector<double>, 7> in;
  std::array<std::vector<double>, 6> out;

  Options() {
    std::vector<double> u(7 * count);
    RandomStream(20261122, 0).fill_uniform(u);
    for (auto& column : in) column.resize(count);
    for (auto& column : out) column.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      const double* const v = &u[7 * i];
      const std::array<double, 7> row{v[0] < 0.5 ? 1.0 : -1.0, 60.0 + 80.0 * v[1], 60.0 + 80.0 * v[2],
                                      0.05 + 2.0 * v[3],       0.06 * v[4],        0.04 * v[5],
                                      0.08 + 0.5 * v[6]};
      for (std::size_t c = 0; c < 7; ++c) in[c][i] = row[c];
    }
  }

  [[nodiscard]] BlackScholes<double> model(std::size_t i) const { return {in[1][i], in[4][i], in[5][i], in[6][i]}; }

  /// Largest error of the prices against extended precision, relative to spot plus strike.
  [[nodiscard]] double price_error() const {
    double largest = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const long double side = in[0][i], s = in[1][i], k = in[2][i], t = in[3][i], r = in[4][i], q = in[5][i];
      const long double deviation = in[6][i] * std::sqrt(t);
      const long double asset = s * std::exp(-q * t), cash = k * std::exp(-r * t);
      const long double centre = std::log(asset / cash) / deviation;
      const auto cdf = [](long double x) { return 0.5L * std::erfc(-x / std::numbers::sqrt2_v<long double>); };
      const long double price =
          side * (asset * cdf(side * (centre + deviation / 2)) - cash * cdf(side * (centre - deviation / 2)));
      largest = std::max(largest, static_cast<double>(std::abs(static_cast<long double>(out[0][i]) - price) / (s + k)));
    }
    return largest;
  }
};

void kernel_book(Options& o, InstructionSet set) {
  kernels(set).european_book(
      {o.in[0].data(), o.in[1].data(), o.in[2].data(), o.in[3].data(), o.in[4].data(), o.in[5].data(), o.in[6].data(),
       Options::count},
      {o.out[0].data(), o.out[1].data(), o.out[2].data(), o.out[3].data(), o.out[4].data(), o.out[5].data()});
}

void plain_book(Options& o) {
  for (std::size_t i = 0; i < Options::count; ++i) {
    const auto m = european_measures<double>(o.in[0][i], o.in[2][i], o.in[3][i], o.model(i));
    const std::array<double, 6> row{m.price, m.delta, m.gamma, m.vega, m.theta, m.rho};
    for (std::size_t c = 0; c < 6; ++c) o.out[c][i] = row[c];
  }
}

#ifdef PLIMSOLL_BENCH_QUANTLIB
namespace ql = QuantLib;

void calculator_book(Options& o) {
  for (std::size_t i = 0; i < Options::count; ++i) {
    const double t = o.in[3][i];
    const double discount = std::exp(-o.in[4][i] * t);
    const double forward = o.in[1][i] * std::exp((o.in[4][i] - o.in[5][i]) * t);
    const ql::BlackCalculator c(o.in[0][i] > 0 ? ql::Option::Call : ql::Option::Put, o.in[2][i], forward,
                                o.in[6][i] * std::sqrt(t), discount);
    const std::array<double, 6> row{c.value(), c.delta(o.in[1][i]),    c.gamma(o.in[1][i]),
                                    c.vega(t), c.theta(o.in[1][i], t), c.rho(t)};
    for (std::size_t m = 0; m < 6; ++m) o.out[m][i] = row[m];
  }
}

/// QuantLib as its users meet it: an instrument, an engine, and quotes that change. Whole days to expiry.
class EngineBook {
 public:
  explicit EngineBook(std::size_t count) : count_(count) {
    const ql::Date today(20, ql::November, 2026);
    ql::Settings::instance().evaluationDate() = today;
    const ql::Actual365Fixed days;
    for (auto& quote : quotes_) quote = ql::ext::make_shared<ql::SimpleQuote>(0.1);
    const auto rate = ql::ext::make_shared<ql::FlatForward>(today, ql::Handle<ql::Quote>(quotes_[1]), days);
    const auto yield = ql::ext::make_shared<ql::FlatForward>(today, ql::Handle<ql::Quote>(quotes_[2]), days);
    const auto volatility =
        ql::ext::make_shared<ql::BlackConstantVol>(today, ql::NullCalendar(), ql::Handle<ql::Quote>(quotes_[3]), days);
    const auto process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
        ql::Handle<ql::Quote>(quotes_[0]), ql::Handle<ql::YieldTermStructure>(yield),
        ql::Handle<ql::YieldTermStructure>(rate), ql::Handle<ql::BlackVolTermStructure>(volatility));
    engine_ = ql::ext::make_shared<ql::AnalyticEuropeanEngine>(process);
    today_ = today;
  }

  void value(Options& o) {
    for (std::size_t i = 0; i < count_; ++i) {
      const auto payoff =
          ql::ext::make_shared<ql::PlainVanillaPayoff>(o.in[0][i] > 0 ? ql::Option::Call : ql::Option::Put, o.in[2][i]);
      ql::VanillaOption option(payoff, ql::ext::make_shared<ql::EuropeanExercise>(
                                           today_ + static_cast<int>(std::lround(365.0 * o.in[3][i]))));
      option.setPricingEngine(engine_);
      const std::array<std::size_t, 4> from{1, 4, 5, 6};
      for (std::size_t q = 0; q < 4; ++q) quotes_[q]->setValue(o.in[from[q]][i]);
      const std::array<double, 6> row{option.NPV(),  option.delta(), option.gamma(),
                                      option.vega(), option.theta(), option.rho()};
      for (std::size_t m = 0; m < 6; ++m) o.out[m][i] = row[m];
    }
  }

 private:
  std::size_t count_;
  std::array<ql::ext::shared_ptr<ql::SimpleQuote>, 4> quotes_;
  ql::ext::shared_ptr<ql::PricingEngine> engine_;
  ql::Date today_;
};
#endif

void bench_formula(Log& log) {
  Options o;
  for (double& years : o.in[3]) years = std::round(365.0 * years) / 365.0;  // QuantLib's engine counts whole days
  const auto error = [&o] { return o.price_error(); };
  const auto all = static_cast<double>(Options::count);
  std::vector<Contestant> found;
  const InstructionSet set = chosen_instruction_set();
  found.push_back(
      contestant("Plimsoll kernel, " + std::string(name_of(set)), all, [&] { kernel_book(o, set); }, error));
  found.push_back(
      contestant("Plimsoll kernel, x86-64 baseline", all, [&] { kernel_book(o, InstructionSet::baseline); }, error));
  found.push_back(contestant("plain C++: the same template on double", all, [&] { plain_book(o); }, error));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  found.push_back(contestant("QuantLib " QL_VERSION " BlackCalculator", all, [&] { calculator_book(o); }, error));
  EngineBook engine(512);
  plain_book(o);  // the engine values the first 512 rows
  found.push_back(contestant("QuantLib " QL_VERSION " AnalyticEuropeanEngine", 512.0, [&] { engine.value(o); }, error));
#endif
  duel(log, "European price and five Greeks, options a second", "of spot + strike", std::move(found));
}

void bench_normals(Log& log) {
  constexpr std::size_t count = 4096;
  std::vector<double> z(count);
  std::vector<double> u(count);
  RandomStream(5, 6).fill_uniform(u);
  // Error of the inverse: distance of the distribution of z to u in extended precision, over the density.
  const auto inverse_error = [&] {
    double largest = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const long double x = z[i];
      const long double p = u[i] < 0.5 ? 0.5L * std::erfc(-x / std::numbers::sqrt2_v<long double>) - u[i]
                                       : (1.0L - u[i]) - 0.5L * std::erfc(x / std::numbers::sqrt2_v<long double>);
      const long double density = 0.398942280401432677939946L * std::exp(-0.5L * x * x);
      largest = std::max(largest, static_cast<double>(std::abs(p / density / (1.0L + std::abs(x)))));
    }
    return largest;
  };
  const auto none = [] { return 0.0; };
  const auto all = static_cast<double>(count);
  const InstructionSet set = chosen_instruction_set();
  std::vector<Contestant> found;
  found.push_back(contestant(
      "Plimsoll Philox and inverse, " + std::string(name_of(set)), all,
      [&] { kernels(set).normals(5, 6, z.data(), count); }, inverse_error));
  found.push_back(contestant(
      "plain C++: Philox and AS 241 on double", all, [&] { RandomStream(5, 6).fill_normal(z); }, inverse_error));
  std::mt19937_64 twister(5);
  std::normal_distribution<double> normal;
  found.push_back(contestant(
      "std::mt19937_64, std::normal_distribution", all,
      [&] {
        for (double& x : z) x = normal(twister);
      },
      none));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  const ql::InverseCumulativeNormal inverse;
  found.push_back(contestant(
      "QuantLib " QL_VERSION " InverseCumulativeNormal alone", all,
      [&] {
        for (std::size_t i = 0; i < count; ++i) z[i] = inverse(u[i]);
      },
      inverse_error));
#endif
  duel(log, "Normal draws a second", "of the draw", std::move(found));
}

void bench_sobol(Log& log) {
  constexpr std::size_t dimensions = 32;
  constexpr std::size_t points = 1024;
  const auto sobol = Sobol::with_dimensions(dimensions);
  std::vector<double> x(dimensions * points);
  const auto none = [] { return 0.0; };
  std::vector<Contestant> found;
  found.push_back(contestant(
      "Plimsoll Sobol, 32 dimensions, " + std::string(name_of(chosen_instruction_set())), static_cast<double>(x.size()),
      [&] { kernels(chosen_instruction_set()).sobol(sobol->unscrambled(1, points), x.data()); }, none));
  found.push_back(contestant(
      "Plimsoll Sobol, the same loop for x86-64", static_cast<double>(x.size()), [&] { sobol->fill(1, x); }, none));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  ql::SobolRsg theirs(dimensions, 0, ql::SobolRsg::JoeKuoD6);
  found.push_back(contestant(
      "QuantLib " QL_VERSION " SobolRsg, Joe-Kuo", static_cast<double>(x.size()),
      [&] {
        for (std::size_t i = 0; i < points; ++i) {
          const auto& point = theirs.nextSequence().value;
          std::ranges::copy(point, x.begin() + static_cast<std::ptrdiff_t>(i * dimensions));
        }
      },
      none));
#endif
  duel(log, "Sobol numbers a second", "(exact)", std::move(found));
}

constexpr EuropeanTerms terms{1.0, 105.0, 1.0};
constexpr BlackScholes<double> market{100.0, 0.03, 0.01, 0.2};
constexpr std::size_t paths = 1024;

#ifdef PLIMSOLL_BENCH_ADOLC
/// The same payoff taped once by ADOL-C, and its gradient on every path. `max` is fmax, which the tape follows.
class AdolcPaths {
 public:
  AdolcPaths() {
    trace_on(1);
    std::array<adouble, 6> x;
    const std::array<double, 6> at{100.0, 0.03, 0.01, 0.2, 0.0, 0.5};
    for (std::size_t i = 0; i < 6; ++i) x[i] <<= at[i];
    adouble step = terms.expiry - x[4];
    adouble drift = x[1] - x[2] - 0.5 * x[3] * x[3];
    adouble end = x[0] * exp(drift * step + x[3] * sqrt(step) * x[5]);
    adouble value = exp(-x[1] * step) * fmax(end - terms.strike, adouble(0.0));
    double price = 0.0;
    value >>= price;
    trace_off();
  }

  [[nodiscard]] static double delta(const std::vector<double>& draws) {
    double sum = 0.0;
    for (const double draw : draws) {
      std::array<double, 6> x{100.0, 0.03, 0.01, 0.2, 0.0, draw};
      std::array<double, 6> slope{};
      gradient(1, 6, x.data(), slope.data());
      sum += slope[0];
    }
    return sum / static_cast<double>(draws.size());
  }
};
#endif

void bench_simulation(Log& log) {
  std::vector<double> draws(paths);
  RandomStream(7, 0).fill_normal(draws);
  double delta = 0.0;
  plimsoll_kernels::BlockMoments moments{};
  const plimsoll_kernels::EuropeanBlock block{1.0, 105.0, 1.0, 100.0, 0.03, 0.01, 0.2, 7, 0, paths};
  kernels(InstructionSet::baseline).european_block(block, moments);
  const double expected = moments.mean[1];
  const auto error = [&] { return std::abs(delta - expected); };
  const InstructionSet set = chosen_instruction_set();
  std::vector<Contestant> found;
  found.push_back(contestant(
      "Plimsoll kernel with its draws, " + std::string(name_of(set)), paths,
      [&] {
        kernels(set).european_block(block, moments);
        delta = moments.mean[1];
      },
      error));
  found.push_back(contestant(
      "plain C++: the same template on double", paths,
      [&] {
        RandomStream(7, 0).fill_normal(draws);
        RecordedModel<double> recorded(market);
        double sum = 0.0;
        for (const double draw : draws) sum += european_sample<double>(terms, market, recorded, draw).delta;
        delta = sum / static_cast<double>(paths);
      },
      error));
#ifdef PLIMSOLL_BENCH_ADOLC
  const AdolcPaths taped;
  found.push_back(contestant(
      "ADOL-C: taped once, a gradient a path, draws given", paths, [&] { delta = AdolcPaths::delta(draws); }, error));
#endif
  duel(log, "Simulated paths with all adjoint Greeks a second", "of delta, on the same draws", std::move(found));
}

void bench_threads(Log& log) {
  const European option{OptionType::call, 105.0, 1.0};
  MonteCarloResult one;
  MonteCarloResult two;
  const std::int64_t many = 524'288;
  std::vector<Contestant> found;
  found.push_back(contestant(
      "Plimsoll, 2 threads", static_cast<double>(many),
      [&] { two = monte_carlo_european(option, market, {many, 3, 2}); }, [] { return 0.0; }));
  found.push_back(contestant(
      "Plimsoll, 1 thread", static_cast<double>(many),
      [&] { one = monte_carlo_european(option, market, {many, 3, 1}); }, [] { return 0.0; }));
  duel(log, "Simulated paths a second, threads", "(difference of the two)", std::move(found));
  std::printf("  the two have %s bits\n", one == two ? "the same" : "NOT THE SAME");
  log.sound = log.sound && one == two;
}

}  // namespace

int main(int count, char** arguments) {
  Log log;
  if (count > 1) log.history.open(arguments[1], std::ios::app);
  std::printf("Plimsoll %s, kernels for %s, one thread unless said\n", std::string(version).c_str(),
              std::string(name_of(chosen_instruction_set())).c_str());
#ifndef PLIMSOLL_BENCH_QUANTLIB
  std::puts("QuantLib's headers are not installed (libquantlib0-dev): no ratio against it");
#endif
#ifndef PLIMSOLL_BENCH_ADOLC
  std::puts("ADOL-C's headers are not installed (libadolc-dev): no ratio against it");
#endif
  bench_formula(log);
  bench_normals(log);
  bench_sobol(log);
  bench_simulation(log);
  bench_threads(log);
  return log.sound ? 0 : 1;
}
