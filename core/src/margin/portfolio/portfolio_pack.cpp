#include "plimsoll/margin/portfolio/portfolio_pack.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace plimsoll::margin {

namespace {

Error bad_entry(std::string field, std::string value, std::string allowed) {
  return {ErrorCode::invalid_value, "pack." + std::move(field), std::move(value), std::move(allowed),
          "correct the parameter pack; its numbers carry their source"};
}

template <class Entry>
const Entry* named(const std::vector<Entry>& entries, const std::string& name) {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

template <class Entry, class Name>
std::optional<Error> flaw_of_names(const std::vector<Entry>& entries, const std::string& field, Name name) {
  std::set<std::string> seen;
  for (const Entry& entry : entries)
    if (entry.*name == "" || !seen.insert(entry.*name).second)
      return bad_entry(field, entry.*name, "a name of its own in each row");
  return std::nullopt;
}

/// Ten moves in order, none of them 0 or beyond the whole price.
bool is_range(const std::vector<double>& moves) {
  const auto is_move = [](double move) { return move != 0.0 && std::fabs(move) <= 1.0; };
  return moves.size() == valuation_points && std::ranges::all_of(moves, is_move) &&
         std::ranges::adjacent_find(moves, std::greater_equal<>{}) == moves.end();
}

std::optional<Error> flaw_of_types(const PortfolioPack& pack) {
  for (const ClassType& type : pack.class_types)
    if (!is_range(type.moves))
      return bad_entry("class_types." + type.name, std::to_string(type.moves.size()) + " moves",
                       "ten moves in rising order from -1 to 1 without 0");
  for (const auto* name : {&pack.equity_type, &pack.narrow_index_type, &pack.broad_index_type})
    if (named(pack.class_types, *name) == nullptr)
      return bad_entry("default_types", *name, "the name of a class type of the pack");
  return std::nullopt;
}

std::optional<Error> flaw_of_groups(const PortfolioPack& pack) {
  for (const auto* groups : {&pack.product_groups, &pack.portfolio_groups})
    for (const OffsetGroup& group : *groups)
      if (!(group.offset >= 0.0 && group.offset <= 1.0))
        return bad_entry("groups." + group.name + ".offset", text_of(group.offset), "a fraction from 0 to 1");
  for (const OffsetGroup& group : pack.product_groups)
    if (!group.parent.empty() && named(pack.portfolio_groups, group.parent) == nullptr)
      return bad_entry("product_groups." + group.name, group.parent, "a portfolio group of the pack, or none");
  return std::nullopt;
}

std::optional<Error> flaw_of(const ClassRow& row, const PortfolioPack& pack) {
  const std::string field = "classes." + row.underlying;
  if (named(pack.class_types, row.class_type) == nullptr)
    return bad_entry(field + ".class_type", row.class_type, "the name of a class type of the pack");
  if (!row.product_group.empty() && named(pack.product_groups, row.product_group) == nullptr)
    return bad_entry(field + ".product_group", row.product_group, "a product group of the pack, or none");
  if (!(row.leverage >= 1.0 && row.leverage <= 10.0))
    return bad_entry(field + ".leverage", text_of(row.leverage), "1 to 10");
  for (const ClassRow& other : pack.classes)
    if (!row.class_group.empty() && other.class_group == row.class_group && other.product_group != row.product_group)
      return bad_entry(field + ".product_group", row.product_group,
                       "the product group of its class group, " + other.product_group);
  return std::nullopt;
}

const std::string& default_type(UnderlyingClass kind, const PortfolioPack& pack) {
  if (kind == UnderlyingClass::broad_index) return pack.broad_index_type;
  return kind == UnderlyingClass::narrow_index ? pack.narrow_index_type : pack.equity_type;
}

}  // namespace

std::optional<Error> find_flaw(const PortfolioPack& pack) {
  if (auto flaw = flaw_of_names(pack.class_types, "class_types.name", &ClassType::name)) return flaw;
  if (auto flaw = flaw_of_names(pack.classes, "classes.underlying", &ClassRow::underlying)) return flaw;
  if (auto flaw = flaw_of_names(pack.product_groups, "product_groups.name", &OffsetGroup::name)) return flaw;
  if (auto flaw = flaw_of_names(pack.portfolio_groups, "portfolio_groups.name", &OffsetGroup::name)) return flaw;
  if (auto flaw = flaw_of_types(pack)) return flaw;
  if (auto flaw = flaw_of_groups(pack)) return flaw;
  for (const ClassRow& row : pack.classes)
    if (auto flaw = flaw_of(row, pack)) return flaw;
  if (!(pack.minimum_per_unit >= 0.0 && pack.minimum_per_unit <= 1e3))
    return bad_entry("minimum_per_unit", text_of(pack.minimum_per_unit), "dollars per unit, 0 to 1,000");
  for (const EquityTier& tier : pack.tiers)
    if (tier.equity < Money{}) return bad_entry("tiers." + tier.name, tier.equity.text(), "0 dollars or more");
  return std::nullopt;
}

ClassPlace place_of(const UnderlyingView& underlying, const PortfolioPack& pack) {
  const auto found = std::ranges::find(pack.classes, underlying.name, &ClassRow::underlying);
  const ClassRow unlisted{underlying.name, default_type(underlying.kind, pack), {}, {}, underlying.leverage, false};
  ClassPlace place;
  place.listed = found != pack.classes.end();
  const ClassRow& row = place.listed ? *found : unlisted;
  place.long_only = row.long_only;
  place.moves = named(pack.class_types, row.class_type)->moves;
  for (double& move : place.moves) move = std::clamp(move * row.leverage, -1.0, 1.0);
  place.class_group = row.class_group.empty() ? row.underlying : "class group " + row.class_group;
  place.product_group = place.class_group;
  place.portfolio_group = place.class_group;
  if (row.product_group.empty()) return place;
  const OffsetGroup& product = *named(pack.product_groups, row.product_group);
  place.product_group = "product group " + product.name;
  place.product_offset = product.offset;
  place.portfolio_group = place.product_group;
  if (product.parent.empty()) return place;
  const OffsetGroup& portfolio = *named(pack.portfolio_groups, product.parent);
  place.portfolio_group = "portfolio group " + portfolio.name;
  place.portfolio_offset = portfolio.offset;
  return place;
}

}  // namespace plimsoll::margin
