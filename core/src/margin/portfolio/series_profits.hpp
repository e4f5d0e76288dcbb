#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/portfolio/portfolio_margin.hpp"

#include <compare>
#include <map>
#include <string>
#include <vector>

namespace plimsoll::margin {

enum class SeriesKind { stock, option, future };

/// What is valued once for all accounts: one unit of a stock, an option series or a contract month.
struct Series {
  std::string underlying;
  SeriesKind kind = SeriesKind::stock;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::american;
  double strike = 0.0;
  Date expiry;

  friend auto operator<=>(const Series&, const Series&) = default;
};

Series series_of(const StockPosition& position);
Series series_of(const OptionPosition& position);
Series series_of(const FuturePosition& position);

/// Theoretical profit of one unit of each series at the ten points of its class, in dollars, or why there is none.
class SeriesProfits {
 public:
  /// Values every series of the accounts. The same bits for any number of threads.
  SeriesProfits(std::span<const Account> accounts, const Snapshot& snapshot, const Method& method,
                const PortfolioSettings& settings, int threads);

  /// Of a series of the accounts.
  [[nodiscard]] const Result<PointProfits>& of(const Series& series) const { return profits_.at(series); }

 private:
  std::map<Series, Result<PointProfits>> profits_;
};

/// The margin of an account whose series have been valued.
Result<PortfolioMargin> portfolio_margin_of(const Account& account, const SeriesProfits& profits,
                                            const PortfolioSettings& settings);

}  // namespace plimsoll::margin
