#include "plimsoll/method/pde/spot_contract.hpp"

#include <cmath>
#include <cstddef>
#include <string>

namespace plimsoll {

namespace {

Error refuse(std::string field, double value, const char* allowed, const char* fix) {
  return {ErrorCode::invalid_value, std::move(field), text_of(value), allowed, fix};
}

std::string entry(const char* list, std::size_t i, const char* field) {
  return std::string(list) + "[" + std::to_string(i) + "]" + field;
}

std::optional<Error> flaw_of_dates(const SpotContract& c) {
  double before = 0.0;
  for (std::size_t i = 0; i < c.monitoring.size(); ++i) {
    if (!(c.monitoring[i] > before && c.monitoring[i] <= c.years))
      return refuse(entry("monitoring", i, ""), c.monitoring[i], "rising, above 0 and at most the expiry",
                    "sort the dates and leave out those that are past or after the expiry");
    before = c.monitoring[i];
  }
  before = 0.0;
  for (std::size_t i = 0; i < c.dividends.size(); ++i) {
    const SpotDividend& d = c.dividends[i];
    if (!(d.years > before && d.years <= c.years))
      return refuse(entry("dividends", i, ".years"), d.years, "rising, above 0 and at most the expiry",
                    "sort the dividends and leave out those that are past or after the expiry");
    if (!(d.amount >= 0.0 && std::isfinite(d.amount)))
      return refuse(entry("dividends", i, ".amount"), d.amount, "a finite amount >= 0", "give the cash paid per share");
    if (!(d.fraction >= 0.0 && d.fraction < 1.0))
      return refuse(entry("dividends", i, ".fraction"), d.fraction, "at least 0 and below 1",
                    "give the share of the spot that is paid");
    before = d.years;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> find_flaw(const SpotContract& c) {
  if (auto flaw = find_flaw(European{c.type, c.strike, c.years})) return flaw;
  for (const auto& [field, value] : {std::pair{"cash", c.cash}, {"rebate", c.rebate}, {"lower", c.lower}})
    if (!(value >= 0.0 && std::isfinite(value)))
      return refuse(field, value, "a finite number >= 0", "correct the term of the contract");
  if (!(c.upper > c.lower))
    return refuse("upper", c.upper, "above the lower level", "exchange the levels, or leave the upper one infinite");
  if (c.exercise == Exercise::american && c.payout != Payout::difference)
    return Error{ErrorCode::unsupported, "exercise", "american", "european for a payoff that jumps",
                 "value it as a touch, which is paid at the hit"};
  if (c.has_window() && (c.knock == Knock::knock_out || c.exercise == Exercise::american || c.rebate != 0.0 ||
                         !c.monitoring.empty() || !c.has_barrier()))
    return Error{ErrorCode::unsupported, "watched_from", "part of the life",
                 "a knock-in without a rebate, exercised at expiry and monitored without a gap",
                 "value a knock-out as the option without a barrier less the knock-in"};
  const bool is_before_expiry = c.watched_from == 0.0 || c.watched_from < c.years;
  if (!(c.watched_from >= 0.0 && is_before_expiry && c.watched_to > c.watched_from))
    return refuse("watched_from", c.watched_from, "years >= 0, before the expiry and before watched_to",
                  "bring the dates into order");
  return flaw_of_dates(c);
}

SpotContract spot_contract(const European& option) {
  SpotContract c;
  c.type = option.type;
  c.strike = option.strike;
  c.years = option.expiry;
  return c;
}

SpotContract spot_contract(const American& option) {
  SpotContract c = spot_contract(European{option.type, option.strike, option.expiry});
  c.exercise = Exercise::american;
  return c;
}

SpotContract spot_contract(const Barrier& option) {
  SpotContract c = spot_contract(European{option.type, option.strike, option.expiry});
  c.payout = option.payout;
  c.cash = option.cash;
  c.knock = option.knock;
  c.rebate = option.rebate;
  (option.direction == BarrierSide::down ? c.lower : c.upper) = option.barrier;
  return c;
}

SpotContract spot_contract(const DoubleBarrier& option) {
  SpotContract c = spot_contract(European{option.type, option.strike, option.expiry});
  c.payout = option.payout;
  c.cash = option.cash;
  c.knock = option.knock;
  c.lower = option.lower;
  c.upper = option.upper;
  return c;
}

}  // namespace plimsoll
