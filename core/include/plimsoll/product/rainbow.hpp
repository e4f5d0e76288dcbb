#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cstdint>
#include <optional>

namespace plimsoll {

/// What an option on two assets is written on: the better or the worse of the two, or the first less the second.
enum class RainbowUnderlying { best_of, worst_of, spread };

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

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Rainbow& option);

}  // namespace plimsoll
