#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/market/correlations.hpp"
#include "plimsoll/market/curve.hpp"
#include "plimsoll/market/status.hpp"
#include "plimsoll/market/volatility_surface.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

/// Whether prices are as traded or adjusted back for splits and dividends. Rules that hinge on a price level, such as a
/// $5 minimum, cannot be trusted on adjusted prices.
enum class PriceBasis { raw, adjusted };

/// What an underlying's `spot` is the price of: one unit, held and paid for at once, or a future, which costs nothing
/// to hold. The volatility of a future is that of its logarithm, or, for one that may be negative, that of the price
/// itself (`normal_future`), in units of price for the root of a year.
enum class Quotation { spot, future, normal_future };

/// An amount per share paid to holders before the ex-date.
struct CashDividend {
  Date ex_date;
  double amount = 0.0;

  friend bool operator==(const CashDividend&, const CashDividend&) = default;
};

template <>
struct Fields<CashDividend> {
  static constexpr std::string_view name = "CashDividend";
  static constexpr auto list =
      std::make_tuple(field("ex_date", &CashDividend::ex_date), field("amount", &CashDividend::amount));
};

/// All that a snapshot knows of one underlying.
struct UnderlyingMarket {
  std::string name;
  double spot;
  PriceBasis price_basis;
  Curve rate;
  Status rate_status;
  Curve dividend_yield;
  Status dividend_status;
  std::vector<CashDividend> dividends;
  VolatilitySurface surface;
  Status volatility_status;
  Quotation quotation = Quotation::spot;

  friend bool operator==(const UnderlyingMarket&, const UnderlyingMarket&) = default;
};

template <>
struct Fields<UnderlyingMarket> {
  static constexpr std::string_view name = "UnderlyingMarket";
  static constexpr auto list = std::make_tuple(
      field("name", &UnderlyingMarket::name), field("spot", &UnderlyingMarket::spot),
      field("price_basis", &UnderlyingMarket::price_basis), field("rate", &UnderlyingMarket::rate),
      field("rate_status", &UnderlyingMarket::rate_status), field("dividend_yield", &UnderlyingMarket::dividend_yield),
      field("dividend_status", &UnderlyingMarket::dividend_status), field("dividends", &UnderlyingMarket::dividends),
      field("surface", &UnderlyingMarket::surface), field("volatility_status", &UnderlyingMarket::volatility_status),
      field("quotation", &UnderlyingMarket::quotation));
};

/// The market on one date: immutable, cheap to copy (the innards are shared), valued as of its own date only.
class Snapshot {
 public:
  /// Refuses two underlyings of one name, a negative or non-finite spot (that of a normal future may be negative), a
  /// negative or non-finite dividend, dividends that are not in order of their ex-dates, and a future with a dividend,
  /// a dividend yield that is not its rate, or, where it is normal, a skew; of the correlations what
  /// `Correlations::make` refuses, and an underlying that is none of these.
  static Result<Snapshot> make(Date valuation_date, std::vector<UnderlyingMarket> underlyings,
                               std::vector<Correlation> correlations = {});

  [[nodiscard]] Date valuation_date() const noexcept { return valuation_date_; }

  /// The market of the named underlying, alive as long as any copy of this snapshot; missing_quote with the known
  /// names.
  [[nodiscard]] Result<const UnderlyingMarket*> underlying(std::string_view name) const;

  /// Every underlying in order of name.
  [[nodiscard]] const std::vector<std::shared_ptr<const UnderlyingMarket>>& underlyings() const noexcept {
    return underlyings_;
  }

  /// The correlations of its underlyings, as far as they are known.
  [[nodiscard]] const Correlations& correlations() const noexcept { return correlations_; }

  /// A new snapshot in which this underlying stands in place of the one of its name; the others are shared, and the
  /// correlations stay.
  [[nodiscard]] Result<Snapshot> with(UnderlyingMarket changed) const;

  /// The same for several at once; of two of one name the later stands.
  [[nodiscard]] Result<Snapshot> with_all(std::vector<UnderlyingMarket> changed) const;

  /// SHA-256 of the date and of every number in it, as 64 hexadecimal digits. Correlations count where there are any.
  [[nodiscard]] const std::string& digest() const noexcept { return digest_; }

 private:
  Snapshot(Date valuation_date, std::vector<std::shared_ptr<const UnderlyingMarket>> underlyings,
           Correlations correlations);
  Date valuation_date_;
  std::vector<std::shared_ptr<const UnderlyingMarket>> underlyings_;
  Correlations correlations_;
  std::string digest_;
};

}  // namespace plimsoll
