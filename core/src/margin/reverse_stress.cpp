#include "plimsoll/margin/reverse_stress.hpp"

#include "mark_sheet.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/scenario/shock.hpp"
#include "plimsoll/valuation/value.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr double most_steps = 10'000.0;
constexpr double least_tolerance = 1e-9;
constexpr double deepest_fall = -0.99;

std::optional<Error> find_flaw(const SpotSearch& search) {
  const auto bad = [](const char* field, double value, const char* allowed) {
    return Error{ErrorCode::invalid_value, std::string("search.") + field, text_of(value), allowed,
                 "give fractions of the spot, such as -0.95, 1, 0.025 and 0.0001"};
  };
  if (!(search.lowest >= -1.0 && search.lowest < 0.0)) return bad("lowest", search.lowest, "from -1 to below 0");
  if (!(search.highest > 0.0 && std::isfinite(search.highest)))
    return bad("highest", search.highest, "finite, above 0");
  if (!(search.step > 0.0 && (search.highest - search.lowest) / search.step <= most_steps))
    return bad("step", search.step, "above 0, at most 10000 steps");
  if (!(search.tolerance >= least_tolerance && search.tolerance <= search.step))
    return bad("tolerance", search.tolerance, "from 1e-9 to the step");
  return std::nullopt;
}

/// One account and what its excess is at any move of the spots.
class AccountSearch {
 public:
  AccountSearch(const Account& account, std::vector<Trade> trades, const std::vector<SpotWeight>& direction,
                const Snapshot& snapshot, const Method& method, const MarginSettings& settings)
      : account_(account),
        trades_(std::move(trades)),
        sheet_(trades_),
        direction_(direction),
        snapshot_(snapshot),
        method_(method),
        settings_(settings) {}

  [[nodiscard]] Result<Money> excess(double move) const {
    const auto moved = apply(spot_shock_along(direction_, move), snapshot_);
    if (!moved) return moved.error();
    const auto prices =
        price_book(trades_, std::span(&*moved, 1), method_, 1, CrossedBarrier::is_knocked, UnfitMethod::yields_to_best);
    const auto found = stressed_margin(account_, *moved, sheet_, prices.front(), settings_);
    if (!found) return found.error();
    return found->excess;
  }

  /// The nearest limit between no move and `end`, whose sign says where to look.
  [[nodiscard]] Result<std::optional<SpotLimit>> limit(double end, const SpotSearch& search, Money at_rest) const {
    SpotLimit found{0.0, 0.0, at_rest, at_rest};
    const auto steps = static_cast<int>(std::ceil(std::fabs(end) / search.step - 1e-9));
    for (int k = 1; k <= steps; ++k) {
      found.beyond = k == steps ? end : std::copysign(search.step * k, end);
      const auto there = excess(found.beyond);
      if (!there) return there.error();
      if (*there < Money{}) {
        found.excess_beyond = *there;
        return narrowed(found, search.tolerance);
      }
      found.inside = found.beyond;
      found.excess_inside = *there;
    }
    return std::optional<SpotLimit>{};
  }

 private:
  [[nodiscard]] Result<std::optional<SpotLimit>> narrowed(SpotLimit found, double tolerance) const {
    while (std::fabs(found.beyond - found.inside) > tolerance) {
      const double middle = 0.5 * (found.inside + found.beyond);
      const auto there = excess(middle);
      if (!there) return there.error();
      const bool short_of = *there < Money{};
      (short_of ? found.beyond : found.inside) = middle;
      (short_of ? found.excess_beyond : found.excess_inside) = *there;
    }
    return std::optional<SpotLimit>{found};
  }

  const Account& account_;
  std::vector<Trade> trades_;
  MarkSheet sheet_;
  const std::vector<SpotWeight>& direction_;
  const Snapshot& snapshot_;
  const Method& method_;
  const MarginSettings& settings_;
};

Result<SpotLimits> limits_of(const AccountSearch& account, const SpotSearch& search) {
  const auto at_rest = account.excess(0.0);
  if (!at_rest) return at_rest.error();
  if (*at_rest < Money{}) return SpotLimits{*at_rest, {}, {}};
  const auto down = account.limit(search.lowest, search, *at_rest);
  if (!down) return down.error();
  const auto up = account.limit(search.highest, search, *at_rest);
  if (!up) return up.error();
  return SpotLimits{*at_rest, *down, *up};
}

}  // namespace

Shock spot_shock_along(const std::vector<SpotWeight>& direction, double move) {
  Shock shock;
  for (const SpotWeight& each : direction)
    shock.moves.push_back({.underlying = each.underlying, .spot_relative = std::max(deepest_fall, each.weight * move)});
  return shock;
}

Result<std::vector<Result<SpotLimits>>> spot_limits(const StressBook& book, const Snapshot& snapshot,
                                                    const Method& method, const MarginSettings& settings,
                                                    const SpotSearch& search, int threads) {
  std::vector<SpotWeight> all;
  for (const auto& market : snapshot.underlyings()) all.push_back({market->name, 1.0});
  return spot_limits_along(all, book, snapshot, method, settings, search, threads);
}

Result<std::vector<Result<SpotLimits>>> spot_limits_along(const std::vector<SpotWeight>& direction,
                                                          const StressBook& book, const Snapshot& snapshot,
                                                          const Method& method, const MarginSettings& settings,
                                                          const SpotSearch& search, int threads) {
  if (auto flaw = find_flaw(search)) return *flaw;
  for (const SpotWeight& each : direction)
    if (!std::isfinite(each.weight))
      return Error{ErrorCode::invalid_value, "direction." + each.underlying, text_of(each.weight), "a finite number",
                   "give how much of the move the underlying takes, such as its beta"};
  const MarkSheet sheet(book.trades);
  std::vector<Result<SpotLimits>> found(book.accounts.size(), Error{});
  parallel_blocks(book.accounts.size(), 1, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      auto trades = sheet.trades_of(book.accounts[i], book.trades);
      found[i] = trades
                     ? limits_of({book.accounts[i], std::move(*trades), direction, snapshot, method, settings}, search)
                     : Result<SpotLimits>(trades.error());
    }
  });
  return found;
}

}  // namespace plimsoll::margin
