#pragma once

#include "market_of.hpp"

#include <optional>

// One trade of each product with a barrier, an extremum, a jump or a first date, on ABC at a spot of 100.
namespace plimsoll::testing {

inline DigitalTerms digital_terms(Payout payout = Payout::cash) {
  return {"ABC", OptionType::call, payout, 105.0, 10.0, 100.0, in_a_year};
}

inline TouchTerms touch_terms(Knock knock = Knock::knock_in, BarrierSide direction = BarrierSide::up) {
  return {"ABC",
          Payout::cash,
          10.0,
          direction,
          knock,
          Settlement::at_expiry,
          direction == BarrierSide::up ? 120.0 : 80.0,
          in_a_year,
          BarrierState::alive,
          std::nullopt};
}

inline BarrierTerms barrier_terms(Knock knock = Knock::knock_out, double rebate = 0.0) {
  return {"ABC",  OptionType::call, Payout::difference,  105.0,       0.0, BarrierSide::down, knock, 90.0,
          rebate, in_a_year,        BarrierState::alive, std::nullopt};
}

inline DoubleBarrierTerms double_barrier_terms(Knock knock = Knock::knock_out) {
  return {"ABC", OptionType::call, Payout::difference,  105.0,       0.0, knock, 80.0,
          140.0, in_a_year,        BarrierState::alive, std::nullopt};
}

inline SoftBarrierTerms soft_barrier_terms(Knock knock = Knock::knock_out, double extremum = 100.0) {
  return {"ABC", OptionType::call, 105.0, BarrierSide::down, knock, 80.0, 90.0, in_a_year, extremum};
}

inline LookbackTerms lookback_terms(LookbackStrike kind = LookbackStrike::fixed, double extremum = 110.0) {
  return {"ABC", OptionType::call, kind, 105.0, extremum, in_a_year};
}

inline DoubleTouchTerms double_touch_terms(Knock knock = Knock::knock_out) {
  return {"ABC", 10.0, knock, 80.0, 130.0, in_a_year, BarrierState::alive, std::nullopt};
}

inline const Date in_half_a_year = today + 182;

inline ForwardStartTerms forward_start_terms(OptionType type = OptionType::call) {
  return {"ABC", type, 1.05, in_half_a_year, in_a_year, std::nullopt};
}

inline ChooserTerms chooser_terms() {
  return {"ABC", in_half_a_year, 105.0, in_a_year, 95.0, in_a_year + -91, std::nullopt};
}

inline CompoundTerms compound_terms(OptionType type = OptionType::call, OptionType daughter = OptionType::call) {
  return {"ABC", type, 5.0, in_half_a_year, daughter, 105.0, in_a_year};
}

inline ExtendibleTerms extendible_terms(ExtendedBy by = ExtendedBy::holder, OptionType type = OptionType::call) {
  const bool by_holder = by == ExtendedBy::holder;
  return {"ABC", type, by, 105.0, in_half_a_year, 110.0, in_a_year, by_holder ? 1.0 : 0.0};
}

inline PartialTimeBarrierTerms window_barrier_terms(BarrierWindow window = BarrierWindow::end_any_side,
                                                    Knock knock = Knock::knock_out,
                                                    BarrierSide direction = BarrierSide::down) {
  PartialTimeBarrierTerms terms;
  terms.underlying = "ABC";
  terms.strike = 105.0;
  if (window != BarrierWindow::end_any_side) terms.direction = direction;
  terms.knock = knock;
  terms.window = window;
  terms.barrier = direction == BarrierSide::down ? 92.0 : 125.0;
  terms.cover = in_half_a_year;
  terms.expiry = in_a_year;
  return terms;
}

inline PartialLookbackTerms partial_lookback_terms(LookbackStrike kind = LookbackStrike::floating,
                                                   OptionType type = OptionType::call, double extremum = 95.0) {
  const bool is_fixed = kind == LookbackStrike::fixed;
  return {
      "ABC",          type,     kind, is_fixed ? 105.0 : 0.0, 1.05, is_fixed ? std::nullopt : std::optional(extremum),
      in_half_a_year, in_a_year};
}

inline Trade trade_of(const Terms& terms) { return {"T1", 2.0, 100.0, terms}; }

inline std::vector<Terms> exotic_terms() {
  return {digital_terms(),         touch_terms(),    barrier_terms(),      double_barrier_terms(),
          soft_barrier_terms(),    lookback_terms(), double_touch_terms(), forward_start_terms(),
          chooser_terms(),         compound_terms(), extendible_terms(),   window_barrier_terms(),
          partial_lookback_terms()};
}

}  // namespace plimsoll::testing
