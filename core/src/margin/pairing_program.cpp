#include "pairing_program.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace plimsoll::margin {

namespace {

bool balances(const std::vector<OptionLeg>& legs, const std::vector<std::size_t>& chosen, OptionType type) {
  bool held = false;
  bool written = false;
  for (const std::size_t i : chosen) {
    if (legs[i].type != type) continue;
    (legs[i].quantity > 0 ? held : written) = true;
  }
  return held && written;
}

SpreadClass class_up_to(const std::vector<OptionLeg>& legs, Exercise style, Date last_short) {
  SpreadClass result;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const bool in_time = legs[i].quantity > 0 ? legs[i].expiry >= last_short : legs[i].expiry <= last_short;
    if (legs[i].exercise == style && in_time) result.legs.push_back(i);
  }
  const bool calls = balances(legs, result.legs, OptionType::call);
  const bool puts = balances(legs, result.legs, OptionType::put);
  std::erase_if(result.legs, [&](std::size_t i) { return legs[i].type == OptionType::call ? !calls : !puts; });
  return result;
}

/// Collects the columns and rows of one underlying.
class Builder {
 public:
  Builder(const UnderlyingBook& book, Phase phase, const RulePack& pack) : book_(book), phase_(phase), pack_(pack) {
    add_alone_costs();
    add_stock_hedges();
    add_straddles();
    if (book.view.kind == UnderlyingClass::broad_index || book.view.kind == UnderlyingClass::narrow_index) add_boxes();
    add_boxed_stock();
    result_.classes = spread_classes(book.legs);
    for (std::size_t c = 0; c < result_.classes.size(); ++c) add_spread_columns(c);
  }

  PairingProgram finish() {
    IntegerProgram& program = result_.program;
    program.variables = result_.columns.size();
    add_holding_rows();
    for (std::size_t c = 0; c < result_.classes.size(); ++c) add_spread_rows(c);
    return std::move(result_);
  }

 private:
  [[nodiscard]] double cost(const Group& group) const { return amounts(group, book_, phase_, pack_).cost(); }

  void add_alone_costs() {
    for (std::size_t i = 0; i < book_.legs.size(); ++i) {
      const OptionLeg& leg = book_.legs[i];
      GroupKind kind = GroupKind::naked_option;
      if (leg.quantity > 0) kind = leg.long_dated ? GroupKind::long_dated_option : GroupKind::long_option;
      alone_.push_back(cost({kind, {}, 1, 0.0, {{i, leg.quantity > 0 ? 1 : -1}}}));
      result_.unpaired += alone_.back() * static_cast<double>(std::abs(leg.quantity));
    }
    long_share_ = cost({GroupKind::long_stock, {}, 1, 1.0, {}});
    short_share_ = cost({GroupKind::short_stock, {}, 1, -1.0, {}});
    result_.unpaired += long_share_ * book_.long_shares + short_share_ * book_.short_shares;
  }

  void add_column(Column column, double gain, bool whole) {
    result_.columns.push_back(std::move(column));
    result_.program.gain.push_back(gain);
    result_.program.whole.push_back(whole ? 1 : 0);
  }

  /// A group that only uses up holdings is worth a column when it saves something.
  void add_group(GroupKind kind, double shares, std::vector<GroupLeg> legs) {
    Group unit{kind, {}, 1, shares, std::move(legs)};
    double apart = shares > 0.0 ? shares * long_share_ : -shares * short_share_;
    for (const GroupLeg& part : unit.legs) apart += alone_[part.leg];
    const double gain = apart - cost(unit);
    if (gain > 0.0) add_column({ColumnKind::group, std::move(unit), 0, 0}, gain, true);
  }

  void add_stock_hedges() {
    for (std::size_t i = 0; i < book_.legs.size(); ++i) {
      const OptionLeg& leg = book_.legs[i];
      const double shares = static_cast<double>(leg.multiplier);
      const bool call = leg.type == OptionType::call;
      const bool held = leg.quantity > 0;
      // Long stock is hedged by written calls and held puts, short stock by the other two.
      const double side = call == held ? -1.0 : 1.0;
      if ((side > 0.0 ? book_.long_shares : book_.short_shares) < shares) continue;
      GroupKind kind = held ? GroupKind::protective_put : GroupKind::covered_call;
      if (side < 0.0) kind = held ? GroupKind::protective_call : GroupKind::covered_put;
      add_group(kind, side * shares, {{i, held ? 1 : -1}});
      if (held) add_two_sided_hedges(i, side);
    }
  }

