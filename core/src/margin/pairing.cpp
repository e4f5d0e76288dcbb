#include "plimsoll/margin/pairing.hpp"

#include "pairing_program.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

namespace plimsoll::margin {

namespace {

std::string_view name_of(GroupKind kind, bool call, bool one_strike) {
  switch (kind) {
    case GroupKind::long_stock:
      return "long stock";
    case GroupKind::short_stock:
      return "short stock";
    case GroupKind::boxed_stock:
      return "short against the box";
    case GroupKind::long_option:
      return call ? "long call" : "long put";
    case GroupKind::long_dated_option:
      return call ? "long-dated call" : "long-dated put";
    case GroupKind::naked_option:
      return call ? "uncovered call" : "uncovered put";
    case GroupKind::straddle:
      return one_strike ? "short straddle" : "short strangle";
    case GroupKind::covered_call:
      return "covered call";
    case GroupKind::covered_put:
      return "covered put";
    case GroupKind::protective_put:
      return "protective put";
    case GroupKind::protective_call:
      return "protective call";
    case GroupKind::collar:
      return "collar";
    case GroupKind::conversion:
      return "conversion";
    case GroupKind::reverse_conversion:
      return "reverse conversion";
    case GroupKind::balanced_spread:
      return "balanced spread";
    case GroupKind::long_box:
      return "long box";
  }
  return {};
}

/// Turns the solution of the program into groups and tracks what is left.
class Decoder {
 public:
  Decoder(const UnderlyingBook& book, const PairingProgram& source)
      : book_(book), source_(source), long_left_(book.long_shares), short_left_(book.short_shares) {
    for (const OptionLeg& leg : book.legs) left_.push_back(leg.quantity);
  }

  std::vector<Group> run(const std::vector<double>& values) {
    for (std::size_t v = 0; v < values.size(); ++v) {
      const Column& column = source_.columns[v];
      if (column.kind == ColumnKind::group && values[v] > 0.5) take(column.unit, std::llround(values[v]));
    }
    // Given the other groups, boxing all stock that is left is best, and exact where the simplex method is not.
    if (std::ranges::any_of(source_.columns, [](const Column& c) { return c.kind == ColumnKind::boxed; })) take_boxed();
    for (std::size_t c = 0; c < source_.classes.size(); ++c) take_spread(c, values);
    take_rest();
    return std::move(groups_);
  }

 private:
  void take(const Group& unit, std::int64_t count) {
    Group group = unit;
    group.count = count;
    group.shares *= static_cast<double>(count);
    for (GroupLeg& part : group.legs) {
      part.quantity *= count;
      left_[part.leg] -= part.quantity;
    }
    (group.shares > 0.0 ? long_left_ : short_left_) -= std::fabs(group.shares);
    add(std::move(group));
  }

  void take_boxed() {
    const double size = std::min(long_left_, short_left_);
    if (size <= 0.0) return;
    long_left_ -= size;
    short_left_ -= size;
    add({GroupKind::boxed_stock, {}, 1, size, {}});
  }

  [[nodiscard]] double cost(const std::vector<GroupLeg>& legs) const {
    return amounts({GroupKind::balanced_spread, {}, 1, 0.0, legs}, book_, Phase::maintenance, {}).requirement;
  }

  void take_spread(std::size_t c, const std::vector<double>& values) {
    std::vector<GroupLeg> calls;
    std::vector<GroupLeg> puts;
    for (std::size_t v = 0; v < values.size(); ++v) {
      const Column& column = source_.columns[v];
      if (column.kind != ColumnKind::spread_leg || column.spread_class != c || values[v] < 0.5) continue;
      const OptionLeg& leg = book_.legs[column.leg];
      const std::int64_t size = std::llround(values[v]);
      const std::int64_t quantity = leg.quantity > 0 ? size : -size;
      left_[column.leg] -= quantity;
      (leg.type == OptionType::call ? calls : puts).push_back({column.leg, quantity});
    }
    auto all = calls;
    all.insert(all.end(), puts.begin(), puts.end());
    // Calls and puts are shown apart where together they save nothing.
    if (calls.empty() || puts.empty() || cost(all) < cost(calls) + cost(puts)) {
      add_spread(all);
    } else {
      add_spread(calls);
      add_spread(puts);
    }
  }

  void add_spread(const std::vector<GroupLeg>& legs) {
    if (legs.empty()) return;
    std::int64_t lots = 0;
    for (const GroupLeg& part : legs) lots = std::gcd(lots, part.quantity);
    groups_.push_back({GroupKind::balanced_spread, spread_name(legs, book_), lots, 0.0, legs});
  }

  void take_rest() {
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] == 0) continue;
      GroupKind kind = GroupKind::naked_option;
      if (left_[i] > 0) kind = book_.legs[i].long_dated ? GroupKind::long_dated_option : GroupKind::long_option;
      add({kind, {}, std::abs(left_[i]), 0.0, {{i, left_[i]}}});
    }
    if (long_left_ > 0.0) add({GroupKind::long_stock, {}, 1, long_left_, {}});
    if (short_left_ > 0.0) add({GroupKind::short_stock, {}, 1, -short_left_, {}});
  }

  void add(Group group) {
    bool call = false;
    bool one_strike = false;
    if (!group.legs.empty()) {
      const OptionLeg& first = book_.legs[group.legs.front().leg];
      call = first.type == OptionType::call;
      one_strike = first.strike == book_.legs[group.legs.back().leg].strike;
    }
    group.name = name_of(group.kind, call, one_strike);
    groups_.push_back(std::move(group));
  }

  const UnderlyingBook& book_;
  const PairingProgram& source_;
  std::vector<std::int64_t> left_;
  double long_left_;
  double short_left_;
  std::vector<Group> groups_;
};

}  // namespace

Pairing cheapest_pairing(const UnderlyingBook& book, Phase phase, const RulePack& pack, const SearchLimits& limits) {
  const PairingProgram source = build_program(book, phase, pack);
  const IntegerSolution solution = maximise(source.program, limits);
  Pairing pairing;
  pairing.groups = Decoder(book, source).run(solution.values);
  Certificate& certificate = pairing.certificate;
  for (const Group& group : pairing.groups) certificate.optimum += amounts(group, book, phase, pack).cost();
  certificate.unpaired = source.unpaired;
  certificate.bound = certificate.optimum - std::max(0.0, solution.bound - solution.gain);
  certificate.relaxation = std::min(certificate.bound, source.unpaired - solution.relaxation);
  certificate.nodes = solution.nodes;
  return pairing;
}

}  // namespace plimsoll::margin
