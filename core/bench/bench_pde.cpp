// Finite differences at equal error against the same template on double and QuantLib's engines: American puts on a
// line, European puts in Heston's model on a plane. Both sides' root mean square error against a converged value is
// printed. One JSON document per line goes to the file that the first argument names.
#include "duel.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/grid_kernels.hpp"
#include "plimsoll/method/integral_equation/american.hpp"
#include "plimsoll/method/pde/put_sweep.hpp"
#include "plimsoll/numerics/alternating_directions.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/quadrature.hpp"

#include <array>
#include <complex>
#include <cstddef>
#include <numbers>

#ifdef PLIMSOLL_BENCH_QUANTLIB
#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/models/equity/hestonmodel.hpp>
#include <ql/pricingengines/vanilla/fdblackscholesvanillaengine.hpp>
#include <ql/pricingengines/vanilla/fdhestonvanillaengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>
#include <ql/version.hpp>
#endif

namespace {

using namespace plimsoll;
using namespace plimsoll::bench;
using plimsoll_kernels::LinePlan;
using plimsoll_kernels::PlanePlan;

/// Columns of options and what is found for them.
template <std::size_t Columns>
struct Book {
  std::size_t count;
  std::array<std::vector<double>, Columns> in;
  std::vector<double> price, exact;

  explicit Book(std::size_t rows) : count(rows), price(rows), exact(rows) {
    for (auto& column : in) column.resize(rows);
  }

  /// Root mean square error of the first `rows` prices.
  [[nodiscard]] double error(std::size_t rows) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < rows; ++i) sum += (price[i] - exact[i]) * (price[i] - exact[i]);
    return std::sqrt(sum / static_cast<double>(rows));
  }
};

/// Puts as in bench_american: 36 days to 3 years, volatility 10 to 60 %, rate 2 to 10 %, yield below it,
/// 2 rate / volatility^2 at most 12, whole days. Side, spot, strike, years, rate, yield, volatility.
Book<7> line_options() {
  Book<7> b(512);
  RandomStream stream(20261128, 0);
  for (std::size_t i = 0; i < b.count;) {
    std::array<double, 5> u{};
    stream.fill_uniform(u);
    const double rate = 0.02 + 0.08 * u[2];
    const double volatility = 0.1 + 0.5 * u[4];
    if (2.0 * rate > 12.0 * volatility * volatility) continue;
    const std::array<double, 7> row{-1.0, 75.0 + 50.0 * u[0], 100.0,     std::round(36.0 + 1059.0 * u[1]) / 365.0,
                                    rate, rate * u[3],        volatility};
    for (std::size_t c = 0; c < 7; ++c) b.in[c][i] = row[c];
    ++i;
  }
  IntegralWorkspace workspace;
  for (std::size_t i = 0; i < b.count; ++i)
    b.exact[i] = integral_equation_price({OptionType::put,
                                          Exercise::american,
                                          b.in[2][i],
                                          b.in[3][i],
                                          {b.in[1][i], b.in[4][i], b.in[5][i], b.in[6][i]},
                                          {}},
                                         {32, 48, 8, 256}, workspace);
  return b;
}

void line_rows(Book<7>& b, InstructionSet set, const LinePlan& plan, std::size_t begin, std::size_t end) {
  std::vector<std::byte> memory(grid_kernels(set).line_memory(plan));
  const auto column = [&](std::size_t c) { return b.in[c].data() + begin; };
  grid_kernels(set).line_book(
      {column(0), column(1), column(2), column(3), column(4), column(5), column(6), end - begin}, plan, memory.data(),
      b.price.data() + begin);
}

/// The same template on double, one put at a time.
void plain_line(Book<7>& b, const LinePlan& plan, std::size_t rows) {
  std::vector<double> memory(PutSweep<double>::size(plan.nodes));
  for (std::size_t i = 0; i < rows; ++i) {
    PutSweep<double> sweep(memory.data(), plan.nodes);
    sweep.lay({b.in[1][i], b.in[4][i], b.in[5][i], b.in[6][i]}, b.in[2][i], b.in[3][i]);
    march_puts<1>(&sweep, &b.in[3][i], plan.phases, plan.steps);
    b.price[i] = b.in[2][i] * sweep.values[plan.nodes / 2];
  }
}

/// A European put by the contour half way between the poles: Lewis (2001), with the characteristic function of
/// Albrecher, Mayer, Schoutens & Tistaert (2007).
double by_contour(const std::array<double, 11>& o) {
  using Complex = std::complex<double>;
  const auto& [side, spot, strike, years, rate, yield, variance, pull, mean, xi, correlation] = o;
  const double forward = spot * std::exp((rate - yield) * years);
  const auto integrand = [&](double u) {
    const Complex moved(u, -0.5);
    const Complex iu = Complex(0.0, 1.0) * moved;
    const Complex beta = pull - correlation * xi * iu;
    const Complex d = std::sqrt(beta * beta + xi * xi * (iu + moved * moved));
    const Complex g = (beta - d) / (beta + d);
    const Complex fading = std::exp(-d * years);
    const Complex power =
        pull * mean / (xi * xi) * ((beta - d) * years - 2.0 * std::log((1.0 - g * fading) / (1.0 - g))) +
        variance * (beta - d) / (xi * xi) * (1.0 - fading) / (1.0 - g * fading);
    return std::exp(Complex(0.0, u * std::log(forward / strike)) + power).real() / (u * u + 0.25);
  };
  const double integral = gauss_kronrod(integrand, 0.0, 500.0).value;
  return std::exp(-rate * years) * (strike - std::sqrt(forward * strike) / std::numbers::pi * integral);
}

