// Portfolio margin of a million accounts of twenty positions from columns in memory, on one thread and on two.
#include "plimsoll/margin/portfolio/portfolio_bulk.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

namespace {

using namespace plimsoll::margin;

constexpr std::size_t accounts = 1'000'000;
constexpr std::size_t positions_each = 20;
constexpr std::uint32_t classes = 3'000;
constexpr std::uint32_t series_each = 60;

/// Classes with options around the money; four in five stand alone, the others share product and portfolio groups.
std::vector<BulkSeries> draw_series(std::mt19937_64& random) {
  std::uniform_real_distribution<double> delta(-1.0, 1.0);
  std::vector<BulkSeries> all;
  for (std::uint32_t c = 0; c < classes; ++c)
    for (std::uint32_t i = 0; i < series_each; ++i) {
      BulkSeries row{c, c, c, i == 0 ? 1.0 : 100.0, i == 0 ? 0.0 : 0.375, {}};
      if (c % 5 == 0) row.product_group = row.portfolio_group = c % 50;
      const double slope = i == 0 ? 1.0 : delta(random);
      for (std::size_t s = 0; s < valuation_points; ++s) {
        const double move = 3.0 * (static_cast<double>(s) - 5.0 + (s >= 5 ? 1.0 : 0.0));
        row.per_unit[s] = slope * move + 0.01 * move * move;
      }
      all.push_back(row);
    }
  return all;
}

double seconds(const BulkPositions& positions, const std::vector<BulkSeries>& series, const BulkOffsets& offsets,
               int threads, std::vector<std::int64_t>& cents) {
  const auto start = std::chrono::steady_clock::now();
  cents = *portfolio_requirements(positions, series, offsets, threads);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main() {
  std::mt19937_64 random(20070402);
  const auto series = draw_series(random);
  const std::vector<double> product(classes, 0.9);
  const std::vector<double> portfolio(classes, 0.5);
  std::vector<std::uint64_t> first;
  std::vector<std::uint32_t> number;
  std::vector<double> quantity;
  std::uniform_int_distribution<std::uint32_t> any(0, classes * series_each - 1);
  std::uniform_int_distribution<int> size(-20, 20);
  for (std::size_t a = 0; a <= accounts; ++a) first.push_back(a * positions_each);
  for (std::size_t i = 0; i < accounts * positions_each; ++i) {
    // Half of an account's positions share the class of the one before, as legs of a strategy do.
    const std::uint32_t drawn = any(random);
    number.push_back(i % 2 == 0 ? drawn : number.back() / series_each * series_each + drawn % series_each);
    quantity.push_back(size(random));
  }
  const BulkPositions positions{first, number, quantity};
  for (const std::size_t part : {accounts / 4, accounts / 2, accounts}) {
    const std::size_t rows = part * positions_each;
    const BulkPositions own{positions.first.first(part + 1), positions.series.first(rows),
                            positions.quantity.first(rows)};
    std::vector<std::int64_t> one;
    std::vector<std::int64_t> two;
    const double alone = seconds(own, series, {product, portfolio}, 1, one);
    const double pair = seconds(own, series, {product, portfolio}, 2, two);
    std::printf("%8zu accounts x %zu positions   1 thread %6.2f s   2 threads %6.2f s   same cents: %s\n", part,
                positions_each, alone, pair, one == two ? "yes" : "NO");
  }
  return 0;
}
