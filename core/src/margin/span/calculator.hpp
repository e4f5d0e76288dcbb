#pragma once

#include "plimsoll/base/money.hpp"
#include "plimsoll/margin/component.hpp"
#include "plimsoll/margin/span/requirement.hpp"
#include "prepared.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll::margin::span {

/// Contracts of one kind in an account; the quantity is signed.
struct Holding {
  std::uint32_t contract = 0;
  std::int64_t quantity = 0;
};

/// The loss over the scenarios of positions that are scanned together.
struct Scan {
  double risk = 0.0;
  std::int32_t active = -1;  ///< scenario of the greatest loss; -1 if none loses
  double price_risk = 0.0;   ///< of the future's price alone: without time and volatility
};

/// The parts that the risk of a commodity is the sum of.
enum Part : std::size_t { scanning, between_months, at_delivery, credit_given };
inline constexpr std::size_t part_count = 4;

/// What an account holds of one commodity, and what became of it.
struct Share {
  std::uint32_t commodity = 0;
  std::size_t begin = 0;  ///< its holdings
  std::size_t end = 0;
  std::size_t slots = 0;         ///< where its periods begin in the columns of delta
  std::size_t credit_scans = 0;  ///< where its credit tiers begin; the first is the whole commodity
  std::int32_t active = -1;
  std::array<double, part_count> exact{};
  Money rounded;  ///< sum of the rounded leaves
  double option_minimum = 0.0;
  double option_value = 0.0;
  double net_delta = 0.0;
};

struct Totals {
  Money maintenance;
  Money initial;
};

/// The algorithm for one account after the other; keeps its scratch space between them. With `explained` each leaf is
/// kept as a node, and without it only its cents.
template <bool explained>
class Calculator {
 public:
  explicit Calculator(const Prepared& layout) : layout_(layout), share_of_(layout.commodities.size(), -1) {}

  /// Takes holdings in any order and any number of lots. False if a figure is out of the range of Money.
  bool run(std::vector<Holding>& holdings, AccountClass account_class);

  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }
  [[nodiscard]] const std::vector<Share>& shares() const noexcept { return shares_; }
  [[nodiscard]] const Scan& overall(const Share& share) const { return credit_scans_[share.credit_scans]; }
  [[nodiscard]] Component take_maintenance() { return std::move(maintenance_); }
  [[nodiscard]] Component take_initial() { return std::move(initial_); }

 private:
  void gather(std::vector<Holding>& holdings);
  void scan(Share& share);
  void scan_tier(Share& share, std::uint32_t tier);
  void form(const PreparedSpread& spread, bool inside);
  [[nodiscard]] double spreads_available(const PreparedSpread& spread, double side, bool inside) const;
  [[nodiscard]] double available(const Pool& pool, double side, bool inside) const;
  void consume(const Pool& pool, double side, double amount);
  void give_credit(const PreparedSpread& spread, double spreads);
  [[nodiscard]] double price_risk_per_delta(const Pool& pool) const;
  void charge_delivery(Share& share);
  void look_at_options(Share& share);
  void add_up(AccountClass account_class);
  Money phase(double ClassRatio::* ratio, AccountClass account_class, Component& tree, std::string name);

  Money cents(double dollars) {
    const auto rounded = Money::round_half_up(dollars);
    if (!rounded) in_range_ = false;
    return rounded ? *rounded : Money{};
  }

  /// Adds a leaf to a part of a share; the node is only made where it is kept.
  template <class Node>
  void add(Share& share, Part part, double dollars, const Node& node) {
    const Money amount = cents(dollars);
    share.exact[part] += dollars;
    share.rounded += amount;
    if constexpr (explained) {
      Component leaf = node();
      leaf.kind = ComponentKind::requirement;
      leaf.amount = amount;
      leaves_[static_cast<std::size_t>(&share - shares_.data())][part].push_back(std::move(leaf));
    }
  }

  const Prepared& layout_;
  std::vector<std::int32_t> share_of_;
  std::vector<Holding> held_;
  std::vector<Share> shares_;
  std::vector<double> delta_;     ///< what is left, by share and period
  std::vector<double> consumed_;  ///< what spreads have taken, by share and period
  std::vector<Losses> losses_;
  std::vector<Scan> credit_scans_;
  std::vector<double> credit_deltas_;
  std::vector<double> short_options_;
  std::vector<std::array<std::vector<Component>, part_count>> leaves_;
  Totals totals_;
  Component maintenance_;
  Component initial_;
  bool in_range_ = true;
};

extern template class Calculator<true>;
extern template class Calculator<false>;

}  // namespace plimsoll::margin::span
