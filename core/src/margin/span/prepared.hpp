#pragma once

#include "plimsoll/margin/span/parameters.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::margin::span {

using Losses = std::array<double, scenario_count>;

/// What a calculation reads of one contract.
struct PreparedContract {
  std::uint32_t commodity = 0;
  std::uint32_t slot = 0;         ///< place of its period among those of the commodity
  std::uint32_t scan_tier = 0;    ///< the last one takes what no tier of the file holds
  std::uint32_t credit_tier = 0;  ///< 0: none but the whole commodity
  std::uint32_t option_tier = 0;
  bool call = false;
  bool put = false;
  double delta = 0.0;  ///< in units of the commodity
  double scale = 1.0;
  double value = 0.0;  ///< of one long premium-style option
};

/// Delta that one or more legs draw from: the periods [begin, end) of a commodity on one side of the market.
struct Pool {
  std::uint32_t commodity = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t credit_tier = 0;
  double side = 1.0;
  double ratio = 0.0;  ///< of all its legs together
};

/// The share of one leg in a credit.
struct CreditLeg {
  std::uint32_t pool = 0;
  double ratio = 0.0;
  double rate = 0.0;
};

struct PreparedSpread {
  const Spread* source = nullptr;
  std::vector<Pool> pools;
  std::vector<CreditLeg> legs;
};

struct PreparedCommodity {
  const Commodity* source = nullptr;
  std::vector<std::int32_t> periods;
  std::uint32_t scan_tiers = 1;
  std::uint32_t credit_tiers = 0;
  std::vector<PreparedSpread> spreads;
  std::vector<const DeliveryRate*> delivery;  ///< by period; null where nothing is delivered
  std::array<ClassRatio, 3> ratios{};
};

/// A parameter set laid out by number. Pointers lead into `set`, which therefore stays where it is.
struct Prepared {
  ParameterSet set;
  std::vector<Losses> losses;  ///< by contract
  std::vector<PreparedContract> contracts;
  std::vector<PreparedCommodity> commodities;
  std::vector<PreparedSpread> super_spreads;
  std::vector<PreparedSpread> inter_spreads;
  std::vector<std::uint32_t> time_points;  ///< scenarios without a move of the price
  std::vector<std::uint32_t> by_id;        ///< contracts in the order of their ids
};

/// The periods that a leg draws from; none if its tier is not among these.
std::optional<Tier> range_of(const SpreadLeg& leg, const std::vector<Tier>& tiers);

}  // namespace plimsoll::margin::span
