// Options per second of processor time, lattice and grid on one thread: American puts around the money, half a year.
// Then American options on a Cox-Ross-Rubinstein lattice of 1000 steps, against the same recursion in plain C++ and
// QuantLib's lattice at equal steps; both sides' error against the integral equation is printed.
// One JSON document per line goes to the file that the first argument names.
#include "duel.hpp"
#include "plimsoll/method/integral_equation/american.hpp"
#include "plimsoll/method/tree/binomial.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#include <plimsoll/valuation/bulk.hpp>

#ifdef PLIMSOLL_BENCH_QUANTLIB
#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/pricingengines/vanilla/binomialengine.hpp>
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

void time_method(const char* label, const Method& method, std::size_t rows, Measures measures) {
  std::vector<std::uint8_t> type(rows, 1);
  std::vector<std::uint8_t> exercise(rows, 1);
  std::vector<double> spot(rows, 100.0);
  std::vector<double> strike(rows);
  for (std::size_t i = 0; i < rows; ++i) strike[i] = 70.0 + 60.0 * static_cast<double>(i) / static_cast<double>(rows);
  std::vector<double> years(rows, 0.5);
  std::vector<double> rate(rows, 0.03);
  std::vector<double> yield(rows, 0.01);
  std::vector<double> volatility(rows, 0.3);
  std::vector<std::vector<double>> out(6, std::vector<double>(rows));
  std::vector<std::int32_t> status(rows);
  const OptionColumns options{type, exercise, spot, strike, years, rate, yield, volatility, {}, {}, {}};
  const OptionResults results{out[0], out[1], out[2], out[3], out[4], out[5], status, {}};
  double best = 1e300;
  for (int run = 0; run < 5; ++run) {
    const std::clock_t start = std::clock();
    if (value_options(options, method, measures, 1, results)) return;
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    best = seconds < best ? seconds : best;
  }
  std::printf("%-44s %12.0f options/s\n", label, static_cast<double>(rows) / best);
}

constexpr std::size_t lattice_steps = 1000;

/// Puts as in the house's first measurement of American options, whole days.
struct Book {
  static constexpr std::size_t count = 256;
  std::array<std::vector<double>, 7> in;  // side, spot, strike, years, rate, yield, volatility
  std::vector<double> american = std::vector<double>(count, 1.0);
  std::vector<double> price = std::vector<double>(count);
  std::vector<double> exact;

  Book() {
    RandomStream stream(20261128, 1);
    while (in[0].size() < count) {
      std::array<double, 5> u{};
      stream.fill_uniform(u);
      const double rate = 0.02 + 0.08 * u[2];
      const double volatility = 0.1 + 0.5 * u[4];
      if (2.0 * rate > 12.0 * volatility * volatility) continue;
      const std::array<double, 7> row{-1.0, 75.0 + 50.0 * u[0], 100.0,     std::round(36.0 + 1059.0 * u[1]) / 365.0,
                                      rate, rate * u[3],        volatility};
      for (std::size_t c = 0; c < 7; ++c) in[c].push_back(row[c]);
    }
    IntegralWorkspace workspace;
    for (std::size_t i = 0; i < count; ++i)
      exact.push_back(integral_equation_price(option(i), IntegralEquation::high_precision(), workspace));
  }

  [[nodiscard]] VanillaCase option(std::size_t i) const {
    return {OptionType::put, Exercise::american, in[2][i], in[3][i], {in[1][i], in[4][i], in[5][i], in[6][i]}, {}};
  }

  /// Root mean square error of the first `rows` prices.
  [[nodiscard]] double error(std::size_t rows) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < rows; ++i) sum += (price[i] - exact[i]) * (price[i] - exact[i]);
    return std::sqrt(sum / static_cast<double>(rows));
  }
};

void kernel_rows(Book& b, InstructionSet set, bool by_formula) {
  const plimsoll_kernels::LatticePlan plan{lattice_steps, by_formula};
  std::vector<std::byte> memory(kernels(set).lattice_memory(plan));
  const auto column = [&](std::size_t c) { return b.in[c].data(); };
  kernels(set).lattice_book({column(0), column(1), column(2), column(3), column(4), column(5), column(6), Book::count},
                            b.american.data(), plan, memory.data(), b.price.data());
}

/// The textbook's loop over the whole lattice, in place.
void plain_rows(Book& b, std::size_t rows) {
  std::vector<double> values(lattice_steps + 1);
  std::vector<double> payoffs(2 * lattice_steps + 1);
  for (std::size_t i = 0; i < rows; ++i) {
    const VanillaCase o = b.option(i);
    const double dt = o.years / static_cast<double>(lattice_steps);
    const double move = o.model.volatility * std::sqrt(dt);
    const double up =
        (std::exp((o.model.rate - o.model.dividend_yield) * dt) - std::exp(-move)) / (std::exp(move) - std::exp(-move));
    const double discount = std::exp(-o.model.rate * dt);
    for (std::size_t k = 0; k < payoffs.size(); ++k)
      payoffs[k] = std::max(
          o.strike - o.model.spot * std::exp((static_cast<double>(k) - static_cast<double>(lattice_steps)) * move),
          0.0);
    for (std::size_t j = 0; j <= lattice_steps; ++j) values[j] = payoffs[2 * j];
    for (std::size_t level = lattice_steps; level-- > 0;)
      for (std::size_t j = 0; j <= level; ++j)
        values[j] =
            std::max(discount * (up * values[j + 1] + (1.0 - up) * values[j]), payoffs[2 * j + lattice_steps - level]);
    b.price[i] = values[0];
  }
}

