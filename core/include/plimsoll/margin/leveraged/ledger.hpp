#pragma once

#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"

#include <string>

namespace plimsoll::margin {

/// A settlement currency and the smallest amount that its accounts book, 10^-decimals of it. `Money` counts these
/// units: cents with two decimals, satoshi with the eight of bitcoin.
struct Ledger {
  std::string currency;
  int decimals = 2;

  /// The nearest unit, half a unit away from zero, of an amount in the currency read as the shortest decimal that names
  /// it. Limits: amounts with more than 15 significant digits may round as their neighbour does; what the doors let in
  /// is within the range of Money.
  [[nodiscard]] Money booked(double amount) const;

  /// The amount in the currency.
  [[nodiscard]] double amount(Money units) const;

  friend bool operator==(const Ledger&, const Ledger&) = default;
};

}  // namespace plimsoll::margin
