#pragma once

#include "asked.hpp"
#include "plimsoll/product/payout.hpp"

#include <string>
#include <string_view>
#include <variant>

// What becomes of a trade whose state is alive and whose barrier the spot has reached; inside the floor of valuation.
namespace plimsoll {

inline bool has_crossed(double spot, BarrierSide direction, double level) {
  return direction == BarrierSide::down ? spot <= level : spot >= level;
}

inline Error wrong_side(std::string_view field, double level, BarrierSide direction, double spot) {
  return {ErrorCode::invalid_value, std::string(field), text_of(level),
          std::string(direction == BarrierSide::down ? "a level below" : "a level above") + " the spot " +
              text_of(spot) + " while the state is alive",
          "give the state knocked with its day, or correct the level or its direction"};
}

/// A level that the spot touches although the trade is alive: a contradiction in the book, or, after a shock, a touch.
template <class Rest>
Result<Valuation> value_crossed(const Error& contradiction, const Rest& rest, const Market& market,
                                const Asked& asked) {
  if (asked.crossed == CrossedBarrier::is_refused) return contradiction;
  return std::visit([&](const auto& product) { return value_product(product, market, asked); }, rest);
}

}  // namespace plimsoll
