#include "plimsoll/margin/intraday_clock.hpp"

#include "call_calendar.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace plimsoll::margin {

namespace {

Error bad(std::string field, std::string value, std::string allowed, std::string fix) {
  return {ErrorCode::invalid_value, std::move(field), std::move(value), std::move(allowed), std::move(fix)};
}

Error bad_rule(const char* field, std::string value, std::string allowed) {
  return bad(std::string("pack.intraday.") + field, std::move(value), std::move(allowed),
             "correct the pack of the call rules");
}

bool is_de_minimis(const IntradayDay& day, const IntradayRules& rules) {
  // Equity below zero has no share that could be small.
  const auto share = Money::round_half_up(rules.de_minimis_share * day.equity.dollars());
  return share && day.deficit <= std::min(std::max(Money{}, *share), rules.de_minimis);
}

std::optional<Error> flaw_of(std::span<const IntradayDay> days, std::span<const Date> business_days) {
  if (days.empty()) return bad("days", "none", "one day at least", "give the days of the account");
  if (auto flaw = flaw_of_calendar(business_days)) return flaw;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (days[i].deficit < Money{})
      return bad("days.deficit", days[i].deficit.text(), "0 or more", "give what is missing as a positive amount");
    if (!std::ranges::binary_search(business_days, days[i].day) || (i > 0 && days[i].day <= days[i - 1].day))
      return bad("days.day", days[i].day.iso(), "business days, each later than the one before",
                 "sort the days and take out those on which the market was closed");
  }
  return std::nullopt;
}

