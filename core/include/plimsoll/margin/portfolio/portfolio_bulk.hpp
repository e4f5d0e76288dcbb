#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/portfolio/portfolio_margin.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace plimsoll::margin {

/// A series as the bulk door knows it: its place as numbers and its theoretical profits. A class group belongs to one
/// product group and a product group to one portfolio group.
struct BulkSeries {
  std::uint32_t portfolio_group = 0;
  std::uint32_t product_group = 0;
  std::uint32_t class_group = 0;
  double multiplier = 1.0;
  double minimum_per_unit = 0.0;  ///< dollars; 0 for stock
  PointProfits per_unit{};        ///< dollars
};

/// The offset of every group, by its number.
struct BulkOffsets {
  std::span<const double> product;
  std::span<const double> portfolio;
};

/// Positions of all accounts as columns: those of account a are first[a] .. first[a + 1] - 1. A series may stand
/// several times in an account; its quantities are netted.
struct BulkPositions {
  std::span<const std::uint64_t> first;  ///< accounts + 1 entries
  std::span<const std::uint32_t> series;
  std::span<const double> quantity;  ///< signed contracts or shares
};

/// The requirement of each account in cents: what portfolio_margin gives for the same holdings, to the last cent and
/// for any number of threads. Refuses columns of different lengths, rows out of order, numbers of groups or series that
/// are not there, and quantities or profits that are not finite or too large for exact cents (invalid_value).
Result<std::vector<std::int64_t>> portfolio_requirements(const BulkPositions& positions,
                                                         std::span<const BulkSeries> series, const BulkOffsets& offsets,
                                                         int threads);

}  // namespace plimsoll::margin
