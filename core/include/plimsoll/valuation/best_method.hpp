#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/product/product.hpp"
#include "plimsoll/product/trade.hpp"

namespace plimsoll {

/// The method to take when nothing speaks for another: closed form where the product has one, a Leisen-Reimer lattice
/// of 201 steps with extrapolation for an American option, 65,536 paths with seed 1 for an Asian one. Nothing calls it
/// unasked.
Method default_method(const Product& product);

/// The most accurate method that the door has for the trade in this market: the formula where one holds; else the
/// integral equation, which says how far its price may be from the exact one; else, with cash dividends, a lattice, or
/// finite differences for what has a barrier or a jump; finite differences for a mean. Refuses what `resolve` refuses
/// and an underlying that the snapshot lacks.
Result<Method> best_method(const Trade& trade, const Snapshot& snapshot);

}  // namespace plimsoll
