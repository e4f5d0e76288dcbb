#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/margin/margin.hpp"
#include "plimsoll/margin/what_if/change.hpp"

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// The figures of an account by Regulation T and FINRA 4210.
struct MarginFigures {
  Money equity;
  Money initial;
  Money maintenance;
  Money initial_excess;  ///< equity with loan value less the initial requirement
  Money excess;          ///< equity with loan value less the maintenance requirement
  Money call;

  friend bool operator==(const MarginFigures&, const MarginFigures&) = default;
};

/// What one position adds to the requirements: with it less without it, everything else as it is.
struct MarginalRequirement {
  std::string trade_id;
  Money initial;
  Money maintenance;

  friend bool operator==(const MarginalRequirement&, const MarginalRequirement&) = default;
};

/// An account that is margined anew after each change, with the result of every underlying kept: a change touches the
/// one underlying that it names. Requirements are sums over underlyings, so that the figures are those of a margin run
/// of the changed account, to the last cent. A change that is refused leaves the state as it was.
class MarginState {
 public:
  /// Refuses what `margin` refuses.
  static Result<MarginState> of(const Account& account, MarketView market, RulePack pack, const SearchLimits& limits);

  [[nodiscard]] const MarginFigures& figures() const noexcept { return figures_; }

  /// The account as it stands, its positions by underlying.
  [[nodiscard]] Account account() const;

  [[nodiscard]] const MarketView& market() const noexcept { return market_; }

  /// Makes the change and gives the figures after it.
  Result<MarginFigures> apply(const Change& change);

  /// The figures after the change, without making it.
  [[nodiscard]] Result<MarginFigures> tried(const Change& change) const;

  /// What each position adds, in the order of account(): stocks, options, futures.
  [[nodiscard]] Result<std::vector<MarginalRequirement>> marginals() const;

  /// The largest whole multiple of the trade's side, up to the limit, that leaves an excess of 0 or more in the phase;
  /// the size in the trade's position is not read, its sign is.
  /// Source: the linear relaxation of the pairing bounds the excess from above and is concave in the quantity wherever
  /// the set of legs stays the same (parametric linear programming: Gass and Saaty (1955), Naval Research Logistics
  /// Quarterly 2, 39-45). Above the last quantity that it allows nothing can be borne; from there down every quantity
  /// is margined until one can.
  /// Refuses what `margin` refuses, and an account that bears no quantity at all, 0 included (invalid_value).
  [[nodiscard]] Result<LargestSize> largest(const TradeChange& trade, Phase phase, std::int64_t limit) const;

 private:
  struct Part {
    Account account;  ///< the positions of one underlying, without cash
    MarginFigures figures;
    double slack_initial = 0.0;  ///< dollars by which the excess may be raised by splitting contracts and cents
    double slack_maintenance = 0.0;
  };

  MarginState() = default;
  [[nodiscard]] Result<Part> computed(Account account, const MarketView& market) const;
  [[nodiscard]] MarketView view_of(const std::string& underlying) const;
  [[nodiscard]] Result<Part> traded(const TradeChange& trade) const;
  [[nodiscard]] MarginFigures total(Money cash, const std::string& replaced, const Part& part) const;

  struct Outcome {
    Money cash;
    std::string underlying;  ///< empty for cash
    Part part;
    MarginFigures figures;
  };
  [[nodiscard]] Result<Outcome> outcome(const Change& change) const;

  std::string account_id_;
  Money cash_;
  MarketView market_;
  RulePack pack_;
  SearchLimits limits_;
  std::map<std::string, Part> parts_;
  MarginFigures sum_;  ///< over all parts, without cash
  MarginFigures figures_;
};

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::MarginFigures> {
  static constexpr std::string_view name = "MarginFigures";
  static constexpr auto list = std::make_tuple(
      field("equity", &margin::MarginFigures::equity), field("initial", &margin::MarginFigures::initial),
      field("maintenance", &margin::MarginFigures::maintenance),
      field("initial_excess", &margin::MarginFigures::initial_excess), field("excess", &margin::MarginFigures::excess),
      field("call", &margin::MarginFigures::call));
};

template <>
struct Fields<margin::MarginalRequirement> {
  static constexpr std::string_view name = "MarginalRequirement";
  static constexpr auto list = std::make_tuple(field("trade_id", &margin::MarginalRequirement::trade_id),
                                               field("initial", &margin::MarginalRequirement::initial),
                                               field("maintenance", &margin::MarginalRequirement::maintenance));
};

}  // namespace plimsoll
