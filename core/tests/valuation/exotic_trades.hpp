#pragma once

#include "market_of.hpp"

#include <optional>

// One trade of each product with a barrier, an extremum or a jump, on ABC at a spot of 100.
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

inline Trade trade_of(const Terms& terms) { return {"T1", 2.0, 100.0, terms}; }

inline std::vector<Terms> exotic_terms() {
  return {digital_terms(),        touch_terms(),        barrier_terms(),
          double_barrier_terms(), soft_barrier_terms(), lookback_terms()};
}

}  // namespace plimsoll::testing
