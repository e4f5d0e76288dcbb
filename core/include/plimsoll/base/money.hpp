#pragma once

#include "plimsoll/base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll {

/// An exact amount in cents of the account's currency, for rules that are written in cents.
/// Limits: +-92,233,720,368,547,758.07; doors refuse amounts beyond +-1e15 dollars, so sums of rows cannot overflow.
class Money {
 public:
  constexpr Money() = default;
  static constexpr Money from_cents(std::int64_t cents) noexcept { return Money{cents}; }

  /// The nearest cent; a half cent goes away from zero (what brokers call half-up, symmetric for credits). The double
  /// is read as the shortest decimal that names it, so 1.005 rounds to 1.01 although its binary value lies below.
  /// Refuses NaN and amounts beyond +-1e15 dollars.
  static Result<Money> round_half_up(double dollars);

  /// Reads a plain decimal such as "-1234.56"; at most two decimals, no exponent.
  static Result<Money> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t cents() const noexcept { return cents_; }
  [[nodiscard]] constexpr double dollars() const noexcept { return static_cast<double>(cents_) / 100.0; }

  /// The amount with two decimals, for instance "-0.05".
  [[nodiscard]] std::string text() const;

  friend constexpr Money operator+(Money a, Money b) noexcept { return Money{a.cents_ + b.cents_}; }
  friend constexpr Money operator-(Money a, Money b) noexcept { return Money{a.cents_ - b.cents_}; }
  friend constexpr Money operator-(Money a) noexcept { return Money{-a.cents_}; }
  friend constexpr Money operator*(Money a, std::int64_t k) noexcept { return Money{a.cents_ * k}; }
  friend constexpr Money operator*(std::int64_t k, Money a) noexcept { return a * k; }
  constexpr Money& operator+=(Money other) noexcept {
    cents_ += other.cents_;
    return *this;
  }
  constexpr Money& operator-=(Money other) noexcept {
    cents_ -= other.cents_;
    return *this;
  }
  friend constexpr auto operator<=>(const Money&, const Money&) = default;

 private:
  constexpr explicit Money(std::int64_t cents) noexcept : cents_(cents) {}
  std::int64_t cents_ = 0;
};

}  // namespace plimsoll
