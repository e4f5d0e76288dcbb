#include "plimsoll/product/barrier_terms.hpp"

#include "flaw.hpp"
#include "plimsoll/base/day_count.hpp"
#include "plimsoll/product/knocked.hpp"
#include "resolve_terms.hpp"

#include <algorithm>

namespace plimsoll {

std::optional<Error> flaw_of_side(BarrierState state, Knock knock, OptionType type, double strike,
                                  BarrierSide direction, std::string_view field, double level) {
  const bool upward = type == OptionType::call;
  if (state == BarrierState::knocked || knock == Knock::knock_in || upward != (direction == BarrierSide::up) ||
      (upward ? level > strike : level < strike))
    return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), text_of(level),
               std::string(upward ? "a level above" : "a level below") + " the strike " + text_of(strike) +
                   ": this knock-out ends before it can pay",
               "put the barrier beyond the strike, or exchange knock_in and knock_out"};
}

namespace {

/// The refusal of a knock on a day on which the barrier was not watched.
std::optional<Error> flaw_of_window(const PartialTimeBarrierTerms& terms) {
  if (!terms.knocked_on) return std::nullopt;
  const bool is_start = terms.window == BarrierWindow::start;
  if (is_start ? *terms.knocked_on <= terms.cover : *terms.knocked_on >= terms.cover) return std::nullopt;
  return Error{ErrorCode::invalid_value, "knocked_on", terms.knocked_on->iso(),
               std::string(is_start ? "a day on or before " : "a day on or after ") + terms.cover.iso() +
                   ": the barrier is watched " + (is_start ? "until then" : "from then on"),
               "correct the day, or give the state alive"};
}

/// The refusal of a cover date that leaves no window before the expiry.
std::optional<Error> flaw_of_cover(const PartialTimeBarrierTerms& terms) {
  if (terms.window == BarrierWindow::start) return flaw_of_order("cover", terms.cover, "expiry", terms.expiry);
  if (terms.cover < terms.expiry) return std::nullopt;
  return Error{ErrorCode::invalid_value, "cover", terms.cover.iso(), "a date before expiry " + terms.expiry.iso(),
               "a barrier that is watched to the expiry needs days to be watched on"};
}

/// The refusal of a direction that is missing, or known before the cover date decides it.
std::optional<Error> flaw_of_direction(const PartialTimeBarrierTerms& terms, Date today) {
  const bool is_given = terms.direction.has_value();
  if (terms.window != BarrierWindow::end_any_side) {
    if (is_given) return std::nullopt;
    return Error{ErrorCode::missing_field, "direction", "", "down or up, the side on which the barrier lies",
                 "give direction"};
  }
  if (terms.state == BarrierState::knocked) return std::nullopt;
  const bool is_down = terms.direction == BarrierSide::down;
  return flaw_of_outcome("direction", is_given, is_down ? "down" : "up", terms.cover, today,
                         "the side on which the barrier lay");
}

/// What is had when a window at the start is over.
Product uncovered(const PartialTimeBarrier& option) {
  if (option.knock == Knock::knock_out) return European{option.type, option.strike, option.expiry};
  return Payment{};
}

}  // namespace

std::optional<Error> flaw_of_state(BarrierState state, const std::optional<Date>& knocked_on, Date valuation_date) {
  if (state == BarrierState::knocked && !knocked_on)
    return Error{ErrorCode::missing_field, "knocked_on", "", "the day on which the barrier was touched",
                 "give the day, or the state alive"};
  if (state == BarrierState::alive && knocked_on)
    return Error{ErrorCode::invalid_value, "state", "alive", "knocked, as it was touched on " + knocked_on->iso(),
                 "give the state knocked, or remove the day"};
  if (knocked_on && *knocked_on > valuation_date)
    return Error{ErrorCode::invalid_value, "knocked_on", knocked_on->iso(),
                 "a day on or before the valuation date " + valuation_date.iso(),
                 "give the state that the trade had on the valuation date"};
  return std::nullopt;
}

std::optional<Error> flaw_of_payout(double amount) {
  return flaw_of_amount("amount", amount, "give the amount paid, >= 0");
}

