#pragma once

namespace plimsoll {

/// A cash amount by which the spot falls at a time in years; what would fall below zero stays at zero.
struct TimedDividend {
  double years = 0.0;
  double amount = 0.0;

  friend bool operator==(const TimedDividend&, const TimedDividend&) = default;
};

}  // namespace plimsoll