  /// Collars, conversions and reverse conversions around a held option.
  void add_two_sided_hedges(std::size_t held, double side) {
    const OptionLeg& bought = book_.legs[held];
    for (std::size_t j = 0; j < book_.legs.size(); ++j) {
      const OptionLeg& sold = book_.legs[j];
      if (sold.quantity > 0 || sold.type == bought.type || sold.expiry != bought.expiry ||
          sold.multiplier != bought.multiplier)
        continue;
      const double shares = side * static_cast<double>(bought.multiplier);
      std::vector<GroupLeg> legs{{held, 1}, {j, -1}};
      if (sold.strike == bought.strike)
        add_group(side > 0.0 ? GroupKind::conversion : GroupKind::reverse_conversion, shares, std::move(legs));
      else if (side > 0.0 && bought.strike < sold.strike)
        add_group(GroupKind::collar, shares, std::move(legs));
    }
  }

  void add_straddles() {
    for (std::size_t i = 0; i < book_.legs.size(); ++i)
      for (std::size_t j = 0; j < book_.legs.size(); ++j) {
        const OptionLeg &call = book_.legs[i], &put = book_.legs[j];
        if (call.type == OptionType::call && put.type == OptionType::put && call.quantity < 0 && put.quantity < 0 &&
            call.multiplier == put.multiplier)
          add_group(GroupKind::straddle, 0.0, {{i, -1}, {j, -1}});
      }
  }

  /// The leg of the given type, strike and side in the same series as `like`, or the number of legs.
  [[nodiscard]] std::size_t partner(const OptionLeg& like, OptionType type, double strike, bool held) const {
    std::size_t i = 0;
    for (; i < book_.legs.size(); ++i) {
      const OptionLeg& leg = book_.legs[i];
      if (leg.type == type && leg.strike == strike && leg.expiry == like.expiry && (leg.quantity > 0) == held &&
          leg.multiplier == like.multiplier && leg.exercise == Exercise::european)
        break;
    }
    return i;
  }

  /// Long boxes of European cash-settled index options, which carry loan value.
  void add_boxes() {
    const std::size_t none = book_.legs.size();
    for (std::size_t i = 0; i < none; ++i)
      for (std::size_t j = 0; j < none; ++j) {
        const OptionLeg &low = book_.legs[i], &high = book_.legs[j];
        if (low.type != OptionType::call || low.quantity < 0 || low.exercise != Exercise::european) continue;
        if (high.strike <= low.strike || j != partner(low, OptionType::call, high.strike, false)) continue;
        const std::size_t bought = partner(low, OptionType::put, high.strike, true);
        const std::size_t sold = partner(low, OptionType::put, low.strike, false);
        if (bought == none || sold == none) continue;
        add_group(GroupKind::long_box, 0.0, {{i, 1}, {j, -1}, {bought, 1}, {sold, -1}});
      }
  }

  void add_boxed_stock() {
    if (book_.long_shares == 0.0 || book_.short_shares == 0.0) return;
    const double gain = long_share_ + short_share_ - cost({GroupKind::boxed_stock, {}, 1, 1.0, {}});
    if (gain > 0.0) add_column({ColumnKind::boxed, {}, 0, 0}, gain * shares_per_lot, false);
  }

  void add_spread_columns(std::size_t c) {
    for (const std::size_t i : result_.classes[c].legs) add_column({ColumnKind::spread_leg, {}, i, c}, alone_[i], true);
    add_column({ColumnKind::spread_loss, {}, 0, c}, -loss_scale(result_.classes[c]), false);
  }

  /// Dollars in one unit of a class's loss variable: the width of its strikes.
  [[nodiscard]] double loss_scale(const SpreadClass& spread) const {
    double low = book_.legs[spread.legs.front()].strike;
    double high = low;
    double units = 1.0;
    for (const std::size_t i : spread.legs) {
      low = std::min(low, book_.legs[i].strike);
      high = std::max(high, book_.legs[i].strike);
      units = std::max(units, static_cast<double>(book_.legs[i].multiplier));
    }
    return high > low ? (high - low) * units : units;
  }

  void add_row(std::vector<double> row, double limit) {
    result_.program.rows.push_back(std::move(row));
    result_.program.limits.push_back(limit);
  }

  [[nodiscard]] std::vector<double> empty_row() const { return std::vector<double>(result_.columns.size(), 0.0); }

