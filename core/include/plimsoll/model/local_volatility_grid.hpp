#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// A diffusion whose volatility is a function of time and spot, given on a grid: a row holds from the time of the row
/// before up to its own, the last one for ever; between columns, evenly spaced in the log of the spot from `low_spot`
/// to `high_spot`, it is linear in the log, and flat beyond. Source: Dupire (1994), Pricing with a smile, Risk 7 (1),
/// for the model.
struct LocalVolatilityGrid {
  double spot = 0.0;
  double rate = 0.0;
  double dividend_yield = 0.0;
  std::vector<double> times;  // of the rows, in years, ascending
  double low_spot = 0.0;
  double high_spot = 0.0;
  std::size_t columns = 0;
  std::vector<double> volatilities;  // row by row

  friend bool operator==(const LocalVolatilityGrid&, const LocalVolatilityGrid&) = default;
};

template <>
struct Fields<LocalVolatilityGrid> {
  using Model = LocalVolatilityGrid;
  static constexpr std::string_view name = "LocalVolatilityGrid";
  static constexpr auto list = std::make_tuple(
      field("spot", &Model::spot), field("rate", &Model::rate), field("dividend_yield", &Model::dividend_yield),
      field("times", &Model::times), field("low_spot", &Model::low_spot), field("high_spot", &Model::high_spot),
      field("columns", &Model::columns), field("volatilities", &Model::volatilities));
};

/// The first parameter that makes no sense, if there is one; more than 2^24 cells are too many.
std::optional<Error> find_flaw(const LocalVolatilityGrid& model);

/// The same of all but the volatilities, before there are any.
std::optional<Error> flaw_of_axes(const LocalVolatilityGrid& model);

/// The spot of a column.
double column_spot(const LocalVolatilityGrid& model, std::size_t column) noexcept;

}  // namespace plimsoll
