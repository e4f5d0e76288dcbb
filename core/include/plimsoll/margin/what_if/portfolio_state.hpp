#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/margin/portfolio/portfolio_margin.hpp"
#include "plimsoll/margin/what_if/change.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// The figures of an account by portfolio margin.
struct PortfolioFigures {
  Money equity;
  Money requirement;
  Money excess;
  Money call;

  friend bool operator==(const PortfolioFigures&, const PortfolioFigures&) = default;
};

/// What one position adds to the requirement: with it less without it, everything else as it is.
struct PortfolioMarginal {
  std::string trade_id;
  Money requirement;

  friend bool operator==(const PortfolioMarginal&, const PortfolioMarginal&) = default;
};

class SeriesProfits;

/// An account under portfolio margin that is margined anew after each change. The theoretical profits of every series
/// are kept: a trade values its own series if it is new, a price those of its underlying. The figures are those of a
/// run of the changed account, to the last cent. A change that is refused leaves the state as it was.
class PortfolioState {
 public:
  /// Refuses what `portfolio_margin` refuses.
  static Result<PortfolioState> of(const Account& account, const Snapshot& snapshot, const Method& method,
                                   const PortfolioSettings& settings);

  [[nodiscard]] const PortfolioFigures& figures() const noexcept { return figures_; }
  [[nodiscard]] const Account& account() const noexcept { return account_; }
  [[nodiscard]] const Snapshot& snapshot() const noexcept { return snapshot_; }

  /// Makes the change and gives the figures after it.
  Result<PortfolioFigures> apply(const Change& change);

  /// The figures after the change, without making it.
  [[nodiscard]] Result<PortfolioFigures> tried(const Change& change) const;

  /// What each position adds, in the order stocks, options, futures.
  [[nodiscard]] Result<std::vector<PortfolioMarginal>> marginals() const;

  /// The largest whole multiple of the trade's side, up to the limit, that leaves an excess of 0 or more; the size in
  /// the trade's position is not read, its sign is. The excess is concave in the quantity but for the rounding to
  /// cents: profits are linear in it, offsets and the worst point are concave in the profits, minimums convex.
  /// Refuses what `portfolio_margin` refuses, and an account that bears no quantity at all (invalid_value).
  [[nodiscard]] Result<LargestSize> largest(const TradeChange& trade, std::int64_t limit) const;

 private:
  PortfolioState(Account account, Snapshot snapshot, const Method& method, PortfolioSettings settings);
  [[nodiscard]] Result<PortfolioFigures> margined(const Account& account, const SeriesProfits& profits) const;

  Account account_;
  Snapshot snapshot_;
  Method method_;
  PortfolioSettings settings_;
  std::shared_ptr<const SeriesProfits> profits_;
  PortfolioFigures figures_;
};

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::PortfolioFigures> {
  static constexpr std::string_view name = "PortfolioFigures";
  static constexpr auto list = std::make_tuple(
      field("equity", &margin::PortfolioFigures::equity), field("requirement", &margin::PortfolioFigures::requirement),
      field("excess", &margin::PortfolioFigures::excess), field("call", &margin::PortfolioFigures::call));
};

template <>
struct Fields<margin::PortfolioMarginal> {
  static constexpr std::string_view name = "PortfolioMarginal";
  static constexpr auto list = std::make_tuple(field("trade_id", &margin::PortfolioMarginal::trade_id),
                                               field("requirement", &margin::PortfolioMarginal::requirement));
};

}  // namespace plimsoll
