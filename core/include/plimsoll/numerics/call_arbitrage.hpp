#pragma once

#include "plimsoll/numerics/call_surface.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace plimsoll {

/// Which quote of a table by expiry: both count from zero.
struct QuoteAddress {
  std::size_t expiry = 0;
  std::size_t place = 0;

  friend bool operator==(const QuoteAddress&, const QuoteAddress&) = default;
};

/// What a quote can be arbitraged by. `bounds`: the payoff of the forward, or the forward. `spread`: a call of a lower
/// strike that is cheaper. `butterfly`: its neighbours. `calendar`: calls that expire no earlier, one at least later.
enum class ArbitrageKind : std::uint8_t { bounds, spread, butterfly, calendar };

/// "bounds", "spread", "butterfly" or "calendar".
std::string_view name(ArbitrageKind kind) noexcept;

/// A quote that can be arbitraged, the quotes that it is traded against, and what the trade earns for certain, over the
/// forward.
struct ArbitrageFlaw {
  ArbitrageKind kind = ArbitrageKind::bounds;
  QuoteAddress cell;
  std::vector<QuoteAddress> against;
  double excess = 0.0;
};

/// Every quote that can be arbitraged by more than a tolerance, over the forward; none is found exactly where a surface
/// free of arbitrage passes through all quotes.
/// Source: Cousot (2007), Conditions on option prices for absence of arbitrage and exact calibration, J. Banking &
/// Finance 31, for quotes whose strikes differ from expiry to expiry: each lies on the lower convex hull of all that
/// expire no earlier.
/// Limits: refuses the forms that `CallSurface` refuses: lengths, strikes and expiries that do not rise, prices that
/// are not finite.
Result<std::vector<ArbitrageFlaw>> find_arbitrage(std::span<const CallQuotes> expiries, double tolerance);

/// A table of quotes without arbitrage, how far each price moved and in how many steps they were found.
struct RepairedCalls {
  std::vector<CallQuotes> expiries;
  std::vector<std::vector<double>> moves;  // new less old price, over the forward
  double largest_move = 0.0;
  double distance = 0.0;  // root of the weighted sum of the squared moves
  int steps = 0;
};

/// The prices without arbitrage that are nearest in weighted squares: the moves are least where quotes are held the
/// firmest. Weights are by expiry and quote, above zero; none given are ones.
/// Source: the conditions of `find_arbitrage` are linear in the prices, so the nearest are a projection; its dual is
/// solved by the active set of Lawson & Hanson (1974), Solving Least Squares Problems, ch. 23, with Goldfarb & Idnani's
/// step (1983) where a new condition depends on the active ones. Cohen, Reisinger & Wang (2020), Detecting and
/// repairing arbitrage in traded option prices, Appl. Math. Finance 27, for the problem (with absolute moves).
/// Accuracy: the repaired quotes pass `CallSurface::through`; the distance is the least one to 1e-10 of the forward.
/// Limits: as `find_arbitrage`; refuses weights of another form, and ends as not converged after a hundred steps a
/// quote.
Result<RepairedCalls> nearest_without_arbitrage(std::span<const CallQuotes> expiries,
                                                std::span<const std::vector<double>> weights = {});

}  // namespace plimsoll
