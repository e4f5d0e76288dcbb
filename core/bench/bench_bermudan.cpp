// Bounds of the Bermudan call on the largest of several assets: price, gap and time, beside printed values.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <plimsoll/method/monte_carlo/longstaff_schwartz.hpp>

namespace {

using namespace plimsoll;

/// Nine dates in three years, rate 5 %, yields 10 %, volatilities 20 %, no correlation, strike 100.
bool show(std::size_t assets, double spot, double printed, const LongstaffSchwartz& method) {
  CorrelatedBlackScholes<double> model{std::vector<double>(assets, spot), 0.05, std::vector<double>(assets, 0.1),
                                       std::vector<double>(assets, 0.2), std::vector<double>(assets * assets, 0.0)};
  for (std::size_t i = 0; i < assets; ++i) model.correlation[i * assets + i] = 1.0;
  BermudanBasket product{{OptionType::call, Aggregate::largest, std::vector<double>(assets, 1.0), 100.0, 3.0}, {}};
  for (int k = 1; k <= 9; ++k) product.exercise_dates.push_back(k / 3.0);
  const auto start = std::chrono::steady_clock::now();
  const auto found = bermudan_bounds(product, model, method);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!found) return false;
  const double gap = 100.0 * (found->upper - found->lower) / found->lower;
  std::printf(
      "%zu assets at %3.0f: %8.4f (%.4f) to %8.4f (%.4f)  gap %6.3f %%  printed %.3f  control gains %.1f  %.1f s\n",
      assets, spot, found->lower, found->lower_error, found->upper, found->upper_error, gap, printed,
      found->variance_gain, seconds);
  return gap <= 0.5;
}

}  // namespace

/// The second argument is the share of the full number of paths: 0.2 is quick and less sure. The first is not used.
int main(int count, char** words) {
  const double share = count > 2 ? std::strtod(words[2], nullptr) : 0.2;
  const auto of = [share](double n) { return static_cast<std::int64_t>(n * share) + 2; };
  const LongstaffSchwartz method{of(200'000) + 256, of(1'000'000) + 256, of(1'500), 1'000, 7, 2};
  bool good = true;
  // Two assets: Glasserman (2003), p. 462. Five: Broadie & Glasserman (2004), mesh, as quoted by Andersen & Broadie
  // (2004).
  good = show(2, 90.0, 8.08, method) && good;
  good = show(2, 100.0, 13.90, method) && good;
  good = show(2, 110.0, 21.34, method) && good;
  good = show(5, 90.0, 16.64, method) && good;
  good = show(5, 100.0, 26.15, method) && good;
  good = show(5, 110.0, 36.78, method) && good;
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