/// Puts in Heston's model: strikes 80 to 120 on a spot of 100, half a year to two, Feller ratio 0.7 to 3.
Book<11> plane_options() {
  Book<11> b(64);
  RandomStream stream(20261128, 1);
  for (std::size_t i = 0; i < b.count; ++i) {
    std::array<double, 8> u{};
    stream.fill_uniform(u);
    const double pull = 1.0 + 3.0 * u[0];
    const double mean = 0.03 + 0.06 * u[1];
    const double feller = 0.7 + 2.3 * u[2];
    const std::array<double, 11> row{-1.0,
                                     100.0,
                                     80.0 + 40.0 * u[3],
                                     std::round(182.0 + 548.0 * u[4]) / 365.0,
                                     0.03,
                                     0.01,
                                     0.02 + 0.08 * u[5],
                                     pull,
                                     mean,
                                     std::sqrt(2.0 * pull * mean / feller),
                                     -0.9 * u[6]};
    for (std::size_t c = 0; c < 11; ++c) b.in[c][i] = row[c];
    b.exact[i] = by_contour(row);
  }
  return b;
}

void plane_rows(Book<11>& b, InstructionSet set, const PlanePlan& plan, std::size_t begin, std::size_t end) {
  std::vector<std::byte> memory(grid_kernels(set).plane_memory(plan));
  const auto column = [&](std::size_t c) { return b.in[c].data() + begin; };
  grid_kernels(set).plane_book({column(0), column(1), column(2), column(3), column(4), column(5), column(6), column(7),
                                column(8), column(9), column(10), end - begin},
                               plan, memory.data(), b.price.data() + begin);
}

#ifdef PLIMSOLL_BENCH_QUANTLIB
namespace ql = QuantLib;

/// QuantLib's instruments and engines made beforehand; what is timed is their calculation.
class Peers {
 public:
  Peers() : today_(20, ql::November, 2026) { ql::Settings::instance().evaluationDate() = today_; }

  void add_line(const Book<7>& b, std::size_t i, std::size_t time, std::size_t space) {
    const auto process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
        quoted(b.in[1][i]), flat(b.in[5][i]), flat(b.in[4][i]),
        ql::Handle<ql::BlackVolTermStructure>(
            ql::ext::make_shared<ql::BlackConstantVol>(today_, ql::NullCalendar(), b.in[6][i], days_)));
    add(b.in[2][i], ql::ext::make_shared<ql::AmericanExercise>(today_, date(b.in[3][i])),
        ql::ext::make_shared<ql::FdBlackScholesVanillaEngine>(process, time, space));
  }

  void add_plane(const Book<11>& b, std::size_t i, std::size_t time, std::size_t space, std::size_t variance) {
    const auto process =
        ql::ext::make_shared<ql::HestonProcess>(flat(b.in[4][i]), flat(b.in[5][i]), quoted(b.in[1][i]), b.in[6][i],
                                                b.in[7][i], b.in[8][i], b.in[9][i], b.in[10][i]);
    add(b.in[2][i], ql::ext::make_shared<ql::EuropeanExercise>(date(b.in[3][i])),
        ql::ext::make_shared<ql::FdHestonVanillaEngine>(ql::ext::make_shared<ql::HestonModel>(process), time, space,
                                                        variance));
  }

  void value(std::vector<double>& price) {
    for (std::size_t i = 0; i < options_.size(); ++i) {
      options_[i]->recalculate();
      price[i] = options_[i]->NPV();
    }
  }

 private:
  [[nodiscard]] ql::Date date(double years) const { return today_ + static_cast<int>(std::lround(365.0 * years)); }
  static ql::Handle<ql::Quote> quoted(double value) {
    return ql::Handle<ql::Quote>(ql::ext::make_shared<ql::SimpleQuote>(value));
  }
  [[nodiscard]] ql::Handle<ql::YieldTermStructure> flat(double value) const {
    return ql::Handle<ql::YieldTermStructure>(ql::ext::make_shared<ql::FlatForward>(today_, value, days_));
  }
  void add(double strike, const ql::ext::shared_ptr<ql::Exercise>& exercise,
           const ql::ext::shared_ptr<ql::PricingEngine>& engine) {
    auto option = ql::ext::make_shared<ql::VanillaOption>(
        ql::ext::make_shared<ql::PlainVanillaPayoff>(ql::Option::Put, strike), exercise);
    option->setPricingEngine(engine);
    options_.push_back(std::move(option));
  }

  ql::Date today_;
  ql::Actual365Fixed days_;
  std::vector<ql::ext::shared_ptr<ql::VanillaOption>> options_;
};
#endif

