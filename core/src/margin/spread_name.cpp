#include "plimsoll/margin/group.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>

namespace plimsoll::margin {

namespace {

/// A leg as the market's names see it: type, strike and how many lots of the smallest unit, signed.
struct NamedLeg {
  OptionType type;
  double strike;
  Date expiry;
  std::int64_t lots;
};

std::string_view type_name(OptionType type) { return type == OptionType::call ? "call" : "put"; }

std::string two_legs(const NamedLeg& a, const NamedLeg& b) {
  const NamedLeg& held = a.lots > 0 ? a : b;
  const NamedLeg& written = a.lots > 0 ? b : a;
  const std::string type{type_name(a.type)};
  if (held.strike == written.strike) return type + " calendar";
  if (held.expiry != written.expiry) return "diagonal " + type + " spread";
  const bool debit = (held.strike < written.strike) == (a.type == OptionType::call);
  return (debit ? "debit " : "credit ") + type + " vertical";
}

std::string three_legs(const std::vector<NamedLeg>& legs) {
  const bool shape = legs[0].lots == legs[2].lots && legs[1].lots == -2 * legs[0].lots;
  if (!shape) return "";
  return (legs[0].lots > 0 ? "long " : "short ") + std::string{type_name(legs[0].type)} + " butterfly";
}

std::string four_legs(const std::vector<NamedLeg>& legs) {
  const auto calls = std::ranges::count(legs, OptionType::call, &NamedLeg::type);
  const auto lots = legs[0].lots;
  const bool equal_sizes =
      std::ranges::all_of(legs, [&](const NamedLeg& l) { return std::abs(l.lots) == std::abs(lots); });
  if (!equal_sizes) return "";
  if (calls == 0 || calls == 4) {
    const bool condor = legs[1].lots == -lots && legs[2].lots == -lots;
    return condor ? (lots > 0 ? "long " : "short ") + std::string{type_name(legs[0].type)} + " condor" : "";
  }
  if (calls != 2) return "";
  // Sorted by type then strike: two calls, then two puts.
  const NamedLeg &c1 = legs[0], &c2 = legs[1], &p1 = legs[2], &p2 = legs[3];
  if (c1.strike == p1.strike && c2.strike == p2.strike && p1.lots == -c1.lots)
    return c1.lots > 0 ? "long box" : "short box";
  if (c1.lots != p2.lots || p2.strike > c1.strike) return "";
  return std::string(c1.lots < 0 ? "short" : "long") + (p2.strike == c1.strike ? " iron butterfly" : " iron condor");
}

}  // namespace

std::string spread_name(const std::vector<GroupLeg>& legs, const UnderlyingBook& book) {
  std::int64_t lot = 0;
  for (const GroupLeg& part : legs) lot = std::gcd(lot, part.quantity * book.legs[part.leg].multiplier);
  lot = std::max(lot, std::int64_t{1});  // no legs, no lot
  std::vector<NamedLeg> named;
  bool one_type = true;
  bool one_expiry = true;
  for (const GroupLeg& part : legs) {
    const OptionLeg& leg = book.legs[part.leg];
    named.push_back({leg.type, leg.strike, leg.expiry, part.quantity * leg.multiplier / lot});
    one_type = one_type && leg.type == named.front().type;
    one_expiry = one_expiry && leg.expiry == named.front().expiry;
  }
  std::ranges::stable_sort(named, [](const NamedLeg& a, const NamedLeg& b) {
    return a.type != b.type ? a.type < b.type : a.strike < b.strike;
  });
  std::string found;
  if (named.size() == 2) found = two_legs(named[0], named[1]);
  if (named.size() == 3 && one_type && one_expiry) found = three_legs(named);
  if (named.size() == 4 && one_expiry) found = four_legs(named);
  return found.empty() ? "balanced spread of " + std::to_string(named.size()) + " legs" : found;
}

}  // namespace plimsoll::margin
