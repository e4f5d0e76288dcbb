// Options per second of processor time, lattice and grid on one thread: American puts around the money, half a year.
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#include <plimsoll/valuation/bulk.hpp>

namespace {

using namespace plimsoll;

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

}  // namespace

int main() {
  using enum Extrapolation;
  time_method("tree 51 steps, price", LeisenReimer{51, none}, 20000, Measures::price_only);
  time_method("tree 101 steps, price", LeisenReimer{101, none}, 10000, Measures::price_only);
  time_method("tree 101 steps extrapolated, price", LeisenReimer{101, richardson}, 10000, Measures::price_only);
  time_method("tree 101 steps extrapolated, five Greeks", LeisenReimer{101, richardson}, 2000, Measures::with_greeks);
  time_method("grid 200 x 100 extrapolated, price", CrankNicolson{200, 100, richardson}, 200, Measures::price_only);
  time_method("grid 200 x 200, price", CrankNicolson{200, 200, none}, 200, Measures::price_only);
  time_method("grid 200 x 200, five Greeks", CrankNicolson{200, 200, none}, 50, Measures::with_greeks);
}
