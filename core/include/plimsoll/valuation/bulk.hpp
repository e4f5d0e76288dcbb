#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace plimsoll {

/// European and American options as columns of equal length. `type` is 0 for a call and 1 for a put, `exercise` 0 for
/// European and 1 for American; years from the valuation date; rates continuously compounded.
/// Cash dividends are optional: those of row i are the entries from dividend_offsets[i] up to dividend_offsets[i + 1],
/// in order of time; without offsets no row has any.
struct OptionColumns {
  std::span<const std::uint8_t> type;
  std::span<const std::uint8_t> exercise;
  std::span<const double> spot;
  std::span<const double> strike;
  std::span<const double> years;
  std::span<const double> rate;
  std::span<const double> dividend_yield;
  std::span<const double> volatility;
  std::span<const std::int64_t> dividend_offsets;
  std::span<const double> dividend_years;
  std::span<const double> dividend_amounts;
};

/// Where results go, one row each; the columns of sensitivities may be empty when only the price is asked for.
struct OptionResults {
  std::span<double> price;
  std::span<double> delta;
  std::span<double> gamma;
  std::span<double> vega;
  std::span<double> theta;
  std::span<double> rho;
  std::span<std::int32_t> status;
  /// How far the price may be from the exact one, where the method says; else NaN. May be empty.
  std::span<double> error_estimate;
};

/// Status of a row that has a price.
inline constexpr std::int32_t row_is_valued = 0;

/// Status of a row that was refused: 1 + the number of its ErrorCode.
constexpr std::int32_t row_status(ErrorCode code) noexcept { return 1 + static_cast<std::int32_t>(code); }

/// Values every row by one method, on `threads` threads. A bad row, or one whose results leave the range of a double,
/// has NaN results and a status that tells why; the others are computed. Gives back the flaw that stops the whole call,
/// if there is one: columns of unequal length or a flaw of the method. The results have the same bits for any number of
/// threads. Prices alone by the integral equation or a Cox-Ross-Rubinstein lattice come from the kernels, several side
/// by side, and may differ in the last digits from those with sensitivities.
std::optional<Error> value_options(const OptionColumns& options, const Method& method, Measures measures, int threads,
                                   const OptionResults& results);

}  // namespace plimsoll