/// The first later day by whose end net deposits or the rise of the level reach the deficit.
std::optional<Date> satisfied_on(std::span<const IntradayDay> from) {
  Money deposits;
  for (const IntradayDay& later : from.subspan(1)) {
    deposits += later.net_deposits;
    if (std::max(deposits, later.end_level - from.front().end_level) >= from.front().deficit) return later.day;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> find_flaw(const IntradayRules& rules) {
  const std::array<std::pair<const char*, int>, 7> counts{{{"cure_days", rules.cure_days},
                                                           {"outstanding_days", rules.outstanding_days},
                                                           {"freeze_days", rules.freeze_days},
                                                           {"practice_count", rules.practice_count},
                                                           {"practice_days", rules.practice_days},
                                                           {"day_trades", rules.day_trades},
                                                           {"day_trade_window", rules.day_trade_window}}};
  for (const auto& [field, value] : counts)
    if (value < 1 || value > 3660) return bad_rule(field, std::to_string(value), "from 1 to 3660");
  const std::array<std::pair<const char*, double>, 2> shares{
      {{"de_minimis_share", rules.de_minimis_share}, {"day_trade_share", rules.day_trade_share}}};
  for (const auto& [field, value] : shares)
    if (!(value >= 0.0 && value <= 1.0)) return bad_rule(field, text_of(value), "a fraction from 0 to 1");
  const std::array<std::pair<const char*, Money>, 2> amounts{
      {{"de_minimis", rules.de_minimis}, {"day_trader_equity", rules.day_trader_equity}}};
  for (const auto& [field, value] : amounts)
    if (value < Money{}) return bad_rule(field, value.text(), "0 dollars or more");
  if (!(rules.buying_power_multiple >= 0.0 && rules.buying_power_multiple <= 100.0))
    return bad_rule("buying_power_multiple", text_of(rules.buying_power_multiple), "from 0 to 100");
  if (rules.outstanding_days < rules.cure_days)
    return bad_rule("outstanding_days", std::to_string(rules.outstanding_days), "not less than cure_days");
  if (rules.phase_in_until < rules.in_force_from)
    return bad_rule("phase_in_until", rules.phase_in_until.iso(), "not before in_force_from");
  return std::nullopt;
}

Result<IntradayClock> intraday_clock(std::span<const IntradayDay> days, std::span<const Date> business_days,
                                     const IntradayRules& rules) {
  if (auto flaw = find_flaw(rules)) return *flaw;
  if (auto flaw = flaw_of(days, business_days)) return *flaw;
  if (days.front().day < rules.in_force_from)
    return Error{ErrorCode::not_in_force, "days.day", days.front().day.iso(),
                 "on or after " + rules.in_force_from.iso() + ", when the intraday rule came into force",
                 "keep the account under the pattern-day-trader rule until then"};
  IntradayClock clock;
  clock.as_of = days.back().day;
  std::vector<Date> late_days;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const IntradayDay& day = days[i];
    if (day.deficit == Money{}) continue;
    const auto cure_by = business_day_after(business_days, day.day, rules.cure_days);
    if (!cure_by) return cure_by.error();
    const auto expires = business_day_after(business_days, day.day, rules.outstanding_days);
    if (!expires) return expires.error();
    DeficitStatus found{day.day,
                        day.deficit,
                        DeficitState::outstanding,
                        *cure_by,
                        *expires,
                        satisfied_on(days.subspan(i)),
                        !day.extraordinary && !is_de_minimis(day, rules),
                        false,
                        {},
                        {}};
    const bool in_time = found.satisfied_on && *found.satisfied_on <= *cure_by;
    found.late = !in_time && clock.as_of >= *cure_by;
    if (found.satisfied_on && *found.satisfied_on <= *expires)
      found.state = DeficitState::satisfied;
    else if (clock.as_of >= *expires)
      found.state = DeficitState::expired;
    if (found.late && found.counted) {
      late_days.push_back(*cure_by);
      const auto recent = std::ranges::count_if(
          late_days, [&](Date late) { return days_between(late, *cure_by) < rules.practice_days; });
      if (recent >= rules.practice_count) {
        found.frozen_from = *cure_by + 1;
        found.frozen_until = *cure_by + rules.freeze_days;
        if (found.satisfied_on) found.frozen_until = std::min(*found.frozen_until, *found.satisfied_on);
      }
    }
    if (found.state == DeficitState::outstanding) clock.outstanding = std::max(clock.outstanding, day.deficit);
    const bool ends = found.satisfied_on.has_value() || (found.frozen_until && *found.frozen_until <= clock.as_of);
    clock.frozen = clock.frozen || (found.frozen_from.has_value() && !ends);
    clock.deficits.push_back(found);
  }
  return clock;
}

Result<DayTrader> day_trader(std::span<const TradeCount> counts, std::span<const Date> business_days, Money equity,
                             Money closing_excess, const IntradayRules& rules) {
  if (auto flaw = find_flaw(rules)) return *flaw;
  if (auto flaw = flaw_of_calendar(business_days)) return *flaw;
  std::vector<TradeCount> by_day(business_days.size());
  std::optional<Date> last;
  for (const TradeCount& count : counts) {
    const auto place = std::ranges::lower_bound(business_days, count.day);
    if (place == business_days.end() || *place != count.day || (last && count.day <= *last))
      return bad("counts.day", count.day.iso(), "business days, each later than the one before",
                 "sort the days and take out those on which the market was closed");
    if (count.day_trades < 0 || count.trades < count.day_trades)
      return bad("counts.day_trades", std::to_string(count.day_trades),
                 "from 0 to the trades of the day, here " + std::to_string(count.trades), "correct the counts");
    by_day[static_cast<std::size_t>(place - business_days.begin())] = count;
    last = count.day;
  }
  if (last && rules.phase_in_until < *last)
    return Error{ErrorCode::not_in_force, "counts.day", last->iso(),
                 "on or before " + rules.phase_in_until.iso() + ", when the pattern-day-trader rule ends",
                 "keep the account under the intraday rule from then on"};
  DayTrader found;
  const auto window = static_cast<std::size_t>(rules.day_trade_window);
  for (std::size_t end = 0; end < by_day.size() && !found.since; ++end) {
    std::int64_t trades = 0;
    std::int64_t day_trades = 0;
    for (std::size_t i = end + 1 > window ? end + 1 - window : 0; i <= end; ++i) {
      trades += by_day[i].trades;
      day_trades += by_day[i].day_trades;
    }
    if (day_trades >= rules.day_trades &&
        static_cast<double>(day_trades) > rules.day_trade_share * static_cast<double>(trades))
      found.since = business_days[end];
  }
  if (!found.since) return found;
  found.equity_shortfall = std::max(Money{}, rules.day_trader_equity - equity);
  if (found.equity_shortfall > Money{}) return found;
  const auto power = Money::round_half_up(rules.buying_power_multiple * std::max(0.0, closing_excess.dollars()));
  if (!power) return power.error();
  found.buying_power = *power;
  return found;
}

}  // namespace plimsoll::margin