/// How many options the peer values; errors are measured on these, whoever values more.
constexpr std::size_t line_peers = 48;
constexpr std::size_t plane_peers = 16;

void bench_line(Log& log, std::size_t peer_time, std::size_t peer_space, const LinePlan& plan) {
  Book<7> b = line_options();
  const auto all = static_cast<double>(b.count);
  const auto error = [&b] { return b.error(line_peers); };
  const InstructionSet set = chosen_instruction_set();
  const std::string size = std::to_string(plan.nodes) + " x " + std::to_string(plan.phases * plan.steps) + ", ";
  std::vector<Contestant> found;
  found.push_back(contestant(
      "Plimsoll kernel " + size + std::string(name_of(set)), all, [&] { line_rows(b, set, plan, 0, b.count); }, error));
  found.push_back(contestant(
      "Plimsoll kernel, 2 threads", all,
      [&] {
        parallel_blocks(b.count, b.count / 8, 2,
                        [&](std::size_t begin, std::size_t end) { line_rows(b, set, plan, begin, end); });
      },
      error));
  if (is_supported(InstructionSet::avx2))
    found.push_back(contestant(
        "Plimsoll kernel, x86-64-v3", all, [&] { line_rows(b, InstructionSet::avx2, plan, 0, b.count); }, error));
  found.push_back(contestant(
      "plain C++: the same template on double", 64.0, [&] { plain_line(b, plan, 64); },
      [&b] { return b.error(line_peers); }));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  Peers peers;
  for (std::size_t i = 0; i < line_peers; ++i) peers.add_line(b, i, peer_time, peer_space);
  found.push_back(contestant(
      "QuantLib " QL_VERSION " FD " + std::to_string(peer_space) + " x " + std::to_string(peer_time),
      static_cast<double>(line_peers), [&] { peers.value(b.price); }, [&b] { return b.error(line_peers); }));
  const double ours = found.front().error;
  log.sound = log.sound && ours <= found.back().error;
#else
  static_cast<void>(peer_time);
  static_cast<void>(peer_space);
#endif
  duel(log, "American puts a second by finite differences", "root mean square on a strike of 100", std::move(found));
}

void bench_plane(Log& log, std::size_t peer_time, std::size_t peer_space, std::size_t peer_variance,
                 const PlanePlan& plan) {
  Book<11> b = plane_options();
  const auto error = [&b] { return b.error(plane_peers); };
  const InstructionSet set = chosen_instruction_set();
  const std::string size =
      std::to_string(plan.columns) + " x " + std::to_string(plan.rows) + " x " + std::to_string(plan.steps) + ", ";
  std::vector<Contestant> found;
  found.push_back(contestant(
      "Plimsoll kernel " + size + std::string(name_of(set)), static_cast<double>(b.count),
      [&] { plane_rows(b, set, plan, 0, b.count); }, error));
  if (is_supported(InstructionSet::avx2))
    found.push_back(contestant(
        "Plimsoll kernel, x86-64-v3", static_cast<double>(b.count),
        [&] { plane_rows(b, InstructionSet::avx2, plan, 0, b.count); }, error));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  Peers peers;
  for (std::size_t i = 0; i < plane_peers; ++i) peers.add_plane(b, i, peer_time, peer_space, peer_variance);
  found.push_back(contestant(
      "QuantLib " QL_VERSION " FD Heston " + std::to_string(peer_space) + " x " + std::to_string(peer_variance) +
          " x " + std::to_string(peer_time),
      static_cast<double>(plane_peers), [&] { peers.value(b.price); }, [&b] { return b.error(plane_peers); }));
  const double ours = found.front().error;
  log.sound = log.sound && ours <= found.back().error;
#else
  static_cast<void>(peer_time);
  static_cast<void>(peer_space);
  static_cast<void>(peer_variance);
#endif
  duel(log, "European puts in Heston's model a second by alternating directions", "root mean square on a spot of 100",
       std::move(found));
}

}  // namespace

int main(int count, char** arguments) {
  Log log;
  if (count > 1) log.history.open(arguments[1], std::ios::app);
  std::printf("Plimsoll %s, kernels for %s\n", std::string(version).c_str(),
              std::string(name_of(chosen_instruction_set())).c_str());
#ifndef PLIMSOLL_BENCH_QUANTLIB
  std::puts("QuantLib's headers are not installed (libquantlib0-dev): no ratio against it");
#endif
  constexpr auto verwer = static_cast<int>(AlternatingScheme::hundsdorfer_verwer);
  bench_line(log, 200, 200, {101, 4, 8});
  bench_plane(log, 50, 100, 50, {44, 88, 32, verwer, false});
  return log.sound ? 0 : 1;
}
