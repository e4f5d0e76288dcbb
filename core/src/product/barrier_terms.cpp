#include "plimsoll/product/barrier_terms.hpp"

#include "flaw.hpp"
#include "plimsoll/base/day_count.hpp"
#include "plimsoll/product/knocked.hpp"
#include "resolve_terms.hpp"

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
