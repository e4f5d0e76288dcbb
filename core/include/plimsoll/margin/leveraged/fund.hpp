#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// A fund that is brought back to a multiple of its index at every close; -1 and below are inverse funds.
struct FundTerms {
  double multiple = 2.0;
  double net_assets = 0.0;   ///< at the first close, in currency
  double annual_fee = 0.0;   ///< of net assets, a decimal
  double annual_rate = 0.0;  ///< paid on what is borrowed beyond net assets, received on cash; a decimal
  double days_per_year = 252;

  friend bool operator==(const FundTerms&, const FundTerms&) = default;
};

/// One close of a fund.
struct FundDay {
  double close = 0.0;         ///< of the index
  double index_return = 0.0;  ///< since the close before
  double net_assets = 0.0;
  double rebalancing =
      0.0;              ///< exposure bought at the close to come back to the multiple, in currency; negative is sold
  double shares = 0.0;  ///< the same in units of the index

  friend bool operator==(const FundDay&, const FundDay&) = default;
};

/// What daily rebalancing did to a fund. The decay is that of the logarithm of growth against `multiple` times that of
/// the index, before costs: exactly, by the variance, and how far the two can differ at most. None where the fund was
/// lost.
struct FundPath {
  std::vector<FundDay> days;
  bool lost = false;  ///< whether a day took everything; the path ends there
  double fund_return = 0.0;
  double index_return = 0.0;
  double shortfall = 0.0;  ///< fund return less multiple times index return
  std::optional<double> decay;
  std::optional<double> decay_by_variance;  ///< -multiple (multiple - 1) / 2 x the sum of squared returns
  std::optional<double> error_bound;        ///< of the line above
  std::optional<double> frequent_limit;     ///< return of a fund rebalanced without a gap at the realised variance
  friend bool operator==(const FundPath&, const FundPath&) = default;
};

/// Exposure that a fund buys at a close after the index returned so much since its last reset, in currency:
/// multiple (multiple - 1) x net assets at the reset x return. Leveraged and inverse funds buy after a rise both.
/// Source: Cheng and Madhavan (2009), The dynamics of leveraged and inverse exchange-traded funds, J. Investment
/// Management 7(4), eq. 8; costs between two closes are not in it.
double rebalancing_flow(double multiple, double net_assets, double index_return) noexcept;

/// The path of a fund over closes of its index, at least two.
/// Accuracy: exact but for rounding; the bound of the decay is Lagrange's remainder of third order, day by day.
/// Limits: refuses numbers that are not finite, closes and net assets that are not above zero.
Result<FundPath> fund_path(const FundTerms& terms, std::span<const double> closes);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::FundTerms> {
  static constexpr std::string_view name = "FundTerms";
  static constexpr auto list = std::make_tuple(
      field("multiple", &margin::FundTerms::multiple), field("net_assets", &margin::FundTerms::net_assets),
      field("annual_fee", &margin::FundTerms::annual_fee), field("annual_rate", &margin::FundTerms::annual_rate),
      field("days_per_year", &margin::FundTerms::days_per_year));
};

template <>
struct Fields<margin::FundDay> {
  static constexpr std::string_view name = "FundDay";
  static constexpr auto list =
      std::make_tuple(field("close", &margin::FundDay::close), field("index_return", &margin::FundDay::index_return),
                      field("net_assets", &margin::FundDay::net_assets),
                      field("rebalancing", &margin::FundDay::rebalancing), field("shares", &margin::FundDay::shares));
};

template <>
struct Fields<margin::FundPath> {
  static constexpr std::string_view name = "FundPath";
  static constexpr auto list = std::make_tuple(
      field("days", &margin::FundPath::days), field("lost", &margin::FundPath::lost),
      field("fund_return", &margin::FundPath::fund_return), field("index_return", &margin::FundPath::index_return),
      field("shortfall", &margin::FundPath::shortfall), field("decay", &margin::FundPath::decay),
      field("decay_by_variance", &margin::FundPath::decay_by_variance),
      field("error_bound", &margin::FundPath::error_bound), field("frequent_limit", &margin::FundPath::frequent_limit));
};

}  // namespace plimsoll
