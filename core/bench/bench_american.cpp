// American options by the integral equation, against the same template on double and QuantLib's QdFp engines, at equal
// or better accuracy: both sides' root mean square error against a converged reference is printed.
// One JSON document per line goes to the file that the first argument names.
#include "duel.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/integral_equation/american.hpp"
#include "plimsoll/method/integral_equation/premium.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <array>
#include <cstddef>

#ifdef PLIMSOLL_BENCH_QUANTLIB
#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/pricingengines/vanilla/qdfpamericanengine.hpp>
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

/// Sizes whose root mean square error on the book is below 1e-5, and below 3e-7, of a strike of 100.
constexpr IntegralEquation five{8, 6, 2, 18};
constexpr IntegralEquation seven{11, 10, 4, 36};

/// Puts as in the house's first measurement: 36 days to 3 years, volatility 10 to 60 %, rate 2 to 10 %, yield below it,
/// 2 rate / volatility^2 at most 12, whole days.
struct Book {
  static constexpr std::size_t count = 1024;
  std::array<std::vector<double>, 7> in;  // side, spot, strike, years, rate, yield, volatility
  std::vector<double> price, change, exact;

  Book() : price(count), change(count), exact(count) {
    RandomStream stream(20261128, 0);
    for (auto& column : in) column.resize(count);
    for (std::size_t i = 0; i < count;) {
      std::array<double, 5> u{};
      stream.fill_uniform(u);
      const double rate = 0.02 + 0.08 * u[2];
      const double volatility = 0.1 + 0.5 * u[4];
      if (2.0 * rate > 12.0 * volatility * volatility) continue;
      const std::array<double, 7> row{-1.0, 75.0 + 50.0 * u[0], 100.0,     std::round(36.0 + 1059.0 * u[1]) / 365.0,
                                      rate, rate * u[3],        volatility};
      for (std::size_t c = 0; c < 7; ++c) in[c][i] = row[c];
      ++i;
    }
    IntegralWorkspace workspace;
    for (std::size_t i = 0; i < count; ++i) exact[i] = integral_equation_price(option(i), {32, 48, 8, 256}, workspace);
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

void kernel_rows(Book& b, InstructionSet set, const BoundaryTables& tables, std::size_t begin, std::size_t end) {
  const auto plan = tables.plan();
  std::vector<std::byte> memory(kernels(set).american_memory(plan));
  const auto column = [&](std::size_t c) { return b.in[c].data() + begin; };
  kernels(set).american_book({column(0), column(1), column(2), column(3), column(4), column(5), column(6), end - begin},
                             plan, memory.data(), b.price.data() + begin, b.change.data() + begin);
}

/// The same template on double, with as many steps.
void plain_rows(Book& b, const BoundaryTables& tables, std::size_t rows) {
  const auto plan = tables.plan();
  std::vector<double> memory(BoundaryScratch<double>::size(plan.nodes, plan.points));
  std::vector<double> squares(plan.nodes);
  std::vector<double> logs(plan.nodes);
  const auto scratch = BoundaryScratch<double>::within(memory.data(), plan.nodes, plan.points);
  for (std::size_t i = 0; i < rows; ++i) {
    const VanillaCase o = b.option(i);
    const auto terms = upper_boundary<double>(o.model.rate, o.model.dividend_yield, o.model.volatility, o.years);
    find_boundary<double>(terms, plan, squares.data(), scratch, logs.data());
    const double spot = o.model.spot / o.strike;
    const double held = black_scholes_price(o.type, o.strike, o.years, o.model) +
                        o.strike * premium<double>(terms, plan, squares.data(), spot, 0.0).value;
    b.price[i] = std::log(spot) > terms.start + logs.back() ? held : o.strike - o.model.spot;
  }
}

#ifdef PLIMSOLL_BENCH_QUANTLIB
namespace ql = QuantLib;

/// QuantLib's instruments and engines made beforehand; what is timed is their calculation.
class PeerBook {
 public:
  PeerBook(const Book& b, std::size_t rows, const ql::ext::shared_ptr<ql::QdFpIterationScheme>& scheme) {
    const ql::Date today(20, ql::November, 2026);
    ql::Settings::instance().evaluationDate() = today;
    const ql::Actual365Fixed days;
    const auto quoted = [](double value) {
      return ql::Handle<ql::Quote>(ql::ext::make_shared<ql::SimpleQuote>(value));
    };
    const auto flat = [&](double value) {
      return ql::Handle<ql::YieldTermStructure>(ql::ext::make_shared<ql::FlatForward>(today, value, days));
    };
    for (std::size_t i = 0; i < rows; ++i) {
      const auto process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
          quoted(b.in[1][i]), flat(b.in[5][i]), flat(b.in[4][i]),
          ql::Handle<ql::BlackVolTermStructure>(
              ql::ext::make_shared<ql::BlackConstantVol>(today, ql::NullCalendar(), b.in[6][i], days)));
      auto option = ql::ext::make_shared<ql::VanillaOption>(
          ql::ext::make_shared<ql::PlainVanillaPayoff>(ql::Option::Put, b.in[2][i]),
          ql::ext::make_shared<ql::AmericanExercise>(today, today + static_cast<int>(std::lround(365.0 * b.in[3][i]))));
      option->setPricingEngine(ql::ext::make_shared<ql::QdFpAmericanEngine>(process, scheme));
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

void bench_at(Log& log, const char* title, const IntegralEquation& settings, double allowed, bool high_precision) {
  Book b;
  const BoundaryTables tables(settings);
  const auto all = static_cast<double>(Book::count);
  const auto error = [&b] { return b.error(Book::count); };
  const InstructionSet set = chosen_instruction_set();
  std::vector<Contestant> found;
  found.push_back(contestant(
      "Plimsoll kernel, " + std::string(name_of(set)), all, [&] { kernel_rows(b, set, tables, 0, Book::count); },
      error));
  log.sound = log.sound && found.back().error <= allowed;
  found.push_back(contestant(
      "Plimsoll kernel, 2 threads", all,
      [&] {
        parallel_blocks(Book::count, Book::count / 8, 2,
                        [&](std::size_t begin, std::size_t end) { kernel_rows(b, set, tables, begin, end); });
      },
      error));
  if (is_supported(InstructionSet::avx2))
    found.push_back(contestant(
        "Plimsoll kernel, x86-64-v3", all, [&] { kernel_rows(b, InstructionSet::avx2, tables, 0, Book::count); },
        error));
  found.push_back(contestant(
      "plain C++: the same template on double", 256.0, [&] { plain_rows(b, tables, 256); },
      [&b] { return b.error(256); }));
#ifdef PLIMSOLL_BENCH_QUANTLIB
  const std::size_t rows = high_precision ? 16 : 256;
  PeerBook peers(
      b, rows,
      high_precision ? ql::QdFpAmericanEngine::highPrecisionScheme() : ql::QdFpAmericanEngine::accurateScheme());
  found.push_back(contestant(
      std::string("QuantLib " QL_VERSION " QdFp ") + (high_precision ? "highPrecision" : "accurate"),
      static_cast<double>(rows), [&] { peers.value(b); }, [&b, rows] { return b.error(rows); }));
#else
  static_cast<void>(high_precision);
#endif
  duel(log, title, "root mean square on a strike of 100", std::move(found));
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
  bench_at(log, "American puts a second, error below 1e-5", five, 1e-5, false);
  bench_at(log, "American puts a second, error below 3e-7", seven, 3e-7, true);
  return log.sound ? 0 : 1;
}