/// The door for columns, on one thread.
void bulk_rows(Book& b) {
  static const std::vector<std::uint8_t> ones(Book::count, 1);
  std::vector<std::int32_t> status(Book::count);
  const OptionColumns options{ones, ones, b.in[1], b.in[2], b.in[3], b.in[4], b.in[5], b.in[6], {}, {}, {}};
  const Binomial method{BinomialMoves::cox_ross_rubinstein, static_cast<std::int64_t>(lattice_steps),
                        Extrapolation::none, LastStep::payoff};
  const OptionResults results{b.price, {}, {}, {}, {}, {}, status, {}};
  if (value_options(options, method, Measures::price_only, 1, results)) b.price.assign(Book::count, 0.0);
}

#ifdef PLIMSOLL_BENCH_QUANTLIB
namespace ql = QuantLib;

/// QuantLib's instruments and engines made beforehand; what is timed is their calculation.
class PeerBook {
 public:
  PeerBook(const Book& b, std::size_t rows) {
    const ql::Date today(20, ql::November, 2026);
    ql::Settings::instance().evaluationDate() = today;
    const ql::Actual365Fixed days;
    const auto flat = [&](double value) {
      return ql::Handle<ql::YieldTermStructure>(ql::ext::make_shared<ql::FlatForward>(today, value, days));
    };
    for (std::size_t i = 0; i < rows; ++i) {
      const auto process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
          ql::Handle<ql::Quote>(ql::ext::make_shared<ql::SimpleQuote>(b.in[1][i])), flat(b.in[5][i]), flat(b.in[4][i]),
          ql::Handle<ql::BlackVolTermStructure>(
              ql::ext::make_shared<ql::BlackConstantVol>(today, ql::NullCalendar(), b.in[6][i], days)));
      auto option = ql::ext::make_shared<ql::VanillaOption>(
          ql::ext::make_shared<ql::PlainVanillaPayoff>(ql::Option::Put, b.in[2][i]),
          ql::ext::make_shared<ql::AmericanExercise>(today, today + static_cast<int>(std::lround(365.0 * b.in[3][i]))));
      option->setPricingEngine(
          ql::ext::make_shared<ql::BinomialVanillaEngine<ql::CoxRossRubinstein>>(process, lattice_steps));
      options_.push_back(std::move(option));
    }
  }

  void value(Book& b) {
    for (std::size_t i = 0; i < options_.size(); ++i) {
      options_[i]->recalculate();
      b.price[i] = options_[i]->NPV();
    }
  }

 private:
  std::vector<ql::ext::shared_ptr<ql::VanillaOption>> options_;
};
#endif

void bench_lattices(Log& log) {
  Book b;
  const auto all = static_cast<double>(Book::count);
  const auto error = [&b] { return b.error(Book::count); };
  const InstructionSet set = chosen_instruction_set();
  std::vector<Contestant> found;
  found.push_back(
      contestant("Plimsoll kernel, " + std::string(name_of(set)), all, [&] { kernel_rows(b, set, false); }, error));
  log.sound = log.sound && found.back().error < 3e-3;
  found.push_back(
      contestant("Plimsoll kernel, last step by the formula", all, [&] { kernel_rows(b, set, true); }, error));
  if (is_supported(InstructionSet::avx2))
    found.push_back(
        contestant("Plimsoll kernel, x86-64-v3", all, [&] { kernel_rows(b, InstructionSet::avx2, false); }, error));
  found.push_back(contestant("Plimsoll, the door for columns", all, [&] { bulk_rows(b); }, error));
  found.push_back(contestant(
      "plain C++: the whole lattice in place", 32.0, [&] { plain_rows(b, 32); }, [&b] { return b.error(32); }));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  constexpr std::size_t rows = 16;
  PeerBook peers(b, rows);
  found.push_back(contestant(
      "QuantLib " QL_VERSION " CoxRossRubinstein", static_cast<double>(rows), [&] { peers.value(b); },
      [&b] { return b.error(rows); }));
#else
  std::puts("QuantLib's headers are not installed (libquantlib0-dev): no ratio against it");
#endif
  duel(log, "American puts a second, Cox-Ross-Rubinstein lattice of 1000 steps", "root mean square on a strike of 100",
       std::move(found));
}

}  // namespace

int main(int count, char** arguments) {
  Log log;
  if (count > 1) log.history.open(arguments[1], std::ios::app);
  std::printf("Plimsoll %s, kernels for %s\n", std::string(version).c_str(),
              std::string(name_of(chosen_instruction_set())).c_str());
  bench_lattices(log);
  using enum Extrapolation;
  time_method("tree 51 steps, price", LeisenReimer{51, none}, 20000, Measures::price_only);
  time_method("tree 101 steps, price", LeisenReimer{101, none}, 10000, Measures::price_only);
  time_method("tree 101 steps extrapolated, price", LeisenReimer{101, richardson}, 10000, Measures::price_only);
  time_method("tree 101 steps extrapolated, five Greeks", LeisenReimer{101, richardson}, 2000, Measures::with_greeks);
  time_method("grid 200 x 100 extrapolated, price", CrankNicolson{200, 100, richardson}, 200, Measures::price_only);
  time_method("grid 200 x 200, price", CrankNicolson{200, 200, none}, 200, Measures::price_only);
  time_method("grid 200 x 200, five Greeks", CrankNicolson{200, 200, none}, 50, Measures::with_greeks);
  time_method("binomial 200 steps extrapolated, price", Binomial{}, 4096, Measures::price_only);
  time_method("binomial 200 steps extrapolated, five Greeks", Binomial{}, 1000, Measures::with_greeks);
  time_method("trinomial 200 steps extrapolated, price", Trinomial{}, 1000, Measures::price_only);
  time_method("trinomial 200 steps extrapolated, five Greeks", Trinomial{}, 500, Measures::with_greeks);
  return log.sound ? 0 : 1;
}
