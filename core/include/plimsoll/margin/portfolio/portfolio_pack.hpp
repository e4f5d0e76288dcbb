#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/account.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// Points of the price range at which a portfolio is valued: five down, five up, the present price left out.
inline constexpr std::size_t valuation_points = 10;

/// A kind of underlying with its price range, as relative moves from the lowest to the highest point.
struct ClassType {
  std::string name;
  std::vector<double> moves;

  friend bool operator==(const ClassType&, const ClassType&) = default;
};

/// Where an underlying stands: underlyings of one class group offset each other in full, class groups of one product
/// group in part. An empty group means one of its own.
struct ClassRow {
  std::string underlying;
  std::string class_type;
  std::string class_group;
  std::string product_group;
  double leverage = 1.0;   ///< stated multiple of a leveraged or inverse fund, by its size: the range is so much wider
  bool long_only = false;  ///< a product that nobody can sell short, such as a mutual fund

  friend bool operator==(const ClassRow&, const ClassRow&) = default;
};

/// The part of the gains of its members that a group sets against the losses of the others at one valuation point.
struct OffsetGroup {
  std::string name;
  std::string parent;  ///< the portfolio group of a product group; empty for one of its own, and for portfolio groups
  double offset = 0.0;

  friend bool operator==(const OffsetGroup&, const OffsetGroup&) = default;
};

/// An amount of equity that a condition of eligibility asks for.
struct EquityTier {
  std::string name;
  Money equity;

  friend bool operator==(const EquityTier&, const EquityTier&) = default;
};

/// A dated set of portfolio margin parameters.
struct PortfolioPack {
  std::string pack_id;
  std::string revision;
  Date in_force_from;
  Date in_force_until;  ///< last day
  std::vector<ClassType> class_types;
  std::string equity_type;  ///< class types of underlyings that have no row, by their class in the market view
  std::string narrow_index_type;
  std::string broad_index_type;
  std::vector<ClassRow> classes;
  std::vector<OffsetGroup> product_groups;
  std::vector<OffsetGroup> portfolio_groups;
  double minimum_per_unit = 0.0;  ///< dollars for each unit of the underlying in an option or future contract
  std::vector<EquityTier> tiers;

  friend bool operator==(const PortfolioPack&, const PortfolioPack&) = default;
};

/// The first entry of the pack that the rules could not work with, if there is one: ranges that are not ten moves in
/// order without 0, offsets outside 0 to 1, names that stand twice or nowhere.
std::optional<Error> find_flaw(const PortfolioPack& pack);

/// An underlying with its place in the pack. The groups are named as a report names them; a group of one's own has the
/// name of the group below it, down to that of the underlying.
struct ClassPlace {
  std::vector<double> moves;  ///< leverage included; none beyond the whole price
  bool listed = false;        ///< whether the pack has a row for it
  bool long_only = false;
  std::string portfolio_group;
  std::string product_group;
  std::string class_group;
  double portfolio_offset = 0.0;
  double product_offset = 0.0;
};

/// Where an underlying stands in a pack without flaw. Source: FINRA 4210(g)(2); FINRA Regulatory Notice 09-53 for
/// leveraged funds: the range is multiplied by the stated multiple and ends at 100 %.
ClassPlace place_of(const UnderlyingView& underlying, const PortfolioPack& pack);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::ClassType> {
  static constexpr std::string_view name = "ClassType";
  static constexpr auto list =
      std::make_tuple(field("name", &margin::ClassType::name), field("moves", &margin::ClassType::moves));
};

template <>
struct Fields<margin::ClassRow> {
  static constexpr std::string_view name = "ClassRow";
  static constexpr auto list = std::make_tuple(
      field("underlying", &margin::ClassRow::underlying), field("class_type", &margin::ClassRow::class_type),
      field("class_group", &margin::ClassRow::class_group), field("product_group", &margin::ClassRow::product_group),
      field("leverage", &margin::ClassRow::leverage), field("long_only", &margin::ClassRow::long_only));
};

template <>
struct Fields<margin::OffsetGroup> {
  static constexpr std::string_view name = "OffsetGroup";
  static constexpr auto list =
      std::make_tuple(field("name", &margin::OffsetGroup::name), field("parent", &margin::OffsetGroup::parent),
                      field("offset", &margin::OffsetGroup::offset));
};

template <>
struct Fields<margin::EquityTier> {
  static constexpr std::string_view name = "EquityTier";
  static constexpr auto list =
      std::make_tuple(field("name", &margin::EquityTier::name), field("equity", &margin::EquityTier::equity));
};

template <>
struct Fields<margin::PortfolioPack> {
  static constexpr std::string_view name = "PortfolioPack";
  static constexpr auto list = std::make_tuple(field("pack_id", &margin::PortfolioPack::pack_id),
                                               field("revision", &margin::PortfolioPack::revision),
                                               field("in_force_from", &margin::PortfolioPack::in_force_from),
                                               field("in_force_until", &margin::PortfolioPack::in_force_until),
                                               field("class_types", &margin::PortfolioPack::class_types),
                                               field("equity_type", &margin::PortfolioPack::equity_type),
                                               field("narrow_index_type", &margin::PortfolioPack::narrow_index_type),
                                               field("broad_index_type", &margin::PortfolioPack::broad_index_type),
                                               field("classes", &margin::PortfolioPack::classes),
                                               field("product_groups", &margin::PortfolioPack::product_groups),
                                               field("portfolio_groups", &margin::PortfolioPack::portfolio_groups),
                                               field("minimum_per_unit", &margin::PortfolioPack::minimum_per_unit),
                                               field("tiers", &margin::PortfolioPack::tiers));
};

}  // namespace plimsoll
