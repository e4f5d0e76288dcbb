#include "plimsoll/scenario/shock.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

constexpr double basis_point = 1e-4;
constexpr double everything = -1.0;  // the relative move that leaves nothing

Error bad(const UnderlyingShock& move, std::string_view field, double value, std::string allowed, std::string fix) {
  return {ErrorCode::invalid_value, "shock." + move.underlying + "." + std::string(field), text_of(value),
          std::move(allowed), std::move(fix)};
}

std::optional<Error> find_flaw(const UnderlyingShock& move) {
  std::optional<Error> flaw;
  const auto check = [&](std::string_view field, double value, double least) {
    if (flaw || (std::isfinite(value) && value >= least)) return;
    const bool bounded = std::isfinite(least);
    flaw = bad(move, field, value, bounded ? "a finite number >= -1" : "a finite number",
               bounded ? "give a fraction of the present level; -1 takes all of it" : "correct the shock");
  };
  check("spot_relative", move.spot_relative, everything);
  check("volatility_relative", move.volatility_relative, everything);
  check("volatility_shift", move.volatility_shift, -HUGE_VAL);
  check("skew_shift", move.skew_shift, -HUGE_VAL);
  check("rate_bp", move.rate_bp, -HUGE_VAL);
  check("dividend_yield_bp", move.dividend_yield_bp, -HUGE_VAL);
  check("dividends_relative", move.dividends_relative, everything);
  return flaw;
}

std::optional<Error> find_flaw(const Shock& shock) {
  if (!(shock.volatility_floor >= 0.0 && std::isfinite(shock.volatility_floor)))
    return Error{ErrorCode::invalid_value, "shock.volatility_floor", text_of(shock.volatility_floor),
                 "a finite number >= 0", "give an annual volatility, 0.01 for 1 %"};
  std::vector<std::string_view> names;
  for (const UnderlyingShock& move : shock.moves) {
    if (auto flaw = find_flaw(move)) return flaw;
    names.push_back(move.underlying);
  }
  std::ranges::sort(names);
  const auto twin = std::ranges::adjacent_find(names);
  if (twin == names.end()) return std::nullopt;
  return Error{ErrorCode::invalid_value, "shock.underlying", std::string(*twin), "each name once",
               "put the moves of one underlying together"};
}

bool is_still(const UnderlyingShock& move) { return move == UnderlyingShock{.underlying = move.underlying}; }

Result<VolatilitySurface> moved_surface(const VolatilitySurface& surface, const UnderlyingShock& move, double floor) {
  const double moved = surface.atm() * (1.0 + move.volatility_relative) + move.volatility_shift;
  return VolatilitySurface::skewed(std::max(moved, std::min(surface.atm(), floor)), surface.skew() + move.skew_shift);
}

// What does not move keeps its bits, and its status.
Result<UnderlyingMarket> moved(UnderlyingMarket market, const UnderlyingShock& move, double floor) {
  market.spot *= 1.0 + move.spot_relative;
  if (move.volatility_relative != 0.0 || move.volatility_shift != 0.0 || move.skew_shift != 0.0) {
    const auto surface = moved_surface(market.surface, move, floor);
    if (!surface) return surface.error();
    market.surface = *surface;
    market.volatility_status = Status::assumed;
  }
  if (move.rate_bp != 0.0) {
    market.rate = market.rate.shifted(move.rate_bp * basis_point);
    market.rate_status = Status::assumed;
  }
  if (move.dividend_yield_bp != 0.0)
    market.dividend_yield = market.dividend_yield.shifted(move.dividend_yield_bp * basis_point);
  // A quoted future goes on costing nothing to hold.
  if (market.quotation != Quotation::spot) market.dividend_yield = market.rate;
  for (CashDividend& dividend : market.dividends) dividend.amount *= 1.0 + move.dividends_relative;
  if (move.dividend_yield_bp != 0.0 || move.dividends_relative != 0.0) market.dividend_status = Status::assumed;
  return market;
}

}  // namespace

Result<Snapshot> apply(const Shock& shock, const Snapshot& snapshot) {
  if (auto flaw = find_flaw(shock)) return *flaw;
  std::vector<UnderlyingMarket> changed;
  for (const UnderlyingShock& move : shock.moves) {
    const auto market = snapshot.underlying(move.underlying);
    if (!market) return market.error();
    if (is_still(move)) continue;
    auto after = moved(**market, move, shock.volatility_floor);
    if (!after) return after.error();
    changed.push_back(std::move(*after));
  }
  return changed.empty() ? snapshot : snapshot.with_all(std::move(changed));
}

Shock parallel_spot_shock(const Snapshot& snapshot, double spot_relative) {
  Shock shock;
  for (const auto& market : snapshot.underlyings())
    shock.moves.push_back({.underlying = market->name, .spot_relative = spot_relative});
  return shock;
}

}  // namespace plimsoll
