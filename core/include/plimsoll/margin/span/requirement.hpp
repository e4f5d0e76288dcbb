#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/component.hpp"
#include "plimsoll/margin/span/parameters.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin::span {

struct Prepared;

/// A parameter set that was checked once and laid out for many accounts; its contracts stand in an order of its own,
/// by commodity, period, kind and strike, so that the order of a file leaves no trace in any figure.
class PreparedSet {
 public:
  /// Refuses a set with a flaw (invalid_value).
  static Result<PreparedSet> prepare(ParameterSet set);

  [[nodiscard]] const ParameterSet& parameters() const noexcept;
  /// The place of a contract in the set's own order, for columns of positions.
  [[nodiscard]] std::optional<std::uint32_t> index_of(std::string_view contract) const;
  [[nodiscard]] const Prepared& layout() const noexcept { return *layout_; }

 private:
  explicit PreparedSet(std::shared_ptr<const Prepared> layout) : layout_(std::move(layout)) {}
  std::shared_ptr<const Prepared> layout_;
};

/// Whole contracts as the set counts them, held (positive) or written and sold (negative).
struct Position {
  std::string trade_id;
  std::string contract;
  double quantity = 0.0;

  friend bool operator==(const Position&, const Position&) = default;
};

/// What one customer holds under one clearing house, in one currency.
struct Account {
  std::string account_id;
  std::string currency;
  AccountClass account_class = AccountClass::member;
  std::vector<Position> positions;

  friend bool operator==(const Account&, const Account&) = default;
};

/// The figures of one commodity before rounding, for tables and checks.
struct CommodityFigures {
  std::string commodity;
  double scan_risk = 0.0;
  std::int32_t active_scenario = 0;  ///< from 1, of the first scan tier; 0 if no scenario loses
  double spread_charge = 0.0;
  double delivery_charge = 0.0;
  double credit = 0.0;  ///< never below 0
  double option_minimum = 0.0;
  double option_value = 0.0;
  double price_risk = 0.0;  ///< of the whole commodity
  double net_delta = 0.0;   ///< before any spread

  friend bool operator==(const CommodityFigures&, const CommodityFigures&) = default;
};

/// The requirement of one account: what must be deposited beyond the value of the options held.
struct Requirement {
  std::string account_id;
  Date date;
  Component maintenance;
  Component initial;
  std::vector<CommodityFigures> commodities;
};

/// SPAN requirement of an account, with every cent explained.
/// For each commodity the greatest loss over the scenarios, tier by tier, plus charges for spreads between its months
/// and for deliveries, less credits for spreads with other commodities, and not less than the short option minimum;
/// then times the ratio of the account's class, less the value of premium-style options. Delta is consumed from the
/// nearest period on, first by super spreads, then inside the commodities, last between them, by priority.
/// Source: CME, SPAN technical specification (risk arrays, composite delta, tiers, spreads, weighted futures price
/// risk); section 1.9 of the margin specification.
/// Accuracy: leaves are rounded half-up to the cent, parents are sums of them.
/// Refuses: an unknown contract (missing_quote), a quantity that is not whole or above 1e9 (invalid_value), a commodity
/// of another currency or one that is not supported (unsupported), and a figure beyond 1e15 (invalid_value).
Result<Requirement> requirement(const Account& account, const PreparedSet& set);

/// One requirement or typed refusal for each account; a bad account never ends the run.
std::vector<Result<Requirement>> requirements(std::span<const Account> accounts, const PreparedSet& set);

/// Positions of many accounts: account `a` holds the rows offsets[a] up to offsets[a + 1] of the other two columns.
struct PositionColumns {
  std::span<const std::int64_t> offsets;
  std::span<const std::uint32_t> contract;  ///< places in the set's own order
  std::span<const std::int64_t> quantity;
};

/// Requirements in cents by account; an account that could not be margined has neither and a status other than 0.
struct RequirementColumns {
  std::vector<std::int64_t> maintenance;
  std::vector<std::int64_t> initial;
  std::vector<std::uint8_t> status;  ///< 0 fine, 1 quantity or figure out of range, 2 commodity not supported
};

/// The amounts of `requirement` for columns of positions, all of one class; currencies are the caller's care.
/// The figures have the same bits for any number of threads, and are those of `requirement`.
/// Refuses columns of unequal length, offsets that fall or do not end at the rows, and places that the set lacks
/// (invalid_value).
Result<RequirementColumns> requirement_columns(const PositionColumns& positions, const PreparedSet& set,
                                               AccountClass account_class, std::int64_t threads);

}  // namespace plimsoll::margin::span

namespace plimsoll {

template <>
struct Fields<margin::span::Position> {
  using S = margin::span::Position;
  static constexpr std::string_view name = "Position";
  static constexpr auto list = std::make_tuple(field("trade_id", &S::trade_id), field("contract", &S::contract),
                                               field("quantity", &S::quantity));
};

template <>
struct Fields<margin::span::Account> {
  using S = margin::span::Account;
  static constexpr std::string_view name = "Account";
  static constexpr auto list =
      std::make_tuple(field("account_id", &S::account_id), field("currency", &S::currency),
                      field("account_class", &S::account_class), field("positions", &S::positions));
};

template <>
struct Fields<margin::span::CommodityFigures> {
  using S = margin::span::CommodityFigures;
  static constexpr std::string_view name = "CommodityFigures";
  static constexpr auto list =
      std::make_tuple(field("commodity", &S::commodity), field("scan_risk", &S::scan_risk),
                      field("active_scenario", &S::active_scenario), field("spread_charge", &S::spread_charge),
                      field("delivery_charge", &S::delivery_charge), field("credit", &S::credit),
                      field("option_minimum", &S::option_minimum), field("option_value", &S::option_value),
                      field("price_risk", &S::price_risk), field("net_delta", &S::net_delta));
};

}  // namespace plimsoll