Result<Product> resolve_terms(const BarrierTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_state(terms.state, terms.knocked_on, today)) return *flaw;
  if (auto flaw = flaw_of_payout(terms.amount)) return *flaw;
  const Barrier option{terms.type,    terms.payout,    terms.strike,
                       terms.amount,  terms.direction, terms.knock,
                       terms.barrier, terms.rebate,    year_fraction_act365f(today, terms.expiry)};
  if (auto flaw = find_flaw(option)) return *flaw;
  auto side =
      flaw_of_side(terms.state, terms.knock, terms.type, terms.strike, terms.direction, "barrier", terms.barrier);
  if (side && terms.rebate == 0.0) return *side;
  if (terms.state == BarrierState::alive) return Product{option};
  return knocked(option, terms.knocked_on == today ? HitDay::today : HitDay::earlier);
}

Result<Product> resolve_terms(const PartialTimeBarrierTerms& terms, Date today) {
  const bool is_start = terms.window == BarrierWindow::start;
  const bool is_covered = terms.cover >= today;
  const BarrierSide direction = terms.direction.value_or(BarrierSide::down);
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_cover(terms)) return *flaw;
  if (auto flaw = flaw_of_state(terms.state, terms.knocked_on, today)) return *flaw;
  if (auto flaw = flaw_of_window(terms)) return *flaw;
  if (auto flaw = flaw_of_direction(terms, today)) return *flaw;
  const PartialTimeBarrier option{terms.type,
                                  terms.strike,
                                  direction,
                                  terms.knock,
                                  terms.window,
                                  terms.barrier,
                                  std::max(year_fraction_act365f(today, terms.cover), 0.0),
                                  year_fraction_act365f(today, terms.expiry)};
  if (auto flaw = find_flaw(option)) return *flaw;
  if (terms.state == BarrierState::knocked) return knocked(option);
  if (is_start) return is_covered ? Product{option} : uncovered(option);
  if (!terms.direction) return Product{option};
  // The barrier of this side watched to the expiry: what is left from the cover date on, and what may not be before.
  auto watched =
      resolve_terms(BarrierTerms{terms.underlying, terms.type, Payout::difference, terms.strike, 0.0, direction,
                                 terms.knock, terms.barrier, 0.0, terms.expiry, terms.state, terms.knocked_on},
                    today);
  return watched && is_covered && terms.window == BarrierWindow::end_from_side ? Product{option} : watched;
}

Result<Product> resolve_terms(const DoubleBarrierTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  if (auto flaw = flaw_of_state(terms.state, terms.knocked_on, today)) return *flaw;
  if (auto flaw = flaw_of_payout(terms.amount)) return *flaw;
  const DoubleBarrier option{terms.type,  terms.payout, terms.strike, terms.amount,
                             terms.knock, terms.lower,  terms.upper,  year_fraction_act365f(today, terms.expiry)};
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw =
          flaw_of_side(terms.state, terms.knock, terms.type, terms.strike, BarrierSide::up, "upper", terms.upper))
    return *flaw;
  if (auto flaw =
          flaw_of_side(terms.state, terms.knock, terms.type, terms.strike, BarrierSide::down, "lower", terms.lower))
    return *flaw;
  if (terms.state == BarrierState::alive) return Product{option};
  return knocked(option);
}

Result<Product> resolve_terms(const SoftBarrierTerms& terms, Date today) {
  if (auto flaw = flaw_of_date(terms.expiry, today)) return *flaw;
  const SoftBarrier option{terms.type,
                           terms.strike,
                           terms.direction,
                           terms.knock,
                           terms.lower,
                           terms.upper,
                           year_fraction_act365f(today, terms.expiry),
                           terms.extremum};
  if (auto flaw = find_flaw(option)) return *flaw;
  const bool is_up = terms.direction == BarrierSide::up;
  if (auto flaw = flaw_of_side(BarrierState::alive, terms.knock, terms.type, terms.strike, terms.direction,
                               is_up ? "upper" : "lower", is_up ? terms.upper : terms.lower))
    return *flaw;
  return Product{option};
}

}  // namespace plimsoll
