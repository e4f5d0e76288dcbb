#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"
#include "plimsoll/real/real.hpp"

#include <cstdint>
#include <optional>

namespace plimsoll {

/// What an option on two assets is written on: the better or the worse of the two, the first less the second, or their
/// sum.
enum class RainbowUnderlying { best_of, worst_of, spread, basket };

/// An option on `quantity_one` of a first asset and `quantity_two` of a second. A spread at the strike zero is the
/// right to exchange the second for the first.
struct Rainbow {
  OptionType type = OptionType::call;
  RainbowUnderlying underlying = RainbowUnderlying::spread;
  double strike = 0.0;
  double quantity_one = 1.0;
  double quantity_two = 1.0;
  Exercise exercise = Exercise::american;
  std::int64_t exercise_dates = 0;  // equally spaced up to expiry; zero: at any time
  double expiry = 0.0;

  friend bool operator==(const Rainbow&, const Rainbow&) = default;
};

template <>
struct Fields<Rainbow> {
  static constexpr std::string_view name = "Rainbow";
  static constexpr auto list =
      std::make_tuple(field("type", &Rainbow::type), field("underlying", &Rainbow::underlying),
                      field("strike", &Rainbow::strike), field("quantity_one", &Rainbow::quantity_one),
                      field("quantity_two", &Rainbow::quantity_two), field("exercise", &Rainbow::exercise),
                      field("exercise_dates", &Rainbow::exercise_dates), field("expiry", &Rainbow::expiry));
};

/// Whether the payoff bends at a level of one spot alone: at the strike of the better or the worse.
inline bool has_strike_of_one(const Rainbow& option) noexcept {
  return option.underlying == RainbowUnderlying::best_of || option.underlying == RainbowUnderlying::worst_of;
}

/// What exercise brings, below zero where nobody would.
template <Real R>
R exercised(const Rainbow& option, const R& spot1, const R& spot2) {
  const R one = option.quantity_one * spot1;
  const R two = option.quantity_two * spot2;
  const double side = sign(option.type);
  switch (option.underlying) {
    case RainbowUnderlying::best_of:
      return side * (R{max(one, two)} - option.strike);
    case RainbowUnderlying::worst_of:
      return side * (R{min(one, two)} - option.strike);
    case RainbowUnderlying::spread:
      return side * (one - two - option.strike);
    case RainbowUnderlying::basket:
      break;
  }
  return side * (one + two - option.strike);
}

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Rainbow& option);

}  // namespace plimsoll
