#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/portfolio/portfolio_margin.hpp"

#include <compare>
#include <map>
#include <optional>
#include <span>
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
  /// Values every series of the accounts that is not here yet. The same bits for any number of threads.
  void add(std::span<const Account> accounts, const Snapshot& snapshot, const Method& method,
           const PortfolioSettings& settings, int threads);

  /// Drops every series on the underlying, whose market has changed.
  void forget(const std::string& underlying);

  /// Of a series of the accounts.
  [[nodiscard]] const Result<PointProfits>& of(const Series& series) const { return profits_.at(series); }

 private:
  std::map<Series, Result<PointProfits>> profits_;
};

/// Why no account can be margined by the pack on the date, if so.
std::optional<Error> flaw_on(const PortfolioPack& pack, Date date);

/// The margin of an account whose series have been valued.
Result<PortfolioMargin> portfolio_margin_of(const Account& account, const SeriesProfits& profits,
                                            const PortfolioSettings& settings);

}  // namespace plimsoll::margin
