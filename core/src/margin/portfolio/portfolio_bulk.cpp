#include "plimsoll/margin/portfolio/portfolio_bulk.hpp"

#include "offsets.hpp"
#include "plimsoll/base/parallel.hpp"

#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>

namespace plimsoll::margin {

namespace {

constexpr std::size_t accounts_per_block = 4096;
// As at the door for accounts: keeps sums of positions within whole numbers that a double holds.
constexpr double largest_notional = 1e11;

Error bad_column(std::string field, std::string value, std::string allowed) {
  return {ErrorCode::invalid_value, std::move(field), std::move(value), std::move(allowed), "correct the columns"};
}

std::optional<Error> flaw_of(const BulkSeries& row, const BulkOffsets& offsets, std::size_t number) {
  const std::string field = "series[" + std::to_string(number) + "].";
  if (row.product_group >= offsets.product.size())
    return bad_column(field + "product_group", std::to_string(row.product_group),
                      "below " + std::to_string(offsets.product.size()));
  if (row.portfolio_group >= offsets.portfolio.size())
    return bad_column(field + "portfolio_group", std::to_string(row.portfolio_group),
                      "below " + std::to_string(offsets.portfolio.size()));
  if (!(row.multiplier >= 1.0 && row.multiplier <= 1e5))
    return bad_column(field + "multiplier", text_of(row.multiplier), "1 to 100000");
  if (!(row.minimum_per_unit >= 0.0 && row.minimum_per_unit <= 1e3))
    return bad_column(field + "minimum_per_unit", text_of(row.minimum_per_unit), "dollars per unit, 0 to 1,000");
  for (const double profit : row.per_unit)
    if (!(std::fabs(profit) <= largest_notional))
      return bad_column(field + "per_unit", text_of(profit), "finite, within +-1e11 dollars");
  return std::nullopt;
}

std::optional<Error> flaw_of_offsets(std::span<const double> offsets, const char* field) {
  for (const double offset : offsets)
    if (!(offset >= 0.0 && offset <= 1.0)) return bad_column(field, text_of(offset), "a fraction from 0 to 1");
  return std::nullopt;
}

std::optional<Error> flaw_of_lengths(const BulkPositions& positions) {
  const std::size_t rows = positions.series.size();
  if (positions.quantity.size() != rows)
    return bad_column("quantity", std::to_string(positions.quantity.size()) + " rows", std::to_string(rows));
  if (positions.first.empty() || positions.first.front() != 0 || positions.first.back() != rows ||
      !std::ranges::is_sorted(positions.first))
    return bad_column("first", std::to_string(positions.first.size()) + " entries",
                      "rising from 0 to the number of rows, " + std::to_string(rows));
  return std::nullopt;
}

/// Every number of each series is the rank of its groups and itself, so that sorting positions by rank puts together
/// what is netted together.
std::vector<std::uint32_t> ranks_of(std::span<const BulkSeries> series) {
  std::vector<std::uint32_t> order(series.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto place = [&](std::uint32_t i) {
    return std::tuple(series[i].portfolio_group, series[i].product_group, series[i].class_group, i);
  };
  std::ranges::sort(order, {}, place);
  return order;
}

struct Position {
  std::uint32_t rank = 0;
  double quantity = 0.0;
};

/// Walks the sorted positions of one account and closes classes, product groups and portfolio groups as they end.
class Walk {
 public:
  Walk(std::span<const BulkSeries> sorted, const BulkOffsets& offsets) : sorted_(sorted), offsets_(offsets) {}

  /// Cents, or NaN where a position is too large.
  double requirement(std::span<const Position> positions) {
    total_ = 0.0;
    for (std::size_t i = 0; i < positions.size();) {
      const BulkSeries& series = sorted_[positions[i].rank];
      double quantity = 0.0;
      const std::uint32_t rank = positions[i].rank;
      for (; i < positions.size() && positions[i].rank == rank; ++i) quantity += positions[i].quantity;
      if (quantity != 0.0) {
        move_to(series);
        add(series, quantity);
      }
    }
    close_portfolio();
    return total_;
  }

 private:
  void move_to(const BulkSeries& series) {
    if (at_ != nullptr) {
      if (at_->portfolio_group != series.portfolio_group)
        close_portfolio();
      else if (at_->product_group != series.product_group)
        close_product();
      else if (at_->class_group != series.class_group)
        close_class();
    }
    at_ = &series;
  }

  void add(const BulkSeries& series, double quantity) {
    const double units = quantity * series.multiplier;
    add_position(net_, series.per_unit, units);
    minimum_ += cents_of(series.minimum_per_unit * std::fabs(units));
  }

  void close_class() {
    classes_.add(net_);
    net_ = {};
  }

  void close_product() {
    close_class();
    products_.add(classes_.total(offsets_.product[at_->product_group]));
    classes_ = {};
  }

  void close_portfolio() {
    if (at_ == nullptr) return;
    close_product();
    total_ += requirement_cents(products_.total(offsets_.portfolio[at_->portfolio_group]), minimum_);
    products_ = {};
    minimum_ = 0.0;
    at_ = nullptr;
  }

  std::span<const BulkSeries> sorted_;
  BulkOffsets offsets_;
  const BulkSeries* at_ = nullptr;
  PointProfits net_{};
  OffsetSum classes_;
  OffsetSum products_;
  double minimum_ = 0.0;
  double total_ = 0.0;
};

/// The largest quantity of each series whose profits stay exact.
std::vector<double> largest_of(std::span<const BulkSeries> series) {
  std::vector<double> largest;
  for (const BulkSeries& row : series) {
    double unit = std::max(1.0, row.minimum_per_unit);
    for (const double profit : row.per_unit) unit = std::max(unit, std::fabs(profit));
    largest.push_back(largest_notional / (unit * row.multiplier));
  }
  return largest;
}

}  // namespace

Result<std::vector<std::int64_t>> portfolio_requirements(const BulkPositions& positions,
                                                         std::span<const BulkSeries> series, const BulkOffsets& offsets,
                                                         int threads) {
  if (auto flaw = flaw_of_lengths(positions)) return *flaw;
  if (auto flaw = flaw_of_offsets(offsets.product, "product_offsets")) return *flaw;
  if (auto flaw = flaw_of_offsets(offsets.portfolio, "portfolio_offsets")) return *flaw;
  for (std::size_t i = 0; i < series.size(); ++i)
    if (auto flaw = flaw_of(series[i], offsets, i)) return *flaw;
  const auto order = ranks_of(series);
  std::vector<std::uint32_t> rank_of(series.size());
  std::vector<BulkSeries> sorted;
  sorted.reserve(series.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    rank_of[order[rank]] = static_cast<std::uint32_t>(rank);
    sorted.push_back(series[order[rank]]);
  }
  const auto largest = largest_of(series);
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  const std::size_t accounts = positions.first.size() - 1;
  std::vector<std::int64_t> cents(accounts);
  std::atomic<std::size_t> first_bad{none};
  parallel_blocks(accounts, accounts_per_block, threads, [&](std::size_t begin, std::size_t end) {
    Walk walk(sorted, offsets);
    std::vector<Position> own;
    for (std::size_t a = begin; a < end; ++a) {
      own.clear();
      for (std::size_t row = positions.first[a]; row < positions.first[a + 1]; ++row) {
        const std::uint32_t number = positions.series[row];
        if (number >= series.size() || !(std::fabs(positions.quantity[row]) <= largest[number])) {
          std::size_t seen = first_bad.load();
          while (row < seen && !first_bad.compare_exchange_weak(seen, row)) {
          }
          continue;
        }
        own.push_back({rank_of[number], positions.quantity[row]});
      }
      std::ranges::sort(own, {}, &Position::rank);
      cents[a] = static_cast<std::int64_t>(walk.requirement(own));
    }
  });
  const std::size_t bad = first_bad.load();
  if (bad == none) return cents;
  const std::string field = "positions[" + std::to_string(bad) + "]";
  if (positions.series[bad] >= series.size())
    return bad_column(field + ".series", std::to_string(positions.series[bad]),
                      "below " + std::to_string(series.size()));
  return bad_column(field + ".quantity", text_of(positions.quantity[bad]),
                    "finite, with profits within +-1e11 dollars");
}

}  // namespace plimsoll::margin