  /// No holding is used more often than it is held.
  void add_holding_rows() {
    std::vector<std::vector<double>> legs(book_.legs.size(), empty_row());
    auto long_row = empty_row();
    auto short_row = empty_row();
    for (std::size_t v = 0; v < result_.columns.size(); ++v) {
      const Column& column = result_.columns[v];
      if (column.kind == ColumnKind::spread_leg) legs[column.leg][v] = 1.0;
      if (column.kind == ColumnKind::boxed) long_row[v] = short_row[v] = 1.0;
      for (const GroupLeg& part : column.unit.legs) legs[part.leg][v] = 1.0;
      if (column.unit.shares > 0.0) long_row[v] = column.unit.shares / shares_per_lot;
      if (column.unit.shares < 0.0) short_row[v] = -column.unit.shares / shares_per_lot;
    }
    for (std::size_t i = 0; i < legs.size(); ++i)
      add_row(std::move(legs[i]), static_cast<double>(std::abs(book_.legs[i].quantity)));
    if (book_.long_shares > 0.0) add_row(std::move(long_row), book_.long_shares / shares_per_lot);
    if (book_.short_shares > 0.0) add_row(std::move(short_row), book_.short_shares / shares_per_lot);
  }

  /// Equal aggregates within calls and within puts; the loss variable covers the loss at every exercise price.
  void add_spread_rows(std::size_t c) {
    const SpreadClass& spread = result_.classes[c];
    std::vector<double> nodes;
    for (const std::size_t i : spread.legs) nodes.push_back(book_.legs[i].strike);
    std::ranges::sort(nodes);
    const auto [first, last] = std::ranges::unique(nodes);
    nodes.erase(first, last);
    const double scale = loss_scale(spread);
    for (const double node : nodes) {
      auto row = empty_row();
      for (std::size_t v = 0; v < row.size(); ++v) {
        const Column& column = result_.columns[v];
        if (column.spread_class != c) continue;
        if (column.kind == ColumnKind::spread_loss) row[v] = -1.0;
        if (column.kind != ColumnKind::spread_leg) continue;
        const OptionLeg& leg = book_.legs[column.leg];
        const double value = in_the_money(leg.type, leg.strike, node) * static_cast<double>(leg.multiplier) / scale;
        row[v] = leg.quantity > 0 ? -value : value;
      }
      add_row(std::move(row), 0.0);
    }
    for (const OptionType type : {OptionType::call, OptionType::put}) add_balance_rows(c, type);
  }

  void add_balance_rows(std::size_t c, OptionType type) {
    if (!balances(book_.legs, result_.classes[c].legs, type)) return;
    auto row = empty_row();
    for (std::size_t v = 0; v < row.size(); ++v) {
      const Column& column = result_.columns[v];
      if (column.kind != ColumnKind::spread_leg || column.spread_class != c) continue;
      const OptionLeg& leg = book_.legs[column.leg];
      if (leg.type != type) continue;
      const double units = static_cast<double>(leg.multiplier) / shares_per_lot;
      row[v] = leg.quantity > 0 ? -units : units;
    }
    auto opposite = row;
    for (double& value : opposite) value = -value;
    add_row(std::move(row), 0.0);
    add_row(std::move(opposite), 0.0);
  }

  const UnderlyingBook& book_;
  Phase phase_;
  const RulePack& pack_;
  PairingProgram result_;
  std::vector<double> alone_;  ///< cost of one contract of each leg by itself
  double long_share_ = 0.0;
  double short_share_ = 0.0;
};

}  // namespace

std::vector<SpreadClass> spread_classes(const std::vector<OptionLeg>& legs) {
  std::vector<SpreadClass> candidates;
  for (const OptionLeg& leg : legs) {
    if (leg.quantity > 0) continue;
    auto candidate = class_up_to(legs, leg.exercise, leg.expiry);
    if (!candidate.legs.empty() && std::ranges::find(candidates, candidate) == candidates.end())
      candidates.push_back(std::move(candidate));
  }
  // A class inside another adds nothing: spreads that are merged never lose more than apart.
  std::vector<SpreadClass> maximal;
  for (const SpreadClass& inner : candidates) {
    const bool covered = std::ranges::any_of(candidates, [&](const SpreadClass& outer) {
      return inner != outer && std::ranges::includes(outer.legs, inner.legs);
    });
    if (!covered) maximal.push_back(inner);
  }
  return maximal;
}

PairingProgram build_program(const UnderlyingBook& book, Phase phase, const RulePack& pack) {
  return Builder(book, phase, pack).finish();
}

}  // namespace plimsoll::margin
